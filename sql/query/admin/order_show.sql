-- client or null: all; number
select o.number, k.code as client, l.line, coalesce(l.item, l.supplier_item) as item, l.description,
	l.quantity, l.unit, l.unit_price, l.net_amount, l.matching,
	(select sum(r.quantity) from intray.goods_receipt r where r.order_line = l.id and r.active)
		as received, l.invoiced_quantity as invoiced, l.account, l.cost_centre,
	case when l.closed then 'closed' else 'open' end as state
from intray.purchase_order o join intray.client k on k.id = o.client
left join intray.purchase_order_line l on l.purchase_order = o.id and l.active
where ($1::text is null or k.code = $1) and o.number_key = intray.match_code($2)
order by k.code, o.id, lpad(l.line, 20)
