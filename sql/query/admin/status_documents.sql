-- Of what is finished, only the last 30 days: no cost grows with history.
select d.state, s.title, count(*) as documents,
	count(*) filter (where d.due < now() and s.phase <> 'done') as late,
	extract(epoch from now() - min(d.since))::integer as oldest_s
from intray.document d join intray.state s on s.name = d.state
where s.phase <> 'done' or d.since > now() - interval '30 days'
group by d.state, s.title, s.phase
order by array_position(array['busy', 'people', 'erp', 'done'], s.phase), d.state
