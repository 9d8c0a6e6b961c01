select desk.figures($1)
