insert into intray.client as c (code, name, clerk_figures) values ($1, $2, $3)
on conflict (code) do update set name = excluded.name, active = true,
	clerk_figures = excluded.clerk_figures
where c.name <> excluded.name or not c.active or c.clerk_figures <> excluded.clerk_figures
