/* http_answer.c - what goes back: bytes, a file, and the headers that keep a page from
 * being framed, sniffed or made to run what is not ours; and what a request says of
 * itself.
 *
 * An answer is made once and sent by http.c. Bytes are copied, so nobody has to keep
 * them; out of memory dies. */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "http_private.h"

/* Nothing of the page comes from elsewhere, and nothing runs that stands in a document.
 */
static const char *const every_answer[][2] = {
	{"Content-Security-Policy",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' "
	 "blob:; "
	 "connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; "
	 "frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Permissions-Policy", "camera=(), microphone=(), geolocation=()"},
};

void http_begin_answer(struct request *r, unsigned status, const char *mime,
		       struct MHD_Response *take_response)
{
	if (!take_response)
		die("out of memory");
	if (r->response)
		MHD_destroy_response(r->response);
	r->response = take_response;
	r->status = status;
	for (size_t i = 0; i < sizeof(every_answer) / sizeof(*every_answer); i++)
		request_add_header(r, every_answer[i][0], every_answer[i][1]);
	request_add_header(r, "Content-Type", mime);
	if (r->http->tls)
		request_add_header(r, "Strict-Transport-Security", "max-age=31536000");
}

void request_add_header(struct request *r, const char *name, const char *value)
{
	MHD_add_response_header(r->response, name, value);
}

void request_answer(struct request *r, unsigned status, const char *mime,
		    const void *bytes, size_t len)
{
	void *copy = malloc(len ? len : 1);

	if (!copy)
		die("out of memory");
	memcpy(copy, bytes, len);
	http_begin_answer(
		r, status, mime,
		MHD_create_response_from_buffer(len, copy, MHD_RESPMEM_MUST_FREE));
}

void request_answer_fd(struct request *r, const char *mime, int take_fd, size_t len)
{
	http_begin_answer(r, MHD_HTTP_OK, mime,
			  MHD_create_response_from_fd64(len, take_fd));
}

const char *request_header(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}

const char *request_cookie(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_COOKIE_KIND, name);
}

const char *request_query(const struct request *r, const char *name)
{
	return MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* The address at the other end, as text. */
static const char *other_end(const struct request *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *end = info ? info->client_addr : NULL;
	char text[INET6_ADDRSTRLEN] = "";

	if (!end)
		return "unknown";
	if (end->sa_family == AF_INET6)
		inet_ntop(AF_INET6,
			  &((const struct sockaddr_in6 *)(const void *)end)->sin6_addr,
			  text, sizeof(text));
	else
		inet_ntop(AF_INET,
			  &((const struct sockaddr_in *)(const void *)end)->sin_addr,
			  text, sizeof(text));
	return arena_strdup(r->arena, text);
}

bool request_is_proxied(const struct request *r)
{
	return http_is_local_socket(r->http) ||
	       (r->http->proxy[0] && strcmp(r->http->proxy, other_end(r)) == 0);
}

struct wanted {
	const char *name, *last;
	size_t n;
};

static enum MHD_Result look_at(void *ctx, enum MHD_ValueKind kind, const char *name,
			       const char *value)
{
	struct wanted *w = ctx;

	(void)kind;
	if (strcasecmp(name, w->name) == 0) {
		w->last = value;
		w->n++;
	}
	return MHD_YES;
}

static struct wanted find_header(const struct request *r, const char *name)
{
	struct wanted w = {.name = name};

	MHD_get_connection_values(r->connection, MHD_HEADER_KIND, look_at, &w);
	return w;
}

const char *request_proxy_header(const struct request *r, const char *name)
{
	struct wanted w = find_header(r, name);

	return request_is_proxied(r) && w.n == 1 ? w.last : NULL;
}

/* What stands before the last comma somebody else may have written. */
const char *request_peer(const struct request *r)
{
	struct wanted w = {0};

	if (!request_is_proxied(r))
		return other_end(r);
	w = find_header(r, "X-Forwarded-For");
	if (!w.last)
		return "proxy";
	const char *comma = strrchr(w.last, ','), *seen = comma ? comma + 1 : w.last;
	return arena_strdup(r->arena, seen + strspn(seen, " "));
}
