select c.code as client, d.type, t.queue, t.reason, count(*) as open,
	count(*) filter (where t.due < now()) as late,
	to_char(min(t.due), 'YYYY-MM-DD HH24:MI') as next_due
from intray.task t
join intray.document d on d.id = t.document
join intray.client c on c.id = t.client
where t.state = 'open'
group by c.code, d.type, t.queue, t.reason
order by min(t.due), count(*) desc
limit 30
