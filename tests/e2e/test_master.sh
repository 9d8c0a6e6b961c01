#!/bin/sh
# Master data comes in: a file as a spreadsheet wrote it, with mistakes; the same file again; a
# full one that lost its end; orders and receipts that hang on it; a table of the ERP's.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
WORKERS=1 intray_setup
intray_start || exit 1
intray() { "$BUILD/intray" --config "$CONF" "$@"; }
count() { # KEY of the report in $T/report
	jq -r ".$1" "$T/report"
}
status_is() { # N COMMAND...
	expected=$1
	shift
	"$@" >"$T/report" 2>"$T/err"
	got=$?
	[ $got -eq "$expected" ] || {
		echo "# status $got, not $expected: $*"
		sed 's/^/# /' "$T/err" "$T/report" | head -20
		return 1
	}
}

# Latin-1, semicolons, German headings; \344 ae, \366 oe, \374 ue.
printf 'Lieferantennr;Name;USt-ID;Strasse;PLZ;Ort;Land;IBAN;Kostenstelle
70012;"Bolt & Sons; Ltd";GB123456789;1 High St;LS1 1AA;Leeds;GB;;100
70013;M\374ller B\374rom\366bel GmbH;DE136695976;Hauptstr. 1;50667;K\366ln;Deutschland;DE02120300000000202051;200
70013;again;;;;;;;
70014;bad country;;;;;Atlantis;;
;no number;;;;;;;
70015;ragged
70016;bad iban;;;;;;DE02120300000000202052;
' >"$T/suppliers.csv"

faulty_rows_are_refused_and_the_rest_goes_on() {
	status_is 1 intray --json supplier import --dry-run "$T/suppliers.csv" &&
		[ "$(count added)" = 2 ] && [ "$(sql 'select count(*) from intray.supplier')" = 0 ] &&
		status_is 1 intray --json supplier import "$T/suppliers.csv" &&
		[ "$(count added) $(count refused)" = '2 5' ] &&
		[ "$(jq -r '[.refusals[] | "\(.row) \(.reason)"] | join("; ")' "$T/report")" = \
			'4 the same stands already in row 3; 5 is no country we know; 6 is empty; 7 has 2 columns, the heading has 9; 8 is no IBAN: its check digits do not hold' ] &&
		[ "$(sql "select name || city from intray.supplier where number = '70013'")" = \
			'Müller Büromöbel GmbHKöln' ]
}
check 'faulty rows are refused with row and reason, and the rest goes on' \
	faulty_rows_are_refused_and_the_rest_goes_on

the_same_file_changes_nothing() {
	status_is 1 intray --json supplier import "$T/suppliers.csv" &&
		[ "$(count added) $(count changed) $(count unchanged)" = '0 0 2' ] &&
		sed 's/;100$/;101/' "$T/suppliers.csv" >"$T/changed.csv" &&
		status_is 1 intray --json supplier import "$T/changed.csv" &&
		[ "$(jq -c '.changes' "$T/report")" = \
			'[{"key":"70012","now":"101","was":"100","field":"cost_centre"}]' ]
}
check 'the same file again changes nothing, another cell one cell' the_same_file_changes_nothing

a_full_file_without_its_end_is_refused() {
	{ echo 'number,name'; seq 60 | sed 's/.*/8&,Made Supplier &/'; } >"$T/many.csv"
	head -20 "$T/many.csv" >"$T/cut.csv"
	status_is 0 intray --json supplier import "$T/many.csv" &&
		status_is 3 intray --json supplier import --full "$T/cut.csv" &&
		grep -q 'more than a tenth' "$T/err" &&
		[ "$(sql 'select count(*) from intray.supplier where not active')" = 0 ] &&
		status_is 0 intray --json supplier import --full --allow-mass "$T/cut.csv" &&
		[ "$(count deactivated)" = 43 ] && status_is 0 intray --json supplier import "$T/many.csv" &&
		[ "$(sql "select count(*) from intray.supplier where not active")" = 2 ]
}
check 'a full file that lacks much is refused unless it is meant' \
	a_full_file_without_its_end_is_refused

a_faulty_row_of_a_full_file_is_not_missing() {
	sed '30s/,/,of 5, /' "$T/many.csv" >"$T/ragged.csv" &&
		status_is 0 intray --json supplier import "$T/many.csv" &&
		status_is 1 intray --json supplier import --full --allow-mass "$T/ragged.csv" &&
		[ "$(jq -r '.refusals[0].reason' "$T/report")" = 'has 3 columns, the heading has 2' ] &&
		[ "$(sql "select active from intray.supplier where number = '829'")" = t ] &&
		sed '30s/,/,"/' "$T/many.csv" >"$T/unread.csv" &&
		status_is 3 intray --json supplier import --full "$T/unread.csv" &&
		grep -q 'row 30 .*cannot be read' "$T/err" &&
		[ "$(sql "select active from intray.supplier where number = '829'")" = t ]
}
check 'what a row names that is refused is not missing from a full file' \
	a_faulty_row_of_a_full_file_is_not_missing

orders_and_receipts_hang_together() {
	printf 'number,supplier,line,quantity,unit_price\nPO-1,70012,10,"1,500.5",2\nPO-1,70012,20,5.0,3\nPO-2,99,1,1,1\n' >"$T/orders.csv"
	printf 'number,order,line,quantity,date\nR1,PO-1,10,3,2026-03-01\nR2,PO-1,30,3,03/04/2026\n' >"$T/receipts.csv"
	status_is 1 intray --json supplier import "$T/suppliers.csv" &&
		status_is 1 intray --json order import "$T/orders.csv" && [ "$(count added)" = 2 ] &&
		[ "$(jq -r '.refusals[0].reason' "$T/report")" = 'there is no supplier "99"' ] &&
		status_is 1 intray --json master import receipt "$T/receipts.csv" &&
		[ "$(jq -r '.refusals[0].reason' "$T/report")" = 'may be day first or month first; say --dates' ] &&
		status_is 0 intray --json order show po1 &&
		[ "$(jq -r '.[0] | "\(.quantity) \(.received)"' "$T/report")" = '1500.5 3' ]
}
check 'orders and receipts hang on what they name' orders_and_receipts_hang_together

a_table_is_as_good_as_a_file() {
	sql "create schema erp_out; create table erp_out.v (vendor text, \"name\" text);
		insert into erp_out.v values ('9001', 'From, \"the\" table'); grant usage on schema erp_out
		to intray_admin; grant select on erp_out.v to intray_admin" &&
		status_is 0 intray --json supplier import --from-table erp_out.v &&
		[ "$(sql "select name from intray.supplier where number = '9001'")" = 'From, "the" table' ] &&
		status_is 3 intray --json supplier import --from-table erp_out.none
}
check 'a table of the ERP is as good as a file' a_table_is_as_good_as_a_file

every_kind_can_be_imported() {
	[ "$(intray --json master kinds | jq length)" = 15 ] &&
		printf 'code,name,alias,tray\n1000,Acme Holding,Acme|ACME Group,in\n' >"$T/c.csv" &&
		printf 'list,code,name\ncost-centre,100,Works\n' >"$T/l.csv" &&
		printf 'npi,name,ein\n1234567893,"SMITH, JANE",12-3456789\n1234567890,x,1\n' >"$T/p.csv" &&
		printf 'supplier,number,date,total\n70012,R-1,2026-01-02,119.00\n' >"$T/h.csv" &&
		status_is 0 intray --json company import "$T/c.csv" && [ "$(count added)" = 1 ] &&
		status_is 0 intray --json code import "$T/l.csv" && [ "$(count added)" = 1 ] &&
		status_is 1 intray --json master import provider "$T/p.csv" && [ "$(count added)" = 1 ] &&
		status_is 0 intray --json master import history "$T/h.csv" && [ "$(count added)" = 1 ] &&
		status_is 3 intray --json master import nonsense "$T/h.csv" &&
		grep -q '^intray master: there is no kind of master data' "$T/err" &&
		status_is 0 intray master import history "$T/h.csv" &&
		status_is 0 $(sed -n 's/^`\(.*\)` shows this again.$/\1/p' "$T/report") &&
		status_is 3 intray master report 9999 && grep -q 'there is no import 9999' "$T/err" &&
		[ "$(intray --json company show 1000 | jq length)" = 5 ]
}
check 'companies, codes, providers and history come in the same way' every_kind_can_be_imported

what_papers_propose_is_decided() {
	sql "insert into intray.supplier_proposal (client, key, name, vat_id, iban) select id, k, n, v, i
		from intray.client, (values ('k1', 'New Steel Ltd', 'GB999999973', 'GB29NWBK60161331926819'),
		('k2', 'Not Ours Inc.', null, null), ('k3', 'Bolt and Sons', null, null)) p(k, n, v, i)" &&
		[ "$(intray --json supplier proposals | jq -r '[.[].name] | join(",")')" = \
			'New Steel Ltd,Not Ours Inc.,Bolt and Sons' ] &&
		status_is 3 intray supplier accept 1 ' ' &&
		status_is 0 intray supplier accept 1 80001 && grep -q 'not taken from a paper' "$T/report" &&
		[ "$(sql "select state || number from intray.match_supplier((select id from intray.client),
			'invoice', '{\"seller/name\": \"New Steel Ltd\"}', '[]', null)")" = sure80001 ] &&
		status_is 0 intray supplier accept 3 70012 &&
		[ "$(sql 'select count(*) from intray.supplier_account where iban like $$GB29%$$')" = 0 ] &&
		status_is 0 intray supplier refuse 2 a private purchase &&
		status_is 3 intray supplier refuse 2 again && grep -q 'refused already' "$T/err" &&
		[ "$(intray --json supplier proposals | jq length)" = 0 ] &&
		[ "$(intray --json supplier proposals --all | jq -r '[.[].outcome] | join(",")')" = \
			'80001,a private purchase,70012' ]
}
check 'what papers propose is accepted with a number or refused with a reason' \
	what_papers_propose_is_decided

# Neither seller nor buyer is read from it; it waits for a person like any other.
a_paper_that_names_nobody_is_read() {
	printf 'hello\n' >"$T/note.txt"
	chmod 644 "$T/note.txt" && mv "$T/note.txt" "$TRAY/" && intray_wait 1 60 &&
		[ "$(sql 'select state from intray.document')" = exception ]
}
check 'a paper that names nobody is read, whatever masters there are' \
	a_paper_that_names_nobody_is_read
a_paper_without_a_name_is_of_nobody() {
	[ "$(sql "select state from intray.match_supplier((select id from intray.client),
		'invoice', '{}', '[]', null)")" = unknown ] &&
		[ "$(sql "select state from intray.match_company((select id from intray.client),
			(select id from intray.tray), 'invoice', '{}')")" = sure ] &&
		[ "$(sql "select state || number from intray.match_supplier((select id from intray.client),
			'invoice', '{\"seller/name\": \"Mueller Buromobel G.m.b.H.\"}', '[]', null)")" = sure70013 ]
}
check 'a paper that names nobody is of nobody, a misspelt one of whom it means' \
	a_paper_without_a_name_is_of_nobody

exit "${tap_failed:-0}"
