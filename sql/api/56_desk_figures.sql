-- The floor's figures: what was done, by day, hour, client and person. Counted as it happens
-- (intray.tally), so that looking costs the same after a year.

-- The clients whose floor the caller runs.
create function intray.my_floor() returns integer[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(array_agg(a.client), '{}') from intray.access a
	where a.account = intray.my_account() and a.what = 'supervise'
$$;

create function intray.tally_keying() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.tally as y (client, hour, account, type, keyed, counted, keystrokes,
		fields, active_ms)
	select new.client, date_trunc('hour', new.at), new.account, coalesce(d.type, ''), 1,
		count(e.task), coalesce(sum(e.keystrokes), 0), coalesce(sum(e.fields), 0),
		coalesce(sum(e.active_ms), 0)
	from intray.document d
	left join intray.effort e on e.task = new.task and e.account = new.account
	where d.id = new.document group by d.type
	on conflict (client, hour, account, type) do update set keyed = y.keyed + 1,
		counted = y.counted + excluded.counted,
		keystrokes = y.keystrokes + excluded.keystrokes,
		fields = y.fields + excluded.fields, active_ms = y.active_ms + excluded.active_ms;
	return null;
end $$;
-- At the transaction's end: a row that others count in is held for a moment only.
create constraint trigger tally_keying after insert on intray.keying
	deferrable initially deferred for each row execute function intray.tally_keying();

-- What a check says of the last keying before it, and whether anybody had to key at all.
create function intray.tally_check() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	k intray.keying;
	ready constant boolean := new.state = 'ready';
begin
	select * into k from intray.keying where document = new.id order by at desc limit 1;
	if k.id is not null and old.state = 'checked' then
		update intray.tally y set checked = y.checked + 1,
			right_once = y.right_once + ready::integer
			where y.client = k.client and y.hour = date_trunc('hour', k.at)
				and y.account = k.account and y.type = coalesce(new.type, '');
	end if;
	if ready and new.revision = 1 then
		insert into intray.tally as y (client, hour, account, type, untouched, touched)
		values (new.client, date_trunc('hour', now()), 0, coalesce(new.type, ''),
			(k.id is null)::integer, (k.id is not null)::integer)
		on conflict (client, hour, account, type) do update
			set untouched = y.untouched + excluded.untouched,
				touched = y.touched + excluded.touched;
	end if;
	return null;
end $$;
create constraint trigger tally_check after update on intray.document
	deferrable initially deferred for each row
	when (old.state <> new.state and (old.state = 'checked' or new.state = 'ready'))
	execute function intray.tally_check();

-- How people's figures may be shown: of all clients the caller supervises the strictest.
create function intray.my_figures() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when bool_or(clerk_figures = 'off') then 'off'
		when bool_or(clerk_figures = 'pseudonyms') then 'pseudonyms' else 'names' end
	from intray.client where id = any ((select intray.my_floor())::integer[])
$$;

-- The same person is the same other name each time, and nobody can tell who.
create function intray.pseudonym(of_account integer) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select 'Clerk ' || upper(substr(encode(sha256(convert_to(s.key || ' ' || of_account, 'UTF8')),
		'hex'), 1, 5)) from intray.site_key s
$$;

-- The upper end of the one-sided interval of Clopper and Pearson (binomial.h), by halving.
create function intray.binomial_upper(wrong bigint, n bigint, sureness double precision)
returns double precision
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
	low double precision := 0;
	high double precision := 1;
	p double precision;
	term double precision; -- log of the chance of just i
	chance double precision;
begin
	if n <= 0 or wrong >= n then
		return 1;
	end if;
	for step in 1 .. 40 loop
		p := (low + high) / 2;
		term := n * ln(1 - p);
		chance := exp(greatest(term, -700));
		for i in 1 .. wrong loop
			term := term + ln((n - i + 1)::double precision / i) + ln(p) - ln(1 - p);
			chance := chance + exp(greatest(term, -700));
		end loop;
		if chance > 1 - sureness then
			low := p;
		else
			high := p;
		end if;
	end loop;
	return high;
end $$;

-- Sums as the page shows them. Times are active times: the page stops counting half a minute after
-- the last key. `hours`: in how many hours people worked, each person's counted by itself.
create function intray.figures_json(keyed bigint, hours numeric, counted bigint,
	keystrokes numeric, fields numeric, active_ms numeric, checked bigint, right_once bigint,
	untouched bigint, touched bigint) returns jsonb
language sql immutable set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('keyed', keyed, 'hours', round(hours),
		'keystrokes', round(keystrokes / nullif(counted, 0), 1),
		'per_field', round(keystrokes / nullif(fields, 0), 1),
		'active_s', round(active_ms / 1000 / nullif(counted, 0), 1),
		'right', round(100.0 * right_once / nullif(checked, 0), 1), 'checked', checked,
		'untouched', untouched, 'finished', untouched + touched,
		'straight', round(100.0 * untouched / nullif(untouched + touched, 0), 1))
$$;

-- The last days of the caller's clients, each by its own calendar, once by day, once by type, once
-- by person and once as a whole.
create function intray.figures_sums(days integer)
returns table (kind text, day date, client text, type text, account integer, sums jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with mine as (select c.id, c.code, c.time_zone,
			(now() at time zone c.time_zone)::date - figures_sums.days as before
		from intray.client c where c.id = any ((select intray.my_floor())::integer[])),
	hour as (select (t.hour at time zone m.time_zone)::date as day, m.code, t.*,
			case when t.keyed > 0
				then 1.0 / count(*) filter (where t.keyed > 0) over (partition by t.account, t.hour)
				else 0 end as share
		from mine m join intray.tally t on t.client = m.id
			and t.hour > (m.before + 1)::timestamp at time zone m.time_zone - interval '1 second'),
	day as (select h.day, h.code, h.type, h.account, sum(keyed) as keyed, sum(share) as hours,
			sum(counted) as counted, sum(keystrokes) as keystrokes, sum(fields) as fields,
			sum(active_ms) as active_ms, sum(checked) as checked, sum(right_once) as right_once,
			sum(untouched) as untouched, sum(touched) as touched
		from hour h group by 1, 2, 3, 4)
	select case grouping(d.day, d.code, d.type, d.account) when 3 then 'day' when 9 then 'type'
			when 14 then 'person' else 'all' end, d.day, d.code, d.type, d.account,
		intray.figures_json(sum(keyed)::bigint, sum(hours), sum(counted)::bigint, sum(keystrokes),
			sum(fields), sum(active_ms), sum(checked)::bigint, sum(right_once)::bigint,
			sum(untouched)::bigint, sum(touched)::bigint)
	from day d group by grouping sets ((d.day, d.code), (d.code, d.type), (d.account), ())
$$;

-- Of people by the name they may be shown with; nobody's work is not among it.
create function intray.figures_people(sums jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('who', q.who) || q.sums order by q.who), '[]')
	from (select case m.mode when 'names' then a.name else intray.pseudonym(a.id) end as who, r.sums
		from (select intray.my_figures() as mode) m,
			jsonb_to_recordset(figures_people.sums) as r (kind text, account integer, sums jsonb)
		join intray.account a on a.id = r.account
		where r.kind = 'person' and m.mode <> 'off') q
$$;

-- Tasks that came and that were finished, hour by hour.
create function intray.figures_hours(hours integer) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with mine as (select intray.my_floor() as clients),
	came as (select date_trunc('hour', t.created) as hour, count(*) as n from intray.task t, mine
		where t.created > now() - make_interval(hours => hours) and t.client = any (mine.clients)
		group by 1),
	went as (select date_trunc('hour', t.finished) as hour, count(*) as n from intray.task t, mine
		where t.finished > now() - make_interval(hours => hours) and t.state = 'done'
			and t.client = any (mine.clients) group by 1)
	select jsonb_agg(jsonb_build_object('hour', h, 'came', coalesce(came.n, 0),
		'finished', coalesce(went.n, 0)) order by h)
	from generate_series(date_trunc('hour', now() - make_interval(hours => hours - 1)),
		date_trunc('hour', now()), interval '1 hour') h
	left join came on came.hour = h left join went on went.hour = h
$$;

-- How right values are that somebody else has looked at, by whose they were: the machine's, all
-- people's together and each one's; and how many of the documents that nobody had touched had
-- anything wrong in them. `atleast`: the lower end of the one-sided 95 % interval.
create function intray.figures_quality(days integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	began constant timestamptz := now() - make_interval(days => days);
	of_clients constant integer[] := intray.my_floor();
	shown_as constant text := intray.my_figures();
begin
	return (with looked as (select l.account, sum(l.fields) as n from intray.looked_over l
			where l.client = any (of_clients) and l.at > began group by l.account),
	wrong as (select m.account, count(*) as n from intray.mistake m
			where m.client = any (of_clients) and m.found > began and m.state <> 'withdrawn'
			group by m.account),
	each as (select l.account, l.n::bigint as looked, coalesce(w.n, 0) as wrong
			from looked l left join wrong w on w.account is not distinct from l.account),
	shown as (
		select 1 as place, 'machine' as who, looked, wrong from each where account is null
		union all select 2, 'straight', count(*), count(*) filter (where q.critical + q.other > 0)
			from intray.quality q join intray.sampling s on s.id = q.stratum
			where q.client = any (of_clients) and q.checked > began and s.path = 'touchless'
			having count(*) > 0
		union all select 3, 'people', sum(looked)::bigint, sum(wrong)::bigint from each
			where account is not null having sum(looked) > 0
		union all select 4, case shown_as when 'names' then a.name else intray.pseudonym(a.id) end,
			looked, wrong from each join intray.account a on a.id = each.account
			where shown_as <> 'off')
	select coalesce(jsonb_agg(jsonb_build_object('who', who, 'looked', looked, 'wrong', wrong,
		'right', round(100 * (1 - least(wrong, looked)::numeric / nullif(looked, 0)), 2),
		'atleast', round((100 * (1 - intray.binomial_upper(wrong, looked, 0.95)))::numeric, 2))
		order by place, who), '[]') from shown);
end $$;

create function desk.figures(days integer) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	sums jsonb;
begin
	if intray.my_floor() = '{}' then
		return null;
	end if;
	if days not between 1 and 92 then
		raise exception 'figures go back from 1 to 92 days';
	end if;
	select coalesce(jsonb_agg(to_jsonb(r)), '[]') into sums from intray.figures_sums(days) r;
	return jsonb_build_object('now', now(), 'mode', intray.my_figures(),
		'days', (select coalesce(jsonb_agg(jsonb_build_object('day', r.day, 'client', r.client)
				|| r.sums order by r.day, r.client), '[]')
			from jsonb_to_recordset(sums) as r (kind text, day date, client text, sums jsonb)
			where r.kind = 'day'),
		'clients', (select coalesce(jsonb_agg(jsonb_build_object('client', r.client,
				'type', r.type) || r.sums order by r.client, r.type), '[]')
			from jsonb_to_recordset(sums) as r (kind text, client text, type text, sums jsonb)
			where r.kind = 'type'),
		'total', (select r.sums from jsonb_to_recordset(sums) as r (kind text, sums jsonb)
			where r.kind = 'all'),
		'people', intray.figures_people(sums), 'hours', intray.figures_hours(24),
		'quality', case when to_regclass('intray.looked_over') is not null
			then intray.figures_quality(days) end);
end $$;
