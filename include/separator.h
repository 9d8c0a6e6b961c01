/* separator.h - where a scan of several documents is cut.
 *
 * A tray's rules say which codes on paper separate. Each page is looked at once and
 * leaves a mark; the plan is made of the marks alone, so a scan of any length is
 * planned in little memory. */
#ifndef INTRAY_SEPARATOR_H
#define INTRAY_SEPARATOR_H

#include "doc.h"

struct separator_settings { /* as in [tray]; all NULL and false: nothing separates */
	const char *sheet;  /* codes of sheets that stand between documents */
	const char *number; /* archive numbers: a document begins here */
	const char *tag;    /* tags: a document begins here */
	bool blank;	    /* a blank page stands between documents */
	bool content;	    /* what pages say tells where documents begin */
};
struct tray_settings;
struct separator_settings separators_of_tray(const struct tray_settings *tray);
bool separator_any(const struct separator_settings *settings);

struct schema_set;
struct separator_rules;
/* schemas: borrowed; for settings->content only. RC_FAIL names a pattern that is none. */
enum rc separator_rules_new(const struct separator_settings *settings,
			    const struct schema_set *schemas,
			    struct separator_rules **out, struct err *err);
void separator_rules_free(struct separator_rules **rules);

enum separator_role { ROLE_NUMBER, ROLE_TAG };
struct separator_code { /* kept with the document that begins here */
	enum separator_role role;
	const char *value;
	int page; /* where it stands, in the scan */
};
struct separator_mark { /* what one page of the scan says */
	int page;
	bool blank, sheet;
	struct separator_content *content; /* NULL: not looked at, or blank */
	struct separator_code *codes;
	size_t n_codes;
};
/* `page`: its place in the scan. The mark's strings are in the arena; nothing of the
 * page is kept. */
void separator_look(const struct separator_rules *rules, const struct page *page,
		    int number, struct arena *arena, struct separator_mark *out);

struct separator_piece { /* a document that is to be */
	int *pages;
	size_t n_pages, cap_pages;
	struct separator_code *codes;
	size_t n_codes, cap_codes;
};
struct separator_drop {
	int page;
	const char *why; /* "separator", "back" (of a separator), "blank" */
};
struct separator_plan {
	struct separator_piece *pieces;
	size_t n_pieces, cap_pieces;
	struct separator_drop *dropped;
	size_t n_dropped, cap_dropped;
};
void separator_plan(const struct separator_rules *rules,
		    const struct separator_mark *marks, size_t n, struct arena *arena,
		    struct separator_plan *out);
/* The scan is one document as it is, and nothing is to be kept with it. */
bool separator_plan_is_idle(const struct separator_plan *plan);

const char *separator_role_name(enum separator_role role); /* "number", "tag" */

#endif
