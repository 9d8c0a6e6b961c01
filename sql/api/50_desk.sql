-- The clerks' door, usable from plain psql; the web page is one user of it. No transaction
-- stays open while a person types: a task is leased, a draft is saved, and what comes too
-- late is refused and kept aside.

-- What a client's current profile says that the database must know: {"second": [paths], "critical": [paths],
-- "rates": {"touchless": 0.02, ...}, "before": true}.
create function intray.profile_rules(for_client integer, for_type text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select p.rules from intray.profile p where p.client = for_client
		and p.type = for_type and p.current), '{}');
end $$;

-- Whether values of a document are kept from the caller, because he may yet be asked to key
-- them without having seen them. Nobody is blind to what he keys or keyed himself.
create function intray.blind(d intray.document) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
begin
	return d.state in ('understood', 'exception', 'keyed', 'checked', 'second-key', 'queried',
			'postponed')
		and (d.state = 'second-key' or coalesce(intray.profile_rules(d.client, d.type)
			-> 'second', '[]') <> '[]')
		and exists (select from intray.access a where a.account = me and a.client = d.client
			and a.what in ('key', 'senior'))
		and not exists (select from intray.keying k where k.document = d.id and k.account = me)
		and not exists (select from intray.task t where t.document = d.id and t.account = me
			and t.state = 'open' and t.lease_until > now() and t.queue <> 'second-key');
end $$;

-- Row-level security tells clients apart; types are told apart by the views, so these are
-- barriers: no condition of the caller's is tried on a row he may not see.

-- What the caller may work on, the most urgent first.
create view desk.queue with (security_invoker, security_barrier) as
select t.id as task, c.code as client, d.control_number, d.type, t.queue, t.reason,
	case when not intray.blind(d) then d.reason end as text,
	t.priority, t.due, t.due < now() as late, t.account is not null as taken, d.received_on,
	d.id as document
from intray.task t
join intray.document d on d.id = t.document
join intray.client c on c.id = t.client
where t.state = 'open'
	and intray.may(case when t.queue = 'quality' then 'quality'
		when t.senior or t.queue = 'arbitration' then 'senior' else 'key' end, t.client, d.type)
order by t.due, t.priority, t.id;

create view desk.document with (security_invoker, security_barrier) as
select d.id as document, c.code as client, d.control_number, d.type, d.state, d.since,
	case when not intray.blind(d) then d.reason end as reason,
	d.received_on, d.due, d.pages, d.revision
from intray.document d join intray.client c on c.id = d.client
where intray.may('key', d.client, d.type);

create function intray.may_see(for_client integer, for_type text, version text, of_path text)
returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- A path that the type does not have was read under another type: nobody knows then.
	return (select not coalesce((select f.restricted from intray.doctype_field f
			where f.type = for_type and f.version = may_see.version
			and f.path = of_path),
			not exists (select from intray.doctype_field f where f.type = for_type
				and f.version = may_see.version and f.in_table = of_path))
		or exists (select from intray.access a
			where a.account = intray.my_account() and a.client = for_client
			and a.restricted));
end $$;

-- All fields and tables of a type that the caller may see; null: whatever there is. Asked once a
-- document, where may_see would be asked for each of its values.
create function intray.seen_paths(for_client integer, for_type text, version text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	paths text[];
begin
	perform from intray.access a where a.account = me and a.client = for_client and a.restricted;
	if not found then
		select coalesce(array_agg(f.path) filter (where not f.restricted), '{}')
				|| coalesce(array_agg(distinct f.in_table) filter (where f.in_table <> ''), '{}')
			into paths from intray.doctype_field f
			where f.type = for_type and f.version = seen_paths.version;
	end if;
	return paths;
end $$;

create view desk.field with (security_invoker, security_barrier) as
select d.id as document, f.path, f.line, t.title,
	case when s.may then f.value end as value, case when s.may then f.raw end as raw,
	f.page, f.x, f.y, f.w, f.h, f.source, f.confidence, f.accepted, f.why,
	case when s.may then f.alternatives end as alternatives, not s.may as hidden
from intray.field f
join intray.document d on d.id = f.document
left join intray.doctype_field t on t.type = d.type and t.version = d.type_version
	and t.path = f.path,
lateral (select intray.may_see(d.client, d.type, d.type_version, f.path) as may) s
where intray.may('key', d.client, d.type) and not intray.blind(d)
order by f.line, f.position;

create view desk.finding with (security_invoker, security_barrier) as
select f.document, f.id as finding, f.code, f.kind, f.severity, f.fields, f.text, f.confirmed
from intray.finding f join intray.document d on d.id = f.document
where intray.may('key', d.client, d.type) and not intray.blind(d)
order by f.position, f.id;

create view desk.reason with (security_invoker) as
select r.kind, r.code, r.text, c.code as client
from intray.reason r left join intray.client c on c.id = r.client
order by r.kind, r.code;

-- {"number": "1", "seller/name": "X", "lines": [{"amount": "1.50"}, ...]}: the shape in which
-- values are read and submitted. Fields the caller may not see are left out.
create function intray.document_values(doc uuid, for_caller boolean) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	d intray.document;
	seen text[];
begin
	select * into d from intray.document where id = doc;
	seen := case when for_caller then intray.seen_paths(d.client, d.type, d.type_version) end;
	return (with f as (
		select f.line, f.path, f.value, f.position, t.in_table,
			case when t.in_table is null then f.path
				else substr(f.path, length(t.in_table) + 2) end as key
		from intray.field f
		left join intray.doctype_field t on t.type = d.type
			and t.version = d.type_version and t.path = f.path
		where f.document = doc and f.value is not null
			and (seen is null or f.path = any (seen))
	),
	row_values as (
		select in_table, line, jsonb_object_agg(key, value) as j from f
		where in_table is not null group by in_table, line
	),
	tables as (
		select in_table as key, jsonb_agg(j order by line) as j from row_values
		group by in_table
	)
	select coalesce((select jsonb_object_agg(key, value) from f where in_table is null), '{}')
		|| coalesce((select jsonb_object_agg(key, j) from tables), '{}'));
end $$;

-- What a person needs to be allowed for a task.
create function intray.right_for(queue text, senior boolean) returns text
language sql immutable parallel safe as $$
	select case when queue = 'quality' then 'quality'
		when senior or queue = 'arbitration' then 'senior' else 'key' end
$$;

create function intray.task_right(t intray.task) returns text
language sql immutable parallel safe as $$
	select intray.right_for(t.queue, t.senior)
$$;

-- What the caller has already: what he was typing in before what the page had only fetched ahead.
create function intray.task_kept(but bigint[], queues text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	chosen bigint;
begin
	select t.id into chosen from intray.task t join intray.document d on d.id = t.document
		where t.state = 'open' and t.account = me and t.lease_until > now()
			and t.field is null and t.id <> all (but)
			and intray.may(intray.task_right(t), t.client, d.type)
			and (queues is null or t.queue = any (queues))
		order by (select r.at from intray.draft r where r.task = t.id and r.account = me
			and not r.side) desc nulls last, t.due, t.priority, t.id
		limit 1 for update of t;
	return chosen;
end $$;

-- The first of these that the caller may take; among equally urgent ones his last supplier's and
-- batch's. Nobody checks what he keyed himself.
create function intray.task_among(among bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	me constant integer := intray.my_account();
	last record;
	chosen bigint;
begin
	select d.supplier, o.batch into last from intray.keying k
		join intray.document d on d.id = k.document
		join intray.drop o on o.id = d.drop
		where k.account = me order by k.at desc limit 1;
	select t.id into chosen from intray.task t
		join intray.document d on d.id = t.document
		join intray.drop o on o.id = d.drop
		join intray.tray y on y.id = o.tray
		join intray.access a on a.account = me and a.client = t.client
			and a.what = intray.task_right(t)
			and (a.types is null or d.type = any (a.types))
			and (a.languages is null or y.languages is null
				or a.languages && string_to_array(y.languages, '+'))
		where t.id = any (among)
			-- Another may have been faster.
			and t.state = 'open' and (t.lease_until is null or t.lease_until < now())
			and not exists (select from intray.skipped s where s.task = t.id
				and s.account = me and s.at > now() - interval '4 hours')
			and (t.queue = 'exception' or intray.fit_for(t, me))
		order by t.due, t.priority, d.supplier = last.supplier desc nulls last,
			o.batch = last.batch desc nulls last, t.id
		limit 1 for update of t skip locked;
	return chosen;
end $$;

-- The most urgent that nobody has and the caller may take. Looks at a few at a time, in the order
-- of their index: most often the first will do, and thousands may wait behind it.
create function intray.task_free(but bigint[], queues text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	chosen bigint;
	few bigint[];
	after intray.task;
begin
	loop
		few := array(select t.id from intray.task t
			where t.state = 'open' and (t.lease_until is null or t.lease_until < now())
				and t.id <> all (but) and (queues is null or t.queue = any (queues))
				and (t.due, t.priority, t.id) > (coalesce(after.due, '-infinity'),
					coalesce(after.priority, 0), coalesce(after.id, 0))
			order by t.due, t.priority, t.id limit 40);
		exit when few = '{}';
		chosen := intray.task_among(few);
		exit when chosen is not null;
		select * into after from intray.task t where t.id = few[cardinality(few)];
	end loop;
	return chosen;
end $$;

-- Leases the next task to the caller, for a quarter of an hour (every saved draft prolongs it). One
-- that he has already comes first, except those he names: the page takes the next document
-- while the first is still being keyed. Null: there is none.
create function intray.task_lease(but bigint[], queues text[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	chosen bigint;
begin
	if me is null then
		raise exception 'you have no account here; ask for intray.grant_clerk';
	end if;
	chosen := coalesce(intray.task_kept(but, queues), intray.task_free(but, queues));
	update intray.task t set fence = case when t.account = me and t.lease_until > now()
			then t.fence else nextval('intray.fence') end,
		account = me, field = null, lease_until = now() + interval '15 minutes' where t.id = chosen;
	insert into intray.event (client, document, kind, actor, cause, task)
	select t.client, t.document, 'look', intray.actor(), 'task', t.id
	from intray.task t where t.id = chosen;
	return chosen;
end $$;

-- The next task for the caller, with what he needs to key it from psql.
create function desk.next_task(but bigint[] default '{}', queues text[] default null)
returns table (task bigint, fence bigint, document uuid, control_number text, client text,
	type text, queue text, reason text, due timestamptz, received_on date, findings jsonb,
	fields jsonb, draft jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	me constant integer := intray.my_account();
	chosen constant bigint := intray.task_lease(but, queues);
begin
	return query select t.id, t.fence, d.id, d.control_number, c.code, d.type, t.queue,
		t.reason, t.due, d.received_on,
		-- A second key is blind: it is told what to key, and nothing else.
		case t.queue when 'second-key' then jsonb_build_array(jsonb_build_object(
			'code', 'second-key', 'kind', 'reading', 'severity', 'stop',
			'fields', (intray.second_key_of(d.id)).fields,
			'text', 'Please key these fields from the paper.'))
		else (select coalesce(jsonb_agg(jsonb_build_object('finding', f.id, 'code', f.code,
			'kind', f.kind, 'severity', f.severity, 'fields', f.fields, 'text', f.text)
			order by f.position, f.id), '[]') from intray.finding f
			where f.document = d.id and not f.confirmed) end,
		case t.queue when 'second-key' then '{}'
			else intray.document_values(d.id, true) end,
		(select r.values from intray.draft r where r.task = t.id and r.account = me
			and not r.side)
	from intray.task t join intray.document d on d.id = t.document
	join intray.client c on c.id = t.client
	where t.id = chosen;
end $$;

-- The task, locked behind its document, if the caller has it. `held` null: without fence.
create function intray.task_hold(task_id bigint, held bigint) returns setof intray.task
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	me constant integer := intray.my_account();
begin
	perform from intray.document d join intray.task k on k.document = d.id
		where k.id = task_id for update of d;
	select * into t from intray.task where id = task_id for update;
	if not found or not intray.may(intray.task_right(t),
		t.client, (select d.type from intray.document d where d.id = t.document))
	then
		raise exception 'there is no task %', task_id;
	end if;
	if t.state = 'open' and t.account = me and t.lease_until > now()
		and (held is null or t.fence = held)
	then
		return next t;
	end if;
end $$;

create function intray.task_mine(task_id bigint) returns intray.task
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
begin
	select * into t from intray.task_hold(task_id, null);
	if not found then
		raise exception 'task % is not yours (any more); take the next one', task_id;
	end if;
	return t;
end $$;

create function intray.draft_save(task_id bigint, me integer, in_client integer, typed jsonb,
	aside boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	update intray.draft r set values = typed, at = now()
		where r.task = task_id and r.account = me and r.side = aside;
	if not found then
		insert into intray.draft (task, account, client, side, values)
		values (task_id, me, in_client, aside, typed)
		on conflict on constraint draft_pkey do update set values = excluded.values, at = now();
	end if;
end $$;

-- A count that a page says; null: it makes no sense.
create function intray.count_said(effort jsonb, what text) returns bigint
language plpgsql immutable parallel safe as $$
begin
	return case when jsonb_typeof(effort -> what) = 'number'
		then least(greatest((effort ->> what)::numeric, 0), 3600000)::bigint end;
end $$;

-- What a page says of the work in it: {"keystrokes": 12, "fields": 1, "active_ms": 900}, added to
-- what is there. Counting is not worth losing what was typed, so what makes no sense is nothing.
create function intray.effort_said(t intray.task, me integer, effort jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	k constant bigint := intray.count_said(effort, 'keystrokes');
	f constant bigint := intray.count_said(effort, 'fields');
	ms constant bigint := intray.count_said(effort, 'active_ms');
begin
	if k + f + ms is null then
		return;
	end if;
	update intray.effort e set keystrokes = e.keystrokes + k, fields = e.fields + f,
		active_ms = e.active_ms + ms where e.task = t.id and e.account = me;
	if not found then
		insert into intray.effort as e (task, account, client, keystrokes, fields, active_ms)
		values (t.id, me, t.client, k, f, ms)
		on conflict on constraint effort_pkey do update
			set keystrokes = e.keystrokes + excluded.keystrokes,
				fields = e.fields + excluded.fields,
				active_ms = e.active_ms + excluded.active_ms;
	end if;
end $$;

-- 'saved', or 'late': somebody else may have the task by now; what was typed is kept aside.
-- Fifty clerks who type save some seventy of these a second, so this asks once and writes two
-- rows. Nothing is locked: whoever loses the task in this moment had saved a moment before.
create function desk.save_draft(task bigint, typed jsonb, effort jsonb default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	t intray.task;
	held boolean;
begin
	select k.* into t from intray.task k
		join intray.access a on a.account = me and a.client = k.client
			and a.what = intray.task_right(k)
		where k.id = save_draft.task and (a.types is null or exists (select from intray.document d
			where d.id = k.document and d.type = any (a.types)));
	if not found then
		raise exception 'there is no task %', save_draft.task;
	end if;
	held := coalesce(t.state = 'open' and t.account = me and t.lease_until > now(), false);
	-- Drafts come every second; a minute of the quarter of an hour is not worth a write. The
	-- task before what hangs on it, as whoever submits it locks them.
	if held and t.lease_until < now() + interval '14 minutes' then
		update intray.task k set lease_until = now() + interval '15 minutes'
			where k.id = t.id and k.state = 'open' and k.account = me and k.lease_until > now();
	end if;
	perform intray.effort_said(t, me, effort);
	perform intray.draft_save(t.id, me, t.client, typed, not held);
	return case when held then 'saved' else 'late' end;
end $$;

-- Every key must be a field or a table of the type, every column one of its table.
create function intray.keyed_check(d intray.document, keyed jsonb) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	seen constant text[] := intray.seen_paths(d.client, d.type, d.type_version);
	wrong text;
begin
	if jsonb_typeof(keyed) is distinct from 'object' then
		raise exception 'the values must be a JSON object, such as {"number": "4711"}';
	end if;
	-- Checking and saving more would take a worker longer than its watchdog allows.
	if exists (select from jsonb_each(keyed) k where jsonb_typeof(k.value) = 'array'
		and jsonb_array_length(case jsonb_typeof(k.value) when 'array' then k.value else '[]' end)
			> 2000)
	then
		raise exception 'a table can have 2000 lines; split the document';
	end if;
	with given as (
		select k.key as path, jsonb_typeof(k.value) as kind, null as in_table
			from jsonb_each(keyed) k where jsonb_typeof(k.value) <> 'array'
		union all
		select k.key || '/' || c.key, jsonb_typeof(c.value), k.key
			from jsonb_each(keyed) k
			cross join lateral jsonb_array_elements(case jsonb_typeof(k.value)
				when 'array' then k.value else '[]' end) r
			cross join lateral jsonb_each(case jsonb_typeof(r.value)
				when 'object' then r.value else '{"(not an object)": 0}' end) c
	)
	select g.path into wrong from given g where g.kind in ('object', 'array', 'boolean')
		or not exists (select from intray.doctype_field f where f.type = d.type
			and f.version = d.type_version and f.path = g.path
			and f.in_table is not distinct from g.in_table)
		limit 1;
	if wrong is not null then
		raise exception 'type % has no field "%"', d.type, wrong;
	end if;
	select k.key into wrong from jsonb_each(keyed) k where jsonb_typeof(k.value) = 'array'
		and not exists (select from intray.doctype_field f where f.type = d.type
			and f.version = d.type_version and f.in_table = k.key)
		limit 1;
	if wrong is not null then
		raise exception 'type % has no table "%"', d.type, wrong;
	end if;
	select k.key into wrong from jsonb_object_keys(keyed) k (key)
		where not k.key = any (seen) limit 1;
	if wrong is not null then
		raise exception 'you may not see "%", so you may not key it', wrong;
	end if;
end $$;

-- Where the cells of keyed tables stand on the paper: a table comes as a whole, its rows without
-- places. Each row takes them from the row near its place that has most values in common with it.
create function intray.keyed_places(d intray.document, keyed jsonb)
returns table (path text, line integer, page integer, x integer, y integer, w integer, h integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query
	with cells as (
		select k.key as tab, k.key || '/' || c.key as path, r.ordinality::integer as line, c.value
		from jsonb_each(keyed) k
		cross join lateral jsonb_array_elements(case jsonb_typeof(k.value) when 'array'
			then k.value else '[]' end) with ordinality r
		cross join lateral jsonb_each_text(r.value) c
	), likely as (
		select distinct on (c.tab, c.line) c.tab, c.line, f.line as was
		from cells c cross join generate_series(-4, 4) s (shift)
		join intray.field f on f.document = d.id and f.path = c.path
			and f.line = c.line + s.shift and f.line > 0 and f.value = c.value
		group by c.tab, c.line, f.line
		order by c.tab, c.line, count(*) desc, abs(f.line - c.line), f.line
	)
	select c.path, c.line, f.page, f.x, f.y, f.w, f.h
	from cells c join likely l on l.tab = c.tab and l.line = c.line
	join intray.field f on f.document = d.id and f.path = c.path and f.line = l.was
	where f.w > 0;
end $$;

-- A keyed value replaces what was read; what was read stays as raw. Empty: not on the paper.
create function intray.keyed_apply(d intray.document, keyed jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	places constant jsonb := (select jsonb_object_agg(p.path || '#' || p.line,
		jsonb_build_array(p.page, p.x, p.y, p.w, p.h)) from intray.keyed_places(d, keyed) p);
begin
	delete from intray.field f using jsonb_each_text(keyed) k
		where f.document = d.id and f.line = 0 and f.path = k.key
		and coalesce(k.value, '') = '';
	insert into intray.field as f (document, line, path, client, position, raw, value, source,
		confidence, accepted, why)
	select d.id, 0, k.key, d.client, 10000 + row_number() over (), k.value, k.value, 'person',
		1, true, 'keyed'
	from jsonb_each_text(keyed) k
	where coalesce(k.value, '') <> '' and jsonb_typeof(keyed -> k.key) <> 'array'
	on conflict (document, line, path) do update set value = excluded.value,
		source = 'person', confidence = 1, accepted = true, why = 'keyed',
		alternatives = null;

	delete from intray.field f using jsonb_each(keyed) k
		where jsonb_typeof(k.value) = 'array' and f.document = d.id and f.line > 0
		and f.path like replace(replace(k.key, '\', '\\'), '_', '\_') || '/%';
	insert into intray.field (document, line, path, client, position, raw, value, page, x, y, w, h,
		source, confidence, accepted, why)
	select d.id, r.ordinality, k.key || '/' || c.key, d.client,
		20000 + row_number() over (), c.value, c.value, coalesce((place ->> 0)::integer, 0),
		coalesce((place ->> 1)::integer, 0), coalesce((place ->> 2)::integer, 0),
		coalesce((place ->> 3)::integer, 0), coalesce((place ->> 4)::integer, 0),
		'person', 1, true, 'keyed'
	from jsonb_each(keyed) k
	cross join lateral jsonb_array_elements(case jsonb_typeof(k.value) when 'array'
		then k.value else '[]' end) with ordinality r
	cross join lateral jsonb_each_text(r.value) c
	cross join lateral (select places -> (k.key || '/' || c.key || '#' || r.ordinality)) p (place)
	where coalesce(c.value, '') <> '';
end $$;

-- What needs two people is confirmed when the second says so.
create function intray.confirmation_save(d intray.document, of_code text, paths text[])
returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if intray.needs_two(of_code) and not intray.release_by_two(d, of_code, paths) then
		return;
	end if;
	insert into intray.confirmation (document, client, code, fields, values, account)
	values (d.id, d.client, of_code, paths, intray.values_of(d.id, paths), intray.my_account())
	on conflict (document, code, fields) do update
		set values = excluded.values, account = excluded.account, at = now();
end $$;

-- "As printed", for a finding by its number or code; or, for one that will only come up in the
-- check because of what was keyed, by code and fields ("sum-of-lines lines/net total"). It is
-- remembered with the values it was said of; of a reading finding it also means: what was read
-- is what stands there.
create function intray.printed_apply(d intray.document, said text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	f intray.finding;
	any_found boolean := false;
begin
	for f in select * from intray.finding where document = d.id
		and (id::text = said or code = said
			or code || ' ' || array_to_string(fields, ' ') = said)
	loop
		any_found := true;
		perform intray.confirmation_save(d, f.code, f.fields);
		if f.kind = 'reading' then
			update intray.field set source = 'person', confidence = 1, accepted = true,
				why = 'as printed'
				where document = d.id and value is not null
				and intray.names_field(f.fields, path, line);
		end if;
	end loop;
	if not any_found and position(' ' in said) > 0 then
		perform intray.confirmation_save(d, split_part(said, ' ', 1),
			(string_to_array(said, ' '))[2:]);
	elsif not any_found then
		raise exception '% has no finding "%"', d.control_number, said;
	end if;
end $$;

-- What people say of a document's header: all they keyed or confirmed, now or before, and
-- what they took away now.
create function intray.said_of(doc uuid, keyed jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return (select coalesce((select jsonb_object_agg(key, '') from jsonb_each(keyed)
			where jsonb_typeof(value) <> 'array'), '{}')
		|| coalesce((select jsonb_object_agg(path, value) from intray.field
			where document = doc and line = 0 and source = 'person'
			and value is not null), '{}'));
end $$;

-- What the client's profile lets nobody wave through, or only with a reason from its list.
create function intray.override_check(d intray.document, printed text[], overrides jsonb)
returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	says constant jsonb := intray.overrides_json(d);
	said text;
begin
	foreach said in array printed loop
		case says ->> split_part(said, ' ', 1)
		when 'never' then
			raise exception '"%" cannot be taken as printed; the client does not allow it',
				split_part(said, ' ', 1);
		when 'reason' then
			perform intray.check_reason('override', overrides ->> said, d.client);
		else null;
		end case;
	end loop;
end $$;

-- What a task's holder says becomes the document's, and a worker checks it next.
create function intray.hand_in(t intray.task, keyed jsonb, printed text[], as_type text,
	marks jsonb, overrides jsonb default '{}') returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
	was jsonb;
	said text;
begin
	was := intray.document_values(t.document, false);
	if as_type is not null then
		if not exists (select from intray.doctype where name = as_type and current) then
			raise exception 'there is no document type "%"', as_type;
		end if;
		update intray.document set type = as_type, type_confidence = 1, type_version =
			(select version from intray.doctype where name = as_type and current)
			where id = t.document;
	end if;
	select * into strict d from intray.document where id = t.document;
	perform intray.keyed_check(d, keyed);
	perform intray.keyed_apply(d, keyed);
	perform intray.override_check(d, printed, overrides);
	foreach said in array printed loop
		perform intray.printed_apply(d, said);
	end loop;
	perform intray.learn(d, intray.said_of(d.id, keyed));
	insert into intray.keying (client, document, task, account, values, before, printed, marks,
		overrides)
	values (t.client, t.document, t.id, intray.my_account(), keyed, was, printed, marks,
		overrides);
	update intray.document set state = 'keyed', cause = 'keyed' where id = t.document;
	perform intray.task_finish(t.id);
	perform intray.job_insert(t.document, 'check', 0, 0);
end $$;

-- Hands keyed values in: only what changes need be given, but a table always as a whole.
-- printed: findings confirmed "as printed". as_type: the paper is of another type.
-- marks: why a field is empty although somebody looked: {"number": "illegible"}.
-- overrides: why a rule is overridden that asks for a reason: {"sum-of-lines lines/net": "rounding"}.
-- 'submitted': a worker checks it next. 'late': the task was not yours any more; what you
-- keyed is kept aside.
create function desk.submit(task bigint, fence bigint, keyed jsonb,
	printed text[] default '{}', as_type text default null, marks jsonb default '{}',
	overrides jsonb default '{}', effort jsonb default null)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
	held boolean;
begin
	select * into t from intray.task_hold(task, coalesce(fence, 0));
	held := found;
	if not held then
		select * into strict t from intray.task k where k.id = submit.task;
	end if;
	perform intray.effort_said(t, intray.my_account(), effort);
	if not held then
		perform intray.draft_save(t.id, intray.my_account(), t.client, keyed, true);
		return 'late';
	end if;
	if t.queue = 'second-key' then
		perform intray.second_submit(t, keyed, coalesce(marks, '{}'));
		return 'submitted';
	elsif t.queue = 'arbitration' then
		raise exception 'two keyings are decided by desk.arbitrate';
	elsif t.queue = 'quality' then
		perform intray.quality_submit(t, keyed, coalesce(marks, '{}'));
		return 'submitted';
	end if;
	perform intray.hand_in(t, keyed, coalesce(printed, '{}'), as_type, coalesce(marks, '{}'),
		coalesce(overrides, '{}'));
	return 'submitted';
end $$;

create function intray.task_finish(task_id bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	update intray.task set state = 'done', finished = now(), lease_until = null
		where id = task_id;
	delete from intray.draft where task = task_id and not side;
end $$;

-- A profile may cap how often somebody skips in a day: "limit skips 5".
create function intray.skip_check(t intray.task) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	most integer;
begin
	select (regexp_match(p.text, '^\s*limit\s+skips\s+(\d{1,6})', 'n'))[1]::integer into most
		from intray.profile p join intray.document d on d.type = p.type
		where d.id = t.document and p.client = t.client and p.current;
	if (select count(*) from intray.skipped s where s.account = intray.my_account()
		and s.client = t.client and s.at > now() - interval '24 hours') >= most
	then
		raise exception 'no more than % documents can be skipped in a day; key it, ask, or '
			'escalate it', most;
	end if;
end $$;

-- Not for me: somebody else's, and mine again after four hours.
create function desk.skip(task bigint, reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.task_mine(task);
begin
	perform intray.check_reason('skip', reason, t.client);
	perform intray.skip_check(t);
	insert into intray.skipped (task, account, client, reason)
	values (t.id, intray.my_account(), t.client, skip.reason)
	on conflict on constraint skipped_pkey do update set reason = excluded.reason, at = now();
	update intray.task k set account = null, lease_until = null where k.id = t.id;
	notify intray_task;
end $$;

-- The ways out of the queue other than keying. `kind` names the list of reasons.
create function intray.task_leave(task_id bigint, kind text, why text, target text,
	back timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.task_mine(task_id);
begin
	perform intray.check_reason(kind, why, t.client);
	-- What is put aside must come back by itself.
	if kind in ('query', 'postpone') and
		coalesce(back, 'infinity') not between now() and now() + interval '1 year'
	then
		raise exception 'it must come back within a year: give a time until then';
	end if;
	perform intray.task_finish(t.id);
	update intray.document set state = target, cause = why, until = back, reason =
		(select r.text from intray.reason r where r.kind = task_leave.kind
			and r.code = why and (r.client is null or r.client = t.client) limit 1)
		where id = t.document;
end $$;

-- For somebody who may decide more; he who gives it away does not get it back.
create function desk.escalate(task bigint, reason text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.task_mine(task);
begin
	perform intray.check_reason('escalate', reason, t.client);
	insert into intray.event (client, document, kind, actor, cause, task)
	values (t.client, t.document, 'escalate', intray.actor(), reason, t.id);
	update intray.task k set senior = true, account = null, lease_until = null
		where k.id = t.id;
	notify intray_task;
end $$;

create function desk.reject(task bigint, reason text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.task_leave(task, 'reject', reason, 'rejected', null)
$$;
create function desk.rescan(task bigint, reason text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.task_leave(task, 'rescan', reason, 'rescan', null)
$$;
create function desk.query(task bigint, reason text, days integer default 14) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.task_leave(task, 'query', reason, 'queried',
		now() + make_interval(days => days))
$$;
create function desk.postpone(task bigint, reason text, until timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	select intray.task_leave(task, 'postpone', reason, 'postponed', until)
$$;

-- The answer came, or it is taken up again before its date.
create function desk.resume(document uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	select * into d from intray.document o where o.id = resume.document for update;
	if not found or not intray.may('key', d.client, d.type) then
		raise exception 'there is no document %', document;
	end if;
	if d.state not in ('queried', 'postponed') then
		raise exception '% is "%", not put aside', d.control_number, d.state;
	end if;
	perform intray.document_excepted(d.id, 'taken-up-again');
end $$;
