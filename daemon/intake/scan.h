/* scan.h - one look through a tray. */
#ifndef INTRAY_SCAN_H
#define INTRAY_SCAN_H

#include "arena.h"
#include "seen.h"
#include "settings.h"

#define TAKEN_DIR ".taken"	     /* claimed, not yet recorded */
#define QUARANTINE_DIR ".quarantine" /* recorded as a problem, kept for people */

enum found_kind {
	FOUND_FILE,
	FOUND_STRANGE, /* symlink, FIFO, socket, device */
	FOUND_DEEP,    /* a folder below the last one that we look into */
};

struct found {
	const char *path; /* below the tray, any bytes but NUL */
	size_t path_len;
	enum found_kind kind;
	struct ident ident;
	bool marked; /* the sender's marker, or where it lies, says it is complete */
};

struct scan {
	struct found *found; /* oldest mtime first */
	size_t n, cap;
	long ignored;
	const char *problem; /* a folder that can't be read, with a remedy; or NULL */
};

/* Called for every folder that is looked into. */
typedef void scan_dir_fn(void *ctx, int dir_fd, const char *path);

/* Everything is in the arena. Files that vanish meanwhile are left out. */
void scan_tray(int root_fd, const struct tray_settings *tray, struct arena *arena,
	       scan_dir_fn *on_dir, void *ctx, struct scan *out);

#endif
