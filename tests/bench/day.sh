#!/bin/sh
# A day at the desk on real documents (DATA): a carousel of forty, ten mixed exceptions keyed to
# ready with the keyboard alone, a question and its answer, a rejection, a rescan, a lost lease,
# a crash. Too long for every check; test_desk_page.sh tells the same on our own samples.
#   STATE=FILE keeps what was read; SHOTS=DIR keeps pictures of the page
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
DATA=${DATA:-../shared/data}
[ -d "$DATA" ] || {
	echo "day: no folder $DATA: set DATA to one with labelled documents" >&2
	exit 3
}
INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=${WORKERS:-2}
intray_setup
browser_modules || {
	echo 'day: no npm registry here; set NODE_MODULES' >&2
	exit 3
}
mkdir "$T/truth"
documents=$(ls "$DATA"/sroie/*.jpg | awk 'NR % 3 != 0' | head -${RECEIPTS:-60}
	ls "$DATA"/cms1500/wornscan*.jpg "$DATA"/cms1500/cleanscan*.jpg
	ls "$DATA"/invoices-digital/*.pdf | head -8)
n=0
for document in $documents; do
	cp "${document%.*}.truth.json" "$T/truth/"
	n=$((n + 1))
done
if [ -n "${STATE:-}" ] && [ -e "$STATE" ]; then
	rm -rf "$T/state"
	tar -C "$T" -xpf "$STATE"
	intray_start || exit 1
else
	intray_start || exit 1
	for document in $documents; do
		cp "$document" "$T/file"
		[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/file"
		mv "$T/file" "$TRAY/$(basename "$document")"
	done
	intray_wait $n $((n * 60)) || exit 1
	echo 'secret of jane' | intray user add jane --client acme --name Jane --restricted --password-stdin >/dev/null
	echo 'secret of sam' | intray user add sam --client acme --name Sam --role snippets --restricted --password-stdin >/dev/null
	if [ -n "${STATE:-}" ]; then
		intray_stop
		rm -f "$T/run/desk.url"
		tar -C "$T" -cpf "$STATE" state
		intray_start || exit 1
	fi
fi
for _ in $(seq 100); do [ -s "$T/run/desk.url" ] && break; sleep 0.1; done
[ -z "${READ_ONLY:-}" ] || exit 0

mkfifo "$T/ask" "$T/told"
URL=$(cat "$T/run/desk.url") FOLDER=$T/truth timeout 600 node tests/desk/day.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
where() { echo "document = (select id from intray.document where control_number = '$1')"; }
while read -r line; do
	case $line in
	'! state '*) sql "select state from intray.document where control_number = '${line#! state }'" >&3 ;;
	'! answered '*)
		sql "update intray.document set until = now() where control_number = '${line#! answered }'" >/dev/null
		for _ in $(seq 150); do
			[ "$(sql "select state from intray.document where control_number = '${line#! answered }'")" = queried ] || break
			sleep 0.2
		done
		echo answered >&3
		;;
	'! steal '*)
		sql "update intray.task set account = null, lease_until = null where state = 'open' and $(where "${line#! steal }")" >/dev/null
		echo stolen >&3
		;;
	'! mix') # a supervisor puts a few of each kind first
		sql "update intray.task set priority = 1 where id in (select id from (select t.id, row_number()
			over (partition by d.type order by t.id) as n from intray.task t join intray.document d
			on d.id = t.document where t.state = 'open' and t.account is null) k where n <= 5)" >/dev/null
		echo mixed >&3
		;;
	'! settle')
		intray_wait "$n" 60
		echo settled >&3
		;;
	'ok '*) check "${line#ok }" true ;;
	'not ok '*) check "${line#not ok }" false ;;
	*) echo "$line" ;;
	esac
done <"$T/ask"
wait $story || {
	sed 's/^/# /' "$T/story.err"
	check 'the day ends well' false
}
intray_stop
[ -z "${tap_failed:-}" ]
