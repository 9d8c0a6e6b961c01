select i.document, i.revision, d.control_number, v.type, i.action, i.replaces, i.replaces_number,
	d.received_on, array_to_string(v.flags, ' '), v.sum, v.currency, v.sha256, v.bytes
from intray.delivery_batch_item i
join intray.delivery v on v.document = i.document and v.revision = i.revision
join intray.document d on d.id = i.document
where i.batch = $1 order by d.control_number, i.revision
