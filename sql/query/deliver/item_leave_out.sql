select intray.item_leave_out($1, $2, $3, $4)
