/* doc.c - the document in memory: pages, fields, findings.
 *
 * Everything a document holds lives in its arena and goes with it. Pointers to fields
 * and findings are good until the next one is added. How a document travels between
 * processes is doc_pack_page.c and doc_pack_fields.c. */
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

/* A hash table over path and line. An invoice may have ten thousand lines, and every
 * rule asks for its fields by name. Grows when it is asked, up to the fields there are
 * then. */
struct field_index {
	uint32_t *slots; /* number of a field, from 1; 0: free */
	size_t n_slots;	 /* a power of two, more than twice `indexed` */
	size_t indexed;	 /* so many fields, from the first, are in it */
};
enum { SCAN_UP_TO = 16 };

struct doc *doc_new(struct arena *arena)
{
	struct doc *doc = arena_alloc(arena, sizeof(*doc));

	doc->arena = arena;
	doc->index = arena_alloc(arena, sizeof(*doc->index));
	return doc;
}

struct doc *doc_copy(const struct doc *doc)
{
	struct doc *copy = doc_new(doc->arena);
	struct field_index *index = copy->index;

	*copy = *doc;
	copy->index = index;
	copy->fields = arena_alloc_n(doc->arena, doc->n_fields, sizeof(*doc->fields));
	copy->cap_fields = doc->n_fields;
	if (doc->n_fields > 0)
		memcpy(copy->fields, doc->fields, doc->n_fields * sizeof(*doc->fields));
	copy->findings =
		arena_alloc_n(doc->arena, doc->n_findings, sizeof(*doc->findings));
	copy->cap_findings = doc->n_findings;
	if (doc->n_findings > 0)
		memcpy(copy->findings, doc->findings,
		       doc->n_findings * sizeof(*doc->findings));
	return copy;
}

struct page *doc_add_page(struct doc *doc)
{
	struct page *page = arena_alloc(doc->arena, sizeof(*page));

	*arena_push(doc->arena, doc->pages, doc->n_pages, doc->cap_pages) = page;
	page->number = (int)doc->n_pages;
	return page;
}

/* --- finding fields ----------------------------------------------------------- */

static size_t hash_of(const char *path, int line)
{
	uint64_t hash = 0xcbf29ce484222325u ^ (uint64_t)(unsigned)line;

	for (; *path; path++)
		hash = (hash ^ (unsigned char)*path) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32);
}

static bool is_field(const struct field *field, const char *path, int line)
{
	return field->line == line && strcmp(field->path, path) == 0;
}

/* The slot where the field stands, or the free one where it would. */
static uint32_t *slot_of(const struct doc *doc, const char *path, int line)
{
	const struct field_index *index = doc->index;
	size_t at = hash_of(path, line);

	for (;; at++) {
		uint32_t *slot = &index->slots[at & (index->n_slots - 1)];

		if (*slot == 0 || is_field(&doc->fields[*slot - 1], path, line))
			return slot;
	}
}

static void index_make_room(const struct doc *doc)
{
	struct field_index *index = doc->index;
	size_t n_slots = index->n_slots ? index->n_slots : 64;

	if (index->n_slots > 2 * doc->n_fields)
		return;
	while (n_slots <= 4 * doc->n_fields)
		n_slots *= 2;
	index->slots = arena_alloc_n(doc->arena, n_slots, sizeof(*index->slots));
	index->n_slots = n_slots;
	index->indexed = 0;
}

static void index_catch_up(const struct doc *doc)
{
	struct field_index *index = doc->index;

	index_make_room(doc);
	for (; index->indexed < doc->n_fields; index->indexed++) {
		const struct field *field = &doc->fields[index->indexed];
		uint32_t *slot = slot_of(doc, field->path, field->line);

		if (*slot == 0)
			*slot = (uint32_t)index->indexed + 1;
	}
}

static void index_forget(struct doc *doc)
{
	*doc->index = (struct field_index){0};
}

struct field *doc_field(const struct doc *doc, const char *path, int line)
{
	uint32_t *slot;

	if (doc->n_fields > SCAN_UP_TO) {
		index_catch_up(doc);
		slot = slot_of(doc, path, line);
		return *slot ? &doc->fields[*slot - 1] : NULL;
	}
	for (size_t i = 0; i < doc->n_fields; i++)
		if (is_field(&doc->fields[i], path, line))
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

void doc_feature(const struct doc *doc, struct field *field, const char *name,
		 float value)
{
	struct feature *feature = NULL;

	for (size_t i = 0; i < field->n_features && !feature; i++)
		if (strcmp(field->features[i].name, name) == 0)
			feature = &field->features[i];
	if (!feature)
		feature = arena_push(doc->arena, field->features, field->n_features,
				     field->cap_features);
	*feature = (struct feature){name, value};
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
	index_forget(doc);
}

/* --- findings ----------------------------------------------------------------- */

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
	char *text;
	va_list ap;

	va_start(ap, fmt);
	text = arena_vprintf(doc->arena, fmt, ap);
	va_end(ap);
	/* A sentence, whatever title it begins with. */
	if (text[0] >= 'a' && text[0] <= 'z')
		text[0] = (char)(text[0] - 'a' + 'A');
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

/* --- boxes -------------------------------------------------------------------- */

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
