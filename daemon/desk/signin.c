/* signin.c - who is there: signing in and out, and whose session a request shows.
 *
 * A name that does not exist costs the same time as a wrong password. Guessing is
 * slowed down twice: per person in the database (whichever desk is asked), per address
 * here. The cookie is the session's token and nothing else; scripts cannot read it,
 * other sites cannot send it, and over TLS it is bound to this host. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "log.h"
#include "password.h"
#include "proc.h"

static const char plain_cookie[] = "intray", host_cookie[] = "__Host-intray";
enum { FREE_TRIES = 10, MAX_PAUSE_S = 15 * 60 };

/* Of no password. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
			     "kN7Tn5G0RyhBKwJLfMY9MZ8kUE0xFOHCKrOqU6rJm2A";

struct attempt {
	struct desk *desk;
	struct request *request;
	int64_t account;
	const char *login;
};

/* --- addresses that guess
 * --------------------------------------------------------------- */

static struct peer *peer_of(struct desk *desk, const char *address)
{
	uint64_t key = 14695981039346656037u;

	for (; *address; address++)
		key = (key ^ (unsigned char)*address) * 1099511628211u;
	struct peer *peer = &desk->peers[key % N_PEERS];
	if (peer->key != key)
		*peer = (struct peer){.key = key};
	return peer;
}

static void peer_failed(struct peer *peer)
{
	unsigned over = ++peer->failures > FREE_TRIES ? peer->failures - FREE_TRIES : 0;
	int64_t pause_s = over > 10 ? MAX_PAUSE_S : over ? 1 << over : 0;

	peer->until_ms = now_ms_monotonic() +
			 (pause_s < MAX_PAUSE_S ? pause_s : MAX_PAUSE_S) * 1000;
}

/* --- signing in
 * ------------------------------------------------------------------------- */

static void refuse_for(struct call *call, long wait_s)
{
	call_refuse(call, 429, "too many wrong passwords; try again in %ld s", wait_s);
	request_add_header(call->request, "Retry-After",
			   arena_printf(call->arena, "%ld", wait_s));
}

static bool guessed_too_often(struct call *call)
{
	const struct peer *peer = peer_of(call->desk, request_peer(call->request));
	int64_t wait_ms = peer->until_ms - now_ms_monotonic();

	if (wait_ms > 0)
		refuse_for(call, (long)(wait_ms / 1000 + 1));
	return wait_ms > 0;
}

void signin_in(struct call *call)
{
	const char *login = json_string_value(json_object_get(call->body, "login"));
	const char *password =
		json_string_value(json_object_get(call->body, "password"));
	struct attempt *attempt = arena_alloc(call->arena, sizeof(*attempt));
	struct db_sign_in found;
	struct err err;

	if (!login || !password || strlen(password) > PASSWORD_MAX) {
		call_refuse(call, 400, "give login and password");
		return;
	}
	if (guessed_too_often(call))
		return;
	enum rc rc = db_sign_in_look(call->desk->db, login, call->arena, &found, &err);
	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	if (found.wait_s > 0) {
		refuse_for(call, found.wait_s);
		return;
	}
	*attempt = (struct attempt){call->desk, call->request, found.account,
				    arena_strdup(call->arena, login)};
	if (verifier_ask(call->desk->verifier, password,
			 found.account ? found.hash : nobody, attempt))
		request_park(call->request);
	else
		call_refuse(call, 503, "too many people are signing in; try again");
}

static bool is_secure(const struct call *call)
{
	const char *scheme = request_header(call->request, "X-Forwarded-Proto");

	return http_is_tls(call->desk->http) ||
	       http_is_local_socket(call->desk->http) ||
	       (scheme && strcmp(scheme, "https") == 0);
}

static void set_cookie(struct call *call, const char *token, long life_s)
{
	bool secure = is_secure(call);

	request_add_header(
		call->request, "Set-Cookie",
		arena_printf(call->arena,
			     "%s=%s; Path=/; Max-Age=%ld; HttpOnly; SameSite=Strict%s",
			     secure ? host_cookie : plain_cookie, token, life_s,
			     secure ? "; Secure" : ""));
}

static void open_session(struct call *call, int64_t account)
{
	const struct settings *s = call->desk->settings;
	char token[SECRET_SIZE], csrf[SECRET_SIZE];
	const char *nothing;
	struct err err;

	secret_new(token);
	secret_new(csrf);
	const char *params[] = {
		arena_printf(call->arena, "%lld", (long long)account), token, csrf,
		arena_printf(call->arena, "%ld", s->desk_idle_ms / 1000),
		arena_printf(call->arena, "%ld", s->desk_session_ms / 1000)};
	enum rc rc = db_desk_ask(call->desk->db, "sign_in", params, 5, call->arena,
				 &nothing, &err);
	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	call_answer_json(call, 200, json_pack("{s:s}", "csrf", csrf));
	set_cookie(call, token, s->desk_session_ms / 1000);
}

static void wrong_password(struct call *call, const struct attempt *attempt)
{
	const char *params[] = {
		arena_printf(call->arena, "%lld", (long long)attempt->account)};
	const char *nothing;
	struct err err;

	peer_failed(peer_of(call->desk, request_peer(call->request)));
	if (attempt->account && db_desk_ask(call->desk->db, "sign_in_failed", params, 1,
					    call->arena, &nothing, &err) != RC_OK)
		log_warn("a failed sign-in was not counted", "error=%s", err.text);
	call_refuse(call, 401, "name or password is wrong");
}

void signin_verified(void *ctx, void *what, bool fits)
{
	const struct attempt *attempt = what;
	struct call call = {.desk = ctx,
			    .request = attempt->request,
			    .arena = attempt->request->arena};

	log_info(fits && attempt->account ? "signed in" : "sign-in refused",
		 "account=%lld peer=%s", (long long)attempt->account,
		 request_peer(attempt->request));
	if (fits && attempt->account) {
		peer_of(call.desk, request_peer(call.request))->failures = 0;
		open_session(&call, attempt->account);
	} else {
		wrong_password(&call, attempt);
	}
	request_unpark(attempt->request);
}

/* --- sessions
 * --------------------------------------------------------------------------- */

static const char *token_of(const struct request *request)
{
	const char *token = request_cookie(request, host_cookie);

	return token ? token : request_cookie(request, plain_cookie);
}

bool signin_show(struct call *call)
{
	const char *token = token_of(call->request);
	bool got = false;
	struct err err;

	if (token && strlen(token) < SECRET_SIZE) {
		enum rc rc = db_session_show(call->desk->db, token, call->arena,
					     &call->me, &got, &err);
		if (rc != RC_OK) {
			call_failed(call, rc, &err);
			return false;
		}
	}
	if (!got)
		call_refuse(call, 401, "sign in");
	return got;
}

/* Who he is, with the token that his page needs for every change. */
void signin_me(struct call *call)
{
	const char *answer;
	struct err err;
	enum rc rc =
		db_desk_ask(call->desk->db, "me", NULL, 0, call->arena, &answer, &err);

	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	json_t *me = json_loads(answer ? answer : "{}", 0, NULL);
	json_object_set_new(me, "csrf", json_string(call->me.csrf));
	call_answer_json(call, 200, me);
}

void signin_out(struct call *call)
{
	call_do(call);
	set_cookie(call, "", 0);
}
