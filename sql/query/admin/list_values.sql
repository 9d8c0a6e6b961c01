-- What may be asked for.
select 'state' as what, string_agg(name, ', ' order by name) as names
	from intray.state where name <> ''
union all select 'client', string_agg(code, ', ' order by code) from intray.client
union all select 'type', string_agg(name, ', ' order by name) from intray.doctype where current
