#!/bin/sh
# Every route of the desk with every kind of caller, against tests/e2e/desk_routes.table, which
# states each answer. Every caller gets a document of client acme to himself, with a lease in
# his name, so that nothing but his rights stands between him and it. Then ids that are none.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs 'every route with every role' curl jq
table=tests/e2e/desk_routes.table
callers='none bert lim jane joan sue root ann sam'
n_callers=9

INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
intray_add_tray beta in
intray_start || exit 1
desk_opened
cp tests/samples/documents/invoice-wrong-total.pdf "$T/x.pdf"
[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T/x.pdf"
mv "$T/x.pdf" "$TRAY/"
intray_wait 1 120
user bert beta supervisor
user lim acme clerk --types other
user jane acme clerk
user joan acme senior --restricted
user sue acme supervisor
user root acme administrator
user ann acme auditor
user sam acme snippets
for who in $callers; do [ $who = none ] || sign_in $who >/dev/null; done

# --- the table says something of every route ---------------------------------------------------
jq -r '.paths | to_entries[] | .key as $p | .value | keys[] | "\(ascii_upcase)|\($p)"' \
	daemon/desk/www/openapi.json | sort >"$T/routes"
grep -v '^#' "$table" | cut -d'|' -f1,2 | sort >"$T/stated"
check 'every route stands once in the table, and nothing else does' diff "$T/routes" "$T/stated"

# --- a document for every caller and route -----------------------------------------------------
rows=$(grep -vc '^#' "$table")
sql "select 1" >/dev/null
PGPASSWORD=$(cat "$T/state/secrets/intray_owner") "$PSQL" -X -q -A -t -v n=$((rows * n_callers)) \
	-h "$T/run/pg" -U intray_owner -d intray -f tests/desk/clone.sql >/dev/null
sql "delete from intray.task where document in (select id from intray.document where control_number not like '%-C%');
	with callers as (select n, login from unnest(string_to_array('$callers', ' ')) with ordinality as c(login, n))
	update intray.task t set fence = 1, account = p.account, lease_until = now() + interval '1 hour'
	from intray.document d, callers c left join intray.person p on p.login = c.login
	where d.id = t.document and t.state = 'open'
		and (substring(d.control_number from 'C([0-9]+)\$')::integer - 1) % $n_callers + 1 = c.n" >/dev/null
# And with each a mistake that he is charged with, one that somebody else disputes, and one in
# what the ERP has already.
sql "insert into intray.mistake (client, document, account, found_in, path, critical, finder)
	select t.client, t.document, t.account, 'quality', 'number', false, p.account
	from intray.task t, intray.person p where t.state = 'open' and p.login = 'ann';
	insert into intray.mistake (client, document, account, found_in, path, critical, finder, state)
	select t.client, t.document, s.account, 'quality', 'number', false, n.account, 'disputed'
	from intray.task t, intray.person s, intray.person n
	where t.state = 'open' and s.login = 'sam' and n.login = 'ann';
	insert into intray.sampling (client, type, path) select id, 'invoice', 'keyed' from intray.client where code = 'acme';
	insert into intray.quality (client, document, stratum, before, rate, outcome)
	select t.client, t.document, s.id, false, 1, 'correction-due' from intray.task t, intray.sampling s
	where t.state = 'open'" >/dev/null
sql "select concat_ws(' ', t.id, d.id, (select id from intray.mistake m where m.document = d.id and m.state = 'stands'),
	(select id from intray.mistake m where m.document = d.id and m.state = 'disputed'),
	(select id from intray.quality q where q.document = d.id))
	from intray.task t join intray.document d on d.id = t.document
	where d.control_number like '%-C%' order by substring(d.control_number from 'C([0-9]+)\$')::integer" >"$T/work"

open_of() { call "$1" GET /api/counts >/dev/null; jq .open "$T/body"; }
all=$(sql "select count(*) from intray.task where state = 'open'")
check 'everybody is told how much he may work on' [ "$(open_of jane) $(open_of sue) $(open_of lim) $(open_of bert) $(open_of ann)" = \
	"$all $all 0 0 0" ]

exec 3<"$T/work"
grep -v '^#' "$table" >"$T/table"
tomorrow=$(date -u -d tomorrow +%Y-%m-%dT%H:%M:%SZ)
while IFS='|' read -r method path given expected; do
	got=
	for who in $callers; do
		read -r task doc charged disputed quality <&3
		case $path in */judge) charged=$disputed ;; esac
		at=$(echo "$path" | sed "s/{task}/$task/; s/{document}/$doc/; s/{position}/1/; s/{days}/7/; s/{client}/acme/
			s/{mistake}/$charged/; s/{quality}/$quality/")
		body=$(echo "$given" | sed "s/TASK/$task/; s/TOMORROW/$tomorrow/")
		if [ "$path" = /api/events ]; then
			status=$(curl -s -o /dev/null -m 1 -w '%{http_code}' -b "$T/$who.jar" "$URL$at")
		else
			status=$(call $who "$method" "$at" "$body")
		fi
		[ "$status" = 500 ] && sed "s/^/# $who $method $at: /" "$T/body"
		got="${got:+$got }$status"
		case "$who $method $path" in
		'none '*) ;;
		*'DELETE /api/session') sign_in $who >/dev/null ;;
		esac
	done
	[ "$got" = "$expected" ] || echo "# the next one got: $got"
	check "$method $path: $expected" [ "$got" = "$expected" ]
done <"$T/table"
exec 3<&-

# Some are answered "late" instead of refused.
check 'who may not has changed nothing' [ "$(sql "select (select count(*) from intray.draft x
	join intray.person p using (account) where p.login in ('bert', 'lim', 'root', 'ann', 'sam')) + (select count(*)
	from intray.keying x join intray.person p using (account) where p.login in ('bert', 'lim', 'root', 'ann', 'sam'))")" -eq 0 ]
# --- looks ------------------------------------------------------------------------------------
looked() { sql "select string_agg(distinct e.cause, ' ' order by e.cause) from intray.event e
	join intray.person p on 'account:' || p.account = e.actor where p.login = '$1' and e.kind = 'look'"; }
check 'who looks at pages leaves a trace, auditors too' [ "$(looked ann)" = 'page words' ]
check 'who may not has seen nothing' [ -z "$(looked bert)$(looked lim)$(looked root)" ]

# --- ids that are none -------------------------------------------------------------------------
reached=
others=$(sql "select id from intray.document where control_number not like '%-C%' limit 1")
while IFS='|' read -r method path given expected; do
	case $path in *'{'*) ;; *) continue ;; esac
	for bad in 0 -1 99999999999999999999 1e3 0x1 ' 1' 1%00 "1'--" '%27%3B' %2e%2e .. '*' null "$others"x \
		00000000-0000-0000-0000-000000000000 '%F0%9F%98%80' '%ff'; do
		at=$(echo "$path" | sed 's/{[a-z]*}/\n/g' | awk -v bad="$bad" '
			NR > 1 { printf "%s", bad } { printf "%s", $0 }' | sed 's/ /%20/g')
		status=$(call sue "$method" "$at" "$(echo "$given" | sed 's/TASK/1/; s/DOCUMENT/x/')")
		case $status:$path:$bad in
		400:* | 404:* | 409:*) ;;
		405:*:1%00) ;; # nothing of a path counts behind its end
		200:*'{task}/validate:'* | 200:*'{task}/field:'*) jq -e '.outcome == "late"' "$T/body" >/dev/null ||
			reached="$reached $method:$at" ;;
		200:*'{days}:'' 1' | 200:*'{days}:1%00' | 200:*'{quality}:'' 1') ;; # a number, after all
		*) reached="$reached $method:$at:$status" ;;
		esac
	done
done <"$T/table"
[ -z "$reached" ] || echo "# $reached"
check 'no id that is none reaches anything or breaks anything' [ -z "$reached" ]
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
