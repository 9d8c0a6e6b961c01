/* notify.c - where children say that they are ready, and that they are alive.
 *
 * Children talk to whoever started them with sd_notify(3): to systemd when each has its
 * unit, to us when we are the supervisor. The socket is abstract with an address the
 * kernel picks, so there is no path to be too long or left over. Any local process
 * could write to it; messages count only with the pid, told by the kernel, of one of
 * our children. */
#include "notify.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "proc.h"

enum rc notify_open(struct notify *notify, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	socklen_t len = sizeof(address);
	AUTO_FD fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const int on = 1;

	/* Binding the family alone: the kernel picks five hex digits. */
	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address.sun_family)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) < 0)
		return err_errno(err, RC_FAIL, "make the notify socket");
	snprintf(notify->address, sizeof(notify->address), "@%.*s",
		 (int)(len - offsetof(struct sockaddr_un, sun_path) - 1),
		 address.sun_path + 1);
	notify->fd = fd;
	fd = -1;
	return RC_OK;
}

void notify_close(struct notify *notify)
{
	fd_close(&notify->fd);
}

static pid_t sender_of(struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		struct ucred cred;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_CREDENTIALS)
			continue;
		memcpy(&cred, CMSG_DATA(c), sizeof(cred));
		return cred.pid;
	}
	return 0;
}

static bool has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *at = text; at && *at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (strncmp(at, line, len) == 0 && (at[len] == '\n' || at[len] == '\0'))
			return true;
		if (*at == '\0')
			break;
	}
	return false;
}

bool notify_receive(struct notify *notify, pid_t *pid, bool *ready, bool *beat)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(
			sizeof(struct ucred))]; /* no room for descriptors */
	} control;
	char text[512];
	struct iovec iov = {text, sizeof(text) - 1};
	struct msghdr msg = {.msg_iov = &iov,
			     .msg_iovlen = 1,
			     .msg_control = &control,
			     .msg_controllen = sizeof(control)};
	ssize_t n = recvmsg(notify->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return false;
	text[n] = '\0';
	*pid = sender_of(&msg);
	*ready = has_line(text, "READY=1");
	*beat = has_line(text, "WATCHDOG=1");
	return true;
}
