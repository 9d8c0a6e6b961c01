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
	LC_ALL=C.UTF-8 awk -F '\t' -f tests/bench/master.awk -v n="$SUPPLIERS" -v sites="$T/sites.csv" \
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

# 0 not found, 1 first, more: that far behind.
sql "create table public.asked (j jsonb);
	create table public.owner (document text, number text);
	analyze intray.supplier_term" &&
	sed 's/\\/\\\\/g' "$T/asked.jsonl" | owner_psql -c 'copy public.asked from stdin' &&
	owner_psql -c 'copy public.owner from stdin' <"$T/owners"
cat >"$T/match.sql" <<'SQL'
create table public.matched (document text primary key, place bigint, state text, score real, ms double precision,
	called text, name text, got text, reason text, unread boolean);
create function public.unread(j jsonb) returns boolean language sql as $$
	select coalesce(trgm.word_similarity(intray.match_name(j ->> 'name'), intray.match_letters(said)), 0) < 0.5
		and coalesce(trgm.word_similarity(intray.match_words(j ->> 'address'), said), 0) < 0.5
		and not exists (select from unnest(array_remove(array[j ->> 'vat', j ->> 'tax', j ->> 'iban'], '')) c
			where strpos(replace(said, ' ', ''), lower(intray.match_code(c))) > 0)
	from (select concat_ws(' ', j ->> 'print', (select string_agg(intray.match_words(value), ' ')
			from jsonb_each_text(j -> 'read')), (select string_agg(lower(k ->> 'key'), ' ')
			from jsonb_array_elements(j -> 'keys') k)) as said) s
$$;
do $$
declare
	a record;
	m record;
	began timestamptz;
	took double precision;
	who constant integer := (select id from intray.client);
begin
	for turn in 1 .. 7 loop -- the quickest counts: what else the machine does is no matter
		for a in select j, (select s.id from intray.supplier s join public.owner o
			on s.number = o.number where o.document = j ->> 'document') as right from public.asked loop
			began := clock_timestamp();
			select * into m from intray.match_supplier(who, a.j ->> 'type', a.j -> 'read', a.j -> 'keys',
				a.j ->> 'print');
			took := extract(epoch from clock_timestamp() - began) * 1000;
			insert into public.matched values (a.j ->> 'document', coalesce((select c.n
				from jsonb_array_elements(m.candidates) with ordinality as c(j, n)
				where (c.j ->> 'supplier')::bigint = a.right), 0), m.state, m.score, took,
				coalesce(a.j -> 'read' ->> 'seller/name', a.j -> 'read' ->> 'merchant/name'),
				a.j ->> 'name', m.name, m.reason, public.unread(a.j))
				on conflict (document) do update set ms = least(matched.ms, excluded.ms);
		end loop;
	end loop;
end $$;
SQL
owner_psql -v ON_ERROR_STOP=1 -f "$T/match.sql" || exit 1
SQL_OPTS= sql "select coalesce(split_part(document, '/', -2), 'all') as folder, count(*) as documents,
	count(*) filter (where place = 1) as first, round(100.0 * avg((place = 1)::int), 1) as percent,
	count(*) filter (where place > 1) as later, count(*) filter (where place = 0) as missing,
	count(*) filter (where place <> 1 and unread) as unread,
	count(*) filter (where state = 'sure') as sure,
	count(*) filter (where state = 'sure' and place <> 1) as sure_and_wrong,
	round(percentile_cont(0.5) within group (order by ms)::numeric, 1) as ms_median,
	round(percentile_cont(0.95) within group (order by ms)::numeric, 1) as ms_p95
from public.matched group by rollup (split_part(document, '/', -2)) order by split_part(document, '/', -2) nulls last"
[ -z "${WRONG:-}" ] || SQL_OPTS= sql "select split_part(document, '/', -1) as document, place, state,
	round(score::numeric, 2) as score, called, name, got, reason, unread
	from public.matched where place <> 1 order by 1"
# For a look at the database: KEEP=1 waits for Enter.
[ -z "${KEEP:-}" ] || { echo "$T"; read -r _; }
