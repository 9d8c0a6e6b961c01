select s.id, s.name, c.code as client, s.number, s.vat_id, s.tax_number,
	concat_ws(', ', s.street, concat_ws(' ', s.postcode, s.city), s.region, s.country) as address,
	s.currency, s.payment_terms, s.account, s.cost_centre, s.tax_code, s.blocked,
	case when s.active then 'yes' else 'no' end as active,
	(select string_agg(a.alias, ', ' order by a.alias) from intray.supplier_alias a
		where a.supplier = s.id and a.active) as aliases,
	(select string_agg(d.domain, ', ' order by d.domain) from intray.supplier_domain d
		where d.supplier = s.id and d.active) as domains
from intray.supplier s
join intray.client c on c.id = s.client where s.id = intray.supplier_named($1)
