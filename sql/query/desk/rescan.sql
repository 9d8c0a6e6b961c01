select desk.rescan($1, $2)
