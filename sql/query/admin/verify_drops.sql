select id::text from intray.drop where id::text = any ($1::text[])
