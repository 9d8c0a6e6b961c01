-- What must not be, with the document or drop it concerns.
select 'drop ' || o.id as what, 'has no document' as problem
from intray.drop o where not exists (select from intray.document d where d.drop = o.id)
union all
select d.control_number, 'is "' || d.state || '", but nothing works on it'
from intray.document d
where d.state in ('received', 'read', 'understood', 'keyed', 'match', 'checked')
	and not exists (select from intray.job j where j.document = d.id)
union all
select d.control_number, 'is "' || d.state || '", but nobody is asked to look at it'
from intray.document d where d.state in ('exception', 'second-key', 'arbitrate', 'sampled')
	and not exists (select from intray.task t where t.document = d.id and t.state = 'open'
		and t.queue = case d.state when 'arbitrate' then 'arbitration'
			when 'sampled' then 'quality' else d.state end)
union all
select d.control_number, 'is "' || d.state || '", but has no offer of its revision'
from intray.document d where d.state in ('ready', 'offered', 'acknowledged', 'posted')
	and not exists (select from intray.delivery v where v.document = d.id
		and v.revision = d.revision and v.state in ('open', 'acknowledged', 'posted'))
union all
select d.control_number, 'is "' || d.state || '", but a job works on it'
from intray.document d join intray.job j on j.document = d.id
where d.state not in ('received', 'read', 'keyed', 'match')
union all
-- A page that could not be read is a finding, and a finding keeps it from being ready.
select d.control_number, 'has ' || d.pages || ' pages, but ' || count(p.*) || ' are stored'
from intray.document d
left join intray.document_page p on p.document = d.id
where d.state in ('ready', 'offered', 'acknowledged', 'posted') and not d.structured
	and d.pages is not null
group by d.id having count(p.*) < d.pages
union all
select d.control_number, 'lacks the event of its state "' || d.state || '"'
from intray.document d where not exists (select from intray.event e
	where e.document = d.id and e.to_state = d.state)
union all
select d.control_number, 'was offered as bytes that do not have their hash'
from intray.delivery v join intray.document d on d.id = v.document
where encode(sha256(v.bytes), 'hex') <> v.sha256
union all
select d.control_number, 'was unpacked, but nothing came of it'
from intray.document d where d.state = 'split' and d.cause = 'unpacked'
	and not exists (select from intray.part p where p.drop = d.drop and p.child is not null)
union all
select 'drop ' || o.id, 'lies in a container that does not list it'
from intray.drop o where o.parent is not null
	and not exists (select from intray.part p where p.child = o.id and p.drop = o.parent)
union all
select d.control_number, 'came out of ' || c.control_number || ', which is "' || c.state || '"'
from intray.drop o
join intray.document d on d.drop = o.id
join intray.document c on c.id = d.parent and c.drop = o.parent
where c.state not in ('split', 'erased')
order by 1
