/* db.h - everything the program asks of PostgreSQL; daemon/db is the only place with
 * libpq.
 *
 * One connection per process, or thread. Statements live in sql/query/<process>/NAME.sql, embedded
 * at build time and prepared by name at connect, so drift between code and database
 * fails at start. Every function returns RC_RETRY when the connection is lost or the
 * server is starting, stopping, read-only or out of room: db_reconnect with backoff,
 * then the same call again; RC_BUG when the database says our statement is wrong
 * (SQLSTATE 42xxx, 23xxx where it can't be data). */
#ifndef INTRAY_DB_H
#define INTRAY_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "doc.h"
#include "err.h"
#include "schema.h"
#include "separator.h"
#include "settings.h"

struct db;

enum db_role {		   /* one PostgreSQL role and one folder of queries each */
	       DB_OWNER,   /* intray_owner: migrations only */
	       DB_INTAKE,  /* intray_intake */
	       DB_WORKER,  /* intray_worker */
	       DB_KEEPER,  /* intray_keeper */
	       DB_DELIVER, /* intray_deliver */
	       DB_ADMIN,   /* intray_admin: the command line */
	       DB_DESK,	   /* intray_desk: as the person whose session was shown last */
	       DB_ROLE_N
};
const char *db_role_name(enum db_role role); /* "intray_worker" */
/* Whether an error (however wrapped) has the server's or libpq's words, which are for the
 * log: they speak of tables and columns. */
bool db_said(const struct err *err);

/* conninfo: complete, with user (and password). Refuses a transaction-mode pooler. */
enum rc db_open(const char *conninfo, enum db_role role, struct db **out,
		struct err *err);
/* The same, but weather is waited out: backs off from 100 ms to 5 s between tries, says in
 * the log once a minute that the database is away, and calls tick meanwhile (false: give up
 * with RC_RETRY). */
enum rc db_open_patiently(const char *conninfo, enum db_role role, bool (*tick)(void *ctx),
			  void *ctx, struct db **out, struct err *err);
/* For the second and further connections of a process: nobody takes what they would be
 * notified of. */
enum rc db_deafen(struct db *db, struct err *err);
void db_close(struct db **db);
/* Backs off from 100 ms to 5 s between tries; calls tick before each (false: give up
 * with RC_RETRY). */
enum rc db_reconnect(struct db *db, bool (*tick)(void *ctx), void *ctx,
		     struct err *err);
/* Waits until a notification on one of the role's channels (true), or the time is over.
 */
bool db_wait(struct db *db, int timeout_ms);
int db_socket(const struct db *db); /* for event loops; -1 when not connected */

/* --- set-up (DB_OWNER)
 * ---------------------------------------------------------------- */
/* Applies missing numbered migrations under an advisory lock, then sql/api, roles and
 * grants, in one transaction each; sets role passwords from the secrets folder (made
 * when missing); installs schemas of schema_dir and the clients and trays of the
 * settings. say: progress lines for people, or NULL. */
enum rc db_migrate(struct db *db, const struct settings *settings,
		   void (*say)(const char *line), struct err *err);
/* Complete conninfo for a role from settings (and the private cluster's socket). */
enum rc db_conninfo(const struct settings *settings, enum db_role role,
		    struct arena *arena, const char **conninfo, struct err *err);

/* The key under which authenticators' secrets are sealed (password.h), from SECRETS/desk_totp. */
enum rc db_totp_key(const struct settings *settings, unsigned char key[32],
		    struct err *err);

/* --- intake
 * ---------------------------------------------------------------------------- */
struct db_tray {
	int64_t id;
	const char *client, *name; /* path and rest come from the settings */
};
enum rc db_trays(struct db *db, struct arena *arena, struct db_tray **trays, size_t *n,
		 struct err *err);

struct db_drop {
	const char *id; /* UUID made by intake before the rename */
	int64_t tray_id;
	const char *parent; /* UUID or NULL */
	const void *name;   /* path below the tray, as bytes */
	size_t name_len;
	const char *sha256; /* hex; NULL when there are no bytes we could read */
	int64_t size;
	int64_t mtime_ms;	 /* Unix time */
	const char *received_on; /* YYYY-MM-DD or NULL: the database's day in the tray's
				    zone */
	/* NULL for an ordinary drop. Else it goes to `quarantined` with this finding
	 * ("empty", "too-big", "not-a-file", "unreadable", "incomplete", "too-deep").
	 */
	const char *problem, *problem_text;
};
enum db_drop_outcome {
	DROP_NEW,	/* document in state received, job read inserted */
	DROP_DUPLICATE, /* same bytes in this client before: document in state duplicate
			 */
	DROP_PROBLEM,	/* document in state quarantined */
	DROP_KNOWN,	/* this id was recorded before: nothing done */
};
/* One transaction: drop, document, event and job, on conflict (id) do nothing. */
enum rc db_drop_record(struct db *db, const struct db_drop *drop,
		       enum db_drop_outcome *outcome, struct err *err);
/* Several of one tray, in one transaction: all are recorded, or none. */
struct db_recorded {
	enum db_drop_outcome outcome;
	const char
		*sha256; /* DROP_KNOWN: as it was recorded, "" when it had no bytes */
};
enum rc db_drops_record(struct db *db, int64_t tray_id, const struct db_drop *drops,
			size_t n, struct arena *arena, struct db_recorded *out,
			struct err *err);
/* For the unknown outcome of a COMMIT and for restarts: is the id there, with what
 * hash? */
enum rc db_drop_known(struct db *db, const char *id, bool *known, char sha256[65],
		      struct err *err);
/* For status: what intake sees (waiting files, ignored, problems), replaced each scan.
 */
struct db_tray_status {
	int64_t tray_id;
	long waiting, ignored, growing;
	const char *problem; /* NULL or a sentence with a remedy */
};
enum rc db_tray_report(struct db *db, const struct db_tray_status *status,
		       struct err *err);

/* --- worker
 * ---------------------------------------------------------------------------- */
enum job_kind { JOB_READ, JOB_RUN, JOB_CUT, JOB_UNDERSTAND, JOB_CHECK };

struct job {
	int64_t id;
	int64_t fence;
	enum job_kind kind;
	int first_page, last_page; /* JOB_RUN */
	const char *document;	   /* UUID */
	const char *drop;	   /* UUID */
	const char *client;	   /* code */
	const char *sha256;	   /* of the drop */
	const char *name;	   /* shown */
	const char *received_on;
	const char *languages;
	int faults, losses;
	bool inside; /* it came in a container */
	const char *index_map; /* it is an index file (sidecar.h), its mapping; else NULL */
	struct separator_settings separators; /* of its tray */
	bool collates; /* its sheets' other sides may come as another drop */
	const char *control_number; /* of the document */
	int revision; /* that was offered last; 0: none yet */
};
/* Frees what an earlier worker at this one's place left behind when it died, a loss
 * each; worker as for job_claim, host/supervisor/workerN/pid. */
enum rc jobs_left_behind(struct db *db, const char *worker, struct err *err);
/* Claims the best job (expired leases too) for 40 s on the database's clock. */
enum rc job_claim(struct db *db, const char *worker, struct arena *arena,
		  struct job *out, bool *got, struct err *err);
/* Prolongs; *mine false when the fence has moved on: stop working on it. */
enum rc job_heartbeat(struct db *db, const struct job *job, bool *mine,
		      struct err *err);
enum rc job_return(struct db *db, const struct job *job, struct err *err); /* drain */
/* The reader died or hit a limit. After three the document is quarantined with the
 * text. */
enum rc job_fault(struct db *db, const struct job *job, const char *text,
		  struct err *err);
/* The reader was killed from outside, or this process must end: counted as a loss, and
 * the job is free at once. After twenty the document is quarantined. */
enum rc job_loss(struct db *db, const struct job *job, const char *text,
		 struct err *err);
/* Not the document's fault (store not reachable...): again after a delay, uncounted. */
enum rc job_postpone(struct db *db, const struct job *job, int delay_s,
		     const char *text, struct err *err);

/* All saving functions are one transaction, check the fence and set *mine. */
/* The first run of a document with more pages than a run: saves pages, page count and
 * inserts the jobs for the other runs. */
enum rc job_save_first_run(struct db *db, const struct job *job, const struct doc *doc,
			   int run_pages, bool *mine, struct err *err);
/* A JOB_RUN: saves its pages, counts runs_left down, the last inserts JOB_UNDERSTAND.
 */
enum rc job_save_run(struct db *db, const struct job *job, const struct doc *doc,
		     bool *mine, struct err *err);
/* A container (part.h): its parts become drops and documents, itself it is split. */
enum rc job_save_split(struct db *db, const struct job *job, const struct doc *doc,
		       bool *mine, struct err *err);
/* An index file: its rows, which wait for the files they name. */
enum rc job_save_index(struct db *db, const struct job *job, const struct doc *doc,
		       bool *mine, struct err *err);
/* What an index file says of the job's document: doc->prekeyed, doc->index_missing. */
enum rc job_prekeyed(struct db *db, const struct job *job, struct doc *doc,
		     struct err *err);
/* The finished document (JOB_READ with all pages, JOB_UNDERSTAND, JOB_CHECK): pages
 * (when doc has any not yet saved), fields, findings, type and profile version,
 * instance, state ready (with delivery row) or exception (with task). */
enum rc job_save_document(struct db *db, const struct job *job, const struct doc *doc,
			  const struct doctype *type, bool save_pages, bool *mine,
			  struct err *err);
/* A JOB_CUT: the document ends as `split` and those of the plan begin, or it goes on as the
 * one that it is; codes are kept, dropped pages counted. */
enum rc job_save_cut(struct db *db, const struct job *job,
		     const struct separator_plan *plan, bool *mine, struct err *err);
/* Pages at positions first to last of its document, numbered by position. */
enum rc job_load_pages(struct db *db, const struct job *job, int first, int last,
		       struct doc *doc, struct err *err);
/* Pages and reader's fields saved so far, and for JOB_CHECK the keyed values. */
enum rc job_load_document(struct db *db, const struct job *job, struct doc *doc,
			  struct err *err);
/* Schemas as installed, and the client's profile text for each. */
enum rc db_schemas(struct db *db, struct schema_set *into, struct err *err);
/* A text that changes whenever the installed schemas do. */
enum rc db_schema_versions(struct db *db, struct arena *arena, const char **versions,
			   struct err *err);
enum rc db_profile(struct db *db, const char *client, const char *type,
		   struct arena *arena, const char **profile, struct err *err);
/* The `lookup` interface over master data and history. ctx is made in the arena. */
struct lookup *db_lookup(struct db *db, const struct job *job, struct arena *arena);

/* --- keeper
 * ---------------------------------------------------------------------------- */
/* One round of housekeeping in SQL: partitions for the next months, SLA breaches
 * marked, unanswered deliveries alarmed, expired leases of tasks returned, finished
 * jobs deleted. */
enum rc keeper_round(struct db *db, struct err *err);
/* Which of these blobs are referenced by nothing (client code and hash pairs)? */
enum rc keeper_unreferenced(struct db *db, const char *client,
			    const char *const *hashes, size_t n, bool *unreferenced,
			    struct err *err);

/* --- command line (DB_ADMIN)
 * ----------------------------------------------------------- */
/* Runs one of sql/query/admin/NAME.sql with text parameters (NULL allowed) and gives
 * the result as rows of text, for tables and JSON. */
struct db_rows {
	size_t n_rows, n_columns;
	const char **columns; /* names */
	const char ***values; /* [row][column], NULL for null; in the arena */
};
enum rc db_query(struct db *db, const char *name, const char *const *params,
		 size_t n_params, struct arena *arena, struct db_rows *out,
		 struct err *err);

/* --- what formats ask of the business (DB_ADMIN, DB_DELIVER; sql/api/65_render.sql)
 * --------------------------------------------------------------- */
struct render_fact;
struct render_edi;
/* Facts of a document (UUID), in the arena. */
enum rc db_render_facts(struct db *db, const char *document, struct arena *arena,
			const struct render_fact **facts, size_t *n, struct err *err);
/* Sets submitter, receiver, payers, providers and production of `edi` as the client's masters
 * have them; what they lack stays NULL. Control number, date and time are the caller's. */
enum rc db_render_edi(struct db *db, const char *client, struct arena *arena,
		      struct render_edi *edi, struct err *err);
/* A document's (UUID) pages without their pictures' bytes, in its order and as turned at
 * the desk, and its fields with their evidence, added to doc. */
enum rc db_load_pages(struct db *db, const char *document, struct doc *doc,
		      struct err *err);
enum rc db_load_fields(struct db *db, const char *document, struct doc *doc,
		       struct err *err);
/* The file a document (UUID) came in; in the arena. */
struct render_origin {
	const char *client, *format, *sha256;
	bool whole; /* the document is the file: all its pages, in order, none turned */
};
enum rc db_render_origin(struct db *db, const char *document, struct arena *arena,
			 struct render_origin *out, struct err *err);

/* --- imports of master data (DB_ADMIN; sql/api/61_master.sql)
 * --------------------------------------------------------------- */
/* Opens a transaction and the way for rows of a kind; then rows in COPY's text format
 * (lines of tab-separated cells, \N for null), any number of times; then the merge
 * (import_merge by db_query); then the transaction ends, with or without what it did. */
enum rc db_import_begin(struct db *db, const char *kind, const char *client,
			struct err *err);
enum rc db_import_rows(struct db *db, const char *lines, size_t len, struct err *err);
enum rc db_import_staged(struct db *db, struct err *err); /* no more rows */
enum rc db_import_end(struct db *db, bool keep, struct err *err);
/* A table or view as the bytes of a CSV file with a heading, on a connection of its
 * own: begin, then read until *len is 0; *bytes until the next call. */
enum rc db_table_begin(struct db *db, const char *table, struct err *err);
enum rc db_table_read(struct db *db, const char **bytes, size_t *len, struct err *err);

/* --- desk
 * ------------------------------------------------------------------------------ */
/* Whose session a token is; from then on the connection speaks for him. *got false: it
 * has ended, or never was, and the connection speaks for nobody. */
struct db_session {
	int64_t account;
	const char *csrf, *name, *login;
};
enum rc db_session_show(struct db *db, const char *token, struct arena *arena,
			struct db_session *out, bool *got, struct err *err);
/* The first value of what one of sql/query/desk/NAME.sql gives; NULL for null or no
 * row. What the database refuses is RC_FAIL with its words. */
enum rc db_desk_ask(struct db *db, const char *name, const char *const *params,
		    size_t n_params, struct arena *arena, const char **answer,
		    struct err *err);
/* The document of a task as its check will see it, without pages; of a second key
 * without anything that was read or keyed. *got false: the caller does not have the
 * task. */
struct db_task {
	const char *confirmed; /* JSON list of {code, fields} that hold for its values */
	const char *queue;
	const char *profile; /* the client's for the document's type, or NULL */
};
/* What was read of it. The same stamp: it is the same. */
struct db_source {
	const char *stamp;
	const char *fields, *findings; /* JSON lists */
};
/* source: what is known already, or {0}; what it is now. */
enum rc db_task_source(struct db *db, int64_t task, struct doc *doc,
		       struct db_source *source, struct db_task *out, bool *got,
		       struct err *err);
/* Who may try to sign in: RC_OK with *account 0 when there is nobody of that name. */
struct db_sign_in {
	int64_t account;
	const char *hash;
	long wait_s;
	const unsigned char *totp; /* the secret of his codes, sealed for his login */
	size_t totp_len;	   /* 0: he has none */
	int64_t totp_step;	   /* the last that was taken */
	bool must_totp;		   /* his role is among `roles` */
};
/* `roles`: names with blanks between, or NULL. */
enum rc db_sign_in_look(struct db *db, const char *login, const char *roles,
			struct arena *arena, struct db_sign_in *out, struct err *err);
enum db_code {
	CODE_FITS,    /* or is not needed */
	CODE_NONE,    /* his role must have one, and he is not enrolled */
	CODE_WANTED,  /* he has one and did not give it */
	CODE_FOREIGN, /* his secret cannot be opened here; err says why */
	CODE_WRONG,   /* or was used before */
};
/* Whether the second factor is right, where there is one; a code that fits is used up. */
enum rc db_code_look(struct db *db, const struct settings *settings, const char *login,
		     const struct db_sign_in *who, const char *code, enum db_code *out,
		     struct err *err);
const char *db_code_words(enum db_code code); /* for him; not of CODE_FITS */
/* The same for one field that the caller decides; without findings. */
enum rc db_field_source(struct db *db, int64_t task, const char *path, struct doc *doc,
			bool *got, struct err *err);
/* Where a field stands that the caller decides. */
struct db_snippet {
	const char *client, *blob;
	int page_width;
	struct box box;
};
enum rc db_snippet_source(struct db *db, const char *task, const char *path,
			  struct arena *arena, struct db_snippet *out, bool *got,
			  struct err *err);
enum rc db_page_picture(struct db *db, const char *document, const char *position,
			bool thumbnail, struct arena *arena, const char **client,
			const char **blob, const char **mime, struct err *err);
/* NULL when there is none that the caller may see. */
enum rc db_page_words(struct db *db, const char *document, const char *position,
		      struct arena *arena, struct page **page, struct err *err);

#endif
