#!/bin/sh
# Intake is killed at each of its steps: kill -9 as it enters the Nth call of a kind, in
# whichever of its processes gets there, with three new files in the tray each time and
# whatever earlier kills left behind. In the end one undisturbed run tidies up, and every
# file has exactly one drop row with its hash, and its bytes are in the store.
#
#   POINTS="call:N ..."   where to kill (default: a short list; `make soak` has the long one)
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
needs_kills 'intake is killed at each step'

points() { # call first last
	for n in $(seq "$2" "$3"); do echo "$1:$n"; done
}
POINTS=${POINTS:-$(
	points mkdirat 1 5
	points renameat2 1 3 # the claims
	points renameat 1 3  # into the store
	points fsync 1 14
	points unlinkat 1 6
	points sendmsg 1 8
	points recvmsg 1 6
	points sendto 14 22 # to the database; before that it only logs in
)}

fault_setup
trap fault_end EXIT
fault_start || exit 1

i=0 kills=0
for point in $POINTS; do
	i=$((i + 1))
	for f in 1 2 3; do drop "$i-$point-$f" "content of $i $point $f"; done
	killing "$point" intake_start
	for _ in $(seq 60); do
		was_killed && break
		is_empty && [ -z "$(ls -A "$TRAY/.taken" 2>/dev/null)" ] && break
		sleep 0.05
	done
	was_killed && kills=$((kills + 1))
	intake_kill
done
echo "# killed $kills times at $i points"
check 'most points were reached' [ "$kills" -ge $((i * 2 / 3)) ]
intake_start
check 'an undisturbed run finishes what the killed ones began' taken_all 30
accounted 'killed at every step, each file ends in one drop row with its bytes'
intake_kill
exit "${tap_failed:-0}"
