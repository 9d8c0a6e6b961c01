-- What the command line does: find, retry and reject documents; accounts and their rights.

create function intray.find_document(what text) returns uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id uuid;
begin
	if what ~ '^[0-9a-fA-F-]{36}$' then
		select id into found_id from intray.document
			where id = what::uuid or drop = what::uuid
			order by id = what::uuid desc, arrived limit 1;
	else
		select id into found_id from intray.document where control_number = upper(what);
	end if;
	if found_id is null then
		raise exception 'there is no document %', what;
	end if;
	return found_id;
end $$;

-- Nobody works on it any more and nothing is on offer.
create function intray.document_stop_work(doc uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	delete from intray.job where document = doc;
	update intray.task set state = 'cancelled', finished = now(), account = null,
		lease_until = null where document = doc and state = 'open';
	update intray.delivery set state = 'withdrawn' where document = doc and state = 'open';
	delete from intray.document_key where document = doc;
$$;

create function intray.admin_may(d intray.document, target text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select from intray.transition t where t.from_state = d.state
		and t.to_state = target and t.who = intray.actor_kind())
$$;

create function intray.document_retry(what text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	select * into strict d from intray.document where id = intray.find_document(what)
		for update;
	if d.state = 'received' then
		update intray.job set not_before = now(), faults = 0, losses = 0
			where document = d.id and lease_until is null;
		return d.control_number || ' is waiting to be read; it is not held back any more';
	end if;
	if not intray.admin_may(d, 'received') then
		raise exception '% is "%": reading it again is not possible from there',
			d.control_number, d.state;
	end if;
	if (select sha256 is null and parent is not null from intray.drop where id = d.drop) then
		raise exception '%: its bytes could not be had (%); they lie inside of %', d.control_number,
			d.cause, (select c.control_number from intray.document c where c.id = d.parent);
	end if;
	if (select sha256 is null from intray.drop where id = d.drop) then
		raise exception '%: its file never came into the store (%); it lies in %/.quarantine/%: '
			'put it right and drop it again', d.control_number, d.cause,
			(select t.path from intray.tray t join intray.drop o on o.tray = t.id
				where o.id = d.drop), d.drop;
	end if;
	perform intray.document_stop_work(d.id);
	-- What ended the last reading says nothing about the next, which keeps what it finds.
	delete from intray.finding where document = d.id and d.state = 'quarantined' and code = d.cause;
	update intray.document set state = 'received', cause = 'retry', reason = null,
		duplicate_of = null, runs_left = null, until = null where id = d.id;
	-- What people cut or joined has pages of its own; only they are looked at again.
	perform intray.job_insert(d.id, case when exists (select from intray.document p
		where p.id = d.parent and p.drop = d.drop) then 'understand' else 'read' end, 0, 0);
	return d.control_number || ' will be read again';
end $$;

create function intray.check_reason(kind text, code text, for_client integer) returns void
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select from intray.reason r where r.kind = check_reason.kind
		and r.code = check_reason.code and (r.client is null or r.client = for_client))
	then
		raise exception 'no reason "%"; choose one of: %', code,
			(select string_agg(r.code, ', ' order by r.code) from intray.reason r
				where r.kind = check_reason.kind
				and (r.client is null or r.client = for_client));
	end if;
end $$;

create function intray.document_reject(what text, why text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	d intray.document;
begin
	select * into strict d from intray.document where id = intray.find_document(what)
		for update;
	perform intray.check_reason('reject', why, d.client);
	if not intray.admin_may(d, 'rejected') then
		raise exception '% is "%": rejecting it is not possible from there',
			d.control_number, d.state;
	end if;
	perform intray.document_stop_work(d.id);
	update intray.document set state = 'rejected', cause = why, reason = (select r.text
		from intray.reason r where r.kind = 'reject' and r.code = why limit 1)
		where id = d.id;
	return d.control_number || ' is rejected: ' || why;
end $$;

-- --- accounts ----------------------------------------------------------------------------

create function intray.client_named(what text) returns integer
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_id integer;
begin
	select id into found_id from intray.client where code = what;
	if not found then
		raise exception 'there is no client "%"', what;
	end if;
	return found_id;
end $$;

-- Who lost the last right may not log in; a new right opens the door again. The password is
-- the old one unless another is given.
create function intray.account_reopen(login text, word text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if word is not null then
		execute format('alter role %I password %L', login, word);
	end if;
	if (select active from intray.account where role = login) then
		return login || ' is there already';
	end if;
	update intray.account set active = true where role = login;
	execute format('alter role %I login', login);
	return login || ' may log in again';
end $$;

-- A login role and its account. Roles that are not ours are never touched: whoever may call
-- this must not become somebody else by it.
create function intray.account_make(login text, account_kind text, shown text, word text)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	secret text := coalesce(word,
		replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''));
begin
	if login !~ '^[a-z][a-z0-9_]{0,62}$' or login ~ '^(intray_|pg_)' then
		raise exception 'the name "%" is not possible: use a-z, 0-9 and _, and neither '
			'intray_ nor pg_ at the start', login;
	end if;
	if exists (select from intray.account where role = login) then
		if (select kind from intray.account where role = login) <> account_kind then
			raise exception '"%" is there already, for another purpose', login;
		end if;
		return intray.account_reopen(login, word);
	end if;
	if exists (select from pg_roles where rolname = login) then
		raise exception 'the database has a role "%" that Intray did not make', login;
	end if;
	execute format('create role %I login password %L in role %I', login, secret,
		case account_kind when 'person' then 'intray_clerk' when 'erp' then 'intray_erp'
			else 'intray_report' end);
	insert into intray.account (role, kind, name) values (login, account_kind, shown);
	return login || case when word is null then ' has the password ' || secret
		else ' is made' end;
end $$;

create function intray.access_give(login text, to_client integer, to_do text, of_types text[],
	of_languages text[], may_see_restricted boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
	insert into intray.access (account, client, what, types, languages, restricted)
	select a.id, to_client, to_do, of_types, of_languages, may_see_restricted
	from intray.account a where a.role = login
	on conflict (account, client, what) do update set types = excluded.types,
		languages = excluded.languages, restricted = excluded.restricted
$$;

-- select intray.grant_clerk('acme', 'jane', 'Jane Doe');
create function intray.grant_clerk(client text, login text, name text default null,
	types text[] default null, languages text[] default null,
	restricted boolean default false, password text default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_client integer := intray.client_named(client);
	said text := intray.account_make(login, 'person', coalesce(name, login), password);
begin
	perform intray.access_give(login, of_client, 'key', types, languages, restricted);
	return said;
end $$;

-- select intray.grant_erp('acme', 'acme_erp');
create function intray.grant_erp(client text, login text, types text[] default null,
	password text default null) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_client integer := intray.client_named(client);
	said text := intray.account_make(login, 'erp', login, password);
begin
	perform intray.access_give(login, of_client, 'erp', types, null, true);
	return said;
end $$;

create function intray.grant_report(client text, login text, password text default null)
returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_client integer := intray.client_named(client);
	said text := intray.account_make(login, 'report', login, password);
begin
	perform intray.access_give(login, of_client, 'report', null, null, false);
	return said;
end $$;

-- Takes every right for a client away; the last one closes the account.
create function intray.revoke_access(client text, login text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_client integer := intray.client_named(client);
	who integer := (select id from intray.account where role = login);
begin
	if who is null then
		raise exception 'there is no account "%"', login;
	end if;
	delete from intray.access a where a.account = who and a.client = of_client;
	if exists (select from intray.access where account = who) then
		return login || ' has nothing to do with ' || client || ' any more';
	end if;
	update intray.account set active = false where id = who;
	execute format('alter role %I nologin', login);
	return login || ' may not log in any more';
end $$;
