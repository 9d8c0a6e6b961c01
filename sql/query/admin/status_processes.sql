select replace(role, 'intray_', '') as role, name, to_char(started, 'YYYY-MM-DD HH24:MI:SS') as started,
	extract(epoch from now() - beat)::integer as silent_s, doing
from intray.process
where beat > now() - interval '10 minutes'
order by role, name
