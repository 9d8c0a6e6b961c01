#!/bin/sh
# The hand-over is killed at each of its steps: kill -9 as a door's process enters the Nth call
# of a kind, with a new document waiting each time; first at a door of files, then at one that
# pushes over HTTPS. An undisturbed one then finishes. The ERP has booked each document once,
# with the bytes that were offered, no folder was ever half, and the statement balances.
#
#   POINTS="call:N ..."   where to kill
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
. tests/e2e/deliver.sh
needs_kills 'the hand-over is killed at each step'
# sendto and recvfrom: the database; the others: the folder, or the ERP's line.
FILES=${POINTS:-sendto:20 sendto:21 sendto:22 sendto:23 mkdirat:1 write:1 write:2 fsync:1 fsync:3
	fsync:4 renameat2:1 fsync:5 sendto:24 recvfrom:40}
PUSH=${POINTS:-sendto:20 sendto:21 connect:2 write:1 sendto:22 sendto:23 recvfrom:44}

deliver() { # [WRAPPER...]
	"$@" "$BUILD/intrayd" --process deliver --config "$FCONF" >>"$T/deliver.log" 2>&1 &
	DELIVER=$!
}
deliver_kill() {
	kill -KILL $(intray_tree "$DELIVER") 2>/dev/null
	wait "$DELIVER" 2>/dev/null
}
install_doors() { "$BUILD/intrayd" --process migrate --config "$FCONF" >>"$T/log" 2>&1; }
let_go() { # NUMBER: that offer may leave now
	sql "update intray.delivery v set not_before = now() from intray.field f
		where f.document = v.document and f.path = 'number' and f.value = 'F-$1'"
}
killed_or_done() {
	was_killed || [ "$(sql "select count(*) from intray.delivery where state = 'open'
			and not_before <= now() and handed is null")" = 0 ]
}
kill_at_points() { # FIRST-NUMBER POINT...
	i=$1 kills=0
	shift
	for point; do
		let_go "$i"
		killing "$point" deliver
		wait_for 20 killed_or_done
		# What it is just doing is the point, not that it could be fast enough.
		wait_for 1 was_killed && kills=$((kills + 1))
		deliver_kill
		[ -z "$(find "$T/out" -mindepth 1 -maxdepth 1 ! -name '.*' ! -exec test -e \
			'{}/SHA256SUMS' \; -print)" ] || not_ok "a half folder at $point"
		i=$((i + 1))
	done
	echo "# killed $kills times at $# points"
}

WORKERS=1
deliver_setup
trap 'deliver_kill; [ -n "${ERP:-}" ] && kill "$ERP"; intray_cleanup' EXIT
FCONF=$T/doors.conf
intray_start || exit 1
set -- $FILES
n_files=$#
set -- $PUSH
n_all=$((n_files + $#))
# Without a door they wait for SQL; none may go before its turn.
invoices 1 $n_all
within 60 is "sql \"select count(*) from intray.delivery where state = 'open'\"" $n_all
sql "update intray.delivery set not_before = 'infinity'"

# --- files -----------------------------------------------------------------------------
cp "$CONF" "$FCONF"
cat >>"$FCONF" <<END

[door acme/sap]
kind = files
path = $T/out
format = ubl
batch = 1
every = 0ms
END
install_doors
kill_at_points 1 $FILES
check 'most points were reached' [ "$kills" -ge $((n_files * 2 / 3)) ]
deliver
all_written() { [ "$(sql "select count(*) from intray.delivery where handed is not null")" \
	-ge "$n_files" ] && [ "$(sql "select count(*) from intray.delivery_batch
	where written is null")" = 0 ]; }
check 'an undisturbed one writes what the killed ones began' wait_for 30 all_written
deliver_kill
for f in "$T/out"/*; do erp_take "$f" || not_ok "the hashes of $f"; done
has_each_once() { [ "$(wc -l <"$T/book")" -eq "$n_files" ] && booked_once; }
check 'the ERP has each once' has_each_once
check 'nothing half is left' [ -z "$(find "$T/out" -mindepth 1 -name '.*')" ]
check 'every batch was written once' [ "$(sql "select count(*) from intray.delivery_batch")" \
	-eq "$n_files" ]
sql "select intray.grant_erp('acme', 'acme_erp', password => 'e')" >/dev/null
psql=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)
while read -r doc rev control number sum; do
	PGPASSWORD=e "$psql" -X -q -h "$T/run/pg" -U acme_erp -d intray \
		-c "select erp.post('$doc', $rev, '$number', $sum)" >/dev/null
done <"$T/book"

# --- pushed ----------------------------------------------------------------------------
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$T/erp.key" -out "$T/erp.pem" -days 30 \
	-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
: >"$T/book2"
"$BUILD/tests/e2e/erp_server" "$T/port" "$T/book2" "$T/erp.pem" "$T/erp.key" &
ERP=$!
wait_for 10 test -s "$T/port"
cp "$CONF" "$FCONF"
cat >>"$FCONF" <<END

[door acme/push]
kind = https
url = https://localhost:$(cat "$T/port")/
authority = $T/erp.pem
format = ubl
END
chmod 644 "$T/erp.pem"
install_doors
kill_at_points $((n_files + 1)) $PUSH
check 'most points of pushing were reached' [ "$kills" -ge $(($# * 2 / 3)) ]
deliver
all_posted() { [ "$(sql "select count(*) from intray.document where state = 'posted'")" = $n_all ]; }
check 'an undisturbed one pushes the rest' wait_for 30 all_posted
check 'the ERP has booked each once' [ "$(cut -d' ' -f1 "$T/book2" | sort -u | wc -l) $(wc -l \
	<"$T/book2")" = "$# $#" ]
check 'under the numbers that it gave' [ "$(sort "$T/book2" | while read -r k n h; do
	sql "select 1 from intray.delivery where document = '${k%:*}' and number = '$n'"
	done | wc -l)" -eq $# ]
check 'nobody was bothered' [ "$(sql 'select count(*) from intray.task')" = 0 ]
intray deliver statement >"$T/statement"
check 'the statement balances' [ $? -eq 0 ]
check 'to the cent' [ "$(statement_sum posted_sum)" = "$(sql 'select sum(sum)
	from intray.delivery')" ]
[ "${tap_failed:-0}" = 0 ] || { cat "$T/statement" "$T/book" "$T/book2"; tail -30 "$T/deliver.log"; } | sed 's/^/# /'
exit "${tap_failed:-0}"
