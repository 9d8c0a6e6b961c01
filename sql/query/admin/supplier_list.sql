-- client or null: all; what it is called or numbered like, or null; how many at most
select s.id, c.code as client, s.number, s.name, s.city, s.vat_id,
	case when not s.active then 'inactive' when s.blocked is not null then 'blocked'
		when s.number is null then 'learnt' else 'master' end as state,
	s.seen as papers,
	(select count(*) from intray.supplier_site t where t.supplier = s.id) as sites,
	count(i.id) filter (where i.status = 'confirmed') as confirmed,
	count(i.id) filter (where i.status = 'proposed') as proposed,
	count(i.id) filter (where i.status = 'demoted') as demoted,
	case when s.seen > 0 then to_char(s.last_at at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') end
		as last
from (select * from intray.supplier x
	where ($1::text is null or x.client = (select id from intray.client where code = $1))
		and ($2::text is null or x.name ilike '%' || $2 || '%' or x.number = $2
			or x.vat_id = $2)
	order by x.client, x.name, x.id limit $3::bigint) s
join intray.client c on c.id = s.client
left join intray.supplier_item i on i.supplier = s.id
group by s.id, s.client, s.number, s.name, s.city, s.vat_id, s.active, s.blocked, s.seen, s.last_at,
	c.id
order by c.code, s.name, s.id
