#!/bin/sh
# Scans are cut into documents, and whoever does it dies in the middle: the worker, its
# connection, or both, while the transaction that cuts is half done; and the worker again
# at other steps before and behind. An undisturbed worker then finishes what was begun:
# every scan is cut once, no page of it is lost, and none is in two documents.
#
#   POINTS="call:N ..."   where else to kill: as it enters the Nth call of a kind
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
needs_kills 'scans are cut while workers die'
POINTS=${POINTS:-sendto:13 sendto:14 recvfrom:38}

scan() { # NUMBER: the same stack, in other bytes
	cp "$T/stack.pdf" "$T/made"
	echo "% copy $1" >>"$T/made"
	give "$T/made"
	mv "$T/made" "$TRAY/$(printf %03d "$1").pdf"
}

# A cut waits in the middle of its transaction as long as somebody holds lock 42.
halt_cuts() {
	sql "create function intray.test_halt() returns trigger language plpgsql as \$\$ begin
		perform pg_advisory_xact_lock_shared(42); return new; end \$\$;
		grant execute on function intray.test_halt() to public;
		create trigger test_halt before insert on intray.batch for each row
		execute function intray.test_halt()"
}
hold() {
	sql 'select pg_advisory_lock(42), pg_sleep(600)' >"$T/held" 2>&1 &
	HOLDER=$!
	wait_for 10 is_true "select exists (select from pg_locks where locktype = 'advisory'
		and objid = 42 and granted)"
}
let_go() {
	sql "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
		and objid = 42 and granted" >"$T/ended"
	wait "$HOLDER" 2>/dev/null
}
is_true() { [ "$(sql "$1")" = t ]; }
cut_connection() { # the server's process of it ends, as an administrator would end it
	kill -TERM $(sql "select pid from pg_locks where locktype = 'advisory' and objid = 42
		and not granted")
}
in_the_middle() { # WHAT COMMAND...: while a cut is half done
	i=$((i + 1))
	scan $i
	hold
	worker_start
	check "a cut is in the middle: $1" wait_for 60 is_true "select exists (select from pg_locks
		where locktype = 'advisory' and objid = 42 and not granted)"
	shift
	"$@"
	let_go
}
both_die() {
	kill -KILL $(intray_tree "$WORKER") 2>/dev/null
	cut_connection
}

fault_setup
trap fault_end EXIT
sed -i '/^\[tray /a separator_sheet = PATCHT\ntag = TAG:(.+)' "$FCONF"
"$BUILD/intray" separator --out "$T/patch.pdf"
"$BUILD/intray" separator --as qr --code TAG:travel --out "$T/tag.pdf"
D=tests/samples/documents
qpdf --empty --pages "$D/invoice-de.pdf" 1 "$T/patch.pdf" 1 "$D/invoice-en.pdf" 1 \
	"$D/invoice-en.pdf" 1 "$T/tag.pdf" 1 "$D/invoice-de.pdf" 1 -- "$T/stack.pdf"
fault_start || exit 1
intake_start

i=0 kills=0
halt_cuts
in_the_middle 'its worker dies' worker_kill
worker_kill
in_the_middle 'its connection dies' cut_connection
check 'the same worker begins again' wait_for 60 no_job_left
worker_kill
in_the_middle 'both die' both_die
worker_kill
sql 'drop trigger test_halt on intray.batch'
for point in $POINTS; do
	i=$((i + 1))
	scan $i
	taken_all 30 || exit 1
	killing "$point" worker_start
	wait_for 40 worker_killed_or_done
	was_killed && kills=$((kills + 1))
	sql "select '$point ' || kind from intray.job where worker is not null" >>"$T/kinds"
	worker_kill
done
echo "# killed $kills times besides, doing:" $(cut -d' ' -f2 "$T/kinds" | sort | uniq -c)
check 'most points were reached' [ "$kills" -ge 2 ]
worker_start
check 'an undisturbed worker finishes what the killed ones began' wait_for 120 no_job_left
worker_kill
check 'every scan was cut once' [ "$(sql "select count(*) || ' ' || min(n) || ' ' || max(n)
	from (select p.id, count(e.*) as n from intray.document p
	left join intray.event e on e.document = p.id and e.to_state = 'split'
	where p.parent is null group by p.id) x")" = "$i 1 1" ]
check 'each of them into its three documents, with their pages and codes' [ "$(sql "
	select string_agg(distinct made, ' | ') from (select string_agg(d.pages, '; '
		order by d.pages) as made from (select d.parent, concat_ws(' ', (select
		string_agg(g.number::text, ' ' order by g.position) from intray.document_page g
		where g.document = d.id), (select string_agg(c.value, ' ')
		from intray.document_code c where c.document = d.id)) as pages
	from intray.document d where d.parent is not null) d group by parent) x")" = \
	'1; 3 4; 5 6 travel' ]
check 'each was batched once, with its separator' [ "$(sql "select count(*) || ' ' ||
	min(separators) || max(separators) || min(cut) || max(cut) from intray.batch")" = "$i 1133" ]
check 'all of them were understood' [ "$(sql "select count(*) from intray.document
	where state in ('ready', 'exception')")" = $((3 * i)) ]
[ "${tap_failed:-0}" = 0 ] || sql "select d.control_number, d.parent is null, d.state, d.cause
	from intray.document d order by 1" | sed 's/^/# /'
exit "${tap_failed:-0}"
