#!/bin/sh
# Index files beside scans: they come before their scan or after it, in the encodings people
# have, some rows wrong, some files never sent. What they say counts, what contradicts the
# paper is asked, what is missing is missed.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SAMPLES=tests/samples/documents

WORKERS=2 intray_setup
sed -i "s|^path = $TRAY\$|&\nsidecar = *.csv *.idx\nsidecar_map = @file: Datei, @received: Eingang, @count: Anzahl, number: Belegnummer, order_number: order/id\nsidecar_wait = 1h|" "$CONF"
intray_add_tray acme must
sed -i "s|^path = $T/trays/acme/must\$|&\nsidecar = *.csv\nsidecar_required = yes\nsidecar_wait = 2s|" "$CONF"
intray_start || exit 1

put() { # NAME [TRAY]: standard input becomes a file there, at once
	cat >"$T/made"
	mkdir -p "$(dirname "${2:-$TRAY}/$1")"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/made" "$(dirname "${2:-$TRAY}/$1")"
	mv "$T/made" "${2:-$TRAY}/$1"
}
ubl() { # NUMBER
	sed "0,/<cbc:ID>[^<]*</s//<cbc:ID>$1</" "$SAMPLES/invoice-ubl.xml"
}
paper() { # MARK
	cat "$SAMPLES/invoice-en.pdf"
	echo "% $1"
}
doc() { # NAME: state, day of receipt, findings that stop
	sql "select d.state || ' ' || d.received_on || coalesce((select ' ' || string_agg(distinct f.code,
		' ' order by f.code) from intray.finding f where f.document = d.id and f.severity = 'stop'
			and not f.confirmed), '')
		from intray.document d join intray.drop o on o.id = d.drop
		where convert_from(o.name, 'UTF8') = '$1' order by d.arrived desc limit 1"
}
becomes() { # NAME PATTERN [TRIES]
	for _ in $(seq ${3:-100}); do
		case $(doc "$1") in
		$2) return 0 ;;
		esac
		sleep 0.2
	done
	echo "# $1: $(doc "$1")"
	return 1
}
NUMBER=$(jq -r .fields.number "$SAMPLES/invoice-en.truth.json")

# --- before its scan ---
printf 'Datei;Eingang;Belegnummer\r\ntwo.pdf;03.02.2026;%s\r\n' "$NUMBER" | put before.csv
check 'an index that is first waits for its file' becomes before.csv 'postponed *'
paper two | put two.pdf
intray_wait 2 60
check 'the file that comes then has its day of receipt' becomes two.pdf '* 2026-02-03*'
check 'and its values, which agree with the paper' \
	[ "$(sql "select f.why || ' ' || f.accepted from intray.field f join intray.document d
		on d.id = f.document join intray.drop o on o.id = d.drop
		where convert_from(o.name, 'UTF8') = 'two.pdf' and f.path = 'number'")" = \
		'as its index file says true' ]
check 'then the index has become part of it' becomes before.csv 'merged *'

# --- the paper says something else ---
printf 'Datei,Belegnummer\n"three.pdf",X-999\n' | put three.csv
paper three | put three.pdf
check 'a value that contradicts the paper is asked' becomes three.pdf 'exception *index-differs*'
check 'what was read stays, the other is offered beside it' \
	[ "$(sql "select f.value || ' ' || (f.alternatives -> 0 ->> 'text') from intray.field f
		join intray.document d on d.id = f.document join intray.drop o on o.id = d.drop
		where convert_from(o.name, 'UTF8') = 'three.pdf' and f.path = 'number'")" = "$NUMBER X-999" ]

# --- after its scan ---
ubl L-1 | put done.xml
becomes done.xml 'ready *'
BEFORE=$(doc done.xml)
printf 'Datei;Eingang;Belegnummer\ndone.xml;01.02.2026;L-1\n' | put late.csv
check 'an index for a file that is done says that it is late' becomes late.csv 'exception *index-late*'
check 'and the day of receipt by which it was judged stays' \
	[ "$(doc done.xml)" = "$BEFORE" ]
check 'which the finding says too' [ "$(sql "select count(*) from intray.finding
	where code = 'index-late' and text like '%; the index says 2026-02-01.'")" = 1 ]
ubl L-2 | put counted.xml
becomes counted.xml 'ready *'
printf 'Datei;Anzahl\ncounted.xml;3\n' | put counted.csv
check 'one that counts more than came of a file that is done says so' \
	becomes counted.csv 'exception *batch-short*'
sed '0,/FV-1203/s//FV 1203/; s/<cbc:PayableAmount currencyID="EUR">[^<]*/<cbc:PayableAmount currencyID="EUR">1.00/' \
	"$SAMPLES/invoice-ubl.xml" | put wrong.xml
becomes wrong.xml 'exception *'
printf 'Datei;Eingang\nwrong.xml;2026-01-31\n' | put wrong.csv
check 'one for a file that waits for a person is read with it' becomes wrong.csv 'merged *'
check 'and its day of receipt counts' becomes wrong.xml 'exception 2026-01-31*'

# --- formats and encodings ---
ubl J-1 | put sub/j1.xml
printf '{"items": [{"Datei": "j1.xml", "Eingang": "2026-02-11", "order": {"id": "PO-1"}}]}' |
	put sub/list.idx
check 'JSON, in a subfolder' becomes sub/list.idx 'merged *'
ubl M-1 | put m1.xml
printf '<?xml version="1.0" encoding="ISO-8859-1"?><i><Eingang>2026-02-12</Eingang><x>\344</x></i>' |
	put m1.idx
check 'XML, called like its file, in Latin-1' becomes m1.idx 'merged *'
check 'gives it its day' becomes m1.xml '* 2026-02-12*'
ubl W-1 | put 'grün.xml'
{
	printf '\377\376'
	printf 'Datei\tEingang\r\ngrün.xml\t2026-02-13\r\n' | iconv -f UTF-8 -t UTF-16LE
} | put wide.csv
check 'CSV in UTF-16 with tabs' becomes wide.csv 'merged *'
ubl B-1 | put b1.xml
printf '\357\273\277Datei|Eingang|Anzahl\nb1.xml|2026-02-14|1\n' | put bom.csv
check 'CSV with a mark, and a count that fits' becomes bom.csv 'merged *'
check 'which is its batch' [ "$(sql "select expected || ' ' || (select count(*) from
	intray.batch_documents(b.id)) from intray.batch b where b.name = 'b1.xml'")" = '1 1' ]

# --- what is wrong ---
ubl R-1 | put r1.xml
printf 'Datei;Eingang\nr1.xml;2026-02-15;too;many\nr1.xml;2026-02-16\nr2.xml;someday\n' | put ragged.csv
check 'ragged rows and days that are none are found' becomes ragged.csv 'exception *no-date ragged-row*'
check 'the other rows count' becomes r1.xml '* 2026-02-16*'
printf 'Colour;Shape\nred;round\n' | put other.csv
check 'an index without a column of ours says so' becomes other.csv 'exception *nothing-mapped*'
printf '{"items": [' | put half.idx
check 'half a JSON file says so' becomes half.idx 'exception *unreadable*'

# --- counts ---
printf 'Datei\ns1.xml\ns2.xml\ns3.xml\n' | put short.csv
becomes short.csv 'postponed *'
ubl S-1 | put s1.xml
ubl S-2 | put s2.xml
becomes s1.xml '[er][xe]*'
becomes s2.xml '[er][xe]*'
check 'two of three files: the index waits' becomes short.csv 'postponed *'
sql "update intray.document set until = now() - interval '1 s' where state = 'postponed'"
# The keeper's round, by its own role.
PGPASSWORD=$(cat "$T/state/secrets/intray_keeper") "$PSQL" -X -q -h "$T/run/pg" -U intray_keeper \
	-d intray -c 'select intray.keeper_round()' >/dev/null
check 'and when the time is over, the third is missed' becomes short.csv 'exception *batch-short*'
check 'the finding names it' [ "$(sql "select count(*) from intray.finding
	where code = 'batch-short' and text like '%3 files; 1 have not come: s3.xml.'")" = 1 ]
check 'the batch knows that three were counted' [ "$(sql "select expected || ' ' || (select count(*)
	from intray.batch_documents(b.id)) from intray.batch b where b.name = 'short.csv'")" = '3 2' ]

# --- a tray whose documents must have an index ---
ubl N-1 | put n1.xml "$T/trays/acme/must"
check 'a document whose index never comes says so' becomes n1.xml 'exception *index-missing*'
printf 'file,received\nn1.xml,2026-02-20\n' | put n1.csv "$T/trays/acme/must"
becomes n1.xml '[er][xe]* 2026-02-20*'
intray_wait 1
check 'and when it does come after all, it is read once more' \
	[ "$(doc n1.xml | sed 's/.*index-missing.*/missing/; s/^[a-z]* \(2026-02-20\).*/\1/')" = 2026-02-20 ]

"$BUILD/intray" --config "$CONF" statement --json >"$T/statement"
check 'the statement has the indexes, and balances' \
	[ "$(jq '.balanced and (.trays | map(.indexes) | add) >= 10 and (.trays | map(.files == .documents +
		.duplicates + .quarantined + .containers + .indexes) | all)' "$T/statement")" = true ]
"$BUILD/intray" --config "$CONF" verify >"$T/verify"
check 'everything is accounted for' [ $? = 0 ]
check 'no worker died of it' [ "$(grep -c 'msg="process died\|level=error' "$T/log")" = 0 ]
[ "${tap_failed:-0}" = 0 ] || { tail -20 "$T/verify"; grep 'level=[ew]' "$T/log" | tail -5; } | sed 's/^/# /'
exit "${tap_failed:-0}"
