select intray.table_as_file($1)
