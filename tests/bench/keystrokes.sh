#!/bin/sh
# What keying costs: a perfect clerk works the labelled documents of a folder through the real
# page in Debian's Chromium; keys and clicks are counted against the characters of the truth.
# Documents that need nobody count with their characters and no key. Afterwards the values in
# the database are compared with the truth: what is not right there was not saved but lost.
#
#   sh tests/bench/keystrokes.sh [FOLDER...]    default: the four folders with a goal
#   STATE=DIR     keeps what was read of each folder there, so the next run costs no reading
#   ONLY=GLOB     documents whose names fit ("cleanscan*")
#   READ_ONLY=1   only that
#   VERBOSE=1     every value that was keyed, and how
# Needs chromium, node and playwright-core (NODE_MODULES, else from the npm registry).
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
DATA=${DATA:-../shared/data}
[ $# -gt 0 ] || set -- invoices-digital cms1500 receipts-real sroie
[ -d "$DATA" ] || {
	echo "keystrokes: no folder $DATA: set DATA to one with labelled documents" >&2
	exit 3
}

labelled() { # FOLDER: its documents with truth
	for truth in "$DATA/$1"/${ONLY:-*}.truth.json; do
		for document in "${truth%.truth.json}".*; do
			case $document in *.truth.json | *.boxes.csv) ;; *) echo "$document" ;; esac
		done
	done
}
characters() { # of all values in the truth of the files named on stdin
	while read -r document; do cat "${document%.*}.truth.json"; done |
		jq -s '[.[] | (.fields[], (.lines[]? | .[])) | tostring | length] | add'
}

read_all() { # FOLDER: dropped and read, or what was read before
	kept=${STATE:-}/$1${ONLY:+-$(echo "$ONLY" | tr -c 'a-z0-9\n' _)}.tar
	if [ -n "${STATE:-}" ] && [ -e "$kept" ]; then
		rm -rf "$T/state"
		tar -C "$T" -xpf "$kept"
		intray_start || return 1
		return 0
	fi
	intray_start || return 1
	n=0
	for document in $(labelled "$1"); do
		cp "$document" "$T/file"
		[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/file"
		mv "$T/file" "$TRAY/$(basename "$document")"
		n=$((n + 1))
	done
	intray_wait $n $((n * 30)) || return 1
	echo "secret of jane" | intray user add jane --client acme --name Jane --restricted --password-stdin >/dev/null
	[ -n "${STATE:-}" ] || return 0
	intray_stop
	rm -f "$T/run/desk.url"
	mkdir -p "$STATE"
	tar -C "$T" -cpf "$kept" state
	intray_start
}

# Truth and database, one line "file path value" each, in the form in which they are compared.
right_in_the_end() {
	sql "select json_agg(json_build_object('file', convert_from(o.name, 'UTF8'), 'state', d.state,
		'values', intray.document_values(d.id, false)))
		from intray.document d join intray.drop o on o.id = d.drop" >"$T/values.json"
	for document in $(cat "$T/counted"); do
		jq -c --arg file "$(basename "$document")" '{file: $file, truth: .}' "${document%.*}.truth.json"
	done | jq -rs --slurpfile got "$T/values.json" '
		def key: tostring | ascii_downcase | gsub("[^\\p{L}\\p{N}]"; "");
		def number: tonumber? // null;
		def same($a; $b): if ($a | number) and ($b | number) then ($a | number) == ($b | number)
			else ($a | key) == ($b | key) end;
		[.[] | . as $d | ($got[0] | map(select(.file == $d.file)) | first) as $g |
			$d.truth.fields | to_entries[] | select(.key as $k | $d.truth.unscored // [] | index($k) | not) |
			{file: $d.file, path: .key, want: .value, right: same(.value; $g.values[.key] // ""),
			state: $g.state}] as $all |
		($all | map(select(.right)) | length) as $right |
		"  right in the end: \($right) of \($all | length) header values; documents ready: \(
			$got[0] | map(select(.state == "ready")) | length) of \($got[0] | length)",
		($all | map(select(.right | not)) | .[:12][] | "    \(.file) \(.path): not \(.want) (\(.state))")'
}

measure() { # FOLDER
	read_all "$1" || return 1
	[ -z "${READ_ONLY:-}" ] || return 0
	straight=$(sql "select count(*) from intray.document where state = 'ready'")
	# The same bytes a second time are nobody's work.
	sql "select convert_from(o.name, 'UTF8') from intray.document d join intray.drop o on o.id = d.drop
		where d.state <> 'duplicate'" | sed "s|^|$DATA/$1/|" >"$T/counted"
	all=$(characters <"$T/counted")
	for _ in $(seq 100); do [ -s "$T/run/desk.url" ] && break; sleep 0.1; done
	nice -n 5 node tests/bench/keystrokes.mjs "$(cat "$T/run/desk.url")" jane 'secret of jane' "$DATA/$1" >"$T/said" 2>&1 ||
		tail -5 "$T/said"
	intray_wait 1 120
	[ -n "${VERBOSE:-}" ] && grep -v '^worked' "$T/said"
	worked=$(sed -n 's/^worked //p' "$T/said")
	echo "$worked" | jq -r --arg folder "$1" --argjson all "$all" --argjson straight "$straight" '
		"\($folder): \(.keys) keys for \($all) characters: \((1000 * (1 - .keys / $all) | floor) / 10) % saved; \(
			.documents) documents keyed, \($straight) needed nobody",
		"  by field: \(.fields | to_entries | map("\(.key) \(.value)") | join(", "))",
		"  by what:  \(.what | to_entries | map("\(.key) \(.value)") | join(", "))"'
	grep -E 'stuck|endless|set aside' "$T/said" | sed 's/^/  /'
	right_in_the_end
	intray_stop
}

for folder in "$@"; do
	INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
	WORKERS=${WORKERS:-2}
	intray_setup
	browser_modules || {
		echo 'keystrokes: no npm registry here; set NODE_MODULES' >&2
		exit 3
	}
	measure "$folder" || exit 1
	intray_cleanup
done
