# Shell functions for the fault tests of intake: an Intray without trays (for its database;
# its worker is halted), and an intake or worker of our own beside it, which can be traced
# and killed. Needs tests/lib.sh.
#
#   needs_kills WHAT      a skipped test and the end where calls cannot be traced
#   fault_setup           folder $T, $CONF without trays, $FCONF with tray acme/in at $TRAY
#   fault_start           starts intrayd, and makes tray acme/in known to the database
#   intake_start [WRAPPER...]   runs intake alone (below WRAPPER), $INTAKE_PID
#   intake_kill           kill -9 of it and all below it
#   worker_start [WRAPPER...], worker_kill   the same of a worker, whose lease ends with it
#   killing CALL:N START  START below a tracer that kills -9 who enters the Nth CALL
#   was_killed            whether that happened
#   drop NAME TEXT        a small file, complete at once, noted in $T/expected
#   taken_all [S]         waits until nothing is left in tray or .taken
#   wait_for S COMMAND...  until it succeeds, S seconds at most
#   accounted NAME        TAP line: every noted file has one drop row with its hash, its
#                         bytes are in the store, and nothing is left in .taken

fault_setup() {
	WORKERS=1 INTRAY_EXTRA='drain = 1s'
	intray_setup
	FCONF=$T/fault.conf
	cp "$CONF" "$FCONF"
	sed -i 's/^settle = .*/settle = 100ms/; s/^scan = .*/scan = 100ms/' "$FCONF"
	sed -i '/^\[tray /,$d' "$CONF"
	: >"$T/expected"
}

fault_start() {
	"$BUILD/intrayd" --config "$CONF" >>"$T/log" 2>&1 &
	INTRAY_PID=$!
	for _ in $(seq 600); do
		grep -q 'msg="running"\|msg=running' "$T/log" && break
		kill -0 "$INTRAY_PID" 2>/dev/null || break
		sleep 0.1
	done
	"$BUILD/intrayd" --process migrate --config "$FCONF" >>"$T/log" 2>&1 || {
		tail -5 "$T/log" >&2
		return 1
	}
	# What is dropped here need not be read.
	kill -STOP $(pgrep -P "$INTRAY_PID" -f -- '--process worker')
}

intake_start() {
	"$@" "$BUILD/intrayd" --process intake --config "$FCONF" >>"$T/intake.log" 2>&1 &
	INTAKE_PID=$!
}

intake_kill() {
	[ -n "${INTAKE_PID:-}" ] || return 0
	# A tracer that dies lets its tracees run on: they go first.
	kill -KILL $(intray_tree "$INTAKE_PID") 2>/dev/null
	wait "$INTAKE_PID" 2>/dev/null
	INTAKE_PID=
}

worker_start() {
	"$@" "$BUILD/intrayd" --process worker --config "$FCONF" >>"$T/worker.log" 2>&1 &
	WORKER=$!
}

worker_kill() {
	kill -KILL $(intray_tree "$WORKER") 2>/dev/null
	wait "$WORKER" 2>/dev/null
	sql "update intray.job set lease_until = now() where lease_until > now()"
}

needs_kills() {
	if ! can_trace; then
		skip "$1" 'strace may not trace here'
	elif [ -n "${SANITIZED:-}" ]; then
		skip "$1" 'needs the plain build'
	else
		return 0
	fi
	exit 0
}

killing() {
	: >"$T/strace"
	"$2" strace -f -q -o "$T/strace" -e "trace=${1%:*}" \
		-e "inject=${1%:*}:signal=KILL:when=${1#*:}"
}

was_killed() { grep -q 'killed by SIGKILL' "$T/strace"; }

no_job_left() { [ "$(sql 'select not exists (select from intray.job)')" = t ]; }

worker_killed_or_done() { was_killed || no_job_left; }

give() { # to Intray's user
	if [ "$(id -u)" -eq 0 ]; then chown -R "$INTRAY_USER" "$@"; fi
}

drop() {
	printf '%s' "$2" >"$T/made"
	printf '%s %s\n' "$(sha256sum <"$T/made" | cut -c1-64)" "$1" >>"$T/expected"
	give "$T/made"
	mv "$T/made" "$TRAY/$1"
}

is_empty() { # no files left that intake should take
	[ -z "$(find "$TRAY" -path "$TRAY/.quarantine" -prune -o ! -type d -print | head -1)" ]
}

taken_all() {
	for _ in $(seq $((${1:-20} * 20))); do
		is_empty && [ -z "$(ls -A "$TRAY/.taken" 2>/dev/null)" ] && return 0
		sleep 0.05
	done
	echo "# left in the tray:" >&2
	find "$TRAY" | head -20 >&2
	return 1
}

wait_for() { # SECONDS COMMAND...: until it succeeds; false when it did not in time
	tries=$(($1 * 20))
	shift
	for _ in $(seq $tries); do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

is_gone() { [ ! -e "$1" ]; }

tray_says() { # COLUMN VALUE: what `intray status` would show of the tray
	[ "$(sql "select $1 from intray.tray_report r join intray.tray t on t.id = r.tray
		where t.name = 'in'" 2>/dev/null)" = "$2" ]
}

blob_is_right() { # HASH [CLIENT]
	f=$T/state/store/${2:-acme}/$(printf %.2s "$1")/$1
	[ -f "$f" ] && [ "$(tail -c +17 "$f" | sha256sum | cut -c1-64)" = "$1" ]
}

accounted() {
	sort "$T/expected" >"$T/want"
	sql "select sha256 || ' ' || encode(name, 'escape') from intray.drop" | sort >"$T/have"
	if ! diff "$T/want" "$T/have" >"$T/diff"; then
		sed 's/^/# /' "$T/diff" | head -20
		not_ok "$1"
		return 1
	fi
	while read -r sha _; do
		blob_is_right "$sha" || {
			echo "# not in the store: $sha"
			not_ok "$1"
			return 1
		}
	done <"$T/want"
	if [ -n "$(ls -A "$TRAY/.taken" 2>/dev/null)" ]; then
		echo "# left in .taken"
		not_ok "$1"
		return 1
	fi
	ok "$1"
}

fault_end() {
	intake_kill
	intray_cleanup
}

can_trace() {
	command -v strace >/dev/null && strace -qq -o /dev/null true 2>/dev/null
}
