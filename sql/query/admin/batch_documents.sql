select d.control_number, d.type, d.state, d.pages,
	(select string_agg(g.number::text, ' ' order by g.position)
		from intray.document_page g where g.document = d.id and not g.dropped) as of_scan,
	(select string_agg(k.role || ' ' || k.value, ', ' order by k.role, k.value)
		from intray.document_code k where k.document = d.id) as codes,
	coalesce(d.reason, replace(d.cause, '-', ' ')) as reason
from intray.batch_documents($1::bigint) d
order by d.arrived, d.control_number
