select intray.door_says($1, $2, $3)
