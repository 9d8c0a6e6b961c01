/* evaluate_jobs.c - spreads documents over processes and collects what they say.
 *
 * Each job is a process with an engine of its own; it takes the next document from a
 * counter all share, and writes the result to a pipe as length and bytes. A job that
 * dies costs the one document it was at (quarantined, with the reason) and is replaced.
 * A job that says it can't work at all ends the whole run. */
#include "evaluate.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "evaluate_one.h"
#include "log.h"
#include "pack.h"
#include "proc.h"

enum { MESSAGE_DOCUMENT, MESSAGE_CANNOT };
enum { MESSAGE_BYTES_MAX = 1 << 30 };

struct shared {		    /* between all processes */
	atomic_size_t next; /* document to be taken */
	atomic_int owner[]; /* by document: job + 1 that took it */
};

struct job_process {
	pid_t pid;
	int pipe; /* -1: ended */
};

struct run {
	struct sample_list *list;
	const struct run_options *options;
	struct shared *shared;
	struct job_process *jobs;
	size_t done;
	struct progress progress;
	bool failed;
	struct err err;
};

/* --- in the job --------------------------------------------------------------- */

static void write_message(int fd, const struct pack *p)
{
	uint32_t len = (uint32_t)p->len;

	if (!fd_write_all(fd, &len, sizeof(len)) || !fd_write_all(fd, p->bytes, p->len))
		_exit(1); /* nobody is left to hear it */
}

static void pack_features(struct pack *p, const struct field *field)
{
	pack_u32(p, (uint32_t)field->n_features);
	for (size_t i = 0; i < field->n_features; i++) {
		pack_str(p, field->features[i].name);
		pack_f32(p, field->features[i].value);
	}
}

static void unpack_features(struct unpack *u, struct arena *arena, struct field *field)
{
	field->n_features = unpack_count(u, 4 + 4);
	field->features =
		arena_alloc_n(arena, field->n_features + 1, sizeof(*field->features));
	for (size_t i = 0; i < field->n_features; i++) {
		field->features[i].name = unpack_str(u, arena);
		field->features[i].value = unpack_f32(u);
	}
}

static void tell_document(int fd, size_t index, const struct sample *sample,
			  const struct outcome *outcome, struct arena *arena)
{
	const struct doc *doc = outcome->doc;
	struct pack p;

	pack_init(&p, arena);
	pack_u8(&p, MESSAGE_DOCUMENT);
	pack_u32(&p, (uint32_t)index);
	pack_str(&p, outcome->state);
	pack_str(&p, outcome->error);
	pack_f32(&p, (float)outcome->cpu_s);
	pack_f32(&p, (float)outcome->wall_s);
	pack_u32(&p, (uint32_t)outcome->pages);
	pack_u8(&p, outcome->cached);
	pack_str(&p, dump_evidence(arena, doc));
	doc_pack_fields(&p, doc);
	for (size_t i = 0; i < doc->n_fields; i++)
		pack_features(&p, &doc->fields[i]);
	/* Words are many and only compared with running text. */
	pack_u32(&p, sample->truth.text ? (uint32_t)doc->n_pages : 0);
	for (size_t i = 0; sample->truth.text && i < doc->n_pages; i++)
		doc_pack_page(&p, doc->pages[i]);
	write_message(fd, &p);
}

static void tell_cannot(int fd, const struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct pack p;

	pack_init(&p, arena);
	pack_u8(&p, MESSAGE_CANNOT);
	pack_str(&p, err->text);
	write_message(fd, &p);
}

static enum rc job_loop(struct run *run, int job, int fd, struct reading_room *room,
			struct err *err)
{
	AUTO_ARENA arena = arena_new();
	struct outcome outcome;
	size_t index;

	while ((index = atomic_fetch_add(&run->shared->next, 1)) < run->list->n) {
		const struct sample *sample = &run->list->samples[index];
		enum rc rc;

		atomic_store(&run->shared->owner[index], job + 1);
		rc = room_read(room, sample, arena, &outcome, err);
		if (rc != RC_OK)
			return rc;
		tell_document(fd, index, sample, &outcome, arena);
		arena_reset(arena);
	}
	return RC_OK;
}

static _Noreturn void job_main(struct run *run, int job, int fd)
{
	struct reading_room room;
	struct err err;
	enum rc rc;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	log_init("evaluate", LOG_LEVEL_ERROR);
	rc = room_open(run->options, &room, &err);
	if (rc == RC_OK)
		rc = job_loop(run, job, fd, &room, &err);
	if (rc != RC_OK)
		tell_cannot(fd, &err);
	room_close(&room);
	exit(0);
}

/* --- in the parent ------------------------------------------------------------ */

static enum rc start_job(struct run *run, int job, struct err *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_errno(err, RC_FAIL, "pipe");
	pid = fork();
	if (pid < 0)
		return err_errno(err, RC_FAIL, "fork");
	if (pid == 0) {
		close(ends[0]);
		job_main(run, job, ends[1]);
	}
	close(ends[1]);
	run->jobs[job] = (struct job_process){pid, ends[0]};
	return RC_OK;
}

/* A state as one of our own words, so that it outlives the message. */
static const char *known_state(const char *state)
{
	static const char *const states[] = {"ready", "exception", "quarantined"};

	for (size_t i = 0; state && i < sizeof(states) / sizeof(*states); i++)
		if (strcmp(states[i], state) == 0)
			return states[i];
	return "quarantined";
}

static enum rc unpack_outcome(struct unpack *u, struct arena *arena,
			      struct outcome *out, struct err *err)
{
	size_t n_pages;
	enum rc rc;

	out->doc = doc_new(arena);
	out->state = known_state(unpack_str(u, arena));
	out->error = unpack_str(u, arena);
	out->cpu_s = (double)unpack_f32(u);
	out->wall_s = (double)unpack_f32(u);
	out->pages = unpack_i32(u);
	out->cached = unpack_u8(u) == 1;
	out->evidence = unpack_str(u, arena);
	rc = doc_unpack_fields(u, out->doc, err);
	for (size_t i = 0; i < out->doc->n_fields && rc == RC_OK; i++)
		unpack_features(u, arena, &out->doc->fields[i]);
	n_pages = unpack_count(u, 1);
	for (size_t i = 0; i < n_pages && rc == RC_OK; i++)
		rc = doc_unpack_page(u, arena, doc_add_page(out->doc), err);
	return rc;
}

/* The document's bytes came through a jail and may be anything, but what a job says of
 * it is our own: a message that can't be understood is a bug, told as the document's
 * fate. */
static void take_document(struct run *run, struct unpack *u)
{
	size_t index = unpack_u32(u);
	struct sample *sample;
	struct err err = {.text = "something is left over"};

	bug_on(index >= run->list->n);
	sample = &run->list->samples[index];
	if (unpack_outcome(u, run->list->arena, &sample->outcome, &err) != RC_OK ||
	    !unpack_ok(u))
		sample->outcome = (struct outcome){
			.state = "quarantined",
			.error = arena_printf(run->list->arena,
					      "bug: a job's message: %s", err.text),
			.doc = doc_new(run->list->arena),
		};
	run->done++;
	progress_step(&run->progress, (long)run->done, sample->shown);
}

static void take_message(struct run *run, const uint8_t *bytes, size_t len)
{
	struct unpack u;

	unpack_init(&u, bytes, len);
	if (unpack_u8(&u) == MESSAGE_DOCUMENT) {
		take_document(run, &u);
		return;
	}
	run->failed = true;
	err_set(&run->err, RC_FAIL, "%s", unpack_str(&u, run->list->arena));
}

static const char *how_it_ended(struct arena *arena, int status)
{
	if (WIFSIGNALED(status))
		return arena_printf(arena, "the process died of signal %d (%s)",
				    WTERMSIG(status), strsignal(WTERMSIG(status)));
	return arena_printf(arena, "the process ended with status %d",
			    WEXITSTATUS(status));
}

/* The job is gone: its last document, if it said nothing about it, is quarantined. */
static void bury_job(struct run *run, int job)
{
	int status = 0;

	fd_close(&run->jobs[job].pipe);
	while (waitpid(run->jobs[job].pid, &status, 0) < 0 && errno == EINTR)
		;
	for (size_t i = 0; i < run->list->n && !run->failed; i++) {
		struct sample *sample = &run->list->samples[i];

		if (atomic_load(&run->shared->owner[i]) != job + 1 ||
		    sample->outcome.state)
			continue;
		sample->outcome.state = "quarantined";
		sample->outcome.error = how_it_ended(run->list->arena, status);
		sample->outcome.doc = doc_new(run->list->arena);
		run->done++;
	}
}

static void hear_job(struct run *run, int job)
{
	uint8_t *bytes;
	uint32_t len;

	if (!fd_read_exact(run->jobs[job].pipe, &len, sizeof(len))) {
		bury_job(run, job);
		if (!run->failed && atomic_load(&run->shared->next) < run->list->n &&
		    start_job(run, job, &run->err) != RC_OK)
			run->failed = true;
		return;
	}
	bug_on(len > MESSAGE_BYTES_MAX);
	bytes = malloc(len);
	bug_on(!bytes);
	if (fd_read_exact(run->jobs[job].pipe, bytes, len))
		take_message(run, bytes, len);
	free(bytes);
}

static bool wait_for_jobs(struct run *run, struct pollfd *fds)
{
	bool any = false;

	for (long i = 0; i < run->options->jobs; i++) {
		fds[i] = (struct pollfd){.fd = run->jobs[i].pipe, .events = POLLIN};
		any |= run->jobs[i].pipe >= 0;
	}
	return any &&
	       (poll(fds, (nfds_t)run->options->jobs, -1) >= 0 || errno == EINTR);
}

static void hear_all(struct run *run)
{
	struct pollfd *fds = arena_alloc_n(run->list->arena, (size_t)run->options->jobs,
					   sizeof(*fds));

	while (!run->failed && wait_for_jobs(run, fds))
		for (long i = 0; i < run->options->jobs && !run->failed; i++)
			if (fds[i].revents)
				hear_job(run, (int)i);
}

static void stop_all(struct run *run)
{
	for (long i = 0; i < run->options->jobs; i++) {
		if (run->jobs[i].pipe < 0)
			continue;
		kill(run->jobs[i].pid, SIGTERM);
		bury_job(run, (int)i);
	}
}

enum rc samples_run(struct sample_list *list, const struct run_options *options,
		    struct err *err)
{
	size_t size = sizeof(struct shared) + list->n * sizeof(atomic_int);
	struct run run = {.list = list, .options = options};

	run.shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (run.shared == MAP_FAILED)
		return err_errno(err, RC_FAIL, "shared memory");
	run.jobs = arena_alloc_n(list->arena, (size_t)options->jobs, sizeof(*run.jobs));
	for (long i = 0; i < options->jobs; i++)
		run.jobs[i].pipe = -1;
	progress_begin(&run.progress, "reading", (long)list->n);
	for (int i = 0; i < (int)options->jobs && i < (int)list->n && !run.failed; i++)
		run.failed = start_job(&run, i, &run.err) != RC_OK;
	hear_all(&run);
	stop_all(&run);
	progress_end(&run.progress);
	munmap(run.shared, size);
	if (run.failed && err)
		*err = run.err;
	return run.failed ? RC_FAIL : RC_OK;
}
