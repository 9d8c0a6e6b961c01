#!/bin/sh
# How fast the desk is while it is busy: a clerk in a real browser flips from document to
# document while others work, pages listen and the daemon reads; then the same over a line of
# 250 ms round trip that loses one segment in a hundred. Prints milliseconds; judges nothing
# but keystrokes: what was typed must be in the database.
#
# Clerks, browser and line stand for machines of their own: they have a session each and a higher
# priority, so that what is measured is the desk's answer and the page's own work, not the time in which a
# simulator waits for its turn. They still take their share of the same processors. "In the desk" is
# what each answer says itself (Server-Timing): from the whole request to the answer; "waited" is the
# part before a hand took it.
#
#   CLERKS=50 LISTENERS=500 SECONDS_EACH=60 COPIES=300   KEY_MS=250: from field to field
#   READING=0    nothing is read meanwhile
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
CLERKS=${CLERKS:-50} LISTENERS=${LISTENERS:-500} SECONDS_EACH=${SECONDS_EACH:-60}
COPIES=${COPIES:-300} KEY_MS=${KEY_MS:-250} READING=${READING:-1}
docs=tests/samples/documents
PORT=$(shuf -i 20000-29999 -n 1) LINE=$(shuf -i 30000-32000 -n 1)
INTRAY_EXTRA="desk_listen = 127.0.0.1:$PORT"
WORKERS=1

intray_setup
browser_modules || {
	echo 'desk: no npm registry here; set NODE_MODULES' >&2
	exit 3
}
intray_start || exit 3
echo "# $(queue_filled "$COPIES") exceptions wait; $CLERKS clerks, $LISTENERS listeners"
for who in clerk1 jane joan; do user "$who" acme clerk --restricted; done
sql "do \$\$ declare n integer; one integer; begin
	for n in 2 .. $CLERKS loop
		insert into intray.account (role, kind, name) values ('desk:clerk' || n, 'person', 'clerk' || n)
			returning id into one;
		insert into intray.person (account, login, password)
			select one, 'clerk' || n, password from intray.person where login = 'clerk1';
		insert into intray.access (account, client, what, restricted)
			select one, a.client, a.what, true from intray.access a join intray.person p on p.account = a.account
			where p.login = 'clerk1';
	end loop; end \$\$" >/dev/null

# Files of bytes that were never seen, one after the other.
read_on() {
	i=0
	while :; do
		for f in receipt-cafe.jpg letter-en.jpg; do
			i=$((i + 1))
			{ cat "$docs/$f"; echo $i; } >"$T/more"
			drop "$T/more" "more-$i.jpg"
		done
		sleep 4
	done
}
[ "$READING" = 1 ] && { read_on & reader=$!; }
# Clerks, their browsers and the line stand for machines of their own.
elsewhere() { # ends its shell
	exec setsid sh -c 'echo -10 >/proc/self/autogroup; exec nice -n -10 "$@"' sh "$@"
}
mkfifo "$T/stop"
elsewhere node tests/bench/clerks.mjs "http://127.0.0.1:$PORT/" "$CLERKS" "$LISTENERS" "$docs" \
	<"$T/stop" >"$T/clerks" 2>"$T/clerks.err" &
clerks=$!
exec 4>"$T/stop"
for _ in $(seq 600); do grep -q working "$T/clerks" && break; sleep 0.2; done
sleep 8
elsewhere node tests/bench/line.mjs "$LINE" "$PORT" 250 0.01 >"$T/line" 4>&- &
line=$!
row() { sed 's/^/  /' "$1" | awk -F"|" 'NF == 5 { printf "%-34s %7s %9s %9s %9s\n", $1, $2, $3, $4, $5; next } { print }'; }
printf '%-34s %7s %9s %9s %9s\n' milliseconds n p50 p95 most
# CPU seconds by process; what the desk asks the server is its own backend's.
cpu_of() {
	for p in $(intray_tree "$INTRAY_PID"); do
		name=$(tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null | sed -n 's/^postgres: intray_\([a-z]*\) .*/server for \1/p')
		awk -v hz="$(getconf CLK_TCK)" -v name="${name:-$(cat "/proc/$p/comm" 2>/dev/null)}" '{
			sub(/^.*\) /, ""); print name "|" ($12 + $13) / hz }' "/proc/$p/stat" 2>/dev/null
	done | awk -F"|" '{ s[$1] += $2 } END { for (n in s) print n "|" s[n] }' | sort
}
# A process and the children that it has waited for.
own_cpu() { # NAME PID
	awk -v hz="$(getconf CLK_TCK)" -v name="$1" '{ sub(/^.*\) /, "")
		printf "%s|%.2f\n", name, ($12 + $13 + $14 + $15) / hz }' "/proc/$2/stat" 2>/dev/null
}
others_cpu() {
	own_cpu 'the simulated clerks' $clerks
	own_cpu 'the long line' $line
	own_cpu 'browser and its driver' $$
}
{ cpu_of; others_cpu; } | sort >"$T/cpu"
browse() { # NAME PORT LOGIN
	echo "$1 (load $(cut -d" " -f1 /proc/loadavg))"
	(elsewhere node tests/bench/flip.mjs "http://127.0.0.1:$2/" "$3" "secret of $3" "$docs" "$SECONDS_EACH" "$KEY_MS" \
		"$T/typed.$3") >"$T/flip" 2>"$T/flip.err" || sed 's/^/# /' "$T/flip.err"
	row "$T/flip"
}
browse 'browser, beside the desk' "$PORT" jane
browse 'browser, 250 ms and 1 % away' "$LINE" joan
{ cpu_of; others_cpu; } | sort >"$T/cpu.after"
exec 4>&-
wait $clerks
kill $line ${reader:-} 2>/dev/null
echo "calls of the simulated clerks (load $(cut -d" " -f1 /proc/loadavg))"
row "$T/clerks"
echo "CPU seconds meanwhile"
join -t"|" "$T/cpu" "$T/cpu.after" | awk -F"|" '$3 - $2 > 0.5 { printf "  %-32s %7.1f\n", $1, $3 - $2 }'
rc=0
# What was not handed in yet is a draft.
sql "select coalesce(json_object_agg(n, v), '{}') from (select d.control_number as n, json_agg(k.values) as v
	from (select document, values from intray.keying union all select t.document, r.values -> 'values'
		from intray.draft r join intray.task t on t.id = r.task) k
	join intray.document d on d.id = k.document group by 1) q" >"$T/keyed"
for who in jane joan; do
	[ -s "$T/typed.$who" ] && { node tests/bench/lost.mjs "$T/typed.$who" "$T/keyed" || rc=1; }
done
exit $rc
