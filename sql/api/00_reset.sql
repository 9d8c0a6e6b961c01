-- Everything in sql/api is made anew, in the one transaction that applies this folder: the
-- schemas for people and ERPs, and the functions (with the triggers and policies that use
-- them) of the internal one. Nothing here holds data.
drop schema if exists desk cascade;
drop schema if exists erp cascade;
drop schema if exists report cascade;

do $$
declare
	f record;
begin
	for f in select policyname, tablename from pg_policies where schemaname = 'intray'
	loop
		execute format('drop policy %I on intray.%I', f.policyname, f.tablename);
	end loop;
	for f in select p.oid::regprocedure as name from pg_proc p
		where p.pronamespace = 'intray'::regnamespace
	loop
		-- An earlier one may have taken it along.
		if to_regprocedure(f.name::text) is not null then
			execute format('drop function %s cascade', f.name);
		end if;
	end loop;
end $$;

create schema desk;
create schema erp;
create schema report;
