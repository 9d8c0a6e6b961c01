select key, field, was, now from intray.import_change where import = intray.import_named($1) order by id limit 1000
