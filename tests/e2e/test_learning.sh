#!/bin/sh
# A clerk keys two receipts of one café. The third comes out with the name as it was keyed,
# and says why; the supplier can be looked at, and forgotten.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
intray() { "$BUILD/intray" --config "$CONF" "$@"; }
as() { # ROLE PASSWORD STATEMENT
	PGPASSWORD=$2 psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$T/run/pg" -U "$1" -d intray -c "$3"
}
# The same paper, read anew each time: other bytes behind the picture's end.
give() {
	{ cat tests/samples/documents/receipt-cafe.jpg; echo "$1"; } >"$T/$1"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/$1"
	mv "$T/$1" "$TRAY/"
}
number_of() { intray list --json | jq -r ".[] | select(.file == \"$1\").control_number"; }
value_of() { intray show "$1" --json | jq -r ".fields[] | select(.path == \"$2\").$3"; }
key() { # FILE: the clerk enters the supplier, as it should be spelt
	task=$(as jane j "select t.task || ', ' || t.fence from desk.next_task() t")
	as jane j "select desk.submit($task, '{\"merchant/name\": \"Café Morgenrot, Inh. B. Sommer\",
		\"merchant/address\": \"Marktplatz 2, 50667 Köln-Altstadt\"}', '{}', 'receipt')"
}

WORKERS=1
intray_setup
intray_start || exit 1
as intray_admin "$(cat "$T/state/secrets/intray_admin")" \
	"select intray.grant_clerk('acme', 'jane', password => 'j')" >/dev/null
intray supplier list | grep -q '^No supplier is known yet'
check 'nothing is known at first' [ $? -eq 0 ]

give one.jpg
intray_wait 1 120
before=$(value_of "$(number_of one.jpg)" merchant/name value)
check 'the first receipt is keyed' [ "$(key)" = submitted ]
intray_wait 1 120
sql "update intray.task set state = 'cancelled' where state = 'open'"

give two.jpg
intray_wait 2 120
two=$(number_of two.jpg)
check 'the second one already shows the name, as a proposal' \
	[ "$(value_of "$two" merchant/name value)" = 'Café Morgenrot, Inh. B. Sommer' ]
check 'which a person must confirm' [ "$(value_of "$two" merchant/name accepted)" != true ]
check 'and it is keyed' [ "$(key)" = submitted ]
intray_wait 2 120
sql "update intray.task set state = 'cancelled' where state = 'open'"

give three.jpg
intray_wait 3 120
three=$(number_of three.jpg)
check 'the third has name and address right' [ "$(value_of "$three" merchant/name value), \
$(value_of "$three" merchant/address value)" = \
	'Café Morgenrot, Inh. B. Sommer, Marktplatz 2, 50667 Köln-Altstadt' ]
check 'and says why' [ "$(value_of "$three" merchant/name why)" = 'known supplier' ]

id=$(intray supplier list --client acme --json | jq -r '.[0].id')
intray supplier show "$id" >"$T/out"
sed 's/^/# /' "$T/out"
grep -q "^Café Morgenrot, Inh. B. Sommer, supplier $id of client acme" "$T/out" &&
	grep -q 'confirmed' "$T/out" && grep -q "jane" "$T/out"
check 'the supplier can be looked at: what is known, and who keyed it' [ $? -eq 0 ]
intray supplier forget "$id" 999999 2>"$T/err"
[ $? -eq 3 ] && grep -q "numbers what is known of it" "$T/err"
check 'what is not known cannot be forgotten' [ $? -eq 0 ]
intray supplier forget "$id" >/dev/null
give four.jpg
intray_wait 4 120
check 'forgotten, the next is read as the first was' \
	[ "$(value_of "$(number_of four.jpg)" merchant/name value)" = "$before" ]

exit "${tap_failed:-0}"
