#!/bin/sh
# A scan of 40 pages that holds 13 invoices and not one separator is cut by what its pages
# say, in the whole daemon, and so is one that has to be read by OCR; then with some sheets
# between them, counted by an index, let go as a whole, and cut while everything dies at once.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
FILES=$(mktemp -d)
trap 'rm -rf "$FILES"' EXIT
PAGES='3 1 4 2 3 5 1 6 2 3 4 2 4' # of the scan
MORE='3 1 4 2 2 1 3 3 1 2'         # of the other files
INKED='2 1 2'                      # of the one that has to be read by OCR

cli() { "$BUILD/intray" --config "$CONF" "$@"; }
is() { # name, what, pattern
	case $2 in
	$3) ok "$1" ;;
	*) not_ok "$1" && echo "# $2, not $3" ;;
	esac
}
join() { # FILE PDF...
	file=$1
	shift
	# shellcheck disable=SC2046
	qpdf --empty --pages $(for p in "$@"; do echo "$p" 1-z; done) -- "$FILES/$file"
}
# What became of a file: of each of its documents the pages in the file and the number that
# was read.
cut() {
	sql "select string_agg(made, '; ' order by first) from (select min(g.number) as first,
			concat_ws(' ', min(g.number) || '-' || max(g.number), (select value
				from intray.field f where f.document = d.id and f.path = 'number')) as made
		from intray.document d join intray.drop p on p.id = d.drop
		join intray.document_page g on g.document = d.id and not g.dropped
		where convert_from(p.name, 'utf8') = '$1' and d.state <> 'split' group by d.id) x"
}
batch() { # NAME COLUMNS
	sql "select concat_ws(' ', $2) from intray.batch b where name = '$1'"
}
put() {
	cp "$FILES/$1" "$T/made"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/made"
	mv "$T/made" "$T/trays/acme/$2/$1"
}

# shellcheck disable=SC2086
"$BUILD/tests/e2e/long_invoices" "$FILES" $PAGES $MORE >"$FILES/truth"
mkdir "$FILES/inked"
# shellcheck disable=SC2086
"$BUILD/tests/e2e/long_invoices" --scan "$FILES/inked" $INKED >"$FILES/inked.truth"
"$BUILD/intray" separator --out "$FILES/patch.pdf"
join scan.pdf "$FILES"/0?.pdf "$FILES"/1[0-3].pdf
join sheets.pdf "$FILES/14.pdf" "$FILES/patch.pdf" "$FILES/15.pdf" "$FILES/16.pdf" \
	"$FILES/patch.pdf" "$FILES/patch.pdf" "$FILES/17.pdf"
join whole.pdf "$FILES/18.pdf" "$FILES/19.pdf" "$FILES/20.pdf"
mv "$FILES/inked/scan.tif" "$FILES/inked.tif"
join dies.pdf "$FILES/21.pdf" "$FILES/22.pdf" "$FILES/23.pdf"
wanted() { # TRUTH INVOICES: what `cut` says of them
	head -"$2" "$1" | awk '{
		printf("%s%d-%d %s", between, at + 1, at + $1, $2)
		between = "; "
		at += $1
	}'
}

WORKERS=2 intray_setup
trap 'rm -rf "$FILES"; intray_cleanup' EXIT
sed -i '/^\[tray acme/a boundaries = content\nseparator_sheet = PATCHT' "$CONF"
intray_add_tray acme whole
printf 'boundaries = content\nrelease = batch\nsidecar = *.csv\n' >>"$CONF"
intray_start || exit 1

put scan.pdf in
put sheets.pdf in
if intray_wait 2 300; then ok 'both scans come to an end'; else
	not_ok 'both scans come to an end'
	sql 'select * from intray.job' | sed 's/^/# /'
fi
is '40 pages are 13 invoices, each with its own number' "$(cut scan.pdf)" \
	"$(wanted "$FILES/truth" 13)"
is 'sheets between some of them are dropped, the rest is told by content' "$(cut sheets.pdf)" \
	'1-3 R-2026-2274; 5-5 R-2026-2363; 6-9 R-2026-2452; 12-13 R-2026-2541'
is 'sheets are counted' "$(batch sheets.pdf 'pages, separators, cut')" '13 3 4'
is 'none of the scan is' "$(batch scan.pdf 'pages, separators, cut')" '40 0 13'
is 'what is ready is on offer, whatever becomes of the others' "$(sql "
	select count(*) = (select count(*) from intray.document where state = 'ready') and count(*) > 0
	from erp.offer")" t

put inked.tif in
intray_wait 3 300
is 'what has to be read by OCR is cut by what was read' "$(cut inked.tif)" "$(wanted "$FILES/inked.truth" 3)"

# --- as people see it ---
cli batch list --json >"$T/list"
is 'the list has all three' "$(jq -r '[.[] | "\(.name) \(.documents) \(.separators)"] |
	sort | join(", ")' "$T/list")" 'inked.tif 3 0, scan.pdf 13 0, sheets.pdf 4 3'
B=$(batch sheets.pdf b.id)
cli batch show "$B" --json >"$T/show"
is 'one of them has its documents, with their pages of the scan' "$(jq -r '[.documents[].of_scan] |
	join("; ")' "$T/show")" '1 2 3; 5; 6 7 8 9; 12 13'
is 'and the pages that were dropped' "$(jq -c '[.separators[].page]' "$T/show")" '\[4,10,11]'
cli batch show "$B" >"$T/show"
check 'people can read that too' grep -q '6 7 8 9' "$T/show"
cli batch show 999999 >"$T/none" 2>&1
is 'a batch that is none is told' "$? $(cat "$T/none")" '3 *there is no batch 999999*'
cli batch release 1x >"$T/none" 2>&1
is 'and what is no number' "$? $(cat "$T/none")" '2 *1x is no batch*'

# --- counted before, and let go as a whole ---
printf 'file,count\nwhole.pdf,4\n' >"$FILES/whole.csv"
put whole.csv whole
put whole.pdf whole
intray_wait 5 120
is 'an index counted one more than came: its first document says so' "$(sql "
	select string_agg(f.text, '') || bool_and(f.severity = 'stop') from intray.finding f
	where f.code = 'batch-short'")" '4 documents were counted for *"whole.pdf"*; 3 came of it.true'
W=$(batch whole.pdf b.id)
is 'nothing of it is on offer' "$(sql "select count(*) from erp.offer o join intray.document d
	on d.id = o.document join intray.drop p on p.id = d.drop where p.batch = $W")" 0
for n in $(sql "select d.control_number from intray.batch_documents($W) d where state = 'exception'"); do
	cli reject "$n" --reason not-for-us >"$T/rejected" 2>&1 || sed 's/^/# /' "$T/rejected"
done
is 'when nobody has to look at it any more it is short' "$(batch whole.pdf 'state, expected')" 'short 4'
cli batch list --state short >"$T/list"
is 'the list says so by its status' "$?" 1
cli batch release "$W" >"$T/released"
is 'a person lets go of it all the same' "$? $(cat "$T/released")" \
	"0 batch $W is released; it was short"
is 'then what is ready is on offer' "$(sql "select count(*) filter (where o.document is not null) = count(*)
	and count(*) > 0 from intray.batch_documents($W) d left join erp.offer o on o.document = d.id
	where d.state = 'ready'")" t
cli batch release "$W" 999999 --json >"$T/released" 2>"$T/none"
is 'letting go twice does nothing, and a batch that is none holds up no other' \
	"$? $(jq -r '.[].done' "$T/released") $(cat "$T/none")" \
	"3 batch $W was released before, by * there is no batch 999999*"

is 'no process died of it' "$(grep -c 'msg="process died\|level=error' "$T/log")" 0

# --- everything dies while a scan is half cut ---
sql "create function intray.test_halt() returns trigger language plpgsql as \$\$ begin
	perform pg_advisory_xact_lock_shared(42); return new; end \$\$;
	grant execute on function intray.test_halt() to public;
	create trigger test_halt before insert on intray.batch for each row
	execute function intray.test_halt()"
sql 'select pg_advisory_lock(42), pg_sleep(600)' >"$T/held" 2>&1 &
HOLDER=$!
put dies.pdf in
for _ in $(seq 300); do
	[ "$(sql "select count(*) from pg_locks where locktype = 'advisory' and objid = 42
		and not granted")" -gt 0 ] && break
	sleep 0.2
done
is 'a cut is half done' "$(sql "select count(*) from pg_locks where locktype = 'advisory'
	and objid = 42 and not granted")" '[1-9]*'
intray_kill
wait "$HOLDER" 2>/dev/null
mv "$T/log" "$T/log.killed"
intray_start || exit 1
sql 'drop trigger test_halt on intray.batch'
intray_wait 6 120
is 'after it all was killed the scan is cut once, and no page is lost' "$(cut dies.pdf)" \
	'1-3 R-2026-2897; 4-4 R-2026-2986; 5-6 R-2026-3075'
is 'into documents of one scan, in one batch' "$(sql "select count(*) filter (where d.parent is null)
	|| ' ' || count(d.parent) || ' ' || count(distinct p.batch) from intray.document d
	join intray.drop p on p.id = d.drop where convert_from(p.name, 'utf8') = 'dies.pdf'")" '1 3 1'
cli verify >"$T/verify"
check 'everything is accounted for' [ $? = 0 ]
is 'no process died by itself' "$(grep -c 'msg="process died\|level=error' "$T/log")" 0
[ "${tap_failed:-0}" = 0 ] || { tail -20 "$T/verify"; grep 'level=[ew]' "$T/log" | tail -5; } | sed 's/^/# /'
exit "${tap_failed:-0}"
