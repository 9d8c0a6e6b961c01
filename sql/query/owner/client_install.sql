insert into intray.client as c (code, name) values ($1, $2)
on conflict (code) do update set name = excluded.name, active = true
where c.name <> excluded.name or not c.active
