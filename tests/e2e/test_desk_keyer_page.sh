#!/bin/sh
# The keying page in Debian's Chromium, beside keying: carousel, completion, keys changed, pages
# cut. Needs chromium, node and playwright-core (from the npm registry); skipped where they are
# not. SHOTS=DIR keeps pictures of the page.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs_browser 'carousel and pages in a browser'
INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
browser_modules || {
	skip 'carousel and pages in a browser' 'no npm registry here'
	exit 0
}
intray_start || exit 1
desk_opened
doubtful acme invoice number issue_date
doubtful acme receipt merchant/name total
for f in tests/samples/documents/invoice-wrong-total.pdf tests/samples/documents/invoice-en.pdf \
	tests/samples/documents/receipt-cafe.jpg tests/e2e/three-pages.tif; do
	cp "$f" "$T/file"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/file"
	mv "$T/file" "$TRAY/$(basename "$f" | sed 's/^three-pages/three/')"
done
echo "secret of jane" | intray user add jane --client acme --name Jane --restricted --password-stdin >/dev/null
echo "secret of sam" | intray user add sam --client acme --name Sam --role snippets --password-stdin >/dev/null
intray_wait 4 180

mkfifo "$T/ask" "$T/told"
URL=$(cat "$T/run/desk.url") timeout 240 node tests/desk/keyer.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
while read -r line; do
	case $line in
	'! waiting') sql "select count(*) from intray.finding where kind = 'reading' and not confirmed" >&3 ;;
	'! keyed') sql 'select count(*) from intray.keying' >&3 ;;
	'! state '*) sql "select state from intray.document where control_number = '${line#! state }'" >&3 ;;
	'! settle')
		intray_wait 4 60
		echo settled >&3
		;;
	*) story_line "$line" ;;
	esac
done <"$T/ask"
story_end
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
