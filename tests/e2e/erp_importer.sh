#!/bin/sh
# An ERP's import job at the SQL door, as awkward as a real one; for tests. It knows nothing but
# its own account (PGHOST, PGUSER, PGPASSWORD) and its books; what else it writes stands beside those.
#
#   sh tests/e2e/erp_importer.sh BOOK SIZE [MOOD]
#
# Takes a batch of at most SIZE, books what it has not booked yet as a line of BOOK, "document
# revision control-number number sum", and answers. Several may run at once on one BOOK. What a
# correction replaces gets a # before it. MOOD:
#   fetched     killed (-9) when it has the batch and has done nothing with it
#   booked      killed when all is booked and nothing is answered
#   halfway     killed after the first answer
#   answering   killed, and its connection too, inside the transaction that answers all
#   holding     waits with the batch in an open transaction until its connection breaks
#   partly      answers every second one, and ends
#   silent      books and answers nothing
#   received    books, and says only that it has them
#   twice       answers everything twice, the second time as one list
#   damaged     first says what cannot be true, of each document in five ways
# Status: 0 something was done, 3 there was nothing to do, else it failed.
set -u
book=$1 size=$2 mood=${3:-fine}
PSQL=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)
door() { "$PSQL" -X -q -A -t -F ' ' -v ON_ERROR_STOP=1 -d intray "$@"; }
die() { kill -KILL $$; }
own=$(mktemp -d "$book.XXXXXX")

if [ "$mood" = holding ]; then
	echo "begin; select document from erp.next_batch(size => $size); select pg_sleep(60); commit;" |
		door >"$own/held"
	exit 1
fi
door -c "select document, revision, control_number, action, coalesce(replaces_number, '-'), sha256
	from erp.next_batch(size => $size) where sha256 = encode(sha256(bytes), 'hex')" \
	>"$own/batch" || exit 1
[ -s "$own/batch" ] || exit 3
[ "$mood" != fetched ] || die

# --- booking: one at a time, whoever runs beside us -----------------------------------------
door -c 'select document, revision, total_with_vat from erp.invoice' >"$own/sums" || exit 1
book_one() { # DOCUMENT REVISION CONTROL-NUMBER ACTION OLD-NUMBER
	grep -q "^$1 $2 " "$book" && return
	[ "$4" = book ] || sed -i "s/^\([^#]* $5 .*\)\$/# \1/" "$book"
	echo "$1 $2 $3 BK-$(($(wc -l <"$book") + 1)) $(sed -n "s/^$1 $2 //p" "$own/sums")" >>"$book"
}
(
	flock 9
	while read -r doc rev control action old hash; do
		book_one "$doc" "$rev" "$control" "$action" "$old"
	done <"$own/batch"
) 9>"$book.lock"
[ "$mood" != booked ] || die
[ "$mood" != silent ] || exit 0
[ "$mood" != received ] || {
	while read -r doc rev control action old hash; do
		echo "select erp.acknowledge('$doc', $rev, '$hash');"
	done <"$own/batch" | door >/dev/null
	exit
}

# --- answering ------------------------------------------------------------------------------
post() { # DOCUMENT REVISION: what the book says of it, as a statement
	sed -n "s/^$1 $2 [^ ]* \([^ ]*\) \([^ ]*\)\$/select erp.post('$1', $2, '\1', \2);/p" "$book"
}
lies() { # DOCUMENT REVISION
	cat <<-SQL
	select erp.acknowledge('$1', $2, '$(printf %064d 7)');
	select erp.post('$1', $(($2 + 1)), 'BK-0');
	select erp.post('00000000-0000-4000-8000-000000000001', 1, 'BK-0');
	select erp.post('$1', $2, '');
	select erp.post('$1', $2, 'BK-0', 'NaN');
	SQL
}
[ "$mood" != answering ] || {
	{
		echo 'begin;'
		while read -r doc rev rest; do post "$doc" "$rev"; done <"$own/batch"
		echo '\! kill -KILL $PPID'
		echo 'commit;'
	} | door >/dev/null 2>&1
	die
}
n=0
while read -r doc rev control action old hash; do
	n=$((n + 1))
	[ "$mood" != damaged ] || lies "$doc" "$rev" | while read -r lie; do
		door -c "$lie" >/dev/null 2>&1 && echo "believed: $lie" >>"$book.believed"
	done
	[ "$mood" != partly ] || [ $((n % 2)) = 0 ] || continue
	post "$doc" "$rev" | door >/dev/null || exit 1
	[ "$mood" != halfway ] || die
done <"$own/batch"
[ "$mood" != twice ] || door -c "select outcome from erp.answer((select jsonb_agg(jsonb_build_object(
	'document', d, 'revision', r, 'answer', 'posted', 'number', n, 'amount', s)) from (values $(
	while read -r doc rev rest; do
		sed -n "s/^$doc $rev [^ ]* \([^ ]*\) \([^ ]*\)\$/('$doc', $rev, '\1', \2),/p" "$book"
	done <"$own/batch" | tr '\n' ' ' | sed 's/, *$//')) x(d, r, n, s)))" >"$book.again"
exit 0
