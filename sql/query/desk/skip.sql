select desk.skip($1, $2)
