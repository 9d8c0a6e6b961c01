#!/bin/sh
# make demo: the whole of Intray on a private cluster in a temporary folder. Drops the
# samples (or everything below DOCS=DIR) into a tray, shows progress, then what came out:
# results by type, exceptions with their reasons, and where to look further. KEEP=1 leaves
# it running until Enter or Ctrl-C.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
DOCS=${DOCS:-tests/samples/documents}
[ -d "$DOCS" ] || {
	echo "demo: DOCS=$DOCS is no folder" >&2
	exit 2
}

bold= dim= plain=
if [ -t 1 ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m'); fi
heading() { printf '\n%s%s%s\n' "$bold" "$1" "$plain"; }

# A table as psql prints it: it knows how wide UTF-8 is.
rows() { SQL_OPTS='-P border=0 -P footer=off' sql "$1" | sed '/^$/d; s/^/  /'; }

find -L "$DOCS" -type f ! -name '.*' ! -name '*.truth.json' ! -name '*.truth.txt' \
	! -name '*.boxes.csv' ! -name '*.md' ! -name '*.tsv' | sort >"${TMPDIR:-/tmp}/intray-demo.$$"
files=$(wc -l <"${TMPDIR:-/tmp}/intray-demo.$$")
[ "$files" -gt 0 ] || {
	echo "demo: there are no documents below $DOCS" >&2
	exit 2
}

# DESK_PORT=8300 for an address that stays the same.
INTRAY_EXTRA="desk_listen = 127.0.0.1:${DESK_PORT:-0}"
intray_setup
mv "${TMPDIR:-/tmp}/intray-demo.$$" "$T/list"
printf '%sStarting Intray%s on a private PostgreSQL in %s ... ' "$bold" "$plain" "$T"
intray_start || exit 1
echo 'up.'

# As a careful scanning station does: write elsewhere, then move in.
mkdir "$T/scanner"
while read -r f; do
	d=$T/scanner/$(dirname "${f#"$DOCS"/}")
	mkdir -p "$d" && cp "$f" "$d/"
done <"$T/list"
[ "$(id -u)" -eq 0 ] && chown -R "$INTRAY_USER" "$T/scanner"
mv "$T"/scanner/* "$TRAY/"
echo "Dropped $files files from $DOCS into $TRAY"

progress() {
	sql "select count(*) filter (where s.phase <> 'busy'), count(*),
		count(*) filter (where d.state = 'exception'),
		count(*) filter (where s.phase = 'erp')
		from intray.document d join intray.state s on s.name = d.state" 2>/dev/null |
		awk -F '|' -v files="$files" '{
			done = int(30 * $1 / files); if (done > 30) done = 30
			bar = sprintf("%*s", done, ""); gsub(/ /, "#", bar)
			printf "[%-30s] %d of %d read: %d ready, %d exceptions", bar, $1, files, $4, $3
		}'
}
while ! intray_wait "$files" 1 2>/dev/null; do
	if [ -t 1 ]; then printf '\r%s\033[K' "$(progress)"; else progress && echo; fi
	kill -0 "$INTRAY_PID" 2>/dev/null || {
		echo "intrayd ended; its log is $T/log" >&2
		KEEP=1
		exit 1
	}
done
[ -t 1 ] && printf '\r'
progress
echo

heading 'Results: what the ERP can fetch now'
for type in $(sql 'select name from intray.doctype where current order by name'); do
	n=$(sql "select count(*) from erp.\"$type\"")
	echo "${bold}$type${plain} ($n on offer, from view erp.$type)"
done
rows "select d.control_number as \"control no\", left(o.shown, 40) as file, d.type,
	coalesce((select f.value from intray.field f where f.document = d.id and f.path in
		('seller/name', 'merchant/name', 'patient/name', 'sender/name') limit 1), '-') as \"from\",
	coalesce((select f.value from intray.field f where f.document = d.id and f.path in
		('number', 'patient_account') limit 1), '-') as number,
	coalesce((select f.value from intray.field f where f.document = d.id and f.path in
		('total_with_vat', 'total', 'total_charge') limit 1), '-') as total,
	(select count(*) filter (where f.accepted) || ' of ' || count(*) 
		from intray.field f where f.document = d.id) as \"fields proven\"
	from intray.document d join lateral (select convert_from(name, 'UTF8') as shown
		from intray.drop where id = d.drop) o on true
	join intray.state s on s.name = d.state where s.phase = 'erp' order by d.type, o.shown"

heading 'Exceptions: what a person must look at, and why'
rows "select d.control_number as \"control no\", left(o.shown, 40) as file,
	coalesce(d.type, '-') as type, case when length(f.text) > 72
		then left(f.text, 69) || '...' else f.text end as \"first reason\",
	case when f.n > 1 then f.n - 1 || ' more' else '' end as \"and\"
	from intray.document d join lateral (select convert_from(name, 'UTF8') as shown
		from intray.drop where id = d.drop) o on true
	left join lateral (select text, count(*) over () as n from intray.finding f
		where f.document = d.id and f.severity = 'stop' order by position limit 1) f on true
	where d.state = 'exception' order by d.type, o.shown"

# A clerk of ours keys what stands on the paper: the sample's truth. One exception a type,
# through the same desk.* functions that people use from psql.
as_clerk() {
	PGPASSWORD=demo "$PSQL" -X -q -A -t -v ON_ERROR_STOP=1 -h "$T/run/pg" -U demo_clerk \
		-d intray -c "$1"
}
key_one_of_each() {
	sql "select intray.grant_clerk('acme', 'demo_clerk', password => 'demo',
		restricted => true)" >/dev/null
	PSQL=$(ls /usr/lib/postgresql/*/bin/psql | tail -1)
	keyed=
	while task=$(as_clerk 'select task, fence, type, document, reason from desk.next_task()') &&
		[ -n "$task" ]; do
		IFS='|' read -r task fence type document reason <<-END
		$task
		END
		file=$(sql "select convert_from(o.name, 'UTF8') from intray.document d
			join intray.drop o on o.id = d.drop where d.id = '$document'")
		truth=$DOCS/${file%.*}.truth.json
		case "$keyed $reason" in
		*" $type "* | *type-unknown | *BR-CO-15) truth= ;;
		esac
		if [ ! -f "$truth" ] || [ "$type" = other ]; then
			as_clerk "select desk.skip($task, 'not-sure')" >/dev/null || break
			continue
		fi
		values=$(jq -c '.fields + if (.lines | length) > 0 then {lines} else {} end' "$truth" |
			sed "s/'/''/g")
		if said=$(as_clerk "select desk.submit($task, $fence, '$values')"); then
			echo "  keyed $file, of type $type: $said"
			keyed="$keyed $type "
		else
			as_clerk "select desk.skip($task, 'not-sure')" >/dev/null || break
		fi
	done
	intray_wait "$files" 60
}
if [ "$DOCS" = tests/samples/documents ]; then
	heading 'A clerk keys one exception of each type (desk.next_task, desk.submit)'
	key_one_of_each
	heading 'Now the ERP can fetch'
	for type in $(sql 'select name from intray.doctype where current order by name'); do
		echo "  $(sql "select count(*) from erp.\"$type\"") $type from erp.$type"
	done
fi

"$BUILD/intray" --config "$CONF" user add demo --client acme --name "Demo Clerk" --role supervisor \
	--restricted >"$T/login" || exit 1
heading "Where clerks work"
printf "  %s   user: demo   %s\n" "$(cat "$T/run/desk.url")" "$(sed -n 2p "$T/login")"
[ -n "${KEEP:-}" ] || printf "  %s(KEEP=1 make demo leaves it open)%s\n" "$dim" "$plain"

others=$(sql "select count(*) from intray.document d join intray.state s on s.name = d.state
	where s.phase <> 'erp' and d.state <> 'exception'")
if [ "$others" -gt 0 ]; then
	heading 'Neither'
	rows "select d.control_number as \"control no\", d.state, left(coalesce(d.reason, d.cause), 90) as why
		from intray.document d join intray.state s on s.name = d.state
		where s.phase <> 'erp' and d.state <> 'exception' order by 1"
fi

if [ -z "${KEEP:-}" ]; then
	printf '\n%sStopped and removed now. KEEP=1 make demo leaves it running and tells where to look.%s\n' \
		"$dim" "$plain"
	exit 0
fi
example=$(sql "select control_number from intray.document order by state, arrived limit 1")
heading 'Where to look'
cat <<END
  $BUILD/intray --config $CONF status                  what runs, what waits, what is wrong
  $BUILD/intray --config $CONF list                    all documents
  $BUILD/intray --config $CONF show $example   the whole story of one
  $BUILD/intray --config $CONF verify                  is every dropped file accounted for

As administrator of accounts, in psql; README shows what an ERP and a clerk then do:
  PGPASSWORD=\$(cat $T/state/secrets/intray_admin) psql -h $T/run/pg -U intray_admin -d intray
${dim}  log: $T/log${plain}

Running. Drop more files into $TRAY; Enter or Ctrl-C stops it.
END
KEEP=
read -r _ || while kill -0 "$INTRAY_PID" 2>/dev/null; do sleep 1; done
