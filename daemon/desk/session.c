/* session.c - whose request it is: the cookie, the session behind it, and the identity
 * that an authenticating proxy names.
 *
 * The cookie is the session's token and nothing else; scripts cannot read it, other
 * sites cannot send it, and over TLS it is bound to this host. A session never outlives
 * another sign-in of the same browser. Where `desk_identity` is set, a request through
 * the proxy belongs to whom its header names: a page that asks who it is gets a session
 * for him, and a session of somebody else's is none. From anywhere else that header
 * means nothing. */
#include <string.h>

#include "desk.h"
#include "log.h"
#include "password.h"

static const char plain_cookie[] = "intray", host_cookie[] = "__Host-intray";

/* --- the cookie
 * --------------------------------------------------------------------------- */

static bool is_secure(const struct call *call)
{
	const char *scheme = request_proxy_header(call->request, "X-Forwarded-Proto");

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

const char *session_token(const struct request *request)
{
	const char *token = request_cookie(request, host_cookie);

	token = token ? token : request_cookie(request, plain_cookie);
	return token && strlen(token) < SECRET_SIZE ? token : NULL;
}

/* --- opening
 * ------------------------------------------------------------------------------ */

/* False after having refused. */
static bool open_one(struct call *call, int64_t account, char token[SECRET_SIZE],
		     char csrf[SECRET_SIZE])
{
	const struct settings *s = call->desk->settings;
	const char *nothing;
	struct err err;

	secret_new(token);
	secret_new(csrf);
	const char *params[] = {
		arena_printf(call->arena, "%lld", (long long)account),
		token,
		csrf,
		arena_printf(call->arena, "%ld", s->desk_idle_ms / 1000),
		arena_printf(call->arena, "%ld", s->desk_session_ms / 1000),
		session_token(call->request)};
	enum rc rc = db_desk_ask(call->db, "sign_in", params, 6, call->arena, &nothing,
				 &err);
	if (rc != RC_OK)
		call_failed(call, rc, &err);
	return rc == RC_OK;
}

void session_open(struct call *call, int64_t account)
{
	char token[SECRET_SIZE], csrf[SECRET_SIZE];

	if (!open_one(call, account, token, csrf))
		return;
	call_answer_json(call, 200, json_pack("{s:s}", "csrf", csrf));
	set_cookie(call, token, call->desk->settings->desk_session_ms / 1000);
}

/* --- who is there
 * ------------------------------------------------------------------------- */

/* A server that was restarted is only noticed when it is asked; nothing has been done
 * yet, so it is asked again. */
static enum rc show(struct call *call, const char *token, bool *got, struct err *err)
{
	enum rc rc = db_session_show(call->db, token, call->arena, &call->me, got, err);

	if (rc != RC_RETRY)
		return rc;
	call->hand->db_lost = true;
	hand_find_database(call->hand);
	return call->hand->db_lost ? rc
				   : db_session_show(call->db, token, call->arena,
						     &call->me, got, err);
}

/* False after having refused: the database could not be asked. */
static bool look(struct call *call, const char *token, bool *got)
{
	struct err err;
	enum rc rc = token ? show(call, token, got, &err) : RC_OK;

	if (rc != RC_OK)
		call_failed(call, rc, &err);
	return rc == RC_OK;
}

static bool is_behind_identity(const struct call *call)
{
	return call->desk->settings->desk_identity && request_is_proxied(call->request);
}

/* A session for whom the proxy names; false after having refused. */
static bool open_named(struct call *call, const char *login)
{
	char token[SECRET_SIZE], csrf[SECRET_SIZE];
	struct db_sign_in found;
	struct err err;
	bool got = false;
	enum rc rc = db_sign_in_look(call->db, login, NULL, call->arena, &found, &err);

	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return false;
	}
	if (!found.account) {
		call_refuse(call, 403, "%s is no user of this desk", login);
		return false;
	}
	if (!open_one(call, found.account, token, csrf) || !look(call, token, &got))
		return false;
	log_info("signed in by the proxy", "account=%lld peer=%s",
		 (long long)found.account, request_peer(call->request));
	call->opened = arena_strdup(call->arena, token);
	return got;
}

bool signin_show(struct call *call)
{
	const char *named =
		is_behind_identity(call)
			? request_proxy_header(call->request,
					       call->desk->settings->desk_identity)
			: NULL;
	bool got = false;

	if (!look(call, session_token(call->request), &got))
		return false;
	if (is_behind_identity(call) &&
	    (!named || (got && strcmp(named, call->me.login))))
		got = false;
	if (!got && named && call->route->run == signin_me)
		return open_named(call, named);
	if (!got)
		call_refuse(call, 401, "sign in");
	return got;
}

/* Who he is, with the token that his page needs for every change. */
void signin_me(struct call *call)
{
	const char *answer;
	struct err err;
	enum rc rc = db_desk_ask(call->db, "me", NULL, 0, call->arena, &answer, &err);

	if (rc != RC_OK) {
		call_failed(call, rc, &err);
		return;
	}
	json_t *me = json_loads(answer ? answer : "{}", 0, NULL);
	json_object_set_new(me, "csrf", json_string(call->me.csrf));
	call_answer_json(call, 200, me);
	if (call->opened)
		set_cookie(call, call->opened,
			   call->desk->settings->desk_session_ms / 1000);
}

void signin_out(struct call *call)
{
	call_do(call);
	set_cookie(call, "", 0);
}
