/* http.c - HTTP by libmicrohttpd, in one thread: requests in, answers out.
 *
 * The library reads and writes without blocking and calls us when a request's body is
 * whole. What we do then is short - a file of the page -, or the request is parked and
 * answered by others (hands.c, verifier.c, cutter.c). Bodies end at a megabyte, headers
 * at the library's 32 KB, a silent connection after two minutes. Answers are made in
 * http_answer.c, streams of events in http_stream.c; http_listen.c opens the socket. */
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "http_private.h"
#include "log.h"
#include "proc.h"

enum { MAX_CONNECTIONS = 4000, SILENCE_S = 120 };

/* --- a request
 * ------------------------------------------------------------------------ */

static struct request *request_new(struct http *http, struct MHD_Connection *connection,
				   const char *method, const char *path)
{
	struct arena *arena = arena_new();
	struct request *r = arena_alloc(arena, sizeof(*r));

	r->arena = arena;
	r->http = http;
	r->connection = connection;
	r->method = arena_strdup(arena, method);
	r->path = arena_strdup(arena, path);
	return r;
}

static void take_body(struct request *r, const char *data, size_t len)
{
	if (r->body_len + len > HTTP_MAX_BODY) {
		r->too_long = true;
		return;
	}
	char *all = arena_alloc(r->arena, r->body_len + len + 1);
	if (r->body_len)
		memcpy(all, r->body, r->body_len);
	memcpy(all + r->body_len, data, len);
	r->body = all;
	r->body_len += len;
}

/* --- parked
 * --------------------------------------------------------------------------------- */

void request_park(struct request *r)
{
	bug_on(r->parked);
	r->parked = true;
	r->next_parked = r->http->parked;
	r->self_parked = &r->http->parked;
	if (r->next_parked)
		r->next_parked->self_parked = &r->next_parked;
	r->http->parked = r;
}

void request_unpark(struct request *r)
{
	*r->self_parked = r->next_parked;
	if (r->next_parked)
		r->next_parked->self_parked = r->self_parked;
	r->unparked = true;
	MHD_resume_connection(r->connection);
}

/* The library wants nothing suspended when it stops. */
static void refuse_parked(struct http *http)
{
	static const char text[] = "{\"error\":\"the desk is closing\"}";

	while (http->parked) {
		request_answer(http->parked, MHD_HTTP_SERVICE_UNAVAILABLE,
			       "application/json", text, strlen(text));
		request_unpark(http->parked);
	}
}

/* --- the library's calls
 * -------------------------------------------------------------------- */

static enum MHD_Result send_answer(struct request *r)
{
	enum MHD_Result sent;

	bug_on(!r->response);
	sent = MHD_queue_response(r->connection, r->status, r->response);
	MHD_destroy_response(r->response);
	r->response = NULL;
	return sent;
}

static void refuse_long_body(struct request *r)
{
	static const char text[] = "{\"error\":\"the request is too long\"}";
	request_answer(r, MHD_HTTP_CONTENT_TOO_LARGE, "application/json", text,
		       strlen(text));
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection,
				  const char *path, const char *method,
				  const char *version, const char *data, size_t *len,
				  void **state)
{
	struct http *http = ctx;
	struct request *r = *state;

	(void)version;
	if (!r) {
		*state = request_new(http, connection, method, path);
		return MHD_YES;
	}
	if (*len > 0) {
		take_body(r, data, *len);
		*len = 0;
		return MHD_YES;
	}
	if (r->parked && !r->unparked)
		return MHD_YES;
	if (!r->body)
		r->body = "";
	if (r->too_long)
		refuse_long_body(r);
	else if (!r->unparked)
		http->handler(http->ctx, r);
	if (r->parked && !r->unparked) {
		MHD_suspend_connection(connection);
		return MHD_YES;
	}
	return send_answer(r);
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	struct request *r = *state;

	(void)ctx;
	(void)connection;
	(void)why;
	if (!r)
		return;
	if (r->response)
		MHD_destroy_response(r->response);
	struct arena *arena = r->arena;
	arena_free(&arena);
	*state = NULL;
}

/* --- the daemon
 * ----------------------------------------------------------------------- */

static void on_library_says(void *ctx, const char *fmt, va_list ap)
{
	char text[200];

	(void)ctx;
	vsnprintf(text, sizeof(text), fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_debug("libmicrohttpd", "says=%s", text);
}

/* The library takes what it only reads as pointers to anything. */
static void *unconst(const char *text)
{
	union {
		const char *in;
		void *out;
	} cast = {text};
	return cast.out;
}

static enum rc start(struct http *http, const struct http_listen *listen,
		     struct err *err)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
			 (http->tls ? MHD_USE_TLS : 0);
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, unconst(listen->certificate)},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, unconst(listen->key)},
		{MHD_OPTION_END, 0, NULL},
	};

	http->daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, on_request, http, MHD_OPTION_EXTERNAL_LOGGER,
		on_library_says, NULL, MHD_OPTION_LISTEN_SOCKET, http->fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SILENCE_S,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_ARRAY,
		http->tls ? tls : tls + 2, MHD_OPTION_END);
	return http->daemon ? RC_OK
			    : err_set(err, RC_FAIL, "the HTTP server did not start");
}

enum rc http_open(const struct http_listen *listen, http_handler *handler, void *ctx,
		  struct http **out, struct err *err)
{
	struct http *http = calloc(1, sizeof(*http));
	enum rc rc;

	if (!http)
		die("out of memory");
	*http = (struct http){.handler = handler,
			      .ctx = ctx,
			      .fd = -1,
			      .tls = listen->certificate && listen->key};
	if (listen->proxy)
		snprintf(http->proxy, sizeof(http->proxy), "%s", listen->proxy);
	rc = http_listen_on(http, listen->address, err);
	if (rc == RC_OK)
		rc = start(http, listen, err);
	if (rc != RC_OK)
		http_close(&http);
	*out = http;
	return rc;
}

void http_close(struct http **http)
{
	struct http *h = *http;

	if (!h)
		return;
	refuse_parked(h);
	http_end_streams(h);
	if (h->daemon) {
		MHD_run(h->daemon);
		MHD_stop_daemon(h->daemon); /* closes the socket, too */
	} else if (h->fd >= 0) {
		close(h->fd);
	}
	if (h->socket_path[0])
		unlink(h->socket_path);
	free(h);
	*http = NULL;
}

bool http_is_local_socket(const struct http *http)
{
	return http->socket_path[0] != '\0';
}

bool http_is_tls(const struct http *http)
{
	return http->tls;
}

const char *http_url(const struct http *http)
{
	return http->url;
}

int http_poll_fd(const struct http *http)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return info->epoll_fd;
}

int http_timeout_ms(struct http *http, int most)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (MHD_get_timeout(http->daemon, &ms) != MHD_YES || ms > (unsigned)most)
		return most;
	return (int)ms;
}

void http_run(struct http *http)
{
	MHD_run(http->daemon);
}
