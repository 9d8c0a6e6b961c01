select c.code as client, p.type, p.version, to_char(p.installed, 'YYYY-MM-DD HH24:MI') as installed,
	(select string_agg(v, ', ') from jsonb_array_elements_text(p.rules -> 'second') v) as second,
	(select string_agg(r.key || ' ' || round(100 * r.value::numeric, 2) || '%', ', ' order by r.key)
		from jsonb_each_text(p.rules -> 'rates') r where r.value::numeric > 0) as sampled
from intray.profile p join intray.client c on c.id = p.client
where p.current
order by 1, 2
