select desk.neighbours($1)
