#!/bin/sh
# Ten invoices go to an ERP as folders of files. It answers partly, wrongly, twice and late, a
# folder is away for a while, one document is taken back and one is corrected. In the end each
# is booked once, nobody was bothered but for what the ERP said of the data, and the statement
# balances to the cent.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/e2e/deliver.sh

WORKERS=1
deliver_setup
door sap <<END
kind = files
path = $T/out
answers = $T/answers
batch = 4
every = 1h
format = ubl
END
intray check-config >"$T/config" 2>&1
check 'the configuration is in order' grep -q "every.*1h" "$T/config"
intray_start || exit 1

# --- batches ---------------------------------------------------------------------------
mv "$T/out" "$T/away"
invoices 1 6
check 'their bytes are frozen since they are ready' is "sql 'select count(*)
	from intray.delivery_file where batch is null'" 6
within 20 is "sql 'select problem is not null from intray.door'" t
check 'a folder that is away is the door'\''s trouble' [ $? -eq 0 ]
intray status >"$T/status"
check 'and status says so' grep -q 'Door acme/sap' "$T/status"
check 'the documents wait' is state_counts 'offered 4, ready 2'
mv "$T/away" "$T/out"
intray deliver retry acme/sap >/dev/null
out_has() { [ "$(ls "$T/out" | wc -l)" -eq "$1" ]; }
hours_later() { sql "update intray.delivery set created = created - interval '2 hours',
	not_before = now() where state = 'open'"; }
check 'when it is back, the full batch is there' within 20 out_has 1
hours_later
check 'an hour later the rest' within 20 out_has 2
set -- "$T/out"/*
first=$1 second=$2
jq -e '.count == 4 and (.documents | length) == 4 and (.sums.EUR | tonumber * 100 | round)
	== (.documents | map(.sum | tonumber * 100 | round) | add)' "$first/manifest.json" >/dev/null
check 'the manifest counts and adds up' [ $? -eq 0 ]
check 'the ERP takes the first: all hashes are right' erp_take "$first"
check 'and the second' erp_take "$second"
check 'six are booked' [ "$(wc -l <"$T/book")" -eq 6 ]

# --- answers: partly, wrong, twice ------------------------------------------------------
line() { sed -n "$1p" "$T/book"; }
number() { line "$1" | { read -r d r c n s; echo "$c"; }; }
posted() { line "$1" | { read -r d r c n s; echo "$d,$r,posted,$n,$s,"; }; }
{
	echo 'document,revision,answer,number,amount,sha256'
	posted 1
	posted 2
	line 3 | { read -r d r c n s; echo "$d,$r,acknowledged,,,$(printf %064d 7)"; }
	echo '00000000-0000-4000-8000-000000000001,1,posted,BK-99,,'
	line 4 | { read -r d r c n s; echo "$d,7,posted,BK-98,,"; }
	echo 'one,two'
	line 5 | { read -r d r c n s; echo "$d,$r,eaten,,,"; }
} >"$T/partly.csv"
answer partly.csv <"$T/partly.csv"
check 'answers are taken' within 20 answered partly.csv
check 'what is right in them counts' is state_counts 'offered 4, posted 2'
report=$T/answers/done/partly.csv.report.csv
check 'each wrong line is in the report, with its reason' \
	[ "$(grep -c ',wrong,' "$report")" -eq 5 ]
check 'a wrong hash among them' grep -q '^4,.*hash is not' "$report"
check 'an unknown document' grep -q '^5,.*there is no document' "$report"
check 'a revision that never was' grep -q '^6,.*never offered as revision 7' "$report"
intray deliver status >"$T/status"
check 'deliver status shows them' grep -q 'there is no document' "$T/status"
answer again.csv <"$T/partly.csv"
within 20 answered again.csv
check 'the same answers again change nothing' \
	[ "$(grep -c ',again,' "$T/answers/done/again.csv.report.csv")" -eq 2 ]
echo 'this is no JSON' | answer broken.json
within 20 answered broken.json
check 'a broken file is reported' grep -q 'no JSON' "$T/answers/done/broken.json.report.csv"

# --- refusals ---------------------------------------------------------------------------
refusal() { line "$1" | { read -r d r c n s; jq -n --arg d "$d" --arg c "$2" --arg t "$3" \
	'{document: $d, revision: 1, answer: "refused", class: $c, text: $t}'; }; }
{ refusal 3 technical 'table is locked'; refusal 4 data 'cost centre missing'; } |
	jq -s '{answers: .}' | answer refused.json
within 20 answered refused.json
# The fake ERP forgets what it refuses.
sed -i '3,4s/^/# /' "$T/book"
check 'only wrong data go back to people' is state_counts \
	'exception 1, offered 2, posted 2, ready 1'
line 2 | { read -r d r c n s; echo "{\"document\": \"$d\", \"revision\": 1, \"answer\":
	\"posted\", \"number\": \"OTHER\"}"; } | answer other.json
within 20 answered other.json
check 'booked under another number: refused' grep -q 'posted already, as' \
	"$T/answers/done/other.json.report.csv"
hours_later
check 'the technical one comes again' within 20 out_has 1
erp_take "$T/out"/*
check 'with the same bytes' [ "$(sha256sum <"$T/erp/now/$(number 7).r1.xml")" = \
	"$(sha256sum <"$T/erp/seen/$(number 7).r1.xml")" ]

# --- taken back, corrected --------------------------------------------------------------
intray deliver withdraw "$(number 5)" --reason 'a credit note came' >/dev/null
check 'an unanswered offer is taken back' [ $? -eq 0 ]
check 'the ERP is told' within 20 out_has 1
jq -e '.count == 0 and .withdrawn[0].revision == 1' "$T/out"/*/manifest.json >/dev/null
check 'by a manifest that names it' [ $? -eq 0 ]
rm -r "$T/out"/*
answer late.csv <<END
document,revision,answer,number,amount
$(posted 5)
END
within 20 answered late.csv
check 'booked all the same: it is put down' grep -q ',late,' \
	"$T/answers/done/late.csv.report.csv"
intray deliver withdraw "$(number 1)" --reason x 2>"$T/err"
check 'what is posted cannot be taken back' grep -q 'posted' "$T/err"
intray deliver correct "$(number 1)" --reason 'wrong account' >/dev/null
check 'but corrected' [ $? -eq 0 ]
check 'three are with people now, none because of the outage' is "sql \"select
	string_agg(reason, ' ' order by reason) from intray.task where state = 'open'\"" \
	'correction erp-refused withdrawn'

# --- the end ----------------------------------------------------------------------------
{
	echo 'document;revision;answer;number;amount'
	awk '$1 != "#" { print $1 ";" $2 ";posted;" $4 ";" $5 }' "$T/book"
} >"$T/all.csv"
answer all.csv <"$T/all.csv"
within 20 answered all.csv
check 'late answers count' is "sql \"select count(*) from intray.delivery
	where state = 'posted'\"" 5
check 'each is booked once' booked_once
intray deliver statement >"$T/statement"
check 'the statement balances' [ $? -eq 0 ]
check 'to the cent of what the ERP booked' \
	[ "$(statement_sum posted_sum)" = "$(book_sum)" ]
check 'offered = posted + refused + withdrawn + open' \
	[ "$(statement_field offered)" -eq 6 ]
intray verify --quick >"$T/out.verify" 2>&1
check 'verify finds nothing wrong' [ $? -eq 0 ]
[ "${tap_failed:-0}" = 0 ] || { cat "$T/statement"; sed 's/^/# /' "$T/out.verify"; grep -v level=info "$T/log" | tail -20; }
exit "${tap_failed:-0}"
