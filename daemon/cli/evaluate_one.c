/* evaluate_one.c - one document, from its bytes to its state, as the worker does it.
 *
 * What the daemon would quarantine (empty, too big, a reader that died on it) gets that
 * state here. Only what would stop every document - no schemas, no OCR model, no jail -
 * is an error. */
#include "evaluate_one.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>

#include "engine.h"
#include "proc.h"
#include "sha256.h"
#include "stage.h"

enum rc room_open(const struct run_options *options, struct reading_room *out,
		  struct err *err)
{
	enum rc rc;

	*out = (struct reading_room){.options = options};
	rc = schema_load_dir(options->settings->schema_dir, &out->schemas, err);
	if (rc == RC_OK && options->folds_dir) {
		out->arena = arena_new();
		rc = folds_load(options->folds_dir, out->arena, out->trusts,
				&out->folds, err);
	}
	if (rc == RC_OK && !options->folds_dir && !options->evidence)
		rc = trust_load(options->settings->schema_dir, &out->trusts[0], err);
	return rc;
}

void room_close(struct reading_room *room)
{
	engine_stop(&room->engine);
	for (int i = 0; i < TRUST_FOLDS; i++)
		trust_free(&room->trusts[i]);
	schema_set_free(&room->schemas);
	if (room->arena)
		arena_free(&room->arena);
}

static double own_cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static enum rc quarantine(struct outcome *out, struct arena *arena, const char *why)
{
	out->state = "quarantined";
	out->error = arena_strdup(arena, why);
	return RC_OK;
}

/* Pages and reader's fields into doc, by the engine; a second, careful time when the
 * reader died, as a worker would. RC_FAIL: this document's fault. */
static enum rc read_pages(struct reading_room *room, int fd, struct doc *doc,
			  struct outcome *out, struct err *err)
{
	struct engine_read request = {.file_fd = fd, .first = 1};
	enum rc rc = RC_OK;

	if (!room->engine)
		rc = engine_start(room->options->settings, &room->engine, err);
	if (rc != RC_OK)
		return err_wrap(err, RC_RETRY, "start reading");
	const struct doc untouched = *doc_copy(doc);
	rc = engine_read(room->engine, &request, doc, err);
	out->cpu_s += request.usage.cpu_s;
	if (rc == RC_FAIL) {
		*doc = untouched;
		request.careful = true;
		rc = engine_read(room->engine, &request, doc, err);
		out->cpu_s += request.usage.cpu_s;
	}
	return rc;
}

/* The same through --cache. */
static enum rc get_pages(struct reading_room *room, int fd, const struct mapping *map,
			 struct doc *doc, struct outcome *out, struct err *err)
{
	const char *dir = room->options->cache_dir;
	char sha256[65];
	enum rc rc;

	if (!dir)
		return read_pages(room, fd, doc, out, err);
	sha256_text(map->bytes, map->len, sha256);
	rc = page_cache_get(dir, sha256, doc, &out->cached, err);
	if (rc != RC_OK)
		return RC_RETRY;
	if (out->cached)
		return RC_OK;
	rc = read_pages(room, fd, doc, out, err);
	/* XML takes no time, and what is found in it depends on einvoice_xsd. */
	if (rc == RC_OK && !doc->structured &&
	    page_cache_put(dir, sha256, doc, err) != RC_OK)
		rc = RC_RETRY;
	return rc;
}

/* With folds, the model that has not seen this supplier. */
static void choose_model(struct reading_room *room, const struct sample *sample)
{
	int fold = room->options->folds_dir ? fold_of(&room->folds, sample) : 0;

	schema_set_trust(room->schemas, room->trusts[fold]);
}

static enum rc think(struct reading_room *room, struct doc *doc, struct outcome *out,
		     struct err *err)
{
	const struct stage_env env = {.schemas = room->schemas,
				      .lookup = room->lookup,
				      .evidence = room->options->evidence};
	enum rc rc = understand(&env, doc, err);

	if (rc == RC_OK)
		out->state = doc_has_stop(doc) ? "exception" : "ready";
	return rc;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static enum rc read_document(struct reading_room *room, const char *path,
			     struct arena *arena, struct outcome *out, struct err *err)
{
	AUTO_FD fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	AUTO_MAPPING map = {NULL, 0};
	enum rc rc;

	if (fd < 0)
		return quarantine(out, arena, strerror(errno));
	if (mapping_open(fd, &map, err) != RC_OK)
		return quarantine(out, arena, err->text);
	if (map.len == 0)
		return quarantine(out, arena, "the file is empty");
	if ((long long)map.len > room->options->settings->max_file)
		return quarantine(out, arena, "the file is larger than max_file");
	out->doc->name = base_name(path);
	rc = get_pages(room, fd, &map, out->doc, out, err);
	if (rc == RC_OK)
		rc = think(room, out->doc, out, err);
	return rc == RC_FAIL ? quarantine(out, arena, err->text) : rc;
}

enum rc room_read(struct reading_room *room, const struct sample *sample,
		  struct arena *arena, struct outcome *out, struct err *err)
{
	int64_t began = now_ms_monotonic();
	double cpu = own_cpu();
	enum rc rc;

	*out = (struct outcome){.doc = doc_new(arena)};
	choose_model(room, sample);
	rc = read_document(room, sample->path, arena, out, err);
	out->cpu_s += own_cpu() - cpu;
	out->wall_s = (double)(now_ms_monotonic() - began) / 1000;
	out->pages = (int)out->doc->n_pages;
	return rc == RC_OK ? RC_OK : err_wrap(err, rc, "%s", sample->path);
}
