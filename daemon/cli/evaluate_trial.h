/* evaluate_trial.h - a throwaway database to learn in (evaluate_trial.c). */
#ifndef INTRAY_EVALUATE_TRIAL_H
#define INTRAY_EVALUATE_TRIAL_H

#include <sys/types.h>

#include "db.h"
#include "settings.h"

struct trial {
	struct arena *arena;
	struct settings settings;
	const char *folder;
	pid_t postmaster;
	struct db *intake, *worker, *admin;
	struct db_tray *trays; /* one per client */
	size_t n_trays;
};

/* Makes a private cluster below /tmp with n clients of one tray each. */
enum rc trial_open(struct trial *trial, const struct settings *settings, size_t n,
		   struct arena *arena, struct err *err);
/* Stops the server and removes the folder. */
void trial_close(struct trial *trial);
/* An empty folder below /tmp, and its end with all that is in it. */
enum rc scratch_folder(struct arena *arena, const char **path, struct err *err);
void folder_remove(const char *path); /* NULL: nothing */

#endif
