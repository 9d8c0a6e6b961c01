#!/bin/sh
# What each call of the desk costs: processor milliseconds of the server and of the desk, one call
# at a time, with a full queue. Holds on a busy machine, where times from call to answer do not.
#
#   COPIES=300   of each sample waiting      N=200   calls of each kind
#   STATEMENTS=1 then lists what the server spent it on (pg_stat_statements; slower by that)
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
COPIES=${COPIES:-300} N=${N:-200} STATEMENTS=${STATEMENTS:-0}
docs=tests/samples/documents
INTRAY_EXTRA="desk_listen = 127.0.0.1:$(shuf -i 20000-29999 -n 1)"
WORKERS=1

intray_setup
intray_start || exit 3
queue_filled "$COPIES" >/dev/null
desk_opened
user clerk1 acme senior --restricted
if [ "$STATEMENTS" = 1 ]; then
	statements_watched
	desk_opened
	sql 'select public.pg_stat_statements_reset()'
fi
desk=$(pgrep -P "$INTRAY_PID" -x intray-desk)
backends=$(sql "select string_agg(pid::text, ' ') from pg_stat_activity where usename = 'intray_desk'")
# shellcheck disable=SC2086 # a list of numbers
node tests/bench/calls.mjs "$URL/" clerk1 "$docs" "$N" "$desk" $backends
[ "$STATEMENTS" = 1 ] && statements_listed
exit 0
