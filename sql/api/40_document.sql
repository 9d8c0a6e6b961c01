-- A document's birth, moves and due time.

-- Partitions of `event` from this month on. event_default catches what no partition holds,
-- so a keeper that slept for a year loses nothing.
create function intray.event_partitions(months integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
	first date := date_trunc('month', now() at time zone 'UTC')::date;
	m date;
	part text;
begin
	for i in 0 .. months loop
		m := first + make_interval(months => i);
		part := 'event_' || to_char(m, 'YYYY_MM');
		continue when to_regclass('intray.' || part) is not null
			or exists (select from intray.event_default
				where at >= m at time zone 'UTC'
				and at < (m + interval '1 month') at time zone 'UTC');
		execute format('create table intray.%I partition of intray.event '
			'for values from (%L) to (%L)', part, m at time zone 'UTC',
			(m + interval '1 month') at time zone 'UTC');
		-- Reachable through the parent and its policy only.
		execute format('alter table intray.%I enable row level security', part);
		execute format('alter table intray.%I force row level security', part);
	end loop;
end $$;
alter table intray.event_default enable row level security;
select intray.event_partitions(2);

-- Every transition is one that the table allows for this actor, and writes one event.
create function intray.document_moves() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	was text := '';
	actor constant text := intray.actor_kind();
begin
	if tg_op = 'UPDATE' then
		was := old.state;
		if was = new.state then
			return new;
		end if;
	end if;
	if not exists (select from intray.transition t where t.from_state = was
		and t.to_state = new.state and t.who = actor)
	then
		raise exception 'a document may not go from "%" to "%" by %', was, new.state, actor
			using errcode = 'IN001';
	end if;
	new.since := now();
	insert into intray.event (client, document, from_state, to_state, actor, cause)
	values (new.client, new.id, was, new.state, intray.actor(), new.cause);
	return new;
end $$;
create trigger document_moves before insert or update of state on intray.document
	for each row execute function intray.document_moves();

create function intray.event_stays() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'events are never changed' using errcode = 'IN001';
end $$;
create trigger event_stays before update or delete on intray.event
	for each row execute function intray.event_stays();

-- The agreement that holds for a client and type.
create function intray.sla_of(for_client integer, for_type text) returns intray.sla
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select s from intray.sla s
		where (s.client is null or s.client = for_client)
			and (s.type is null or s.type = for_type)
		order by s.client is null, s.type is null limit 1);
end $$;

-- Hours are counted from arrival; with calendar 'weekdays' Saturdays and Sundays do not
-- count, and what comes after the cut-off counts from the next day.
create function intray.due_at(for_client integer, for_type text, arrived timestamptz)
returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	s intray.sla := intray.sla_of(for_client, for_type);
	zone text := coalesce(s.time_zone, (select c.time_zone from intray.client c
		where c.id = for_client), 'UTC');
	at timestamp := arrived at time zone zone;
	days_off integer[] := case s.calendar when 'weekdays' then '{6,7}' else '{}' end;
	rest interval := make_interval(secs => coalesce(s.hours, 24)::double precision * 3600);
	midnight timestamp;
begin
	if at::time > s.cut_off then
		at := date_trunc('day', at) + interval '1 day';
	end if;
	loop
		midnight := date_trunc('day', at) + interval '1 day';
		if extract(isodow from at)::integer <> all (days_off) then
			exit when at + rest <= midnight;
			rest := rest - (midnight - at);
		end if;
		at := midnight;
	end loop;
	return (at + rest) at time zone zone;
end $$;

-- "ACME-261122-0042": short enough for a pencil. Counting under the row's lock also makes
-- two drops of one client wait for each other, so both can't miss being duplicates.
create function intray.control_number(for_client integer, day date) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	counted bigint;
begin
	insert into intray.control_counter as c (client, day, last)
	values (for_client, control_number.day, 1)
	on conflict (client, day) do update set last = c.last + 1
	returning last into counted;
	return (select upper(c.code) from intray.client c where c.id = for_client) || '-'
		|| to_char(control_number.day, 'YYMMDD') || '-'
		|| lpad(counted::text, greatest(4, length(counted::text)), '0');
end $$;

create function intray.process_beat(process text, what text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into intray.process as p (role, name, backend, doing)
	values (session_user, process, pg_backend_pid(), what)
	on conflict (role, name) do update
		set backend = excluded.backend, beat = now(), doing = excluded.doing,
			started = case when p.backend = excluded.backend then p.started
				else now() end
		where p.beat < now() - interval '5 seconds' or p.backend <> excluded.backend
			or p.doing is distinct from excluded.doing;
end $$;
