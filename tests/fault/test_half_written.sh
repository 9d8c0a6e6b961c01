#!/bin/sh
# Files of each format arrive slowly: half of each is there, nobody has it open (a scanner
# that reopens its file between pages, a copy over a line that stalls). They stay in the
# tray, are finished later, and are each taken once, whole. One that a program holds open
# waits for it, a marker and a rename are the sender's word, and what is never finished
# becomes a finding.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
fault_setup
trap fault_end EXIT
sed -i 's/^settle = .*/settle = 50ms\ndone_marker = .ok/' "$FCONF"
fault_start || exit 1
S=tests/samples/documents
png=$T/page.png
pdftoppm -png -r 40 -f 1 -l 1 -singlefile "$S/invoice-en.pdf" "${png%.png}" || exit 1

intake_start
half() { # FILE NAME: the first half of it
	size=$(stat -c %s "$1")
	head -c $((size / 2)) "$1" >"$T/half"
	give "$T/half"
	cat "$T/half" >"$TRAY/$2" # written in place, closed, not renamed
	give "$TRAY/$2"
	printf '%s %s\n' "$(sha256sum <"$1" | cut -c1-64)" "$2" >>"$T/expected"
}
rest() {
	size=$(stat -c %s "$1")
	tail -c +$((size / 2 + 1)) "$1" >>"$TRAY/$2"
}
files="invoice-en.pdf scan-invoice-de.tif letter-en.jpg invoice-ubl.xml"
for f in $files; do half "$S/$f" "$f"; done
half "$png" page.png
check 'halves of five formats are seen growing' wait_for 20 tray_says growing 5
drop other.txt 'another file, meanwhile'
check 'they hold up nobody' wait_for 20 is_gone "$TRAY/other.txt"
recorded_other() { [ "$(sql "select count(*) from intray.drop where name = 'other.txt'")" = 1 ]; }
wait_for 20 recorded_other || tap_failed=1
check 'and are not taken' [ "$(sql 'select count(*) from intray.drop')" = 1 ]
for f in $files; do rest "$S/$f" "$f"; done
rest "$png" page.png
check 'finished, they are taken' taken_all
accounted 'each once, and whole'

# A writer that sleeps: the file has no frame, so only the open descriptor says so.
(
	exec 9>"$TRAY/slow.txt"
	give "$TRAY/slow.txt"
	printf 'first half, ' >&9
	while [ ! -e "$T/go" ]; do sleep 0.05; done
	printf 'second half' >&9
) &
writer=$!
wait_for 20 tray_says growing 1 || tap_failed=1
drop another.txt 'a round later'
wait_for 20 is_gone "$TRAY/another.txt" || tap_failed=1
check 'a file that a program has open for writing is left alone' [ -e "$TRAY/slow.txt" ]
: >"$T/go"
wait "$writer"
printf '%s slow.txt\n' "$(printf 'first half, second half' | sha256sum | cut -c1-64)" \
	>>"$T/expected"
check 'until the program is done' taken_all
accounted 'and then it is taken whole'

# The sender's word: half a PDF, but he says that it is all there is.
head -c 1000 "$S/invoice-de.pdf" >"$TRAY/marked.pdf"
printf '%s marked.pdf\n' "$(head -c 1000 "$S/invoice-de.pdf" | sha256sum | cut -c1-64)" \
	>>"$T/expected"
give "$TRAY/marked.pdf"
: >"$TRAY/marked.pdf.ok"
give "$TRAY/marked.pdf.ok"
head -c 1001 "$S/invoice-de.pdf" >"$T/made"
give "$T/made"
printf '%s renamed.pdf\n' "$(sha256sum <"$T/made" | cut -c1-64)" >>"$T/expected"
mv "$T/made" "$TRAY/renamed.pdf"
check 'a marker and a rename are the sender'"'"'s word' taken_all
accounted 'the marker goes with its file'

intake_kill
sed -i 's/^settle = .*/&\nincomplete = 1s/' "$FCONF"
intake_start
head -c 1002 "$S/invoice-de.pdf" >"$TRAY/never.pdf"
give "$TRAY/never.pdf"
wait_for 20 is_gone "$TRAY/never.pdf" && taken_all || tap_failed=1
sha=$(head -c 1002 "$S/invoice-de.pdf" | sha256sum | cut -c1-64)
check 'a file that is never finished becomes a finding' \
	[ "$(sql "select problem || sha256 from intray.drop where name = 'never.pdf'")" = "incomplete$sha" ]
check 'with its bytes in the store' blob_is_right "$sha"
exit "${tap_failed:-0}"
