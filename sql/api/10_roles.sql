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
end $$;

-- Our statements touch few rows; compiling one costs a hundred times what it then saves.
do $$
begin
	execute format('alter database %I set jit = off', current_database());
end $$;
