select intray.push_later($1, $2, $3)
