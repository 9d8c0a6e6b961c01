#!/bin/sh
# `intray train`, on a handful of made samples: the same documents give the same bytes
# whatever the number of processes, evaluate takes the models of the folds, and a model
# that is missing or was damaged is refused with a sentence.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
intray=$BUILD/intray
dir=$(mktemp -d /tmp/intray-train.XXXXXX)
trap 'rm -rf "$dir"' EXIT

mkdir "$dir/set" "$dir/schemas"
for d in invoice-de.pdf receipt-cafe.jpg; do
	cp "tests/samples/documents/$d" "tests/samples/documents/${d%.*}.truth.json" "$dir/set/"
done
cp schemas/*.xsd "$dir/schemas/"
printf '[intray]\nschema_dir = %s/schemas\n\n[client a]\n\n[tray a/in]\npath = %s\n' "$dir" "$dir" \
	>"$dir/conf"
chmod -R a+rX "$dir"

train() {
	"$intray" train --json --jobs "$1" --cache "$dir/cache" --out "$dir/$2" "$dir/set" \
		>"$dir/json.$2" 2>"$dir/err" && return 0
	sed 's/^/# /' "$dir/err"
	return 1
}
learns() {
	train 2 first && jq -e '.values > 20 and .documents == 2 and .suppliers == 2' \
		"$dir/json.first" >/dev/null
}
check 'values of documents whose contents are known are lessons' learns

the_same() { train 1 second && diff -r "$dir/first" "$dir/second" | sed 's/^/# /' | head -5; }
is_the_same() { [ -z "$(the_same)" ]; }
check 'the same documents give the same bytes' is_the_same

folds_are_taken() {
	"$intray" evaluate --json --folds "$dir/first/folds" --cache "$dir/cache" "$dir/set" \
		>"$dir/json" 2>"$dir/err" &&
		jq -e '(.accepted | length) > 0 and (.reliability | length) > 0 and
			(.coverage | length) > 0' "$dir/json" >/dev/null
}
check 'evaluate judges each supplier by a model that has not seen it' folds_are_taken

refused() { # the sentence
	"$intray" --config "$dir/conf" evaluate --cache "$dir/cache" "$dir/set" >"$dir/out" 2>"$dir/err"
	[ $? -eq 3 ] && grep -q "$1" "$dir/err" && return 0
	sed 's/^/# /' "$dir/err"
	return 1
}
check 'a model that is missing is a failure that says so' refused 'intray train'
sed '3s/[0-9]$/x/' schemas/trust.model >"$dir/schemas/trust.model"
check 'so is one that was changed' refused 'trust.model: line'
head -c 2000 schemas/trust.model >"$dir/schemas/trust.model"
check 'and one that was cut off' refused 'trust.model: line .*cut off'
cp schemas/trust.model "$dir/schemas/"
works() { "$intray" --config "$dir/conf" evaluate --cache "$dir/cache" "$dir/set" >"$dir/out" 2>"$dir/err"; }
check 'the shipped one is taken' works

[ -z "${tap_failed:-}" ]
