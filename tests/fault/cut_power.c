/* cut_power.c - what a power cut does to an ext4 file system: nothing that was not
 * forced to disk gets there any more, not even the journal. For test_power_cut.sh.
 *
 *   cut_power MOUNTPOINT
 *
 * Root only. Afterwards every access fails until the file system is mounted anew. */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* EXT4_IOC_SHUTDOWN and its "without flushing the log"; the kernel keeps both in
 * fs/ext4/ext4.h, which no package installs. */
#define EXT4_SHUTDOWN _IOR('X', 125, uint32_t)
enum { WITHOUT_LOG = 2 };

int main(int argc, char **argv)
{
	uint32_t how = WITHOUT_LOG;
	int fd = argc == 2 ? open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0 || ioctl(fd, EXT4_SHUTDOWN, &how) != 0) {
		fprintf(stderr, "cut_power: %s: %s\n", argc == 2 ? argv[1] : "usage",
			strerror(errno));
		return 1;
	}
	close(fd);
	return 0;
}
