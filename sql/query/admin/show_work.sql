-- Who has it now: a worker's job or a person's task.
select 'job' as what, j.kind as name, j.worker as who, j.faults, j.losses,
	to_char(j.lease_until, 'YYYY-MM-DD HH24:MI:SS') as until, j.error
from intray.job j where j.document = intray.find_document($1)
union all
select 'task ' || t.id, t.queue, a.role, null, null,
	to_char(t.lease_until, 'YYYY-MM-DD HH24:MI:SS'), t.reason
from intray.task t left join intray.account a on a.id = t.account
where t.document = intray.find_document($1) and t.state = 'open'
