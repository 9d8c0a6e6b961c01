select desk.pick_task($1)
