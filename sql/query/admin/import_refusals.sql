select row, field, reason from intray.import_refusal where import = intray.import_named($1) order by row, field
