-- Signing in to the page: people, their roles, their sessions.

-- What a role may do, as rights in intray.access.
create function intray.role_rights() returns table (role text, what text)
language sql immutable set search_path = pg_catalog, pg_temp as $$
	values ('clerk', 'key'),
		('snippets', 'snippet'), -- sees cut-outs, never a page
		('senior', 'key'), ('senior', 'quality'), ('senior', 'senior'),
		('supervisor', 'key'), ('supervisor', 'quality'), ('supervisor', 'senior'),
		('supervisor', 'supervise'),
		('administrator', 'administer'),
		('auditor', 'audit')
$$;

-- The role whose rights are just those that an account has for a client; null: none.
create function intray.role_of(of_account integer, for_client integer) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select r.role from intray.role_rights() r group by r.role
	having array_agg(r.what order by r.what) = (select array_agg(a.what order by a.what)
		from intray.access a where a.account = of_account and a.client = for_client)
$$;

-- --- for `intray user` -------------------------------------------------------------------

create function intray.person_named(who text) returns integer
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id integer;
begin
	select account into found_id from intray.person where login = who;
	if not found then
		raise exception 'there is no user "%"', who;
	end if;
	return found_id;
end $$;

create function intray.person_give(of_account integer, client text, role text, types text[],
	languages text[], restricted boolean) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_client constant integer := intray.client_named(client);
begin
	if not exists (select from intray.role_rights() r where r.role = person_give.role) then
		raise exception 'no role "%"; choose one of: %', role,
			(select string_agg(distinct r.role, ', ') from intray.role_rights() r);
	end if;
	delete from intray.access a where a.account = of_account and a.client = of_client;
	-- He may have had something that he may not see any more.
	update intray.task t set account = null, lease_until = null
		where t.account = of_account and t.client = of_client and t.state = 'open';
	insert into intray.access (account, client, what, types, languages, restricted)
	select of_account, of_client, r.what, person_give.types, person_give.languages,
		person_give.restricted
	from intray.role_rights() r where r.role = person_give.role;
end $$;

-- A new person, or another client or role for one who is there; his password then stays
-- unless a new one is given.
create function intray.person_add(who text, shown text, hash text, client text, role text,
	types text[], languages text[], restricted boolean) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id integer := (select account from intray.person where login = who);
begin
	if found_id is null then
		if hash is null then
			raise exception 'a new user needs a password';
		elsif who !~ '^[a-z][a-z0-9._-]{0,62}$' then
			raise exception '"%" cannot be a login: take small letters, digits, "." "_" "-", '
				'a letter first, 63 at most', who;
		end if;
		insert into intray.account (role, kind, name)
		values ('desk:' || who, 'person', coalesce(shown, who)) returning id into found_id;
		insert into intray.person (account, login, password) values (found_id, who, hash);
	else
		update intray.account set active = true, name = coalesce(shown, name)
			where id = found_id;
		if hash is not null then
			perform intray.person_password(who, hash);
		end if;
	end if;
	perform intray.person_give(found_id, client, role, types, languages, restricted);
	return who || ' is ' || role || ' of ' || client;
end $$;

-- Whoever is signed in with the old one is signed out.
create function intray.person_password(who text, hash text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id constant integer := intray.person_named(who);
begin
	update intray.person set password = hash, failures = 0, not_before = null
		where account = found_id;
	delete from intray.session where account = found_id;
	return who || ' has a new password';
end $$;

-- His authenticator's secret; null: he signs in without a code. He signs in anew.
create function intray.person_totp(who text, secret text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id constant integer := intray.person_named(who);
begin
	update intray.person set totp = decode(secret, 'hex'), totp_step = 0, failures = 0,
		not_before = null
		where account = found_id;
	delete from intray.session where account = found_id;
	return who || case when secret is null then ' signs in without a code'
		else ' signs in with a code' end;
end $$;

create function intray.person_disable(who text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id constant integer := intray.person_named(who);
begin
	update intray.account set active = false where id = found_id;
	delete from intray.session where account = found_id;
	-- What he had goes back to the others at once.
	update intray.task set account = null, lease_until = null
		where account = found_id and state = 'open';
	return who || ' may not sign in any more';
end $$;

create function intray.person_list()
returns table (login text, name text, active boolean, client text, role text, types text[],
	restricted boolean, sessions bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select p.login, a.name, a.active, c.code, intray.role_of(a.id, c.id),
		min(x.types), coalesce(bool_or(x.restricted), false),
		(select count(*) from intray.session s where s.account = a.id and s.ends > now())
	from intray.person p join intray.account a on a.id = p.account
	left join intray.access x on x.account = a.id
	left join intray.client c on c.id = x.client
	group by p.login, a.name, a.active, a.id, c.code, c.id order by p.login, c.code
$$;

-- --- for the page's process --------------------------------------------------------------

-- What to compare a password with, and how long no try counts. No row: nobody of that name.
-- `roles`: those that must give a one-time code, with blanks between.
create function intray.sign_in_look(who text, roles text)
returns table (account integer, password text, wait_s integer, totp bytea, totp_step bigint,
	must_totp boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select p.account, p.password,
		greatest(0, ceil(extract(epoch from p.not_before - now())))::integer,
		p.totp, p.totp_step, exists (select from intray.access x where x.account = p.account
			and intray.role_of(p.account, x.client) = any (string_to_array(roles, ' ')))
	from intray.person p join intray.account a on a.id = p.account
	where p.login = who and a.active
$$;

-- The fifth failure in a row costs four seconds, every further one twice as much.
create function intray.sign_in_failed(of_account integer) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.person set failures = failures + 1,
		not_before = case when failures >= 4
			then now() + least(interval '15 minutes',
				make_interval(secs => 2 ^ least(failures - 2, 20))) end
		where account = of_account
$$;

-- A step of his codes, each of which is good once; of two that try at once, one gets it.
create function intray.totp_take(of_account integer, step bigint) returns boolean
language sql security definer set search_path = pg_catalog, pg_temp as $$
	with taken as (update intray.person set totp_step = step
		where account = of_account and totp is not null and totp_step < step returning 1)
	select exists (select from taken)
$$;

-- `before`: the session that this browser had until now; it ends.
create function intray.sign_in(of_account integer, token text, csrf text, idle_s integer,
	life_s integer, before text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	update intray.person set failures = 0, not_before = null where account = of_account;
	delete from intray.session s where s.ends < now() or s.seen + s.idle < now()
		or s.token = sha256(convert_to(before, 'UTF8'));
	insert into intray.session (token, account, csrf, idle, ends)
	values (sha256(convert_to(token, 'UTF8')), of_account, csrf,
		make_interval(secs => idle_s), now() + make_interval(secs => life_s))
$$;

-- From now on the connection speaks for this session, until another is shown. No row: it
-- has ended, or never was.
create function intray.session_show(token text)
returns table (account integer, csrf text, name text, login text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
	one record;
begin
	perform set_config('intray.token', session_show.token, false);
	select s.account, s.csrf, a.name, p.login, s.seen into one
		from intray.session s join intray.account a on a.id = s.account
		join intray.person p on p.account = a.id
		where s.token = sha256(convert_to(session_show.token, 'UTF8'))
			and s.ends > now() and s.seen + s.idle > now() and a.active;
	if one.seen < now() - interval '1 minute' then
		update intray.session s set seen = now()
			where s.token = sha256(convert_to(session_show.token, 'UTF8'));
	end if;
	if one.account is not null then
		return query select one.account, one.csrf, one.name, one.login;
	end if;
end $$;

create function intray.sign_out() returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	delete from intray.session
		where token = sha256(convert_to(current_setting('intray.token', true), 'UTF8'))
$$;

-- Who I am and what I may, for the page.
create function desk.me() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('name', a.name, 'login', p.login, 'settings', p.settings,
		'rights', (select coalesce(jsonb_agg(distinct x.what), '[]') from intray.access x
			where x.account = a.id),
		'clients', (select coalesce(jsonb_agg(jsonb_build_object('code', c.code, 'name',
			c.name, 'role', intray.role_of(a.id, c.id)) order by c.code), '[]')
			from intray.client c where c.id in (select x.client from intray.access x
				where x.account = a.id)))
	from intray.account a left join intray.person p on p.account = a.id
	where a.id = intray.my_account()
$$;

create function desk.keep_settings(settings jsonb) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if jsonb_typeof(settings) <> 'object' or length(settings::text) > 20000 then
		raise exception 'settings must be an object of at most 20000 characters';
	end if;
	update intray.person p set settings = keep_settings.settings
		where p.account = intray.my_account();
end $$;
