/* evaluate_trial.c - a throwaway database to learn in.
 *
 * The same private cluster the daemon makes, with the same migrations and roles, in a
 * folder below /tmp that goes when the measurement ends; the kernel stops the server if
 * we are killed. Every folder that is measured is a client of its own, because what one
 * client's people key never helps another. */
#include "evaluate_trial.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "arena.h"
#include "cluster.h"

#define STOP_MS 10000

static void make_clients(struct trial *trial, size_t n)
{
	struct arena *a = trial->arena;
	struct settings *s = &trial->settings;

	s->clients = arena_alloc_n(a, n, sizeof(*s->clients));
	s->trays = arena_alloc_n(a, n, sizeof(*s->trays));
	s->n_clients = s->n_trays = n;
	for (size_t i = 0; i < n; i++) {
		const char *code = arena_printf(a, "folder-%zu", i + 1);

		s->clients[i] = (struct client_settings){.code = code, .name = code};
		s->trays[i] = (struct tray_settings){
			.client = code,
			.name = "in",
			.path = arena_printf(a, "%s/in/%s", trial->folder, code)};
	}
}

static enum rc make_folder(struct trial *trial, const struct settings *settings,
			   struct err *err)
{
	struct arena *a = trial->arena;
	struct settings *s = &trial->settings;

	enum rc rc = scratch_folder(a, &trial->folder, err);

	if (rc != RC_OK)
		return rc;
	*s = *settings;
	s->database = NULL;
	s->state_dir = arena_printf(a, "%s/state", trial->folder);
	s->run_dir = arena_printf(a, "%s/run", trial->folder);
	s->store_dir = arena_printf(a, "%s/store", trial->folder);
	s->secrets_dir = arena_printf(a, "%s/secrets", trial->folder);
	if (mkdir(s->state_dir, 0755) != 0 || mkdir(s->run_dir, 0755) != 0)
		return err_errno(err, RC_FAIL, "make folders in %s", trial->folder);
	return RC_OK;
}

static enum rc open_role(struct trial *trial, enum db_role role, struct db **out,
			 struct err *err)
{
	const char *conninfo;
	enum rc rc = db_conninfo(&trial->settings, role, trial->arena, &conninfo, err);

	return rc == RC_OK ? db_open(conninfo, role, out, err) : rc;
}

static enum rc migrate(struct trial *trial, struct err *err)
{
	struct db *owner = NULL;
	enum rc rc = open_role(trial, DB_OWNER, &owner, err);

	if (rc == RC_OK)
		rc = db_migrate(owner, &trial->settings, NULL, err);
	db_close(&owner);
	return rc;
}

static enum rc open_database(struct trial *trial, struct err *err)
{
	enum rc rc = cluster_start(&trial->settings, &trial->postmaster, err);

	if (rc == RC_OK)
		rc = migrate(trial, err);
	if (rc == RC_OK)
		rc = open_role(trial, DB_INTAKE, &trial->intake, err);
	if (rc == RC_OK)
		rc = open_role(trial, DB_WORKER, &trial->worker, err);
	if (rc == RC_OK)
		rc = open_role(trial, DB_ADMIN, &trial->admin, err);
	if (rc == RC_OK)
		rc = db_trays(trial->intake, trial->arena, &trial->trays,
			      &trial->n_trays, err);
	return rc;
}

enum rc trial_open(struct trial *trial, const struct settings *settings, size_t n,
		   struct arena *arena, struct err *err)
{
	*trial = (struct trial){.arena = arena};
	enum rc rc = make_folder(trial, settings, err);
	if (rc != RC_OK)
		return rc;
	make_clients(trial, n);
	rc = open_database(trial, err);
	if (rc != RC_OK)
		trial_close(trial);
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "database to learn in");
}

enum rc scratch_folder(struct arena *arena, const char **path, struct err *err)
{
	char *folder = arena_strdup(arena, "/tmp/intray-learn.XXXXXX");

	if (!mkdtemp(folder) || chmod(folder, 0755) != 0)
		return err_errno(err, RC_FAIL, "make a folder below /tmp");
	*path = folder;
	return RC_OK;
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	remove(path);
	return 0;
}

void folder_remove(const char *path)
{
	if (path)
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void trial_close(struct trial *trial)
{
	db_close(&trial->intake);
	db_close(&trial->worker);
	db_close(&trial->admin);
	if (trial->postmaster > 0)
		cluster_stop(&trial->settings, trial->postmaster, STOP_MS, NULL);
	trial->postmaster = 0;
	folder_remove(trial->folder);
	trial->folder = NULL;
}
