insert into intray.door as d (client, name, kind, format, mapping, types, answer_hours)
select c.id, $2, $3, $4, $5, $6, $7::numeric / 3600000 from intray.client c where c.code = $1
on conflict (client, name) do update set kind = excluded.kind, format = excluded.format,
	mapping = excluded.mapping, types = excluded.types, answer_hours = excluded.answer_hours,
	active = true
