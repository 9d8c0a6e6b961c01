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

const char *request_peer(const struct request *r)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *forwarded = request_header(r, "X-Forwarded-For");
	char text[INET6_ADDRSTRLEN] = "";

	if (http_is_local_socket(r->http))
		return forwarded ? arena_strdup(r->arena, forwarded) : "proxy";
	if (!info || !info->client_addr)
		return "unknown";
	if (info->client_addr->sa_family == AF_INET6)
		inet_ntop(
			AF_INET6,
			&((const struct sockaddr_in6 *)(const void *)info->client_addr)
				 ->sin6_addr,
			text, sizeof(text));
	else
		inet_ntop(AF_INET,
			  &((const struct sockaddr_in *)(const void *)info->client_addr)
				   ->sin_addr,
			  text, sizeof(text));
	return arena_strdup(r->arena, text);
}
