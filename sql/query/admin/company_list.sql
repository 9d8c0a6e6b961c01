-- client or null: all
select c.code, k.code as client, c.name, c.vat_id,
	concat_ws(', ', c.street, nullif(concat_ws(' ', c.postcode, c.city), ''), c.country) as address,
	(select string_agg(t.name, ', ' order by t.name) from intray.company_tray o
		join intray.tray t on t.id = o.tray where o.company = c.id and o.active) as trays,
	c.active
from intray.company c join intray.client k on k.id = c.client
where $1::text is null or k.code = $1
order by k.code, c.code
