select desk.floor_free($1)
