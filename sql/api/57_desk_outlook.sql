-- What will be late, and when: a forecast for each client from what the last hours were like.
--
-- People take the most urgent task first, so the tasks of a client are one line, ordered by their
-- due time. Let `came` and `went` be the tasks an hour that arrived and that were finished in the
-- last four hours (less, where Intray has not run so long), and `span` the median time between
-- a task's birth and its due time in the last day. At the due time of the task at place n of the
-- line, people will have finished went * hours; before it come n tasks and those arrivals that
-- are due earlier, which are came * (hours - span) where hours > span. If that is more than they
-- can finish, the task will be late. A client where nothing was finished in these hours is taken
-- to stand still: everything that waits will be late at its due time.

create function intray.floor_pace()
returns table (client integer, hours numeric, came numeric, went numeric, span_h numeric)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with mine as (select unnest(intray.my_floor()) as client),
	past as (select m.client, least(4, greatest(0.25, extract(epoch from now() -
			coalesce((select min(t.created) from intray.task t where t.client = m.client), now()))
			/ 3600)) as hours from mine m)
	select p.client, p.hours,
		(select count(*) from intray.task t where t.client = p.client
			and t.created > now() - make_interval(secs => p.hours::double precision * 3600))
			/ p.hours,
		(select count(*) from intray.task t where t.client = p.client and t.state = 'done'
			and t.finished > now() - make_interval(secs => p.hours::double precision * 3600))
			/ p.hours,
		coalesce((select percentile_cont(0.5) within group (order by
			extract(epoch from t.due - t.created))::numeric / 3600 from intray.task t
			where t.client = p.client and t.created > now() - interval '1 day'), 24)
	from past p
$$;

-- Every open task with its place in the line and what becomes of it.
create function intray.floor_outlook()
returns table (task bigint, client integer, due timestamptz, late boolean, will boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select q.id, q.client, q.due, q.due < now(), q.due >= now()
		and q.place + p.came * greatest(0, q.hours - p.span_h) > p.went * q.hours
	from (select t.id, t.client, t.due, extract(epoch from t.due - now()) / 3600 as hours,
			row_number() over (partition by t.client order by t.due, t.priority, t.id) as place
		from intray.task t where t.state = 'open' and t.client = any ((select intray.my_floor())::integer[])) q
	join intray.floor_pace() p on p.client = q.client
$$;

create function intray.floor_clients(outlook jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('client', c.code, 'came', round(p.came, 1),
		'went', round(p.went, 1), 'hours', round(p.hours, 1), 'waiting', coalesce(o.waiting, 0),
		'late', coalesce(o.late, 0), 'will', coalesce(o.will, 0), 'first', o.first,
		'empty_h', case when coalesce(o.waiting, 0) = 0 then 0
			when p.went > p.came then round(o.waiting / (p.went - p.came), 1) end)
		order by c.code), '[]')
	from intray.floor_pace() p join intray.client c on c.id = p.client
	left join (select client, count(*) as waiting, count(*) filter (where late) as late,
			count(*) filter (where will) as will, min(due) filter (where will) as first
		from jsonb_to_recordset(outlook) as (client integer, due timestamptz, late boolean,
			will boolean) group by client) o on o.client = p.client
$$;

-- What is due in each of the next hours, and how much of it will be late.
create function intray.floor_hours(outlook jsonb, hours integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_agg(jsonb_build_object('hour', h.at, 'due', coalesce(o.due, 0),
		'will', coalesce(o.will, 0)) order by h.at)
	from generate_series(date_trunc('hour', now()), date_trunc('hour', now()) +
		make_interval(hours => hours - 1), interval '1 hour') as h (at)
	left join (select date_trunc('hour', due) as at, count(*) as due,
			count(*) filter (where will) as will
		from jsonb_to_recordset(outlook) as (due timestamptz, late boolean, will boolean)
		where not late group by 1) o on o.at = h.at
$$;
