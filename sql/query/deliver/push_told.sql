select intray.push_told($1, $2)
