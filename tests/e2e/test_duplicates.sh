#!/bin/sh
# An invoice is scanned. Somebody scans it again, at another resolution, and one character of
# its number comes out wrong: before a clerk takes it, it says that it may be there already, and
# which paper it is. The next delivery of the same supplier over the same amount is left alone.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
intray() { "$BUILD/intray" --config "$CONF" "$@"; }
number_of() { intray list --json | jq -r ".[] | select(.file == \"$1\").control_number"; }
value_of() { intray show "$1" --json | jq -r ".fields[] | select(.path == \"$2\").value"; }
codes_of() { intray show "$1" --json | jq -r '[.findings[].code] | join(" ")'; }
said_of() { intray show "$1" --json | jq -r ".findings[] | select(.code == \"$2\").text"; }

WORKERS=1
intray_setup
qpdf --qdf --object-streams=disable tests/samples/documents/invoice-en.pdf "$T/plain.pdf"
# NAME DPI SED-SCRIPT: prints the invoice with these changes, and scans the print.
scan() {
	LC_ALL=C sed "$3" "$T/plain.pdf" >"$T/print.pdf"
	pdftoppm -r "$2" -gray -jpeg -singlefile "$T/print.pdf" "$T/$1" 2>/dev/null
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/$1.jpg"
	mv "$T/$1.jpg" "$TRAY/"
}
intray_start || exit 1

scan first 300 ''
intray_wait 1 120
first=$(number_of first.jpg)
check 'the invoice is read' [ "$(value_of "$first" number)" = INV-20881 ]
case " $(codes_of "$first") " in
*' duplicate'*) not_ok 'and is no duplicate of anything' ;;
*) ok 'and is no duplicate of anything' ;;
esac

scan misread 200 's/INV-20881/INV-20831/'
scan letter 240 's/INV-20881/INV-2O88I/'
scan neighbour 300 's/INV-20881/INV-20882/; s/27 January/24 January/'
intray_wait 4 240

for name in misread letter; do
	again=$(number_of $name.jpg)
	echo "# $name: $(value_of "$again" number), $(codes_of "$again")"
	case " $(codes_of "$again") " in
	*' duplicate-suspected '* | *' duplicate '*) ok "the rescan ($name) is noticed" ;;
	*) not_ok "the rescan ($name) is noticed" ;;
	esac
done
again=$(number_of misread.jpg)
check 'its sentence names the paper it repeats' \
	[ "$(said_of "$again" duplicate-suspected | grep -c "$first")" = 1 ]
check 'it waits with that as its reason, before anybody keys' [ "$(sql "select t.reason, count(*)
	from intray.task t join intray.document d on d.id = t.document
	where d.control_number = '$again' and t.account is null group by 1")" = 'duplicate-suspected|1' ]
next=$(number_of neighbour.jpg)
echo "# neighbour: $(value_of "$next" number), $(codes_of "$next")"
case " $(codes_of "$next") " in
*' duplicate'*) not_ok 'the next delivery over the same amount is left alone' ;;
*) ok 'the next delivery over the same amount is left alone' ;;
esac

exit "${tap_failed:-0}"
