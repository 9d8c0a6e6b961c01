/* http_stream.c - answers that stay open: server-sent events.
 *
 * What is told is queued per listener and sent when his connection takes it; a
 * connection with nothing to send sleeps and costs nothing. A listener whose line does
 * not drain is cut off; his browser comes back by itself and asks anew. */
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>

#include "http_private.h"

enum { STREAM_MAX = 64 * 1024 };

struct stream {
	struct http *http;
	struct stream *next, **self; /* in the daemon's list */
	struct MHD_Connection *connection;
	char *waiting;
	size_t len, cap;
	bool asleep, overflow;
};

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
	http_begin_answer(r, MHD_HTTP_OK, "text/event-stream",
			  MHD_create_response_from_callback(
				  MHD_SIZE_UNKNOWN, 4096, stream_read, s, stream_free));
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

void http_end_streams(struct http *http)
{
	for (struct stream *s = http->streams; s; s = s->next) {
		s->overflow = true;
		wake(s);
	}
}
