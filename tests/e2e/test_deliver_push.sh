#!/bin/sh
# Invoices are pushed to an ERP over HTTPS, which drops the line after booking, answers with a
# proxy's page, refuses, hangs (also amid its answer), has a wrong certificate and is down for a day. In the end each
# is booked once, with the bytes that were offered, only wrong data went back to people, and
# the statement balances to the cent. Then the same through a command.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/e2e/deliver.sh
SERVER=$BUILD/tests/e2e/erp_server

erp_start() { # CERTIFICATE-NAME
	"$SERVER" "$T/port" "$T/book" "$T/$1.pem" "$T/$1.key" "$T/moods" &
	ERP=$!
	within 10 test -s "$T/port"
}
erp_stop() { [ -n "${ERP:-}" ] && kill "$ERP" 2>/dev/null && wait "$ERP" 2>/dev/null; ERP=; }
certificate() { # NAME HOST: signed by itself
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/$1.key" -out "$T/$1.pem" -days 30 \
		-subj "/CN=$2" -addext "subjectAltName=DNS:$2" 2>/dev/null
}
moods() { echo "$*" >"$T/moods"; }
a_day_later() { sql "update intray.delivery set not_before = now() where state = 'open';
	update intray.door set closed_until = null" && intray deliver retry acme/sap >/dev/null; }
trouble() { sql "select coalesce(problem, '') from intray.door where name = '$1'"; }
keys_are() { # BOOK N: so many lines, each of its own key
	[ "$(wc -l <"$1")" -eq "$2" ] && [ "$(cut -d' ' -f1 "$1" | sort -u | wc -l)" -eq "$2" ]
}
people() { sql "select count(*) from intray.task where state = 'open'"; }
posted_are() { [ "$(sql "select count(*) from intray.document where state = 'posted'")" = "$1" ]; }
settle() { # N: until so many are posted, a day passing whenever the ERP was not well
	for _ in $(seq 40); do
		posted_are "$1" && return 0
		a_day_later
		sleep 0.3
	done
	return 1
}

WORKERS=1
deliver_setup
certificate erp localhost
certificate thief localhost
: >"$T/moods"
erp_start erp || exit 1
trap 'erp_stop; intray_cleanup' EXIT
door sap <<END
kind = https
url = https://localhost:$(cat "$T/port")/documents
authority = $T/erp.pem
format = ubl
timeout = 2s
pdf = link
pdf_path = $T/pdf
pdf_url = https://papers.example.com/
END
mkdir "$T/pdf" && own "$T/pdf"
chmod 644 "$T"/*.pem
erp_stop

# --- down for a day ----------------------------------------------------------------------
intray_start || exit 1
invoices 1 5
tried() { [ -n "$(trouble sap)" ]; }
check 'an ERP that is down is the door'\''s trouble' within 20 tried
a_day_later
check 'a day later, too' within 20 tried
check 'nobody is bothered' [ "$(people)" -eq 0 ]
check 'no document has moved back' [ "$(sql "select count(*) from intray.event
	where to_state in ('refused', 'exception')")" -eq 0 ]
erp_start thief
a_day_later
certificate_is_wrong() { trouble sap | grep -qi 'certificate'; }
check 'somebody with another certificate gets nothing' within 20 certificate_is_wrong
check 'nothing is booked there' [ ! -s "$T/book" ]
erp_stop
moods deaf proxy busy nonsense hang half chatty
erp_start erp
check 'when it is back, all go out, whatever it answers' settle 3
check 'two are acknowledged: they were booked, say answers that were none' \
	is state_counts 'acknowledged 2, posted 3'
check 'an answer without an end is put on record, once' [ "$(sql "select count(*)
	from intray.answer_problem where problem like '%longer than 64 KB%'")" = 1 ]
check 'each is booked once' keys_are "$T/book" 5
check 'under the bytes that were offered' [ "$(sort "$T/book" | while read -r k n h; do
	sql "select 1 from intray.delivery_file where document = '${k%:*}' and sha256 = '$h'"
	done | wc -l)" -eq 5 ]
check 'and still nobody is bothered' [ "$(people)" -eq 0 ]

# --- refusals ------------------------------------------------------------------------------
moods data locked later
sql "update intray.delivery set not_before = now()"
invoices 6 8
settled() { [ "$(state_counts)" = 'acknowledged 3, exception 1, posted 4' ]; }
for _ in $(seq 40); do settled && break; a_day_later; sleep 0.3; done
check 'wrong data go back, a lock is waited out, 202 is an acknowledgement' settled
check 'with the ERP'\''s words' [ "$(sql "select text from intray.finding
	where code = 'erp-refused'")" = 'The ERP refused it: no cost centre' ]
# The number of what was only acknowledged comes by SQL.
sql "select intray.grant_erp('acme', 'acme_erp', password => 'e')" >/dev/null
psql=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)
erp_sql() { PGPASSWORD=e "$psql" -X -q -A -t -h "$T/run/pg" -U acme_erp -d intray -c "$1"; }
for d in $(sql "select id from intray.document where state = 'acknowledged'"); do
	erp_sql "select erp.post('$d', 1, 'LATE-$(echo "$d" | cut -c1-8)')" >/dev/null
done
check 'late numbers by SQL are taken' posted_are 7

# --- a correction that must be reversed --------------------------------------------------
one=$(sql "select control_number from intray.document where state = 'posted' limit 1")
intray deliver correct "$one" --reason 'other account' >/dev/null
sql "select intray.grant_clerk('acme', 'jane', password => 'j')" >/dev/null
moods reverse
submit() { # CONTROL-NUMBER: a clerk finds nothing to correct in it
	PGPASSWORD=j "$psql" -X -q -A -t -h "$T/run/pg" -U jane -d intray -c "select desk.submit(
		n.task, n.fence, '{}', array['correction']) from desk.next_task(array(select task
		from desk.queue where control_number <> '$1')) n" >>"$T/said" 2>&1
}
submit "$one"
again_ready() { [ "$(sql "select revision from intray.document
	where control_number = '$one'")" = 2 ]; }
within 20 again_ready
for _ in $(seq 40); do posted_are 7 && again_ready && break; a_day_later; sleep 0.3; done
check 'the correction is booked as the second revision' again_ready
check 'after a reversal, since the ERP wanted one' [ "$(sql "select v.state || ' ' || v.reverse ||
	' ' || v.replaces from intray.delivery v join intray.document d on d.id = v.document
	and v.revision = 2 where d.control_number = '$one'")" = 'posted true 1' ]

# --- with its pages ------------------------------------------------------------------------
cp tests/samples/documents/factur-x.pdf "$T/paper.pdf" && own "$T/paper.pdf"
mv "$T/paper.pdf" "$TRAY/"
check 'what has pages is pushed, too' within 60 posted_are 8
paper=$(sql "select control_number from intray.document where format = 'pdf'")
check 'with a link to them' grep -q " https://papers.example.com/$paper.r1.pdf\$" "$T/book"
check 'that leads to the paper as it came' cmp -s "$T/pdf/$paper.r1.pdf" tests/samples/documents/factur-x.pdf

# --- by a command --------------------------------------------------------------------------
cat >"$T/to-erp" <<'END'
#!/bin/sh
# Books its standard input under INTRAY_KEY; the first word of the moods is its exit status.
dir=$(dirname "$0")
read -r mood rest <"$dir/moods" || mood=0
echo "$rest" >"$dir/moods"
case ${mood:-0} in
0) ;;
crash) kill -9 $$ ;;
*) echo "as told"; exit "$mood" ;;
esac
echo "$INTRAY_ACTION $INTRAY_PDF" >>"$dir/papers"
grep -q "^$INTRAY_KEY " "$dir/book2" || {
	[ "$(sha256sum | cut -c1-64)" = "$INTRAY_SHA256" ] || exit 10
	echo "$INTRAY_KEY C-$(wc -l <"$dir/book2")" >>"$dir/book2"
}
echo "posted $(sed -n "s/^$INTRAY_KEY //p" "$dir/book2")"
END
chmod 755 "$T/to-erp"
: >"$T/book2"
: >"$T/papers"
moods 10 crash 0 77 12
own "$T/book2" "$T/moods" "$T/to-erp" "$T/papers"
intray_stop
sed -i '/^\[door/,$d' "$CONF"
door sap <<END
kind = command
command = $T/to-erp
format = json
timeout = 5s
pdf = link
pdf_path = $T/pdf
END
intray_start || exit 1
invoices 9 11
commands_done() { [ "$(sql "select count(*) from intray.document
	where state in ('posted', 'duplicate')")" = 11 ]; }
for _ in $(seq 60); do commands_done && break; a_day_later; sleep 0.3; done
check 'a command that fails, crashes and refuses' commands_done
check 'booked what it took, once each' keys_are "$T/book2" 2
check 'the one it has already is a duplicate' [ "$(sql "select count(*) from intray.document
	where state = 'duplicate'")" -eq 1 ]

intray deliver correct "$paper" --reason 'other account' >/dev/null
submit "$paper"
told() { grep -q "correct $T/pdf/$paper.r2.pdf" "$T/papers"; }
check 'a command is told where the pages are' within 30 told
check 'and books the correction' within 30 commands_done

intray deliver statement >"$T/statement"
check 'the statement balances' [ $? -eq 0 ]
check 'posted to the cent' [ "$(statement_sum posted_sum)" = \
	"$(sql "select sum(sum) from intray.delivery where state = 'posted'")" ]
check 'nobody was asked but for wrong data' [ "$(sql "select string_agg(distinct reason, ' ')
	from intray.task where state = 'open'")" = erp-refused ]

# --- one that hangs for an hour ------------------------------------------------------------
booked=$(wc -l <"$T/book")
intray_stop
sed -i '/^\[door/,$d' "$CONF"
intray_add_tray beta in
mkdir "$T/beta" && own "$T/beta"
printf '\n[door beta/files]\nkind = files\nformat = json\npath = %s\nbatch = 1\n' "$T/beta" >>"$CONF"
door sap <<END
kind = https
url = https://localhost:$(cat "$T/port")/documents
authority = $T/erp.pem
format = ubl
timeout = 1h
END
moods half
intray_start || exit 1
invoices 12 12
half_said() { [ "$(wc -l <"$T/book")" -eq $((booked + 1)) ]; }
check 'an ERP begins to answer and says no more' within 30 half_said
TRAY=$T/trays/beta/in invoices 13 13
other_went() { ls "$T"/beta/*/manifest.json >/dev/null 2>&1; }
check 'it holds up no other door' within 30 other_went
still_open() { [ "$(sql "select v.state from intray.delivery v join intray.field f on f.document = v.document
	and f.path = 'number' and f.value = 'F-12'")" = "$1" ]; }
check 'what it has not answered is open' still_open open
intray_stop
check 'nor does it hold up a stop' [ -z "$(pgrep -f "intrayd --config $CONF" || :)" ]
sed -i 's/^timeout = 1h/timeout = 2s/' "$CONF"
intray_start || exit 1
its_turn() { a_day_later; still_open posted; }
check 'asked again it has the document once' within 30 its_turn
check 'under one key' half_said

[ "${tap_failed:-0}" = 0 ] || { cat "$T/statement" "$T/said" "$T/book" "$T/book2"; state_counts
	sql "select control_number, state, cause, reason, revision from intray.document order by 1"
	grep 'proc=deliver' "$T/log" | tail -30; } | sed 's/^/# /'
exit "${tap_failed:-0}"
