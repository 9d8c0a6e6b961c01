select what, name, line, fields, said from intray.business_ask($1, $2, $3::jsonb, $4::jsonb)
