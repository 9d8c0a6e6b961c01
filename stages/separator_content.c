/* separator_content.c - tells from what pages say where a document begins.
 *
 * Each page is classified and extracted by itself, which shows a document's number and
 * whether it looks like a first page; its page number and the codes of its sender are
 * searched for besides. Of that only a few numbers are kept. Whether a page begins a
 * document is weighed between it and the page before: a page number of its own decides,
 * other numbers and other senders speak for a boundary, the same number against it.
 *
 * A wrong boundary tears a paper apart and a missed one glues two together; the weights
 * treat both alike. Nothing fails: a page that says nothing goes with the one before.
 */
#include "separator_content.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "learn.h"
#include "stage.h"

/* --- page numbers --- */

static const char *const page_words[] = {"page", "seite", "blatt", "pagina",
					 "pag",	 "pg",	  "sheet"};
static const char *const of_words[] = {"of", "von", "de", "di", "van", "sur", "/"};
enum { PAGE_MAX = 500, ROWS_AT_EDGE = 12 };

static bool is_one_of(const char *const *words, size_t n, const char *word, size_t len)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(words[i]) == len && strncmp(words[i], word, len) == 0)
			return true;
	return false;
}

static const char *skip_between(const char *s)
{
	return s + strspn(s, " \t:.-");
}

static const char *take_number(const char *s, int *out)
{
	size_t len = strspn(s, "0123456789");

	*out = len > 0 && len < 4 ? atoi(s) : 0;
	return s + len;
}

/* "page 2 of 3", "seite: 2/3", "page 2". */
static bool paging_after(const char *s, struct separator_content *c)
{
	int n, of = 0;

	s = take_number(skip_between(s), &n);
	if (n < 1 || n > PAGE_MAX || isalpha((unsigned char)*s))
		return false;
	s = skip_between(s);
	size_t word = *s == '/' ? 1 : strcspn(s, " \t0123456789");
	if (word > 0 &&
	    is_one_of(of_words, sizeof(of_words) / sizeof(*of_words), s, word))
		take_number(skip_between(s + word), &of);
	if (of != 0 && of < n)
		return false;
	if (of == 0 && c->page_no > 0)
		return false;
	c->page_no = n;
	c->page_of = of;
	return true;
}

static void look_for_paging(const char *text, struct separator_content *c)
{
	for (const char *s = text; *s; s++) {
		size_t len = strspn(s, "abcdefghijklmnopqrstuvwxyz");
		if (len == 0)
			continue;
		if (is_one_of(page_words, sizeof(page_words) / sizeof(*page_words), s,
			      len) &&
		    paging_after(s + len, c) && c->page_of > 0)
			return;
		s += len - 1;
	}
}

static void find_paging(const struct layout *layout, struct separator_content *c)
{
	const struct sheet *sheet = &layout->sheets[0];

	for (size_t r = 0; r < sheet->n_rows && c->page_of == 0; r++)
		if (r < ROWS_AT_EDGE || r + ROWS_AT_EDGE >= sheet->n_rows)
			look_for_paging(sheet->rows[r].text, c);
}

/* --- numbers and senders --- */

/* Of letters and digits alone, without those that readers confuse. */
static uint64_t hash_of(const char *text, uint64_t seed)
{
	uint64_t h = 1469598103934665603u ^ seed;

	for (; *text; text++)
		if (isalnum((unsigned char)*text))
			h = (h ^
			     (uint8_t)look_alike((char)tolower((unsigned char)*text))) *
			    1099511628211u;
	return h ? h : 1;
}

static void find_sender(const struct doc *doc, struct arena *scratch,
			struct separator_content *c)
{
	const struct evidence *e = evidence_make(scratch, doc);

	for (size_t i = 0; e && i < e->n_keys && c->n_sender < SENDER_KEYS_MAX; i++)
		if (e->keys[i].kind == EVIDENCE_IBAN ||
		    e->keys[i].kind == EVIDENCE_TAX_ID ||
		    e->keys[i].kind == EVIDENCE_DOMAIN)
			c->sender[c->n_sender++] =
				hash_of(e->keys[i].key, (uint64_t)e->keys[i].kind);
}

static bool has_kind(const struct doc *doc, const struct doctype *type, enum kind kind)
{
	for (size_t i = 0; type && i < type->n_fields; i++)
		if (type->fields[i].kind == kind && !type->fields[i].table &&
		    doc_value(doc, type->fields[i].path, 0))
			return true;
	return false;
}

static void find_facts(const struct schema_set *schemas, struct doc *doc,
		       struct separator_content *c)
{
	struct stage_env env = {.schemas = schemas};
	enum stage_verdict verdict;
	struct err err;

	if (classify_run(&env, doc, &verdict, &err) != RC_OK ||
	    extract_run(&env, doc, &verdict, &err) != RC_OK)
		return;
	const struct doctype *type = schema_type(schemas, doc->type);
	const char *number = doc_value(doc, "number", 0);
	c->number = number ? hash_of(number, 0) : 0;
	c->facts = (number != NULL) + has_kind(doc, type, KIND_DATE) +
		   has_kind(doc, type, KIND_AMOUNT);
	c->typed = strcmp(doc->type, "other") != 0 && doc->type_confidence >= 0.5F;
}

struct separator_content *separator_read_content(const struct schema_set *schemas,
						 const struct page *page,
						 struct arena *arena)
{
	AUTO_ARENA scratch = arena_new();
	struct separator_content *c = arena_alloc(arena, sizeof(*c));
	struct doc *doc = doc_new(scratch);
	struct layout layout;

	*c = (struct separator_content){0};
	*doc_add_page(doc) = *page;
	doc->pages_in_file = 1;
	layout_make(scratch, doc, &layout);
	c->whole = page->form || sheet_is_slip(&layout.sheets[0]);
	find_paging(&layout, c);
	find_sender(doc, scratch, c);
	find_facts(schemas, doc, c);
	return c;
}

/* --- weighing --- */

static double by_paging(const struct separator_content *was,
			const struct separator_content *is)
{
	bool was_last = was->page_of > 0 && was->page_no == was->page_of;

	if (is->page_no == 1)
		return 6;
	if (is->page_no > 1)
		return was->page_no > 0 && is->page_no != was->page_no + 1 ? 0 : -6;
	if (was->page_of > was->page_no)
		return -2;
	return was_last ? 3 : 0;
}

static double by_number(const struct separator_content *was,
			const struct separator_content *is)
{
	if (!is->number)
		return -0.5;
	if (!was->number)
		return 0.5;
	return is->number == was->number ? -4 : 2;
}

static double by_sender(const struct separator_content *was,
			const struct separator_content *is)
{
	if (was->n_sender == 0 || is->n_sender == 0)
		return is->n_sender > 0 ? 0.5 : is->number ? 0 : -1;
	for (size_t i = 0; i < was->n_sender; i++)
		for (size_t j = 0; j < is->n_sender; j++)
			if (was->sender[i] == is->sender[j])
				return -1;
	return 2.5;
}

static double by_looks(const struct separator_content *is)
{
	static const double weights[] = {-2, -1, 0.5, 1.5};

	return weights[is->facts] + (is->typed ? 0.5 : -0.5) + (is->whole ? 2 : 0);
}

bool separator_begins(const struct separator_content *before,
		      const struct separator_content *page)
{
	return by_paging(before, page) + by_number(before, page) +
		       by_sender(before, page) + by_looks(page) >
	       0;
}
