/* signin.c - signing in: name, password and, for those who have enrolled or must, a
 * code.
 *
 * A name that does not exist costs the same time as a wrong password. Guessing is
 * slowed down twice, passwords and codes alike: per person in the database (whichever
 * desk is asked), per address here. A code is asked for only when the password was
 * right, and is good once. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "desk.h"
#include "log.h"
#include "password.h"
#include "proc.h"
#include "totp.h"

enum { FREE_TRIES = 10, MAX_PAUSE_S = 15 * 60 };

/* Of no password. */
static const char nobody[] = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
			     "kN7Tn5G0RyhBKwJLfMY9MZ8kUE0xFOHCKrOqU6rJm2A";

struct attempt {
	struct request *request;
	const char *code;
	struct db_sign_in found;
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
	enum rc rc =
		db_sign_in_look(call->desk->db, login, call->desk->settings->desk_totp,
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
		call->request,
		arena_strdup(call->arena,
			     json_string_value(json_object_get(call->body, "code"))),
		found};
	if (verifier_ask(call->desk->verifier, password,
			 found.account ? found.hash : nobody, attempt))
		request_park(call->request);
	else
		call_refuse(call, 503, "too many people are signing in; try again");
}

static void count_failure(struct call *call, const struct attempt *attempt)
{
	const char *params[] = {
		arena_printf(call->arena, "%lld", (long long)attempt->found.account)};
	const char *nothing;
	struct err err;

	peer_failed(peer_of(call->desk, request_peer(call->request)));
	if (attempt->found.account &&
	    db_desk_ask(call->desk->db, "sign_in_failed", params, 1, call->arena,
			&nothing, &err) != RC_OK)
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
	const struct db_sign_in *who = &attempt->found;
	int64_t step = 0;
	bool taken = false;
	struct err err;

	if (!who->totp_len && who->must_totp) {
		call_refuse(call, 403,
			    "your role needs a one-time code as well; ask your "
			    "administrator to enrol you (intray user totp)");
		return false;
	}
	if (!who->totp_len)
		return true;
	if (!attempt->code || !*attempt->code) {
		refuse_code(call, "give the code of your authenticator, too");
		return false;
	}
	if (totp_fits(who->totp, who->totp_len, attempt->code, (int64_t)time(NULL),
		      who->totp_step, &step)) {
		enum rc rc =
			db_totp_take(call->desk->db, who->account, step, &taken, &err);
		if (rc != RC_OK) {
			call_failed(call, rc, &err);
			return false;
		}
	}
	if (!taken) {
		count_failure(call, attempt);
		refuse_code(call, "this code is wrong or was used already");
	}
	return taken;
}

void signin_verified(void *ctx, void *what, bool fits)
{
	const struct attempt *attempt = what;
	struct call call = {.desk = ctx,
			    .request = attempt->request,
			    .arena = attempt->request->arena};

	bool right = fits && attempt->found.account;
	bool in = right && code_fits(&call, attempt);

	log_info(in ? "signed in" : "sign-in refused", "account=%lld peer=%s",
		 (long long)attempt->found.account, request_peer(attempt->request));
	if (in) {
		peer_of(call.desk, request_peer(call.request))->failures = 0;
		session_open(&call, attempt->found.account);
	} else if (!right) {
		count_failure(&call, attempt);
		call_refuse(&call, 401, "name or password is wrong");
	}
	request_unpark(attempt->request);
}
