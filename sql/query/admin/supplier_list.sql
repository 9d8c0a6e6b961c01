-- client or null: all
select s.id, c.code as client, s.name, s.seen as papers,
	(select count(*) from intray.supplier_site t where t.supplier = s.id) as sites,
	count(i.id) filter (where i.status = 'confirmed') as confirmed,
	count(i.id) filter (where i.status = 'proposed') as proposed,
	count(i.id) filter (where i.status = 'demoted') as demoted,
	to_char(s.last_at at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as last
from intray.supplier s join intray.client c on c.id = s.client
left join intray.supplier_item i on i.supplier = s.id
where $1::text is null or c.code = $1
group by s.id, c.id order by c.code, s.name, s.id
