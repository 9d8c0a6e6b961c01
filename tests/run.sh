#!/bin/sh
# Runs every test program and script, which print TAP lines ("ok 1 - name", "not ok 2 -
# name", "ok 3 - name # SKIP why"), and ends with one plain line: N passed, N failed.
# TESTS="pattern" runs only those whose path contains the pattern. SANITIZED=1 leaves out
# what only the plain build can show (jails, memory limits).
set -u
cd "$(dirname "$0")/.."
BUILD=${BUILD:-build}
export BUILD OMP_THREAD_LIMIT=1 CMOCKA_MESSAGE_OUTPUT=TAP
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1} UBSAN_OPTIONS=print_stacktrace=1
passed=0 failed=0 skipped=0
out=$(mktemp)
trap 'rm -f "$out"' EXIT

for t in "$BUILD"/tests/unit/test_* "$BUILD"/tests/db/test_* tests/db/test_*.sh \
	tests/e2e/test_*.sh tests/fault/test_*.sh; do
	case $t in *.o | *.d) continue ;; esac
	[ -f "$t" ] || continue
	case $t in *"${TESTS:-}"*) ;; *) continue ;; esac
	printf '# %s\n' "$t"
	case $t in
	*.sh) timeout 900 sh "$t" >"$out" 2>&1 ;;
	*) timeout 600 "$t" >"$out" 2>&1 ;;
	esac
	rc=$?
	# cmocka writes "not ok 3 # SKIP name" for what a test skips.
	sed -i 's/^not ok \([0-9]*\) # SKIP/ok \1 # SKIP/' "$out"
	ok=$(grep -c '^ok ' "$out")
	not=$(grep -c '^not ok ' "$out")
	skip=$(grep -ci '^ok .*# skip' "$out")
	if [ $rc -ne 0 ] && [ "$not" -eq 0 ]; then
		not=1
		echo "not ok - $t ended with status $rc" >>"$out"
	fi
	if [ $rc -eq 0 ] && [ $((ok + not)) -eq 0 ]; then
		not=1
		echo "not ok - $t printed no result" >>"$out"
	fi
	if [ "$not" -gt 0 ]; then
		tail -n 200 "$out"
	else
		grep -i '^ok .*# skip' "$out"
	fi
	passed=$((passed + ok - skip)) failed=$((failed + not)) skipped=$((skipped + skip))
done
[ "$skipped" -gt 0 ] && echo "$skipped skipped (reasons above)"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
