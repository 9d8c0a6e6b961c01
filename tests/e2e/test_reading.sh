#!/bin/sh
# A post bag of odd files through the whole daemon: each ends in a state that is right, and
# whoever opens it learns what was wrong with it.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SAMPLES=tests/samples/documents
FILES=$(mktemp -d)
trap 'rm -rf "$FILES"' EXIT

# A PNG chunk: length, name, data (as printf escapes), checksum; gzip knows how to sum.
chunk() { # name data length
	printf "\\000\\000\\000\\$(printf %o "$3")$1$2"
	printf "$1$2" | gzip -c | tail -c 8 | head -c 4 | od -An -v -tu1 |
		LC_ALL=C awk '{ for (i = NF; i > 0; i--) printf "%c", $i }' | head -c 4
}
signature() { printf '\211PNG\r\n\032\n'; }

# Claims 72 dots per inch and has 300.
lying_png() {
	pdftoppm -png -r 300 -gray -f 1 -l 1 "$SAMPLES/invoice-en.pdf" "$FILES/page"
	mv "$FILES"/page-*.png "$FILES/honest"
	head -c 33 "$FILES/honest"
	chunk pHYs '\000\000\013\023\000\000\013\023\001' 9
	tail -c +55 "$FILES/honest"
}

# 30,000 x 30,000 pixels in 80 bytes.
bomb_png() {
	signature
	chunk IHDR '\000\000\165\060\000\000\165\060\010\002\000\000\000' 13
	chunk IDAT '\170\332\001\000\000\377\377\000\000\000\001' 11
	chunk IEND '' 0
}

# 20,000 x 1 pixels.
strip_png() {
	signature
	chunk IHDR '\000\000\116\040\000\000\000\001\010\000\000\000\000' 13
	chunk IDAT '\170\332\001\000\000\377\377\000\000\000\001' 11
	chunk IEND '' 0
}

# 2001 empty pages; the tools find the objects without a table of them.
many_pages() {
	printf '%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'
	printf '2 0 obj\n<</Type/Pages/Count 2001/Kids['
	seq -f '%.0f 0 R' 3 2003
	printf ']>>\nendobj\n'
	seq -f '%.0f 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>> endobj' 3 2003
	printf 'trailer <</Root 1 0 R/Size 2004>>\nstartxref\n0\n%%%%EOF\n'
}

make_files() {
	cp "$SAMPLES/invoice-de.pdf" "$FILES/letter.pdf"
	pages=$(for _ in $(seq 30); do echo "$SAMPLES/invoice-en.pdf 1"; done)
	# shellcheck disable=SC2086
	qpdf --empty --pages $pages -- "$FILES/thirty.pdf"
	qpdf --encrypt user owner 256 -- "$SAMPLES/invoice-en.pdf" "$FILES/locked.pdf"
	head -c 900 "$SAMPLES/invoice-en.pdf" >"$FILES/half.pdf"
	{ printf '%%PDF-1.4\n'; head -c 500 /dev/zero; printf '\nstartxref\n9\n%%%%EOF\n'; } \
		>"$FILES/hollow.pdf"
	printf '%s' '<?xml version="1.0"?><!DOCTYPE Invoice [<!ENTITY a "b">]>' \
		'<Invoice>&a;</Invoice>' >"$FILES/doctype.xml"
	cp "$SAMPLES/scan-invoice-de.tif" "$FILES/one.tif"
	cp tests/e2e/three-pages.tif "$FILES/three.tif"
	lying_png >"$FILES/lying.png"
	rm -f "$FILES/honest"
	bomb_png >"$FILES/bomb.png"
	strip_png >"$FILES/strip.png"
	many_pages >"$FILES/many.pdf"
	printf 'MZ this is no paper' >"$FILES/program.pdf"
}

# What became of a file: state and findings' codes.
became() {
	sql "select d.state || ' ' || coalesce((select string_agg(distinct code, ' ' order by
		code) from intray.finding f where f.document = d.id and severity = 'stop'), '')
		from intray.document d join intray.drop p on p.id = d.drop
		where convert_from(p.name, 'utf8') = '$1'"
}
pages() {
	sql "select count(*) || ' of ' || max(d.pages) || ' width ' || min(g.width) || ' type '
		|| max(d.type) from intray.document d join intray.drop p on p.id = d.drop
		join intray.page g on g.drop = p.id where convert_from(p.name, 'utf8') = '$1'"
}
is() { # name, what, pattern
	case $2 in
	$3) ok "$1" ;;
	*) not_ok "$1" && echo "# $2" ;;
	esac
}

WORKERS=2 intray_setup
trap 'rm -rf "$FILES"; intray_cleanup' EXIT
sed -i 's/^settle = 200ms/&\nincomplete = 3s/' "$CONF"
make_files
n=$(find "$FILES" -type f | wc -l)
intray_start || exit 1
cp "$FILES"/* "$TRAY/"
if intray_wait "$n" 300; then ok "every file of the post bag comes to an end"; else
	not_ok "every file of the post bag comes to an end"
	sql "select * from intray.job" | sed 's/^/# /'
fi

is "a PDF with text is an invoice of one page" "$(pages letter.pdf)" "1 of 1 * type invoice"
is "a TIFF of three pages keeps all of them" "$(pages three.tif)" "3 of 3 * type invoice"
is "a PDF of thirty pages is read in runs to its last page" "$(pages thirty.pdf)" \
	"30 of 30 *"
is "a picture that lies about its resolution still has the size of paper" \
	"$(pages lying.png)" "1 of 1 width 2[45]?? *"
is "a locked PDF says that it is locked" "$(became locked.pdf)" "exception *encrypted*"
is "half a PDF is not taken for a whole one" "$(became half.pdf)" "quarantined incomplete*"
is "a PDF without anything in it says so" "$(became hollow.pdf)" "exception *unreadable*"
is "XML with a DOCTYPE is refused" "$(became doctype.xml)" "exception *xml-doctype*"
is "a picture of 900 megapixels is refused by its header" "$(became bomb.png)" \
	"exception *too-large*"
is "a picture one pixel high is no paper" "$(became strip.png)" "exception *unreadable*"
is "a PDF of 2001 pages is refused" "$(became many.pdf)" "exception *too-many-pages*"
is "a program named .pdf is no document" "$(became program.pdf)" \
	"exception *not-a-document*"

half=$(sql "select control_number from intray.document d join intray.drop o on o.id = d.drop
	where convert_from(o.name, 'UTF8') = 'half.pdf'")
kept=$("$BUILD/intray" show "$half" --config "$CONF" | awk '$1 == "kept" { print $3 }')
is "show says where a file lies that was not taken" "$(find "$kept" -type f | wc -l)" 1
is "a time that is none is told in plain words" \
	"$("$BUILD/intray" list --since garbage --config "$CONF" 2>&1)" '*this is no time: "garbage"*'
is "a login that cannot be one as well" "$(printf 'geheim-geheim' |
	"$BUILD/intray" user add 'JANE X' --client acme --role clerk --config "$CONF" 2>&1)" \
	'*"JANE X" cannot be a login*'
is "no worker died of it" "$(grep -c 'msg="process died\|level=error' "$T/log")" 0
is "the store has every picture the pages name" \
	"$(sql "select string_agg(display, ' ') from intray.page" | tr ' ' '\n' |
		while read -r h; do [ -n "$h" ] && ! find "$T/state/store" -name "$h" |
			grep -q . && echo missing; done | wc -l)" 0
exit "${tap_failed:-0}"
