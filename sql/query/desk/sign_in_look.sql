select account, password, wait_s, totp, totp_step, must_totp from intray.sign_in_look($1, $2)
