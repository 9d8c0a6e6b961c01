select intray.person_totp($1, $2) as done
