select t.id, c.code, t.name
from intray.tray t join intray.client c on c.id = t.client
where t.active and c.active
order by c.code, t.name
