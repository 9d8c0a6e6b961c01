#!/bin/sh
# Is the right supplier found among a hundred thousand, whatever the reader made of its name?
# Fills the master of a throwaway cluster with made suppliers and, from the truth files beside the
# documents, with the sellers of the labelled folders, spelt as masters spell them (capitals,
# transcribed umlauts, shortened legal forms, cut after 35 characters); then matches what was read
# (`intray evaluate --dump`) and says how often the right one came first and what a match costs.
#
#   sh tests/bench/match.sh DUMP.jsonl...      SUPPLIERS=100000 by default
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

# What was read and what is true of each document's seller, as one line of JSON.
for dump in $dumps; do
	jq -c 'select(.type == "invoice" or .type == "receipt") | {document, type, fields:
		(.fields | with_entries(select(.value | type == "object") | .value |= .value)
			| with_entries(select(.value != null and (.key | contains("#") or contains("[") | not))))}' "$dump"
done | while read -r line; do
	truth=$(printf '%s' "$line" | jq -r '.document' | sed 's/\.[^.]*$/.truth.json/')
	[ -f "$truth" ] && jq -c --argjson read "$line" '{type: $read.type, read: $read.fields,
		name: (.fields["seller/name"] // .fields["merchant/name"]),
		vat: (.fields["seller/vat_id"] // .fields["merchant/tax_id"]),
		iban: .fields["seller/iban"],
		address: (.fields["seller/address"] // .fields["merchant/address"]),
		document: $read.document} | select(.name != null)' "$truth"
done >"$T/asked.jsonl"

# One supplier for each name of the truth, however many documents it has.
jq -r '[.name, .vat, .iban, .address] | map(. // "") | @tsv' "$T/asked.jsonl" |
	LC_ALL=C.UTF-8 awk -F '\t' -f tests/bench/master.awk -v n="$SUPPLIERS" >"$T/master.csv"
chmod a+r "$T/master.csv" "$T/asked.jsonl"
echo "$(($(wc -l <"$T/master.csv") - 1)) suppliers, $(wc -l <"$T/asked.jsonl") documents"
/usr/bin/env time -f 'import: %e s, %M KiB' "$BUILD/intray" --config "$CONF" supplier import \
	"$T/master.csv" | sed -n 2p

# Who is right: the supplier of that name. 0 not found, 1 first, more: that far behind.
sql "create table public.asked (j jsonb)" && sql "analyze intray.supplier_term" &&
	sed 's/\\/\\\\/g' "$T/asked.jsonl" | PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q \
		-h "$T/run/pg" -U intray_owner -d intray -c 'copy public.asked from stdin'
cat >"$T/match.sql" <<'END'
create table public.matched (document text, place bigint, state text, score real, ms double precision,
	called text, got text);
do $$
declare
	a record;
	m record;
	began timestamptz;
	who constant integer := (select id from intray.client);
begin
	for turn in 1 .. 2 loop -- the first one warms up
		truncate public.matched;
		for a in select j, (select s.id from intray.supplier s where s.cost_centre =
			regexp_replace(lower(j ->> 'name'), '[^a-z0-9]', '', 'g')) as right from public.asked loop
			began := clock_timestamp();
			select * into m from intray.match_supplier(who, a.j ->> 'type', a.j -> 'read', '[]');
			insert into public.matched values (a.j ->> 'document', coalesce((select c.n
				from jsonb_array_elements(m.candidates) with ordinality as c(j, n)
				where (c.j ->> 'supplier')::bigint = a.right), 0), m.state, m.score,
				extract(epoch from clock_timestamp() - began) * 1000,
				coalesce(a.j -> 'read' ->> 'seller/name', a.j -> 'read' ->> 'merchant/name'), m.name);
		end loop;
	end loop;
end $$;
END
PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -h "$T/run/pg" -U intray_owner -d intray -f "$T/match.sql"
SQL_OPTS= sql "select coalesce(split_part(document, '/', -2), 'all') as folder, count(*) as documents,
	count(*) filter (where place = 1) as first, round(100.0 * avg((place = 1)::int), 1) as percent,
	count(*) filter (where place > 1) as later, count(*) filter (where place = 0) as missing,
	count(*) filter (where state = 'sure') as sure,
	count(*) filter (where state = 'sure' and place <> 1) as sure_and_wrong,
	round(percentile_cont(0.5) within group (order by ms)::numeric, 1) as ms_median,
	round(percentile_cont(0.95) within group (order by ms)::numeric, 1) as ms_p95
from public.matched group by rollup (split_part(document, '/', -2)) order by split_part(document, '/', -2) nulls last"
[ -z "${WRONG:-}" ] || SQL_OPTS= sql "select document, place, state, round(score::numeric, 2) as score,
	called, got from public.matched where place <> 1 order by 1"
