/* standby.h - PDF tools that stand by, their libraries loaded, so that each costs a
 * fork and not a start. Private to daemon/worker; the tools' side is preload/standby.c.
 */
#ifndef INTRAY_STANDBY_OF_LAUNCHER_H
#define INTRAY_STANDBY_OF_LAUNCHER_H

#include "jailed.h"

struct standby {
	struct jailed self; /* pid 0: none stands by */
	int control;
	int uses;
};

/* What starting a tool needs, standing by or not. */
struct tool_start {
	const struct tool_request *request;
	const struct jails *jails;
	struct jail_limits limits;
	const char *links; /* the folder it starts in */
	int file, output;
	int preload;
	int params, several; /* TOOL_IMAGE, else -1 */
};

/* Has the tool that stands by begin work as our child; where none does yet, it is
 * started first. False: it could not, so it is to be started the plain way; nothing has
 * happened to the document. */
bool standby_start(struct standby *s, const struct tool_start *start,
		   struct jailed *out);
void standby_end(struct standby *s);

#endif
