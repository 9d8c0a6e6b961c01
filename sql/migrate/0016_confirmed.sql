-- What the ERP says of a bank account is confirmed by its import: a person's word is written by
-- whoever records it.
alter table intray.supplier_account alter confirmed_by set default 'import',
	alter confirmed_at set default now();
-- first_at says it already.
alter table intray.supplier drop column master_since;

-- Of half a million suppliers these checks cost more than all else: an import's number is made in
-- the transaction that writes it, the client of what hangs on a supplier is the supplier's, and
-- what a supplier is found by goes with it by a trigger (62_match.sql).
do $$
declare
	c record;
begin
	for c in select conrelid::regclass as of_table, conname from pg_constraint
		where contype = 'f' and connamespace = 'intray'::regnamespace
			and (confrelid = 'intray.import'::regclass
				and conname like '%\_import\_fkey' and conrelid::regclass::text !~ 'import_'
			or confrelid = 'intray.client'::regclass and conrelid in (
				'intray.supplier_alias'::regclass, 'intray.supplier_tax_id'::regclass,
				'intray.supplier_account'::regclass, 'intray.supplier_domain'::regclass)
			or conrelid = 'intray.supplier_term'::regclass)
	loop
		execute format('alter table %s drop constraint %I', c.of_table, c.conname);
	end loop;
end $$;
