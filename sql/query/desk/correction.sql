select desk.correction($1, $2)
