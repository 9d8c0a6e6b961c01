/* separator.c - cuts a scan into documents by what separator sheets, codes and, where a
 * tray asks for it, the pages themselves (separator_content.c) say.
 *
 * Only what the tray's rules name separates: a claim form carries a QR code of its own,
 * an invoice one to pay it by. A sheet between documents is dropped, and the blank page
 * behind it is its back; codes that such a sheet carries besides belong to the document
 * that follows. A page with an archive number or a tag is the first of its document.
 * The number that goes on on the next page is the same document's: a number names one
 * paper, while a tag may come twice. Every page is in one piece or dropped, none in
 * two.
 *
 * Nothing fails: a scan without anything to cut by is one piece. */
#include "separator.h"

#include <stdlib.h>
#include <string.h>

#include "barcode.h"
#include "pattern.h"
#include "separator_content.h"
#include "settings.h"

struct separator_rules {
	struct patterns *sheet, *number, *tag;
	bool blank;
	const struct schema_set *schemas; /* NULL: content tells nothing */
};

struct separator_settings separators_of_tray(const struct tray_settings *tray)
{
	return (struct separator_settings){
		.sheet = tray->separator_sheet,
		.number = tray->archive_number,
		.tag = tray->tag,
		.blank = strcmp(tray->separator_blank, "yes") == 0,
		.content = strcmp(tray->boundaries, "content") == 0};
}

bool separator_any(const struct separator_settings *s)
{
	return s->sheet || s->number || s->tag || s->blank || s->content;
}

enum rc separator_rules_new(const struct separator_settings *settings,
			    const struct schema_set *schemas,
			    struct separator_rules **out, struct err *err)
{
	struct separator_rules *rules = calloc(1, sizeof(*rules));

	if (!rules)
		die("out of memory");
	rules->blank = settings->blank;
	rules->schemas = settings->content ? schemas : NULL;
	enum rc rc = patterns_new(settings->sheet, &rules->sheet, err);
	if (rc == RC_OK)
		rc = patterns_new(settings->number, &rules->number, err);
	if (rc == RC_OK)
		rc = patterns_new(settings->tag, &rules->tag, err);
	if (rc != RC_OK)
		separator_rules_free(&rules);
	*out = rules;
	return rc;
}

void separator_rules_free(struct separator_rules **rules)
{
	struct separator_rules *r = *rules;

	*rules = NULL;
	if (!r)
		return;
	patterns_free(&r->sheet);
	patterns_free(&r->number);
	patterns_free(&r->tag);
	free(r);
}

const char *separator_role_name(enum separator_role role)
{
	return role == ROLE_NUMBER ? "number" : "tag";
}

/* --- a page --- */

static void look_at_code(const struct separator_rules *rules, const char *text,
			 struct arena *arena, struct separator_mark *mark, size_t *cap)
{
	const char *value;
	enum separator_role role;

	if (patterns_match(rules->sheet, text, arena)) {
		mark->sheet = true;
		return;
	}
	if ((value = patterns_match(rules->number, text, arena)) != NULL)
		role = ROLE_NUMBER;
	else if ((value = patterns_match(rules->tag, text, arena)) != NULL)
		role = ROLE_TAG;
	else
		return;
	for (size_t i = 0; i < mark->n_codes; i++)
		if (strcmp(mark->codes[i].value, value) == 0)
			return;
	*arena_push(arena, mark->codes, mark->n_codes, *cap) =
		(struct separator_code){role, value, mark->page};
}

void separator_look(const struct separator_rules *rules, const struct page *page,
		    int number, struct arena *arena, struct separator_mark *out)
{
	AUTO_ARENA scratch = arena_new();
	const char *at = page->barcodes;
	const struct barcode *code;
	size_t cap = 0;

	*out = (struct separator_mark){.page = number, .blank = page->blank};
	while ((code = barcode_next(&at, scratch)) != NULL)
		look_at_code(rules, code->text, arena, out, &cap);
	if (rules->schemas && !page->blank && !out->sheet)
		out->content = separator_read_content(rules->schemas, page, arena);
}

/* --- the plan --- */

struct planning {
	const struct separator_rules *rules;
	struct arena *arena;
	struct separator_plan *plan;
	bool open;			/* the last piece goes on */
	bool after_sheet;		/* the page before was a separator's front */
	struct separator_piece waiting; /* codes of a sheet, for the piece to come */
	const struct separator_content
		*before; /* of the piece's last page with print */
};

static struct separator_piece *piece_begin(struct planning *p)
{
	struct separator_plan *plan = p->plan;
	struct separator_piece *piece =
		arena_push(p->arena, plan->pieces, plan->n_pieces, plan->cap_pieces);

	*piece = p->waiting;
	p->before = NULL;
	p->waiting = (struct separator_piece){0};
	p->open = true;
	return piece;
}

static void take_codes(struct planning *p, const struct separator_mark *mark,
		       struct separator_piece *piece)
{
	for (size_t i = 0; i < mark->n_codes; i++)
		*arena_push(p->arena, piece->codes, piece->n_codes, piece->cap_codes) =
			mark->codes[i];
}

static void drop(struct planning *p, const struct separator_mark *mark, const char *why)
{
	struct separator_plan *plan = p->plan;

	*arena_push(p->arena, plan->dropped, plan->n_dropped, plan->cap_dropped) =
		(struct separator_drop){mark->page, why};
}

static const char *number_of(const struct separator_code *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (codes[i].role == ROLE_NUMBER)
			return codes[i].value;
	return NULL;
}

/* The archive number of the piece before goes on on this page. */
static bool goes_on(const struct planning *p, const struct separator_mark *mark)
{
	const char *number = number_of(mark->codes, mark->n_codes), *before;

	if (!p->open || !number)
		return false;
	const struct separator_piece *last = &p->plan->pieces[p->plan->n_pieces - 1];
	before = number_of(last->codes, last->n_codes);
	return before && strcmp(before, number) == 0;
}

/* Pages that stand between documents: not part of any. */
static bool stands_between(struct planning *p, const struct separator_mark *mark)
{
	bool back = p->after_sheet && mark->blank && !mark->sheet && !mark->n_codes;
	bool between = mark->sheet || back || (mark->blank && p->rules->blank);

	p->after_sheet = mark->sheet;
	if (!between)
		return false;
	drop(p, mark, mark->sheet ? "separator" : back ? "back" : "blank");
	if (mark->sheet)
		take_codes(p, mark, &p->waiting);
	p->open = false;
	return true;
}

/* A page without a code of its own begins a document by its content. */
static bool says_so(const struct planning *p, const struct separator_mark *mark)
{
	return mark->n_codes == 0 && p->before && mark->content &&
	       separator_begins(p->before, mark->content);
}

static void plan_page(struct planning *p, const struct separator_mark *mark)
{
	if (stands_between(p, mark))
		return;
	bool same = goes_on(p, mark);
	bool begins = !p->open || (mark->n_codes > 0 && !same) || says_so(p, mark);
	struct separator_piece *piece =
		begins ? piece_begin(p) : &p->plan->pieces[p->plan->n_pieces - 1];

	if (!same)
		take_codes(p, mark, piece);
	if (mark->content)
		p->before = mark->content;
	*arena_push(p->arena, piece->pages, piece->n_pages, piece->cap_pages) =
		mark->page;
}

void separator_plan(const struct separator_rules *rules,
		    const struct separator_mark *marks, size_t n, struct arena *arena,
		    struct separator_plan *out)
{
	struct planning p = {.rules = rules, .arena = arena, .plan = out};

	*out = (struct separator_plan){0};
	for (size_t i = 0; i < n; i++)
		plan_page(&p, &marks[i]);
}

bool separator_plan_is_idle(const struct separator_plan *plan)
{
	return plan->n_dropped == 0 &&
	       (plan->n_pieces == 0 ||
		(plan->n_pieces == 1 && plan->pieces[0].n_codes == 0));
}
