select account, password, wait_s from intray.sign_in_look($1)
