select row, field, reason from intray.import_refusal where import = $1::bigint order by row, field
