select intray.schema_install($1, $2, $3, $4::bytea, $5::jsonb)
