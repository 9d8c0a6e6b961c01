select intray.desk_profile($1, $2)
