-- The ERP's door. It reads open offers (erp.offer, and a typed view per document type made by
-- intray.schema_install), or takes the next ones for itself (erp.next_batch), and says of each
-- what became of it. Every answer may be repeated; one that cannot be true is refused.

-- Whether the caller took this batch.
create function intray.my_batch(which bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select from intray.delivery_batch b
		where b.id = which and b.account = intray.my_account());
end $$;

create function intray.offer_action(v intray.delivery) returns text
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select case when v.state = 'withdrawn' then 'withdraw' when v.replaces is null then 'book'
		when v.reverse then 'reverse' else 'correct' end
$$;

-- What goes through a door of another kind, or was taken by another ERP, is not shown.
-- action: book; correct (revision `replaces`, booked as `replaces_number`, is replaced);
-- reverse (the same, but reverse that booking first, since the ERP said it must).
create view erp.offer with (security_invoker, security_barrier) as
select v.document, v.revision, d.control_number, c.code as client, v.type, d.received_on,
	v.created, v.attempts, v.flags, v.sha256, v.bytes,
	convert_from(v.bytes, 'UTF8')::xml as xml, v.replaces, r.number as replaces_number,
	intray.offer_action(v) as action, v.batch
from intray.delivery v
join intray.document d on d.id = v.document and d.revision = v.revision
join intray.client c on c.id = v.client
left join intray.delivery r on r.document = v.document and r.revision = v.replaces
where v.state = 'open' and v.not_before <= now()
	and (intray.is_process() or v.door is null and intray.may('erp', v.client, v.type)
		and (v.batch is null or intray.my_batch(v.batch)));

-- --- answers -----------------------------------------------------------------------------

-- What an answer says of the document holds for it while this revision is its last word and
-- nobody has begun to correct it.
create function intray.with_erp(d intray.document, v intray.delivery) returns boolean
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select d.revision = v.revision and d.state in ('ready', 'offered', 'acknowledged')
$$;

create function intray.erp_received(d intray.document, v intray.delivery) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if intray.with_erp(d, v) then
		update intray.document set state = 'offered', cause = 'fetched'
			where id = d.id and state = 'ready';
		update intray.document set state = 'acknowledged', cause = 'acknowledged'
			where id = d.id and state = 'offered';
	end if;
	update intray.delivery set state = 'acknowledged', answered = now()
		where document = v.document and revision = v.revision and state = 'open';
end $$;

create function intray.answer_acknowledged(d intray.document, v intray.delivery) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	case
	when v.state in ('acknowledged', 'posted') then
		return 'again';
	when v.state = 'refused' then
		raise exception 'revision % was refused already', v.revision;
	when v.state = 'withdrawn' or v.revision <> d.revision then
		raise exception 'revision % of document % is not on offer any more: do not book it',
			v.revision, d.control_number;
	else
		perform intray.erp_received(d, v);
		return 'taken';
	end case;
end $$;

create function intray.answer_note(of_client integer, what text, problem text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.answer_problem (client, what, problem)
	values (of_client, answer_note.what, answer_note.problem)
$$;

-- The ERP has booked what it had refused or what was taken back. Its books are as they are:
-- what is offered next replaces this booking, unless it went out as a booking of its own.
create function intray.answer_late(d intray.document, v intray.delivery, number text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.delivery o set state = 'posted', late = true, number = answer_late.number,
		answered = now() where o.document = v.document and o.revision = v.revision;
	update intray.delivery o set replaces = v.revision where o.document = v.document
		and o.revision > v.revision and o.state = 'open' and o.batch is null
		and o.replaces is null;
	perform intray.answer_note(d.client, d.control_number, format(case when exists (
			select from intray.delivery o where o.document = v.document
			and o.revision > v.revision and o.replaces is null
			and (o.state in ('acknowledged', 'posted') or o.state = 'open'))
		then 'revision %s is booked as %s although it was %s, and a later one was handed over '
			'as new: one of the two must be reversed'
		else 'revision %s is booked as %s although it was %s' end, v.revision, number, v.state));
	return 'late';
end $$;

create function intray.answer_posted(d intray.document, v intray.delivery, number text,
	amount numeric) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce(number, '') = '' then
		raise exception 'give the number under which it is booked';
	end if;
	-- Neither would any sum balance again, nor could it be corrected.
	if amount in ('NaN', 'Infinity', '-Infinity') then
		raise exception 'the amount % is none', amount;
	end if;
	if v.state = 'posted' and v.number is distinct from answer_posted.number then
		raise exception 'revision % is posted already, as %', v.revision, v.number;
	end if;
	if v.state = 'posted' then
		return 'again';
	end if;
	update intray.delivery o set booked = amount
		where o.document = v.document and o.revision = v.revision;
	if amount <> v.sum then
		perform intray.answer_note(d.client, d.control_number, format('booked as %s with %s, '
			'but %s was offered', number, amount, v.sum));
	end if;
	if v.state in ('refused', 'withdrawn') then
		return intray.answer_late(d, v, number);
	end if;
	perform intray.erp_received(d, v);
	if intray.with_erp(d, v) then
		update intray.document set state = 'posted', cause = 'posted' where id = d.id;
	end if;
	update intray.delivery o set state = 'posted', number = answer_posted.number,
		answered = now() where o.document = v.document and o.revision = v.revision;
	return 'taken';
end $$;

-- How long to wait before a technical refusal is tried again: 1, 2, 4... up to 60 minutes.
create function intray.try_again_after(attempts integer) returns interval
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select least(make_interval(mins => (2 ^ least(attempts, 8))::integer), interval '1 hour')
$$;

-- technical: offered again after a while; master-data: asks the client; duplicate: the ERP has
-- it; data: back to a person, with the ERP's words; must-reverse: the correction is offered
-- again as a reversal and a new booking.
create function intray.answer_refused(d intray.document, v intray.delivery, class text,
	code text, words text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	again boolean;
begin
	if coalesce(class, '') not in ('technical', 'master-data', 'duplicate', 'data',
		'must-reverse')
	then
		raise exception 'class must be technical, master-data, duplicate, data or '
			'must-reverse, not %', class;
	end if;
	if class = 'must-reverse' and v.replaces is null then
		raise exception 'revision % replaces nothing that could be reversed', v.revision;
	end if;
	if v.state = 'posted' then
		raise exception 'revision % is posted already, as %', v.revision, v.number;
	end if;
	if v.state in ('refused', 'withdrawn') then
		return 'again';
	end if;
	if class = 'must-reverse' and v.reverse then
		class := 'master-data'; -- it cannot do even that: people must
	end if;
	again := class in ('technical', 'must-reverse');
	update intray.delivery o set class = answer_refused.class, code = answer_refused.code,
		text = words, answered = now(), attempts = attempts + 1,
		state = case when again then 'open' else 'refused' end,
		batch = case when again then null else batch end,
		reverse = reverse or answer_refused.class = 'must-reverse',
		not_before = case answer_refused.class
			when 'technical' then now() + intray.try_again_after(attempts)
			else not_before end
		where o.document = v.document and o.revision = v.revision;
	if intray.with_erp(d, v) then
		perform intray.document_refused(d.id, class, words);
	end if;
	return 'taken';
end $$;

create function intray.document_refused(doc uuid, why text, words text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.document set state = 'offered', cause = 'fetched'
		where id = doc and state = 'ready';
	update intray.document set state = 'refused', cause = why, reason = words where id = doc;
	case why
	when 'technical' then
		update intray.document set state = 'ready', cause = 'try-again' where id = doc;
	when 'must-reverse' then
		update intray.document set state = 'ready', cause = 'must-reverse' where id = doc;
	when 'master-data' then
		update intray.document set state = 'queried', cause = 'master-data',
			until = now() + interval '14 days' where id = doc;
	when 'duplicate' then
		update intray.document set state = 'duplicate', cause = 'erp-has-it' where id = doc;
	else
		insert into intray.finding (document, client, position, code, kind, severity, text)
		select d.id, d.client, 0, 'erp-refused', 'document', 'stop',
			'The ERP refused it: ' || coalesce(words, 'no reason given')
		from intray.document d where d.id = doc;
		perform intray.document_excepted(doc, 'erp-refused');
	end case;
end $$;

-- One answer: {answer: acknowledged | posted | refused, number, amount, class, code, text,
-- sha256}, and of a door's process a note for the record. taken; again: it was known; late:
-- taken, and somebody should know. Anything else is an exception that says why.
create function intray.answer_take(doc uuid, rev integer, a jsonb) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	v intray.delivery;
begin
	select * into d from intray.document where id = doc for update;
	if not found or not (intray.may('erp', d.client, d.type) or intray.actor_kind() = 'deliver')
	then
		raise exception 'there is no document %', doc;
	end if;
	select * into v from intray.delivery where document = doc and revision = rev for update;
	if not found then
		raise exception 'document % was never offered as revision %', d.control_number, rev;
	end if;
	if lower(a ->> 'sha256') <> v.sha256 and not exists (select from intray.delivery_file f
		where f.document = doc and f.revision = rev and f.sha256 = lower(a ->> 'sha256'))
	then
		raise exception 'the hash is not that of what was offered: what arrived is damaged';
	end if;
	if a ->> 'note' is not null and intray.actor_kind() = 'deliver' then
		perform intray.answer_note(d.client, d.control_number, a ->> 'note');
	end if;
	case coalesce(a ->> 'answer', '')
	when 'acknowledged' then
		return intray.answer_acknowledged(d, v);
	when 'posted' then
		return intray.answer_posted(d, v, a ->> 'number', (a ->> 'amount')::numeric);
	when 'refused' then
		return intray.answer_refused(d, v, a ->> 'class', a ->> 'code', a ->> 'text');
	else
		raise exception 'an answer is acknowledged, posted or refused, not "%"', a ->> 'answer';
	end case;
end $$;

-- The document an answer names, of one client or (null) of any the caller may see.
create function intray.answer_document(a jsonb, of_client integer) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	named constant text := coalesce(a ->> 'document', a ->> 'control_number');
	doc uuid;
begin
	if named ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
		select d.id into doc from intray.document d where d.id = named::uuid
			and (of_client is null or d.client = of_client);
	else
		select d.id into doc from intray.document d where d.control_number = upper(named)
			and (of_client is null or d.client = of_client);
	end if;
	if doc is null then
		raise exception 'there is no document %', coalesce(named, 'without a name');
	end if;
	return doc;
end $$;

-- Many answers, each by itself: one that cannot be taken does not hold up the others.
create function intray.answers_take(answers jsonb, of_client integer)
returns table (line integer, what text, outcome text, problem text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	a jsonb;
begin
	if jsonb_typeof(answers) <> 'array' then
		raise exception 'expected an array of answers';
	end if;
	for a, line in select x.value, x.ordinality from jsonb_array_elements(answers)
		with ordinality x
	loop
		if a ->> 'line' ~ '^[0-9]{1,9}$' then
			line := a ->> 'line'; -- of the file it stood in
		end if;
		what := left(coalesce(a ->> 'control_number', a ->> 'document', '?'), 100)
			|| coalesce(' revision ' || left(a ->> 'revision', 20), '');
		problem := null;
		begin
			if a ->> 'problem' is not null then
				raise exception '%', a ->> 'problem';
			end if;
			if a ->> 'revision' is null then
				raise exception 'it names no revision';
			end if;
			outcome := intray.answer_take(intray.answer_document(a, of_client),
				(a ->> 'revision')::integer, a);
		exception when raise_exception or data_exception then
			outcome := 'wrong';
			problem := sqlerrm;
		end;
		return next;
	end loop;
end $$;

-- "We have it."
create function erp.acknowledge(document uuid, revision integer, sha256 text default null)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.answer_take(document, revision, jsonb_build_object('answer',
		'acknowledged', 'sha256', sha256));
end $$;

-- "We booked it, under this number" (and, if it says so, with this amount).
create function erp.post(document uuid, revision integer, number text,
	amount numeric default null) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.answer_take(document, revision, jsonb_build_object('answer', 'posted',
		'number', number, 'amount', amount));
end $$;

-- "We do not take it."
create function erp.refuse(document uuid, revision integer, class text, code text, text text)
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform intray.answer_take(document, revision, jsonb_build_object('answer', 'refused',
		'class', class, 'code', code, 'text', text));
end $$;

-- Many at once: select * from erp.answer('[{"document": "...", "revision": 1, "answer":
-- "posted", "number": "BK-1"}, ...]').
create function erp.answer(answers jsonb)
returns table (line integer, what text, outcome text, problem text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select * from intray.answers_take(answers, null);
end $$;

-- --- batches -----------------------------------------------------------------------------

-- Offers nobody has yet, the oldest first, locked in the order that all keep (document, then
-- delivery); what somebody else is just taking is passed over.
create function intray.offers_take(of_client integer, of_door bigint, of_type text,
	most integer) returns setof intray.delivery
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery;
	n integer := 0;
begin
	for v in select * from intray.delivery o
		where o.state = 'open' and o.batch is null and o.not_before <= now()
			and o.client = of_client and o.door is not distinct from of_door
			and (of_type is null or o.type = of_type)
			and (of_door is not null or intray.may('erp', o.client, o.type))
		order by o.created, o.document
	loop
		exit when n >= most;
		perform from intray.document d where d.id = v.document and d.revision = v.revision
			for update skip locked;
		continue when not found;
		select * into v from intray.delivery o where o.document = v.document
			and o.revision = v.revision and o.state = 'open' and o.batch is null
			for update skip locked;
		continue when not found;
		n := n + 1;
		return next v;
	end loop;
end $$;

-- "acme-261122-000007"
create function intray.batch_new(of_client integer, of_door bigint, of_account integer,
	lease interval) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
	with next as (select nextval(pg_get_serial_sequence('intray.delivery_batch', 'id')) as id)
	insert into intray.delivery_batch (id, client, door, account, name, taken_until)
	overriding system value
	select next.id, c.id, of_door, of_account, c.code || '-' || to_char(now() at time zone
		c.time_zone, 'YYMMDD') || '-' || lpad(next.id::text, greatest(6,
		length(next.id::text)), '0'), now() + lease
	from next, intray.client c where c.id = of_client
	returning id
$$;

-- The offer leaves the house in this batch, or (null) by itself.
create function intray.offer_hand_over(v intray.delivery, in_batch bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.delivery o set batch = in_batch, handed = now()
		where o.document = v.document and o.revision = v.revision;
	update intray.document set state = 'offered', cause = 'fetched'
		where id = v.document and state = 'ready';
	insert into intray.delivery_batch_item (batch, document, revision, client, action,
		replaces, replaces_number)
	select in_batch, v.document, v.revision, v.client, intray.offer_action(v), v.replaces,
		(select r.number from intray.delivery r where r.document = v.document
			and r.revision = v.replaces)
	where in_batch is not null;
end $$;

-- The caller's own unanswered batch whose time is over, else a new one.
create function intray.batch_for(of_account integer, of_client integer, of_type text,
	most integer, lease interval) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	taken bigint;
	v intray.delivery;
begin
	select b.id into taken from intray.delivery_batch b
		where b.id in (select o.batch from intray.delivery o where o.state = 'open'
				and o.client = of_client and (of_type is null or o.type = of_type))
			and b.account = of_account and b.taken_until < now()
		order by b.id limit 1 for update skip locked;
	if taken is not null then
		update intray.delivery_batch set taken_until = now() + lease where id = taken;
		update intray.delivery set attempts = attempts + 1
			where batch = taken and state = 'open';
		return taken;
	end if;
	for v in select * from intray.offers_take(of_client, null, of_type, most) loop
		if taken is null then
			taken := intray.batch_new(of_client, null, of_account, lease);
		end if;
		perform intray.offer_hand_over(v, taken);
	end loop;
	return taken;
end $$;

-- The next offers for whoever asks; nobody else gets them. What the taker has not answered when
-- the lease is over it gets again under the same batch; other ERPs only after erp.release.
create function erp.next_batch(client text default null, type text default null,
	size integer default 100, lease interval default interval '1 hour')
returns setof erp.offer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	c integer;
	taken bigint;
begin
	for c in select a.client from intray.access a join intray.client o on o.id = a.client
		where a.account = me and a.what = 'erp' and o.code = coalesce(next_batch.client, o.code)
		order by a.client
	loop
		taken := intray.batch_for(me, c, next_batch.type, greatest(1, least(size, 10000)),
			lease);
		exit when taken is not null;
	end loop;
	return query select * from erp.offer o where o.batch = taken
		order by o.created, o.document;
end $$;

-- The unanswered rest of a batch the caller has, at any time.
create function erp.batch(id bigint) returns setof erp.offer
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select * from erp.offer o where o.batch = id and intray.my_batch(id)
	order by o.created, o.document
$$;

-- The caller's batches with unanswered offers.
create function erp.batches() returns table (batch bigint, name text, client text,
	taken timestamptz, until timestamptz, unanswered bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select b.id, b.name, c.code, b.created, b.taken_until, count(*)
	from intray.delivery_batch b join intray.client c on c.id = b.client
	join intray.delivery v on v.batch = b.id and v.state = 'open'
	where b.account = intray.my_account()
	group by b.id, c.code order by b.id
$$;

-- "We do nothing with the rest": others may have it.
create function erp.release(id bigint) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	n integer;
begin
	if not intray.my_batch(id) then
		raise exception 'there is no batch %', id;
	end if;
	update intray.delivery v set batch = null where v.batch = release.id and v.state = 'open';
	get diagnostics n = row_count;
	return n;
end $$;

-- A document as one of the formats its client's doors ask for.
create function erp.files(document uuid, revision integer)
returns table (format text, name text, mime text, sha256 text, bytes bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select f.format, f.name, f.mime, f.sha256, f.bytes
	from intray.delivery v join intray.delivery_file f on f.document = v.document
		and f.revision = v.revision
	where v.document = files.document and v.revision = files.revision
		and intray.may('erp', v.client, v.type)
	order by f.format, f.name
$$;

-- --- taking back, and correcting ---------------------------------------------------------

-- A document's current offer, both locked; whoever asks must be its ERP or an administrator.
create function intray.offer_hold(doc uuid) returns intray.delivery
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	v intray.delivery;
begin
	select * into d from intray.document where id = doc for update;
	if not found or not (intray.actor_kind() = 'admin' or intray.may('erp', d.client, d.type))
	then
		raise exception 'there is no document %', doc;
	end if;
	select * into v from intray.delivery where document = d.id and revision = d.revision
		for update;
	if not found then
		raise exception 'document % was never offered', d.control_number;
	end if;
	return v;
end $$;

-- Back to a person, who is told why.
create function intray.offer_reopen(v intray.delivery, code text, words text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.finding (document, client, position, code, kind, severity, text)
	values (v.document, v.client, 0, offer_reopen.code, 'document', 'stop', words);
	perform intray.document_excepted(v.document, offer_reopen.code);
end $$;

-- An offer the ERP has not acknowledged is taken back; what was handed over already is
-- followed by a notice.
create function intray.offer_withdraw(doc uuid, why text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery := intray.offer_hold(doc);
begin
	if v.state <> 'open' or (select state not in ('ready', 'offered') from intray.document
		where id = doc)
	then
		raise exception 'revision % is "%": only an unanswered offer can be withdrawn',
			v.revision, v.state;
	end if;
	update intray.delivery set state = 'withdrawn'
		where document = v.document and revision = v.revision;
	perform intray.offer_reopen(v, 'withdrawn', 'Its offer to the ERP was taken back: '
		|| coalesce(nullif(why, ''), 'no reason given'));
	return 'revision ' || v.revision || ' is withdrawn';
end $$;

-- What the ERP has is to be corrected: a person looks at it again, and the next revision names
-- the one that it replaces.
create function intray.offer_correct(doc uuid, why text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	v intray.delivery := intray.offer_hold(doc);
begin
	if v.state not in ('acknowledged', 'posted') or (select state not in ('acknowledged',
		'posted') from intray.document where id = doc)
	then
		raise exception 'revision % is "%": only what the ERP has can be corrected; what it '
			'has not answered is withdrawn', v.revision, v.state;
	end if;
	perform intray.offer_reopen(v, 'correction', 'The ERP has it as '
		|| coalesce(v.number, 'revision ' || v.revision) || ', and it is to be corrected: '
		|| coalesce(nullif(why, ''), 'no reason given'));
	return 'a person will correct it; revision ' || v.revision + 1 || ' will replace '
		|| v.revision;
end $$;

create function erp.withdraw(document uuid, text text) returns text
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.offer_withdraw(document, text)
$$;

create function erp.correct(document uuid, text text) returns text
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.offer_correct(document, text)
$$;

-- A document's whole story, delivered or not.
create function erp.document(id uuid)
returns table (control_number text, client text, type text, state text, reason text,
	received_on date, revision integer, offered timestamptz, answer text,
	answered timestamptz, number text, class text, code text, text text, xml xml)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select d.control_number, c.code, d.type, d.state, d.reason, d.received_on, v.revision,
		v.created, v.state, v.answered, v.number, v.class, v.code, v.text,
		convert_from(v.bytes, 'UTF8')::xml
	from intray.document d
	join intray.client c on c.id = d.client
	left join intray.delivery v on v.document = d.id
	where d.id = document.id and intray.may('erp', d.client, d.type)
	order by v.revision
$$;

select intray.erp_view(name) from intray.doctype where current;
