#!/bin/sh
# The supervisor: processes that die are started again, a new tray is watched after SIGHUP,
# a wrong configuration is refused and the old one goes on, SIGTERM stops everything within
# the drain time, and kill -9 of the supervisor leaves nothing running.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
WORKERS=1
intray_setup
trap intray_cleanup EXIT
: >"$T/expected"
intray_start || exit 1

child() { pgrep -P "$INTRAY_PID" -f -- "--process $1"; }
another_child() { p=$(child "$1") && [ "$p" != "$2" ]; }
runs_for_the() { [ "$(grep -c 'proc=intrayd .*msg="running"' "$T/log")" = "$1" ]; }
is_running() { kill -0 "$1" 2>/dev/null; }
for p in intake worker keeper cluster; do
	wait_for 20 child $p >/dev/null
	old=$(child $p)
	kill -KILL "$old"
	check "$p is started again after kill -9" wait_for 30 another_child $p "$old"
done
drop after.txt 'taken by a system in which everything has died once'
check 'and the system works' taken_all 60

tray=$(pgrep -P "$(child intake)" -f -- '--process tray')
kill -KILL "$tray"
drop tray.txt 'taken by the second process of its tray'
check 'a tray that dies is watched again' taken_all 60

old=$(child worker)
cp "$CONF" "$T/good.conf"
echo 'colour = blue' >>"$CONF"
kill -HUP "$INTRAY_PID"
refused() { grep -q 'reload refused' "$T/log"; }
check 'a wrong configuration is refused with file and line' wait_for 20 refused
check 'and everything goes on as it was' [ "$(child worker)" = "$old" ]
cp "$T/good.conf" "$CONF"
intray_add_tray borealis post
kill -HUP "$INTRAY_PID"
post=$T/trays/borealis/post
printf 'a second client' >"$post/second.txt"
give "$post/second.txt"
check 'after SIGHUP a new tray of a new client is watched' \
	wait_for 60 is_gone "$post/second.txt"
check 'the worker was started anew' wait_for 20 another_child worker "$old"

all=$(intray_tree "$INTRAY_PID")
none_runs() {
	for p in $all; do is_running "$p" && return 1; done
	return 0
}
kill -TERM "$INTRAY_PID"
wait "$INTRAY_PID"
check 'SIGTERM ends it with status 0' [ $? = 0 ]
check 'and all its processes' wait_for 10 none_runs

intray_start || exit 1
wait_for 60 runs_for_the 2 || tap_failed=1
all=$(intray_tree "$INTRAY_PID" | grep -vx "$INTRAY_PID")
kill -KILL "$INTRAY_PID"
wait "$INTRAY_PID" 2>/dev/null
check 'when the supervisor is killed, its processes end by themselves' wait_for 60 none_runs
intray_start
check 'and the next one starts' [ $? = 0 ]
errors=$(grep -c 'level=error' "$T/log")
check 'nothing was logged as an error but the refused configuration' [ "$errors" -le 1 ]
grep 'level=error' "$T/log" | sed 's/^/# /' | head -5

check 'no configuration file: status 78 and a message' sh -c \
	"$BUILD/intrayd --config $T/nowhere.conf 2>&1 | grep -q nowhere.conf"
check '--help explains, --version names' sh -c \
	"$BUILD/intrayd --help | grep -q -- --config && $BUILD/intrayd --version | grep -q intrayd"
exit "${tap_failed:-0}"
