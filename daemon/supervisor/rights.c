/* rights.c - what intrayd does with root's rights, and how it gives them up.
 *
 * As root: make the folders, hand them to the user, become that user. Nothing is read
 * or parsed in between but the configuration file. An existing folder that belongs to
 * somebody else is left to him; whether we may use it shows soon enough, with a message
 * that names it. */
#include "rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proc.h"

static enum rc find_user(const char *user, struct passwd **out, struct err *err)
{
	errno = 0;
	*out = getpwnam(user);
	if (*out)
		return RC_OK;
	return err_set(err, RC_FAIL,
		       "there is no user \"%s\": make it (systemd-sysusers, or useradd "
		       "--system %s) or set user in [intray]",
		       user, user);
}

/* mkdir -p; parents that have to be made belong to root and may be searched by all. */
static enum rc make_parents(const char *path, struct err *err)
{
	char *copy = strdup(path);

	if (!copy)
		die("out of memory");
	for (char *slash = strchr(copy + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST) {
			enum rc rc = err_errno(err, RC_FAIL, "make folder %s", copy);

			free(copy);
			return rc;
		}
		*slash = '/';
	}
	free(copy);
	return RC_OK;
}

static enum rc make_folder(const char *path, mode_t mode, const struct passwd *owner,
			   struct err *err)
{
	AUTO_FD fd = -1;
	struct stat st;
	enum rc rc = make_parents(path, err);

	if (rc != RC_OK)
		return rc;
	if (mkdir(path, mode) < 0 && errno != EEXIST)
		return err_errno(err, RC_FAIL, "make folder %s", path);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_errno(err, RC_FAIL, "open folder %s", path);
	if (owner && st.st_uid == 0 && owner->pw_uid != 0 &&
	    (fchown(fd, owner->pw_uid, owner->pw_gid) < 0 || fchmod(fd, mode) < 0))
		return err_errno(err, RC_FAIL, "give folder %s to %s", path,
				 owner->pw_name);
	return RC_OK;
}

enum rc rights_make_folders(const struct settings *settings, struct err *err)
{
	/* The private cluster's user must get through state and run. */
	const struct {
		const char *path;
		mode_t mode;
	} folders[] = {
		{settings->state_dir, 0711},
		{settings->run_dir, 0755},
		{settings->store_dir, 0700},
		{settings->secrets_dir, 0700},
	};
	struct passwd *owner = NULL;
	enum rc rc = RC_OK;

	if (geteuid() == 0)
		rc = find_user(settings->user, &owner, err);
	for (size_t i = 0; rc == RC_OK && i < sizeof(folders) / sizeof(*folders); i++)
		rc = make_folder(folders[i].path, folders[i].mode, owner, err);
	return rc;
}

static void who_has_it(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static enum rc lock_folder(const char *dir, struct err *err)
{
	AUTO_FD dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	AUTO_FD fd = openat(dir_fd, "intrayd.lock",
			    O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	char owner[32];
	struct stat st;

	if (fd < 0 || fstat(dir_fd, &st) < 0)
		return err_errno(err, RC_FAIL, "open %s/intrayd.lock", dir);
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		who_has_it(fd, owner, sizeof(owner));
		return err_set(
			err, RC_FAIL,
			"another intrayd (pid %s) is running with %s: stop it, or give "
			"this one a state and a run folder of its own",
			owner[0] ? owner : "unknown", dir);
	}
	snprintf(owner, sizeof(owner), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) < 0 || fchown(fd, st.st_uid, st.st_gid) < 0 ||
	    pwrite(fd, owner, strlen(owner), 0) < 0)
		return err_errno(err, RC_FAIL, "write %s/intrayd.lock", dir);
	fd = -1; /* stays open, and locked, until the process ends */
	return RC_OK;
}

enum rc rights_lock(const struct settings *settings, struct err *err)
{
	enum rc rc = lock_folder(settings->state_dir, err);

	if (rc == RC_OK && strcmp(settings->state_dir, settings->run_dir) != 0)
		rc = lock_folder(settings->run_dir, err);
	return rc;
}

enum rc rights_become(const char *user, struct err *err)
{
	struct passwd *pw;
	enum rc rc;

	if (geteuid() != 0)
		return RC_OK;
	rc = find_user(user, &pw, err);
	if (rc != RC_OK || pw->pw_uid == 0)
		return rc;
	if (initgroups(pw->pw_name, pw->pw_gid) < 0 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) < 0 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) < 0)
		return err_errno(err, RC_FAIL, "become user %s", user);
	if (setuid(0) == 0)
		return err_set(err, RC_BUG, "root's rights could be taken back");
	return RC_OK;
}
