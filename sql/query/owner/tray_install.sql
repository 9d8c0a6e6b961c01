insert into intray.tray as t (client, name, path, languages, received, separator_sheet,
	archive_number, tag, separator_blank, by_content, collate_wait, release,
	sidecar, sidecar_map, sidecar_required, sidecar_wait)
select c.id, $2, $3, $4, $5, $6, $7, $8, $9 = 'yes', $10 = 'content',
	make_interval(secs => ($11::bigint / 1000.0)::double precision), $12,
	$13, $14, $15 = 'yes', make_interval(secs => ($16::bigint / 1000.0)::double precision)
from intray.client c where c.code = $1
on conflict (client, name) do update set path = excluded.path,
	languages = excluded.languages, received = excluded.received,
	separator_sheet = excluded.separator_sheet, archive_number = excluded.archive_number,
	tag = excluded.tag, separator_blank = excluded.separator_blank,
	by_content = excluded.by_content, collate_wait = excluded.collate_wait,
	release = excluded.release, sidecar = excluded.sidecar,
	sidecar_map = excluded.sidecar_map, sidecar_required = excluded.sidecar_required,
	sidecar_wait = excluded.sidecar_wait, active = true
