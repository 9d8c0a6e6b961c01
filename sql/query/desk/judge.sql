select desk.judge($1, $2)
