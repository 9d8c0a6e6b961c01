select intray.import_merge($1, $2, $3, $4, $5::text[], $6::jsonb, $7::bigint, $8::bigint, $9::boolean,
	$10::boolean) as report
