select intray.person_add($1, $2, $3, $4, $5, string_to_array($6, ','), string_to_array($7, ','), $8)
