select desk.reject($1, $2)
