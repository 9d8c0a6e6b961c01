-- One login role per process with only what it needs (90_grants.sql), and one group per
-- kind of person. Passwords are set by `intray migrate` from the secrets folder.
do $$
declare
	r text;
begin
	foreach r in array array['intray_intake', 'intray_worker', 'intray_keeper',
		'intray_deliver', 'intray_admin', 'intray_desk']
	loop
		if not exists (select from pg_roles where rolname = r) then
			execute format('create role %I login', r);
		end if;
	end loop;
	foreach r in array array['intray_clerk', 'intray_erp', 'intray_report']
	loop
		if not exists (select from pg_roles where rolname = r) then
			execute format('create role %I nologin', r);
		end if;
	end loop;
	-- The page uses the clerks' functions, each request as the person whose session it shows.
	grant intray_clerk to intray_desk;
	-- Processes ask the same questions all day, of few rows each: planning them anew would take
	-- longer than answering.
	foreach r in array array['intray_intake', 'intray_worker', 'intray_keeper',
		'intray_deliver', 'intray_desk']
	loop
		execute format('alter role %I set plan_cache_mode = force_generic_plan', r);
	end loop;
end $$;

-- Our statements touch few rows; compiling one costs a hundred times what it then saves.
-- And who keys or imports by SQL must not hold up others by forgetting a transaction: our own
-- processes set their own limits (connect/session.sql), and so does pg_dump.
do $$
declare
	setting text;
begin
	foreach setting in array '{jit = off, idle_in_transaction_session_timeout = 60000,
		lock_timeout = 20000}'::text[]
	loop
		execute format('alter database %I set ', current_database()) || setting;
	end loop;
exception when insufficient_privilege then
	raise warning 'the database is not ours to set up: see 10_roles.sql for what it should be set to';
end $$;
