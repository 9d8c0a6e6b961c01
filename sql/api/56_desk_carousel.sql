-- One field of many documents, cut-out by cut-out: what there is to do, a handful of leases at
-- once, one answer each. Open to whoever keys, and to people who may see cut-outs only (right
-- 'snippet'): they hold a task for one field of it (task.field) and reach nothing else.

-- Whoever gets a task gets the whole of it, unless he took it for a field.
create function intray.task_changes_hands() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	if new.field is not distinct from old.field then
		new.field := null;
	end if;
	return new;
end $$;
create trigger task_changes_hands before update of account on intray.task for each row
	when (new.account is distinct from old.account)
	execute function intray.task_changes_hands();

-- Whether the caller may decide one field of a task.
create function intray.may_key_field(t intray.task, of_path text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select (intray.may(intray.task_right(t), t.client, d.type)
			or not t.senior and intray.may('snippet', t.client, d.type))
		and intray.may_see(d.client, d.type, d.type_version, of_path)
	from intray.document d where d.id = t.document);
end $$;

-- Fields of the header that wait for a person and have a place on the paper to show.
create function intray.carousel_rows(of_client text, of_type text, of_path text)
returns table (task bigint, client integer, type text, path text, due timestamptz, priority integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	me constant integer := intray.my_account();
begin
	return query select t.id, t.client, d.type, f.path, t.due, t.priority
	from intray.task t
	join intray.document d on d.id = t.document
	join intray.finding n on n.document = d.id and n.kind = 'reading' and n.severity = 'stop'
		and not n.confirmed and cardinality(n.fields) = 1
	join intray.field f on f.document = d.id and f.line = 0 and f.path = n.fields[1]
		and f.page > 0 and f.w > 0
	join intray.doctype_field y on y.type = d.type and y.version = d.type_version
		and y.path = f.path and y.keyed
	where t.state = 'open' and t.queue = 'exception'
		and (t.lease_until is null or t.lease_until < now())
		and t.client = any (intray.my_clients())
		and (of_client is null or t.client = (select c.id from intray.client c where c.code = of_client))
		and (of_type is null or d.type = of_type) and (of_path is null or f.path = of_path)
		and intray.may_key_field(t, f.path)
		and not exists (select from intray.skipped s where s.task = t.id and s.account = me
			and s.at > now() - interval '4 hours');
end $$;

-- What can be gone through, the longest row first.
create function desk.carousel_fields() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('client', c.code, 'type', g.type,
		'path', g.path, 'title', y.title, 'kind', y.kind, 'n', g.n) order by g.n desc,
		c.code, g.type, g.path), '[]')
	from (select r.client, r.type, r.path, count(distinct r.task) as n
		from intray.carousel_rows(null, null, null) r group by 1, 2, 3) g
	join intray.client c on c.id = g.client
	join intray.doctype o on o.name = g.type and o.current
	join intray.doctype_field y on y.type = g.type and y.version = o.version
		and y.path = g.path);
end $$;

-- The next ones of a field, with a lease on each; nobody else gets these documents meanwhile.
create function desk.carousel_take(client text, type text, path text, most integer, but bigint[])
returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
	chosen bigint[];
begin
	select array_agg(k.id) into chosen from (select t.id from intray.task t
		join intray.carousel_rows(carousel_take.client, carousel_take.type,
			carousel_take.path) r on r.task = t.id
		where t.id <> all (coalesce(but, '{}'))
			and (t.lease_until is null or t.lease_until < now())
		order by t.due, t.priority, t.id limit least(greatest(coalesce(most, 10), 1), 50)
		for update of t skip locked) k;
	update intray.task t set account = me, fence = nextval('intray.fence'),
		field = carousel_take.path, lease_until = now() + interval '15 minutes'
		where t.id = any (chosen);
	insert into intray.event (client, document, kind, actor, cause, task)
	select t.client, t.document, 'look', intray.actor(), 'snippet', t.id
	from intray.task t where t.id = any (chosen);
	return (select coalesce(jsonb_agg(jsonb_build_object('task', t.id, 'fence', t.fence,
		'path', f.path, 'value', f.value, 'raw', f.raw, 'box', jsonb_build_array(f.x, f.y,
		f.w, f.h), 'alternatives', f.alternatives, 'confidence', round(f.confidence::numeric, 3))
		order by array_position(chosen, t.id)), '[]')
	from intray.task t join intray.field f on f.document = t.document and f.line = 0
		and f.path = carousel_take.path
	where t.id = any (chosen));
end $$;

-- The caller's task, locked behind its document, if he may decide this field of it.
create function intray.task_field_hold(task_id bigint, held bigint, of_path text)
returns setof intray.task
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
begin
	perform from intray.document d join intray.task k on k.document = d.id
		where k.id = task_id for update of d;
	select * into t from intray.task where id = task_id for update;
	if not found or not intray.may_key_field(t, of_path) then
		raise exception 'there is no task %', task_id;
	end if;
	if t.state = 'open' and t.account = intray.my_account() and t.lease_until > now()
		and t.field = of_path and (held is null or t.fence = held)
	then
		return next t;
	end if;
end $$;

-- One value, keyed or confirmed; it goes the way of all keyed values. 'late': the task went
-- elsewhere meanwhile, and with it the decision.
create function desk.submit_field(task bigint, fence bigint, path text, value text, mark text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
begin
	select * into t from intray.task_field_hold(task, coalesce(fence, 0), path);
	if not found then
		return 'late';
	end if;
	perform intray.hand_in(t, jsonb_build_object(path, coalesce(value, '')), '{}', null,
		case when mark is null then '{}' else jsonb_build_object(path, mark) end);
	return 'submitted';
end $$;

-- --- for the page's process ------------------------------------------------------------------

-- Where a field of a task that the caller holds stands: the page's picture and the box in it.
create function intray.snippet_source(task_id bigint, of_path text)
returns table (client text, blob text, mime text, page_width integer, x integer, y integer,
	w integer, h integer)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select c.code, p.display, p.display_mime, p.width, f.x, f.y, f.w, f.h
	from intray.task t
	join intray.document d on d.id = t.document
	join intray.client c on c.id = t.client
	join intray.field f on f.document = d.id and f.line = 0 and f.path = of_path and f.w > 0
	join intray.document_page dp on dp.document = d.id and not dp.dropped
		and dp.position = f.page
	join intray.page p on p.drop = dp.drop and p.number = dp.number
	where t.id = task_id and t.state = 'open' and t.account = intray.my_account()
		and t.lease_until > now() and t.field = of_path
		and intray.may_key_field(t, of_path) and p.display is not null
	limit 1;
end $$;

-- The document of a task in which the caller decides one field, for reading what he typed.
create function intray.field_source(task_id bigint, of_path text)
returns table (document uuid, client text, type text, received_on date, structured boolean,
	type_confidence real, fields jsonb, findings jsonb, confirmed jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
	return query select d.id, c.code, d.type, d.received_on, d.structured, d.type_confidence,
		(select coalesce(jsonb_agg(to_jsonb(f) order by f.position), '[]')
			from intray.field f where f.document = d.id), '[]'::jsonb, '[]'::jsonb
	from intray.task t join intray.document d on d.id = t.document
	join intray.client c on c.id = t.client
	where t.id = task_id and t.state = 'open' and t.account = intray.my_account()
		and t.field = of_path and intray.may_key_field(t, of_path);
end $$;
