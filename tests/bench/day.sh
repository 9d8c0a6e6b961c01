#!/bin/sh
# A day at the desk on real documents (DATA), whole stories in one go: ten mixed exceptions keyed
# to ready with the keyboard alone, invoices, receipts and claims; two people's keys compared,
# a table among them, and a third's decision; a carousel of forty; a question and its answer, a
# rejection, a rescan, a lost lease, a crash; a supervisor's floor. Too long for every check;
# tests/e2e/test_desk_*.sh tell the same on our own samples.
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
needs 'a day at the desk' jq
INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=${WORKERS:-2}
intray_setup
intray_add_tray beta in
browser_modules || {
	echo 'day: no npm registry here; set NODE_MODULES' >&2
	exit 3
}
mkdir "$T/truth"
# Of each kind enough that exceptions are among them.
documents=$(ls "$DATA"/sroie/*.jpg | awk 'NR % 3 != 0' | head -${RECEIPTS:-60}
	ls "$DATA"/cms1500/wornscan*.jpg "$DATA"/cms1500/cleanscan*.jpg
	ls "$DATA"/invoice2data/*.pdf
	ls "$DATA"/invoices-scan/*.jpg "$DATA"/invoices-scan/*.pdf | awk 'NR % 4 == 0')
# What client beta has keyed twice: invoices with lines that the truth knows.
twice=$(for truth in "$DATA"/invoices-digital/*.truth.json; do
	jq -e '(.lines | length > 1) and (.lines | all(.net_amount)) and .fields.total_with_vat and .fields.number
		and ([.unscored[] | select(. == "lines")] == [])' "$truth" >/dev/null && echo "${truth%.truth.json}.pdf"
done | head -2)
for document in $documents $twice; do
	cp "${document%.*}.truth.json" "$T/truth/"
done
n=$(echo $documents $twice | wc -w)
drop_in() { # TRAY FILE...
	tray=$1
	shift
	for document; do
		cp "$document" "$T/file"
		[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/file"
		mv "$T/file" "$T/trays/$tray/$(basename "$document")"
	done
}
if [ -n "${STATE:-}" ] && [ -e "$STATE" ]; then
	rm -rf "$T/state"
	tar -C "$T" -xpf "$STATE"
	intray_start || exit 1
else
	intray_start || exit 1
	desk_opened
	# Its number is always asked for, so that each of them is an exception.
	printf '%s\n' 'accept number 1' 'field total_with_vat double-keyed' 'field total_with_vat critical' \
		'field lines/net_amount double-keyed' >"$T/profile"
	intray profile set beta invoice "$T/profile"
	drop_in beta/in $twice
	drop_in acme/in $documents
	intray_wait "$n" $((n * 60)) || exit 1
	user jane acme clerk --name Jane --restricted
	user tom acme clerk --name Tom --restricted
	user sam acme snippets --name Sam --restricted
	user sue acme supervisor --name Sue --restricted
	user bea beta clerk --name Bea --restricted
	user ben beta clerk --name Ben --restricted
	user bob beta senior --name Bob --restricted
	if [ -n "${STATE:-}" ]; then
		intray_stop
		rm -f "$T/run/desk.url"
		tar -C "$T" -cpf "$STATE" state
		intray_start || exit 1
	fi
fi
desk_opened
[ -z "${READ_ONLY:-}" ] || exit 0

mkfifo "$T/ask" "$T/told"
URL="$URL/" FOLDER=$T/truth timeout ${LIMIT:-1500} node tests/desk/day.mjs <"$T/told" >"$T/ask" 2>"$T/story.err" &
story=$!
exec 3>"$T/told"
where() { echo "document = (select id from intray.document where control_number = '$1')"; }
while read -r line; do
	case $line in
	'! state '*) sql "select state from intray.document where control_number = '${line#! state }'" >&3 ;;
	'! answered '*)
		sql "update intray.document set until = now() where control_number = '${line#! answered }'" >/dev/null
		for _ in $(seq 400); do
			[ "$(sql "select state from intray.document where control_number = '${line#! answered }'")" = queried ] || break
			sleep 0.2
		done
		echo answered >&3
		;;
	'! steal '*)
		sql "update intray.task set account = null, lease_until = null where state = 'open' and $(where "${line#! steal }")" >/dev/null
		echo stolen >&3
		;;
	'! total '*) sql "select f.value from intray.field f join intray.document d on d.id = f.document
		where d.control_number = '${line#! total }' and f.path = 'total_with_vat'" | sed 's/^$/none/' >&3 ;;
	'! mix') # a supervisor puts some of each kind first, in turns
		sql "update intray.task set due = now() - interval '1 day' + make_interval(secs => k.n)
			from (select t.id, row_number() over (partition by d.type order by t.id) as n
				from intray.task t join intray.document d on d.id = t.document join intray.client c on c.id = t.client
				where t.state = 'open' and t.account is null and c.code = 'acme') k where k.id = task.id and k.n <= 8" >/dev/null
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
