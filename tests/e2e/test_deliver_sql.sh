#!/bin/sh
# The door of an ERP that asks by SQL: a real client with an account of its own that is killed
# between any two of its steps, repeats itself, answers partly, late, twice and wrongly, runs
# several times at once, and is cut off for a day; once the server itself dies under it. In the
# end each document is booked once, no exception was opened by any of that, and the statements
# of both days balance to the cent of what stands in the ERP's books.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/e2e/deliver.sh
psql=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)

WORKERS=1
deliver_setup
intray_start || exit 1
invoices 1 12
sql "select intray.grant_erp('acme', 'erp_a', password => 'a');
	select intray.grant_erp('acme', 'erp_b', password => 'b');
	select intray.grant_clerk('acme', 'jane', password => 'j')" >/dev/null

as() { # ACCOUNT COMMAND...
	as_user=$1
	shift
	PGHOST=$T/run/pg PGUSER=$as_user PGPASSWORD=${as_user#erp_} "$@"
}
import() { as "$1" sh tests/e2e/erp_importer.sh "$T/book" "$2" "${3:-fine}" 2>>"$T/erp.log"; }
killed() { import "$@"; [ $? -eq 137 ]; }
ask() { as "$1" "$psql" -X -q -A -t -d intray -c "$2" 2>>"$T/erp.log"; }
lease_over() { sql "update intray.delivery_batch set taken_until = now() - interval '1 second'"; }
booked() { grep -vc '^#' "$T/book"; }
posted() { sql "select count(*) from intray.delivery where state = 'posted'"; }
counts() { [ "$(booked) $(posted)" = "$1 $2" ]; }
people() { sql "select count(*) from intray.task where state = 'open'"; }
no_document_moved_back() { [ "$(sql "select count(*) from intray.event
	where to_state in ('refused', 'exception')")" = 0 ]; }
import_all() { # ACCOUNT: until there is nothing more
	while import "$1" 2; do :; done
}

# --- killed between any two steps -----------------------------------------------------------
check 'killed when it has fetched a batch' killed erp_a 4 fetched
taken() { sql "select string_agg(document::text || sha256, ' ' order by document)
	from intray.delivery where batch is not null and state = 'open'"; }
first=$(taken)
check 'nothing is booked, four are out' [ "$(booked) $(echo "$first" | wc -w)" = '0 4' ]
check 'nobody else is given them' [ "$(ask erp_b "select count(*) from erp.offer
	where batch is not null")" = 0 ]
lease_over
check 'killed when it has booked them' killed erp_a 4 booked
check 'they were the same, with the same bytes' [ "$first" = "$(taken)" ]
check 'and each knew that it came again' [ "$(sql "select string_agg(distinct attempts::text, ' ')
	from intray.delivery where batch is not null")" = 1 ]
lease_over
check 'killed after the first answer' killed erp_a 4 halfway
check 'one of the four counts, none is booked twice' counts 4 1
lease_over
check 'killed with the answers in an open transaction' killed erp_a 4 answering
check 'then none of them was given' counts 4 1
lease_over
import erp_a 4 twice
check 'undisturbed it answers the rest, twice' counts 4 4
check 'the second time changes nothing' [ "$(sort "$T/book.again" | uniq -c | tr -s ' ')" = ' 3 again' ]

# --- several at once ------------------------------------------------------------------------
for account in erp_a erp_b erp_a erp_b; do
	import_all "$account" &
	echo $! >>"$T/pids"
done
wait $(cat "$T/pids")
check 'four imports at once book and answer the other eight' counts 12 12
check 'each document once' booked_once

# --- wrong, partly, late --------------------------------------------------------------------
invoices 13 18
import erp_a 6 damaged
check 'what cannot be true is refused, and the truth is taken' counts 18 18
check 'no lie was believed' [ ! -e "$T/book.believed" ]
invoices 19 22
import erp_a 4 partly
check 'two of four are answered' counts 22 20
batch=$(ask erp_a 'select batch from erp.batches()')
check 'the rest is known as such' [ "$(ask erp_a "select count(*) from erp.batch($batch)")" = 2 ]
check 'and not released by somebody else' [ -z "$(ask erp_b "select erp.release($batch)")" ]
check 'but by who has it' [ "$(ask erp_a "select erp.release($batch)")" = 2 ]
import erp_b 4
check 'then another import takes them, and books none again' counts 22 22
one=$(tail -1 "$T/book")
set -- $one
check 'what is posted cannot be posted under another number' \
	[ -z "$(ask erp_a "select erp.post('$1', $2, 'OTHER')")" ]
check 'nobody was bothered so far' [ "$(people)" = 0 ]
check 'and no document has moved back' no_document_moved_back

# --- a day without the database -------------------------------------------------------------
invoices 23 29
import erp_a 2 silent
import erp_a 1 received
check 'three are booked, one is acknowledged, nothing more is said' counts 25 22
import erp_b 2 holding &
holder=$!
held() { find "$T" -name held -size +0 | grep -q .; }
check 'another one has a batch in its hands' within 20 held
kill -KILL "$(head -1 "$T/state/pg/postmaster.pid")"
wait $holder
back() { sql 'select 1' >/dev/null 2>&1; }
check 'the server dies while an import holds a batch, and comes back' within 60 back
check 'what that one held is on offer as before' within 20 is "sql \"select count(*)
	from intray.delivery where state = 'open' and batch is null\"" 4
sql 'alter role erp_a nologin; alter role erp_b nologin'
import erp_a 4
check 'the ERP is cut off' [ $? -eq 1 ]
# The clock is moved by moving all that has happened.
sql "alter table intray.handover disable trigger handover_stays;
	update intray.handover set at = at - interval '1 day';
	alter table intray.handover enable trigger handover_stays;
	update intray.delivery set created = created - interval '1 day',
		handed = handed - interval '1 day', not_before = not_before - interval '1 day',
		answered = answered - interval '1 day';
	update intray.delivery_batch set created = created - interval '1 day',
		taken_until = taken_until - interval '1 day'"
invoices 30 31
import erp_b 4
check 'and still is a day later' [ $? -eq 1 ]
check 'documents wait, and new ones are ready beside them' is state_counts \
	'acknowledged 1, offered 2, posted 22, ready 6'
check 'nobody was bothered by the outage' [ "$(people)" = 0 ]
check 'nor has it moved a document back' no_document_moved_back
sql 'alter role erp_a login; alter role erp_b login'
import_all erp_b
check 'who comes first takes what nobody has' counts 31 28
import_all erp_a
check 'and what was booked before the day is answered after it' counts 31 30
set -- $(sql "select document from intray.delivery where state = 'acknowledged'")
ask erp_a "$(sed -n "s/^$1 \([0-9]*\) [^ ]* \([^ ]*\) \([^ ]*\)\$/select erp.post('$1', \1, '\2', \3)/p" \
	"$T/book")" >/dev/null
check 'what was acknowledged gets its number' counts 31 31
check 'each document is still booked once' booked_once

# --- refused, taken back, corrected -----------------------------------------------------------
invoices 32 34
refuse() { ask erp_a "select erp.refuse(document, revision, '$2', 'E1', '$3') from erp.next_batch(
	size => 1)" >/dev/null; }
refuse 1 technical 'table is locked'
check 'a lock is nobody'\''s matter' [ "$(people)" = 0 ]
refuse 1 data 'no cost centre'
check 'wrong data go to a person, with the ERP'\''s words' is "sql \"select text
	from intray.finding where code = 'erp-refused'\"" 'The ERP refused it: no cost centre'
import erp_a 1 silent
late=$(tail -1 "$T/book")
set -- $late
ask erp_a "select erp.withdraw('$1', 'ordered twice')" >/dev/null
check 'booked all the same after it was taken back: late' [ "$(ask erp_a "select outcome from
	erp.answer('[{\"document\": \"$1\", \"revision\": $2, \"answer\": \"posted\", \"number\": \"$4\",
	\"amount\": $5}]')")" = late ]
submit() { # REASON: a clerk leaves that document as it is
	PGHOST=$T/run/pg PGUSER=jane PGPASSWORD=j "$psql" -X -q -A -t -d intray -c "select desk.submit(
		n.task, n.fence, '{}', array['$1']) from desk.next_task(array(select q.task
		from desk.queue q where q.reason <> '$1')) n" >>"$T/erp.log" 2>&1
}
submit erp-refused
submit withdrawn
sql "update intray.delivery set not_before = now() where state = 'open'"
ready_again() { [ "$(sql "select count(*) from intray.delivery where state = 'open'")" = 3 ]; }
check 'the three are offered again' within 30 ready_again
check 'the late one as a correction of what is booked' [ "$(ask erp_a "select action || ' ' ||
	replaces_number from erp.offer where document = '$1'")" = "correct $4" ]
import_all erp_a
check 'all is booked, the late one replaced' [ "$(booked) $(grep -c '^#' "$T/book")" = '34 1' ]

# --- the end ----------------------------------------------------------------------------------
check 'nothing is left with anybody' is state_counts 'posted 34'
check 'each is booked once' booked_once
check 'under the number that the ERP gave' [ -z "$(grep -v '^#' "$T/book" |
	while read -r doc rev control number sum; do sql "select '$control' from intray.delivery
	where document = '$doc' and revision = $rev and number is distinct from '$number'"; done)" ]
days=$(sql "select distinct (h.at at time zone c.time_zone)::date from intray.handover h
	join intray.client c on c.id = h.client order by 1")
check 'it all took more than a day' [ "$(echo "$days" | wc -l)" -ge 2 ]
for day in $days; do
	intray deliver statement --day "$day" >>"$T/statement"
	check 'the statement of a day balances' [ $? -eq 0 ]
	intray deliver statement --day "$day" --json | jq -r '.[0].posted_sum' >>"$T/sums"
done
check 'all to the cent of the books, with what was replaced' [ "$(awk '{ c += $1 * 100 }
	END { printf "%.2f", c / 100 }' "$T/sums")" = "$(awk '{ sub(/^# /, ""); c += $5 * 100 }
	END { printf "%.2f", c / 100 }' "$T/book")" ]
intray verify --quick >"$T/verify" 2>&1
check 'verify finds nothing wrong' [ $? -eq 0 ]
[ "${tap_failed:-0}" = 0 ] || { cat "$T/statement" "$T/book" "$T/erp.log" "$T/verify"; state_counts
	sql "select control_number, state, cause, reason, revision from intray.document order by 1"
	grep -v level=info "$T/log" | tail -20; } | sed 's/^/# /'
exit "${tap_failed:-0}"
