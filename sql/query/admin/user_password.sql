select intray.person_password($1, $2)
