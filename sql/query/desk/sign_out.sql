select intray.sign_out()
