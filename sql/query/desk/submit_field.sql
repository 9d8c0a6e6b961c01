select desk.submit_field($1, $2, $3, $4, $5)
