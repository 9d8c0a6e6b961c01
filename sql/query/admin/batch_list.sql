-- client, state (null: all), limit
select b.id, c.code as client, t.name as tray, b.name, b.state, b.release, b.pages,
	b.separators, n.documents, b.expected, n.waiting, n.ready,
	to_char(b.created at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as created
from (select * from intray.batch
	where ($1::text is null or client = (select id from intray.client where code = $1))
		and ($2::text is null or state = $2)
	order by created desc, id desc limit $3::bigint) b
join intray.client c on c.id = b.client
left join intray.tray t on t.id = b.tray,
lateral (select count(*) as documents,
		count(*) filter (where s.phase in ('busy', 'people')) as waiting,
		count(*) filter (where s.phase = 'erp' or d.state = 'posted') as ready
	from intray.batch_documents(b.id) d join intray.state s on s.name = d.state) n
order by b.created desc, b.id desc
