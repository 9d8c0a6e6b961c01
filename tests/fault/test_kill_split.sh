#!/bin/sh
# A worker is killed while it takes a mail apart: kill -9 of it, its launcher or a reader as
# it enters the Nth call of a kind, with a new mail of three invoices waiting each time. One
# undisturbed worker then finishes what the killed ones began: every mail is split once, into
# its three invoices, each with its bytes, none twice.
#
#   POINTS="call:N ..."   where to kill
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
needs_kills 'a worker is killed while it takes a mail apart'
# sendto: what it says to the database; fsync and renameat: parts on their way into the store;
# sendmsg, recvmsg: orders to the launcher and the reader's answers; write: parts as they come.
POINTS=${POINTS:-fsync:1 fsync:2 fsync:3 fsync:5 fsync:6 renameat:1 renameat:2 renameat:3
	sendto:9 sendto:10 sendto:11 sendto:12 sendto:13 sendto:14 sendmsg:3 sendmsg:5 sendmsg:7
	recvmsg:3 write:2 write:4}

mail() { # NUMBER
	{
		printf 'From: billing@sender.example\nSubject: Delivery %d\nMIME-Version: 1.0\n' "$1"
		printf 'Date: Mon, 2 Mar 2026 08:00:00 +0000\n'
		printf 'Content-Type: multipart/mixed; boundary=b\n\n--b\n\nThree invoices.\n'
		for part in 1 2 3; do
			printf -- '--b\nContent-Type: application/xml; name=%d.xml\n' $part
			printf 'Content-Transfer-Encoding: base64\n\n'
			sed "0,/<cbc:ID>[^<]*</s//<cbc:ID>K-$1-$part</" \
				tests/samples/documents/invoice-ubl.xml | base64
		done
		printf -- '--b--\n'
	} >"$T/made"
	give "$T/made"
	mv "$T/made" "$TRAY/$(printf %03d "$1").eml"
}

fault_setup
trap fault_end EXIT
fault_start || exit 1
intake_start

i=0 kills=0
for point in $POINTS; do
	i=$((i + 1))
	mail $i
	taken_all 30 || exit 1
	killing "$point" worker_start
	wait_for 30 worker_killed_or_done
	was_killed && kills=$((kills + 1))
	worker_kill
done
echo "# killed $kills times at $i points"
check 'most points were reached' [ "$kills" -ge $((i * 2 / 3)) ]
worker_start
check 'an undisturbed worker finishes what the killed ones began' wait_for 120 no_job_left
worker_kill
check 'each mail was split, once' [ "$(sql "select count(*) || ' ' || count(distinct d.drop) || ' ' ||
	(select count(*) from intray.event e where e.to_state = 'split')
	from intray.document d join intray.drop o on o.id = d.drop
	where o.parent is null and d.state = 'split'")" = "$i $i $i" ]
check 'each has its three invoices, none twice' [ "$(sql "select count(*) || ' ' ||
	count(distinct o.sha256) || ' ' || count(distinct d.control_number) || ' ' || min(n) || ' ' || max(n)
	from intray.drop o join intray.document d on d.drop = o.id
	join (select drop, count(child) as n from intray.part group by drop) p on p.drop = o.parent
	where d.state <> 'duplicate'")" = "$((i * 3)) $((i * 3)) $((i * 3)) 3 3" ]
all_stored() {
	for sha in $(sql 'select sha256 from intray.drop'); do
		blob_is_right "$sha" || return 1
	done
}
check 'the bytes of each are in the store' all_stored
"$BUILD/intray" --config "$FCONF" verify >"$T/verify" 2>&1
check 'everything is accounted for' [ $? = 0 ]
"$BUILD/intray" --config "$FCONF" statement >"$T/statement" 2>&1
check 'the statement balances' [ $? = 0 ]
[ "${tap_failed:-0}" = 0 ] || tail -25 "$T/verify" "$T/statement" | sed 's/^/# /'
exit "${tap_failed:-0}"
