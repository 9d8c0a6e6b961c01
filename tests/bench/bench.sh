#!/bin/sh
# make bench: CPU seconds a page of a whole running Intray (intrayd, launcher, readers,
# tools and its PostgreSQL; from drop to committed result) beside those of programs that
# only turn pictures into text, on the same pages:
#
#   tesseract   xargs -P2 tesseract, one thread each, English
#   ocrmypdf    ocrmypdf --jobs 2
#
# All take turns, kind by kind and round by round, so that a noisy machine slows all alike;
# the ratio of each round and the median of these is what counts. What a peer needs but
# nobody would charge it for (a PDF's pages as pictures, pictures as PDF) is made beforehand.
#
#   bench.sh [--json]
#   N=3 ROUNDS=3     documents of a kind in each round (twice as many born-digital ones)
#   KINDS="..."      forms scans receipts digital text; pictures: the images of all folders,
#                    each kind by its share of the documents
#   DATA=DIR         folder with labelled documents (default ../shared/data)
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/bench/readers.sh
DATA=${DATA:-../shared/data}
N=${N:-3} ROUNDS=${ROUNDS:-3}
KINDS=${KINDS:-forms scans receipts digital text}
json=0
[ "${1:-}" = --json ] && json=1

[ -d "$DATA" ] || {
	echo "bench: no folder $DATA: set DATA to one with labelled documents" >&2
	exit 3
}

documents_of() { # all of a kind
	case $1 in
	forms) ls "$DATA"/cms1500/*.jpg "$DATA"/cms1500/*.png ;; # in colour: no fax
	scans) ls "$DATA"/invoices-scan/*.jpg "$DATA"/invoices-scan/*.tif "$DATA"/invoices-scan/*.pdf ;;
	receipts) ls "$DATA"/sroie/*.jpg "$DATA"/receipts-real/*.pdf ;;
	digital) ls "$DATA"/invoices-digital/*.pdf ;;
	text) ls "$DATA"/ocr/*.png "$DATA"/ocr/*.jpg ;;
	pictures) for k in forms scans receipts text; do documents_of $k; done ;;
	esac 2>/dev/null
}
readers_of() {
	case $1 in
	scans | text) echo intray tesseract ocrmypdf ;;
	*) echo intray tesseract ;;
	esac
}

# The documents of one round, spread evenly over the folder, none in two rounds.
draw() {
	want=$N
	[ "$1" = digital ] && want=$((2 * N))
	documents_of "$1" | awk -v want="$want" -v rounds="$ROUNDS" -v r="$2" '
		{ file[NR] = $0 }
		END {
			if (want * rounds > NR) want = int(NR / rounds)
			for (i = r - 1; i < want * rounds; i += rounds)
				print file[1 + int(i * NR / (want * rounds))]
		}'
}

now_ms() { date +%s%3N; }

turn() { # KIND ROUND READER: one line into $T/turns
	prepare_"$3" || return 1
	started=$(now_ms)
	reader_"$3" || return 1
	echo "$1 $2 $3 $(cat "$T/cpu") $(($(now_ms) - started))" >>"$T/turns"
}

round() { # KIND ROUND
	kind=$1
	draw "$1" "$2" >"$T/turn"
	[ -s "$T/turn" ] || return 0
	order=$(readers_of "$1")
	[ $(($2 % 2)) -eq 0 ] && order=$(echo "$order" | tr ' ' '\n' | tac)
	for reader in $order; do
		[ -t 2 ] && printf '\r\033[Kround %s of %s: %s, %s' "$2" "$ROUNDS" "$1" "$reader" >&2
		turn "$1" "$2" "$reader" || return 1
	done
	[ "$1" = text ] && cat "$T/turn" >>"$T/text/documents"
	was=$pages
	pages=$(session 'select count(*) from intray.page')
	echo "$1 $2 pages $((pages - was)) 0" >>"$T/turns"
}

# Words as a bag against NAME.truth.txt, as `intray evaluate` counts them; one missing and
# one invented word are one word read wrongly.
word_error_of_peer() {
	while read -r document; do
		name=$(basename "$document")
		awk -v truth="${document%.*}.truth.txt" '
			FILENAME == truth { for (i = 1; i <= NF; i++) { want[$i]++; n++ } next }
			{ for (i = 1; i <= NF; i++) { found++; if (want[$i]-- > 0) same++ } }
			END { wrong = n > found ? n - same : found - same; print n, wrong }
		' "${document%.*}.truth.txt" "$T/text/$1/$name.txt"
	done <"$T/text/documents" | awk '{ n += $1; wrong += $2 } END { printf "%.4f", wrong / n }'
}
word_error_of_intray() { # reads the same pages again, outside all measuring
	mkdir "$T/labelled"
	while read -r document; do
		ln -s "$(realpath "$document")" "$(realpath "${document%.*}.truth.txt")" "$T/labelled/"
	done <"$T/text/documents"
	"$BUILD/intray" evaluate --json --config "$CONF" --jobs 2 "$T/labelled" 2>/dev/null |
		jq -r 'first(.. | .word_error_rate? // empty)'
}

intray_setup
mkdir -p "$T/pictures" "$T/text/tesseract" "$T/text/ocrmypdf"
: >"$T/turns"
dropped=0 pages=0
intray_start && session_open || exit 3
for r in $(seq "$ROUNDS"); do
	for k in $KINDS; do
		round "$k" "$r" || exit 3
	done
done
[ -t 2 ] && printf '\r\033[K' >&2
if [ -s "$T/text/documents" ]; then
	for reader in tesseract ocrmypdf; do
		echo "text 0 error-$reader $(word_error_of_peer $reader) 0"
	done >>"$T/turns"
	echo "text 0 error-intray $(word_error_of_intray) 0" >>"$T/turns"
fi
awk -v json=$json -f tests/bench/report.awk "$T/turns"
