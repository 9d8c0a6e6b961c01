#!/bin/sh
# make soak: what takes minutes to hours. The kill tests of `make check` with every point
# instead of a selection, random kills during a large run, and all documents at once.
set -u
cd "$(dirname "$0")/../.."
failed=0

run() { # SCRIPT [POINTS]
	echo "# $1"
	POINTS=${2:-} sh "tests/fault/$1" || failed=1
}
points() { # call first last
	for p in $(seq "$2" "$3"); do echo "$1:$p"; done
}
run test_kill_intake.sh "$(
	points mkdirat 1 300
	points renameat2 1 6
	points renameat 1 6
	points fsync 1 40
	points unlinkat 1 20
	points openat2 1 8
	points openat 1 150
	points newfstatat 1 80
	points write 1 20
	points pread64 1 12
	points flock 1 8
	points fcntl 1 30
	points sendmsg 1 12
	points recvmsg 1 12
	points sendto 1 30
	points recvfrom 1 30
	points close 1 150
)"
run test_kill_job.sh "$(
	points sendto 1 20
	points recvfrom 1 34
	points sendmsg 1 8
	points recvmsg 1 6
	points fsync 1 6
	points renameat 1 3
	points clone 1 5
	points wait4 1 6
	points pipe2 1 6
	points memfd_create 1 4
	points write 1 20
	points read 1 60
	points openat 1 60
)"
run test_database_gone.sh '5 10 15 20 25 30 35 40 45 50 55'
run random_kills.sh
run everything.sh
exit $failed
