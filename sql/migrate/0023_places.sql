-- Suppliers are found by the words of their names, which are read right more often than not, by
-- their places (a postcode is shared by thousands, with the numbers of a street it is nearly a
-- code) and telephones. Runs of three letters cost ten times as much, to find and to keep.
-- sql/api makes all terms anew.
drop index intray.supplier_term_alike;
truncate intray.supplier_term;
alter table intray.supplier_term drop constraint supplier_term_kind_check;
alter table intray.supplier_term add constraint supplier_term_kind_check
	check (kind in ('name', 'tax-id', 'iban', 'domain', 'phone', 'place', 'word'));
-- Terms are compared byte by byte, which is half the work of an import of many.
alter table intray.supplier_term alter kind type text collate "C", alter term type text collate "C";

-- Nobody chooses a match: who keys the supplier's name is asked instead.
alter table intray.document_match drop column chosen_by;
