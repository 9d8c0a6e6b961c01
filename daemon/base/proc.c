/* proc.c - descriptors, files and processes, done carefully once.
 *
 * Every call here goes on through EINTR and short counts, makes descriptors
 * close-on-exec and hands out nothing that was only half received. What the other end
 * of a socket sent in excess (bytes, descriptors) is dropped and refused. */
#include "proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "arena.h"
#include "text.h"

enum { FDS_MAX = 4 };

void fd_close_keep_errno(int fd);

void fd_close_keep_errno(int fd)
{
	int saved = errno;

	/* Never again on EINTR: Linux has closed it. */
	close(fd);
	errno = saved;
}

bool fd_write_all(int fd, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

bool fd_read_exact(int fd, void *bytes, size_t len)
{
	uint8_t *at = bytes;

	while (len > 0) {
		ssize_t n = read(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n == 0)
			errno = 0;
		if (n <= 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* --- memory that is a file ---------------------------------------------------- */

enum rc mapping_open(int fd, struct mapping *out, struct err *err)
{
	static const uint8_t nothing[1];
	struct stat st;
	void *at;

	*out = (struct mapping){nothing, 0};
	if (fstat(fd, &st) < 0)
		return err_errno(err, RC_FAIL, "look at file");
	if (!S_ISREG(st.st_mode))
		return err_set(err, RC_FAIL, "not a regular file");
	if (st.st_size == 0)
		return RC_OK;
	/* Private: the kernel refuses shared mappings of a write-sealed memfd. */
	at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_errno(err, RC_RETRY, "map file of %lld bytes",
				 (long long)st.st_size);
	*out = (struct mapping){at, (size_t)st.st_size};
	return RC_OK;
}

void mapping_close(struct mapping *map)
{
	if (map->len > 0)
		munmap((void *)(uintptr_t)map->bytes, map->len);
	*map = (struct mapping){NULL, 0};
}

int memfd_new(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		die("memfd %s: %s", name, strerror(errno));
	return fd;
}

int memfd_from(const char *name, const void *bytes, size_t len)
{
	int fd = memfd_new(name);

	if (!fd_write_all(fd, bytes, len) || lseek(fd, 0, SEEK_SET) < 0)
		die("memfd %s of %zu bytes: %s", name, len, strerror(errno));
	return fd;
}

/* --- datagrams with descriptors ----------------------------------------------- */

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(FDS_MAX * sizeof(int))];
};

static bool peer_is_gone(int error)
{
	return error == EPIPE || error == ECONNRESET || error == ENOTCONN;
}

enum rc sock_send(int sock, const void *bytes, size_t len, const int *fds, size_t n_fds,
		  struct err *err)
{
	struct iovec iov = {(void *)(uintptr_t)bytes, len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	union control control = {0};
	struct cmsghdr *head;
	ssize_t n;

	bug_on(n_fds > FDS_MAX || len == 0);
	if (n_fds > 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(n_fds * sizeof(int));
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(n_fds * sizeof(int));
		memcpy(CMSG_DATA(head), fds, n_fds * sizeof(int));
	}
	do
		n = sendmsg(sock, &msg, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return RC_OK;
	if (peer_is_gone(errno))
		return err_set(err, RC_RETRY, "send: the other process is gone");
	return err_errno(err, errno == EMSGSIZE ? RC_FAIL : RC_RETRY, "send %zu bytes",
			 len);
}

static enum rc wait_readable(int sock, int timeout_ms, struct err *err)
{
	int64_t end = now_ms_monotonic() + timeout_ms;
	struct pollfd pfd = {.fd = sock, .events = POLLIN};

	for (;;) {
		int64_t left = timeout_ms < 0 ? -1 : end - now_ms_monotonic();
		int n = poll(&pfd, 1, timeout_ms >= 0 && left < 0 ? 0 : (int)left);

		if (n > 0)
			return RC_OK;
		if (n < 0 && errno != EINTR)
			return err_errno(err, RC_RETRY, "wait for a message");
		if (n == 0)
			return err_set(err, RC_RETRY, "no message within %d ms",
				       timeout_ms);
	}
}

/* Takes over what fits into `room`, closes the rest. */
static size_t take_fds(struct msghdr *msg, int *fds, size_t room)
{
	size_t taken = 0;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
			if (taken < room)
				fds[taken++] = fd;
			else
				fd_close(&fd);
		}
	}
	return taken;
}

enum rc sock_recv(int sock, void *bytes, size_t *len, int *fds, size_t *n_fds,
		  int timeout_ms, struct err *err)
{
	struct iovec iov = {bytes, *len};
	union control control = {0};
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	size_t room = n_fds ? *n_fds : 0, taken;
	ssize_t n;
	enum rc rc;

	*len = 0;
	if (n_fds)
		*n_fds = 0;
	rc = wait_readable(sock, timeout_ms, err);
	if (rc != RC_OK)
		return rc;
	do
		n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n < 0 && peer_is_gone(errno))
		return RC_OK; /* with len 0 */
	if (n < 0)
		return err_errno(err, RC_RETRY, "receive");
	taken = take_fds(&msg, fds, room);
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		for (size_t i = 0; i < taken; i++)
			fd_close(&fds[i]);
		return err_set(err, RC_FAIL, "message larger than agreed");
	}
	*len = (size_t)n;
	if (n_fds)
		*n_fds = taken;
	return RC_OK;
}

/* --- names, time, small files ------------------------------------------------- */

char *uuid_new(char out[37])
{
	static const size_t group_ends[] = {4, 6, 8, 10};
	uint8_t random[16];
	char *at = out;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		die("no random numbers: %s", strerror(errno));
	random[6] = (uint8_t)((random[6] & 0x0f) | 0x40);
	random[8] = (uint8_t)((random[8] & 0x3f) | 0x80);
	for (size_t i = 0, group = 0; i < sizeof(random); i++, at += 2) {
		if (group < 4 && i == group_ends[group]) {
			*at++ = '-';
			group++;
		}
		text_hex(random + i, 1, at);
	}
	return out;
}

bool uuid_valid(const char *text)
{
	for (int i = 0; i < 36; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = text[i];

		if (dash ? c != '-' : !c || !strchr("0123456789abcdefABCDEF", c))
			return false;
	}
	return text[36] == '\0';
}

int64_t now_ms_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum rc file_read(int dir_fd, const char *path, size_t max, struct arena *arena,
		  char **bytes, size_t *len, struct err *err)
{
	AUTO_FD fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct strbuf content;
	char chunk[16384];
	ssize_t n;

	if (fd < 0)
		return err_errno(err, RC_FAIL, "open %s", path);
	strbuf_init(&content, arena);
	for (;;) {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, RC_FAIL, "read %s", path);
		if (n == 0)
			break;
		if (content.len + (size_t)n > max)
			return err_set(err, RC_FAIL, "%s is larger than %zu bytes",
				       path, max);
		strbuf_add_n(&content, chunk, (size_t)n);
	}
	*bytes = content.text;
	*len = content.len;
	return RC_OK;
}
