-- Of what is finished, only the last 30 days; each half has its index, so no cost grows with
-- history.
with shown as (
	select state, since, due from intray.document
	where state not in ('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased')
	union all
	select state, since, null from intray.document
	where state in ('posted', 'split', 'merged', 'duplicate', 'rejected', 'erased')
		and since > now() - interval '30 days'
)
select d.state, s.title, count(*) as documents, count(*) filter (where d.due < now()) as late,
	extract(epoch from now() - min(d.since))::integer as oldest_s
from shown d join intray.state s on s.name = d.state
group by d.state, s.title, s.phase
order by array_position(array['busy', 'people', 'erp', 'done'], s.phase), d.state
