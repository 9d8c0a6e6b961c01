#!/bin/sh
# Two intakes with state folders of their own watch one tray and use one database and one
# store, as two hosts would: every file is taken by one of them, once. And two daemons on
# one state folder: the second refuses.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
fault_setup
trap 'kill $SECOND 2>/dev/null; wait $SECOND 2>/dev/null; fault_end' EXIT
fault_start || exit 1
SECOND=

"$BUILD/intrayd" --config "$CONF" >"$T/refused" 2>&1
check 'a second intrayd on one state folder ends with an error' [ $? -eq 1 ]
check 'that names the first' grep -q "another intrayd (pid $INTRAY_PID) is running" "$T/refused"

mkdir -p "$T/state2" "$T/run2"
give "$T/state2" "$T/run2"
sed "s|^state_dir = .*|state_dir = $T/state2|; s|^run_dir = .*|run_dir = $T/run2|
	s|^workers = .*|&\nstore_dir = $T/state/store\nsecrets_dir = $T/state/secrets\ndatabase = host=$T/run/pg port=5432 dbname=intray|" \
	"$FCONF" >"$T/second.conf"
for i in $(seq 40); do drop "before-$i" "content before $i"; done
intake_start
"$BUILD/intrayd" --process intake --config "$T/second.conf" >"$T/second.log" 2>&1 &
SECOND=$!
for i in $(seq 160); do drop "file-$i" "content $i"; done
check 'two intakes empty one tray' taken_all 60
accounted 'each file is recorded once'
took() { grep -c 'msg="file taken"' "$1"; }
echo "# $(took "$T/intake.log") and $(took "$T/second.log") files"
check 'both had their share' [ "$(took "$T/intake.log")" -gt 0 -a "$(took "$T/second.log")" -gt 0 ]
check 'together they took each once' \
	[ $(($(took "$T/intake.log") + $(took "$T/second.log"))) = 200 ]
kill -TERM $SECOND
wait $SECOND
check 'SIGTERM ends an intake in good order' [ $? = 0 ]
exit "${tap_failed:-0}"
