select outcome, recorded from intray.drops_record($1, $2::jsonb)
