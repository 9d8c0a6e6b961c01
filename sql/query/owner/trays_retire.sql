-- Trays that the configuration does not name any more keep their history.
update intray.tray t set active = false
from intray.client c
where c.id = t.client and t.active and not c.code || '/' || t.name = any ($1)
