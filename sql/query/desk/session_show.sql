select account, csrf, name, login from intray.session_show($1)
