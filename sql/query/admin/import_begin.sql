select intray.import_begin($1, $2)
