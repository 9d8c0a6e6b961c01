/* http_private.h - what the files of HTTP share: http.c (requests), http_answer.c,
 * http_stream.c and http_listen.c. Private to daemon/desk. */
#ifndef INTRAY_DESK_HTTP_PRIVATE_H
#define INTRAY_DESK_HTTP_PRIVATE_H

#include <sys/un.h>

#include "http.h"

struct MHD_Daemon;
struct MHD_Response;

struct http {
	struct MHD_Daemon *daemon;
	http_handler *handler;
	void *ctx;
	struct stream *streams;
	struct request *parked;
	char url[160];
	char proxy[64];
	char socket_path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int fd;
	bool tls;
};

/* http_listen.c: opens http->fd and names http->url; `address` as in struct
 * http_listen. */
enum rc http_listen_on(struct http *http, const char *address, struct err *err);

/* http_answer.c: with the headers that every answer has. Takes the response. */
void http_begin_answer(struct request *r, unsigned status, const char *mime,
		       struct MHD_Response *take_response);

/* http_stream.c: every open stream ends at the next run. */
void http_end_streams(struct http *http);

#endif
