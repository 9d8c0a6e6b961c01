#!/bin/sh
# What the formats make of the labelled documents, judged by others: every UBL by xmllint against
# the official XSD, the claims' interchange by an awk script that knows only X12. The values are
# compared by tests/unit/test_render_ubl.c and test_render_837p.c. Needs ../shared; BUILD=build.
set -u
cd "$(dirname "$0")/../.."
BUILD=${BUILD:-build}
DATA=${DATA:-../shared/data}
UBL=$DATA/xsd/ubl-2.1/maindoc
[ -d "$DATA/cms1500" ] || { echo "skipped: there are no labelled documents in $DATA"; exit 0; }
command -v xmllint >/dev/null || sh tests/deps.sh libxml2-utils || exit 1
T=$(mktemp -d /tmp/intray-render.XXXXXX)
trap 'rm -rf "$T"' EXIT
failed=0

echo "UBL: labelled, written, left out for what they lack, valid by the official XSD"
for folder in invoices-digital invoices-scan invoice2data einvoice-xml invoices-einvoice; do
	mkdir "$T/$folder"
	grep -l '"type": "invoice"' "$DATA/$folder"/*.truth.json >"$T/list"
	xargs "$BUILD/intray" render --format ubl --out "$T/$folder" <"$T/list" 2>"$T/notes"
	valid=0
	for f in "$T/$folder"/*.xml; do
		kind=Invoice
		grep -q '<CreditNote ' "$f" && kind=CreditNote
		if xmllint --noout --nonet --schema "$UBL/UBL-$kind-2.1.xsd" "$f" 2>"$T/why"; then
			valid=$((valid + 1))
		else
			sed 's/^/# /' "$T/why" | head -3
		fi
	done
	written=$(ls "$T/$folder" | wc -l)
	printf '  %-18s %4d %4d %4d %4d\n' "$folder" "$(wc -l <"$T/list")" "$written" \
		"$(grep -c ': left out: ' "$T/notes")" "$valid"
	[ "$valid" -eq "$written" ] || failed=1
done

# Masters that know whom the claims name, and nothing else that stands on them.
values_of() { sed -n "s|.*\"$1\": \"\\([^\"]*\\)\".*|\\1|p" "$DATA"/cms1500/*.truth.json | sort -u; }
{
	printf '[exchange]\ninterchange = 42\n[submitter]\nname = BILLING\nid = S1\ncontact = DESK\n'
	printf 'phone = 5551234567\n[receiver]\nname = CLEARING\nid = R1\n'
	{ values_of carrier/name; values_of other_insured/plan; } | sort -u | while read -r name; do
		printf '[payer %s]\nid = P1\n' "$name"
	done
	values_of billing/npi | while read -r npi; do
		printf '[provider %s]\nperson = yes\ntaxonomy = 207Q00000X\n' "$npi"
	done
	{ values_of billing/npi; values_of billing/npi; values_of rendering_npi; } | sort | uniq -u |
		while read -r npi; do
			printf '[provider %s]\nperson = yes\nname = DOE, JO\n' "$npi"
		done
} >"$T/exchange.conf"
"$BUILD/intray" render --format 837p --exchange "$T/exchange.conf" --out "$T" \
	"$DATA"/cms1500/*.truth.json 2>"$T/notes"
echo "837P: labelled claims, left out for what they lack, and what X12 counts"
printf '  %-18s %4d %4d  ' cms1500 "$(ls "$DATA"/cms1500/*.truth.json | wc -l)" \
	"$(grep -c ': left out: ' "$T/notes")"
awk -v RS='~' -F'*' '
	function wrong(what) { bad++; printf "# %s\n", what }
	{ n++ }
	$1 == "ISA" { isa = $14 }
	$1 == "GS" { groups++; gs = $7 }
	$1 == "ST" { transactions++; st = $3; from = n }
	$1 == "HL" { if ($2 != ++hl) wrong("hierarchy " $2) }
	$1 == "CLM" { claims++; charged[claims] = $3; lines = 0 }
	$1 == "LX" { if ($2 != ++lines) wrong("line " $2) }
	$1 == "SV1" { sum[claims] += $3 }
	$1 == "SE" { if ($2 != n - from + 1 || $3 != st) wrong("SE") ; hl = 0 }
	$1 == "GE" { if ($2 != transactions || $3 != gs) wrong("GE") }
	$1 == "IEA" { if ($2 != groups || $3 != isa) wrong("IEA") }
	END {
		for (c in charged) if (sprintf("%.2f", sum[c]) != sprintf("%.2f", charged[c])) off++
		printf "%d claims in %d transaction(s), control number %s, %d counts wrong, %d sums of lines off\n",
			claims, transactions, isa, bad, off
		exit bad + off > 0
	}' "$T"/837p-*.edi || failed=1
exit $failed
