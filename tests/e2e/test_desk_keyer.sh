#!/bin/sh
# What the keying page does beside keying: one field of many documents, cut-outs for people who
# may see nothing else, documents cut, joined, put in order, a suspected duplicate beside its
# twin, what was saved too late, rules that nobody may wave through, and a cap on skipping.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs 'the keying page over HTTP' curl jq
docs=tests/samples/documents
task_of() { # FILE
	sql "select t.id from intray.task t join intray.document d on d.id = t.document
		join intray.drop o on o.id = d.drop where t.state = 'open' and convert_from(o.name, 'UTF8') = '$1'"
}
pick() { # WHO FILE: body has the task, $task and $fence
	task=$(task_of "$2")
	call "$1" POST "/api/tasks/$task/pick" >/dev/null
	fence=$(jq .fence "$T/body")
}
state_of() { sql "select state from intray.document where control_number = '$1'"; }

INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
intray_start || exit 1
desk_opened
doubtful acme invoice number issue_date
cp "$T/doubtful" "$T/invoice"
doubtful acme receipt merchant/name total
drop $docs/invoice-wrong-total.pdf wrong.pdf
drop $docs/invoice-en.pdf en.pdf
drop $docs/credit-note-de.pdf credit.pdf
drop $docs/receipt-cafe.jpg cafe.jpg
drop tests/e2e/three-pages.tif three.tif
user jane acme clerk --restricted
user joan acme senior --restricted
user sam acme snippets
user bert beta clerk 2>/dev/null
for who in jane joan sam bert; do sign_in $who >/dev/null; done
intray_wait 5 180

# --- one field of many -----------------------------------------------------------------------
call sam GET /api/carousel >/dev/null
check 'there is a field to go through' body 'length > 0 and (.[0].n > 0)'
row=$(jq -c '[.[] | select(.type == "invoice" or .type == "receipt")][0]' "$T/body")
wish=$(echo "$row" | jq -c '{client, type, path, most: 5, but: []}')
field=$(echo "$row" | jq -r .path)
check 'its documents are taken' is "$(call sam POST /api/carousel/take "$wish")" 200
one=$(jq -c '.[0]' "$T/body") task=$(jq '.[0].task' "$T/body")
check 'with the value and its place, and nothing else of the document' body \
	'.[0] | has("value") and has("box") and (keys - ["alternatives","box","confidence","fence","path","raw","task","value"] == [])'
check 'nobody else gets such a document' is "$(call jane POST "/api/tasks/$task/pick")" 404
cut="/api/tasks/$task/snippet?path=$(echo "$field" | sed 's|/|%2F|')"
check 'its cut-out is a small picture' is "$(call sam GET "$cut")$(head -c 3 "$T/body" | od -An -tx1 | tr -d ' ')" 200ffd8ff
check 'smaller than the page' [ "$(wc -c <"$T/body")" -lt 60000 ]
check 'not for another field of it' is "$(call sam GET "/api/tasks/$task/snippet?path=number2")" 404
check 'nor for anybody else' is "$(call jane GET "$cut")" 404
doc=$(sql "select document from intray.task where id = $task")
for what in picture thumbnail words; do
	check "who sees cut-outs sees no $what of a page" is "$(call sam GET "/api/documents/$doc/pages/1/$what")" 404
done
check 'nor the document' is "$(call sam GET "/api/tasks/$task")" 409
check 'nor takes one whole' is "$(call sam POST /api/tasks/take '{}')" 404
fence=$(echo "$one" | jq .fence)
call sam POST "/api/tasks/$task/field" "{\"fence\":$fence,\"path\":\"invented\",\"value\":\"x\"}" >/dev/null
check 'another field cannot be keyed through it' body '.outcome == "late" or has("error")'
call sam POST "/api/tasks/$task/field" "{\"fence\":$((fence + 1000)),\"path\":\"$field\",\"value\":\"x\"}" >/dev/null
check 'nor with an old fence' body '.outcome == "late" or .outcome == "wrong"'
value=$(echo "$one" | jq '.value // "5.00"')
call sam POST "/api/tasks/$task/field" "{\"fence\":$fence,\"path\":\"$field\",\"value\":$value}" >/dev/null
check 'one value is handed in' body '.outcome == "submitted"'
intray_wait 5 60
check 'and goes the way of keyed values' is "$(sql "select f.source from intray.field f where f.document = '$doc'
	and f.line = 0 and f.path = '$field'")" person
check 'that was asked about is not asked again' is "$(sql "select count(*) from intray.finding where document = '$doc'
	and kind = 'reading' and fields = array['$field'] and not confirmed")" 0
call sam POST /api/tasks/release "{\"tasks\":$(sql "select coalesce(json_agg(id), '[]') from intray.task
	where state = 'open' and account is not null")}" >/dev/null

# --- cutting and joining ----------------------------------------------------------------------
pick jane three.tif
number=$(jq -r .control_number "$T/body")
check 'three pages to begin with' body '.pages | length == 3'
call jane POST "/api/tasks/$task/arrange" "{\"fence\":$fence,\"parts\":[[{\"position\":1},{\"position\":1}]]}" >/dev/null
check 'a page cannot be used twice' body '.error | test("once")'
call jane POST "/api/tasks/$task/arrange" "{\"fence\":$fence,\"parts\":[[{\"position\":9}]]}" >/dev/null
check 'nor one that is not there' body '.error | test("no such page")'
call jane POST "/api/tasks/$task/arrange" \
	"{\"fence\":$fence,\"parts\":[[{\"position\":3},{\"position\":1,\"rotation\":90},{\"position\":2}]]}" >/dev/null
check 'pages are put in another order' body '.outcome == "arranged" and ([.pages[].rotation] == [0,90,0])'
check 'what was third is first' is "$(sql "select string_agg(p.number::text, '' order by p.position) from intray.document_page p
	join intray.document d on d.id = p.document where d.control_number = '$number'")" 312
call jane POST "/api/tasks/$task/arrange" \
	"{\"fence\":$fence,\"parts\":[[{\"position\":1}],[{\"position\":2},{\"position\":3}]]}" >/dev/null
check 'a document is cut into two' body '.outcome == "split" and (.documents | length == 2)'
first=$(jq -r '.documents[0].control_number' "$T/body") second=$(jq -r '.documents[1].control_number' "$T/body")
intray_wait 5 60
check 'which ends it' is "$(state_of "$number")" split
check 'and is told' is "$(sql "select count(*) from intray.event e join intray.document d on d.id = e.document
	where d.control_number = '$number' and e.to_state = 'split'")" 1
check 'its parts are understood by themselves' is "$(sql "select count(*) from intray.document where control_number in ('$first', '$second')
	and state in ('exception', 'ready')")" 2
check 'all pages are there twice over, none is lost' is "$(sql "select count(*) || ' ' || count(distinct p.number) from intray.document_page p
	join intray.document d on d.id = p.document where d.control_number in ('$number', '$first', '$second')")" '6 3'
for n in $number $first $second; do
	check "$n is found by its number" sh -c "\"$BUILD/intray\" --config \"$CONF\" show $n >/dev/null"
done
task=$(sql "select t.id from intray.task t join intray.document d on d.id = t.document
	where t.state = 'open' and d.control_number = '$first'")
other=$(sql "select id from intray.document where control_number = '$second'")
call jane POST "/api/tasks/$task/pick" >/dev/null
fence=$(jq .fence "$T/body")
call jane GET "/api/tasks/$task/neighbours" >/dev/null
check 'what lies beside it is offered' body "any(.[]; .control_number == \"$second\")"
held=$(sql "select t.id from intray.task t where t.state = 'open' and t.document = '$other'")
call joan POST "/api/tasks/$held/pick" >/dev/null
check 'what somebody works on is not joined' is "$(call jane POST "/api/tasks/$task/join" "{\"fence\":$fence,\"others\":[\"$other\"]}")" 409
call joan POST /api/tasks/release "{\"tasks\":[$held]}" >/dev/null
call jane POST "/api/tasks/$task/join" "{\"fence\":$fence,\"others\":[\"$other\"]}" >/dev/null
check 'two become one' body '.outcome == "merged" and (.documents | length == 1)'
whole=$(jq -r '.documents[0].control_number' "$T/body")
intray_wait 5 60
check 'both parts ended' is "$(state_of "$first")$(state_of "$second")" mergedmerged
check 'and say as what they go on' is "$(sql "select count(*) from intray.document d join intray.document w on w.id = d.merged_into
	where d.control_number in ('$first', '$second') and w.control_number = '$whole'")" 2
check 'with all the pages' is "$(sql "select count(*) from intray.document_page p join intray.document d on d.id = p.document
	where d.control_number = '$whole'")" 3
task=$(sql "select t.id from intray.task t join intray.document d on d.id = t.document
	where t.state = 'open' and d.control_number = '$whole'")
call jane POST "/api/tasks/$task/pick" >/dev/null
fence=$(jq .fence "$T/body")
call jane POST "/api/tasks/$task/arrange" "{\"fence\":$fence,\"parts\":[[{\"position\":2},{\"position\":1}]]}" >/dev/null
check 'a page that is left out is looked for no more' body '.outcome == "again"'
intray_wait 5 60
check 'but stays' is "$(sql "select count(*) || ' ' || count(*) filter (where dropped) from intray.document_page p
	join intray.document d on d.id = p.document where d.control_number = '$whole'")" '3 1'

# --- what lies beside --------------------------------------------------------------------------
pick jane wrong.pdf
call jane GET "/api/tasks/$task/twin" >/dev/null
check 'a document without a twin has none' body 'has("error")'
sql "update intray.task set account = null, lease_until = null where id = $task" >/dev/null
call jane PUT "/api/tasks/$task/draft" '{"typed":{"v":1,"values":{"number":"L-1"}}}' >/dev/null
check 'a late save is refused' body '.outcome == "late"'
pick joan wrong.pdf
check 'and shown to whoever has the document' body '.late[0].by == "jane" and .late[0].values.number == "L-1"'
check 'what this supplier had before is there to be offered' body '.known | type == "object"'

# --- the client's profile -----------------------------------------------------------------------
rule=$(jq -r '[.findings[] | select(.kind == "document" and .severity == "stop")][0].code' "$T/body")
printf 'rule %s final\nlimit skips 1\n' "$rule" | cat - "$T/invoice" >"$T/final"
intray profile set acme invoice "$T/final" >/dev/null
pick joan wrong.pdf
check 'the page knows what nobody may wave through' body ".overrides[\"$rule\"] == \"never\""
submit() { # OVERRIDES
	values=$(jq -c '[.fields[] | select(.line == 0 and .value != null) | {(.path): .value}] | add' "$T/task")
	call joan POST "/api/tasks/$task/validate" "{\"values\":$values}" >/dev/null
	printed=$(jq -c '[.findings[] | select(.severity == "stop") | .name]' "$T/body")
	name=$(jq -r "[.findings[] | select(.code == \"$rule\") | .name][0]" "$T/body")
	call joan POST "/api/tasks/$task/submit" \
		"{\"fence\":$fence,\"values\":$values,\"printed\":$printed,\"overrides\":{\"$name\":\"$1\"}}"
}
cp "$T/body" "$T/task"
check 'no "as printed" settles it' is "$(submit rounding)$(jq -r '.outcome, (.findings[] |
	select(.code == "'$rule'") | .confirmed)' "$T/body" | tr '\n' ' ')" '200findings false '
sed 's/final/reasoned/' "$T/final" >"$T/reasoned"
intray profile set acme invoice "$T/reasoned" >/dev/null
check 'a reason must be on the list' is "$(submit whim)$(jq -r '.error | test("rounding")' "$T/body")" 409true
check 'with one it is taken' is "$(submit rounding)$(jq -r .outcome "$T/body")" 200submitted
check 'and the reason stays' is "$(sql "select count(*) from intray.keying where overrides::text like '%rounding%'")" 1
skip_one() { # FILE
	pick jane "$1"
	call jane POST "/api/tasks/$task/skip" '{"reason":"not-sure"}'
}
check 'one may be skipped' is "$(skip_one credit.pdf)" 200
check 'more than the profile allows may not' is "$(skip_one three.tif)$(jq -r '.error | test("no more than 1")' "$T/body")" 409true
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
