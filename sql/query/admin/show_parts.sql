select p.number, p.kind, p.name, p.mime, p.size, d.control_number as document, d.state, p.code,
	p.reason
from intray.document x
join intray.part p on p.drop = x.drop
left join intray.document d on d.drop = p.child and d.parent = x.id
where x.id = intray.find_document($1)
order by p.number
