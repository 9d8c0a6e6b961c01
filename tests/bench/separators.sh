#!/bin/sh
# How well scans are cut: a made stack of N pages with S separators of all symbologies, skewed
# and noisy; then, where they are, every file of ../shared/data/separators as its README says
# it splits, and the claims, whose form carries a QR code of its own.
#
# KEEP=FOLDER keeps the stacks there; SEEDS= makes none.
#
#   N=300 S=60 SEEDS='1 2 3 4 5' sh tests/bench/separators.sh
set -u
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
export OMP_THREAD_LIMIT=1
N=${N:-300} S=${S:-60} SEEDS=${SEEDS-1}
W=$(mktemp -d)
trap 'rm -rf "$W"' EXIT
failed=0

page() { # NAME: page.pdf -> page.pgm
	pdftoppm -gray -r 200 -singlefile "$W/$1.pdf" "$W/$1" && rm "$W/$1.pdf"
}

# One sheet of each number: kinds in turn, each with something of its own to say.
separator() { # NUMBER
	set -- "$1" $(printf '%s\n' 'patch PATCHT' 'code39 PATCHT' 'code128 SEP-%' 'i25 00%' \
		'qr SEP-%' 'patch PATCH1' 'patch PATCH2' 'code39 SEP-%' 'patch PATCH3' \
		'code128 SEP%' 'patch PATCH4' 'patch PATCH6' 'qr PATCHT' |
		sed -n "$(($1 % 13 + 1))p" | sed "s/%/$(printf %04d "$1")/")
	"$BUILD/intray" separator --as "$2" --code "$3" --out "$W/sep$1.pdf" && page "sep$1"
}

# Papers between them: our own samples, page by page.
papers() {
	for f in tests/samples/documents/*.pdf; do
		pdfinfo "$f" 2>/dev/null | grep -q '^Encrypted: *no' || continue
		pdftoppm -gray -r 200 -l 2 "$f" "$W/paper-$(basename "$f" .pdf)"
	done
	ls "$W"/paper-*.pgm
}

made_stack() { # SEED
	# Every N/S pages a separator, but not evenly; what is expected goes along.
	awk -v n="$N" -v s="$S" -v seed="$1" -v dir="$W" '
		{ paper[NR - 1] = $0 }
		END {
			srand(seed)
			for (i = 0; i < n; i++) kind[i] = "d"
			for (k = 0; k < s; ) {
				at = int(rand() * n)
				if (kind[at] == "s") continue
				kind[at] = "s"
				k++
			}
			for (i = k = 0; i < n; i++) {
				if (kind[i] == "s") print dir "/sep" k++ ".pgm"
				else print paper[int(rand() * NR)]
				if (kind[i] == "s") { if (from) cut = cut "; " text(from, i); from = 0 }
				else if (!from) from = i + 1
			}
			if (from) cut = cut "; " text(from, n)
			print substr(cut, 3) >(dir "/expected")
		}
		function text(a, b) { return a == b ? a : a "-" b }' "$W/papers" >"$W/order"
	"$BUILD/tests/bench/stack" "$W/stack.tif" "$1" $(cat "$W/order") || exit 1
	"$BUILD/intray" separator --json --read --sheet 'PATCH[1-6T] SEP-?[0-9]+ 00[0-9]+' \
		"$W/stack.tif" >"$W/result"
}
cut_stack() { # SEED
	made_stack "$1"
	jq -r '.[0].cut' "$W/result" | tr ';' '\n' | sort >"$W/got"
	tr ';' '\n' <"$W/expected" | sort >"$W/want"
	if cmp -s "$W/want" "$W/got"; then verdict="cut as it should be"; else
		verdict="cut wrongly at $(comm -3 "$W/want" "$W/got" | tr -d '\t' | tr '\n' ' ')"
		failed=1
	fi
	echo "stack $1 of $N pages: $(jq -r '.[0].separators' "$W/result") of $S separators; $verdict"
	[ -z "${KEEP:-}" ] || cp "$W/stack.tif" "$KEEP/stack$1.tif"
}
make -s BUILD="$BUILD" "$BUILD/tests/bench/stack" || exit 1
if [ -n "$SEEDS" ]; then
	papers >"$W/papers"
	i=0
	while [ $i -lt "$S" ]; do separator $i; i=$((i + 1)); done
	for seed in $SEEDS; do cut_stack "$seed"; done
fi

D=${DATA:-../shared/data}
[ -d "$D/separators" ] || { echo "no $D: only stacks were cut"; exit $failed; }
# As the README of that folder says.
splits() {
	"$BUILD/intray" separator --json --read --number 'ASN([0-9]+)' --tag 'TAG:(.*)' \
		"$D"/separators/*.pdf "$D"/separators/*.tiff |
		jq -r '.[] | "\(.file | sub(".*/"; "")) \(.cut)"' | while read -r file cut; do
		case $file in
		barcode-fax-image.pdf | patch-code-t-middle*) want='1; 3' ;;
		patch-code-t.pdf | patch-code-t-qr.pdf) want='' ;;
		split-by-asn-2.pdf) want='1-2; 4; 5; 6-8; 9-10; 11-12' ;;
		split-by-tag-mixed-asn.pdf) want='1-2; 3-4; 5-6; 7-8' ;;
		split-by-tag-multiple-per-page.pdf) want='1; 2-3; 4-5' ;;
		double-sided-odd.pdf | multi-page-images.tiff) want=1-3 ;;
		double-sided-even.pdf) want=1-2 ;;
		*) want=1 ;;
		esac
		[ "$cut" = "$want" ] && echo right || echo "$file: $cut, not $want"
	done
}
splits >"$W/splits"
echo "separators: $(grep -c '^right$' "$W/splits") of $(wc -l <"$W/splits") files as they should be"
grep -v '^right$' "$W/splits" && failed=1

"$BUILD/intray" separator --json --read --number 'ASN([0-9]+)' --tag 'TAG:(.*)' \
	$(ls "$D"/cms1500/*.jpg "$D"/cms1500/*.png "$D"/cms1500/*.tif "$D"/cms1500/*/*.pdf) >"$W/claims"
echo "claims: $(jq '[.[] | select(.documents == 1 and .separators == 0)] | length' "$W/claims") of" \
	"$(jq length "$W/claims") stay whole"
[ "$(jq '[.[] | select(.documents != 1 or .separators > 0)] | length' "$W/claims")" = 0 ] || failed=1
exit $failed
