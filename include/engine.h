/* engine.h - reading documents behind the jails: what worker and `intray evaluate` share.
 *
 * engine_launch forks the launcher, which must happen before the caller opens a database or
 * any other secret; engine_prove waits for it. The launcher loads schemas and OCR model once, then forks a fresh,
 * jailed reader for every read (copy on write: no model load) and runs one jailed tool at a
 * time for it. The caller brokers: the reader names a tool and numbers, the engine checks
 * them and hands the output back. Everything that comes from a reader is checked. */
#ifndef INTRAY_ENGINE_H
#define INTRAY_ENGINE_H

#include <stdbool.h>

#include "doc.h"
#include "err.h"
#include "part.h"
#include "settings.h"

struct engine;

struct engine_limits {
	long page_cpu_s;   /* CPU per page; default 60 */
	long wall_s;	   /* from page to page; the first has a minute more; default 600 */
	long long memory;  /* RLIMIT_AS; default 1.5 GB */
};

enum rc engine_launch(const struct settings *settings, struct engine **out,
		      struct err *err);
/* Before the first read: waits until the jails are proved and the model is loaded. RC_FAIL
 * names what is not as it must be; nothing may then be read. */
enum rc engine_prove(struct engine *engine, struct err *err);
/* Both; on failure *out is NULL. */
enum rc engine_start(const struct settings *settings, struct engine **out,
		     struct err *err);
void engine_stop(struct engine **engine); /* kills what runs, waits */

struct engine_usage { /* of readers and tools since the last call that was given it */
	double cpu_s;
	long peak_rss_kb;
};

/* Reads pages first..last of the file behind file_fd (see read_file) into doc; page images
 * arrive through keep_image (NULL: dropped), which must store the bytes before it returns
 * and fill blob->hash. languages NULL: the settings' own.
 * RC_OK also when there are findings only. RC_FAIL: the reader died by itself, hit a limit
 * or its time (err says which: a fault). RC_RETRY: could not be started, was called off, or
 * killed from outside, which request->killed says. RC_BUG: the launcher is gone (killed from
 * outside, when request->launcher_killed says so); the caller's process must end. */
struct engine_read {
	int file_fd;
	int first, last, max_first_run;
	const char *languages;
	const char *index_map; /* it is an index file (sidecar.h), and its mapping; or NULL */
	bool careful; /* a reader died on this file before: read.h */
	bool codes_only; /* read.h */
	struct engine_limits limits; /* 0: the default */
	enum rc (*keep_image)(void *ctx, int page, struct image_blob *blob, struct err *err);
	/* The same with the bytes of a part that becomes a drop of its own; NULL: dropped. */
	enum rc (*keep_part)(void *ctx, struct part *part, int fd, struct err *err);
	/* Called at least every 5 s while waiting; false aborts the read (RC_RETRY). */
	bool (*tick)(void *ctx);
	void *ctx;
	struct engine_usage usage;
	bool killed; /* out, with RC_RETRY: somebody killed the reader or its tool */
	bool launcher_killed; /* out, with RC_BUG */
};
enum rc engine_read(struct engine *engine, struct engine_read *request, struct doc *doc,
		    struct err *err);
/* Level reached, as logged: "landlock abi 2, seccomp, rlimits". */
const char *engine_jail_level(const struct engine *engine);

#endif
