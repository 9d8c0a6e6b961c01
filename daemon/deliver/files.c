/* files.c - batches as folders: PATH/acme-261122-000007/ with a file per document (or
 * the batch's files), the documents' PDFs where the door wants them, manifest.json, and
 * SHA256SUMS for `sha256sum -c`.
 *
 * A folder is written under a hidden name, every file and then the folder itself
 * flushed to the disk, and appears by one rename: an ERP never sees half of one. Only
 * after that the database is told. A crash between the two finds the folder standing
 * there and does not write it again; if the ERP has taken it away by then, the same
 * folder comes once more, byte for byte, and it is for the ERP to know a batch, or each
 * document by its number and revision, the second time. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "deliver.h"
#include "log.h"
#include "proc.h"
#include "sha256.h"

enum { FOLDER_MODE = 0770, FILE_MODE = 0660 }; /* the ERP is of our group */

/* --- on the disk: all complain by door_trouble -------------------------------- */

static bool complain(struct door *door, const char *what, const char *name)
{
	door_trouble(door, "%s %s in %s: %s", what, name, door->settings->path,
		     strerror(errno));
	return false;
}

static bool write_file(struct door *door, int folder, const char *name,
		       const void *bytes, size_t len)
{
	int fd =
		openat(folder, name,
		       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);

	if (fd < 0)
		return complain(door, "cannot make", name);
	bool done = fd_write_all(fd, bytes, len) && fsync(fd) == 0;
	/* A share may say only now that there was no room. */
	if (close(fd) != 0)
		done = false;
	return done || complain(door, "cannot write", name);
}

static void remove_folder(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	for (struct dirent *e; dir && (e = readdir(dir));)
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			unlinkat(fd, e->d_name, 0);
	if (dir)
		closedir(dir);
	else
		fd_close(&fd);
	unlinkat(parent, name, AT_REMOVEDIR);
}

struct sheet { /* what a batch's folder holds, in the order of writing */
	struct offer_file *files;
	size_t n, cap;
	struct dressed *dressed;
	size_t n_dressed;
	const struct offer_file *shared; /* of those files: they hold all documents */
	size_t n_shared;
	struct arena *arena;
};

static void add_files(struct sheet *sheet, const struct offer_file *files, size_t n)
{
	for (size_t i = 0; i < n; i++)
		*arena_push(sheet->arena, sheet->files, sheet->n, sheet->cap) =
			files[i];
}

static void add_text(struct sheet *sheet, const char *name, const char *text)
{
	const struct offer_file file = {
		.name = name,
		.sha256 =
			sha256_text(text, strlen(text), arena_alloc(sheet->arena, 65)),
		.bytes = text,
		.len = strlen(text)};

	add_files(sheet, &file, 1);
}

static const char *hash_list(const struct sheet *sheet)
{
	struct strbuf text;

	strbuf_init(&text, sheet->arena);
	for (size_t i = 0; i < sheet->n_dressed; i++) {
		const struct paper *paper = sheet->dressed[i].paper;

		if (paper && !paper->link)
			strbuf_addf(&text, "%s  %s\n", paper->sha256, paper->name);
	}
	for (size_t i = 0; i < sheet->n; i++)
		strbuf_addf(&text, "%s  %s\n", sheet->files[i].sha256,
			    sheet->files[i].name);
	return text.text;
}

/* One at a time: the PDFs of a batch need not fit into memory together. */
static enum rc put_papers(struct door *door, int folder, struct sheet *sheet,
			  struct err *err)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < sheet->n_dressed && rc == RC_OK && !door->trouble[0];
	     i++)
		rc = paper_put(door, sheet->dressed[i].offer, folder, sheet->arena,
			       &sheet->dressed[i].paper, err);
	return rc;
}

static enum rc fill_folder(struct door *door, const struct outbox_batch *batch,
			   int folder, struct sheet *sheet, struct err *err)
{
	enum rc rc = put_papers(door, folder, sheet, err);

	if (rc != RC_OK || door->trouble[0])
		return rc;
	add_text(sheet, "manifest.json",
		 manifest_text(door, batch, sheet->dressed, sheet->n_dressed,
			       sheet->shared, sheet->n_shared, sheet->arena));
	add_text(sheet, "SHA256SUMS", hash_list(sheet));
	for (size_t i = 0; i < sheet->n; i++)
		if (!write_file(door, folder, sheet->files[i].name,
				sheet->files[i].bytes, sheet->files[i].len))
			return RC_OK;
	if (fsync(folder) != 0)
		complain(door, "cannot flush", batch->name);
	return RC_OK;
}

static enum rc make_folder(struct door *door, const struct outbox_batch *batch,
			   int parent, const char *name, struct sheet *sheet,
			   struct err *err)
{
	AUTO_FD folder = -1;

	remove_folder(parent, name);
	if (mkdirat(parent, name, FOLDER_MODE) != 0) {
		complain(door, "cannot make", name);
		return RC_OK;
	}
	folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (folder < 0) {
		complain(door, "cannot open", name);
		return RC_OK;
	}
	return fill_folder(door, batch, folder, sheet, err);
}

static bool stands_there(int parent, const char *name)
{
	struct stat st;

	return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* What stands there already was made before a crash. */
static enum rc put_folder(struct door *door, const struct outbox_batch *batch,
			  struct sheet *sheet, struct err *err)
{
	AUTO_FD parent = open(door->settings->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const char *hidden = arena_printf(sheet->arena, ".%s.tmp", batch->name);
	enum rc rc = RC_OK;

	if (parent < 0) {
		complain(door, "cannot open", "the folder");
		return RC_OK;
	}
	if (!stands_there(parent, batch->name)) {
		rc = make_folder(door, batch, parent, hidden, sheet, err);
		if (rc != RC_OK || door->trouble[0]) {
			remove_folder(parent, hidden);
			return rc;
		}
		if (renameat2(parent, hidden, parent, batch->name, RENAME_NOREPLACE) !=
		    0) {
			complain(door, "cannot rename", hidden);
			return RC_OK;
		}
	}
	if (fsync(parent) != 0)
		complain(door, "cannot flush", "the folder");
	return RC_OK;
}

/* --- from the database -------------------------------------------------------- */

/* An offer that is in no file of its own is in one of the batch's. */
static enum rc collect(struct door *door, const struct outbox_batch *batch,
		       struct sheet *sheet, struct err *err)
{
	struct arena *arena = sheet->arena;
	struct offer_file *shared;
	bool left_out;
	enum rc rc = outbox_batch_files(door->db, batch->id, arena, &shared,
					&sheet->n_shared, err);

	sheet->dressed = arena_alloc_n(arena, batch->n_offers, sizeof(*sheet->dressed));
	for (size_t i = 0; i < batch->n_offers && rc == RC_OK; i++) {
		struct dressed *d = &sheet->dressed[sheet->n_dressed];
		if (strcmp(batch->offers[i].action, "withdraw") == 0)
			continue;
		d->offer = &batch->offers[i];
		if (sheet->n_shared == 0)
			rc = dress_offer(door, batch, d->offer, arena, &d->files,
					 &d->n_files, &left_out, err);
		add_files(sheet, d->files, d->n_files);
		sheet->n_dressed++;
	}
	if (rc != RC_OK)
		return rc;
	sheet->shared = shared;
	add_files(sheet, shared, sheet->n_shared);
	return RC_OK;
}

static enum rc write_batch(struct door *door, const struct outbox_batch *batch,
			   struct arena *arena, struct err *err)
{
	struct sheet sheet = {.arena = arena};
	enum rc rc = collect(door, batch, &sheet, err);

	if (rc == RC_OK && !door->trouble[0])
		rc = put_folder(door, batch, &sheet, err);
	if (rc == RC_OK && !door->trouble[0])
		rc = outbox_written(door->db, batch->id, err);
	if (rc == RC_OK && !door->trouble[0])
		log_info("batch written", "batch=%s offers=%zu files=%zu", batch->name,
			 batch->n_offers, sheet.n);
	return rc;
}

enum rc files_work(struct door *door, bool *did, struct err *err)
{
	AUTO_ARENA arena = arena_new();
	const struct door_settings *s = door->settings;
	struct outbox_batch batch;
	enum rc rc = outbox_batch(door->db, door->id, s->batch, s->every_ms, arena,
				  &batch, err);

	if (rc != RC_OK || !batch.id)
		return rc;
	if (!batch.rendered) {
		rc = dress_batch(door, &batch, err);
		if (rc == RC_OK && !door->trouble[0]) /* some may have left it */
			rc = outbox_batch(door->db, door->id, s->batch, s->every_ms,
					  arena, &batch, err);
	}
	if (rc != RC_OK || door->trouble[0])
		return rc;
	*did = true;
	return batch.n_offers > 0 ? write_batch(door, &batch, arena, err)
				  : outbox_written(door->db, batch.id, err);
}
