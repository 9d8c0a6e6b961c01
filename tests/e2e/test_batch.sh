#!/bin/sh
# A morning's stack: documents with separator sheets between them go through the whole
# daemon, and come out one by one, none lost, none twice.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SAMPLES=tests/samples/documents
FILES=$(mktemp -d)
trap 'rm -rf "$FILES"' EXIT

sheet() { # FILE [OPTIONS]
	file=$1
	shift
	"$BUILD/intray" separator --out "$FILES/$file" "$@"
}
join() { # FILE PDF...
	file=$1
	shift
	pages=
	for p in "$@"; do pages="$pages $p 1"; done
	# shellcheck disable=SC2086
	qpdf --empty --pages $pages -- "$FILES/$file"
}
cli() { "$BUILD/intray" --config "$CONF" "$@"; }

# What became of a file: its documents' pages in the file, their codes, and what is dropped.
cut() {
	sql "with d as (select d.*, (select string_agg(g.number::text, ' ' order by g.position)
			from intray.document_page g where g.document = d.id and not g.dropped) as kept,
			(select string_agg(c.role || '=' || c.value, ' ' order by c.value)
			from intray.document_code c where c.document = d.id) as codes
		from intray.document d join intray.drop p on p.id = d.drop
		where convert_from(p.name, 'utf8') = '$1')
	select concat_ws('; ', string_agg(concat_ws(' ', kept, codes), '; ' order by control_number)
		filter (where state <> 'split'), (select '-' || string_agg(g.number::text, ' -' order by
		g.position) from intray.document_page g join d on d.id = g.document
		where g.dropped)) from d"
}
is() { # name, what, pattern
	case $2 in
	$3) ok "$1" ;;
	*) not_ok "$1" && echo "# $2" ;;
	esac
}

DE=$SAMPLES/invoice-de.pdf EN=$SAMPLES/invoice-en.pdf
sheet patch.pdf
sheet c39.pdf --as code39
sheet c128.pdf --as code128 --code ASN00123
sheet i25.pdf --as i25 --code 20261122
sheet qr.pdf --as qr --code TAG:travel
join stack.pdf "$DE" "$FILES/patch.pdf" "$EN" "$EN" "$FILES/c39.pdf" "$DE"
join codes.pdf "$DE" "$FILES/c128.pdf" "$EN" "$FILES/qr.pdf"
join sheets.pdf "$FILES/patch.pdf" "$FILES/c39.pdf"
join first.pdf "$FILES/patch.pdf" "$EN"
join plain.pdf "$EN" "$FILES/i25.pdf"
# shellcheck disable=SC2046
join long.pdf $(for i in 1 2 3 4 5 6; do
	echo "$DE" "$EN" "$EN" "$FILES/patch.pdf"
done) "$DE"

is 'sheets that we print are read back, of every kind' "$("$BUILD/intray" separator --json --read \
	--sheet 'PATCHT 20261122' --number 'ASN([0-9]+)' --tag 'TAG:(.+)' "$FILES/patch.pdf" \
	"$FILES/c39.pdf" "$FILES/c128.pdf" "$FILES/i25.pdf" "$FILES/qr.pdf" |
	jq -r '[.[] | "\(.separators) \(.documents) \(.codes)"] | join(", ")')" \
	"1 0 , 1 0 , 0 1 1: 00123, 1 0 , 0 1 1: travel"

WORKERS=2 intray_setup
trap 'rm -rf "$FILES"; intray_cleanup' EXIT
sed -i '/^\[tray acme/a separator_sheet = PATCHT\narchive_number = ASN([0-9]+)\ntag = TAG:(.+)' \
	"$CONF"
intray_add_tray acme whole
printf 'separator_sheet = PATCHT\nrelease = batch\n' >>"$CONF"
intray_start || exit 1
for f in stack codes sheets first plain long; do cp "$FILES/$f.pdf" "$TRAY/"; done
if intray_wait 6 300; then ok "every scan comes to an end"; else
	not_ok "every scan comes to an end"
	sql "select * from intray.job" | sed 's/^/# /'
fi
is "sheets between documents are dropped, whatever code they have" "$(cut stack.pdf)" \
	"1; 3 4; 6; -2 -5"
is "archive numbers and tags begin documents and stay with them" "$(cut codes.pdf)" \
	"1; 2 3 number=00123; 4 tag=travel"
is "a file of separators alone holds no document" "$(cut sheets.pdf)" "-1 -2"
is "one document behind a separator stays itself, without it" "$(cut first.pdf)" "2; -1"
is "a code that is not configured separates nothing" "$(cut plain.pdf)" "1 2"
is "a scan that is read in runs is cut once all are in" "$(cut long.pdf)" \
	"1 2 3; 5 6 7; 9 10 11; 13 14 15; 17 18 19; 21 22 23; 25; -4 -8 -12 -16 -20 -24"
is "what was cut is the scans' children, each of them done or with a person" "$(sql "
	select count(*) || ' ' || bool_and(d.state in ('ready', 'exception')) ||
		bool_and(p.state = 'split') from intray.document d
	join intray.document p on p.id = d.parent")" "13 truetrue"
is "separators are counted" "$(sql "select string_agg(name || ' ' || pages || ' ' || separators
	|| ' ' || cut, ', ' order by name) from intray.batch")" \
	"codes.pdf 4 0 3, first.pdf 2 1 1, long.pdf 25 6 7, sheets.pdf 2 2 0, stack.pdf 6 2 3"
is "an empty batch is complete" "$(sql "select state from intray.batch where name = 'sheets.pdf'")" \
	complete
is "no worker died of it" "$(grep -c 'msg="process died\|level=error' "$T/log")" 0
exit "${tap_failed:-0}"
