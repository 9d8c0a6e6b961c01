#!/bin/sh
# Part of `make soak`: N documents (default 200, from DATA) are read by an undisturbed
# Intray, then by one in which a random process is killed -9 every second until all is
# done: intake, trays, workers, launchers, readers, tools, keepers, PostgreSQL, or the
# supervisor itself, which is then started again. Afterwards
# both have the same documents with the same hashes, types and field values, none twice,
# none in quarantine; and no job of a dead worker waited for more than 60 s.
#
#   DATA=DIR N=200 SEED=n LIMIT_S=7200
#   CHANCE=process    each process with the same chance, or each kind of process
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
DATA=${DATA:-../shared/data}
[ -d "$DATA" ] || DATA=tests/samples/documents
N=${N:-200} SEED=${SEED:-$(date +%s)} LIMIT_S=${LIMIT_S:-7200}
WORKERS=${WORKERS:-2} CHANCE=${CHANCE:-process}
KEPT=$(mktemp -d /tmp/intray-kills.XXXXXX)

choose() { # N documents with different bytes, evenly from all folders
	find -L "$DATA" -type f \( -name '*.pdf' -o -name '*.jpg' -o -name '*.png' \
		-o -name '*.tif' -o -name '*.xml' \) ! -path '*/hostile/*' ! -path '*/xsd/*' \
		! -path '*invalid*' -exec sha256sum {} + | sort | awk '!seen[$1]++' |
		sort -k2 | awk -v n="$N" '{ f[NR] = substr($0, 67) }
			END { if (n > NR) n = NR; for (i = 0; i < n; i++) print f[1 + int(i * NR / n)] }'
}
drop_all() {
	i=0
	while read -r f; do
		i=$((i + 1))
		cp "$f" "$T/made"
		[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/made"
		mv "$T/made" "$TRAY/$(printf %03d $i)-$(basename "$f")"
	done <"$KEPT/list"
}
results() {
	sql "select encode(p.name, 'escape'), p.sha256, d.type, f.path, f.line, f.value
		from intray.drop p join intray.document d on d.drop = p.id
		left join intray.field f on f.document = d.id
		order by 1, 2, 3, 4, 5, 6"
}
# Pids of what may die, after the word whose chance they share. By process every pid has a
# word of its own; by kind all of a name have one, so that single ones (supervisor, cluster)
# die far more often than they would by chance.
victims() {
	intray_tree "$INTRAY_PID" | while read -r p; do
		name=$(cat "/proc/$p/comm" 2>/dev/null) || continue
		[ "$CHANCE" = kind ] && echo "$name $p" || echo "$p $p"
	done
}
waited() { # seconds that the longest waiting job of a dead worker has waited by now
	sql "select coalesce(max(extract(epoch from now() - case when lease_until is null
			then not_before else lease_until - interval '40 s' end)), 0)::int
		from intray.job where lease_until < now() or lease_until is null and losses > 0" \
		2>/dev/null || echo 0
}
# The next of the numbers that SEED begins, 0 to 32767 (the generator of the C standard).
chance() {
	SEED=$(((SEED * 1103515245 + 12345) % 2147483648))
	drawn=$((SEED / 65536))
}
kill_one() {
	chance
	first=$drawn
	chance
	p=$(victims | awk -v first="$first" -v second="$drawn" '
		{ if (!($1 in of)) words[n++] = $1
		  of[$1] = of[$1] " " $2 }
		END {
			m = split(of[words[first % n]], pids, " ")
			if (m) print pids[1 + second % m]
		}')
	[ "$p" ] || return 0
	cat "/proc/$p/comm" >>"$KEPT/killed" 2>/dev/null
	kill -KILL "$p" 2>/dev/null
}
all_done() {
	[ "$(sql "select (select count(*) from intray.drop) >= $n
		and not exists (select from intray.job)" 2>/dev/null)" = t ]
}

choose >"$KEPT/list"
n=$(wc -l <"$KEPT/list")
echo "# $n documents, seed $SEED"
intray_setup
trap 'intray_cleanup; rm -rf "$KEPT"' EXIT
intray_start || exit 1
drop_all
intray_wait "$n" "$LIMIT_S" || exit 1
results >"$KEPT/undisturbed"
intray_cleanup

intray_setup
trap 'intray_cleanup; rm -rf "$KEPT"' EXIT
intray_start || exit 1
drop_all
round=0 worst=0
started=$(date +%s)
while ! all_done; do
	round=$((round + 1))
	kill_one
	sleep 1
	kill -0 "$INTRAY_PID" 2>/dev/null || {
		wait "$INTRAY_PID" 2>/dev/null
		intray_start 2>/dev/null
	}
	w=$(waited)
	[ "${w:-0}" -gt "$worst" ] && worst=$w
	[ $(($(date +%s) - started)) -lt "$LIMIT_S" ] || break
done
echo "# $round kills in $(($(date +%s) - started)) s; longest wait of a dead worker's job: $worst s"
sort "$KEPT/killed" | uniq -c | sort -rn | sed 's/^/# killed /'
check 'all documents are done in spite of the kills' all_done
results >"$KEPT/disturbed"
check 'same documents, hashes, types and field values as undisturbed' \
	cmp -s "$KEPT/undisturbed" "$KEPT/disturbed"
diff "$KEPT/undisturbed" "$KEPT/disturbed" | head -20 | sed 's/^/# /'
check 'no drop and no document is there twice' [ "$(sql "select
	(select count(*) from intray.drop) || ' ' || (select count(*) from intray.document)")" = "$n $n" ]
check 'none is in quarantine' \
	[ "$(sql "select count(*) from intray.document where state = 'quarantined'")" = 0 ]
check 'a job of a dead worker runs again within 60 s' [ "$worst" -le 60 ]
exit "${tap_failed:-0}"
