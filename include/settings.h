/* settings.h - what the configuration file may say, with its defaults.
 *
 * The file (default /etc/intray/intray.conf, --config FILE) has one section [intray], one [client
 * CODE] per client, one [tray CLIENT/NAME] per watched folder and one [door CLIENT/NAME] per
 * way out. Read by
 * settings_load; `intray check-config` prints what was understood. */
#ifndef INTRAY_SETTINGS_H
#define INTRAY_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

struct arena;

struct client_settings {
	const char *code; /* [a-z0-9-]{1,32}: in control numbers, store paths, roles */
	const char *name; /* shown to people; default: the code */
	int line;
	const char *clerk_figures; /* of its clerks, to supervisors: "names" (default),
				    * "pseudonyms" or "off" */
};

struct tray_settings {
	const char *client, *name; /* from [tray client/name] */
	const char *path;	   /* absolute */
	const char *kind;	   /* "folder" (default) or "maildir": new/ and cur/ of it */
	long settle_ms;		   /* unchanged for so long = complete; default 5 s */
	long incomplete_ms;	   /* then a finding; default 15 min */
	long scan_ms;		   /* full scan at least so often; default 2 s */
	int depth;		   /* default 8 */
	const char *done_marker;   /* suffix of a marker file ("x.pdf" + ".ok"); NULL none */
	const char *ignore;	   /* space separated globs; default ".* *.part *.tmp ~*" */
	const char *received;	   /* "drop" (default) or "mtime": where received_on is from */
	const char *languages;	   /* tesseract names; NULL: those of [intray] */
	const char *sidecar;	   /* space separated globs: names of index files; NULL none */
	const char *sidecar_map;   /* "field: column, @file: column" (sidecar.h); or NULL */
	const char *sidecar_required; /* a document waits for its index, and lacks it: "no"
				       * (default), "yes" */
	long sidecar_wait_ms;	   /* how long it, or an index for its files; default 15 min */
	/* Where a scan is cut into documents (separator.h). Patterns of codes on paper; NULL:
	 * none. */
	const char *separator_sheet; /* its page is dropped */
	const char *archive_number, *tag; /* a document begins on their page */
	const char *separator_blank; /* a blank page separates: "no" (default), "yes" */
	const char *boundaries;	   /* "codes" (default), or "content": what pages say too */
	const char *collate;	   /* fronts and backs come as two files: "no" (default), "yes" */
	long collate_wait_ms;	   /* how long one waits for the other; default 30 min */
	const char *release;	   /* to the ERP: "document" (default) by document, or "batch" */
	int line;
};

struct door_settings {
	const char *client, *name; /* from [door client/name] */
	const char *kind;	   /* "sql", "files", "command", "https" */
	const char *types;	   /* "invoice receipt"; NULL: all that no other door names */
	const char *format;	   /* "ubl", "csv", "json", "837p", or "xml": as in the store */
	const char *mapping;	   /* of columns, for csv */
	const char *path;	   /* files: batches are put there, as folders */
	const char *answers;	   /* files: the ERP puts its answers there; NULL: it gives none */
	long batch;		   /* files: at most so many documents in one; default 100 */
	long every_ms;		   /* files: after so long a batch goes out that is not full; 1 min */
	const char *pdf;	   /* pages, searchable: "beside" the data (files), or a "link"
				    * to them; NULL: not handed over */
	const char *pdf_path;	   /* link: they are put there */
	const char *pdf_url;	   /* link: what stands before their names; NULL: pdf_path */
	const char *command;	   /* program with arguments, blanks between */
	const char *url;
	const char *authority;	   /* PEM of who vouches for the ERP; NULL: the system's */
	const char *certificate, *key; /* ours; NULL: none */
	const char *token;	   /* file with what we show as bearer; NULL: nothing */
	long timeout_ms;	   /* for one document; default 30 s */
	long answer_within_ms;	   /* then it alarms; 0: as agreed for the client */
	int line;
};

struct settings {
	const char *path;	/* of the file */
	const char *user;	/* run as, when started as root; default "intray" */
	const char *state_dir;	/* default /var/lib/intray */
	const char *run_dir;	/* sockets and locks; default /run/intray */
	const char *store_dir;	/* default STATE/store */
	const char *schema_dir; /* default: PREFIX/share/intray/schemas */
	const char *mapping_dir; /* of columns, for CSV; default: PREFIX/share/intray/mappings */
	const char *einvoice_xsd; /* folder with the official XSDs of UBL and CII; NULL:
				   * XML invoices are not held against them */
	const char *database;	/* libpq connection string without user and password; NULL =
				 * private cluster in STATE/pg */
	const char *secrets_dir; /* one file per database role; default STATE/secrets */
	/* Default "eng+deu". Each language is a second reading of doubtful lines: over eng alone
	 * German invoices rise from .89 to .93 of their values for 15% more CPU, poor receipts
	 * from .68 to .78 for 70%; fra and spa add a third more and .00 to .02. */
	const char *languages;
	const char *tessdata;	/* NULL: tesseract's own default */
	const char *fine_tessdata; /* folder with more accurate models for receipts and
				    * second readings; default: PREFIX/share/intray/tessdata,
				    * done without where that is not there */
	long workers;		/* default: number of processors */
	long worker_nice;	/* reading gives way to people who wait; 0 to 19, default 10 */
	long long max_file;	/* bytes; default 200M */
	long max_pages;		/* default 2000 */
	long long max_pixels;	/* per page; default 100 million */
	long long min_free;	/* bytes to keep free for the store; default 1G */
	long drain_ms;		/* default 10 s */
	const char *desk_listen; /* "127.0.0.1:8300", "/path/of.sock", "off"; NULL: RUN/desk.sock */
	long desk_threads;	/* calls answered at a time, each over a database connection of
				 * its own; default 4 */
	const char *desk_certificate, *desk_key; /* PEM files; NULL: a proxy does TLS */
	const char *desk_totp;	/* roles that must give a one-time code: "administrator
				 * supervisor"; NULL: only who has enrolled */
	const char *desk_proxy; /* address of a proxy that is believed who asks (our socket's
				 * other end is, always): X-Forwarded-For, desk_identity */
	const char *desk_identity; /* header in which that proxy names who is signed in;
				    * NULL: people sign in with a password */
	long desk_idle_ms;	/* signed out after so long without a request; default 30 min */
	long desk_session_ms;	/* and after so long in any case; default 12 h */
	const char *log_level;	/* error, warn, info, debug; default info */
	struct client_settings *clients;
	size_t n_clients;
	struct tray_settings *trays;
	size_t n_trays;
	struct door_settings *doors;
	size_t n_doors;
};

/* Reads and checks the file as a whole: unknown keys and sections, relative paths, two
 * trays on one folder or one inside the other, a tray of an unknown client. Does not
 * touch the folders (settings_check_paths does). RC_FAIL "file:line: what, remedy". */
enum rc settings_load(const char *path, struct arena *arena, struct settings *out,
		      struct err *err);
/* Settings with nothing but defaults, for commands that need no file. */
void settings_default(struct arena *arena, struct settings *out);
struct conf;
enum rc settings_from_conf(struct conf *conf, struct arena *arena, struct settings *out,
			   struct err *err); /* settings_load without the file */
/* Calls visit for every setting, in the order of the file; value NULL: not set. */
typedef void settings_visit_fn(void *ctx, const char *section, const char *key,
			       const char *value);
void settings_show(const struct settings *s, struct arena *arena, settings_visit_fn *visit,
		   void *ctx);

/* The door by which a client's documents of this type leave; NULL: whoever asks by SQL. */
const struct door_settings *settings_door(const struct settings *s, const char *client,
					  const char *type);
bool door_takes(const struct door_settings *door, const char *type);

/* Whether the folders exist and may be used by the user we run as, and renames work in
 * every tray. Calls `say` for every problem found. */
enum rc settings_check_paths(const struct settings *s,
			     void (*say)(void *ctx, const char *problem), void *ctx,
			     struct err *err);

#endif
