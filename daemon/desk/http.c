/* http.c - HTTP by libmicrohttpd, in one thread.
 *
 * The library reads and writes without blocking and calls us when a request's body is
 * whole; what we do then is short (a prepared statement, a file from the store). What
 * takes long - a password's hash - is parked. Bodies end at a megabyte, headers at the
 * library's 32 KB, a silent connection after two minutes; a stream that does not drain
 * is cut off. Every answer carries the headers that keep a page from being framed,
 * sniffed or made to run what is not ours. */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <arpa/inet.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "text.h"

enum { MAX_CONNECTIONS = 4000, SILENCE_S = 120, STREAM_MAX = 64 * 1024 };

struct stream {
	struct http *http;
	struct stream *next, **self; /* in the daemon's list */
	struct MHD_Connection *connection;
	char *waiting;
	size_t len, cap;
	bool asleep, overflow;
};

struct http {
	struct MHD_Daemon *daemon;
	http_handler *handler;
	void *ctx;
	struct stream *streams;
	char url[160];
	char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd;
	bool tls;
};

/* --- where to listen
 * ------------------------------------------------------------------ */

static enum rc bound(int fd, const struct sockaddr *address, socklen_t len,
		     const char *shown, struct err *err)
{
	if (bind(fd, address, len) == 0 && listen(fd, 511) == 0)
		return RC_OK;
	return err_errno(err, errno == EADDRINUSE ? RC_RETRY : RC_FAIL, "listen on %s",
			 shown);
}

/* A socket left behind by a process that died is in nobody's use. */
static enum rc listen_unix(struct http *http, const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	if (strlen(path) >= sizeof(address.sun_path))
		return err_set(err, RC_FAIL, "listen on %s: the path is too long",
			       path);
	strcpy(address.sun_path, path);
	http->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (http->fd < 0)
		return err_errno(err, RC_RETRY, "socket");
	unlink(path);
	enum rc rc = bound(http->fd, (struct sockaddr *)&address, sizeof(address), path,
			   err);
	if (rc != RC_OK)
		return rc;
	strcpy(http->socket_path, path);
	snprintf(http->url, sizeof(http->url), "unix:%s", path);
	/* The proxy's group may use it; nobody else. */
	if (chmod(path, 0660) < 0)
		return err_errno(err, RC_FAIL, "chmod %s", path);
	return RC_OK;
}

/* "127.0.0.1:8300" or "[::1]:8300". */
static bool parse_address(const char *text, struct sockaddr_storage *out,
			  socklen_t *len)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	const char *colon = strrchr(text, ':');
	char host[64], *end;

	memset(out, 0, sizeof(*out));
	if (!colon || !colon[1] || (size_t)(colon - text) >= sizeof(host))
		return false;
	unsigned long port = strtoul(colon + 1, &end, 10);
	if (*end || port > 65535)
		return false;
	snprintf(host, sizeof(host), "%.*s", (int)(colon - text), text);
	size_t n = strlen(host);
	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons((uint16_t)port);
		*len = sizeof(*v6);
		return inet_pton(AF_INET6, host + 1, &v6->sin6_addr) == 1;
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons((uint16_t)port);
	*len = sizeof(*v4);
	return inet_pton(AF_INET, host, &v4->sin_addr) == 1;
}

static bool is_loopback(const struct sockaddr_storage *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)address;

	return address->ss_family == AF_INET6 ? IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr)
					      : ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

static void name_url(struct http *http, const char *address)
{
	struct sockaddr_storage got;
	socklen_t len = sizeof(got);
	unsigned port = 0;

	if (getsockname(http->fd, (struct sockaddr *)&got, &len) == 0)
		port = ntohs(got.ss_family == AF_INET6
				     ? ((struct sockaddr_in6 *)&got)->sin6_port
				     : ((struct sockaddr_in *)&got)->sin_port);
	snprintf(http->url, sizeof(http->url), "%s://%.*s:%u/",
		 http->tls ? "https" : "http", (int)(strrchr(address, ':') - address),
		 address, port);
}

static enum rc listen_ip(struct http *http, const char *text, struct err *err)
{
	struct sockaddr_storage address;
	socklen_t len = 0;
	int yes = 1;

	if (!parse_address(text, &address, &len))
		return err_set(err, RC_FAIL,
			       "desk_listen = %s: expected ADDRESS:PORT, a path or off",
			       text);
	if (!http->tls && !is_loopback(&address))
		return err_set(
			err, RC_FAIL,
			"desk_listen = %s: without desk_certificate only a loopback "
			"address is possible: passwords would travel in the open",
			text);
	http->fd = socket(address.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			  0);
	if (http->fd < 0)
		return err_errno(err, RC_RETRY, "socket");
	setsockopt(http->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	enum rc rc = bound(http->fd, (struct sockaddr *)&address, len, text, err);
	if (rc == RC_OK)
		name_url(http, text);
	return rc;
}

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
	if (r->parked && !r->response) {
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

void request_park(struct request *r)
{
	r->parked = true;
}

void request_unpark(struct request *r)
{
	r->unparked = true;
	MHD_resume_connection(r->connection);
}

/* --- answers
 * -------------------------------------------------------------------------- */

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

static void begin_answer(struct request *r, unsigned status, const char *mime,
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
	begin_answer(r, status, mime,
		     MHD_create_response_from_buffer(len, copy, MHD_RESPMEM_MUST_FREE));
}

void request_answer_fd(struct request *r, const char *mime, int take_fd, size_t len)
{
	begin_answer(r, MHD_HTTP_OK, mime, MHD_create_response_from_fd64(len, take_fd));
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

/* --- streams
 * -------------------------------------------------------------------------- */

static ssize_t stream_read(void *ctx, uint64_t at, char *out, size_t max)
{
	struct stream *s = ctx;
	size_t n = s->len < max ? s->len : max;

	(void)at;
	if (s->overflow)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (n == 0) {
		s->asleep = true;
		MHD_suspend_connection(s->connection);
		return 0;
	}
	memcpy(out, s->waiting, n);
	memmove(s->waiting, s->waiting + n, s->len - n);
	s->len -= n;
	return (ssize_t)n;
}

static void stream_free(void *ctx)
{
	struct stream *s = ctx;

	*s->self = s->next;
	if (s->next)
		s->next->self = s->self;
	free(s->waiting);
	free(s);
}

static void wake(struct stream *s)
{
	if (!s->asleep)
		return;
	s->asleep = false;
	MHD_resume_connection(s->connection);
}

static void stream_add(struct stream *s, const char *text)
{
	size_t len = strlen(text);

	if (s->len + len > STREAM_MAX) {
		s->overflow = true;
	} else {
		if (s->len + len > s->cap) {
			s->cap = (s->len + len) * 2;
			s->waiting = realloc(s->waiting, s->cap);
			if (!s->waiting)
				die("out of memory");
		}
		memcpy(s->waiting + s->len, text, len);
		s->len += len;
	}
	wake(s);
}

struct stream *request_answer_stream(struct request *r)
{
	struct stream *s = calloc(1, sizeof(*s));

	if (!s)
		die("out of memory");
	s->http = r->http;
	s->connection = r->connection;
	s->next = r->http->streams;
	s->self = &r->http->streams;
	if (s->next)
		s->next->self = &s->next;
	r->http->streams = s;
	begin_answer(r, MHD_HTTP_OK, "text/event-stream",
		     MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096,
						       stream_read, s, stream_free));
	request_add_header(r, "Cache-Control", "no-store");
	request_add_header(r, "X-Accel-Buffering", "no");
	stream_add(s, "retry: 3000\n\n");
	return s;
}

void http_tell(struct http *http, const char *event, const char *data)
{
	AUTO_ARENA scratch = arena_new();
	const char *text =
		arena_printf(scratch, "event: %s\ndata: %s\n\n", event, data);

	for (struct stream *s = http->streams; s; s = s->next)
		stream_add(s, text);
}

size_t http_listeners(const struct http *http)
{
	size_t n = 0;

	for (const struct stream *s = http->streams; s; s = s->next)
		n++;
	return n;
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
	rc = listen->address[0] == '/' ? listen_unix(http, listen->address, err)
				       : listen_ip(http, listen->address, err);
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
	/* The library wants nothing suspended when it stops. */
	for (struct stream *s = h->streams; s; s = s->next) {
		s->overflow = true;
		wake(s);
	}
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
