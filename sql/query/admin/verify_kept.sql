-- What a tray's quarantine must hold: files that were never taken into the store.
select o.id::text, d.control_number
from intray.drop o
join intray.tray t on t.id = o.tray
join intray.client c on c.id = t.client
join intray.document d on d.drop = o.id
where c.code = $1 and t.name = $2 and o.problem is not null and o.parent is null and d.state = 'quarantined'
