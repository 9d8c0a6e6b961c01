insert into intray.tray as t (client, name, path, languages, received)
select c.id, $2, $3, $4, $5 from intray.client c where c.code = $1
on conflict (client, name) do update set path = excluded.path,
	languages = excluded.languages, received = excluded.received, active = true
