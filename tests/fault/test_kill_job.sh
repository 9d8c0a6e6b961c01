#!/bin/sh
# A job is killed at each of its steps: kill -9 as the worker, its launcher, a reader or a
# tool enters the Nth call of a kind, with a new document waiting each time. One undisturbed
# worker then finishes what the killed ones began: every document stands there once, with
# the pages and values of one that was read in peace, and none in quarantine.
#
#   POINTS="call:N ..."   where to kill (default: a short list; `make soak` has the long one)
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
needs_kills 'a job is killed at each step'
# Calls of the worker: claim, orders to the launcher, pictures into the store, the save.
# wait4, pipe2, clone: the launcher's, for reader and tools; write: the reader's answers.
POINTS=${POINTS:-sendto:9 sendto:11 sendto:12 sendto:13 sendto:14 sendto:15 sendto:16
	sendto:17 sendto:18 recvfrom:26 sendmsg:2 sendmsg:4 sendmsg:6 recvmsg:3 recvmsg:5
	fsync:1 fsync:3 renameat:1 renameat:2 wait4:2 wait4:5 pipe2:3 pipe2:5 write:3 write:9}

document() { # NUMBER: the same paper, which contradicts itself, in other bytes
	name=$(printf %03d "$1").pdf
	cp tests/samples/documents/invoice-wrong-total.pdf "$T/made"
	echo "% copy $1" >>"$T/made"
	give "$T/made"
	mv "$T/made" "$TRAY/$name"
}

fault_setup
trap fault_end EXIT
fault_start || exit 1
intake_start
document 0
taken_all 30 || exit 1
worker_start
check 'one is read in peace' wait_for 60 no_job_left
worker_kill

i=0 kills=0
for point in $POINTS; do
	i=$((i + 1))
	document $i
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
check 'each document stands there once, as an exception' \
	[ "$(sql "select count(*) || ' ' || count(distinct drop) || ' ' || min(state) || ' ' ||
		max(state) from intray.document")" = "$((i + 1)) $((i + 1)) exception exception" ]
check 'each has the pages and values of the one read in peace' [ "$(sql "
	with content as (select d.id, (select string_agg(p.number || p.display, ' ' order by p.number)
			from intray.page p where p.drop = d.drop)
		|| (select string_agg(f.line || f.path || f.value, ' ' order by f.line, f.path)
			from intray.field f where f.document = d.id)
		|| (select string_agg(f.code || f.text, ' ' order by f.code, f.text)
			from intray.finding f where f.document = d.id and f.code not like '%duplicate%') as all_of_it
		from intray.document d)
	select count(all_of_it) || ' ' || count(distinct all_of_it) from content")" = "$((i + 1)) 1" ]
check 'each has one task and became an exception once' [ "$(sql "
	select count(*) || ' ' || count(distinct t.document) || ' ' || (select count(*)
		from intray.event where kind = 'state' and to_state = 'exception')
	from intray.task t")" = "$((i + 1)) $((i + 1)) $((i + 1))" ]
[ "${tap_failed:-0}" = 0 ] || sql "select d.id, f.path, f.value, p.number, p.display,
	(select string_agg(code, ' ') from intray.finding x where x.document = d.id)
	from intray.document d left join intray.field f on f.document = d.id
	left join intray.page p on p.drop = d.drop order by 1, 2" | sed 's/^/# /'
exit "${tap_failed:-0}"
