select c.code || '/' || t.name as tray, r.waiting, r.growing, r.ignored,
	extract(epoch from now() - r.at)::integer as looked_s, r.problem, t.path
from intray.tray t
join intray.client c on c.id = t.client
left join intray.tray_report r on r.tray = t.id
where t.active
order by 1
