select d.id, d.control_number, c.code as client, d.type, coalesce(v.revision, d.revision) as revision,
	coalesce(convert_from(v.bytes, 'UTF8'), d.instance) as instance
from intray.document d
join intray.client c on c.id = d.client
left join lateral (select x.revision, x.bytes from intray.delivery x where x.document = d.id
	order by x.revision desc limit 1) v on true
where d.id = intray.find_document($1)
