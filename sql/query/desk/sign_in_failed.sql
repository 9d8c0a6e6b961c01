select intray.sign_in_failed($1)
