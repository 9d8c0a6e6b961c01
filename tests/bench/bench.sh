#!/bin/sh
# make bench: CPU seconds a page of a whole running Intray (intrayd, launcher, readers,
# tools and its PostgreSQL; from drop to committed result) against `xargs -P2 tesseract`,
# which only prints text, on the same pictures. Both take turns, round by round, so that a
# noisy machine slows both; the ratio of each round and their median are what counts.
#
#   DATA=DIR     folder with labelled documents (default ../shared/data)
#   SETS="..."   its subfolders to draw from (default: sroie invoices-scan cms1500 ocr)
#   ROUNDS=5  PER_ROUND=16
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
DATA=${DATA:-../shared/data}
SETS=${SETS:-sroie invoices-scan cms1500 ocr}
ROUNDS=${ROUNDS:-5} PER_ROUND=${PER_ROUND:-16}

[ -d "$DATA" ] || {
	echo "bench: no folder $DATA: set DATA to one with labelled documents" >&2
	exit 3
}
intray_setup
list=$T/list
for s in $SETS; do
	find "$DATA/$s" -maxdepth 1 -type f \( -name '*.jpg' -o -name '*.png' -o -name '*.tif' \) |
		sort | awk -v want=$((ROUNDS * PER_ROUND)) -v sets="$(echo "$SETS" | wc -w)" '
		{ f[NR] = $0 }
		END { # evenly spread over the folder
			n = int(want / sets); if (n > NR) n = NR
			for (i = 0; i < n; i++) print f[1 + int(i * NR / n)]
		}'
done >"$list"

peer() { # CPU seconds of tesseract over the files named on standard input
	bash -c 'xargs -P2 -I{} tesseract {} - >/dev/null 2>&1; times' |
		awk 'NR == 2 { # "0m1.234s 0m0.100s": children
			for (i = 1; i <= 2; i++) {
				split($i, p, "[ms]")
				t += p[1] * 60 + p[2]
			}
		} END { printf "%.2f\n", t }'
}

intray_start || exit 3
printf '%-6s %6s %14s %14s %7s\n' round pages 'intray s/page' 'tesseract' ratio
files=0 pages=0
for r in $(seq "$ROUNDS"); do
	awk -v r="$r" -v n="$ROUNDS" 'NR % n == r % n' "$list" >"$T/chunk"
	files=$((files + $(wc -l <"$T/chunk")))
	theirs=$(peer <"$T/chunk")
	before=$(intray_cpu)
	while read -r f; do
		cp "$f" "$T/state/drop" && mv "$T/state/drop" "$TRAY/$r-$(basename "$f")"
	done <"$T/chunk"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$TRAY"/* 2>/dev/null
	intray_wait "$files" 900 || exit 3
	after=$(intray_cpu)
	was=$pages
	pages=$(sql 'select count(*) from intray.page')
	echo "$r $((pages - was)) $before $after $theirs" | awk -v out="$T/ratios" '{
		ours = $4 - $3
		printf "%-6s %6d %14.2f %14.2f %7.2f\n", $1, $2, ours / $2, $5 / $2, ours / $5
		print ours / $5 >>out
	}'
done
sort -n "$T/ratios" | awk '{ v[NR] = $1 }
	END { printf "median ratio of CPU a page, Intray over tesseract: %.2f\n", v[int((NR + 1) / 2)] }'
