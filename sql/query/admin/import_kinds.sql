select kind, max(title) filter (where part = 1) as title,
	(select string_agg(case when c.needed then upper(c.name) else c.name end, ' ' order by c.n)
		from intray.import_cells(p.kind) c) as columns
from intray.import_parts() p group by kind
order by min(array_position(array['company', 'supplier', 'site', 'account', 'order'], kind)), kind
