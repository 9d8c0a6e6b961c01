-- Jobs: claim with a lease, heartbeat, hand back, fail. Whoever holds the fence holds the
-- job; every lock is taken in the order document, job, so savers never wait in a circle.

-- A job's turn is one more (for a run: its pages more) than the last turn its client has
-- waiting, and later than what is next of all. So 5,000 files of one client, or a file of
-- 2,000 pages, do not keep another client's only file waiting, and a client that had
-- nothing to do has nothing saved up (start-time fair queueing; Goyal, Vin and Cheng,
-- 1996, with pages for bits).
create function intray.job_insert(doc uuid, job_kind text, first integer, last integer)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	insert into intray.job (client, document, kind, first_page, last_page, priority, turn)
	select d.client, d.id, job_kind, first, last, p.n, last - first + 1 + greatest(
		(select max(j.turn) from intray.job j where j.client = d.client and j.priority = p.n),
		(select min(j.turn) from intray.job j where j.lease_until is null and j.priority = p.n),
		0)
	from intray.document d, lateral (select case job_kind
		when 'check' then 1      -- a person waits
		when 'understand' then 2 -- then what was begun
		when 'cut' then 2
		else 3 end) p (n)
	where d.id = doc;
end $$;

create function intray.job_arrived() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	notify intray_job;
	return null;
end $$;
create trigger job_arrived after insert on intray.job
	for each statement execute function intray.job_arrived();

-- Ends a document's processing: no job of it is left, what went wrong stays readable.
create function intray.document_quarantine(doc uuid, what text, sentence text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set state = 'quarantined', cause = what, reason = sentence
		where id = doc;
	delete from intray.job where document = doc;
	insert into intray.finding (document, client, position, code, kind, severity, text)
	select d.id, d.client, 0, what, 'reading', 'stop', sentence
	from intray.document d where d.id = doc;
end $$;

-- One loss more for a job that is locked; true when that was the twentieth, which is no
-- accident any more and ends in quarantine.
create function intray.job_lost_too_often(j intray.job) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if j.losses + 1 < 20 then
		return false;
	end if;
	perform intray.document_quarantine(j.document, 'lost',
		'The process that read this document was lost ' || j.losses + 1 ||
		' times; the last thing known is: ' || coalesce(j.error, 'nothing') || '.');
	return true;
end $$;

-- A worker's name without what changes when it is started again: host/supervisor/worker2
-- of host/supervisor/worker2/pid.
create function intray.worker_place(worker text) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select substring(worker from '^(.+/.+/.+)/[^/]*$')
$$;

-- Jobs of a worker whose place somebody else has taken are free again, a loss each: a
-- supervisor starts a worker again only when it has ended. Asked first of all by every
-- worker that starts, so that its predecessor's job need not wait until it is ready.
create function intray.jobs_left_behind(by_worker text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
begin
	for j in select * from intray.job where lease_until is not null
		and worker <> by_worker
		and intray.worker_place(worker) = intray.worker_place(by_worker)
		for update skip locked
	loop
		perform intray.job_free(j, 'its worker died');
	end loop;
end $$;

-- The best job for 40 s on the database's clock: one whose worker was lost, which its
-- lease that has run out tells, else the one whose turn it is.
create function intray.job_claim(by_worker text) returns setof intray.job
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
begin
	perform intray.process_beat(by_worker, 'waiting for work');
	loop
		select * into j from intray.job where lease_until < now()
			order by lease_until limit 1 for update skip locked;
		exit when not found;
		if not intray.job_lost_too_often(j) then
			j.losses := j.losses + 1;
			exit;
		end if;
	end loop;
	if j.id is null then
		select * into j from intray.job
			where lease_until is null and not_before <= now()
			order by priority, turn, id limit 1 for update skip locked;
		if not found then
			return;
		end if;
	end if;
	return query update intray.job set worker = by_worker, losses = j.losses,
		fence = nextval('intray.fence'), lease_until = now() + interval '40 seconds'
		where id = j.id returning *;
end $$;

create function intray.job_heartbeat(job_id bigint, held bigint) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
begin
	update intray.job set lease_until = now() + interval '40 seconds'
		where id = job_id and fence = held and lease_until is not null returning * into j;
	if not found then
		return false;
	end if;
	perform intray.process_beat(j.worker, j.kind || ' ' || d.control_number)
		from intray.document d where d.id = j.document;
	return true;
end $$;

-- The job of this fence, locked behind its document; no row when it has moved on.
create function intray.job_hold(job_id bigint, held bigint) returns setof intray.job
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform from intray.document d join intray.job j on j.document = d.id
		where j.id = job_id for update of d;
	return query select * from intray.job
		where id = job_id and fence = held and lease_until is not null for update;
end $$;

-- The document of that job, for whoever hands in what came of it; null when the fence has
-- moved on.
create function intray.job_document(job_id bigint, held bigint) returns intray.document
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
	d intray.document;
begin
	select * into j from intray.job_hold(job_id, held);
	select * into d from intray.document where id = j.document;
	return d;
end $$;

-- Back into the queue: at once (drain) or after a delay; neither a fault nor a loss.
create function intray.job_put_back(job_id bigint, held bigint, delay_s integer, what text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.job set lease_until = null, worker = null,
		not_before = now() + make_interval(secs => delay_s),
		error = coalesce(what, error)
		where id = job_id and fence = held and lease_until is not null;
	if found then
		notify intray_job;
	end if;
end $$;

create function intray.job_fault(job_id bigint, held bigint, what text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
begin
	select * into j from intray.job_hold(job_id, held);
	if not found then
		return;
	end if;
	if j.faults >= 2 then
		perform intray.document_quarantine(j.document, 'reader-failed',
			'Reading this document failed three times: ' || what || '.');
		return;
	end if;
	update intray.job set faults = faults + 1, error = what, lease_until = null,
		worker = null, not_before = now() + make_interval(secs => 2 * (faults + 1))
		where id = job_id;
end $$;

create function intray.job_loss(job_id bigint, held bigint, what text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	j intray.job;
begin
	select * into j from intray.job_hold(job_id, held);
	if found then
		perform intray.job_free(j, what);
	end if;
end $$;

-- A locked job, one loss more: for whoever comes first, at once.
create function intray.job_free(j intray.job, what text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	j.error := what;
	if intray.job_lost_too_often(j) then
		return;
	end if;
	update intray.job set losses = losses + 1, error = what, lease_until = null,
		worker = null, not_before = now()
		where id = j.id;
	notify intray_job;
end $$;
