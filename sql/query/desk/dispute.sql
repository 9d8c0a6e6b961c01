select desk.dispute($1, $2)
