select intray.person_disable($1)
