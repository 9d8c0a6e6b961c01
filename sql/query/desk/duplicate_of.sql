select keys, control_number from intray.duplicate_of($1, $2, $3)
