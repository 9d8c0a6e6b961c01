#!/bin/sh
# Does the work on one document cost more when the database holds many? Fills a throwaway
# cluster in two steps and times, in each, what every document or clerk makes the server do:
# milliseconds a call in the server, the smallest of some repetitions, so that a busy machine
# shows little. All that is done is rolled back.
#
#   FULL=100000   documents in the second step (the first has 100)
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
FULL=${FULL:-100000} FEW=100 REPEAT=${REPEAT:-7}
intray_setup
intray_start || exit 3
sql "select 1" >/dev/null # finds psql
# Nobody else may work meanwhile: only the database stays.
for p in $(intray_tree "$INTRAY_PID"); do
	tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null |
		grep -qE -e '--process (intake|worker|keeper|tray)' && kill -STOP "$p"
done

timed() { # NAME STATEMENT [ROLE]: milliseconds, the smallest of $REPEAT
	statement=$2 role=${3:-intray_owner}
	best=$(for _ in $(seq "$REPEAT"); do
		echo "begin; explain (analyze, timing off, format text) $statement; rollback;"
	done >"$T/timed.sql" && psql_file "$T/timed.sql" |
		sed -n 's/^ *Execution Time: \([0-9.]*\) ms.*/\1/p' | sort -n | head -1)
	echo "$1|$best"
}
psql_file() {
	PGPASSWORD=$(cat "$T/state/secrets/$role") PGOPTIONS='-c client_min_messages=error' \
		"$PSQL" -X -q -A -t -v ON_ERROR_STOP=1 -v n="${n:-0}" -h "$T/run/pg" -U "$role" \
		-d intray -f "$1" 2>&1
}
# Statements of the daemon's own files, with their parameters filled in.
query() { # FILE VALUE...
	text=$(cat "sql/query/$1.sql") i=0
	shift
	for value in "$@"; do
		i=$((i + 1))
		text=$(printf '%s' "$text" | sed "s|\\\$$i\\b|$value|g")
	done
	printf '%s' "$text"
}

measure() {
	doc=$(sql "select id from intray.document where state = 'exception' order by arrived limit 1")
	hash=$(sql "select sha256 from intray.drop limit 1")
	tray=$(sql "select id from intray.tray limit 1")
	timed 'record a new drop' "select intray.drop_record(gen_random_uuid(), $tray, null, 'x',
		repeat('f', 64), 1, 0, null, null, null)" intray_intake
	timed 'record known bytes' "select intray.drop_record(gen_random_uuid(), $tray, null, 'x',
		'$hash', 1, 0, null, null, null)" intray_intake
	timed 'claim a job, none there' "select * from intray.job_claim('bench/1/worker0/1')" \
		intray_worker
	timed 'load pages' "$(query worker/pages_load "'$doc'")"
	timed 'load fields' "$(query worker/fields_load "'$doc'")"
	timed 'ask the business' "$(query worker/business_ask "'$doc'" "'invoice'" \
		"'[\"duplicate\", \"supplier-known\", \"order-known\"]'" \
		"'{\"header\": {\"number\": \"R7\", \"seller/name\": \"Supplier 7\",
			\"issue_date\": \"2026-01-07\", \"total_with_vat\": \"7.00\"}}'")"
	timed 'due time' "select intray.due_at((select id from intray.client limit 1), 'invoice', now())"
	timed "keeper's round" "$(query keeper/keeper_round)"
	for q in documents exceptions jobs problems processes trays; do
		timed "status: $q" "$(cat "sql/query/admin/status_$q.sql")"
	done
	timed 'open offers of the ERP' "select count(*) from intray.delivery where state = 'open'"
	timed 'events of a document' "select * from intray.event where document = '$doc' order by at"
}

n=$FEW role=intray_owner
psql_file tests/bench/fill.sql || exit 3
measure >/dev/null # what is read for the first time from disk counts for nobody
measure >"$T/few"
n=$((FULL - FEW))
sql 'truncate intray.document_key' # so that numbers may come again
sed 's/ACME-OLD-/ACME-OLDER-/' tests/bench/fill.sql >"$T/fill.sql"
role=intray_owner
psql_file "$T/fill.sql" || exit 3
measure >/dev/null
measure >"$T/full"
printf '%-28s %12s %12s\n' 'milliseconds in the server' "$FEW" "$FULL"
paste -d "|" "$T/few" "$T/full" | awk -F"|" '{ printf "%-28s %12s %12s\n", $1, $2, $4 }'
