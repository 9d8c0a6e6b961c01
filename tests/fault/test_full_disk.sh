#!/bin/sh
# The store lies on a small file system that fills up. Files stay in the tray (or, caught
# by the end of the disk in mid-copy, in .taken), status says so with a remedy, and when
# there is room again everything is recorded once. Then the same with fsync failing: the
# copy is thrown away and made again.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh

fault_setup
MOUNTED=
trap 'intake_kill; [ -n "$MOUNTED" ] && umount -l "$T/state/store"; fault_end' EXIT
fault_start || exit 1

if can_trace && [ -z "${SANITIZED:-}" ]; then
	intake_start strace -f -q -o "$T/strace" -e trace=fsync \
		-e 'inject=fsync:error=EIO:when=4+5'
	for i in $(seq 10); do drop "fsync-$i" "content fsync $i"; done
	check 'with every fifth fsync failing, all files get through' taken_all 60
	check 'fsync did fail' grep -q INJECTED "$T/strace"
	accounted 'and none is recorded without its bytes'
	intake_kill
else
	skip 'fsync fails' 'strace may not trace here'
fi

mkdir -p "$T/kept"
cp -a "$T/state/store/." "$T/kept/"
[ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=3m,mode=700 none "$T/state/store" 2>/dev/null &&
	MOUNTED=1
[ -n "$MOUNTED" ] || {
	skip 'the store is on a full disk' 'may not mount'
	exit "${tap_failed:-0}"
}
cp -a "$T/kept/." "$T/state/store/"
give "$T/state/store"
disk_is_full() { sql 'select problem from intray.tray_report' | grep -q 'store'; }
full_disk() { # RESERVE SIZE
	sed -i "s/^min_free = .*/min_free = $1/" "$FCONF"
	mount -o "remount,size=$2" "$T/state/store"
	intake_start
	for i in $(seq 12); do
		drop "big-$1-$i" "$(head -c 375000 /dev/urandom | base64 -w0)"
	done
	check "reserve $1: status says that the store takes no more" wait_for 30 disk_is_full
	check 'files wait in the tray' [ -n "$(find "$TRAY" -type f -name 'big-*')" ]
	mount -o remount,size=64m "$T/state/store"
	check 'when there is room again, all are taken' taken_all 60
	intake_kill
}
full_disk 0 3m # the disk ends in the middle of a copy
full_disk 1M 9m # noticed before
accounted 'and recorded once, with their bytes'
leftovers() { find "$T/state/store/acme/new" -type f | wc -l; }
check 'no half copy is left behind by the full disk' [ "$(leftovers)" = 0 ]
exit "${tap_failed:-0}"
