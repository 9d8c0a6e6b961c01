#!/bin/sh
# The keeper cleans the store when it starts: what nothing refers to goes when it is a
# day old, half copies go when they are, and not one byte of a document goes. Bytes that
# rotted on the disk are reported by name.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh

blobs() { find "$T/state/store/acme" -type f -name '????????????????????????????????????????????????????????????????' | sort; }
logged() {
	for _ in $(seq 200); do
		grep -q "$1" "$T/log" && return 0
		sleep 0.1
	done
	return 1
}
mine() { if [ "$(id -u)" -eq 0 ]; then chown "$INTRAY_USER" "$@"; fi; }

intray_setup
intray_start || exit 1
for f in invoice-ubl.xml receipt-cafe.jpg; do
	cp "tests/samples/documents/$f" "$T/made" && mine "$T/made" && mv "$T/made" "$TRAY/$f"
done
intray_wait 2 || exit 1
intray_stop
blobs >"$T/needed"
check 'documents and their pictures are in the store' [ "$(wc -l <"$T/needed")" -ge 4 ]

orphan() { # HASH: bytes that no row of the database knows
	mkdir -p "$T/state/store/acme/$(printf %.2s "$1")"
	cp "$(head -1 "$T/needed")" "$T/state/store/acme/$(printf %.2s "$1")/$1"
	mine "$T/state/store/acme/$(printf %.2s "$1")/$1"
}
old=00$(printf 'a%.0s' $(seq 62))
young=01$(printf 'b%.0s' $(seq 62))
orphan "$old"
echo half >"$T/state/store/acme/new/half-a-copy"
mine "$T/state/store/acme/new/half-a-copy"
find "$T/state/store" -type f -exec touch -d '3 days ago' {} +
orphan "$young"
touch "$T/state/store/acme/01/$young"
intray_start || exit 1
check 'the keeper says what it cleaned' logged 'store cleaned.*deleted=1 leftovers=1'
check 'an old blob without a document is gone' [ ! -e "$T/state/store/acme/00/$old" ]
check 'an old half copy is gone' [ ! -e "$T/state/store/acme/new/half-a-copy" ]
check 'a young one stays: its document may be on its way' [ -e "$T/state/store/acme/01/$young" ]
rm "$T/state/store/acme/01/$young"
blobs >"$T/left"
check 'everything a document needs is still there' cmp -s "$T/needed" "$T/left"
intray_stop

while read -r f; do printf X | dd of="$f" bs=1 seek=40 conv=notrunc 2>/dev/null; done <"$T/needed"
intray_start || exit 1
check 'rot is found and named' logged 'the store is damaged, restore this blob'
exit "${tap_failed:-0}"
