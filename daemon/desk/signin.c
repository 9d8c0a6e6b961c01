/* signin.c - signing in: name, password and, for those who have enrolled or must, a
 * code.
 *
 * A name that does not exist costs the same time as a wrong password. Guessing is
 * slowed down twice, passwords and codes alike: per person in the database (whichever
 * desk is asked), per address here. A code is asked for only when the password was
 * right, and is good once. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "log.h"
#include "password.h"
#include "proc.h"

enum { FREE_TRIES = 10, MAX_PAUSE_S = 15 * 60 };

/* Of no password. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
			     "kN7Tn5G0RyhBKwJLfMY9MZ8kUE0xFOHCKrOqU6rJm2A";

struct attempt {
	struct errand *errand;
	const char *login, *password, *code;
	struct db_sign_in found;
	bool fits;
};

/* --- addresses that guess
 * --------------------------------------------------------------- */

/* Behind the lock. */
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

static void peer_failed(struct call *call)
{
	pthread_mutex_lock(&call->desk->peers_lock);
	struct peer *peer = peer_of(call->desk, request_peer(call->request));
	unsigned over = ++peer->failures > FREE_TRIES ? peer->failures - FREE_TRIES : 0;
	int64_t pause_s = over > 10 ? MAX_PAUSE_S : over ? 1 << over : 0;

	peer->until_ms = now_ms_monotonic() +
			 (pause_s < MAX_PAUSE_S ? pause_s : MAX_PAUSE_S) * 1000;
	pthread_mutex_unlock(&call->desk->peers_lock);
}

static void peer_got_in(struct call *call)
{
	pthread_mutex_lock(&call->desk->peers_lock);
	peer_of(call->desk, request_peer(call->request))->failures = 0;
	pthread_mutex_unlock(&call->desk->peers_lock);
}

static int64_t peer_wait_ms(struct call *call)
{
	pthread_mutex_lock(&call->desk->peers_lock);
	int64_t until_ms = peer_of(call->desk, request_peer(call->request))->until_ms;
	pthread_mutex_unlock(&call->desk->peers_lock);
	return until_ms - now_ms_monotonic();
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
	int64_t wait_ms = peer_wait_ms(call);

	if (wait_ms > 0)
		refuse_for(call, (long)(wait_ms / 1000 + 1));
	return wait_ms > 0;
}

/* In the desk's own thread, where the answer will come. */
static void ask_verifier(struct desk *desk, struct errand *errand)
{
	struct attempt *attempt = errand->what;
	struct call call = {.request = errand->request,
			    .arena = errand->request->arena};

	if (verifier_ask(desk->verifier, attempt->password,
			 attempt->found.account ? attempt->found.hash : nobody,
			 attempt))
		return;
	call_refuse(&call, 503, "too many people are signing in; try again");
	request_unpark(errand->request);
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
	enum rc rc = db_sign_in_look(call->db, login, call->desk->settings->desk_totp,
				     call->arena, &found, &err);
	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	if (found.wait_s > 0) {
		refuse_for(call, found.wait_s);
		return;
	}
	*attempt = (struct attempt){
		.errand = call->errand,
		.login = arena_strdup(call->arena, login),
		.password = arena_strdup(call->arena, password),
		.code = arena_strdup(call->arena, json_string_value(json_object_get(
							  call->body, "code"))),
		.found = found};
	call->errand->what = attempt;
	call->errand->then = ask_verifier;
}

static void count_failure(struct call *call, const struct attempt *attempt)
{
	const char *params[] = {
		arena_printf(call->arena, "%lld", (long long)attempt->found.account)};
	const char *nothing;
	struct err err;

	peer_failed(call);
	if (attempt->found.account && db_desk_ask(call->db, "sign_in_failed", params, 1,
						  call->arena, &nothing, &err) != RC_OK)
		log_warn("a failed sign-in was not counted", "error=%s", err.text);
}

/* The page asks for the code when it is told to. */
static void refuse_code(struct call *call, const char *why)
{
	call_answer_json(call, 401, json_pack("{s:s, s:b}", "error", why, "code", 1));
}

/* Whether the second factor is right, where there is one. False after having refused.
 */
static bool code_fits(struct call *call, const struct attempt *attempt)
{
	enum db_code code;
	struct err err;
	enum rc rc = db_code_look(call->db, call->desk->settings, attempt->login,
				  &attempt->found, attempt->code, &code, &err);

	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return false;
	}
	if (code == CODE_FOREIGN)
		log_warn("an authenticator is not known here", "account=%lld error=%s",
			 (long long)attempt->found.account, err.text);
	if (code == CODE_WRONG)
		count_failure(call, attempt);
	if (code == CODE_WRONG || code == CODE_WANTED)
		refuse_code(call, db_code_words(code));
	else if (code != CODE_FITS)
		call_refuse(call, 403, "%s", db_code_words(code));
	return code == CODE_FITS;
}

/* The password was looked at. */
static void go_on(struct hand *hand, struct errand *errand)
{
	const struct attempt *attempt = errand->what;
	struct call call = call_of(hand, errand);

	bool right = attempt->fits && attempt->found.account;
	bool in = right && code_fits(&call, attempt);

	log_info(in ? "signed in" : "sign-in refused", "account=%lld peer=%s",
		 (long long)attempt->found.account, request_peer(errand->request));
	if (in) {
		peer_got_in(&call);
		session_open(&call, attempt->found.account);
	} else if (!right) {
		count_failure(&call, attempt);
		call_refuse(&call, 401, "name or password is wrong");
	}
}

void signin_verified(void *ctx, void *what, bool fits)
{
	struct desk *desk = ctx;
	struct attempt *attempt = what;

	attempt->fits = fits;
	attempt->errand->session = NULL;
	attempt->errand->run = go_on;
	attempt->errand->then = NULL;
	hands_give(desk->hands, attempt->errand);
}
