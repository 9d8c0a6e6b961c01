select desk.floor_give($1, $2)
