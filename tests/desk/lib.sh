# Shell functions for tests and benchmarks of the desk. Needs tests/lib.sh.
#
#   needs NAME TOOL...        ends the test, skipped as NAME, where a tool is not there
#   needs_browser NAME TOOL.. the same with what a story in Chromium needs; only in the plain build
#   browser_modules           playwright-core and axe-core below $T, NODE_MODULES; false: no npm registry
#   queue_filled N            samples in the tray, and each exception N times more; prints how many
#   statements_watched        starts Intray anew, its server counting what each statement takes;
#   statements_listed         prints the dearest
#   story_line LINE           a line of a story in the browser that is no question; story_end: of $story
#   desk_opened               waits for the desk's address, $URL
#   doubtful CLIENT TYPE PATH...   these fields are always asked about, however sure the model is
#   drop FILE [NAME]          into the tray, as Intray's user
#   intray ...                the command, with this system's configuration
#   user LOGIN CLIENT ROLE [OPTION...]   his password is "secret of LOGIN"
#   sign_in LOGIN [PASSWORD]  prints the status
#   call WHO METHOD PATH [JSON]   body in $T/body, headers in $T/headers; prints the status
#   body FILTER               what jq says of the body; is A B: with the body when they differ

needs() {
	needs_what=$1
	shift
	for tool in "$@"; do
		command -v "$tool" >/dev/null || {
			skip "$needs_what" "no $tool here"
			exit 0
		}
	done
}
needs_browser() {
	needs "$@" chromium node npm
	[ -z "${SANITIZED:-}" ] || {
		skip "$1" 'the same as in the plain build'
		exit 0
	}
}
browser_modules() {
	[ -d "${NODE_MODULES:-}" ] || {
		(cd "$T" && npm install --no-audit --no-fund --silent playwright-core@1.44.1 axe-core@4.10.2) \
			>"$T/npm" 2>&1 || return 1
		NODE_MODULES=$T/node_modules
	}
	export NODE_MODULES
}
desk_opened() {
	for _ in $(seq 300); do [ -s "$T/run/desk.url" ] && break; sleep 0.1; done
	URL=$(sed 's|/$||' "$T/run/desk.url")
}
doubtful() {
	client=$1 type=$2
	shift 2
	printf 'accept %s 1\n' "$@" >"$T/doubtful"
	intray profile set "$client" "$type" "$T/doubtful" >/dev/null
}
drop() {
	cp "$1" "$T/file"
	[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/file"
	mv "$T/file" "$TRAY/${2:-$(basename "$1")}"
}
intray() { "$BUILD/intray" --config "$CONF" "$@"; }
user() {
	login=$1 client=$2 role=$3
	shift 3
	echo "secret of $login" | intray user add "$login" --client "$client" --role "$role" \
		--password-stdin "$@" >/dev/null
}
call() {
	who=$1 method=$2 path=$3
	set -- ${4:+"$4"}
	curl -s --path-as-is -m 60 -o "$T/body" -D "$T/headers" -w '%{http_code}' -b "$T/$who.jar" \
		-c "$T/$who.jar" -X "$method" -H "X-CSRF-Token: $(cat "$T/$who.csrf" 2>/dev/null)" \
		${1:+-H 'Content-Type: application/json' -d "$1"} "$URL$path"
}
sign_in() {
	rm -f "$T/$1.jar"
	status=$(call "$1" POST /api/session "{\"login\":\"$1\",\"password\":\"${2:-secret of $1}\"}")
	jq -r .csrf "$T/body" >"$T/$1.csrf"
	echo "$status"
}
body() { jq -e "$1" "$T/body" >/dev/null || { head -c 1500 "$T/body" | sed 's/^/# /'; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "# got $1 instead of $2: $(head -c 300 "$T/body")"; return 1; }; }
queue_filled() {
	set -- "$1" tests/samples/documents
	for f in invoice-wrong-total.pdf invoice-en.pdf receipt-cafe.jpg receipt-hardware.pdf \
		claim-copy.tif credit-note-de.pdf; do
		drop "$2/$f"
	done
	intray_wait 6 180
	sql 'select 1' >/dev/null # finds psql
	PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -A -t -v n="$1" \
		-h "$T/run/pg" -U intray_owner -d intray -f tests/desk/clone.sql
}
as_server() { if [ "$(id -u)" -eq 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi; }
statements_watched() {
	intray_stop
	data=$(dirname "$(ls "$T"/state/*/PG_VERSION)")
	printf "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track = all\n%s\n" \
		'pg_stat_statements.track_planning = on' >>"$data/postgresql.conf"
	printf 'create extension pg_stat_statements\ngrant pg_read_all_stats to intray_owner\n%s\n' \
		'grant execute on function pg_stat_statements_reset(oid, oid, bigint) to intray_owner' |
		(cd / && as_server "$(dirname "$PSQL")/postgres" --single -D "$data" intray >/dev/null)
	rm -f "$T/run/desk.url"
	intray_start
}
# Nested ones are counted in those that call them, too.
statements_listed() {
	SQL_OPTS= sql "select calls, round(total_exec_time::numeric) as ms,
		round((total_exec_time / greatest(calls, 1))::numeric, 3) as each, round(total_plan_time::numeric) as plan_ms,
		plans, toplevel as top, left(regexp_replace(query, '\s+', ' ', 'g'), 150) as statement
		from public.pg_stat_statements s join pg_roles r on r.oid = s.userid
		where total_exec_time + total_plan_time > 5 order by total_exec_time + total_plan_time desc limit 90"
}
story_line() {
	case $1 in
	'ok '*) check "${1#ok }" true ;;
	'not ok '*) check "${1#not ok }" false ;;
	*) echo "# $1" ;;
	esac
}
story_end() {
	wait "$story" || {
		sed 's/^/# /' "$T/story.err"
		check 'the story ends well' false
	}
}
