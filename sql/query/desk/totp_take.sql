select intray.totp_take($1, $2)
