select j.id, j.fence, j.kind, j.first_page, j.last_page, j.document, o.id, c.code, o.sha256,
	o.name, d.received_on, t.languages, j.faults, j.losses, o.parent is not null,
	t.separator_sheet, t.archive_number, t.tag, t.separator_blank, t.by_content,
	t.collate_wait is not null and not d.collated,
	case when o.parent is null and intray.is_sidecar(t, o.name)
		then coalesce(t.sidecar_map, '') end,
	d.control_number, d.revision
from intray.job_claim($1) j
join intray.document d on d.id = j.document
join intray.drop o on o.id = d.drop
join intray.client c on c.id = j.client
join intray.tray t on t.id = o.tray
