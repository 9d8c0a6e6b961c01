#!/bin/sh
# An invoice asks for the money on an account that the supplier's master does not have. From the
# shell it is released by two people, each of whom proves who he is; the story names both.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs 'releasing by two people' jq oathtool
WORKERS=1
intray_setup
intray_start || exit 1
user ann acme clerk && user ben acme clerk && user cleo beta clerk 2>/dev/null
user audrey acme auditor

# status N COMMAND...: whether it ends with status N; output in $T/out, complaints in $T/err
status() {
	expected=$1
	shift
	"$@" >"$T/out" 2>"$T/err"
	got=$?
	[ $got -eq "$expected" ] && return 0
	echo "# status $got, not $expected: $*"
	sed 's/^/# /' "$T/out" "$T/err"
	return 1
}
as() { # LOGIN COMMAND [OPTION...]: with that person's password on standard input
	who=$1
	shift
	echo "secret of $who" | intray "$@" --as "$who" --password-stdin
}
printed() { grep -qF -- "$1" "$T/out"; }
said() { grep -qF -- "$1" "$T/err"; }
state() { sql "select state from intray.document where control_number = '$doc'"; }

printf 'number,name,vat_id,iban\n70001,Suministros Ejemplo S.L.,ESB82364175,ES7921000813610123456789\n' >"$T/suppliers.csv"
intray supplier import "$T/suppliers.csv" --client acme >/dev/null || exit 1
for n in 1 2; do
	sed "s/INVOICE_NUMBER/R-$n/; s/CENTS/0$n/g" tests/e2e/deliver-invoice.xml >"$T/made.xml"
	drop "$T/made.xml" "r-$n.xml"
done
intray_wait 2
doc=$(intray list --json | jq -r '.[] | select(.file == "r-1.xml").control_number')
second=$(intray list --json | jq -r '.[] | select(.file == "r-2.xml").control_number')

check 'an account that the master lacks stops the invoice' [ "$(state)" = queried ]
it_is_listed() {
	status 0 intray release --json &&
		[ "$(jq -r ".[] | select(.control_number == \"$doc\") | \"\(.code) \(.released_by)\"" "$T/out")" = \
			'supplier-account null' ]
}
check 'what waits for two people is listed' it_is_listed

nobody_in_particular_releases_nothing() {
	status 2 intray release "$doc" && said 'say who: --as LOGIN' &&
		status 3 sh -c "echo wrong-password | '$BUILD/intray' --config '$CONF' release $doc --as ann --password-stdin" &&
		said 'name or password is wrong' &&
		status 3 as nobody release "$doc" && said 'name or password is wrong' &&
		[ "$(sql 'select count(*) from intray.release')" = 0 ]
}
check 'without a name and its password nothing is released' nobody_in_particular_releases_nothing
only_who_may_key_releases() {
	status 3 as audrey release "$doc" && said "there is no document" &&
		[ "$(sql 'select count(*) from intray.release')" = 0 ]
}
check 'whoever may not key the document may not release it' only_who_may_key_releases

one_is_not_enough() {
	status 1 as ann release "$doc" && printed 'a second person has to' &&
		status 1 as ann release "$doc" && printed 'somebody else' && [ "$(state)" = queried ] &&
		intray release >"$T/out" && grep "$doc" "$T/out" | grep -q 'ann *$'
}
check 'the first waits for a second, who is not the first' one_is_not_enough

ben_has_an_authenticator() {
	intray user totp ben --json >"$T/totp" &&
		secret=$(jq -r .uri "$T/totp" | sed 's/.*secret=\([A-Z2-7]*\).*/\1/') &&
		status 3 setsid -w sh -c "echo 'secret of ben' | '$BUILD/intray' --config '$CONF' release $doc --as ben --password-stdin" &&
		said 'give the code of your authenticator' &&
		status 3 as ben release "$doc" --code 000000 && said 'wrong or was used' && [ "$(state)" = queried ]
}
check 'who has an authenticator has to give its code' ben_has_an_authenticator
two_are() {
	status 0 as ben release "$doc" --code "$(oathtool --totp -b "$secret")" && printed 'who is the second' &&
		intray_wait 2 && [ "$(state)" = ready ]
}
check 'the second lets it go on to the ERP' two_are
the_story_names_both() {
	intray show "$doc" --json >"$T/out" &&
		[ "$(jq -r '[.events[] | select(.kind == "release") | .who] | join(" ")' "$T/out")" = 'desk:ann desk:ben' ] &&
		[ "$(jq -r '.events[] | select(.from_state == "queried") | .who' "$T/out")" = desk:ben ]
}
check 'the story of the document names both' the_story_names_both

it_is_taken_up_again() {
	status 3 as audrey resume "$second" && status 0 as ann resume "$second" && printed 'in the queue' &&
		[ "$(sql "select state from intray.document where control_number = '$second'")" = exception ] &&
		status 3 as ann resume ACME-000101-0001 && said 'no such document' &&
		status 3 as ann release "$second" && said 'does not wait to be released'
}
check 'what waits for an answer is taken up again' it_is_taken_up_again
check 'nobody stays signed in' [ "$(sql 'select count(*) from intray.session')" = 0 ]

guessing_is_slowed_down() {
	for _ in 1 2 3 4 5 6; do echo wrong-password | intray release "$doc" --as ann --password-stdin 2>"$T/err"; done
	said 'too many wrong passwords'
}
check 'guessing is slowed down as at the desk' guessing_is_slowed_down
exit "${tap_failed:-0}"
