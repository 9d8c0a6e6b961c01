#!/bin/sh
# The page in Debian's Chromium: clerks work the samples with the keyboard alone, the browser
# is killed in the middle of a document, the desk is killed too, a supervisor looks on. Needs
# chromium, node and playwright-core (from the npm registry); skipped where they are not.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs_browser 'the page in a browser'

# Not port 0: the desk must come back where it was.
INTRAY_EXTRA="desk_listen = 127.0.0.1:$(shuf -i 20000-29999 -n 1)"
WORKERS=1
intray_setup
browser_modules || {
	skip 'the page in a browser' 'no npm registry here'
	exit 0
}
intray_start || exit 1
desk_opened
doubtful acme invoice number issue_date
doubtful acme receipt merchant/name total
n=0
for f in invoice-wrong-total.pdf invoice-en.pdf receipt-cafe.jpg receipt-hardware.pdf claim-copy.tif letter-en.jpg \
	credit-note-de.pdf; do
	cp "tests/samples/documents/$f" "$T/$f"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/$f"
	mv "$T/$f" "$TRAY/"
	n=$((n + 1))
done
for who in jane tom; do
	echo "secret of $who" | intray user add $who --client acme --name "$who" --restricted --password-stdin >/dev/null
done
echo "secret of sue" | intray user add sue --client acme --name Sue --role supervisor --password-stdin >/dev/null
intray_wait $n 180

# The story prints TAP lines and asks for what it cannot do itself: "! kill-desk". Its answers
# are opened first: opening a fifo waits for the other side.
mkfifo "$T/ask" "$T/told"
URL=$(cat "$T/run/desk.url") T="$T" timeout 300 node tests/desk/story.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
while read -r line; do
	case $line in
	'! states') sql "select coalesce(json_agg(json_build_object('file', convert_from(o.name, 'UTF8'),
		'state', d.state, 'keyings', (select count(*) from intray.keying k where k.document = d.id)))::text,
		'[]') from intray.document d join intray.drop o on o.id = d.drop" >&3 ;;
	'! settle')
		intray_wait $n 60
		echo settled >&3
		;;
	'! kill-desk')
		pid=$(intray_tree "$INTRAY_PID" | while read -r p; do
			[ "$(cat "/proc/$p/comm" 2>/dev/null)" = intray-desk ] && echo "$p"
		done)
		kill -KILL "$pid"
		echo killed >&3
		;;
	*) story_line "$line" ;;
	esac
done <"$T/ask"
story_end
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
