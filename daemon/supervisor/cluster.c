/* cluster.c - the private PostgreSQL cluster for demo, tests and trial.
 *
 * Made beside its final place and renamed when complete, so a crash while making it
 * leaves nothing half. initdb sets no superuser password and only SCRAM may log in, so
 * nobody logs in as superuser at all: the owner's role and the database are made by
 * PostgreSQL's single-user mode before the server first starts. The server listens on a
 * socket in RUN/pg only and is told by the kernel to stop when its starter dies.
 * PostgreSQL refuses to run as root, so as root everything below STATE/pg belongs to
 * `postgres`. */
#include "cluster.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../db/secret.h"
#include "db.h"
#include "log.h"
#include "proc.h"

#define START_TIMEOUT_MS 60000
#define BINARIES "/usr/lib/postgresql" /* Debian: one folder per version below */

struct cluster {
	struct arena *arena;
	const struct settings *settings;
	const char *bin, *data, *sockets;
	uid_t uid;
	gid_t gid;
};

static enum rc find_binaries(struct cluster *c, struct err *err)
{
	DIR *versions = opendir(BINARIES);
	long best = 0;

	for (struct dirent *d; versions && (d = readdir(versions));) {
		const char *postgres =
			arena_printf(c->arena, BINARIES "/%s/bin/postgres", d->d_name);
		long version = strtol(d->d_name, NULL, 10);
		if (version > best && access(postgres, X_OK) == 0)
			best = version;
	}
	if (versions)
		closedir(versions);
	if (best < 15)
		return err_set(err, RC_FAIL,
			       "no PostgreSQL server (15 or later) below " BINARIES
			       "; install postgresql-15 or set `database`");
	c->bin = arena_printf(c->arena, BINARIES "/%ld/bin", best);
	return RC_OK;
}

static enum rc find_user(struct cluster *c, struct err *err)
{
	c->uid = geteuid();
	c->gid = getegid();
	if (c->uid != 0)
		return RC_OK;
	const struct passwd *postgres = getpwnam("postgres");
	if (!postgres)
		return err_set(err, RC_FAIL,
			       "no user `postgres` to run the database as");
	c->uid = postgres->pw_uid;
	c->gid = postgres->pw_gid;
	return RC_OK;
}

/* A folder that the server's user owns. */
static enum rc own_folder(const struct cluster *c, const char *path, mode_t mode,
			  struct err *err)
{
	if (mkdir(path, mode) != 0 && errno != EEXIST)
		return err_errno(err, RC_FAIL, "make folder %s", path);
	if (geteuid() == 0 && chown(path, c->uid, c->gid) != 0)
		return err_errno(err, RC_FAIL, "give %s to postgres", path);
	if (chmod(path, mode) != 0)
		return err_errno(err, RC_FAIL, "set rights of %s", path);
	return RC_OK;
}

/* The state folder itself may be private to our user: postgres need only pass through.
 */
static enum rc let_pass(const struct cluster *c, const char *path, struct err *err)
{
	struct stat st;

	if (c->uid == geteuid())
		return RC_OK;
	if (stat(path, &st) != 0)
		return err_errno(err, RC_FAIL, "folder %s", path);
	if (!(st.st_mode & S_IXOTH) && chmod(path, (st.st_mode & 07777) | S_IXOTH) != 0)
		return err_errno(err, RC_FAIL, "let postgres pass %s", path);
	return RC_OK;
}

static enum rc prepare(struct cluster *c, const struct settings *settings,
		       struct arena *arena, struct err *err)
{
	*c = (struct cluster){.arena = arena, .settings = settings};
	c->data = arena_printf(arena, "%s/pg", settings->state_dir);
	c->sockets = arena_printf(arena, "%s/pg", settings->run_dir);
	enum rc rc = find_binaries(c, err);
	if (rc == RC_OK)
		rc = find_user(c, err);
	if (rc == RC_OK)
		rc = let_pass(c, settings->state_dir, err);
	if (rc == RC_OK)
		rc = let_pass(c, settings->run_dir, err);
	if (rc == RC_OK)
		rc = own_folder(c, c->sockets, 0755, err);
	return rc;
}

/* --- running its programs
 * ------------------------------------------------------------- */

/* In the child: becomes the server's user with a clean environment, and the program. */
static _Noreturn void become(const struct cluster *c, char *const *argv, int in,
			     int out)
{
	char locale[] = "LC_ALL=C.UTF-8", path[] = "PATH=/usr/bin:/bin";
	char *const environment[] = {locale, path, NULL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(126);
	if (geteuid() == 0 &&
	    (setgroups(0, NULL) != 0 || setgid(c->gid) != 0 || setuid(c->uid) != 0))
		_exit(126);
	if (chdir("/") != 0)
		_exit(126);
	execve(argv[0], argv, environment);
	_exit(127);
}

/* The last line of what a program said. */
static const char *last_line(struct arena *arena, int fd)
{
	char text[2000];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	struct stat st;

	if (fstat(fd, &st) == 0 && st.st_size > (off_t)sizeof(text) - 1)
		n = pread(fd, text, sizeof(text) - 1,
			  st.st_size - (off_t)sizeof(text) + 1);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	if (n <= 0)
		return "it said nothing";
	text[n] = '\0';
	const char *line = strrchr(text, '\n');
	return arena_strdup(arena, line ? line + 1 : text);
}

static enum rc run(const struct cluster *c, const char *program, char *const *argv,
		   const char *input, struct err *err)
{
	AUTO_FD in = memfd_from("input", input, strlen(input));
	AUTO_FD out = memfd_new("output");
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return err_errno(err, RC_RETRY, "start %s", program);
	if (pid == 0)
		become(c, argv, in, out);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return err_errno(err, RC_BUG, "wait for %s", program);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return RC_OK;
	return err_set(err, RC_FAIL, "%s failed: %s", program,
		       last_line(c->arena, out));
}

/* --- making it
 * ------------------------------------------------------------------------ */

static char *writable(struct arena *arena, const char *s)
{
	return arena_strdup(arena, s);
}

static enum rc run_initdb(const struct cluster *c, const char *data, struct err *err)
{
	struct arena *a = c->arena;
	char *argv[] = {
		arena_printf(a, "%s/initdb", c->bin), writable(a, "-D"),
		writable(a, data), writable(a, "-U"), writable(a, "postgres"),
		writable(a, "-E"), writable(a, "UTF8"), writable(a, "--locale=C.UTF-8"),
		writable(a, "--data-checksums"),
		/* without --pwfile initdb refuses scram here; pg_hba.conf follows */
		writable(a, "--auth=reject"), writable(a, "--no-instructions"), NULL};

	return run(c, "initdb", argv, "", err);
}

/* Statement texts and row details would be people's claims, so they stay out of the
 * log. */
static const char server_settings[] = "listen_addresses = ''\n"
				      "unix_socket_permissions = 0777\n"
				      "password_encryption = scram-sha-256\n"
				      "max_connections = 60\n"
				      "shared_buffers = 128MB\n"
				      /* How much typing a power failure may cost. */
				      "wal_writer_delay = 50ms\n"
				      "logging_collector = on\n"
				      "log_filename = 'postgresql-%a.log'\n"
				      "log_truncate_on_rotation = on\n"
				      "log_rotation_age = 1d\n"
				      "log_min_error_statement = panic\n"
				      "log_error_verbosity = terse\n";
static const char access_rules[] = "local all all scram-sha-256\n";

static enum rc write_file(const struct cluster *c, const char *path, int flags,
			  const char *text, struct err *err)
{
	AUTO_FD fd =
		open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);

	if (fd < 0 || !fd_write_all(fd, text, strlen(text)) || fsync(fd) != 0 ||
	    (geteuid() == 0 && fchown(fd, c->uid, c->gid) != 0))
		return err_errno(err, RC_FAIL, "write %s", path);
	return RC_OK;
}

static enum rc configure(const struct cluster *c, const char *data, struct err *err)
{
	enum rc rc = write_file(c, arena_printf(c->arena, "%s/postgresql.conf", data),
				O_APPEND, server_settings, err);

	if (rc == RC_OK)
		rc = write_file(c, arena_printf(c->arena, "%s/pg_hba.conf", data),
				O_TRUNC, access_rules, err);
	return rc;
}

static enum rc make_owner(const struct cluster *c, const char *data, struct err *err)
{
	struct arena *a = c->arena;
	const char *password;
	char *argv[] = {arena_printf(a, "%s/postgres", c->bin),
			writable(a, "--single"),
			writable(a, "-D"),
			writable(a, data),
			writable(a, "-c"),
			writable(a, "exit_on_error=on"),
			writable(a, "-c"),
			writable(a, "logging_collector=off"),
			writable(a, "postgres"),
			NULL};
	enum rc rc = secret_get(c->settings, DB_OWNER, true, a, &password, err);

	if (rc != RC_OK)
		return rc;
	return run(
		c, "postgres --single", argv,
		arena_printf(a,
			     "create role intray_owner login createrole password '%s'\n"
			     "create database intray owner intray_owner\n"
			     "revoke all on database intray from public\n"
			     "grant connect on database intray to public\n",
			     password),
		err);
}

static enum rc remove_tree(const struct cluster *c, const char *path, struct err *err)
{
	struct arena *a = c->arena;
	char *argv[] = {writable(a, "/bin/rm"), writable(a, "-rf"), writable(a, "--"),
			writable(a, path), NULL};

	return access(path, F_OK) == 0 ? run(c, "rm", argv, "", err) : RC_OK;
}

static enum rc make_cluster(const struct cluster *c, struct err *err)
{
	const char *beside = arena_printf(c->arena, "%s.new", c->data);
	enum rc rc = remove_tree(c, beside, err);

	/* Root may remove an emptied folder of postgres in a folder of its own. */
	if (rc != RC_OK && rmdir(beside) != 0)
		return rc;
	rc = own_folder(c, beside, 0700, err);
	if (rc == RC_OK)
		rc = run_initdb(c, beside, err);
	if (rc == RC_OK)
		rc = configure(c, beside, err);
	if (rc == RC_OK)
		rc = make_owner(c, beside, err);
	if (rc == RC_OK && rename(beside, c->data) != 0)
		rc = err_errno(err, RC_FAIL, "rename %s", beside);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "make private database");
}

/* --- one that is left over
 * ------------------------------------------------------------ */

static bool works_in(const char *process, const char *dir)
{
	char cwd[64], there[4096];

	snprintf(cwd, sizeof(cwd), "/proc/%.20s/cwd", process);
	ssize_t n = readlink(cwd, there, sizeof(there) - 1);
	if (n < 0)
		return false;
	there[n] = '\0';
	return strcmp(there, dir) == 0;
}

/* The server's process if one runs on this data: postmaster.pid may be stale, and its
 * number may be another program's by now. */
static pid_t running(const struct cluster *c)
{
	AUTO_ARENA arena = arena_new();
	char *text, here[4096];
	size_t len;
	const char *path = arena_printf(arena, "%s/postmaster.pid", c->data);

	if (file_read(AT_FDCWD, path, 4096, arena, &text, &len, NULL) != RC_OK)
		return 0;
	pid_t pid = (pid_t)strtol(text, NULL, 10);
	if (pid <= 1)
		return 0;
	if (!realpath(c->data, here))
		return 0;
	return works_in(arena_printf(arena, "%d", (int)pid), here) ? pid : 0;
}

/* Whether it is our child or not. */
static bool gone_within(pid_t pid, long timeout_ms)
{
	for (int64_t end = now_ms_monotonic() + timeout_ms;;) {
		if (waitpid(pid, NULL, WNOHANG) > 0 || kill(pid, 0) != 0)
			return true;
		if (now_ms_monotonic() >= end)
			return false;
		usleep(20000);
	}
}

static enum rc stop(pid_t pid, long timeout_ms, struct err *err)
{
	kill(pid, SIGINT); /* fast: ends sessions, writes a checkpoint */
	if (gone_within(pid, timeout_ms))
		return RC_OK;
	kill(pid, SIGQUIT); /* immediate: recovers at next start */
	if (gone_within(pid, 5000))
		return RC_OK;
	return err_set(err, RC_RETRY, "the database (pid %d) does not stop", (int)pid);
}

/* Whether any process at all runs on this data, pid file or not. */
static bool in_use(const struct cluster *c)
{
	char here[4096];
	bool used = false;
	DIR *proc = opendir("/proc");

	if (!proc || !realpath(c->data, here)) {
		if (proc)
			closedir(proc);
		return true;
	}
	for (struct dirent *d; !used && (d = readdir(proc));)
		used = isdigit((unsigned char)d->d_name[0]) &&
		       works_in(d->d_name, here);
	closedir(proc);
	return used;
}

static void remove_stale(const struct cluster *c, const char *path)
{
	if (access(path, F_OK) != 0)
		return;
	/* Children of a server that was killed end by themselves, but not at once. */
	for (int64_t end = now_ms_monotonic() + 5000; in_use(c); usleep(20000))
		if (now_ms_monotonic() > end)
			return;
	if (unlink(path) == 0)
		log_warn("removed a lock file of a server that is no more", "file=%s",
			 path);
}

/* What a server that was killed or lost its power leaves behind keeps the next one from
 * starting when it is empty, or when its process number is another program's by now. We
 * hold the lock of these folders; when no process runs on the data, they are leavings.
 */
static void remove_stale_locks(const struct cluster *c)
{
	remove_stale(c, arena_printf(c->arena, "%s/postmaster.pid", c->data));
	remove_stale(c, arena_printf(c->arena, "%s/.s.PGSQL.5432.lock", c->sockets));
}

static enum rc stop_left_over(const struct cluster *c, struct err *err)
{
	pid_t pid = running(c);
	enum rc rc = pid ? stop(pid, 10000, err) : RC_OK;

	if (rc == RC_OK)
		remove_stale_locks(c);
	return rc;
}

/* --- starting
 * ------------------------------------------------------------------------- */

/* Before it recovers, the server makes sure that all its files are on the disk: one by
 * one by default, which took 4 s for the 1,552 files of an empty cluster and 0.04 s by
 * one call for the file system. That call reports errors since Linux 5.8. */
static const char quick_recovery[] = "recovery_init_sync_method=syncfs";

static enum rc start_server(const struct cluster *c, pid_t *postmaster, struct err *err)
{
	struct arena *a = c->arena;
	char *argv[] = {arena_printf(a, "%s/postgres", c->bin),
			writable(a, "-D"),
			writable(a, c->data),
			writable(a, "-k"),
			writable(a, c->sockets),
			writable(a, "-c"),
			writable(a, quick_recovery),
			NULL};
	AUTO_FD null = open("/dev/null", O_RDWR | O_CLOEXEC);
	AUTO_FD log = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t starter = getpid();

	*postmaster = fork();
	if (*postmaster < 0)
		return err_errno(err, RC_RETRY, "start the database");
	if (*postmaster == 0) {
		/* Not our terminal's Ctrl-C: the starter decides the order. */
		setsid();
		if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(c->gid) != 0 ||
				       setuid(c->uid) != 0))
			_exit(126);
		/* After setuid, which would clear it. */
		prctl(PR_SET_PDEATHSIG, SIGINT);
		if (getppid() != starter)
			_exit(126);
		become(c, argv, null, log);
	}
	return RC_OK;
}

static enum rc wait_ready(const struct cluster *c, pid_t *postmaster, struct err *err)
{
	int64_t end = now_ms_monotonic() + START_TIMEOUT_MS;
	const char *conninfo;
	struct db *db = NULL;
	enum rc rc = db_conninfo(c->settings, DB_OWNER, c->arena, &conninfo, err);

	while (rc == RC_OK) {
		rc = db_open(conninfo, DB_OWNER, &db, err);
		db_close(&db);
		if (rc != RC_RETRY)
			break;
		if (waitpid(*postmaster, NULL, WNOHANG) != 0) {
			*postmaster = 0;
			return err_set(
				err, RC_FAIL,
				"the database did not start; its log is in %s/log",
				c->data);
		}
		if (now_ms_monotonic() > end)
			break;
		usleep(50000);
		rc = RC_OK;
	}
	if (rc != RC_OK && *postmaster) {
		stop(*postmaster, 5000, NULL);
		*postmaster = 0;
	}
	return rc;
}

enum rc cluster_start(const struct settings *settings, pid_t *postmaster,
		      struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct cluster c;
	enum rc rc = prepare(&c, settings, arena, err);

	if (rc == RC_OK)
		rc = stop_left_over(&c, err);
	if (rc == RC_OK && access(c.data, F_OK) != 0)
		rc = make_cluster(&c, err);
	if (rc == RC_OK)
		rc = start_server(&c, postmaster, err);
	if (rc == RC_OK)
		rc = wait_ready(&c, postmaster, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "private database");
}

enum rc cluster_stop(const struct settings *settings, pid_t postmaster, long timeout_ms,
		     struct err *err)
{
	(void)settings;
	return postmaster > 0 ? stop(postmaster, timeout_ms, err) : RC_OK;
}
