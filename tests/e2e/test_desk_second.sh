#!/bin/sh
# More than one person, in Debian's Chromium: a first keying with a slip, the second key of
# another clerk who leaves out a line and is shown nothing (tried by every route), a third who
# decides with one key each, the quality check of a supervisor, a dispute and its end. Needs
# chromium, node and playwright-core (from the npm registry); skipped where they are not.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs_browser 'second key and quality check in a browser' curl jq

# Every route, as the second clerk who holds the task, and as one who may yet get it.
blind() {
	sign_in tom >/dev/null
	call tom POST /api/tasks/take '{}' >/dev/null
	task=$(jq .task "$T/body") doc=$(jq -r .document "$T/body")
	cp "$T/body" "$T/all"
	for row in $(jq -r '.paths | to_entries[] | .key as $p | .value | keys[] |
		"\(. | ascii_upcase):\($p)"' daemon/desk/www/openapi.json); do
		path=$(echo "${row#*:}" | sed "s/{task}/$task/; s/{document}/$doc/; s/{position}/1/
			s/{client}/acme/; s/{mistake}/1/; s/{quality}/1/")
		case ${row%%:*}:$path in
		DELETE:* | *:/api/events | *picture | *thumbnail | *settings | */session) continue ;;
		*/submit | */skip | */escalate | */release) continue ;; # would end it
		GET:*) given= ;;
		*) given='{"reason":"x","text":"mine","typed":{"v":1,"values":{}},"days":1,"fence":1,
			"values":{"total_with_vat":"5"},"decisions":{}}' ;;
		esac
		call tom "${row%%:*}" "$path" "$given" >/dev/null
		cat "$T/body" >>"$T/all"
	done
	leaked=
	for value in 861.63 861.36 861,36 648.20 'Beispiel' DE811904123 Aktenordner 159.20 20260118; do
		grep -q "$value" "$T/all" && leaked="$leaked $value"
	done
	check 'nothing that was read or keyed reaches the second by any route' [ -z "$leaked" ] ||
		echo "# leaked:$leaked"
	check 'he is told what to key' [ "$(grep -c '"only": *\["total_with_vat", *"lines/net_amount"\]' "$T/all")" -ge 1 ]
	call tom GET "/api/documents/$doc/pages/1/picture" >/dev/null
	check 'and shown the paper' [ "$(wc -c <"$T/body")" -gt 1000 ]
	sign_in bert >/dev/null
	for path in "/api/tasks/$task" "/api/documents/$doc/pages/1/picture" "/api/documents/$doc/pages/1/words"; do
		status=$(call bert GET "$path")
		check "a clerk of another client does not reach ${path%%/"$doc"*}" [ "$status" -ge 400 ]
	done
	status=$(call bert POST "/api/tasks/$task/arbitrate" '{"decisions":{}}')
	check 'nor decides there' grep -q 'error\|late' "$T/body"
	sign_in jane >/dev/null
	check 'the first does not get it again' [ "$(call jane POST "/api/tasks/$task/pick")" = 404 ]
	call tom POST /api/tasks/release "{\"tasks\":[$task]}" >/dev/null
}

INTRAY_EXTRA="desk_listen = 127.0.0.1:$(shuf -i 20000-29999 -n 1)"
WORKERS=1
intray_setup
intray_add_tray beta in
browser_modules || {
	skip 'second key and quality check in a browser' 'no npm registry here'
	exit 0
}
intray_start || exit 1
desk_opened
cat >"$T/profile" <<-END
	field total_with_vat double-keyed  # the money
	field lines/net_amount double-keyed
	field total_with_vat critical
	quality double 100%
	quality release before
END
check 'a profile is set' intray profile set acme invoice "$T/profile"
check 'and told' [ "$(intray profile list --json | jq -r '.[0].second')" = 'total_with_vat, lines/net_amount' ]
echo 'field total double-keyed' >"$T/wrong"
check 'a faulty one is refused with its line' sh -c "'$BUILD/intray' --config '$CONF' profile set acme invoice '$T/wrong' 2>&1 |
	grep -q 'line 1: there is no such field'"
check 'and the old one stays' [ "$(intray profile list --json | jq -r '.[0].version')" = 1 ]
cp tests/samples/documents/invoice-wrong-total.pdf "$T/x.pdf"
[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/x.pdf"
mv "$T/x.pdf" "$TRAY/invoice-wrong-total.pdf"
user jane acme clerk --restricted
user tom acme clerk --restricted
user joan acme senior --restricted
user sue acme supervisor --restricted
user max acme supervisor --restricted
user bert beta clerk --restricted
intray_wait 1 120

# The story prints TAP lines and asks for what it cannot do itself.
mkfifo "$T/ask" "$T/told"
URL=$URL T="$T" timeout 300 node tests/desk/second.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
while read -r line; do
	case $line in
	'! settle')
		intray_wait 1 60
		sql 'select state from intray.document' >&3
		;;
	'! blind')
		blind
		echo tried >&3
		;;
	'! value '*) sql "select string_agg(value, ' ' order by line) from intray.field
		where path = '${line#! value }'" | sed 's/^$/none/' >&3 ;;
	'! queues') intray status --json | jq -c '[.exceptions[].queue]' >&3 ;;
	*) story_line "$line" ;;
	esac
done <"$T/ask"
story_end
check 'verify finds nothing amiss' intray verify
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
