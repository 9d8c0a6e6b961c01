/* Blobs: what goes in comes out, and what rotted does not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "proc.h"
#include "store.h"

#define HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
#define EMPTY "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define NOWHERE "00000000000000000000000000000000000000000000000000000000000000ff"

static char dir[64];
static struct store *store;

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/intray-store.XXXXXX");
	assert_non_null(mkdtemp(dir));
	assert_int_equal(store_open(dir, &store, NULL), RC_OK);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	store_close(&store);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

static void put(const char *client, const char *text, char hash[65])
{
	struct err err = {0};

	if (store_put(store, client, text, strlen(text), hash, &err) != RC_OK)
		fail_msg("%s", err.text);
}

static char *path_of(const char *client, const char *hash)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s/%.2s/%s", dir, client, hash, hash);
	return path;
}

static void set_age(const char *path, long seconds)
{
	struct timespec times[2] = {{.tv_sec = time(NULL) - seconds},
				    {.tv_sec = time(NULL) - seconds}};

	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static int count(const char *where, const char *pattern)
{
	char command[256];
	FILE *out;
	int n = -1;

	snprintf(command, sizeof(command), "find %s -path '%s' -type f | wc -l", where,
		 pattern);
	out = popen(command, "r");
	assert_non_null(out);
	assert_int_equal(fscanf(out, "%d", &n), 1);
	pclose(out);
	return n;
}

static void comes_back_as_it_went_in(void **state)
{
	char hash[65], bytes[8] = "";
	int fd;

	(void)state;
	put("acme", "hello", hash);
	assert_string_equal(hash, HELLO);
	assert_int_equal(store_get(store, "acme", hash, &fd, NULL), RC_OK);
	assert_int_equal(read(fd, bytes, sizeof(bytes)), 5);
	assert_string_equal(bytes, "hello");
	assert_int_equal(write(fd, "x", 1), -1); /* sealed */
	close(fd);
}

static void empty_content_is_content(void **state)
{
	char hash[65];
	int fd;

	(void)state;
	put("acme", "", hash);
	assert_string_equal(hash, EMPTY);
	assert_int_equal(store_get(store, "acme", hash, &fd, NULL), RC_OK);
	close(fd);
}

static void clients_never_share(void **state)
{
	char hash[65];

	(void)state;
	put("acme", "hello", hash);
	assert_true(store_has(store, "acme", hash));
	assert_false(store_has(store, "other", hash));
}

static void a_client_is_not_a_path(void **state)
{
	static const char *const bad[] = {
		"", "..", "a/b", "ACME", ".lock", "123456789012345678901234567890123"};
	char hash[65];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(store_put(store, bad[i], "x", 1, hash, NULL), RC_FAIL);
}

static void a_hash_is_not_a_path(void **state)
{
	static const char *const bad[] = {
		"", "../../../etc/passwd",
		"2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824",
		HELLO "0"};
	int fd;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(store_get(store, "acme", bad[i], &fd, NULL), RC_FAIL);
}

static void copies_from_where_the_descriptor_stands(void **state)
{
	int fd = memfd_from("source", "say hello", 9);
	char hash[65];
	long long size;

	(void)state;
	lseek(fd, 4, SEEK_SET);
	assert_int_equal(store_put_fd(store, "acme", fd, 5, hash, &size, NULL), RC_OK);
	assert_string_equal(hash, HELLO);
	assert_int_equal(size, 5);
	close(fd);
}

static void too_many_bytes_leave_nothing(void **state)
{
	int fd = memfd_from("source", "hello", 5);
	char hash[65];
	long long size;

	(void)state;
	lseek(fd, 0, SEEK_SET);
	assert_int_equal(store_put_fd(store, "acme", fd, 4, hash, &size, NULL),
			 RC_FAIL);
	assert_int_equal(count(dir, "*/acme/*"), 0);
	close(fd);
}

static void an_unreadable_source_leaves_nothing(void **state)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY);
	char hash[65];
	long long size;

	(void)state;
	assert_int_equal(store_put_fd(store, "acme", fd, 100, hash, &size, NULL),
			 RC_FAIL);
	assert_int_equal(count(dir, "*/acme/*"), 0);
	close(fd);
}

struct damage {
	const char *name;
	off_t cut; /* new length, -1: as it is */
	off_t at;  /* byte to change, -1: none */
	const char *complaint;
};

static void damage_is_found(void **state)
{
	static const struct damage cases[] = {
		{"cut content", 18, -1, "corrupt"},
		{"cut header", 7, -1, "corrupt"},
		{"no bytes at all", 0, -1, "corrupt"},
		{"one more byte", 22, -1, "corrupt"},
		{"wrong magic", -1, 0, "corrupt"},
		{"another version", -1, 7, "corrupt"},
		{"wrong content", -1, 20, "corrupt"},
		{"a key we do not have", -1, 8, "encrypted"},
	};
	char hash[65];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct damage *c = &cases[i];
		struct err err = {0};
		int fd, got = -1;

		put("acme", "hello", hash);
		fd = open(path_of("acme", hash), O_RDWR);
		if (c->cut >= 0)
			assert_int_equal(ftruncate(fd, c->cut), 0);
		if (c->at >= 0)
			assert_int_equal(pwrite(fd, "\x7f", 1, c->at), 1);
		close(fd);
		assert_int_equal(store_get(store, "acme", hash, &got, &err), RC_FAIL);
		assert_int_equal(got, -1);
		if (!strstr(err.text, c->complaint))
			fail_msg("%s: %s", c->name, err.text);
		assert_int_equal(store_verify(store, "acme", hash, NULL), RC_FAIL);
	}
	put("acme", "hello", hash); /* putting again heals */
	assert_int_equal(store_verify(store, "acme", hash, NULL), RC_OK);
}

static void missing_is_said_to_be_missing(void **state)
{
	struct err err = {0};
	char hash[65];
	int fd;

	(void)state;
	put("acme", "hello", hash);
	assert_int_equal(store_get(store, "acme", NOWHERE, &fd, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "missing"));
}

static void a_store_without_the_client_s_folder_is_weather(void **state)
{
	struct err err = {0};
	int fd;

	(void)state;
	assert_int_equal(store_get(store, "never-seen", NOWHERE, &fd, &err), RC_RETRY);
	assert_non_null(strstr(err.text, "mounted"));
}

static void a_symlink_is_no_blob(void **state)
{
	char hash[65], elsewhere[128];
	int fd;

	(void)state;
	put("acme", "hello", hash);
	snprintf(elsewhere, sizeof(elsewhere), "%s/elsewhere", dir);
	assert_int_equal(rename(path_of("acme", hash), elsewhere), 0);
	assert_int_equal(symlink(elsewhere, path_of("acme", hash)), 0);
	assert_int_not_equal(store_get(store, "acme", hash, &fd, NULL), RC_OK);
}

static void one_at_a_time(const char *text)
{
	char hash[65];
	struct store *mine;

	for (int i = 0; i < 40; i++) {
		if (store_open(dir, &mine, NULL) != RC_OK ||
		    store_put(mine, "acme", text, strlen(text), hash, NULL) != RC_OK ||
		    store_verify(mine, "acme", hash, NULL) != RC_OK)
			_exit(1);
		store_close(&mine);
	}
	_exit(0);
}

static void four_processes_put_the_same_bytes(void **state)
{
	int status;

	(void)state;
	for (int i = 0; i < 4; i++)
		if (fork() == 0)
			one_at_a_time(i % 2 ? "hello" : "hello too");
	for (int i = 0; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(count(dir, "*/acme/*"), 2);
}

static enum rc remember(void *ctx, const char *client, const char *hash, long long size,
			long age_s, struct err *err)
{
	long *seen = ctx;

	(void)hash;
	(void)err;
	assert_string_equal(client, "acme");
	seen[0]++;
	seen[1] += size;
	seen[2] = age_s > seen[2] ? age_s : seen[2];
	return RC_OK;
}

static void the_walk_sees_every_blob(void **state)
{
	char hash[65];
	long seen[3] = {0};

	(void)state;
	put("acme", "hello", hash);
	set_age(path_of("acme", hash), 5000);
	put("acme", "hello too", hash);
	assert_int_equal(store_walk(store, remember, seen, NULL), RC_OK);
	assert_int_equal(seen[0], 2);
	assert_int_equal(seen[1], 14);
	assert_true(seen[2] >= 5000);
}

static void only_what_stayed_old_is_deleted(void **state)
{
	char hash[65];
	bool deleted;

	(void)state;
	put("acme", "hello", hash);
	set_age(path_of("acme", hash), 5000);
	put("acme", "hello", hash); /* somebody needs it again */
	assert_int_equal(store_delete(store, "acme", hash, 3600, &deleted, NULL),
			 RC_OK);
	assert_false(deleted);
	set_age(path_of("acme", hash), 5000);
	assert_int_equal(store_delete(store, "acme", hash, 3600, &deleted, NULL),
			 RC_OK);
	assert_true(deleted);
	assert_false(store_has(store, "acme", hash));
	assert_int_equal(store_delete(store, "acme", hash, 3600, &deleted, NULL),
			 RC_OK);
	assert_false(deleted);
}

static void the_sweep_takes_only_old_leftovers(void **state)
{
	char hash[65], path[128];
	long removed;

	(void)state;
	put("acme", "hello", hash);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/acme/new/%d", dir, i);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	set_age(path, 5000);
	assert_int_equal(store_sweep(store, 3600, &removed, NULL), RC_OK);
	assert_int_equal(removed, 1);
	assert_int_equal(count(dir, "*/acme/*"), 2);
}

static void a_missing_folder_is_an_error(void **state)
{
	struct store *none = NULL;
	struct err err = {0};

	(void)state;
	assert_int_equal(store_open("/nonexistent/store", &none, &err), RC_FAIL);
	assert_non_null(strstr(err.text, "/nonexistent/store"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(comes_back_as_it_went_in),
		TEST(empty_content_is_content),
		TEST(clients_never_share),
		TEST(a_client_is_not_a_path),
		TEST(a_hash_is_not_a_path),
		TEST(copies_from_where_the_descriptor_stands),
		TEST(too_many_bytes_leave_nothing),
		TEST(an_unreadable_source_leaves_nothing),
		TEST(damage_is_found),
		TEST(missing_is_said_to_be_missing),
		TEST(a_store_without_the_client_s_folder_is_weather),
		TEST(a_symlink_is_no_blob),
		TEST(four_processes_put_the_same_bytes),
		TEST(the_walk_sees_every_blob),
		TEST(only_what_stayed_old_is_deleted),
		TEST(the_sweep_takes_only_old_leftovers),
		TEST(a_missing_folder_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
