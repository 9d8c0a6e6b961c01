select d.control_number, g.number as page, encode(o.name, 'hex') as file_hex
from intray.drop o join intray.document d on d.drop = o.id
join intray.document_page g on g.document = d.id and g.dropped
where o.batch = $1::bigint and (d.state = 'split' or d.parent is null)
order by d.arrived, d.control_number, g.number
