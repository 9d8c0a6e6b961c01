-- client or null: all; number, supplier's name or number, or null; how many at most
select o.number, k.code as client, c.code as company, s.number as supplier, s.name,
	to_char(o.ordered_on, 'YYYY-MM-DD') as ordered, o.state, o.active,
	count(l.id) as lines, sum(l.quantity) filter (where not l.closed) as ordered_quantity,
	sum(l.invoiced_quantity) as invoiced, sum(l.net_amount) as net,
	case when count(l.net_amount) > 0 then o.currency end as currency
from (select * from intray.purchase_order x
	where ($1::text is null or x.client = (select id from intray.client where code = $1))
		and ($2::text is null or x.number_key = intray.match_code($2)
			or x.supplier in (select id from intray.supplier where number = $2
				or name ilike '%' || $2 || '%'))
	order by x.ordered_on desc nulls last, x.id desc limit $3::bigint) o
join intray.client k on k.id = o.client
left join intray.company c on c.id = o.company
left join intray.supplier s on s.id = o.supplier
left join intray.purchase_order_line l on l.purchase_order = o.id and l.active
group by o.id, o.number, k.code, c.code, s.number, s.name, o.ordered_on, o.state, o.active, o.currency
order by o.ordered_on desc nulls last, o.id desc
