/* Descriptors, sockets and small files. */
#include "testing.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arena.h"
#include "proc.h"

static void a_memfd_is_mapped_whole(void **state)
{
	AUTO_FD fd = memfd_from("test", "hello", 5);
	AUTO_FD empty = memfd_new("empty");
	AUTO_MAPPING map = {0}, none = {0};
	struct err err;

	(void)state;
	assert_int_equal(mapping_open(fd, &map, &err), RC_OK);
	assert_int_equal(map.len, 5);
	assert_memory_equal(map.bytes, "hello", 5);
	assert_int_equal(mapping_open(empty, &none, &err), RC_OK);
	assert_int_equal(none.len, 0);
	assert_non_null(none.bytes);
}

static void a_sealed_memfd_can_be_mapped(void **state)
{
	AUTO_FD fd = memfd_from("test", "hello", 5);
	AUTO_MAPPING map = {0};
	struct err err;

	(void)state;
	assert_int_equal(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK), 0);
	assert_int_equal(mapping_open(fd, &map, &err), RC_OK);
	assert_int_equal(map.len, 5);
}

static void what_is_no_regular_file_is_not_mapped(void **state)
{
	struct mapping map;
	struct err err;
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(mapping_open(pipes[0], &map, &err), RC_FAIL);
	close(pipes[0]);
	close(pipes[1]);
}

static void the_end_of_a_pipe_is_told_from_an_error(void **state)
{
	char buf[4];
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_true(fd_write_all(pipes[1], "abc", 3));
	close(pipes[1]);
	errno = EIO;
	assert_false(fd_read_exact(pipes[0], buf, 4));
	assert_int_equal(errno, 0);
	close(pipes[0]);
}

static void socket_pair(int pair[2])
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair),
			 0);
}

static void a_message_carries_descriptors(void **state)
{
	AUTO_FD fd = memfd_from("test", "through", 7);
	int pair[2], fds[4];
	size_t n_fds = 4, len = 64;
	char bytes[64];
	struct err err;

	(void)state;
	socket_pair(pair);
	assert_int_equal(sock_send(pair[0], "take", 4, &fd, 1, &err), RC_OK);
	assert_int_equal(sock_recv(pair[1], bytes, &len, fds, &n_fds, 1000, &err),
			 RC_OK);
	assert_int_equal(len, 4);
	assert_int_equal(n_fds, 1);
	assert_true(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(pread(fds[0], bytes, 64, 0), 7);
	assert_memory_equal(bytes, "through", 7);
	close(fds[0]);
	close(pair[0]);
	close(pair[1]);
}

static int open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void descriptors_beyond_the_room_are_closed(void **state)
{
	AUTO_FD fd = memfd_new("test");
	int pair[2], got[1], before;
	int three[3] = {fd, fd, fd};
	size_t n_fds = 1, len = 8;
	char bytes[8];
	struct err err;

	(void)state;
	socket_pair(pair);
	before = open_descriptors();
	assert_int_equal(sock_send(pair[0], "x", 1, three, 3, &err), RC_OK);
	assert_int_equal(sock_recv(pair[1], bytes, &len, got, &n_fds, 1000, &err),
			 RC_OK);
	assert_int_equal(n_fds, 1);
	close(got[0]);
	assert_int_equal(open_descriptors(), before);
	close(pair[0]);
	close(pair[1]);
}

static void silence_excess_and_departure_are_told_apart(void **state)
{
	size_t n_fds = 0, len = 4;
	struct err err;
	char bytes[4];
	int pair[2];

	(void)state;
	socket_pair(pair);
	assert_int_equal(sock_recv(pair[1], bytes, &len, NULL, &n_fds, 10, &err),
			 RC_RETRY);
	assert_int_equal(sock_send(pair[0], "12345", 5, NULL, 0, &err), RC_OK);
	len = 4;
	assert_int_equal(sock_recv(pair[1], bytes, &len, NULL, &n_fds, 1000, &err),
			 RC_FAIL);
	close(pair[0]);
	len = 4;
	assert_int_equal(sock_recv(pair[1], bytes, &len, NULL, &n_fds, -1, &err),
			 RC_OK);
	assert_int_equal(len, 0);
	assert_int_equal(sock_send(pair[1], "x", 1, NULL, 0, &err), RC_RETRY);
	close(pair[1]);
}

static void uuids_are_valid_and_differ(void **state)
{
	char a[37], b[37];

	(void)state;
	assert_true(uuid_valid(uuid_new(a)));
	assert_true(uuid_valid(uuid_new(b)));
	assert_string_not_equal(a, b);
	assert_int_equal(a[14], '4');
	assert_false(uuid_valid(""));
	assert_false(uuid_valid("00000000-0000-4000-8000-00000000000"));
	assert_false(uuid_valid("00000000-0000-4000-8000-0000000000000"));
	assert_false(uuid_valid("00000000-0000-4000-8000-00000000000g"));
	assert_false(uuid_valid("00000000_0000-4000-8000-000000000000"));
}

static void a_small_file_is_read_whole_and_a_large_one_refused(void **state)
{
	AUTO_ARENA arena = arena_new();
	AUTO_FD fd = memfd_from("test", "0123456789", 10);
	struct err err;
	char *bytes;
	char path[64];
	size_t len;

	(void)state;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(file_read(AT_FDCWD, path, 10, arena, &bytes, &len, &err),
			 RC_OK);
	assert_int_equal(len, 10);
	assert_string_equal(bytes, "0123456789");
	assert_int_equal(file_read(AT_FDCWD, path, 9, arena, &bytes, &len, &err),
			 RC_FAIL);
	assert_int_equal(
		file_read(AT_FDCWD, "/nonexistent/x", 9, arena, &bytes, &len, &err),
		RC_FAIL);
	assert_string_equal(err.text, "open /nonexistent/x: No such file or directory");
}

static void closing_clears_the_descriptor_and_keeps_errno(void **state)
{
	int fd = memfd_new("test");

	(void)state;
	errno = EIO;
	fd_close(&fd);
	assert_int_equal(fd, -1);
	assert_int_equal(errno, EIO);
	fd_close(&fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_memfd_is_mapped_whole),
		cmocka_unit_test(a_sealed_memfd_can_be_mapped),
		cmocka_unit_test(what_is_no_regular_file_is_not_mapped),
		cmocka_unit_test(the_end_of_a_pipe_is_told_from_an_error),
		cmocka_unit_test(a_message_carries_descriptors),
		cmocka_unit_test(descriptors_beyond_the_room_are_closed),
		cmocka_unit_test(silence_excess_and_departure_are_told_apart),
		cmocka_unit_test(uuids_are_valid_and_differ),
		cmocka_unit_test(a_small_file_is_read_whole_and_a_large_one_refused),
		cmocka_unit_test(closing_clears_the_descriptor_and_keeps_errno),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
