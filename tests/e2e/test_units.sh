#!/bin/sh
# The systemd units: `make install` puts everything in its place, systemd finds nothing
# wrong with the units, and they are as closed as promised: worker 0.6 or less with a
# database behind a socket, 1.3 with one behind TCP, every other unit 2.0.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
[ -n "${SANITIZED:-}" ] && {
	skip 'units and make install' 'the same as in the plain build'
	exit 0
}
D=$(mktemp -d /tmp/intray-units.XXXXXX)
trap 'rm -rf "$D"' EXIT

${MAKE:-make} -s install DESTDIR="$D" BUILD="$BUILD" >"$D/log" 2>&1 || tail -3 "$D/log"
P=usr/local
for f in $P/bin/intrayd $P/bin/intray $P/share/intray/schemas/invoice.xsd $P/share/intray/mappings/odoo.map \
	lib/systemd/system/intray.target lib/systemd/system/intray-worker@.service \
	usr/lib/sysusers.d/intray.conf usr/lib/tmpfiles.d/intray.conf etc/intray/intray.conf; do
	check "make install brings /$f" [ -s "$D/$f" ]
done
check 'no unit keeps a placeholder' sh -c "! grep -r '@PREFIX@' $D/lib $D/usr/lib $D/etc"

command -v systemd-analyze >/dev/null || {
	skip 'units are closed' 'no systemd-analyze here'
	exit "${tap_failed:-0}"
}
exposure() { # FILE: 4 for 0.4
	systemd-analyze security --offline=yes --no-pager "$1" 2>/dev/null |
		sed -n 's/.*Overall exposure level[^:]*: \([0-9]*\)\.\([0-9]\).*/\1\2/p'
}
check_exposure() { # SENTENCE FILE LIMIT
	n=$(exposure "$2")
	echo "# $1: ${n:-no answer} tenths"
	check "$1" [ "${n:-99}" -le "$3" ]
}
U=$D/lib/systemd/system
sed -i "s|^ExecStart=[^ ]*|ExecStart=$D/$P/bin/intrayd|" "$U"/*.service
systemd-analyze verify "$U"/*.service "$U/intray.target" >"$D/verify" 2>&1
grep intray "$D/verify" >"$D/complaints"
check 'systemd finds nothing wrong with the units' [ ! -s "$D/complaints" ]
sed 's/^/# /' "$D/complaints" | head -5
check_exposure 'worker with a socket database: 0.6 or less' "$U/intray-worker@.service" 6
for u in migrate intake keeper deliver; do
	check_exposure "$u: 2.0 or less" "$U/intray-$u.service" 20
done
sed -i 's/^PrivateNetwork=.*/PrivateNetwork=no/; /^IPAddressDeny/d
	s/^RestrictAddressFamilies=.*/&\nRestrictAddressFamilies=AF_INET AF_INET6/' "$U"/*.service
check_exposure 'worker with a TCP database: 1.3 or less' "$U/intray-worker@.service" 13
for u in migrate intake keeper deliver; do
	check_exposure "$u with a TCP database: 2.0 or less" "$U/intray-$u.service" 20
done
exit "${tap_failed:-0}"
