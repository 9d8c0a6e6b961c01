#!/bin/sh
# `intray evaluate`, on a handful of made samples: the numbers add up, the dump has what
# other people's scripts read, and neither processes nor the cache change a result.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
intray=$BUILD/intray
dir=$(mktemp -d /tmp/intray-eval.XXXXXX)
trap 'rm -rf "$dir"' EXIT

# A set with truth, running text beside it, and a folder of which nothing is known.
mkdir "$dir/set" "$dir/heap"
for d in invoice-ubl.xml invoice-de.pdf reminder-de.pdf receipt-cafe.jpg; do
	cp "tests/samples/documents/$d" "tests/samples/documents/${d%.*}.truth.json" "$dir/set/"
done
cp tests/samples/documents/factur-x.pdf "$dir/set/no-truth.pdf"
cp tests/samples/documents/invoice-cii.xml "$dir/heap/"
: >"$dir/heap/empty.pdf"
echo 'This is no document.' >"$dir/heap/notes.bin"
chmod -R a+rX "$dir"

evaluate() {
	"$intray" evaluate --json --jobs "$1" --dump "$dir/dump.$2" --mistakes "$dir/mistakes.$2" \
		--cache "$dir/cache" "$dir/set" "$dir/heap" >"$dir/json.$2" 2>"$dir/err" && return 0
	sed 's/^/# /' "$dir/err"
	return 1
}
q() { jq -e "$1" "$2" >/dev/null || { echo "# $1 does not hold"; return 1; }; }

check 'documents are read' evaluate 2 cold
check 'and read again from the cache by one process' evaluate 1 warm

documents_are_found() {
	[ "$(jq -r '.document | sub(".*/"; "")' "$dir/dump.cold" | tr '\n' ' ')" = \
		"invoice-de.pdf invoice-ubl.xml receipt-cafe.jpg reminder-de.pdf empty.pdf invoice-cii.xml notes.bin " ]
}
check 'truth chooses the documents of a set; a folder without any is read whole' documents_are_found

states_are_told() {
	q '.folders | map({key: (.group | sub(".*/"; "")), value: .}) | from_entries |
		.set.with_truth == 4 and .set.type_right == 4 and .heap.with_truth == 0 and
		.heap.quarantined >= 1' "$dir/json.cold" &&
		[ "$(jq -r 'select(.document | endswith("empty.pdf")) | .state + " " + .error' \
			"$dir/dump.cold")" = 'quarantined the file is empty' ]
}
check 'states are counted with and without truth' states_are_told

the_xml_is_right() {
	q '.types | map(select(.group == "invoice")) | .[0].whole_right >= 1' "$dir/json.cold" &&
		! grep -q 'invoice-ubl.xml' "$dir/mistakes.cold" &&
		jq -s 'map(select(.document | endswith("invoice-ubl.xml")))[0]' "$dir/dump.cold" >"$dir/ubl" &&
		q '.type == "invoice" and .fields.number.value == "FV-1203/26" and
			.fields.number.source == "xml" and .fields.number.page == null and
			(.lines | length) == 2 and .lines[1].quantity.value == "8"' "$dir/ubl"
}
check 'an e-invoice is right in every field and line' the_xml_is_right

the_dump_is_complete() {
	jq -s 'map(select(.document | endswith("receipt-cafe.jpg")))[0]' "$dir/dump.cold" >"$dir/receipt"
	q '(["document", "type", "state", "pages", "cpu_s", "fields", "lines", "findings"] - keys)
		== [] and .pages == 1 and .cpu_s > 0' "$dir/receipt" &&
		q '[.fields[] | (["value", "confidence", "accepted", "source", "page", "box"] - keys)
			== [] and (.box | length) == 4] | all and length > 3' "$dir/receipt" &&
		q '[.findings[] | (["code", "fields", "text"] - keys) == []] | all' "$dir/receipt"
}
check 'the dump has every key it promises' the_dump_is_complete

counts_add_up() {
	q '[.fields[] | .correct <= .found and .correct <= .truth and
		.accepted_wrong <= .accepted and .accepted <= .found] | all' "$dir/json.cold" &&
		q '(.fields | map(select(.type == "invoice" and (.field | startswith("(all header"))))
			[0].truth) == (.fields | map(select(.type == "invoice" and
			(.field | startswith("lines/") or startswith("(") | not)).truth) | add)' "$dir/json.cold"
}
check 'fields add up to their sum' counts_add_up

nothing_depends_on_how_it_ran() {
	for f in cold warm; do
		jq -c 'del(.cpu_s)' "$dir/dump.$f" >"$dir/plain.$f"
	done
	cmp "$dir/plain.cold" "$dir/plain.warm" && cmp "$dir/mistakes.cold" "$dir/mistakes.warm" &&
		q '.from_cache == 0' "$dir/json.cold" && q '.from_cache == 4' "$dir/json.warm"
}
check 'one process or two, cache or none: the same values' nothing_depends_on_how_it_ran

any_name_is_shown() {
	mkdir "$dir/names"
	cp tests/samples/documents/invoice-cii.xml "$(printf '%s/names/b\377d\033[31m.xml' "$dir")"
	"$intray" evaluate --dump "$dir/dump.names" "$dir/names" >"$dir/out" 2>"$dir/err" &&
		q '.document | endswith("names/b\\xffd\\x1b[31m.xml")' "$dir/dump.names"
}
check 'a name of any bytes is shown without harm' any_name_is_shown

a_wrong_truth_is_refused() {
	mkdir "$dir/bad"
	cp tests/samples/documents/invoice-ubl.xml "$dir/bad/a.xml"
	echo '{"type": "invoice", "fields": {"number": 7}}' >"$dir/bad/a.truth.json"
	"$intray" evaluate "$dir/bad" >"$dir/out" 2>"$dir/err"
	[ $? -eq 3 ] && grep -q 'a.truth.json: "number" is no string' "$dir/err" &&
		{ "$intray" evaluate "$dir/nowhere" 2>"$dir/err"; [ $? -eq 3 ]; }
}
check 'a truth that cannot be understood and a missing folder end with status 3' \
	a_wrong_truth_is_refused

[ -z "${tap_failed:-}" ]
