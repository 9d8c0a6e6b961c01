select door, held, closed_s, failures from intray.door_hold($1, $2)
