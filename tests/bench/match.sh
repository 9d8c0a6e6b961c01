#!/bin/sh
# Is the right supplier found among a hundred thousand, whatever the reader made of its name?
# Fills the master of a throwaway cluster with made suppliers and, from the truth files beside the
# documents, with the sellers of the labelled folders, spelt as masters spell them (capitals,
# transcribed umlauts, shortened legal forms, cut after 35 characters); then matches what was read
# (`intray evaluate --dump`) and says how often the right one came first and what a match costs: the
# milliseconds of each document's quickest match of seven, then the median and 95% of these.
#
#   sh tests/bench/match.sh DUMP.jsonl...      SUPPLIERS=100000 by default
#   WRONG=1    lists what was not found first; ONE=1 the names that are one company
#   NAMESAKES=6            so many others beside each seller who are called nearly or just as it is
#   DAMAGE=0.02,0.05,0.1   the same documents again with that share of letters misread, lost or made
#                          up, and of words lost (twice each, by two seeds)
#   ABSENT=1               and all once more after the sellers left the master: whatever is sure is wrong
#
# `unread`: neither the seller's name nor its place nor a code of it is in anything that was read.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SUPPLIERS=${SUPPLIERS:-100000}
[ $# -gt 0 ] || { echo "usage: match.sh DUMP.jsonl..." >&2; exit 2; }
command -v jq >/dev/null || { echo "match.sh needs jq" >&2; exit 3; }
dumps=$*
WORKERS=1 intray_setup
intray_start || exit 3
sql 'select 1' >/dev/null
owner_psql() {
	PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -h "$T/run/pg" \
		-U intray_owner -d intray "$@"
}

# What was read and what is true of each document's seller, as one line of JSON.
for dump in $dumps; do
	jq -c 'select(.type == "invoice" or .type == "receipt") | {document, type, keys: (.evidence.keys // []),
		print: .evidence.print, fields:
		(.fields | with_entries(select(.value | type == "object") | .value |= .value)
			| with_entries(select(.value != null and (.key | contains("#") or contains("[") | not))))}' "$dump"
done | while read -r line; do
	truth=$(printf '%s' "$line" | jq -r '.document' | sed 's/\.[^.]*$/.truth.json/')
	[ -f "$truth" ] && jq -c --argjson read "$line" '(.fields["seller/vat_id"] // .fields["merchant/tax_id"]
			// "") as $tax | {type: $read.type, read: $read.fields, keys: $read.keys, print: $read.print,
		name: (.fields["seller/name"] // .fields["merchant/name"]),
		vat: (if $tax | test("^[A-Za-z]{2}") then $tax else null end),
		tax: (.fields["seller/tax_number"] // (if $tax | test("^[A-Za-z]{2}") then null else $tax end)),
		iban: .fields["seller/iban"],
		address: (.fields["seller/address"] // .fields["merchant/address"]),
		document: $read.document} | select(.name != null)' "$truth"
done >"$T/asked.jsonl"

jq -r '[.document, .name, .vat, .tax, .iban, .address] | map(. // "") | @tsv' "$T/asked.jsonl" |
	LC_ALL=C.UTF-8 awk -F '\t' -f tests/bench/master.awk -v n="$SUPPLIERS" -v namesakes="${NAMESAKES:-0}" -v sites="$T/sites.csv" \
		-v owners="$T/owners" >"$T/master.csv" 2>"$T/one"
tail -1 "$T/one"
[ -z "${ONE:-}" ] || sed '$d' "$T/one"
chmod a+r "$T"/*.csv "$T/owners" "$T/asked.jsonl"
echo "$(($(wc -l <"$T/master.csv") - 1)) suppliers, $(wc -l <"$T/asked.jsonl") documents"
for of in 'supplier import' 'master import site'; do
	file=$T/master.csv
	[ "$of" = 'supplier import' ] || file=$T/sites.csv
	/usr/bin/env time -f 'import: %e s, %M KiB' "$BUILD/intray" --config "$CONF" $of "$file" | sed -n 2p
done

sql "create table public.asked (j jsonb);
	create table public.owner (document text, number text);
	analyze intray.supplier_term" &&
	sed 's/\\/\\\\/g' "$T/asked.jsonl" | owner_psql -c 'copy public.asked from stdin' &&
	owner_psql -c 'copy public.owner from stdin' <"$T/owners" &&
	owner_psql -v ON_ERROR_STOP=1 -f tests/bench/match.sql || exit 1

# summary FOLDER: a row for each value of it. The quickest turn counts: what else the machine does
# is no matter; `calls`: of all turns.
summary() {
	SQL_OPTS= sql "select $1, count(*) as documents,
		count(*) filter (where place = 1) as first, round(100.0 * avg((place = 1)::int), 1) as percent,
		count(*) filter (where place > 1) as later, count(*) filter (where place = 0) as missing,
		count(*) filter (where place <> 1 and unread) as unread,
		count(*) filter (where state = 'sure') as sure,
		count(*) filter (where state = 'sure' and place <> 1) as sure_and_wrong,
		round((percentile_cont(0.5) within group (order by quickest))::numeric, 1) as ms_median,
		round((percentile_cont(0.95) within group (order by quickest))::numeric, 1) as ms_p95,
		round((select percentile_cont(0.95) within group (order by c) from unnest(array_agg(ms)) c)::numeric, 1)
			as calls_p95
	from (select *, (select min(c) from unnest(ms) c) as quickest from public.matched) m where $2 group by $3 order by 1 nulls last"
}
owner_psql -q -A -t -c "select public.match_all('{0}', 1, 7)" >/dev/null || exit 1
summary "coalesce(split_part(document, '/', -2), 'all') as folder" 'rate = 0' \
	"rollup (split_part(document, '/', -2))"
[ -z "${WRONG:-}" ] || SQL_OPTS= sql "select split_part(document, '/', -1) as document, place, state,
	round(score::numeric, 2) as score, called, name, got, reason, unread
	from public.matched where place <> 1 and rate = 0 order by 1"
if [ -n "${DAMAGE:-}" ]; then
	owner_psql -q -A -t -c "select public.match_all('{$DAMAGE}', 2, 1)" >/dev/null || exit 1
	summary rate true rate
fi
if [ -n "${ABSENT:-}" ]; then
	echo "without the sellers:"
	owner_psql -q -A -t -c "delete from public.matched" -c "delete from intray.supplier_term t
		using intray.supplier s join public.owner o using (number) where t.supplier = s.id" \
		-c "select public.match_all('{0${DAMAGE:+,$DAMAGE}}', 1, 1)" >/dev/null || exit 1
	summary rate true rate
fi
# For a look at the database: KEEP=1 waits for Enter.
[ -z "${KEEP:-}" ] || { echo "$T"; read -r _; }
