with waiting as (
	select v.client, v.door, count(*) as open,
		count(*) filter (where v.handed is not null) as unanswered,
		count(*) filter (where v.alarmed is not null) as late,
		extract(epoch from now() - min(v.created))::bigint as oldest_s
	from intray.delivery v where v.state = 'open' group by v.client, v.door
), doors as (
	select client, id, name, kind, format, active, problem from intray.door
	union all
	select id, null, '(by SQL)', 'sql', null, true, null from intray.client
)
select c.code || '/' || d.name as door, d.kind, d.format, coalesce(w.open, 0) as open,
	coalesce(w.unanswered, 0) as unanswered, coalesce(w.late, 0) as late, w.oldest_s,
	coalesce(d.problem, case when not d.active then 'is not in the configuration any more' end,
		'') as problem
from doors d join intray.client c on c.id = d.client
left join waiting w on w.client = d.client and w.door is not distinct from d.id
where (w.open > 0 or d.id is not null and d.active) and ($1::text is null or c.code = $1)
order by 1
