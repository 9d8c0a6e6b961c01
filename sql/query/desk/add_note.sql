select desk.add_note($1, $2)
