select to_char(h.at at time zone c.time_zone, 'YYYY-MM-DD HH24:MI') as at,
	coalesce((select a.name from intray.account a where 'account:' || a.id = h.actor), h.actor)
		as who, d.control_number as document, h.change, h.text
from intray.supplier_change h join intray.client c on c.id = h.client
left join intray.document d on d.id = h.document
where h.supplier = intray.supplier_named($1)
order by h.id desc limit 200
