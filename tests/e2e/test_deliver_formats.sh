#!/bin/sh
# What goes through a folder besides UBL: invoices as tables of headers and lines by a mapping that
# comes along, claims as an X12 interchange, and with both the pages as PDFs, beside the data or by
# a link. The ERP's answers come back, among them files that cannot be answers at all: none of
# those holds up the others.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/e2e/deliver.sh
SAMPLES=tests/samples/documents
psql=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)

WORKERS=1
deliver_setup
mkdir "$T/out837" "$T/pdf"
own "$T/out837" "$T/pdf"
door tables <<END
kind = files
types = invoice
path = $T/out
answers = $T/answers
batch = 3
every = 1h
format = csv
mapping = dynamics-365
pdf = beside
END
door claims <<END
kind = files
types = cms1500
path = $T/out837
answers = $T/answers837
every = 0ms
format = 837p
pdf = link
pdf_path = $T/pdf
pdf_url = https://papers.example.com/acme/
END
intray check-config >"$T/config" 2>&1
check 'a folder that is missing is named' grep -q 'answers837' "$T/config"
mkdir "$T/answers837" && own "$T/answers837"
intray check-config >"$T/config" 2>&1 || cat "$T/config"
intray_start || exit 1
value_in() { sed -n "s|.*\"$2\": \"\([^\"]*\)\".*|\1|p" "$SAMPLES/$1.truth.json" | head -1; }
printf 'number,name,vat_id\nV-7,%s,%s\nV-8,%s,%s\n' 'Suministros Ejemplo S.L.' ESB82364175 \
	"$(value_in factur-x seller/name)" "$(value_in factur-x seller/vat_id)" >"$T/suppliers.csv"
intray supplier import --client acme "$T/suppliers.csv" >"$T/import" 2>&1 || cat "$T/import"

# --- tables ------------------------------------------------------------------------------------
out_has() { [ "$(ls "$T/$1" | wc -l)" -eq "$2" ]; }
for f in claim-red.jpg factur-x.pdf; do
	cp "$SAMPLES/$f" "$T/$f" && own "$T/$f" && mv "$T/$f" "$TRAY/$f"
done
invoices 1 2
check 'three invoices go out as one batch' within 120 out_has out 1
batch=$(ls -d "$T/out"/*)
manifest() { jq -r "$1" "$batch/manifest.json"; }
check 'as headers, lines, and the pages of the one that has any' [ "$(cd "$batch" && ls |
	sed 's/^ACME.*r1/DOC/' | tr '\n' ' ')" = \
	'DOC.pdf SHA256SUMS Vendor_invoice_header.csv Vendor_invoice_line.csv manifest.json ' ]
check 'all hashes are right' sh -c "cd '$batch' && sha256sum --quiet -c SHA256SUMS"
check 'who came without pages has none' [ "$(manifest '[.documents[] | select(.pdf == null)] | length')" = 2 ]
check 'who came as a PDF goes on as it was' [ "$(manifest '[.documents[].pdf.sha256 // empty] | .[0]')" = \
	"$(sha256sum <"$SAMPLES/factur-x.pdf" | cut -c1-64)" ]
column() { # NUMBER FILE: of each row but the headings
	sed 's/^\xef\xbb\xbf//' "$batch/$2" | tr -d '\r' | tail -n +2 | cut -d, -f"$1"
}
check 'the suppliers are who the master says' [ "$(column 3 Vendor_invoice_header.csv |
	sort | tr '\n' ' ')" = 'V-7 V-7 V-8 ' ]
check 'the lines belong to the headers' [ "$(column 1 Vendor_invoice_line.csv | sort -u)" = \
	"$(column 1 Vendor_invoice_header.csv | sort -u)" ]
head -1 "$batch/Vendor_invoice_header.csv" | sed 's/^\xef\xbb\xbf//' | tr -d '\r' | tr ',' '\n' >"$T/heads"
amount=$(grep -n '^IMPORTEDAMOUNT$' "$T/heads" | cut -d: -f1)
check 'their amounts are those of the manifest' [ "$(column "$amount" Vendor_invoice_header.csv |
	awk '{ s += $1 * 100 } END { printf "%.2f", s / 100 }')" = "$(manifest '.sums.EUR')" ]
{
	echo 'control_number;revision;answer;number;amount'
	manifest '.documents[] | "\(.control_number);1;posted;T-\(.control_number);\(.sum)"'
} >"$T/tables.csv"

# --- answers that are none -----------------------------------------------------------------------
# The first by name, so that they would hold up the others.
truncate -s 65M "$T/answers/.big"
mv "$T/answers/.big" "$T/answers/0-big.csv"
echo secret >"$T/answers/.closed"
chmod 000 "$T/answers/.closed"
mv "$T/answers/.closed" "$T/answers/1-closed.json"
touch -d '1 minute ago' "$T/answers/0-big.csv" "$T/answers/1-closed.json"
answer tables.csv <"$T/tables.csv"
check 'what can be read is taken' within 20 answered tables.csv
check 'and the invoices are booked' [ "$(sql "select count(*) from intray.document
	where type = 'invoice' and state = 'posted'")" = 3 ]
check 'what is too big is set aside' answered 0-big.csv
check 'with the reason' grep -q 'it cannot be read: .*larger than' "$T/answers/done/0-big.csv.report.csv"
check 'and so is what we may not read' answered 1-closed.json
check 'both are on record' [ "$(sql "select count(*) from intray.answer_problem
	where problem like 'it cannot be read%'")" = 2 ]
check 'the door is well' [ -z "$(sql "select problem from intray.door where name = 'tables'")" ]
echo '[]' | answer tables.csv
second() { [ -e "$T/answers/done/2-tables.csv.report.csv" ]; }
check 'a second file of a name gets a name of its own' within 20 second
check 'and the first one'\''s report stays' [ "$(grep -c ',taken,' "$T/answers/done/tables.csv.report.csv")" = 3 ]

# --- a claim -------------------------------------------------------------------------------------
claim_is() { [ "$(sql "select state from intray.document where type = 'cms1500'")" = "$1" ]; }
check 'a claim that the masters know nothing of is left out' within 60 claim_is exception
check 'and a person is told what they lack' [ "$(sql "select count(*) from intray.finding
	where code = 'not-deliverable' and text like '%submitter%'")" = 1 ]
sql "insert into intray.company (client, code, name) select id, '01', 'BILLING OFFICE' from intray.client;
	insert into intray.company_id (client, company, scheme, value)
	select c.client, c.id, v.scheme, v.value from intray.company c, (values ('submitter', 'SUB1'),
		('submitter-contact', 'THE DESK'), ('submitter-phone', '503 555 0100'),
		('receiver', 'CLEAR1'), ('receiver-name', 'CLEARING HOUSE')) v(scheme, value);
	insert into intray.payer (client, code, name) select id, 'NMH01', '$(value_in claim-red carrier/name)'
		from intray.client;
	insert into intray.provider (client, npi, name, person, taxonomy)
	select c.id, v.npi, 'EXEMPLAR, ROBIN', v.person, '207Q00000X' from intray.client c,
		(values ('$(value_in claim-red billing/npi)', false), ('$(value_in claim-red rendering_npi)', true))
		v(npi, person);
	select intray.grant_clerk('acme', 'jane', password => 'j', restricted => true)" >/dev/null
jane() { PGPASSWORD=j "$psql" -X -q -A -t -h "$T/run/pg" -U jane -d intray -c "$1" 2>>"$T/said"; }
task=$(jane 'select task, fence from desk.next_task()' | tr '|' ' ')
set -- $task
check 'who turns the page upside down' [ "$(jane "select desk.arrange($1, $2,
	'[[{\"position\": 1, \"rotation\": 180}]]') ->> 'outcome'")" = arranged ]
jane "select desk.submit($1, $2, '{}', (select array_agg(distinct f.code)
	from desk.finding f join desk.queue q using (document) where q.task = $1))" >/dev/null
within 30 claim_is offered
check 'the masters are mended, and the claim goes out' within 20 out_has out837 1
batch=$(ls -d "$T/out837"/*)
edi=$(ls "$batch"/837p-*.edi)
check 'as one interchange and its manifest' [ "$(ls "$batch" | wc -l)" = 3 ]
check 'of its sender, with its payer and its charge' grep -q \
	"\*ZZ\*SUB1 .*NM1\*PR\*2\*$(value_in claim-red carrier/name)\*.*CLM\*$(value_in claim-red patient_account)\*178.5" "$edi"
check 'an address keeps the lines of the form' [ "$(sql "select value from intray.field
	where path = 'billing/address'")" = "$(value_in claim-red billing/address)" ]
check 'so that street and city are told apart' grep -q \
	'N3\*90 EXAMPLE STREET~N4\*BEAVERTON\*OR\*97005' "$edi"
check 'counts and control numbers agree' awk -v RS='~' -F'*' '
	{ n++ } $1 == "ISA" { isa = $14 } $1 == "ST" { from = n }
	$1 == "SE" { ok = $2 == n - from + 1 } $1 == "IEA" { whole = ok && $3 == isa }
	END { exit !whole }' "$edi"
name=$(manifest '.documents[0].pdf.name')
check 'its pages are where the link leads' [ "$(manifest '.documents[0].pdf.link')" = \
	"https://papers.example.com/acme/$name" ]
check 'as they are in the manifest' [ "$(sha256sum <"$T/pdf/$name" | cut -c1-64)" = \
	"$(manifest '.documents[0].pdf.sha256')" ]
check 'and upside down, as the person wanted it' [ "$(qpdf --qdf --object-streams=disable \
	"$T/pdf/$name" - | grep -ao '/Rotate [0-9]*')" = '/Rotate 180' ]
check 'nothing half is left there' [ "$(ls -A "$T/pdf")" = "$name" ]
manifest '.documents | map({document, revision, answer: "posted", number: "C-1", amount: .sum})' \
	>"$T/answers837/.a"
touch -d '1 minute ago' "$T/answers837/.a" && own "$T/answers837/.a"
mv "$T/answers837/.a" "$T/answers837/a.json"
check 'the payer'\''s system answers, and the claim is posted' within 20 claim_is posted
intray deliver statement >"$T/statement"
check 'the statement balances' [ $? -eq 0 ]
[ "${tap_failed:-0}" = 0 ] || { cat "$T/statement" "$T/said"; state_counts
	ls -R "$T/out" "$T/out837" "$T/pdf" "$T/answers"; sql "select d.control_number, d.state, d.reason, f.code,
	f.text from intray.document d left join intray.finding f on f.document = d.id order by 1"
	grep -v level=info "$T/log" | tail -20; } | sed 's/^/# /'
exit "${tap_failed:-0}"
