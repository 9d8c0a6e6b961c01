-- The floor: what a supervisor sees of the queues and the people, and how he steers. Only for
-- clients where the caller has the right `supervise`.

-- One row for each kind of thing that waits. `outlook`: rows of intray.floor_outlook().
create function intray.floor_queues(outlook jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(to_jsonb(q) order by q.next_due), '[]') from (
		select c.code as client, d.type, t.queue, t.senior, t.reason, count(*) as waiting,
			count(*) filter (where o.late) as late, count(*) filter (where o.will) as will,
			count(*) filter (where t.lease_until > now()) as taken,
			min(t.created) as oldest, min(t.due) as next_due
		from jsonb_to_recordset(outlook) as o (task bigint, late boolean, will boolean)
		join intray.task t on t.id = o.task
		join intray.document d on d.id = t.document
		join intray.client c on c.id = t.client
		group by c.code, d.type, t.queue, t.senior, t.reason) q
$$;

-- How old what waits is, and how soon it is due, in steps that a chart can show.
create function intray.floor_steps(outlook jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with steps as (select * from (values (0, 1), (1, 4), (4, 8), (8, 24), (24, 72), (72, null))
		as s (from_h, to_h)),
	t as (select extract(epoch from now() - t.created) / 3600 as age,
			extract(epoch from t.due - now()) / 3600 as due
		from jsonb_to_recordset(outlook) as o (task bigint) join intray.task t on t.id = o.task)
	select jsonb_build_object('late', (select count(*) from t where due < 0),
		'steps', (select jsonb_agg(jsonb_build_object('from', from_h, 'to', to_h,
			'age', (select count(*) from t where age >= from_h and (to_h is null or age < to_h)),
			'due', (select count(*) from t where due >= from_h and (to_h is null or due < to_h)))
			order by from_h) from steps))
$$;

create function intray.floor_tasks(outlook jsonb, most integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(to_jsonb(q)), '[]') from (
		select t.id as task, d.control_number, c.code as client, d.type, t.queue, t.senior,
			case when not intray.blind(d) then d.reason end as text, t.reason, t.priority, t.due, t.created, o.late, o.will,
			case when t.lease_until > now() then a.name end as who, p.login
		from jsonb_to_recordset(outlook) as o (task bigint, late boolean, will boolean)
		join intray.task t on t.id = o.task
		join intray.document d on d.id = t.document
		join intray.client c on c.id = t.client
		left join intray.account a on a.id = t.account
		left join intray.person p on p.account = t.account
		order by t.due, t.priority, t.id limit most) q
$$;

-- What people did today, by account, where figures may stand beside names.
create function intray.floor_today() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_object_agg(q.account, q.sums), '{}') from (
		select t.account, intray.figures_json(sum(keyed), count(distinct t.hour), sum(counted),
				sum(keystrokes), sum(fields), sum(active_ms), sum(checked), sum(right_once), 0, 0)
			|| jsonb_build_object('hour', coalesce(sum(keyed)
				filter (where t.hour = date_trunc('hour', now())), 0)) as sums
		from intray.tally t where t.hour >= date_trunc('day', now()) and t.account > 0
			and t.client = any ((select intray.my_floor())::integer[])
			and (select intray.my_figures()) = 'names'
		group by t.account) q
$$;

-- Who works on what. Names are needed to give work to people; their figures are not, so these
-- are left out unless the client has them shown by name.
create function intray.floor_people() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with floor as materialized (select intray.my_floor() as clients, intray.floor_today() as today),
	mine as (
		select distinct a.id, a.name, p.login
		from intray.account a join intray.person p on p.account = a.id
		join intray.access x on x.account = a.id
		where a.active and x.client = any ((select clients from floor)::integer[])
			and x.what in ('key', 'quality', 'senior')
	)
	select coalesce(jsonb_agg(jsonb_build_object('login', m.login, 'name', m.name,
		'today', (select f.today -> m.id::text from floor f),
		'signed_in', exists (select from intray.session s where s.account = m.id
			and s.ends > now() and s.seen + s.idle > now()),
		'works_on', (select coalesce(jsonb_agg(jsonb_build_object('task', t.id,
			'control_number', d.control_number, 'type', d.type) order by t.lease_until), '[]')
			from intray.task t join intray.document d on d.id = t.document
			where t.account = m.id and t.state = 'open' and t.lease_until > now()
				and t.client = any ((select clients from floor)::integer[])))
		order by m.name), '[]')
	from mine m
$$;

create function desk.floor() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	outlook jsonb;
begin
	if intray.my_floor() = '{}' then
		return null;
	end if;
	select coalesce(jsonb_agg(to_jsonb(o)), '[]') into outlook from intray.floor_outlook() o;
	return jsonb_build_object('now', now(), 'queues', intray.floor_queues(outlook),
		'tasks', intray.floor_tasks(outlook, 200), 'people', intray.floor_people(),
		'clients', intray.floor_clients(outlook), 'hours', intray.floor_hours(outlook, 24),
		'steps', intray.floor_steps(outlook), 'mode', intray.my_figures());
end $$;

-- The open task, locked behind its document, if the caller supervises its client.
create function intray.floor_hold(task_id bigint) returns intray.task
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task;
begin
	perform from intray.document d join intray.task k on k.document = d.id
		where k.id = task_id for update of d;
	select * into t from intray.task where id = task_id and state = 'open'
		and client = any (intray.my_floor()) for update;
	if not found then
		raise exception 'there is no task %', task_id;
	end if;
	return t;
end $$;

create function intray.floor_note(t intray.task, what text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.event (client, document, kind, actor, cause, task)
	values (t.client, t.document, 'floor', intray.actor(), what, t.id);
	notify intray_task;
$$;

-- Whoever had it keeps what he typed, aside; his next save is told that it came late.
create function desk.floor_free(task bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.floor_hold(task);
begin
	update intray.task k set account = null, lease_until = null,
		fence = nextval('intray.fence') where k.id = t.id;
	perform intray.floor_note(t, 'freed');
end $$;

-- It is the next that this person gets; after four hours it is everybody's again.
create function desk.floor_give(task bigint, login text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.floor_hold(task);
	to_whom constant integer := intray.person_named(login);
begin
	if not exists (select from intray.access a join intray.document d on d.id = t.document
		where a.account = to_whom and a.client = t.client and a.what = intray.task_right(t)
			and (a.types is null or d.type = any (a.types)))
	then
		raise exception '% may not work on this document', login;
	end if;
	if not intray.fit_for(t, to_whom) then
		raise exception '% has keyed this document; somebody else must look at it', login;
	end if;
	update intray.task k set account = to_whom, lease_until = now() + interval '4 hours',
		fence = nextval('intray.fence') where k.id = t.id;
	perform intray.floor_note(t, 'given');
end $$;

-- Lower comes first among those that are due together.
create function desk.floor_priority(task bigint, priority integer) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	t intray.task := intray.floor_hold(task);
begin
	if floor_priority.priority not between 1 and 999 then
		raise exception 'a priority is a number from 1 to 999';
	end if;
	update intray.task k set priority = floor_priority.priority,
		due = case when floor_priority.priority < 10 then least(k.due, now()) else (select d.due
			from intray.document d where d.id = k.document) end
		where k.id = t.id;
	perform intray.floor_note(t, 'priority');
end $$;

-- Everything that happened to a document, looks included, for those who supervise or audit.
create function desk.story(what text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('document', d.id, 'control_number', d.control_number,
		'type', d.type, 'state', d.state, 'client', c.code, 'received_on', d.received_on,
		'due', d.due, 'pages', (select count(*) from intray.document_page p
			where p.document = d.id and not p.dropped),
		'notes', intray.notes_json(d.id),
		'events', (select coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'kind', e.kind,
			'from', e.from_state, 'to', e.to_state, 'cause', e.cause,
			'by', coalesce(a.name, e.actor)) order by e.at, e.id), '[]')
			from intray.event e left join intray.account a on 'account:' || a.id = e.actor
			where e.document = d.id))
	from intray.document d join intray.client c on c.id = d.client
	where (d.control_number = upper(what) or d.id::text = lower(what))
		and exists (select from intray.access x where x.account = intray.my_account()
			and x.client = d.client and x.what in ('supervise', 'audit')
			and (x.types is null or d.type = any (x.types)))
$$;
