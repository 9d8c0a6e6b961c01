#!/bin/sh
# PostgreSQL is weather. It is killed the hard way in the middle of a few hundred files,
# again and again, and once it is away for a while: files stay in the tray, status and log
# say so, and when it is back everything is recorded once.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
fault_setup
trap fault_end EXIT
fault_start || exit 1

postmaster() { head -1 "$T/state/pg/postmaster.pid" 2>/dev/null; }
recorded() { [ "$(sql 'select count(*) from intray.drop' 2>/dev/null || echo 0)" -ge "$1" ]; }
another_postmaster() {
	p=$(postmaster)
	[ -n "$p" ] && [ "$p" != "$1" ] && sql 'select 1' >/dev/null 2>&1
}

intake_start
for i in $(seq 120); do drop "file-$i" "content $i"; done
kills=0
POINTS=${POINTS:-15 60} # killed when so many are recorded
for at in $POINTS; do
	wait_for 30 recorded $at || break
	old=$(postmaster)
	kill -KILL "$old" && kills=$((kills + 1))
	wait_for 60 another_postmaster "$old" || break
done
check 'the server was killed while files came' [ $kills = $(echo $POINTS | wc -w) ]
check 'each time it was started again, and intake went on' taken_all 60
accounted 'every file is recorded once'

# Away for longer: the supervisor is held, so nobody starts it again.
keeper=$(pgrep -P "$INTRAY_PID" -f -- '--process cluster')
kill -STOP "$keeper"
: >"$T/intake.log"
kill -KILL "$(postmaster)"
for i in $(seq 121 125); do drop "file-$i" "content $i"; done
says_away() { grep -q 'database is away' "$T/intake.log"; }
check 'the log says that the database is away' wait_for 20 says_away
check 'the files stay where they are' [ -e "$TRAY/file-125" ]
kill -CONT "$keeper"
check 'when it is back, they are taken' taken_all 60
accounted 'and recorded once'
exit "${tap_failed:-0}"
