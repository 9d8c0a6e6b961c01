/* paper.c - what a document looks like, for those who work with its data in the ERP:
 * its pages as one searchable PDF, in the batch's folder or in a folder that links lead
 * to.
 *
 * The PDF is made when it is handed over and not kept with the offer: what it is made
 * of (pages, their order and turns, pictures by their hash) does not change while an
 * offer is open, so that a repeat makes the same bytes again. It comes by a hidden name
 * and a rename. A page whose picture is lost must not hold up the money: then the data
 * go without a PDF, and the log says so. A store that is away is the door's trouble. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "deliver.h"
#include "log.h"
#include "proc.h"
#include "render_load.h"
#include "sha256.h"

enum { FILE_MODE = 0660 }; /* the ERP is of our group */

/* --- making it ---------------------------------------------------------------- */

/* What is lost stays lost: the data go without it. */
static enum rc lost(const struct offer *offer, struct doc *doc, const struct err *why)
{
	log_warn("pages are lost: a document goes without its PDF",
		 "document=%s error=%s", offer->control_number, why->text);
	doc->n_pages = 0;
	return RC_OK;
}

static enum rc load(struct door *door, const struct offer *offer,
		    struct render_item *item, struct err *err)
{
	struct doc *doc = item->doc;
	struct render_origin from;
	enum rc rc =
		db_render_origin(door->db, offer->document, doc->arena, &from, err);

	if (rc == RC_OK)
		rc = db_load_pages(door->db, offer->document, doc, err);
	if (rc != RC_OK)
		return rc == RC_FAIL ? lost(offer, doc, err) : rc;
	if (!door->store &&
	    store_open(door->all->store_dir, &door->store, err) != RC_OK)
		rc = RC_RETRY;
	else
		rc = render_load_pictures(door->store, &from, item, err);
	if (rc == RC_RETRY) /* not the database's, which the caller would call anew */
		door_trouble(door, "%s", err->text);
	return rc == RC_FAIL ? lost(offer, doc, err) : rc == RC_RETRY ? RC_OK : rc;
}

/* NULL: there is nothing to show. */
static const struct rendered *make(const struct offer *offer, struct render_item *item)
{
	struct rendered *files = NULL;
	struct err why;
	size_t n = 0;

	if (item->doc->n_pages == 0)
		return NULL;
	if (render(RENDER_PDF, item, 1, NULL, item->doc->arena, &files, &n, &why) ==
		    RC_OK &&
	    n == 1)
		return files;
	log_warn("a page has no picture: a document goes without its PDF",
		 "document=%s", offer->control_number);
	return NULL;
}

/* --- putting it there --------------------------------------------------------- */

static bool complain(struct door *door, const char *what, const char *name)
{
	door_trouble(door, "%s %s: %s", what, name, strerror(errno));
	return false;
}

static bool write_whole(struct door *door, int folder, const struct rendered *pdf,
			struct arena *arena)
{
	const char *hidden = arena_printf(arena, ".%s.tmp", pdf->name);
	int fd = openat(folder, hidden,
			O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
			FILE_MODE);

	if (fd < 0)
		return complain(door, "cannot make", pdf->name);
	bool done = fd_write_all(fd, pdf->bytes, pdf->len) && fsync(fd) == 0;
	/* A share may say only now that there was no room. */
	if (close(fd) != 0)
		done = false;
	if (!done)
		return complain(door, "cannot write", pdf->name);
	return renameat(folder, hidden, folder, pdf->name) == 0 ||
	       complain(door, "cannot rename", pdf->name);
}

static bool write_linked(struct door *door, const struct rendered *pdf,
			 struct arena *arena)
{
	const char *path = door->settings->pdf_path;
	AUTO_FD folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return complain(door, "cannot open", path);
	return write_whole(door, folder, pdf, arena) &&
	       (fsync(folder) == 0 || complain(door, "cannot flush", path));
}

static struct paper *describe(const struct door_settings *s, bool linked,
			      const struct rendered *pdf, struct arena *arena)
{
	struct paper *paper = arena_alloc(arena, sizeof(*paper));

	paper->name = arena_strdup(arena, pdf->name);
	paper->sha256 = sha256_text(pdf->bytes, pdf->len, arena_alloc(arena, 65));
	paper->len = pdf->len;
	if (linked) {
		paper->path = arena_printf(arena, "%s/%s", s->pdf_path, pdf->name);
		paper->link =
			s->pdf_url ? arena_printf(arena, "%s%s", s->pdf_url, pdf->name)
				   : paper->path;
	}
	return paper;
}

enum rc paper_put(struct door *door, const struct offer *offer, int beside,
		  struct arena *arena, struct paper **out, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct render_item item = {.doc = doc_new(scratch),
				   .control_number = offer->control_number,
				   .revision = offer->revision};
	const char *wanted = door->settings->pdf;
	bool linked = wanted && strcmp(wanted, "link") == 0;
	const struct rendered *pdf;

	*out = NULL;
	if (!wanted)
		return RC_OK;
	enum rc rc = load(door, offer, &item, err);
	if (rc != RC_OK || door->trouble[0])
		return rc;
	pdf = make(offer, &item);
	if (pdf && (linked ? write_linked(door, pdf, scratch)
			   : write_whole(door, beside, pdf, scratch)))
		*out = describe(door->settings, linked, pdf, arena);
	return RC_OK;
}
