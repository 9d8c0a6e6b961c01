#!/bin/sh
# The command line: help, mistakes, and the configuration file as people first meet it.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
intray=$BUILD/intray
dir=$(mktemp -d /tmp/intray-cli.XXXXXX)
trap 'rm -rf "$dir"' EXIT
me=$(id -un)
[ "$(id -u)" -eq 0 ] && me=nobody

# status_of N COMMAND...: whether it ends with status N; output in $dir/out and $dir/err
status_of() {
	expected=$1
	shift
	"$@" >"$dir/out" 2>"$dir/err"
	got=$?
	[ $got -eq "$expected" ] || {
		echo "# status $got, not $expected: $*"
		sed 's/^/# /' "$dir/err"
		return 1
	}
}
said() { grep -qF -- "$1" "$dir/err"; }
printed() { grep -qF -- "$1" "$dir/out"; }

every_command_has_help() {
	"$intray" --help | sed -n 's/^  \([a-z-]*\)  .*/\1/p' >"$dir/commands"
	[ -s "$dir/commands" ] || return 1
	while read -r c; do
		status_of 0 "$intray" "$c" --help && printed "usage: intray $c" &&
			printed --json || return 1
	done <"$dir/commands"
}
check 'every command has --help, and help names --json' every_command_has_help

help_is_a_word_as_well() {
	status_of 0 "$intray" help && printed 'usage: intray [--config' &&
		status_of 0 "$intray" help show && printed 'usage: intray show'
}
check 'help is a word as well' help_is_a_word_as_well

wrong_lines_are_refused() {
	status_of 2 "$intray" && said 'usage: intray' &&
		status_of 2 "$intray" frobnicate && said 'no command "frobnicate"' &&
		status_of 2 "$intray" check-config --frob && said 'unknown option --frob' &&
		status_of 2 "$intray" check-config --config && said '--config needs a value' &&
		status_of 2 "$intray" check-config --json=1 && said '--json takes no value' &&
		status_of 2 "$intray" list --limit abc && said 'expected a whole number' &&
		status_of 2 "$intray" check-config extra && said 'expected: intray check-config'
}
check 'a wrong command line is refused with status 2 and the reason' wrong_lines_are_refused

a_missing_file_is_told() {
	status_of 3 "$intray" check-config --config "$dir/none.conf" &&
		said "$dir/none.conf" && said 'make this file'
}
check 'a missing configuration says what to do' a_missing_file_is_told

a_pipe_is_refused() {
	mkfifo "$dir/pipe"
	status_of 3 timeout 10 "$intray" check-config --config "$dir/pipe" &&
		said "$dir/pipe is not a file"
}
check 'a pipe is no configuration, and not waited for' a_pipe_is_refused

write_conf() {
	cat >"$dir/intray.conf" <<-END
	[intray]
	user = $me
	state_dir = $dir/state
	run_dir = $dir/run
	schema_dir = $PWD/schemas
	min_free = 1M
	languages = eng

	[client acme]

	[tray acme/scans]
	path = $dir/in
	$1
	END
}

a_typing_mistake_names_its_line() {
	write_conf 'setle = 5s'
	status_of 3 "$intray" check-config --config "$dir/intray.conf" &&
		said "$dir/intray.conf:13: unknown setting \"setle\""
}
check 'a typing mistake is told with file and line' a_typing_mistake_names_its_line

a_maildir_that_is_none_is_a_problem() {
	write_conf 'kind = maildir'
	mkdir -p "$dir/state" "$dir/run" "$dir/in"
	chmod 755 "$dir"
	[ "$(id -u)" -eq 0 ] && chown -R "$me" "$dir"
	status_of 1 "$intray" check-config --config "$dir/intray.conf" &&
		printed "$dir/in is no Maildir" && printed 'has 1 problem.' && rmdir "$dir/in"
}
check 'a Maildir that is none is a problem before mail arrives' a_maildir_that_is_none_is_a_problem

a_missing_folder_is_a_problem() {
	write_conf 'settle = 2s'
	mkdir -p "$dir/state" "$dir/run"
	chmod 755 "$dir"
	[ "$(id -u)" -eq 0 ] && chown -R "$me" "$dir"
	status_of 1 "$intray" check-config --config "$dir/intray.conf" &&
		printed "tray acme/scans: $dir/in" && printed 'make the folder' &&
		printed 'has 1 problem.'
}
check 'a tray whose folder is missing is a problem with a remedy' a_missing_folder_is_a_problem

a_fine_configuration_is_fine() {
	mkdir "$dir/in"
	[ "$(id -u)" -eq 0 ] && chown "$me" "$dir/in"
	status_of 0 "$intray" check-config --config "$dir/intray.conf" && printed 'is fine.' &&
		status_of 0 "$intray" check-config --json --config "$dir/intray.conf" &&
		[ "$(jq -r '.settings[] | select(.key == "settle") | .value' "$dir/out")" = 2s ] &&
		[ "$(jq '.problems | length' "$dir/out")" = 0 ] &&
		[ -z "$(ls -A "$dir/in")" ]
}
check 'a fine configuration is fine, as a table and as JSON, and the tray is left empty' \
	a_fine_configuration_is_fine

before_the_first_start_nothing_is_to_be_asked() {
	status_of 3 "$intray" status --config "$dir/intray.conf" &&
		said 'intrayd makes it when it is started for the first time'
}
check 'before the private cluster is there, status says who makes it' \
	before_the_first_start_nothing_is_to_be_asked

one_folder_under_two_names_is_a_problem() {
	ln -s "$dir/in" "$dir/link"
	ln -s "$dir" "$dir/way"
	ln -s "$dir" "$dir/path"
	mkdir "$dir/in/below"
	write_conf "[tray acme/link]
path = $dir/link
[client beta]
[tray beta/same]
path = $dir/way/in
[tray beta/below]
path = $dir/path/in/below"
	status_of 1 "$intray" check-config --config "$dir/intray.conf" &&
		printed "$dir/link is a link" &&
		printed "$dir/way/in is the same folder as $dir/in of tray acme/scans" &&
		printed "$dir/path/in/below lies in one tree with $dir/in of tray acme/scans"
	got=$?
	rmdir "$dir/in/below"
	write_conf 'settle = 2s'
	return $got
}
check 'a folder that is a tray already, by a link, is a problem' \
	one_folder_under_two_names_is_a_problem

a_forbidden_tray_is_a_problem() {
	chmod 555 "$dir/in"
	status_of 1 "$intray" check-config --config "$dir/intray.conf" &&
		printed "may not read and write $dir/in"
}
check 'a tray that may not be written to is a problem' a_forbidden_tray_is_a_problem

[ -z "${tap_failed:-}" ]
