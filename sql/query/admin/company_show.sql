-- client or null: all; code
select c.code, k.code as client, x.what, x.value
from intray.company c join intray.client k on k.id = c.client
cross join lateral (
	select 1 as n, 'name' as what, c.name as value
	union all select 2, 'VAT id', c.vat_id union all select 3, 'tax number', c.tax_number
	union all select 4, 'address', nullif(concat_ws(', ', c.street,
		nullif(concat_ws(' ', c.postcode, c.city), ''), c.region, c.country), '')
	union all select 5, 'currency', c.currency
	union all select 6, 'active', case when c.active then 'yes' else 'no' end
	union all select 7, 'alias', a.alias from intray.company_alias a
		where a.company = c.id and a.active
	union all select 8, 'tray', t.name from intray.company_tray o
		join intray.tray t on t.id = o.tray where o.company = c.id and o.active
	union all select 9, i.scheme, i.value from intray.company_id i
		where i.company = c.id and i.active) x
where ($1::text is null or k.code = $1) and c.code = $2 and x.value is not null
order by k.code, x.n, x.what, x.value
