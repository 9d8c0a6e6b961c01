select desk.see_task($1)
