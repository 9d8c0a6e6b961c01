#!/bin/sh
# The supervisor's places in Debian's browsers: what waits, what will be late, taking away, giving
# and hurrying, figures by name, by another name and not at all, files for spreadsheets, on small
# screens, dark, in German; and names, notes and words of papers that look like markup, which are
# shown and never run. Needs chromium, node and playwright-core (from the npm registry), and for
# Firefox firefox-esr; what is not there is skipped.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs_browser 'the floor in a browser'
INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
browser_modules || {
	skip 'the floor in a browser' 'no npm registry here'
	exit 0
}
intray_start || exit 1
cp tests/samples/documents/invoice-wrong-total.pdf "$T/<img src=x onerror=alert(1)>.pdf"
cp tests/samples/documents/receipt-cafe.jpg "$T/"
[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T"/*.pdf "$T"/*.jpg
mv "$T"/*.pdf "$T"/*.jpg "$TRAY/"
for who in jane tom; do
	echo "secret of $who" | intray user add $who --client acme --name "$who <b onclick=alert(2)>" --restricted \
		--password-stdin >/dev/null
done
echo "secret of sue" | intray user add sue --client acme --name Sue --role supervisor --password-stdin >/dev/null
intray_wait 2 180
# What papers and people say, as somebody would who means no good.
evil="<svg onload=alert(3)>\" onmouseover=\"alert(4)"
sql "update intray.field set value = '$evil', raw = '$evil', alternatives = null where path ~ 'name' and line = 0;
	update intray.finding set text = text || ' $evil';
	update intray.document set reason = '=HYPERLINK(\"http://x\") $evil' where state = 'exception';
	insert into intray.note (client, document, account, text)
	select d.client, d.id, p.account, '$evil' from intray.document d, intray.person p where p.login = 'jane'" >/dev/null
sql "select 1" >/dev/null
PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -A -t -v n=30 -h "$T/run/pg" -U intray_owner \
	-d intray -f tests/desk/clone.sql >/dev/null
# Ten an hour were finished: thirty that are due within the hour are too many.
sql "update intray.task set created = now() - interval '8 hours';
	insert into intray.task (client, document, queue, reason, priority, due, state, created, finished)
	select t.client, t.document, t.queue, t.reason, 100, now(), 'done', now() - interval '8 hours',
		now() - interval '1 hour' from intray.task t order by t.id limit 40;
	insert into intray.tally (client, hour, account, type, keyed, counted, keystrokes, fields, active_ms,
		checked, right_once, untouched, touched)
	select c.id, h, p.account, 'invoice', 12, 12, 120, 40, 240000, 12, 11, 0, 0
	from intray.client c, intray.person p, generate_series(date_trunc('hour', now()) - interval '9 days',
		date_trunc('hour', now()), interval '6 hours') h where p.login in ('jane', 'tom')
	union all select c.id, h, 0, 'invoice', 0, 0, 0, 0, 0, 0, 0, 30, 12 from intray.client c,
		generate_series(date_trunc('hour', now()) - interval '9 days', now(), interval '6 hours') h" >/dev/null

mkfifo "$T/ask" "$T/told"
URL=$(cat "$T/run/desk.url") T="$T" timeout 300 node tests/desk/floor.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
while read -r line; do
	case $line in
	'! sql '*) sql "${line#! sql }" >"$T/answer" 2>&1; tr '\n' ' ' <"$T/answer" >&3; echo >&3 ;;
	*) story_line "$line" ;;
	esac
done <"$T/ask"
story_end
if command -v firefox-esr >/dev/null; then
	URL=$(cat "$T/run/desk.url") timeout 120 node --experimental-websocket tests/desk/firefox.mjs >"$T/fox" 2>&1
	rc=$?
	while read -r line; do
		case $line in
		'ok '*) check "${line#ok }" true ;;
		'not ok '*) check "${line#not ok }" false ;;
		*) echo "# $line" ;;
		esac
	done <"$T/fox"
	[ $rc -eq 0 ] || check 'the story of Firefox ends well' false
else
	skip 'the desk in Firefox' 'no firefox-esr here'
fi
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
