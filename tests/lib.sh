# Shell functions for tests, demo and benchmarks that need a whole running Intray on a
# private cluster. Source it, then:
#
#   intray_setup          temporary folder $T with configuration $CONF, client acme and
#                         tray $TRAY (acme/in); more with intray_add_tray CLIENT NAME
#   intray_start          starts intrayd, waits until its processes are ready
#   intray_stop           SIGTERM, waits; intray_kill: SIGKILL of everything it started
#   intray_wait N [S]     until N drops are recorded and no job is left (S seconds at most)
#   sql 'select ...'      unaligned rows, as the owner of the database (SQL_OPTS: psql options)
#   intray_cpu            CPU seconds used so far by intrayd and all below it
#   ok NAME / not_ok NAME / skip NAME WHY / check NAME COMMAND...   TAP lines
#
# As root everything runs as `postgres`, since a cluster refuses root; else as the caller.
# What was started is stopped by its pid when the shell ends.

BUILD=${BUILD:-build}
export OMP_THREAD_LIMIT=1
# Sanitized programs leave by _exit in jails; leaks are judged in unit tests.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}
tap_n=0

ok() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1"; }
not_ok() { tap_n=$((tap_n + 1)); echo "not ok $tap_n - $1"; tap_failed=1; }
skip() { tap_n=$((tap_n + 1)); echo "ok $tap_n - $1 # SKIP $2"; }
check() {
	check_name=$1
	shift
	if "$@"; then ok "$check_name"; else not_ok "$check_name"; fi
}

intray_setup() {
	T=$(mktemp -d /tmp/intray.XXXXXX)
	TRAY=$T/trays/acme/in
	CONF=$T/intray.conf
	mkdir -p "$TRAY" "$T/run" "$T/state"
	INTRAY_USER=$(id -un)
	[ "$(id -u)" -eq 0 ] && INTRAY_USER=postgres
	cat >"$CONF" <<-END
	[intray]
	user = $INTRAY_USER
	state_dir = $T/state
	run_dir = $T/run
	schema_dir = $PWD/schemas
	workers = ${WORKERS:-2}
	min_free = 1M
	${INTRAY_EXTRA:-}

	[client acme]
	name = ACME Trading

	[tray acme/in]
	path = $TRAY
	settle = 200ms
	scan = 500ms
	END
	if [ "$(id -u)" -eq 0 ]; then chown -R "$INTRAY_USER" "$T"; fi
	chmod 755 "$T"
	trap 'intray_cleanup' EXIT
	trap 'exit 130' INT TERM
}

intray_add_tray() {
	mkdir -p "$T/trays/$1/$2"
	[ "$(id -u)" -eq 0 ] && chown -R "$INTRAY_USER" "$T/trays/$1"
	grep -q "^\[client $1\]" "$CONF" || printf '\n[client %s]\n' "$1" >>"$CONF"
	printf '\n[tray %s/%s]\npath = %s\nsettle = 200ms\nscan = 500ms\n' \
		"$1" "$2" "$T/trays/$1/$2" >>"$CONF"
}

intray_start() {
	"$BUILD/intrayd" --config "$CONF" >>"$T/log" 2>&1 &
	INTRAY_PID=$!
	for _ in $(seq 600); do
		kill -0 "$INTRAY_PID" 2>/dev/null || {
			echo "intrayd ended at start:" >&2
			tail -5 "$T/log" >&2
			return 1
		}
		[ "$(sql "select count(*) > 0 from intray.tray" 2>/dev/null)" = t ] && return 0
		sleep 0.1
	done
	echo "intrayd was not ready within a minute:" >&2
	tail -5 "$T/log" >&2
	return 1
}

intray_stop() {
	[ -n "${INTRAY_PID:-}" ] || return 0
	kill -TERM "$INTRAY_PID" 2>/dev/null
	wait "$INTRAY_PID" 2>/dev/null
	INTRAY_PID=
}

intray_tree() { # pids of $1 and everything below it
	ps -e -o pid=,ppid= | awk -v root="$1" '
		{ parent[$1] = $2 }
		END {
			for (p in parent) {
				for (q = p; q && q != root; q = parent[q]) ;
				if (q == root) print p
			}
		}'
}

intray_kill() {
	[ -n "${INTRAY_PID:-}" ] || return 0
	kill -KILL $(intray_tree "$INTRAY_PID") 2>/dev/null
	wait "$INTRAY_PID" 2>/dev/null
	INTRAY_PID=
}

intray_cpu() {
	for p in $(intray_tree "$INTRAY_PID"); do cat "/proc/$p/stat" 2>/dev/null; done |
		awk -v hz="$(getconf CLK_TCK)" '{
			sub(/^.*\) /, "")
			t += $12 + $13 + $14 + $15
		}
		END { printf "%.2f\n", t / hz }'
}

sql() {
	# The packaged psql is a Perl wrapper that costs more than the query.
	PSQL=${PSQL:-$(ls /usr/lib/postgresql/*/bin/psql | tail -1)}
	PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q ${SQL_OPTS--A -t} -v ON_ERROR_STOP=1 \
		-h "$T/run/pg" -U intray_owner -d intray -c "$1"
}

intray_wait() {
	for _ in $(seq $((${2:-120} * 5))); do
		[ "$(sql "select (select count(*) from intray.drop) >= $1
			and not exists (select from intray.job)" 2>/dev/null)" = t ] && return 0
		sleep 0.2
	done
	echo "# not done after ${2:-120} s" >&2
	return 1
}

intray_cleanup() {
	intray_stop
	[ -n "${KEEP:-}" ] || rm -rf "$T"
}
