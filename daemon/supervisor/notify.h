/* notify.h - where children say READY=1 and WATCHDOG=1, as sd_notify(3) does. */
#ifndef INTRAY_NOTIFY_H
#define INTRAY_NOTIFY_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"

struct notify {
	int fd;
	char address[32]; /* for NOTIFY_SOCKET */
};

enum rc notify_open(struct notify *notify, struct err *err);
void notify_close(struct notify *notify);
/* One message, if there is one; the pid is the kernel's word, not the sender's. */
bool notify_receive(struct notify *notify, pid_t *pid, bool *ready, bool *beat);

#endif
