-- For those who count: no values, no names.

create view report.document with (security_invoker) as
select c.code as client, d.control_number, d.type, d.state, d.since, d.cause, d.received_on,
	d.arrived, d.due, d.breached, d.pages, d.revision
from intray.document d join intray.client c on c.id = d.client;

create view report.event with (security_invoker) as
select c.code as client, e.document, e.at, e.kind, e.from_state, e.to_state, e.actor, e.cause
from intray.event e join intray.client c on c.id = e.client;

-- Documents per day of arrival: how many, how many went through untouched, how long it took.
create view report.day with (security_invoker) as
select c.code as client, d.type, d.arrived::date as day, count(*) as documents,
	count(*) filter (where d.revision > 0) as finished,
	count(*) filter (where d.revision > 0 and not exists (select from intray.event e
		where e.document = d.id and e.to_state = 'exception')) as straight_through,
	count(*) filter (where d.breached is not null) as late
from intray.document d join intray.client c on c.id = d.client
group by c.code, d.type, d.arrived::date;
