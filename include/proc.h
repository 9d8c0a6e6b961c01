/* proc.h - descriptors, files and processes, done carefully once. */
#ifndef INTRAY_PROC_H
#define INTRAY_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"

static inline void fd_close(int *fd) /* for AUTO_FD; keeps errno */
{
	extern void fd_close_keep_errno(int fd);
	if (*fd >= 0)
		fd_close_keep_errno(*fd);
	*fd = -1;
}
#define AUTO_FD __attribute__((cleanup(fd_close))) int

/* Whole buffers, through EINTR and short counts. Return false with errno set. */
bool fd_write_all(int fd, const void *bytes, size_t len);
bool fd_read_exact(int fd, void *bytes, size_t len); /* false, errno 0: end of file */

/* A read-only mapping of a whole regular file or memfd; len 0 gives a valid empty one. */
struct mapping {
	const uint8_t *bytes;
	size_t len;
};
enum rc mapping_open(int fd, struct mapping *out, struct err *err);
void mapping_close(struct mapping *map);
#define AUTO_MAPPING __attribute__((cleanup(mapping_close))) struct mapping

int memfd_new(const char *name); /* close-on-exec, sealable; dies when it can't */
int memfd_from(const char *name, const void *bytes, size_t len);

/* One datagram of a SOCK_SEQPACKET socket with up to 4 descriptors. Received descriptors
 * are close-on-exec; *n_fds is in: room, out: received. len: in: room, out: received,
 * 0 = the other side is gone. RC_RETRY on timeout (timeout_ms < 0 waits for ever). */
enum rc sock_send(int sock, const void *bytes, size_t len, const int *fds, size_t n_fds,
		  struct err *err);
enum rc sock_recv(int sock, void *bytes, size_t *len, int *fds, size_t *n_fds,
		  int timeout_ms, struct err *err);

/* Random version 4 UUID as text (36 characters + NUL), from getrandom. */
char *uuid_new(char out[37]);
bool uuid_valid(const char *text);

int64_t now_ms_monotonic(void);

/* Whole small file into an arena (NUL appended, not counted); RC_FAIL when larger than max. */
struct arena;
enum rc file_read(int dir_fd, const char *path, size_t max, struct arena *arena,
		  char **bytes, size_t *len, struct err *err);

#endif
