select f.path, f.line, f.value, f.raw, f.source, round(f.confidence::numeric, 2) as confidence,
	f.accepted, f.page, f.x, f.y, f.w, f.h, f.why
from intray.field f
where f.document = intray.find_document($1)
order by f.line, f.position
