select desk.story($1)
