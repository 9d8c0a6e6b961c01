select b.name, c.code || coalesce('/' || d.name, '') as door, a.role as taker,
	to_char(b.created, 'YYYY-MM-DD HH24:MI') as created, count(i.*) as documents,
	count(v.*) filter (where v.state = 'open' and v.batch = b.id) as unanswered,
	count(v.*) filter (where v.state = 'posted') as posted,
	count(v.*) filter (where v.state = 'refused') as refused
from (select * from intray.delivery_batch x where $1::text is null or x.client = (
	select id from intray.client where code = $1) order by x.id desc limit 20) b
join intray.client c on c.id = b.client
left join intray.door d on d.id = b.door
left join intray.account a on a.id = b.account
left join intray.delivery_batch_item i on i.batch = b.id
left join intray.delivery v on v.document = i.document and v.revision = i.revision
group by b.id, b.name, b.created, c.code, d.name, a.role
order by b.id desc
