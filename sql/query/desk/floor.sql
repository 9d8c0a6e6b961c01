select desk.floor()
