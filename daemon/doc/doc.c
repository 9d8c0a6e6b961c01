/* doc.c - the document in memory: pages, fields, findings.
 *
 * Everything a document holds lives in its arena and goes with it. Pointers to fields
 * and findings are good until the next one is added. How a document travels between
 * processes is doc_pack.c. */
#include "doc.h"

#include <string.h>

#include "text.h"

const char *source_name(enum source source)
{
	static const char *const names[] = {
		[SOURCE_NONE] = "none",	    [SOURCE_XML] = "xml",
		[SOURCE_TEXT] = "text",	    [SOURCE_OCR] = "ocr",
		[SOURCE_ZONE] = "zone",	    [SOURCE_LOOKUP] = "lookup",
		[SOURCE_PERSON] = "person", [SOURCE_DERIVED] = "derived",
	};

	return (unsigned)source < sizeof(names) / sizeof(*names) ? names[source] : "?";
}

struct doc *doc_new(struct arena *arena)
{
	struct doc *doc = arena_alloc(arena, sizeof(*doc));

	doc->arena = arena;
	return doc;
}

struct page *doc_add_page(struct doc *doc)
{
	struct page *page = arena_alloc(doc->arena, sizeof(*page));

	*arena_push(doc->arena, doc->pages, doc->n_pages, doc->cap_pages) = page;
	page->number = (int)doc->n_pages;
	return page;
}

struct field *doc_field(const struct doc *doc, const char *path, int line)
{
	for (size_t i = 0; i < doc->n_fields; i++)
		if (doc->fields[i].line == line &&
		    strcmp(doc->fields[i].path, path) == 0)
			return &doc->fields[i];
	return NULL;
}

struct field *doc_append_field(struct doc *doc, const char *path, int line)
{
	struct field *field =
		arena_push(doc->arena, doc->fields, doc->n_fields, doc->cap_fields);

	*field = (struct field){.path = arena_strdup(doc->arena, path), .line = line};
	return field;
}

struct field *doc_add_field(struct doc *doc, const char *path, int line)
{
	struct field *field = doc_field(doc, path, line);

	return field ? field : doc_append_field(doc, path, line);
}

const char *doc_value(const struct doc *doc, const char *path, int line)
{
	const struct field *field = doc_field(doc, path, line);

	return field ? field->value : NULL;
}

/* Further tables of a type (an invoice's VAT rates) number their own rows. */
static bool is_of_line(const struct field *field)
{
	return strncmp(field->path, "lines/", strlen("lines/")) == 0;
}

int doc_lines(const struct doc *doc)
{
	int highest = 0;

	for (size_t i = 0; i < doc->n_fields; i++)
		if (is_of_line(&doc->fields[i]) && doc->fields[i].line > highest)
			highest = doc->fields[i].line;
	return highest;
}

void doc_remove_line(struct doc *doc, int line)
{
	size_t kept = 0;

	bug_on(line < 1);
	for (size_t i = 0; i < doc->n_fields; i++) {
		struct field field = doc->fields[i];

		if (is_of_line(&field) && field.line == line)
			continue;
		if (is_of_line(&field) && field.line > line)
			field.line--;
		doc->fields[kept++] = field;
	}
	doc->n_fields = kept;
}

/* "a b c" as an array of its words. */
static void split_paths(struct arena *arena, const char *paths, struct finding *out)
{
	size_t cap = 0;

	while (paths && *(paths += strspn(paths, " "))) {
		size_t len = strcspn(paths, " ");

		*arena_push(arena, out->fields, out->n_fields, cap) =
			arena_strndup(arena, paths, len);
		paths += len;
	}
}

struct finding *doc_find(struct doc *doc, const char *code, enum finding_kind kind,
			 enum severity severity, const char *fields, const char *fmt,
			 ...)
{
	struct finding *finding = arena_push(doc->arena, doc->findings, doc->n_findings,
					     doc->cap_findings);
	const char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(doc->arena, fmt, ap);
	va_end(ap);
	*finding = (struct finding){
		.code = arena_strdup(doc->arena, code),
		.kind = kind,
		.severity = severity,
		.text = text_clean(doc->arena, text, strlen(text)),
	};
	split_paths(doc->arena, fields, finding);
	return finding;
}

bool doc_has_stop(const struct doc *doc)
{
	for (size_t i = 0; i < doc->n_findings; i++)
		if (doc->findings[i].severity == SEVERITY_STOP)
			return true;
	return false;
}

static int32_t lesser(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static int32_t greater(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

struct box box_union(struct box a, struct box b)
{
	struct box u;

	if (a.w <= 0 || a.h <= 0)
		return b;
	if (b.w <= 0 || b.h <= 0)
		return a;
	u.x = lesser(a.x, b.x);
	u.y = lesser(a.y, b.y);
	u.w = greater(box_right(a), box_right(b)) - u.x;
	u.h = greater(box_bottom(a), box_bottom(b)) - u.y;
	return u;
}

bool box_overlaps(struct box a, struct box b)
{
	return a.x < box_right(b) && b.x < box_right(a) && a.y < box_bottom(b) &&
	       b.y < box_bottom(a);
}
