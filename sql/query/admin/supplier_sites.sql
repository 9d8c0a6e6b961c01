select 'site:' || t.id as id, t.code,
	coalesce(nullif(concat_ws(', ', t.street, nullif(concat_ws(' ', t.postcode, t.city), '')), ''),
		(select i.value from intray.supplier_item i
		where i.site = t.id and i.what = 'value' and i.status <> 'demoted'
		order by i.status = 'confirmed' desc, i.agreed - i.contradicted desc, i.id limit 1))
		as address, t.seen as papers,
	(select string_agg(kind || ' ' || key, ', ' order by seen desc, kind, key)
		from (select * from intray.supplier_key k where k.site = t.id
			and k.kind <> 'word' and (k.seen > 1 or t.seen = 1)
			order by seen desc, kind, key limit 6) k) as codes,
	(select count(*) from intray.supplier_key k where k.site = t.id and k.kind = 'word') as words,
	(select count(*) from intray.supplier_print p where p.site = t.id) as prints
from intray.supplier_site t where t.supplier = intray.supplier_named($1)
order by t.seen desc, t.id
