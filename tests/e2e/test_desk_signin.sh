#!/bin/sh
# Signing in, beyond name and password: sessions that end, sessions nobody can plant, guessing
# from one address, one-time codes, TLS, and a proxy that says who is there - through a socket,
# and beside it by somebody who only claims to be that proxy.
set -u
cd "$(dirname "$0")/../.."
. tests/lib.sh
. tests/desk/lib.sh
needs 'signing in' curl jq openssl oathtool
user() { # LOGIN ROLE
	echo "secret of $1" | intray user add "$1" --client acme --role "$2" --password-stdin >/dev/null
}
# ask JAR METHOD PATH [JSON [CURL-OPTION...]]: body in $T/body, headers in $T/headers
ask() {
	jar=$1 method=$2 path=$3 given=${4:-}
	shift 3
	[ $# -gt 0 ] && shift
	curl -sk -o "$T/body" -D "$T/headers" -w '%{http_code}' -b "$T/$jar.jar" -c "$T/$jar.jar" -X "$method" \
		-H "X-CSRF-Token: $(cat "$T/$jar.csrf" 2>/dev/null)" ${given:+-H 'Content-Type: application/json' -d "$given"} \
		"$@" "$URL$path"
}
sign_in() { # LOGIN [CODE [JAR [PASSWORD [CURL-OPTION...]]]]
	login=$1 code=${2:-} to=${3:-$1} password=${4:-secret of $1}
	shift $(($# < 4 ? $# : 4))
	status=$(ask "$to" POST /api/session \
		"{\"login\":\"$login\",\"password\":\"$password\"${code:+,\"code\":\"$code\"}}" "$@")
	jq -r '.csrf // empty' "$T/body" >"$T/$to.csrf"
	echo "$status"
}
cookie() { awk '$6 ~ /intray$/ { print $7 }' "$T/$1.jar"; }
age() { # LOGIN INTERVAL: his sessions were last seen, and opened, so long ago
	sql "update intray.session s set seen = seen - interval '$2', opened = opened - interval '$2',
		ends = ends - interval '$2' from intray.person p where p.account = s.account and p.login = '$1'" >/dev/null
}
opened() { for _ in $(seq 300); do [ -s "$T/run/desk.url" ] && break; sleep 0.1; done; }
again() { # LINE...: the same with other settings
	intray_stop
	rm -f "$T/run/desk.url"
	sed -i '/^desk_/d' "$CONF"
	for setting in "$@"; do sed -i "s|^workers = .*|&\n$setting|" "$CONF"; done
	intray_start && opened
}

INTRAY_EXTRA='desk_listen = 127.0.0.1:0'
WORKERS=1
intray_setup
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$T/key.pem" \
	-out "$T/cert.pem" 2>/dev/null
chmod a+r "$T/key.pem"
intray_start || exit 1
opened
URL=$(sed 's|/$||' "$T/run/desk.url")
user jane clerk && user sue supervisor && user root administrator

# --- sessions -----------------------------------------------------------------------------------
check 'somebody signs in' is "$(sign_in jane)" 200
first=$(cookie jane)
cp "$T/jane.jar" "$T/old.jar"
check 'and again, from the same browser' is "$(sign_in jane)" 200
check 'the session before has ended' is "$(ask old GET /api/session)" 401
check 'with another cookie' [ "$first" != "$(cookie jane)" ]
printf '127.0.0.1\tFALSE\t/\tFALSE\t0\tintray\t%s\n' planted0000000000000000000000000000000000000 >"$T/evil.jar"
sign_in jane '' evil >/dev/null
check 'a cookie that somebody planted is not taken over' [ "$(cookie evil)" != planted0000000000000000000000000000000000000 ]
check 'and opens nothing' is "$(curl -s -o "$T/body" -w '%{http_code}' \
	-H 'Cookie: intray=planted0000000000000000000000000000000000000' "$URL/api/session")" 401
sign_in jane >/dev/null
age jane '29 minutes'
check 'after 29 idle minutes the session lives' is "$(ask jane GET /api/session)" 200
age jane '31 minutes'
check 'after 31 it has ended' is "$(ask jane GET /api/session)" 401
sign_in jane >/dev/null
sql "update intray.session set ends = now() - interval '1 second'" >/dev/null
check 'however busy, a session ends after its longest life' is "$(ask jane GET /api/session)" 401
sign_in jane >/dev/null
intray user passwd jane >/dev/null
check 'a new password ends all sessions' is "$(ask jane GET /api/session)" 401
check 'signed out, the token is worth nothing' is "$(sign_in sue >/dev/null
	cp "$T/sue.jar" "$T/kept.jar"; cp "$T/sue.csrf" "$T/kept.csrf"
	ask sue DELETE /api/session >/dev/null; ask kept GET /api/session)" 401
check 'no secret stands in the database as it is' is "$(sql "select count(*) from intray.session
	where encode(token, 'escape') like '%$(cookie kept)%'")" 0

# --- one-time codes -----------------------------------------------------------------------------
uri=$(intray user totp root | tail -1)
secret=$(echo "$uri" | sed 's/.*secret=\([A-Z2-7]*\).*/\1/')
code() { oathtool --totp -b "$secret" -N "now ${1:-}"; }
check 'an authenticator can be enrolled' sh -c "echo '$uri' |
	grep -q '^otpauth://totp/Intray:root?secret=[A-Z2-7]*&issuer=Intray\$'"
check 'his secret stands in the database sealed' is "$(sql "select length(totp) > 20 and position(
	decode('$(printf %s "$secret" | base32 -d | od -An -v -tx1 | tr -d ' \n')', 'hex') in totp) = 0
	from intray.person where login = 'root'")" t
check 'with the password alone he is asked for the code' is "$(sign_in root)$(jq -r .code "$T/body")" 401true
check 'without the password he is not' is "$(sign_in root '' root wrong-password)$(jq -r .code "$T/body")" 401null
check 'a wrong code is refused' is "$(sign_in root 000000)" 401
now=$(code)
check 'the right one opens a session' is "$(sign_in root "$now")" 200
check 'the same code a second time does not' is "$(sign_in root "$now")" 401
check 'nor does one before it' is "$(sign_in root "$(code '- 30 seconds')")" 401
check 'the next one does' is "$(sign_in root "$(code '+ 30 seconds')")" 200
for _ in 1 2 3 4 5 6; do status=$(sign_in root 111111); done
check 'guessing codes is slowed down like guessing passwords' is "$status" 429
sql "update intray.person set totp = o.totp, totp_step = 0, not_before = null, failures = 0
	from intray.person o where o.login = 'root' and person.login = 'sue'" >/dev/null
check "another's seal is no authenticator of his" is "$(sign_in sue "$(code '+ 60 seconds')")" 403
sql "update intray.person set totp = null where login = 'sue'" >/dev/null
intray user totp root --off >/dev/null
check 'without an authenticator the password is enough again' is "$(sign_in root)" 200
again 'desk_listen = 127.0.0.1:0' 'desk_totp = supervisor administrator'
URL=$(sed 's|/$||' "$T/run/desk.url")
check 'a role that must have one is told so' is "$(sign_in sue)$(jq -r '.error | test("intray user totp")' "$T/body")" 403true
echo 'another secret' | intray user passwd jane --password-stdin >/dev/null
check 'another role signs in as before' is "$(sign_in jane '' jane 'another secret')" 200

# --- guessing from one address ------------------------------------------------------------------
for i in $(seq 12); do status=$(sign_in "nobody$i" '' none wrong-password); done
check 'after a dozen wrong names an address waits' is "$status" 429
check 'and is told how long' grep -qi '^retry-after: [0-9]' "$T/headers"

# --- TLS ----------------------------------------------------------------------------------------
again 'desk_listen = 127.0.0.1:0' "desk_certificate = $T/cert.pem" "desk_key = $T/key.pem"
URL=$(sed 's|/$||' "$T/run/desk.url")
check 'the desk does TLS itself' is "${URL%%:*}" https
check 'one signs in over it' is "$(sign_in jane '' jane 'another secret')" 200
check 'the cookie is bound to this host' grep -qi '^set-cookie: __Host-intray=.*; Path=/; .*HttpOnly; SameSite=Strict; Secure' "$T/headers"
check 'and opens the page' is "$(ask jane GET /api/session)$(jq -r .login "$T/body")" 200jane
check 'browsers are told to stay with TLS' grep -qi '^strict-transport-security: max-age=' "$T/headers"
(curl -skN -m 3 -b "$T/jane.jar" "$URL/api/events" >"$T/events" &
	sleep 1; sql "notify intray_task" >/dev/null; sleep 1)
check 'streams work over it' grep -q '^event: queue' "$T/events"
check 'TLS 1.1 is refused' sh -c "! curl -sk -m 5 --tls-max 1.1 -o /dev/null '$URL/'"

# --- an authenticating proxy --------------------------------------------------------------------
again "desk_listen = $T/run/d.sock" 'desk_identity = X-Remote-User'
URL=http://desk
through() { # JAR METHOD PATH [JSON [CURL-OPTION...]]
	ask "$@" --unix-socket "$T/run/d.sock"
}
check 'whom the proxy names is there' is "$(through p GET /api/session '' -H 'X-Remote-User: jane')$(jq -r .login "$T/body")" 200jane
jq -r .csrf "$T/body" >"$T/p.csrf"
# curl keeps no Secure cookie that came over plain HTTP.
token=$(sed -n 's/^[Ss]et-[Cc]ookie: \(__Host-intray=[^;]*\);.*/\1/p' "$T/headers")
check 'he gets a session' [ -n "$token" ]
check 'with which he works' is "$(through p POST /api/tasks/take '{}' -H 'X-Remote-User: jane' -H "Cookie: $token")" 404
check 'but nobody else does' is "$(through p POST /api/tasks/take '{}' -H 'X-Remote-User: sue' -H "Cookie: $token")" 401
check 'nor does it without the name' is "$(through p GET /api/counts '' -H "Cookie: $token")" 401
check 'somebody unknown here is refused' is "$(through q GET /api/session '' -H 'X-Remote-User: mallory')" 403
check 'of two names none counts' is "$(through r GET /api/session '' -H 'X-Remote-User: sue' -H 'X-Remote-User: jane')" 401
check 'the socket is for the proxy and its group alone' is "$(stat -c %a "$T/run/d.sock")" 660
for i in $(seq 12); do status=$(sign_in "nobody$i" '' none wrong-password --unix-socket "$T/run/d.sock" \
	-H "X-Forwarded-For: 10.0.0.$i, 192.0.2.1"); done
check 'who writes addresses before his own is still one address' is "$status" 429
again 'desk_listen = 127.0.0.1:0' 'desk_identity = X-Remote-User' 'desk_proxy = 127.0.0.9'
URL=$(sed 's|/$||' "$T/run/desk.url")
check 'from the address of the proxy the header counts' is "$(ask s GET /api/session '' --interface 127.0.0.9 \
	-H 'X-Remote-User: jane')" 200
check 'from any other it means nothing' is "$(ask t GET /api/session '' -H 'X-Remote-User: jane')" 401
sed -i '/^desk_proxy/d' "$CONF"
intray check-config >"$T/said" 2>&1
check 'without a proxy such a header is refused as a setting' grep -q 'desk_identity = X-Remote-User: say with desk_proxy' "$T/said"
intray_stop
check 'the desk leaves no error in the log' sh -c "! grep 'level=error proc=desk' $T/log"
[ -z "${tap_failed:-}" ]
