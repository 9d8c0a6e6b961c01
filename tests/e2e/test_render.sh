#!/bin/sh
# Documents as the ERP would get them: an invoice that came as XML as UBL, CSV and JSON, a
# scan as a PDF whose words can be found, a PDF as it came, and a claim as 837P with what the
# masters know. Other people's programs look at what came out.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SAMPLES=tests/samples/documents

WORKERS=2 intray_setup
mkdir -p "$T/out"
chmod 777 "$T/out"
intray_start || exit 1
qpdf --empty --pages "$SAMPLES/invoice-en.pdf" "$SAMPLES/reminder-de.pdf" -- "$T/two.pdf"
for f in invoice-ubl.xml invoice-en.pdf scan-invoice-en.jpg claim-red.jpg two.pdf; do
	[ -e "$T/$f" ] || cp "$SAMPLES/$f" "$T/$f"
	cp "$T/$f" "$T/sent-$f" && [ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/$f"
	mv "$T/$f" "$TRAY/$f"
done
intray_wait 5 240 || exit 1

number_of() { # the control number of a file's document
	sql "select d.control_number from intray.document d join intray.drop o on o.id = d.drop
		where convert_from(o.name, 'UTF8') = '$1' limit 1"
}
render() { as_intray "$BUILD/intray" render --config "$CONF" "$@"; }
as_intray() {
	if [ "$(id -u)" -eq 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups "$@"; else "$@"; fi
}

invoice=$(number_of invoice-ubl.xml) born_digital=$(number_of invoice-en.pdf)
scan=$(number_of scan-invoice-en.jpg) claim=$(number_of claim-red.jpg)
value_in() { sed -n "s|.*\"$2\": \"\([^\"]*\)\".*|\1|p" "$SAMPLES/$1.truth.json" | head -1; }

# --- an invoice that came as XML ---
render --format ubl "$invoice" >"$T/ubl" 2>"$T/notes"
check 'an invoice becomes UBL with its number and amount' \
	grep -q "<cbc:ID>$(value_in invoice-ubl number)</cbc:ID>" "$T/ubl"
check 'the UBL has the amount due' \
	grep -q "<cbc:PayableAmount currencyID=.*>$(value_in invoice-ubl amount_due)<" "$T/ubl"
render --format json --evidence "$invoice" >"$T/json"
check 'JSON names the document and where its values come from' \
	grep -q "\"control_number\":\"$invoice\".*\"source\":\"xml\"" "$T/json"

sql "insert into intray.supplier (client, name, number) select id, 'Known', 'V-7' from intray.client;
	update intray.document_match set supplier = (select id from intray.supplier where number = 'V-7'),
		state = 'sure';
	insert into intray.document_match (document, client, supplier, state)
	select d.id, d.client, (select id from intray.supplier where number = 'V-7'), 'sure'
	from intray.document d on conflict do nothing;
	insert into intray.tax_map (client, supplier, rate, tax_code)
	select client, id, v.rate, v.code from intray.supplier, (values (null, 'ANY'), (19, 'V19'))
		v(rate, code) where number = 'V-7'"
render --format csv --mapping daemon/deliver/mappings/oracle-payables.map --out "$T/out" "$invoice"
check 'CSV has headers and lines, and the supplier as the master calls it' \
	grep -q ',V-7,' "$T/out/AP_INVOICES_INTERFACE.csv"
check 'each line has the tax code that says most of its rate' \
	grep -Eq '^1,1,ITEM,.*,(V19|ANY),' "$T/out/AP_INVOICE_LINES_INTERFACE.csv"
check 'an installed mapping is called by its name' \
	render --format csv --mapping oracle-payables --out "$T/out" "$invoice"
if render --format csv --mapping daemon/deliver/mappings/README.md "$invoice" 2>"$T/err"; then
	not_ok 'a mapping that is none is refused with its line'
else
	check 'a mapping that is none is refused with its line' grep -q 'README.md:3' "$T/err"
fi

# --- paper ---
render --format pdf "$scan" >"$T/scan.pdf"
check 'the words of a scan can be found in its PDF' \
	sh -c "pdftotext '$T/scan.pdf' - | grep -q '$(value_in scan-invoice-en number)'"
check 'the PDF of a scan is sound' sh -c "qpdf --check '$T/scan.pdf' >/dev/null"
render --format pdf "$born_digital" >"$T/born.pdf"
check 'a PDF with text of its own goes out as it came in' \
	cmp -s "$T/born.pdf" "$SAMPLES/invoice-en.pdf"

two=$(number_of two.pdf)
pages_are() { sql "update intray.document_page p set $1 from intray.document d
	where d.id = p.document and d.control_number = '$two'"; }
render --format pdf "$two" >"$T/two.out"
check 'a PDF of two pages goes out as it came in' cmp -s "$T/two.out" "$T/sent-two.pdf"
pages_are 'rotation = case p.position when 1 then 90 else 0 end'
render --format pdf "$two" >"$T/two.out"
check 'a page that a person has turned is turned' [ "$(qpdf --qdf --object-streams=disable "$T/two.out" - |
	grep -ao '/Rotate [0-9]*' | tr '\n' ' ')" = '/Rotate 90 /Rotate 0 ' ]
check 'its words are found all the same' \
	sh -c "pdftotext '$T/two.out' - | grep -q '$(value_in invoice-en number)'"
pages_are 'rotation = 0, dropped = p.position = 2'
render --format pdf "$two" >"$T/two.out"
check 'a page that a person has taken out is not there' \
	[ "$(pdfinfo "$T/two.out" | sed -n 's/^Pages: *//p')" = 1 ]
check 'nor its words' sh -c "! pdftotext '$T/two.out' - | grep -q Zahlungserinnerung"

# --- a claim ---
render --format 837p "$claim" >"$T/edi" 2>"$T/notes"
check 'a claim without masters is left out' [ ! -s "$T/edi" ]
check 'what the file lacks is named' grep -q "submitter's id, which is not in the master" "$T/notes"
sql "insert into intray.company (client, code, name) select id, '01', 'BILLING OFFICE' from intray.client;
	insert into intray.company_id (client, company, scheme, value)
	select c.client, c.id, v.scheme, v.value from intray.company c, (values ('submitter', 'SUB1'),
		('submitter-contact', 'THE DESK'), ('submitter-phone', '503 555 0100'),
		('receiver', 'CLEAR1'), ('receiver-name', 'CLEARING HOUSE'), ('usage', 'P')) v(scheme, value);
	insert into intray.payer (client, code, name)
	select id, 'NMH01', 'NORTHFIELD' from intray.client;
	insert into intray.payer_alias (client, payer, alias) select client, id,
		'$(value_in claim-red carrier/name)' from intray.payer"
render --format 837p "$claim" >"$T/edi" 2>"$T/notes"
check 'what the claim lacks in the masters is named' \
	grep -q 'taxonomy code, which is not in the master' "$T/notes"
sql "insert into intray.provider (client, npi, name, person, taxonomy)
	select distinct on (f.value) f.client, f.value, 'EXEMPLAR, ROBIN', f.path <> 'billing/npi', '207Q00000X'
	from intray.field f where f.path in ('billing/npi', 'lines/rendering_npi')
	order by f.value, f.path"
render --format 837p "$claim" >"$T/edi" 2>"$T/notes"
sed 's/^/# /' "$T/notes"
check 'a claim becomes an interchange of its sender' \
	grep -q '^ISA\*00\*          \*00\*          \*ZZ\*SUB1           \*ZZ\*CLEAR1         \*' "$T/edi"
check 'the payer is found by the name that the claim prints' \
	grep -q 'NM1\*PR\*2\*NORTHFIELD\*\*\*\*\*PI\*NMH01~' "$T/edi"
check 'patient, charge and diagnosis are those of the claim' \
	grep -q "CLM\*$(value_in claim-red patient_account)\*$(value_in claim-red total_charge)\*.*HI\*ABK:S52501A" "$T/edi"
check 'control numbers and counts agree' awk -v RS='~' -F'*' '
	{ n++ } $1 == "ISA" { isa = $14 } $1 == "ST" { from = n }
	$1 == "SE" { ok = $2 == n - from + 1 } $1 == "IEA" { whole = ok && $3 == isa }
	END { exit !whole }' "$T/edi"

# --- mistakes ---
if render --format tiff "$invoice" 2>"$T/err"; then not_ok 'a format that is none is refused'; else
	check 'a format that is none is refused' grep -q 'ubl, csv, json, 837p or pdf' "$T/err"
fi
if render --format ubl NO-SUCH-1 2>"$T/err"; then not_ok 'an unknown document is refused'; else
	check 'an unknown document is refused' grep -q 'NO-SUCH-1' "$T/err"
fi
render --format 837p "$invoice" >"$T/edi" 2>"$T/notes"
check 'nor an invoice a claim, and nothing else is said of it' [ "$(wc -l <"$T/notes")" = 1 ]
check 'a claim is no invoice' sh -c \
	"'$BUILD/intray' render --config '$CONF' --format ubl $claim 2>&1 | grep -q 'left out'"
exit "${tap_failed:-0}"
