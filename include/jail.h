/* jail.h - the two jails of processes that handle bytes strangers sent us: those of the
 * launcher, and the desk's that cuts pictures. Made in daemon/worker/jail.c. */
#ifndef INTRAY_JAIL_H
#define INTRAY_JAIL_H

#include <linux/filter.h>
#include <stdbool.h>

#include "err.h"

enum jail_kind {
	JAIL_READER,  /* decodes, reads print: touches no file at all */
	JAIL_TOOL,    /* runs one PDF tool: reads programs and fonts, writes nothing */
	JAIL_STANDBY, /* a PDF tool without a PDF, which starts such as have one */
	JAIL_N
};

struct jail_limits {
	long cpu_s;	     /* 0: none */
	long long memory;    /* address space; 0: none */
	long long file_size; /* per file; 0: nothing may be written to files */
	unsigned close_from; /* descriptors from this on are closed; 0: none */
};

/* Everything that can be made beforehand, once: entering is then four system calls. */
struct jails {
	int landlock_abi;  /* 0: the kernel has none */
	int rules[JAIL_N]; /* Landlock rule sets, -1 without Landlock */
	struct sock_fprog filters[JAIL_N];
};

enum rc jails_open(struct jails *out, struct err *err);
void jails_close(struct jails *jails);
/* In the child, once, for good. Whatever fails ends the child (exit status
 * JAIL_BROKEN): it must not run unjailed. */
#define JAIL_BROKEN 125
void jail_enter(const struct jails *jails, enum jail_kind kind,
		const struct jail_limits *limits);
/* Tries in both jails, in children of the caller, what must not be possible. RC_FAIL
 * names the first thing that was, and what to do. */
enum rc jails_test(const struct jails *jails, struct err *err);

/* landlock.c */
int landlock_abi(void);
/* paths: read (and run programs) below; NULL-terminated; missing ones are skipped. An
 * empty list forbids everything. */
enum rc landlock_rules(int abi, const char *const *paths, int *rules, struct err *err);
bool landlock_enter(int rules);

#endif
