#!/bin/sh
# A Maildir with two hundred messages of every kind (tests/mail/mailbag.c): every attachment
# becomes a document of its own or is listed with the reason; nothing is lost, nothing comes
# twice, and the day's statement says so. MESSAGES: how many.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
SAMPLES=tests/samples/documents
MESSAGES=${MESSAGES:-200}

WORKERS=2 intray_setup
sed -i "s|^path = $TRAY\$|&\nkind = maildir|" "$CONF"
mkdir -p "$TRAY/new" "$TRAY/cur" "$TRAY/tmp"
sed '0,/<cbc:ID>[^<]*</s//<cbc:ID>@@@@@@@@</' "$SAMPLES/invoice-ubl.xml" >"$T/invoice.xml"
"$BUILD/tests/mail/mailbag" "$TRAY" "$T/expected" "$MESSAGES" "$T/invoice.xml" \
	"$SAMPLES/invoice-en.pdf" || exit 1
echo 'still being written' >"$TRAY/tmp/1700000.half"
[ "$(id -u)" -eq 0 ] && chown -R "$INTRAY_USER" "$TRAY"
intray_start || exit 1
check 'every message is taken and comes to an end' intray_wait "$MESSAGES" 400
check 'a message that is still being written stays where it is' \
	[ "$(find "$TRAY" -type f | sed "s|$TRAY/||")" = tmp/1700000.half ]

# What was found inside of each, against what was put there.
grep '^mail ' "$T/expected" | sort >"$T/want"
sql "with inside as (select coalesce(root, id) as root, id, problem,
		exists (select from intray.part p where p.drop = i.id and p.child is not null) as container
		from intray.drop i)
	select 'mail ' || convert_from(o.name, 'UTF8') || ' ' ||
		count(*) filter (where i.id <> o.id and container) || ' ' ||
		count(*) filter (where i.id <> o.id and not container and i.problem is null) || ' ' ||
		count(*) filter (where i.id <> o.id and i.problem is not null) || ' ' ||
		(select count(*) from intray.part p join intray.drop x on x.id = p.drop
			where coalesce(x.root, x.id) = o.id and p.kind = 'listed')
	from intray.drop o join inside i on i.root = o.id where o.parent is null
	group by o.id" | sort >"$T/have"
if diff "$T/want" "$T/have" >"$T/diff"; then ok 'every part of every message is accounted for'; else
	not_ok 'every part of every message is accounted for'
	sed 's/^/# /' "$T/diff" | head -20
fi
grep '^sha256 ' "$T/expected" | cut -d' ' -f2 | sort >"$T/want"
sql "select sha256 from intray.drop where parent is not null" | sort >"$T/have"
check 'every attached document is there with the bytes that were sent, as often as it was sent' \
	[ -z "$(comm -23 "$T/want" "$T/have")" ]

total() { awk -v n="$1" '$1 == "mail" { s += $n } END { print s + 0 }' "$T/expected"; }
count() { sql "select count(*) from intray.document d join intray.drop o on o.id = d.drop where $1"; }
check 'each file and each part has a document with a number of its own' \
	[ "$(count true)" = "$((MESSAGES + $(total 3) + $(total 4) + $(total 5)))" ]
check 'the same invoice in several mails is one document and its duplicates' \
	[ "$(sql "select count(*) filter (where duplicate_of is null) from intray.document d
		join intray.drop o on o.id = d.drop join intray.part p on p.child = o.id
		where p.name = 'same.xml'")" = 1 ]
check 'attached invoices are read as such' [ "$(sql "select count(*) > $((MESSAGES / 2)) and
	bool_and(d.type = 'invoice' and d.structured) from intray.document d
	join intray.part p on p.child = d.drop
	where p.name ~ 'xml$' and p.code is null and d.duplicate_of is null")" = t ]
check 'a mail without anything attached is read as a letter' \
	[ "$(sql "select count(*) from intray.document d join intray.page g on g.drop = d.drop
		where d.format = 'eml' and d.state = 'exception'")" -ge $((MESSAGES / 7)) ]
check 'a locked ZIP says so, a bomb too, a file of an office program too' \
	[ "$(sql "select string_agg(distinct f.code, ' ' order by f.code) from intray.finding f
		join intray.document d on d.id = f.document where d.format in ('zip', 'office')
			and f.code in ('encrypted', 'zip-bomb', 'office-file')")" = \
		'encrypted office-file zip-bomb' ]
check 'an encrypted mail and an empty attachment wait for a person' \
	[ "$(sql "select string_agg(distinct problem, ' ' order by problem) from intray.drop
		where parent is not null and problem is not null")" = 'empty encrypted' ]
check 'what is no document is listed with its reason' \
	[ "$(sql "select string_agg(distinct code, ' ' order by code) from intray.part
		where kind = 'listed'")" = 'body by-product calendar card report signature small-picture text' ]
check 'the sender stands with the mail and with what came in it' \
	[ "$(sql "select distinct intray.sender_of(o.id) from intray.drop o
		join intray.part p on p.child = o.id where p.name = 'inner.xml' order by 1" |
		tr '\n' ' ')" = 'desk@origin0.example desk@origin1.example ' ]
check 'all were received on the day the last server wrote' \
	[ "$(count "d.received_on <> case when o.depth = 0 then (select received_on from intray.mail
		m where m.drop = o.id) else (select received_on from intray.mail m where m.drop = o.root)
		end")" = 0 ]
check 'no worker died of it' [ "$(grep -c 'msg="process died\|level=error' "$T/log")" = 0 ]

"$BUILD/intray" --config "$CONF" statement --json >"$T/statement"
check 'the statement balances' [ "$(jq .balanced "$T/statement")" = true ]
check 'and has every file and every part' [ "$(jq -c '.trays[0] | [.files, .parts]' "$T/statement")" = \
	"[$MESSAGES,$(($(total 3) + $(total 4) + $(total 5) + $(total 6)))]" ]
check 'files in are documents, duplicates, quarantined and containers' \
	[ "$(jq '.trays[0] | .files == .documents + .duplicates + .quarantined + .containers + .indexes and
		.parts == .part_documents + .part_duplicates + .part_quarantined + .part_containers +
			.part_listed' "$T/statement")" = true ]
check 'the list in CSV has a row for each' \
	[ "$("$BUILD/intray" --config "$CONF" statement --csv | grep -c '^"acme"')" = \
		"$(jq '.files | length' "$T/statement")" ]
"$BUILD/intray" --config "$CONF" verify >"$T/verify"
check 'everything is accounted for' [ $? = 0 ]
[ "${tap_failed:-0}" = 0 ] || { tail -20 "$T/verify" | sed 's/^/# /'; tail -5 "$T/log" | sed 's/^/# /'; }
exit "${tap_failed:-0}"
