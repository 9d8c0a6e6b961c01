#!/bin/sh
# The power fails: trays, store and database lie on an ext4 file system that is shut down
# without flushing while files are being taken in and read; whatever was not forced to
# disk is gone. After each cut it is mounted again and Intray started. In the end every
# file that the scanning station had safely on disk is one document, and the store is
# whole.
#
#   CUTS="2 5 9 14"   cut the power when so many files have been recorded
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
CUTS=${CUTS:-2 5 9 14}
IMAGE=

intray_setup
unplug() {
	intray_kill
	umount -l "$T" 2>/dev/null
	rm -f "$IMAGE"
	rm -rf "$T"
}
trap unplug EXIT

plug_in() { # the same disk again, its journal replayed
	mount -o loop "$IMAGE" "$T"
}
new_disk() {
	[ "$(id -u)" -eq 0 ] && IMAGE=$(mktemp /tmp/intray-disk.XXXXXX) || return 1
	truncate -s 400M "$IMAGE" && mkfs.ext4 -q -F "$IMAGE" 2>/dev/null || return 1
	mkdir "$IMAGE.d" && cp -a "$T/." "$IMAGE.d/" && mount -o loop "$IMAGE" "$T" 2>/dev/null
	mounted=$?
	[ $mounted -eq 0 ] && cp -a "$IMAGE.d/." "$T/" && chown "$INTRAY_USER" "$T" && sync -f "$T"
	rm -rf "$IMAGE.d"
	return $mounted
}
new_disk || {
	skip 'the power is cut' 'may not mount an ext4 image'
	exit 0
}

n=0
drop_some() { # what the station has on disk and in the tray
	for f in tests/samples/documents/*.xml tests/samples/documents/*.pdf; do
		n=$((n + 1))
		{ cat "$f" && echo "<!-- $n -->"; } >"$T/made"
		echo "$(sha256sum <"$T/made" | cut -c1-64) $n-${f##*/}" >>"$T/expected"
		chown "$INTRAY_USER" "$T/made"
		mv "$T/made" "$TRAY/$n-${f##*/}"
	done
	sync -f "$T"
}
recorded() { [ "$(sql 'select count(*) from intray.drop' 2>/dev/null || echo 0)" -ge "$1" ]; }
until_recorded() {
	for _ in $(seq 1200); do
		recorded "$1" && return 0
		sleep 0.05
	done
	return 1
}
cut_power() {
	"$BUILD/tests/fault/cut_power" "$T" || return 1
	intray_kill
	umount "$T" 2>/dev/null || { sleep 1; umount "$T"; } || return 1
	plug_in
}

drop_some
intray_start || exit 1
for k in $CUTS; do
	# No sync from here to the cut: what is on disk then, Intray has put there.
	until_recorded "$k" && cut_power || {
		not_ok "the power is cut after $k files"
		exit 1
	}
	drop_some
	check "after the cut at $k files Intray starts again" intray_start
	[ "${tap_failed:-0}" = 0 ] || tail -n 40 "$T"/state/pg/log*  "$T"/state/pg/log/* 2>/dev/null | sed "s,^,# ,"
done
check 'all files are taken in and understood' intray_wait "$n" 300
sort "$T/expected" >"$T/want"
sql "select sha256 || ' ' || encode(name, 'escape') from intray.drop" | sort >"$T/have"
diff "$T/want" "$T/have" | head -10 | sed 's/^/# /'
check 'every file is there once' cmp -s "$T/want" "$T/have"
check 'the tray is empty' [ -z "$(find "$TRAY" -type f)" ]
"$BUILD/intray" --config "$CONF" verify >"$T/verify" 2>&1
verified=$?
[ $verified -eq 0 ] || sed 's/^/# /' "$T/verify"
check 'verify finds everything accounted for' [ $verified -eq 0 ]
exit "${tap_failed:-0}"
