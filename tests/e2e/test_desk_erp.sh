#!/bin/sh
# Two invoices arrive. The e-invoice goes to the ERP untouched; the one whose total is wrong
# goes to a clerk, who says that it is so printed, and then to the ERP too. All from plain
# psql. Afterwards somebody meddles with the store, and verify notices.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
docs=tests/samples/documents
intray() { "$BUILD/intray" --config "$CONF" "$@"; }
as() { # ROLE PASSWORD STATEMENT
	PGPASSWORD=$2 psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$T/run/pg" -U "$1" -d intray -c "$3"
}
admin() { as intray_admin "$(cat "$T/state/secrets/intray_admin")" "$1"; }
give() {
	cp "$@" "$T/"
	for f; do
		f=$T/$(basename "$f")
		[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$f"
		mv "$f" "$TRAY/"
	done
}
number_of() { intray list --json | jq -r ".[] | select(.file == \"$1\").control_number"; }
state_of() { intray show "$1" --json | jq -r .state; }
until_state() { # NUMBER STATE
	for _ in $(seq 100); do
		[ "$(state_of "$1")" = "$2" ] && return 0
		sleep 0.2
	done
	return 1
}

WORKERS=1
intray_setup
intray status >"$T/out" 2>"$T/err"
[ $? -eq 3 ] && grep -q 'cannot use the private database' "$T/err"
check 'without a database status says so and ends with 3' [ $? -eq 0 ]

intray_start || exit 1
give "$docs/invoice-ubl.xml" "$docs/invoice-wrong-total.pdf"
intray_wait 2 120
ubl=$(number_of invoice-ubl.xml) odd=$(number_of invoice-wrong-total.pdf)
check 'the e-invoice is ready' [ "$(state_of "$ubl")" = ready ]
check 'the wrong total is an exception' [ "$(state_of "$odd")" = exception ]
intray show "$odd" --json | jq -e '.findings[] | select(.kind == "document" and .severity == "stop")' \
	>/dev/null
check 'show tells which finding' [ $? -eq 0 ]
intray show "$odd" --json | jq -e '[.events[].to_state] == ["received", "read", "understood", "exception"]' \
	>/dev/null
check 'show tells the whole story in order' [ $? -eq 0 ]

admin "select intray.grant_clerk('acme', 'jane', password => 'j')" >/dev/null
admin "select intray.grant_erp('acme', 'acme_erp', password => 'e')" >/dev/null

task=$(as jane j "select task || ', ' || fence from desk.next_task()")
check 'the clerk gets the task' [ -n "$task" ]
said=$(as jane j "select desk.submit($task, '{\"number\": \"K-1\"}', array(select distinct code
	from desk.finding f join desk.queue q using (document) where q.task = ${task%%,*}
		and f.severity = 'stop'))")
check 'the clerk submits from psql' [ "$said" = submitted ]
until_state "$odd" ready
check 'confirmed as printed, it is ready' [ $? -eq 0 ]

rows=$(as acme_erp e "select count(*), count(number), count(issue_date + 1), count(total_with_vat * 1)
	from erp.invoice")
check 'the ERP reads both as typed rows' [ "$rows" = '2|2|2|2' ]
check 'with the keyed number' \
	[ "$(as acme_erp e "select number from erp.invoice where control_number = '$odd'")" = K-1 ]
check 'and lines' [ "$(as acme_erp e "select count(*) > 0 from erp.invoice_line")" = t ]
id=$(as acme_erp e "select document from erp.invoice where control_number = '$ubl'")
as acme_erp e "select erp.acknowledge('$id', 1)" >/dev/null &&
	as acme_erp e "select erp.post('$id', 1, 'BK-1')" >/dev/null
check 'the ERP acknowledges and posts' [ "$(state_of "$ubl")" = posted ]
intray reject "$ubl" --reason test 2>"$T/err"
check 'what is posted is not rejected any more' [ $? -eq 3 ]
intray reject "$odd" --reason test >/dev/null &&
	[ "$(as acme_erp e 'select count(*) from erp.invoice')" = 0 ]
check 'a rejected document is not on offer any more' [ $? -eq 0 ]
# What a person confirmed of the same values needs no second confirmation.
intray retry "$odd" >/dev/null && intray_wait 2 120 && until_state "$odd" ready
check 'and can be read again; what was confirmed as printed still holds' [ $? -eq 0 ]
intray show "$odd" --json | jq -e '[.events[].cause] | index("retry")' >/dev/null
check 'as its story tells' [ $? -eq 0 ]

intray verify >"$T/out"
check 'verify: everything is accounted for' [ $? -eq 0 ]
intray status >"$T/out"
check 'status: nothing is wrong' grep -q 'Nothing is wrong' "$T/out"

sha=$(intray show "$odd" --json | jq -r .sha256)
blob=$(find "$T/state/store/acme" -name "*$sha*" -o -path "*$(echo "$sha" | cut -c1-2)*" -name \
	"*$(echo "$sha" | cut -c3-)*" | head -1)
printf x | dd of="$blob" bs=1 seek=40 conv=notrunc 2>/dev/null
intray verify >"$T/out"
[ $? -eq 1 ] && grep -q "^$odd" "$T/out"
check 'verify names the document of a damaged blob' [ $? -eq 0 ]
rm -f "$blob"
intray verify --quick --json | jq -e ".problems[] | select(.what == \"$odd\")" >/dev/null
check 'and of a missing one, quickly' [ $? -eq 0 ]
mkdir -p "$TRAY/.quarantine/00000000-0000-4000-8000-000000000001"
intray verify --quick >"$T/out"
[ $? -eq 1 ] && grep -q 'lies in quarantine and is not recorded' "$T/out"
check 'verify names what nobody recorded' [ $? -eq 0 ]
rmdir "$TRAY/.quarantine/00000000-0000-4000-8000-000000000001"
: >"$TRAY/empty.pdf"
for _ in $(seq 100); do
	kept=$(find "$TRAY/.quarantine" -name empty.pdf) && [ "$kept" ] && break
	sleep 0.1
done
for _ in $(seq 100); do
	[ "$(sql "select count(*) from intray.document where state = 'quarantined'")" -ge 1 ] && break
	sleep 0.1
done
rm -r "$(dirname "$kept")"
intray verify --quick >"$T/out"
[ $? -eq 1 ] && grep -q 'its file is gone from the quarantine' "$T/out"
check 'and a quarantined file that somebody took away' [ $? -eq 0 ]

exit "${tap_failed:-0}"
