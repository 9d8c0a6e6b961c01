#!/bin/sh
# The demo, on three files of a user's own: it shows a result, an exception with its reason
# and a file that is no document, and leaves nothing behind.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
dir=$(mktemp -d /tmp/intray-demo-test.XXXXXX)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/docs/more"
cp tests/samples/documents/invoice-ubl.xml "$dir/docs/more/"
cp tests/samples/documents/invoice-wrong-total.pdf "$dir/docs/"
: >"$dir/docs/empty.pdf"
echo '{}' >"$dir/docs/x.truth.json"
chmod -R a+rX "$dir"

DOCS=$dir/docs TMPDIR=$dir sh tests/samples/demo.sh >"$dir/out" 2>"$dir/err"
status=$?
shows() { grep -q -- "$1" "$dir/out" || { sed 's/^/# /' "$dir/out" "$dir/err"; return 1; }; }

check 'the demo ends well' [ $status -eq 0 ]
check 'it drops the documents of DOCS and nothing that lies beside them' shows 'Dropped 3 files'
check 'it shows a result the ERP can fetch' \
	shows 'invoice-ubl.xml.*invoice Suministros Ejemplo S.L. FV-1203/26 *458.11'
check 'it shows an exception with a reason' \
	shows 'invoice-wrong-total.pdf invoice [A-Z][a-z]'
check 'it shows a file that is no document, and why' shows 'quarantined.*empty'
check 'it says where clerks work and how to sign in' \
	shows 'http://127.0.0.1:[0-9]*/ .*user: demo *password: [a-z0-9-]*'
place=$(sed -n 's/^.*PostgreSQL in \([^ ]*\) \.\.\. up.*/\1/p' "$dir/out")
gone() { [ -n "$place" ] && [ ! -e "$place" ] && ! pgrep -f -- "$place" >/dev/null; }
check 'nothing of it is left' gone

[ -z "${tap_failed:-}" ]
