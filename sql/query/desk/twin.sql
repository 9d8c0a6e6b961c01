select desk.twin($1)
