/* standby.h - what the launcher and a PDF tool that stands by say to each other.
 * Private to daemon/worker and the object that tools are started with.
 *
 * One SOCK_SEQPACKET pair: an order with the descriptors of the PDF, of its output and
 * of its errors, then the answer, the pid of the child that works on it or -1. */
#ifndef INTRAY_STANDBY_H
#define INTRAY_STANDBY_H

#define STANDBY_VARIABLE "INTRAY_STANDBY" /* in its environment, whatever the value */
#define STANDBY_TALK_FD 6
#define STANDBY_FILTER_FD 7 /* the tools' system call filter, as the kernel takes it   \
			     */

enum { STANDBY_ARGS = 20, STANDBY_TEXT = 200, STANDBY_FDS = 3 };

struct standby_order {
	long cpu_s;
	int n_args;
	char args[STANDBY_TEXT]; /* one behind the other, each with its NUL */
};

#endif
