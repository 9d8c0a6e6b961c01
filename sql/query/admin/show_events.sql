select to_char(e.at, 'YYYY-MM-DD HH24:MI:SS.MS') as at, e.kind, e.from_state, e.to_state,
	coalesce(a.role, e.actor) as who, e.cause, w.why
from intray.event e
left join intray.account a on e.actor = 'account:' || a.id
left join intray.transition w on w.from_state = e.from_state and w.to_state = e.to_state
	and w.who = coalesce(a.kind, e.actor)
where e.document = intray.find_document($1)
order by e.at, e.id
