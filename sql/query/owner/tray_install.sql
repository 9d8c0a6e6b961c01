insert into intray.tray as t (client, name, path, languages, received, separator_sheet,
	archive_number, tag, separator_blank, by_content, collate_wait, release)
select c.id, $2, $3, $4, $5, $6, $7, $8, $9 = 'yes', $10 = 'content',
	make_interval(secs => ($11::bigint / 1000.0)::double precision), $12
from intray.client c where c.code = $1
on conflict (client, name) do update set path = excluded.path,
	languages = excluded.languages, received = excluded.received,
	separator_sheet = excluded.separator_sheet, archive_number = excluded.archive_number,
	tag = excluded.tag, separator_blank = excluded.separator_blank,
	by_content = excluded.by_content, collate_wait = excluded.collate_wait,
	release = excluded.release, active = true
