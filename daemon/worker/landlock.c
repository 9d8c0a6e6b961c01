/* landlock.c - file access rules of the kernel, by its three system calls.
 *
 * The C library has no functions for them. A rule set forbids everything the running
 * kernel can forbid (each Landlock version knows more) and then allows reading and
 * running below a few paths. Debian 12's kernel has version 2; newer ones also refuse
 * truncating, device ioctls, TCP, and signals to processes outside the jail. Where
 * Landlock is missing the version is 0 and the jails' self-test decides what that
 * means. */
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jail.h"
#include "proc.h"

/* As in Linux 6.12; the headers of Debian 12 stop after the first member. */
struct ruleset_attr {
	uint64_t fs, net, scoped;
};

static const struct level {
	int abi;
	uint64_t fs, net, scoped;
} levels[] = {
	{1, (1 << 13) - 1, 0, 0}, /* execute, read, write, make and remove anything */
	{2, 1 << 13, 0, 0},	  /* link and rename between folders */
	{3, 1 << 14, 0, 0},	  /* truncate */
	{4, 0, 3, 0},		  /* TCP bind and connect */
	{5, 1 << 15, 0, 0},	  /* ioctl on devices */
	{6, 0, 0, 3},		  /* abstract sockets and signals to the outside */
};

static const uint64_t READ_AND_RUN = LANDLOCK_ACCESS_FS_EXECUTE |
				     LANDLOCK_ACCESS_FS_READ_FILE |
				     LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t ON_FILES =
	LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;

/* Whoever enters puts its own descriptors in place before, below this. */
enum { OUT_OF_THE_WAY = 16 };

int landlock_abi(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
			   LANDLOCK_CREATE_RULESET_VERSION);
	return abi < 0 ? 0 : (int)abi;
}

static bool allow_below(int rules, const char *path)
{
	AUTO_FD fd = open(path, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return true;
	AUTO_FD folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct landlock_path_beneath_attr rule = {
		.allowed_access = folder >= 0 ? READ_AND_RUN : ON_FILES,
		.parent_fd = fd,
	};
	return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule,
		       0) == 0;
}

enum rc landlock_rules(int abi, const char *const *paths, int *rules, struct err *err)
{
	*rules = -1;
	if (abi == 0)
		return RC_OK;
	struct ruleset_attr attr = {0};
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		if (levels[i].abi > abi)
			break;
		attr.fs |= levels[i].fs;
		attr.net |= levels[i].net;
		attr.scoped |= levels[i].scoped;
	}
	AUTO_FD fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return err_errno(err, RC_FAIL, "Landlock refuses a rule set");
	for (; *paths; paths++) {
		if (!allow_below(fd, *paths))
			return err_errno(err, RC_FAIL, "Landlock refuses a rule for %s",
					 *paths);
	}
	*rules = fcntl(fd, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
	return *rules < 0 ? err_errno(err, RC_RETRY, "Landlock's rule set") : RC_OK;
}

bool landlock_enter(int rules)
{
	return rules < 0 || syscall(SYS_landlock_restrict_self, rules, 0) == 0;
}
