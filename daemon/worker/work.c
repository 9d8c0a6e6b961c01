/* work.c - one job from claim to saved result.
 *
 * What a job of each kind does stands in the table `kinds`. While a reader works, the
 * lease is prolonged every ten seconds; when that says the job is no longer ours, we
 * stop, because somebody else has it. When the database is away we go on reading and
 * save when it is back: the fence decides in the saving transaction whether our result
 * still counts.
 *
 * What can go wrong is told apart: the reader failed (a fault of the document, counted,
 * three and it is quarantined); something of ours was not to be had (store full, no
 * memory for a reader: postponed, not counted); an assumption is broken and this
 * process ends, or the reader is killed from outside again and again (a loss, counted,
 * twenty and it is quarantined). A single kill says nothing of the document, so it is
 * read again there and then; a killed launcher, which never looks at a document and is
 * not what the kernel kills for want of memory, hands the job back uncounted.
 *
 * Work that was lost once is done in runs of one page from then on: what is saved
 * cannot be lost again, so that a long document gets on even when something dies all
 * the time. */
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "proc.h"
#include "worker.h"

enum {
	MAXRUN = 8, /* pages a job holds in memory and may lose at once */
	BEAT_MS = 10000,
	POSTPONE_S = 30,
	SAVE_PAUSE_MS = 500,
	KILLS = 5, /* of readers, one after the other, make a loss */
};

struct task {
	struct worker *worker;
	const struct job *job;
	struct doc *doc;	/* as read */
	struct doc *understood; /* or NULL */
	int64_t next_beat_ms;
	bool lost;	      /* the fence has moved on */
	bool killed;	      /* somebody killed the reader */
	bool launcher_killed; /* or what starts them */
	int kills;
	struct engine_usage usage;
};

static struct doc *unread_doc(const struct job *job, struct arena *arena)
{
	struct doc *doc = doc_new(arena);
	doc->id = job->document;
	doc->client = job->client;
	doc->name = job->name;
	doc->received_on = job->received_on;
	return doc;
}

/* --- while a reader works --- */

static bool try_once(void *ctx)
{
	bool *tried = ctx;
	bool first = !*tried;
	*tried = true;
	return first;
}

static void heartbeat(struct task *t)
{
	bool mine = true, tried = false;
	struct err err;
	struct db *db = t->worker->db;
	enum rc rc = job_heartbeat(db, t->job, &mine, &err);
	if (rc == RC_RETRY && db_reconnect(db, try_once, &tried, &err) == RC_OK)
		rc = job_heartbeat(db, t->job, &mine, &err);
	if (rc != RC_OK)
		log_warn("lease not prolonged", "error=%s", err.text);
	t->lost = !mine;
}

static bool keep_reading(void *ctx)
{
	struct task *t = ctx;
	int64_t now = now_ms_monotonic();
	process_beat();
	if (worker_draining(t->worker) && now >= t->worker->drain_until_ms)
		return false;
	if (now < t->next_beat_ms)
		return true;
	t->next_beat_ms = now + BEAT_MS;
	heartbeat(t);
	return !t->lost;
}

static enum rc keep_image(void *ctx, int page, struct image_blob *blob, struct err *err)
{
	struct task *t = ctx;
	enum rc rc = store_put(t->worker->store, t->job->client, blob->bytes, blob->len,
			       blob->hash, err);
	return rc == RC_OK ? RC_OK
			   : err_wrap(err, RC_RETRY, "picture of page %d", page);
}

static enum rc keep_part(void *ctx, struct part *part, int fd, struct err *err)
{
	struct task *t = ctx;
	long long size;
	enum rc rc = store_put_fd(t->worker->store, t->job->client, fd, part->size,
				  part->hash, &size, err);
	return rc == RC_OK ? RC_OK : err_wrap(err, RC_RETRY, "part %d", part->number);
}

static int run_pages(const struct task *t)
{
	return t->job->losses > 0 || t->kills > 0 ? 1 : MAXRUN;
}

static enum rc read_once(struct task *t, int first, int last, struct err *err)
{
	AUTO_FD file = -1;
	const struct job *job = t->job;
	enum rc rc = store_get(t->worker->store, job->client, job->sha256, &file, err);
	if (rc != RC_OK)
		return err_wrap(err, rc, "document");
	struct engine_read request = {.file_fd = file,
				      .first = first,
				      .last = last,
				      .max_first_run = last ? 0 : run_pages(t),
				      .languages = job->languages,
				      .careful = job->faults > 0,
				      .keep_image = keep_image,
				      .keep_part = keep_part,
				      .index_map = job->index_map,
				      .tick = keep_reading,
				      .ctx = t};
	rc = engine_read(t->worker->engine, &request, t->doc, err);
	t->usage = request.usage;
	t->killed = request.killed;
	t->launcher_killed = request.launcher_killed;
	return rc;
}

static enum rc read_pages(struct task *t, int first, int last, struct err *err)
{
	enum rc rc = read_once(t, first, last, err);
	while (t->killed && ++t->kills < KILLS && !worker_draining(t->worker)) {
		log_warn("reading begins again", "error=%s", err->text);
		t->doc = unread_doc(t->job, t->doc->arena);
		rc = read_once(t, first, last, err);
	}
	return rc;
}

/* --- saving --- */

static bool wait_for_database(void *ctx)
{
	struct task *t = ctx;
	process_beat();
	return !worker_draining(t->worker) ||
	       now_ms_monotonic() < t->worker->drain_until_ms;
}

/* After RC_RETRY: true when it makes sense to do the same again. */
static bool again(struct task *t, enum rc rc, struct err *err)
{
	if (rc != RC_RETRY)
		return false;
	log_warn("database is away", "error=%s", err->text);
	poll(NULL, 0, SAVE_PAUSE_MS);
	return db_reconnect(t->worker->db, wait_for_database, t, err) == RC_OK;
}

/* Understanding asks the database too (duplicates, profiles), so both are repeated as
 * one, each time on the document as it was read, because thinking adds to it. A save
 * whose answer was lost is found out by the fence: then it is not ours any more. */
static enum rc finish(struct task *t,
		      enum rc (*think)(struct worker *w, const struct job *job,
				       struct doc *doc, const struct doctype **type,
				       struct err *err),
		      bool save_pages, struct err *err)
{
	const struct doctype *type;
	bool mine = true;
	enum rc rc;
	do {
		struct doc *doc = doc_copy(t->doc);
		rc = think(t->worker, t->job, doc, &type, err);
		if (rc == RC_OK)
			offer_prepare(t->worker, t->job, doc);
		if (rc == RC_OK)
			rc = job_save_document(t->worker->db, t->job, doc, type,
					       save_pages, &mine, err);
		t->understood = doc;
	} while (again(t, rc, err));
	t->lost = !mine;
	return rc;
}

static enum rc load(struct task *t, struct err *err)
{
	enum rc rc;
	do {
		t->doc = doc_new(t->doc->arena);
		rc = job_load_document(t->worker->db, t->job, t->doc, err);
	} while (again(t, rc, err));
	return rc;
}

/* --- kinds of jobs --- */

/* Too long to be begun: there are no further runs. */
static bool is_refused(const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (strcmp(doc->findings[i].code, "too-many-pages") == 0)
			return true;
	return false;
}

/* Something inside is a document of its own, and nothing speaks against taking it. */
static bool is_container(const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_parts && !doc_has_stop(doc); i++)
		if (doc->parts[i].kind != PART_LISTED)
			return true;
	return false;
}

static enum rc split(struct task *t, struct err *err)
{
	bool mine = true;
	enum rc rc;
	do
		rc = job_save_split(t->worker->db, t->job, t->doc, &mine, err);
	while (again(t, rc, err));
	t->lost = !mine;
	return rc;
}

/* An index file holds no pages but rows, which wait for their files. */
static enum rc do_index(struct task *t, struct err *err)
{
	bool mine = true;
	enum rc rc;
	do
		rc = job_save_index(t->worker->db, t->job, t->doc, &mine, err);
	while (again(t, rc, err));
	t->lost = !mine;
	return rc;
}

static enum rc do_read(struct task *t, struct err *err)
{
	bool mine = true, several = false;
	enum rc rc = read_pages(t, 1, 0, err);
	if (rc == RC_OK)
		rc = cut_is_wanted(t->worker, t->job, t->doc, &several, err);
	if (rc != RC_OK)
		return rc;
	if (t->job->index_map)
		return do_index(t, err);
	if (is_container(t->doc))
		return split(t, err);
	if (t->doc->mail && t->doc->mail->received_on && !t->job->inside)
		t->doc->received_on = t->doc->mail->received_on;
	if (is_refused(t->doc) || (t->doc->pages_in_file <= run_pages(t) && !several))
		return finish(t, think_understand, true, err);
	do
		rc = job_save_first_run(t->worker->db, t->job, t->doc, run_pages(t),
					&mine, err);
	while (again(t, rc, err));
	t->lost = !mine;
	return rc;
}

static enum rc do_run(struct task *t, struct err *err)
{
	bool mine = true;
	enum rc rc = read_pages(t, t->job->first_page, t->job->last_page, err);
	if (rc != RC_OK)
		return rc;
	do
		rc = job_save_run(t->worker->db, t->job, t->doc, &mine, err);
	while (again(t, rc, err));
	t->lost = !mine;
	return rc;
}

static enum rc do_cut(struct task *t, struct err *err)
{
	bool mine = true;
	struct separator_plan plan;
	enum rc rc;
	do {
		rc = cut_plan(t->worker, t->job, t->doc->arena, keep_reading, t, &plan,
			      err);
		if (rc == RC_OK)
			rc = job_save_cut(t->worker->db, t->job, &plan, &mine, err);
	} while (again(t, rc, err));
	t->lost = t->lost || !mine;
	return rc;
}

static enum rc do_understand(struct task *t, struct err *err)
{
	enum rc rc = load(t, err);
	return rc == RC_OK ? finish(t, think_understand, false, err) : rc;
}

static enum rc do_check(struct task *t, struct err *err)
{
	enum rc rc = load(t, err);
	return rc == RC_OK ? finish(t, think_check, false, err) : rc;
}

static const struct {
	const char *name;
	enum rc (*act)(struct task *t, struct err *err);
} kinds[] = {
	[JOB_READ] = {"read", do_read},
	[JOB_RUN] = {"run", do_run},
	[JOB_CUT] = {"cut", do_cut},
	[JOB_UNDERSTAND] = {"understand", do_understand},
	[JOB_CHECK] = {"check", do_check},
};

/* --- the end of a job --- */

/* The next one may take it at once, the lease need not run out. Not tried twice:
 * without the database it does run out. */
static enum rc give_up_lost(struct task *t, enum rc why, const char *text,
			    struct err *err)
{
	struct err ignored;
	log_warn("job lost", "kind=%s losses=%d error=%s", kinds[t->job->kind].name,
		 t->job->losses + 1, text);
	enum rc rc =
		job_loss(t->worker->db, t->job, text, why == RC_BUG ? &ignored : err);
	return why == RC_BUG ? RC_BUG : rc;
}

/* Uncounted; this process ends, since only a new one can have a new launcher. */
static enum rc hand_back(struct task *t, const char *text, struct err *err)
{
	struct err ignored;
	log_warn("job handed back", "kind=%s error=%s", kinds[t->job->kind].name, text);
	(void)job_return(t->worker->db, t->job, &ignored);
	return err_set(err, RC_BUG, "%s", text);
}

/* What went wrong is put down in the database; how, the caller has decided. */
static enum rc note(struct task *t, enum rc why, const char *text, struct err *err)
{
	enum rc rc;
	do {
		if (why == RC_FAIL)
			rc = job_fault(t->worker->db, t->job, text, err);
		else if (worker_draining(t->worker))
			rc = job_return(t->worker->db, t->job, err);
		else
			rc = job_postpone(t->worker->db, t->job, POSTPONE_S, text, err);
	} while (again(t, rc, err));
	return rc;
}

/* The server speaks of columns and indexes, which is for the log; what is put down, a
 * clerk reads. */
static void put_plainly(enum rc why, struct err *err)
{
	if ((why != RC_FAIL && why != RC_BUG) || !db_said(err))
		return;
	log_warn("database does not take it", "error=%s", err->text);
	err_set(err, why,
		"the database did not take what came of it (the log says why)");
}

static enum rc put_down(struct task *t, enum rc why, struct err *err)
{
	put_plainly(why, err);
	char text[sizeof(err->text)];
	memcpy(text, err->text, sizeof(text));
	if (t->lost) {
		log_warn("job is somebody else's now", NULL);
		return RC_OK;
	}
	if (t->launcher_killed)
		return hand_back(t, text, err);
	if (why == RC_BUG || t->killed)
		return give_up_lost(t, why, text, err);
	if (why == RC_FAIL)
		log_warn("fault", "kind=%s faults=%d error=%s",
			 kinds[t->job->kind].name, t->job->faults + 1, text);
	else
		log_warn("job not done", "kind=%s error=%s", kinds[t->job->kind].name,
			 text);
	return note(t, why, text, err);
}

static void say_done(const struct task *t, int64_t started_ms)
{
	const struct doc *doc = t->understood ? t->understood : t->doc;
	log_info("job done",
		 "kind=%s type=%s pages=%zu findings=%zu ms=%lld reader_cpu_s=%.2f "
		 "peak_mb=%ld",
		 kinds[t->job->kind].name, doc->type ? doc->type : "", doc->n_pages,
		 doc->n_findings, (long long)(now_ms_monotonic() - started_ms),
		 t->usage.cpu_s, t->usage.peak_rss_kb / 1024);
}

enum rc job_do(struct worker *w, const struct job *job, struct arena *arena,
	       struct err *err)
{
	int64_t started_ms = now_ms_monotonic();
	struct task t = {.worker = w,
			 .job = job,
			 .doc = unread_doc(job, arena),
			 .next_beat_ms = started_ms + BEAT_MS};
	enum rc rc = kinds[job->kind].act(&t, err);
	if (rc != RC_OK || t.lost)
		return put_down(&t, rc, err);
	say_done(&t, started_ms);
	return RC_OK;
}
