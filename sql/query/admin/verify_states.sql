select d.state, s.title, count(*) as documents
from intray.document d join intray.state s on s.name = d.state
group by d.state, s.title, s.phase
order by array_position(array['busy', 'people', 'erp', 'done'], s.phase), d.state
