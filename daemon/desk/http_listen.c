/* http_listen.c - the socket the desk listens on: an address of this machine, or a
 * path.
 *
 * Passwords travel over it, so without TLS only loopback is accepted and a path is open
 * to its owner and group alone; a proxy in front of either does TLS. What a process
 * left behind that died - a socket file, a port that lingers - is taken over. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "http_private.h"

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

enum rc http_listen_on(struct http *http, const char *address, struct err *err)
{
	return address[0] == '/' ? listen_unix(http, address, err)
				 : listen_ip(http, address, err);
}
