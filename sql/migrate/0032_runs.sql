-- Suppliers are found by runs of letters too: what a bad scan leaves of a name is seldom a whole
-- word of it. sql/api makes all terms anew.
truncate intray.supplier_term;
alter table intray.supplier_term drop constraint supplier_term_kind_check;
alter table intray.supplier_term add constraint supplier_term_kind_check
	check (kind in ('name', 'tax-id', 'iban', 'domain', 'phone', 'place', 'word', 'run'));
