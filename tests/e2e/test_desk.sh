#!/bin/sh
# The desk over HTTP, as a browser and as somebody who means no good: signing in, sessions,
# the token against other sites' forms, guessing, a document
# keyed from take to ready, a lease that is lost, names that look like markup.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs 'the desk over HTTP' curl jq
docs=tests/samples/documents

INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
intray_add_tray beta in
intray_start || exit 1
desk_opened
doubtful acme invoice number issue_date
cp "$docs/invoice-wrong-total.pdf" "$T/<img src=x onerror=alert(1)>.pdf"
cp "$docs/credit-note-de.pdf" "$T/"
chmod a+r "$T"/*.pdf
[ "$(id -u)" -eq 0 ] && chown "$INTRAY_USER" "$T"/*.pdf
mv "$T"/*.pdf "$TRAY/"
intray_wait 2 120

user jane acme clerk
user joan acme senior --restricted
user ann acme auditor
user sue acme supervisor
user root acme administrator
user bert beta clerk
intray user list --json | jq -e '[.[] | select(.login == "jane")][0].role == "clerk"' >/dev/null
check 'intray user list tells roles' [ $? -eq 0 ]
echo short | intray user add x --client acme --password-stdin >/dev/null 2>&1
check 'a short password is refused' [ $? -eq 2 ]

# --- reading gives way ----------------------------------------------------------------------
worker=$(pgrep -P "$INTRAY_PID" -x intray-worker | head -1) desk=$(pgrep -P "$INTRAY_PID" -x intray-desk)
check 'a worker leaves the processor to the desk' [ "$(cut -d' ' -f19 "/proc/$worker/stat")" -ge 10 ]
if [ -r "/proc/$worker/autogroup" ]; then
	check 'and its session to the sessions of the server' grep -q 'nice 10$' "/proc/$worker/autogroup"
	check 'which is not the session of the desk' grep -q 'nice 0$' "/proc/$desk/autogroup"
else
	skip 'and its session to the sessions of the server' 'the kernel groups no sessions'
fi

# --- signing in -----------------------------------------------------------------------------
check 'without a session nothing is answered' is "$(call nobody GET /api/counts)" 401
check 'a wrong password is refused' is "$(sign_in jane wrong-password)" 401
check 'an unknown name gets the same answer' is "$(sign_in nosuch wrong-password)" 401
check 'the right password opens a session' is "$(sign_in jane)" 200
check 'scripts cannot read the cookie, other sites cannot send it' \
	grep -qi '^set-cookie: intray=.*HttpOnly; SameSite=Strict' "$T/headers"
check 'nothing of another site runs, nothing is framed' \
	grep -qi "^content-security-policy: default-src 'none'; script-src 'self'.*frame-ancestors 'none'" \
	"$T/headers"
check 'an answer says where its time went' is "$(call jane GET /api/counts)$(grep -ci \
	'^server-timing: wait;dur=[0-9.]*, run;dur=[0-9.]*, back;dur=' "$T/headers")" 2001
check 'the session knows its person' is "$(call jane GET /api/session)$(jq -r .login "$T/body")" 200jane
for who in joan ann sue root bert; do sign_in $who >/dev/null; done

# --- other sites, other tokens --------------------------------------------------------------
mv "$T/jane.csrf" "$T/csrf"
check 'a change without the token is refused' is "$(call jane POST /api/tasks/take '{}')" 403
cp "$T/joan.csrf" "$T/jane.csrf"
check 'the token of another session is refused' is "$(call jane POST /api/tasks/take '{}')" 403
mv "$T/csrf" "$T/jane.csrf"
status=$(curl -s -o /dev/null -w '%{http_code}' -b "$T/jane.jar" -H "X-CSRF-Token: $(cat "$T/jane.csrf")" \
	-H 'Sec-Fetch-Site: cross-site' -H 'Content-Type: application/json' -d '{}' "$URL/api/tasks/take")
check 'a request that says it comes from elsewhere is refused' is "$status" 403
status=$(curl -s -o /dev/null -w '%{http_code}' -b "$T/jane.jar" -H "X-CSRF-Token: $(cat "$T/jane.csrf")" \
	-d 'a=b' "$URL/api/tasks/take")
check 'a form is no JSON' is "$status" 415
head -c 1100000 /dev/zero | tr '\0' ' ' >"$T/long"
status=$(curl -s -o /dev/null -w '%{http_code}' -b "$T/jane.jar" -H 'Content-Type: application/json' \
	--data-binary @"$T/long" "$URL/api/tasks/take")
check 'a body of more than a megabyte is refused' is "$status" 413
for path in /../etc/passwd /api/documents/x/pages/1/picture "/api/documents/%27%3B/pages/0/words" /api/nothing; do
	check "$path is not there" is "$(call jane GET "$path")" 404
done

# --- an auditor (every route with every role: test_desk_routes.sh) ------------------------------
call joan POST /api/tasks/take '{}' >/dev/null
task=$(jq .task "$T/body") doc=$(jq -r .document "$T/body")
check 'an auditor may look at a page' is "$(call ann GET "/api/documents/$doc/pages/1/picture")" 200
check 'and his look is recorded' [ "$(sql "select count(*) from intray.event e join intray.account a
	on 'account:' || a.id = e.actor where a.role = 'desk:ann' and e.cause = 'page'")" -eq 1 ]
check 'an auditor takes no task' is "$(call ann POST /api/tasks/take '{}')" 404

# --- a document from take to ready ------------------------------------------------------------
check 'two clerks never hold one document' is "$(call jane POST /api/tasks/take '{}' >/dev/null
	jq ".task == $task" "$T/body")" false
call jane POST /api/tasks/release "{\"tasks\":[$(jq .task "$T/body")]}" >/dev/null
call joan POST /api/tasks/release "{\"tasks\":[$task]}" >/dev/null
odd=$(sql "select t.id from intray.task t join intray.document d on d.id = t.document
	join intray.drop o on o.id = d.drop where convert_from(o.name, 'UTF8') like '<img%'")
check 'a certain task can be taken' is "$(call jane POST "/api/tasks/$odd/pick")" 200
check 'a name that looks like markup arrives as it is' body '.file == "<img src=x onerror=alert(1)>.pdf"'
fence=$(jq .fence "$T/body")
call jane POST "/api/tasks/$odd/validate" '{"values":{"issue_date":"3112","total_with_vat":"1.234,5"}}' >/dev/null
check 'values come back canonical' body '.values.total_with_vat == "1234.50" and (.values.issue_date | test("^20..-12-31$"))'
call jane POST "/api/tasks/$odd/validate" '{"values":{"issue_date":"soon"}}' >/dev/null
check 'what cannot be a date is said beside the field' body '.wrong == ["issue_date"] and (.settled | not)'
call jane POST "/api/tasks/$odd/submit" "{\"fence\":$fence,\"values\":{}}" >/dev/null
check 'nothing is submitted while findings are open' body '.outcome == "findings" and (.findings | length > 0)'
check 'and the task stays' is "$(call jane GET "/api/tasks/$odd")" 200
call jane PUT "/api/tasks/$odd/draft" '{"typed":{"v":1,"values":{"number":"D-1"}},"effort":{"keystrokes":7,"fields":2,"active_ms":900}}' >/dev/null
call jane GET "/api/tasks/$odd" >/dev/null
check 'a draft comes back, on any machine' body '.draft.values.number == "D-1"'
check 'effort is counted' is "$(sql "select keystrokes from intray.effort where task = $odd")" 7
call jane POST "/api/tasks/$odd/validate" '{"values":{"number":"K-1"}}' >/dev/null
values=$(jq -c '[.findings[] | select(.kind == "reading") | .fields[]] | unique' "$T/body")
call jane GET "/api/tasks/$odd" >/dev/null
keyed=$(jq -c --argjson names "$values" '[.fields[] | select(.line == 0 and (.path as $p | $names | index($p))
	and .value != null) | {(.path): .value}] | add // {} | . + {number: "K-1"}' "$T/body")
call jane POST "/api/tasks/$odd/validate" "{\"values\":$keyed}" >/dev/null
printed=$(jq -c '[.findings[] | select(.severity == "stop") | .name]' "$T/body")
call jane POST "/api/tasks/$odd/submit" "{\"fence\":$fence,\"values\":$keyed,\"printed\":$printed}" >/dev/null
check 'keyed, with the rest as printed, it is submitted' body '.outcome == "submitted"'
intray_wait 2 60
check 'and ready' is "$(sql "select d.state from intray.document d join intray.task t on t.document = d.id where t.id = $odd")" ready
check 'as printed is flagged to the ERP' [ -n "$(sql "select v.flags[1] from intray.delivery v join intray.task t
	on t.document = v.document where t.id = $odd")" ]

# --- a lost lease -------------------------------------------------------------------------------
call jane POST /api/tasks/take '{}' >/dev/null
task=$(jq .task "$T/body") fence=$(jq .fence "$T/body")
sql "update intray.task set account = null, lease_until = null where id = $task" >/dev/null
call jane PUT "/api/tasks/$task/draft" '{"typed":{"v":1,"values":{}}}' >/dev/null
check 'a draft after the lease went elsewhere is late' body '.outcome == "late"'
call jane POST "/api/tasks/$task/submit" "{\"fence\":$fence,\"values\":{\"number\":\"1\"}}" >/dev/null
check 'so is a submit' body '.outcome == "late"'
check 'what was typed is kept aside' is "$(sql "select bool_and(side) from intray.draft where task = $task")" t
call jane POST /api/tasks/take '{}' >/dev/null
check 'a note travels with the document' is "$(call jane POST "/api/tasks/$task/notes" '{"text":"<b>look</b>"}')" 200
check 'escalated, it is for seniors' is "$(call jane POST "/api/tasks/$task/escalate" '{"reason":"decide"}')$(
	call jane POST /api/tasks/take '{}')" 200404
call joan POST /api/tasks/take '{}' >/dev/null
check 'the senior has it, with the note' body ".task == $task and .notes[0].text == \"<b>look</b>\""
check 'a reason that is not on the list is refused with the list' is "$(call joan POST "/api/tasks/$task/reject" \
	'{"reason":"x"}')$(jq -r '.error | test("not-for-us")' "$T/body")" 409true
check 'rejected with a reason' is "$(call joan POST "/api/tasks/$task/reject" '{"reason":"not-for-us"}')" 200

# --- sessions ---------------------------------------------------------------------------------
check 'signing out ends the session' is "$(call jane DELETE /api/session)$(call jane GET /api/counts)" 200401
sign_in jane >/dev/null
sql "update intray.session s set seen = now() - interval '31 minutes' from intray.person p
	where p.account = s.account and p.login = 'jane'" >/dev/null
check 'an idle session has ended' is "$(call jane GET /api/counts)" 401
sign_in jane >/dev/null
intray user disable jane >/dev/null
check 'who is disabled is out at once' is "$(call jane GET /api/counts)$(sign_in jane)" 401401
for _ in 1 2 3 4 5 6; do status=$(sign_in sue wrong-password); done
check 'guessing is slowed down' is "$status" 429
check 'even for the right password' is "$(sign_in sue)" 429
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"

[ -z "${tap_failed:-}" ]
