select b.id, c.code as client, t.name as tray, b.name, b.state, b.release, b.pages,
	b.separators, b.cut, b.expected,
	to_char(b.created, 'YYYY-MM-DD HH24:MI:SS') as created,
	to_char(b.completed, 'YYYY-MM-DD HH24:MI:SS') as completed,
	to_char(b.released, 'YYYY-MM-DD HH24:MI:SS') as released, b.released_by
from intray.batch b join intray.client c on c.id = b.client
left join intray.tray t on t.id = b.tray
where b.id = $1::bigint
