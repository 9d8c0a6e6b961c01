select desk.escalate($1, $2)
