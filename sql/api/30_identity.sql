-- Who is asking, and which clients they see. Identity is session_user, which a role can't
-- change; no policy trusts a setting.
-- They are asked at every statement, so they are written in plpgsql, which keeps its plans.

-- The account of whoever asks. The page's process serves everybody over one connection, so it
-- is nobody by itself: it shows the token of a session, which is secret and is looked up
-- here, so that the setting in which it stands proves nothing without it.
create function intray.my_account() returns integer
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id integer;
begin
	if session_user = 'intray_desk' then
		select s.account into found_id
		from intray.session s join intray.account a on a.id = s.account
		where s.token = sha256(convert_to(current_setting('intray.token', true), 'UTF8'))
			and s.ends > now() and s.seen + s.idle > now() and a.active;
	else
		select a.id into found_id from intray.account a
		where a.role = session_user and a.active;
	end if;
	return found_id;
end $$;

-- The kind of actor in the transition table.
create function intray.actor_kind() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select case session_user
		when 'intray_intake' then 'intake'
		when 'intray_worker' then 'worker'
		when 'intray_keeper' then 'keeper'
		when 'intray_deliver' then 'deliver'
		when 'intray_admin' then 'admin'
		when 'intray_owner' then 'admin'
		else coalesce((select kind from intray.account where id = intray.my_account()),
			'nobody')
	end);
end $$;

-- As it stands in events: a process by name, a person by number.
create function intray.actor() returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me integer := intray.my_account();
begin
	if me is null and session_user <> 'intray_desk' then
		select a.id into me from intray.account a where a.role = session_user;
	end if;
	return coalesce('account:' || me, intray.actor_kind());
end $$;

-- Our own processes see every client; they write with the client of what they work on. These two
-- are asked for each table of each statement, more often than anything else: one looks at no table
-- and so has no setting of its own, which would cost ten times what it does; the other asks once.
create function intray.is_process() returns boolean
language plpgsql stable as $$
begin
	return session_user in ('intray_owner', 'intray_intake', 'intray_worker',
		'intray_keeper', 'intray_deliver', 'intray_admin');
end $$;

create function intray.my_clients() returns integer[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	clients integer[];
begin
	if session_user = 'intray_desk' then
		select array_agg(x.client) into clients
		from intray.session s join intray.account a on a.id = s.account
		join intray.access x on x.account = a.id
		where s.token = sha256(convert_to(current_setting('intray.token', true), 'UTF8'))
			and s.ends > now() and s.seen + s.idle > now() and a.active;
	else
		select array_agg(x.client) into clients
		from intray.account a join intray.access x on x.account = a.id
		where a.role = session_user and a.active;
	end if;
	return coalesce(clients, '{}');
end $$;

-- Whether the caller may do `what` for a client (and a type).
create function intray.may(what text, for_client integer, for_type text default null)
returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	me constant integer := intray.my_account();
begin
	perform from intray.access a where a.account = me and a.what = may.what
		and a.client = for_client
		and (for_type is null or a.types is null or for_type = any (a.types));
	return found;
end $$;

-- Row-level security on every table that has a client, for its owner too. The sub-selects
-- are evaluated once per statement, not once per row.
do $$
declare
	t record;
	mine constant text := '(select intray.is_process()) or %s = any '
		'((select intray.my_clients())::integer[])';
begin
	for t in
		select c.oid::regclass as name, a.attname
		from pg_class c
		join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
			and (a.attname = 'client' or c.relname = 'client' and a.attname = 'id')
		where c.relnamespace = 'intray'::regnamespace and c.relkind in ('r', 'p')
			and not c.relispartition and c.relname <> 'access'
	loop
		execute format('alter table %s enable row level security', t.name);
		execute format('alter table %s force row level security', t.name);
		execute format('create policy client on %s using (%s)', t.name,
			format(mine, quote_ident(t.attname)));
	end loop;
end $$;

-- Agreements without a client are everybody's.
create policy everybody on intray.sla for select using (client is null);
create policy everybody on intray.reason for select using (client is null);

-- The two tables my_clients() reads are open to our own functions only: no role but the
-- owner has any right on them, and the owner's functions filter by session_user.
alter table intray.access disable row level security;
alter table intray.account disable row level security;
