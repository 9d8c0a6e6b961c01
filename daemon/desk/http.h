/* http.h - HTTP in our words; http.c, http_answer.c and http_stream.c are
 * the only files that see libmicrohttpd.
 *
 * One thread, one event loop: the caller polls http_poll_fd and calls http_run. A
 * request is handed to the handler once its body is there. It must be answered before
 * the handler returns, or parked (request_park); then another thread may look at it and
 * answer it, until request_unpark is called in this one. A request and its arena live
 * until it is answered; a stream lives until its listener leaves. */
#ifndef INTRAY_DESK_HTTP_H
#define INTRAY_DESK_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "err.h"

enum { HTTP_MAX_BODY = 1 << 20, HTTP_MAX_PATH_VALUES = 4 };

struct http;
struct stream;

struct request {
	struct arena *arena;
	const char *method, *path;
	const char *body; /* NUL-terminated */
	size_t body_len;
	void *mine; /* the handler's own, NULL at first */
	struct http *http;
	struct MHD_Connection *connection;
	struct MHD_Response *response;
	struct request *next_parked, **self_parked;
	unsigned status;
	bool too_long, parked, unparked;
};
typedef void http_handler(void *ctx, struct request *request);

struct http_listen {
	const char *address; /* "127.0.0.1:8300", "[::1]:0", "/run/intray/desk.sock" */
	const char *certificate, *key; /* PEM text; NULL: no TLS */
	const char *proxy; /* address of a proxy that is believed; NULL: none */
};
/* RC_RETRY: somebody else has the address; RC_FAIL: there is no such address. */
enum rc http_open(const struct http_listen *listen, http_handler *handler, void *ctx,
		  struct http **out, struct err *err);
void http_close(struct http **http);
bool http_is_local_socket(const struct http *http);
bool http_is_tls(const struct http *http);
/* Where it listens, as a browser wants it; with the port it got for port 0. */
const char *http_url(const struct http *http);
int http_poll_fd(const struct http *http);
int http_timeout_ms(struct http *http, int most);
void http_run(struct http *http);

const char *request_header(const struct request *request, const char *name);
const char *request_cookie(const struct request *request, const char *name);
const char *request_query(const struct request *request, const char *name);
/* Whether it comes from somebody who is believed what he says of others: the other end
 * of our socket, or the proxy's address. */
bool request_is_proxied(const struct request *request);
/* The header of a proxied request; NULL when it is not there just once: of two, one may
 * be what somebody smuggled past the proxy. */
const char *request_proxy_header(const struct request *request, const char *name);
/* The address of the other side, or the one that a believed proxy saw. */
const char *request_peer(const struct request *request);

/* The bytes are copied. */
void request_answer(struct request *request, unsigned status, const char *mime,
		    const void *bytes, size_t len);
/* Takes the descriptor. */
void request_answer_fd(struct request *request, const char *mime, int take_fd,
		       size_t len);
/* Answers with a stream of events (text/event-stream) that stays open. */
struct stream *request_answer_stream(struct request *request);
/* After the answer. */
void request_add_header(struct request *request, const char *name, const char *value);

/* What is still parked when HTTP closes is refused. */
void request_park(struct request *request);
void request_unpark(struct request *request);

/* To every open stream; `data` is one line. */
void http_tell(struct http *http, const char *event, const char *data);
size_t http_listeners(const struct http *http);

#endif
