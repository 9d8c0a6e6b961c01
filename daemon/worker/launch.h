/* launch.h - what engine, launcher and reader say to each other. Private to
 * daemon/worker.
 *
 * engine <-> launcher: one SOCK_SEQPACKET pair, plain structs, both sides ours and
 * trusted. reader <-> engine: one SOCK_STREAM pair; the reader sends frames (below) and
 * never a descriptor, so there is nothing of its making that could change under our
 * hands; the engine answers tool requests with a frame and the output's memfd. */
#ifndef INTRAY_LAUNCH_H
#define INTRAY_LAUNCH_H

#include <stdint.h>

#include "engine.h"
#include "jail.h"
#include "read.h"

/* What readers do; the daemon's is `reading_documents`, tests put something nasty here.
 */
struct reading {
	/* Before any document, in the launcher: the language set's model. */
	enum rc (*load)(const struct settings *settings, const char *languages,
			void **model, struct err *err);
	void (*unload)(void *model);
	/* In the reader, jailed. env lacks only what the model holds. */
	enum rc (*read)(void *model, struct read_env *env, const void *bytes,
			size_t len, int first, int last, int max_first_run,
			struct doc *doc, struct err *err);
};
extern const struct reading reading_documents;

/* --- models.c --- */
struct models;
struct models *models_new(const struct settings *settings,
			  const struct reading *reading);
/* languages "": the settings' own. The model stays the cache's. */
enum rc models_get(struct models *models, const char *languages, void **model,
		   struct err *err);

/* --- engine to launcher --- */
enum order_kind {
	ORDER_READ,	 /* descriptors: file, the reader's end of its socket */
	ORDER_TOOL,	 /* descriptors: file, where the output goes */
	ORDER_PAGE_DONE, /* the reader finished a page: its time starts anew */
	ORDER_KILL,	 /* reader and tool */
};
struct order {
	enum order_kind kind;
	struct engine_limits limits;
	int first, last, max_first_run;
	bool careful, codes_only;
	char languages[128];
	bool is_index;
	char index_map[2048];
	struct tool_request tool;
};

/* --- launcher to engine --- */
enum report_kind {
	REPORT_READY,	    /* text: jail level; or, with rc set, why not */
	REPORT_NOT_STARTED, /* the order just given: rc and text */
	REPORT_READER_ENDED,
	REPORT_TOOL_ENDED,
};
struct report {
	enum report_kind kind;
	enum rc rc;
	int status;   /* as wait gives it */
	bool late;    /* the launcher killed it for its time */
	bool several; /* TOOL_IMAGE: there was more than one picture */
	double cpu_s;
	long peak_rss_kb;
	char text[300];	  /* last line of its standard error, printable */
	char params[200]; /* TOOL_IMAGE: parameters of raw fax data, else "" */
};

/* Runs until the other end of `control` closes; never returns. */
_Noreturn void launcher_main(int control, const struct settings *settings,
			     const struct reading *reading);

/* --- reader to engine --- */
enum frame_kind {
	FRAME_TOOL = 1, /* struct tool_request as ten i32 */
	FRAME_PAGE,	/* packed page, then display and thumbnail */
	FRAME_END,	/* packed fields and findings */
	FRAME_PART,	/* one thing inside of a container, without its bytes */
	FRAME_BYTES,	/* some of them, in order, until all are there */
	FRAME_MAIL,	/* what a mail says of itself */
};
#define FRAME_HEAD 8	      /* kind and length, u32 each */
#define FRAME_MAX (24u << 20) /* a page with its pictures is below 2 MB */

struct tool_answer { /* engine to reader, with the output's memfd when rc is RC_OK */
	enum rc rc;
	char text[300], params[200];
};

/* The jailed process: reads, reports, ends. Besides standard error this is all it has.
 */
#define READER_TALK_FD 3
struct reader {
	int talk, file;
	const struct order *order;
	const struct settings *settings;
	const struct reading *reading;
	void *model;
	const struct jails *jails;
};
_Noreturn void reader_main(const struct reader *reader);

/* --- tool.c --- */
/* A folder of links that lead pdfimages' file names to its descriptors (tool.c). */
#define TOOL_PARAMS_FD 3
#define TOOL_SEVERAL_FD 4
enum rc tool_links_make(const char *run_dir, char path[256], struct err *err);
/* NULL when the request is one we run; else what is wrong with it. */
const char *tool_refusal(const struct tool_request *request);
/* What a tool is started with (preload/colour.c), as bytes, and the descriptor on which
 * it finds them. */
extern const unsigned char preload_so[];
extern const size_t preload_so_len;
#define TOOL_PRELOAD_FD 5
int tool_preload_new(void); /* a sealed memfd */
/* In the child: puts descriptors in place, enters the jail and becomes the tool. */
struct tool_start;
_Noreturn void tool_exec(const struct tool_start *start);
/* The same without a document: a tool that waits for orders on `talk`, whose children
 * put on `filter`. Not every tool may. */
_Noreturn void tool_stand_by(const struct tool_start *start, int talk, int filter);
bool tool_may_stand_by(enum tool tool);
struct standby_order;
void tool_order(const struct tool_request *request, struct standby_order *out);

/* --- engine.c --- */
enum rc engine_launch_with(const struct settings *settings,
			   const struct reading *reading, struct engine **out,
			   struct err *err);
enum rc engine_start_with(const struct settings *settings,
			  const struct reading *reading, struct engine **out,
			  struct err *err);

#endif
