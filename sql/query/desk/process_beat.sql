select intray.process_beat($1, $2)
