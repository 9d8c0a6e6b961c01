-- Clients take turns at the workers: of jobs of one priority the one with the least turn is
-- next. intray.job_insert says how turns are given.

alter table intray.job add turn bigint not null default 0;
drop index intray.job_waiting;
create index job_waiting on intray.job (priority, turn, id) where lease_until is null;
create index job_turns on intray.job (client, priority, turn);
