#!/bin/sh
# What a tray may hold: any byte in a name, the same name and the same bytes twice, links,
# and things that are no files. Each ends in one drop row that says what it was; what
# could not be a document is kept under .quarantine.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/fault/lib.sh
fault_setup
trap fault_end EXIT
sed -i 's/^settle = .*/settle = 20ms/' "$FCONF"
sed -i 's/^min_free = .*/&\nmax_file = 1M/' "$FCONF"
fault_start || exit 1

long=$(printf 'n%.0s' $(seq 255))
newline=$(printf 'two\nlines.txt')
latin1=$(printf 'Fa\337schr\374ng.txt')
quotes="it's \"quoted\" \\ \$HOME *.txt"

drop '-rf' 'a name that looks like an option'
drop "$long" 'a name of 255 bytes'
drop "$newline" 'a name with a line break'
drop "$latin1" 'a name that is not UTF-8'
drop "$quotes" 'a name with quotes'
drop 'again.txt' 'first of its name'
intake_start
taken_all || tap_failed=1

name_is() { # SENTENCE NAME TEXT
	sha=$(printf '%s' "$3" | sha256sum | cut -c1-64)
	hex=$(printf '%s' "$2" | od -An -v -tx1 | tr -d ' \n')
	n=$(sql "select count(*) from intray.drop
		where sha256 = '$sha' and name = '\\x$hex' and problem is null")
	check "$1" [ "$n" = 1 ]
}
name_is 'a name that begins with a dash is taken as it is' '-rf' 'a name that looks like an option'
name_is 'a name of 255 bytes is taken as it is' "$long" 'a name of 255 bytes'
name_is 'a name with a line break is taken as it is' "$newline" 'a name with a line break'
name_is 'a name in Latin-1 is taken as it is' "$latin1" 'a name that is not UTF-8'
name_is 'a name with quotes is taken as it is' "$quotes" 'a name with quotes'

drop 'again.txt' 'second of its name'
taken_all || tap_failed=1
name_is 'the same name again is another drop' 'again.txt' 'second of its name'

drop 'copy.txt' 'first of its name'
taken_all || tap_failed=1
check 'the same bytes again are a drop of their own, marked as duplicate' \
	[ "$(sql "select count(*) from intray.document d join intray.drop p on p.id = d.drop
		where p.name = 'copy.txt' and d.state = 'duplicate'")" = 1 ]

# A hard link: two names of one file, both dropped.
printf 'linked' >"$T/one"
ln "$T/one" "$T/two"
give "$T/one" "$T/two"
mv "$T/one" "$TRAY/one.txt"
mv "$T/two" "$TRAY/two.txt"
taken_all || tap_failed=1
check 'both names of a hard link are taken' \
	[ "$(sql "select count(*) from intray.drop where name in ('one.txt', 'two.txt')")" = 2 ]

mkdir -p "$TRAY/sub/folder"
printf 'below' >"$TRAY/sub/folder/below.txt"
deep=$TRAY/1/2/3/4/5/6/7/8/9
mkdir -p "$deep"
printf 'too deep' >"$deep/deep.txt"
mkfifo "$TRAY/pipe"
ln -s /etc/passwd "$TRAY/link.txt"
: >"$TRAY/empty.pdf"
head -c 1100000 /dev/zero >"$TRAY/big.tif"
: >"$TRAY/ignored.tmp"
: >"$TRAY/.hidden"
give "$TRAY"
if [ "$(id -u)" -eq 0 ]; then # belongs to somebody else, who alone may read it
	printf 'secret' >"$TRAY/unreadable.txt"
	chown root "$TRAY/unreadable.txt"
	chmod 600 "$TRAY/unreadable.txt"
else
	printf 'secret' >"$TRAY/unreadable.txt"
	chmod 000 "$TRAY/unreadable.txt"
fi
six_problems() {
	[ "$(sql 'select count(*) from intray.drop where problem is not null')" = 6 ]
}
wait_for 20 six_problems || tap_failed=1
problem_is() { # SENTENCE NAME PROBLEM
	check "$1" [ "$(sql "select problem from intray.drop where name = '$2'")" = "$3" ]
	check "... and is kept in quarantine" \
		[ -n "$(find "$TRAY/.quarantine" -mindepth 2 -path "*/$2")" ]
}
problem_is 'an empty file is a problem' empty.pdf empty
problem_is 'a file beyond the limit is a problem' big.tif too-big
problem_is 'a FIFO is a problem' pipe not-a-file
problem_is 'a symlink is a problem, and nobody follows it' link.txt not-a-file
problem_is 'a file that may not be read is a problem' unreadable.txt unreadable
problem_is 'a folder that lies too deep is a problem' 1/2/3/4/5/6/7/8/9 too-deep
check 'a file in a subfolder is taken with its path' \
	[ "$(sql "select count(*) from intray.drop where name = 'sub/folder/below.txt'")" = 1 ]
found_by_name() {
	[ "$("$BUILD/intray" --config "$CONF" list --file "$1" --json | jq length)" = "$2" ]
}
check 'and found by a part of its name' found_by_name folder/bel 1
check 'nothing is found by a name that none has' found_by_name folder/bell 0
check 'ignored names stay' [ -f "$TRAY/ignored.tmp" -a -f "$TRAY/.hidden" ]

rm "$TRAY/ignored.tmp" "$TRAY/.hidden"

# A scanner's own subfolder in which we may not write: its files wait, and only they.
mkdir "$TRAY/theirs"
for i in 1 2 3 4 5 6 7 8 9; do printf 'old %s' $i >"$TRAY/theirs/$i.txt"; done
if [ "$(id -u)" -eq 0 ]; then chown -R root "$TRAY/theirs"; fi
chmod 555 "$TRAY/theirs"
sleep 0.3
drop 'beside.txt' 'beside a folder that refuses'
beside_is_taken() {
	[ "$(sql "select count(*) from intray.drop where name = 'beside.txt'")" = 1 ]
}
check 'a folder that refuses does not hold up the others' wait_for 20 beside_is_taken
names_the_folder() {
	sql "select problem from intray.tray_report" | grep -q 'subfolder theirs'
}
check 'and the tray says which one it is' wait_for 20 names_the_folder
chmod 755 "$TRAY/theirs"
rm -r "$TRAY/theirs"

before=$(sql 'select count(*) from intray.drop')
intake_kill
intake_start
drop 'later.txt' 'a round after the restart'
taken_all || tap_failed=1
check 'nothing is reported twice, not even after a restart' \
	[ "$(sql 'select count(*) from intray.drop')" = $((before + 1)) ]
exit "${tap_failed:-0}"
