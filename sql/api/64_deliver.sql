-- The other doors: folders of files, a command, an HTTPS address. What belongs to an offer is
-- put together here, process `deliver` carries it out, and every offer's end is written down.

-- --- the journal -------------------------------------------------------------------------

create function intray.delivery_moves() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'INSERT' or old.state <> new.state then
		insert into intray.handover (client, document, revision, what, actor)
		values (new.client, new.document, new.revision, new.state, intray.actor());
	end if;
	return null;
end $$;
create trigger delivery_moves after insert or update of state on intray.delivery
	for each row execute function intray.delivery_moves();

create function intray.handover_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'the journal of the hand-over is never changed' using errcode = 'IN001';
end $$;
create trigger handover_stays before update or delete on intray.handover
	for each row execute function intray.handover_stays();

-- --- doors -------------------------------------------------------------------------------

-- The door that documents of this type go out by; null: whoever asks by SQL gets them.
create function intray.door_of(of_client integer, of_type text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.id from intray.door d
	where d.client = of_client and d.active and d.kind <> 'sql'
		and (d.types is null or of_type = any (d.types))
	order by d.types is null, d.id limit 1
$$;

-- After the configuration has changed: doors that it does not name any more keep their history,
-- and what is not on its way yet goes by those of today.
create function intray.doors_route(named text[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.door d set active = false from intray.client c
	where c.id = d.client and d.active and not c.code || '/' || d.name = any (named);
	update intray.delivery v set door = intray.door_of(v.client, v.type)
	where v.state = 'open' and v.batch is null
		and v.door is distinct from intray.door_of(v.client, v.type)
$$;

-- --- what is frozen with an offer --------------------------------------------------------

-- With the values of a document comes what they look like in its door's format, and the sum it
-- is about. Both are the next revision's, should it become ready with these values.
create function intray.outbox_prepare(d intray.document, result jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set sum = (result ->> 'sum')::numeric,
		currency = result ->> 'currency' where id = d.id;
	delete from intray.delivery_file where document = d.id and revision > d.revision;
	insert into intray.delivery_file (client, document, revision, format, name, mime, bytes,
		sha256)
	select d.client, d.id, d.revision + 1, f.format, f.name, f.mime, decode(f.bytes, 'hex'),
		encode(sha256(decode(f.bytes, 'hex')), 'hex')
	from jsonb_to_recordset(result -> 'files') as f(format text, name text, mime text,
		bytes text);
end $$;

-- Called when the offer of a document's revision has just been made.
create function intray.outbox_fill(d intray.document) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.delivery v set sum = d.sum, currency = d.currency,
		door = intray.door_of(d.client, d.type)
	where v.document = d.id and v.revision = d.revision;
end $$;

-- --- the process ------------------------------------------------------------------------

-- One deliver works at a door, on whichever host; the lock goes with its connection.
create function intray.door_hold(of_client text, of_name text)
returns table (door bigint, held boolean, closed_s integer, failures integer)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	select d.id, extract(epoch from d.closed_until - now())::integer, d.failures
		into door, closed_s, failures
		from intray.door d join intray.client c on c.id = d.client
		where c.code = of_client and d.name = of_name and d.active;
	if door is null then
		return;
	end if;
	-- Once a connection: the second time it would have to be given back twice.
	held := exists (select from pg_locks l where l.locktype = 'advisory' and l.granted
		and l.pid = pg_backend_pid() and l.classid = 64 and l.objid = door::oid)
		or pg_try_advisory_lock(64, door::integer);
	perform intray.process_beat(of_client || '/' || of_name, case
		when not held then 'stands by: another one works at this door'
		when closed_s > 0 then 'waits for the ERP'
		else 'at work' end);
	return next;
end $$;

-- The door works, or does not: then it stays closed for a while.
create function intray.door_says(of_door bigint, words text, closed_for_s integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.door set problem = words,
		since = case when words is null then null else coalesce(since, now()) end,
		failures = case when words is null then 0 else failures + 1 end,
		closed_until = now() + make_interval(secs => closed_for_s)
	where id = of_door and (words is not null or problem is not null or failures > 0)
$$;

-- Taken back after they were handed over; the ERP does not know it yet.
create function intray.withdrawals(of_door bigint) returns setof intray.delivery
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select * from intray.delivery v
	where v.door = of_door and v.state = 'withdrawn' and v.handed is not null
		and v.told is null
$$;

create function intray.withdrawals_tell(of_door bigint, in_batch bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.delivery_batch_item (batch, document, revision, client, action)
	select in_batch, w.document, w.revision, w.client, 'withdraw'
	from intray.withdrawals(of_door) w;
	update intray.delivery v set told = now() from intray.delivery_batch_item i
	where i.batch = in_batch and i.action = 'withdraw' and v.document = i.document
		and v.revision = i.revision
$$;

-- Whether it is time for a folder's next batch: it would be full, the oldest offer has waited
-- long enough, or something was taken back.
create function intray.batch_due(of_door bigint, most integer, wait_ms bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select count(*) >= most
		or coalesce(min(x.created) <= now() - make_interval(secs => wait_ms / 1000.0), false)
		or exists (select from intray.withdrawals(of_door))
	from (select o.created from intray.delivery o where o.door = of_door
		and o.state = 'open' and o.batch is null and o.not_before <= now() limit most) x
$$;

create function intray.batch_fill(of_door bigint, most integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	c constant integer := (select d.client from intray.door d where d.id = of_door);
	b constant bigint := intray.batch_new(c, of_door, null, null);
	v intray.delivery;
begin
	for v in select * from intray.offers_take(c, of_door, null, most) loop
		perform intray.offer_hand_over(v, b);
	end loop;
	perform intray.withdrawals_tell(of_door, b);
	if exists (select from intray.delivery_batch_item i where i.batch = b) then
		return b;
	end if;
	delete from intray.delivery_batch where id = b; -- others were just at them
	return null;
end $$;

-- The folder's batch that is not written yet: one left by a crash, else a new one.
create function intray.batch_pack(of_door bigint, most integer, wait_ms bigint)
returns table (batch bigint, name text, created timestamptz, is_rendered boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	select b.id into batch from intray.delivery_batch b
		where b.door = of_door and b.written is null order by b.id limit 1;
	if batch is null and intray.batch_due(of_door, most, wait_ms) then
		batch := intray.batch_fill(of_door, most);
	end if;
	return query select b.id, b.name, b.created, b.rendered is not null
		from intray.delivery_batch b where b.id = batch_pack.batch;
end $$;

-- A file that was not rendered when its document became ready, or that is the whole batch's.
-- What an offer has stays as it is; a batch that is not rendered as a whole is rendered anew.
create function intray.file_freeze(of_batch bigint, doc uuid, rev integer, format text,
	name text, mime text, bytes bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	delete from intray.delivery_file f using intray.delivery_batch b
	where doc is null and b.id = of_batch and b.rendered is null and f.batch = b.id
		and f.name = file_freeze.name;
	insert into intray.delivery_file (client, document, revision, batch, format, name, mime,
		bytes, sha256)
	select coalesce((select d.client from intray.document d where d.id = doc),
		(select b.client from intray.delivery_batch b where b.id = of_batch)), doc, rev,
		case when doc is null then of_batch end, format, name, mime, bytes,
		encode(sha256(bytes), 'hex')
	on conflict do nothing
$$;

-- It cannot be put into its door's format: a person must look, with what is lacking.
create function intray.item_leave_out(of_batch bigint, doc uuid, rev integer, words text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	v intray.delivery;
begin
	select * into strict d from intray.document where id = doc for update;
	select * into strict v from intray.delivery where document = doc and revision = rev
		for update;
	delete from intray.delivery_batch_item i
		where i.batch = of_batch and i.document = doc and i.revision = rev;
	if v.state = 'open' then
		update intray.delivery set state = 'refused', class = 'data', code = 'format',
			text = words, answered = now() where document = doc and revision = rev;
		if intray.with_erp(d, v) then
			update intray.document set state = 'offered', cause = 'fetched'
				where id = doc and state = 'ready';
			update intray.document set state = 'refused', cause = 'format', reason = words
				where id = doc;
			perform intray.offer_reopen(v, 'not-deliverable',
				'It cannot be handed to the ERP: ' || words);
		end if;
	end if;
end $$;

create function intray.batch_rendered(of_batch bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.delivery_batch set rendered = coalesce(rendered, now()) where id = of_batch
$$;

create function intray.batch_written(of_batch bigint) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.delivery_batch set written = coalesce(written, now()) where id = of_batch
$$;

-- The next document to be pushed, or what was taken back; marked as handed over before it is
-- sent, since afterwards nobody knows whether it arrived.
create function intray.push_next(of_door bigint)
returns table (document uuid, revision integer, control_number text, type text, action text,
	replaces integer, replaces_number text, received_on date, flags text, sum numeric,
	currency text, sha256 text, bytes bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	c constant integer := (select d.client from intray.door d where d.id = of_door and d.active);
	v intray.delivery;
begin
	select * into v from intray.withdrawals(of_door) limit 1;
	if not found then
		select * into v from intray.offers_take(c, of_door, null, 1);
		if not found then
			return;
		end if;
		perform intray.offer_hand_over(v, null);
	end if;
	return query select v.document, v.revision, d.control_number, v.type,
		intray.offer_action(v), v.replaces, (select r.number from intray.delivery r
			where r.document = v.document and r.revision = v.replaces),
		d.received_on, array_to_string(v.flags, ' '), v.sum, v.currency, v.sha256, v.bytes
		from intray.document d where d.id = v.document;
end $$;

-- It did not get through, or the ERP cannot take it now. The document stays where it is.
create function intray.push_later(doc uuid, rev integer, words text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.delivery set attempts = attempts + 1, class = 'technical', code = null,
		text = words, not_before = now() + intray.try_again_after(attempts)
	where document = doc and revision = rev and state = 'open'
$$;

create function intray.push_told(doc uuid, rev integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.delivery set told = now()
	where document = doc and revision = rev and state = 'withdrawn'
$$;

-- A file with answers, as a whole: what each line came to, and on record what could not be
-- taken. The same file again is counted again and changes nothing.
create function intray.answers_file(of_door bigint, file_name text, hash text, answers jsonb)
returns table (line integer, what text, outcome text, problem text)
language sql security definer set search_path = pg_catalog, pg_temp as $$
	with said as materialized (
		select t.*, d.client from intray.door d, intray.answers_take(answers, d.client) t
		where d.id = of_door
	), file as (
		insert into intray.answer_file as a (client, door, name, sha256, lines, taken, again,
			wrong)
		select d.client, d.id, file_name, hash, count(s.line),
			count(*) filter (where s.outcome in ('taken', 'late')),
			count(*) filter (where s.outcome = 'again'),
			count(*) filter (where s.outcome = 'wrong')
		from intray.door d left join said s on true where d.id = of_door group by d.id
		on conflict (door, name, sha256) do update set times = a.times + 1, last = now(),
			lines = excluded.lines, taken = excluded.taken, again = excluded.again,
			wrong = excluded.wrong
		returning id, client
	), before as (
		delete from intray.answer_problem p using file where p.file = file.id
	), noted as (
		insert into intray.answer_problem (client, file, line, what, problem)
		select f.client, f.id, s.line, s.what, s.problem from said s, file f
		where s.outcome = 'wrong'
	)
	select s.line, s.what, s.outcome, s.problem from said s order by s.line
$$;

-- --- the command line --------------------------------------------------------------------

create function intray.door_named(what text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.id from intray.door d join intray.client c on c.id = d.client
	where c.code || '/' || d.name = what
$$;

-- A door (CLIENT/NAME), a batch or a document: what waits or has had no answer goes out again,
-- with the same bytes, and at once.
create function intray.deliver_retry(what text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_door constant bigint := intray.door_named(what);
	of_batch constant bigint := (select id from intray.delivery_batch where name = lower(what));
	doc uuid;
	n integer;
begin
	if of_door is null and of_batch is null then
		doc := intray.find_document(what);
	end if;
	update intray.door set closed_until = null where id = of_door;
	update intray.delivery v set not_before = now(), batch = null, alarmed = null,
		door = intray.door_of(v.client, v.type)
	where v.state = 'open' and case
		when of_door is not null then v.door = of_door and (v.not_before > now()
			or v.alarmed is not null)
		when of_batch is not null then v.batch = of_batch
		else v.document = doc end;
	get diagnostics n = row_count;
	if n = 0 and doc is not null then
		raise exception '% has no open offer', what;
	end if;
	notify intray_delivery;
	return what || ': ' || n || case n when 1 then ' offer goes' else ' offers go' end
		|| ' out again';
end $$;

create function intray.deliver_withdraw(what text, why text) returns text
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select upper(what) || ': ' || intray.offer_withdraw(intray.find_document(what), why)
$$;

create function intray.deliver_correct(what text, why text) returns text
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select upper(what) || ': ' || intray.offer_correct(intray.find_document(what), why)
$$;

-- --- the statement -----------------------------------------------------------------------

-- When an unanswered offer alarms.
create function intray.answer_hours(v intray.delivery) returns numeric
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select d.answer_hours from intray.door d where d.id = v.door),
		(intray.sla_of(v.client, v.type)).answer_hours)
$$;

-- How each offer stood at two moments, null: it was not there yet; those that were open at the
-- first or have changed by the second. What was settled before costs nothing.
create function intray.offers_between(of_client integer, since timestamptz, until timestamptz)
returns table (document uuid, revision integer, before text, after text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select o.document, o.revision, b.what, a.what
	from (select h.document, h.revision from intray.handover h
			where h.client = of_client and h.at >= since
		union select v.document, v.revision from intray.delivery v
			where v.client = of_client and v.state = 'open') o
	left join lateral (select h.what from intray.handover h where h.document = o.document
		and h.revision = o.revision and h.at < since order by h.id desc limit 1) b on true
	join lateral (select h.what from intray.handover h where h.document = o.document
		and h.revision = o.revision and h.at < until order by h.id desc limit 1) a on true
	where b.what is null or b.what = 'open' or b.what <> a.what
$$;

-- What was open when the time began, what was offered since, what was answered before and has
-- changed (acknowledged, now posted), and what became of all that. What is counted in comes
-- from the journal, what is counted out for today from the offers themselves, with the sums the
-- ERP booked where it says so: the difference must be nothing.
create function intray.delivery_statement(of_client integer, since timestamptz, until timestamptz)
returns table (type text, currency text, carried bigint, carried_sum numeric,
	offered bigint, offered_sum numeric, changed bigint, changed_sum numeric,
	posted bigint, posted_sum numeric, acknowledged bigint, acknowledged_sum numeric,
	refused bigint, refused_sum numeric, withdrawn bigint, withdrawn_sum numeric,
	open bigint, open_sum numeric, difference bigint, difference_sum numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with moved as (
		select v.type, coalesce(v.currency, '') as currency, coalesce(v.sum, 0) as sum,
			coalesce(v.booked, v.sum, 0) as booked, o.before,
			case when until > now() then v.state else o.after end as after
		from intray.offers_between(of_client, since, until) o
		join intray.delivery v on v.document = o.document and v.revision = o.revision
	), counted as (
		select m.type, m.currency,
			count(*) filter (where before = 'open') as carried,
			coalesce(sum(m.sum) filter (where before = 'open'), 0) as carried_sum,
			count(*) filter (where before is null) as offered,
			coalesce(sum(m.sum) filter (where before is null), 0) as offered_sum,
			count(*) filter (where before <> 'open') as changed,
			coalesce(sum(m.sum) filter (where before <> 'open'), 0) as changed_sum,
			count(*) filter (where after = 'posted') as posted,
			coalesce(sum(m.booked) filter (where after = 'posted'), 0) as posted_sum,
			count(*) filter (where after = 'acknowledged') as acknowledged,
			coalesce(sum(m.sum) filter (where after = 'acknowledged'), 0) as acknowledged_sum,
			count(*) filter (where after = 'refused') as refused,
			coalesce(sum(m.sum) filter (where after = 'refused'), 0) as refused_sum,
			count(*) filter (where after = 'withdrawn') as withdrawn,
			coalesce(sum(m.sum) filter (where after = 'withdrawn'), 0) as withdrawn_sum,
			count(*) filter (where after = 'open') as open,
			coalesce(sum(m.sum) filter (where after = 'open'), 0) as open_sum
		from moved m group by m.type, m.currency
	)
	select c.*, c.carried + c.offered + c.changed - c.posted - c.acknowledged - c.refused
			- c.withdrawn - c.open,
		c.carried_sum + c.offered_sum + c.changed_sum - c.posted_sum - c.acknowledged_sum
			- c.refused_sum - c.withdrawn_sum - c.open_sum
	from counted c order by c.type, c.currency
$$;
