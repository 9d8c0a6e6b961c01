select t.name, t.title, left(t.version, 12) as version, t.current,
	to_char(t.installed, 'YYYY-MM-DD HH24:MI') as installed,
	(select count(*) from intray.doctype_field f where f.type = t.name
		and f.version = t.version) as fields,
	(select count(*) from intray.document d where d.type = t.name
		and d.type_version = t.version) as documents
from intray.doctype t order by t.name, t.installed
