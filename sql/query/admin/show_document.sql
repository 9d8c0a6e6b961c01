select d.id, d.control_number, c.code as client, t.name as tray, encode(o.name, 'hex') as file_hex,
	o.size, o.sha256, d.format, d.type, left(d.type_version, 12) as type_version, d.state,
	s.title as state_title, to_char(d.since, 'YYYY-MM-DD HH24:MI:SS') as since, d.cause,
	d.reason, d.received_on, to_char(d.arrived, 'YYYY-MM-DD HH24:MI:SS') as arrived,
	to_char(d.due, 'YYYY-MM-DD HH24:MI:SS') as due, d.due < now() and s.phase <> 'done' as late,
	d.pages, d.structured, d.revision, o.id as drop, p.control_number as parent,
	u.control_number as duplicate_of,
	intray.sender_of(o.id) as sender, m.subject,
	case when o.problem is not null and o.parent is null and d.state = 'quarantined'
		then t.path || '/.quarantine/' || o.id end as kept
from intray.document d
join intray.client c on c.id = d.client
join intray.drop o on o.id = d.drop
join intray.tray t on t.id = o.tray
join intray.state s on s.name = d.state
left join intray.document p on p.id = d.parent
left join intray.document u on u.id = d.duplicate_of
left join intray.mail m on m.drop = o.id
where d.id = intray.find_document($1)
