select intray.profile_set($1, $2, $3, $4::jsonb)
