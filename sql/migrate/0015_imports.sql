-- What an import merges into is known by its id.
alter table intray.company_id add id bigint generated always as identity unique;
alter table intray.supplier_account add id bigint generated always as identity unique;

-- What of the master was changed by hand, and by whom, beside imports: supplier_change has it.
alter table intray.supplier_change drop constraint supplier_change_change_check;
alter table intray.supplier_change add constraint supplier_change_change_check check (change in
	('supplier', 'site', 'proposed', 'confirmed', 'demoted', 'forgotten', 'joined', 'linked'));
