#!/bin/sh
# Part of `make soak`: every file of DATA (default ../shared/data: documents, truth, schemas,
# hostile files) dropped at once into trays of two clients. Afterwards every file is
# accounted for, none is stuck, no process died but jailed children, and worker, readers
# and tools of one worker never took more than 1.6 GB together (proportional set size).
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
DATA=${DATA:-../shared/data}
LIMIT_S=${LIMIT_S:-5400}
[ -d "$DATA" ] || {
	skip 'all documents into trays of two clients' "needs $DATA"
	exit 0
}

memory_kb() { # of the worker $1 and all below it
	for p in $(intray_tree "$1"); do
		awk '/^Pss:/ { print $2 }' "/proc/$p/smaps_rollup" 2>/dev/null
	done | awk '{ n += $1 } END { print n + 0 }'
}
watch_memory() {
	while sleep 1; do
		for w in $(pgrep -P "$INTRAY_PID" -f -- '--process worker'); do
			memory_kb "$w"
		done
	done >"$T/memory"
}

WORKERS=${WORKERS:-2}
intray_setup
intray_add_tray borealis in
# Hundreds of these files are cut off on purpose and never get complete.
sed -i 's/^settle = .*/&\nincomplete = 30s/' "$CONF"
find -L "$DATA" -type f | sort >"$T/files"
n=$(wc -l <"$T/files")
i=0
mkdir -p "$T/stage/acme" "$T/stage/borealis"
while read -r f; do
	i=$((i + 1))
	[ $((i % 2)) -eq 0 ] && c=acme || c=borealis
	d=$T/stage/$c/$(dirname "${f#"$DATA"/}")
	mkdir -p "$d" && cp "$f" "$d/"
done <"$T/files"
[ "$(id -u)" -eq 0 ] && chown -R "$INTRAY_USER" "$T/stage"
intray_start || exit 1
mv "$T"/stage/acme/* "$TRAY/"
mv "$T"/stage/borealis/* "$T/trays/borealis/in/"
watch_memory &
watcher=$!
started=$(date +%s)
while ! intray_wait "$n" 60 2>/dev/null; do
	sql "select state, count(*) from intray.document group by 1 order by 1" |
		tr '\n' ' ' | sed "s/^/# $(($(date +%s) - started)) s: /"
	echo
	[ $(($(date +%s) - started)) -lt "$LIMIT_S" ] || break
done
kill "$watcher" 2>/dev/null

# What was quarantined stays in the tray's hidden folder, where verify counts it; ignored
# names (.*, *.part, *.tmp, ~*) stay where they are.
left=$(find "$T/trays" -type f ! -path '*/.*' ! -name '*.part' ! -name '*.tmp' ! -name '~*' | wc -l)
ignored=$(find "$T/trays" -type f ! -path '*/.taken/*' ! -path '*/.quarantine/*' | wc -l)
ignored=$((ignored - left))
drops=$(sql 'select count(*) from intray.drop where parent is null')
echo "# $n files, $drops drops, $left left in trays, $ignored with ignored names"
check 'every file has a drop row' [ "$((drops + ignored))" -eq "$n" ]
check 'no file stays in a tray' [ "$left" -eq 0 ]
check 'intray verify accounts for every file' "$BUILD/intray" --config "$CONF" verify
stuck=$(sql "select count(*) from intray.document where state in ('received', 'read', 'understood')")
check 'no document is stuck' [ "$stuck" -eq 0 ]
check 'no process died but jailed children' sh -c \
	"! grep -E 'proc=intrayd.*(died|crashed|killed)' '$T/log' >&2"
peak=$(sort -n "$T/memory" | tail -1)
echo "# peak of one worker with its children: $((peak / 1024)) MB"
check 'a worker and its children stay under 1.6 GB' [ "$peak" -lt 1677721 ]
sql "select type, state, count(*) from intray.document group by 1, 2 order by 1, 2" | sed 's/^/# /'
exit "${tap_failed:-0}"
