select key, field, was, now from intray.import_change where import = $1::bigint order by id limit 1000
