/* paper.h - documents typed on a typewriter: each character takes one place of a grid,
 * so a test can show a page as people see it. Two spaces or more begin a new cell; '\f'
 * begins a new page. */
#ifndef INTRAY_PAPER_H
#define INTRAY_PAPER_H

#include "testing.h"

#include "doc.h"
#include "schema.h"
#include "stage.h"

#define PAPER_STEP 24  /* page units from character to character */
#define PAPER_PITCH 60 /* from line to line */
#define PAPER_TYPE 34  /* height of type */

static inline struct page *paper_page(struct doc *doc, enum source source,
				      int32_t width)
{
	struct page *page = doc_add_page(doc);
	page->number = (int)doc->n_pages;
	page->width = width;
	page->height = width == 2480 ? 3508 : width * 3;
	page->source = source;
	return page;
}

/* Bytes that are one character each move on one place; UTF-8 tails move on none. */
static inline void paper_line(struct arena *arena, struct page *page, size_t *cap,
			      const char *line, size_t len, int row)
{
	int32_t column = 0;
	for (size_t i = 0; i < len;) {
		if (line[i] == ' ') {
			column++;
			i++;
			continue;
		}
		size_t from = i;
		int32_t start = column;
		for (; i < len && line[i] != ' '; i++)
			column += ((unsigned char)line[i] & 0xc0) != 0x80;
		*arena_push(arena, page->words, page->n_words, *cap) = (struct word){
			.text = arena_strndup(arena, line + from, i - from),
			.box = {100 + start * PAPER_STEP, 100 + row * PAPER_PITCH,
				(column - start) * PAPER_STEP - 4, PAPER_TYPE},
			.confidence = page->source == SOURCE_TEXT ? 1 : 0.95F,
			.line = (uint16_t)row,
			.height = PAPER_TYPE,
		};
	}
}

static inline struct doc *paper(struct arena *arena, enum source source, int32_t width,
				const char *text)
{
	struct doc *doc = doc_new(arena);
	struct page *page = paper_page(doc, source, width);
	size_t cap = 0;
	int row = 0;
	doc->format = "pdf";
	doc->received_on = "2026-03-10";
	while (*text) {
		size_t len = strcspn(text, "\n\f");
		paper_line(arena, page, &cap, text, len, row++);
		text += len;
		if (*text == '\f') {
			page = paper_page(doc, source, width);
			cap = 0;
			row = 0;
		}
		text += *text != 0;
	}
	return doc;
}

/* The shipped types; tests run from the project's root. */
static inline struct schema_set *shipped_types(void)
{
	struct schema_set *types = NULL;
	struct err err = {0};
	if (schema_load_dir("schemas", &types, &err) != RC_OK)
		fail_msg("%s", err.text);
	return types;
}

static inline void understand_paper(const struct schema_set *types, struct doc *doc)
{
	struct stage_env env = {.schemas = types, .stop_before = "validate"};
	struct err err = {0};
	if (understand(&env, doc, &err) != RC_OK)
		fail_msg("%s", err.text);
}

struct expected {
	const char *path;
	int line;
	const char *value; /* NULL: must stay empty */
};

static inline int differences(const struct doc *doc, const struct expected *expected,
			      size_t n)
{
	int wrong = 0;
	for (size_t i = 0; i < n; i++) {
		const char *got = doc_value(doc, expected[i].path, expected[i].line);
		const char *want = expected[i].value;
		if (got && want ? strcmp(got, want) == 0 : !got && !want)
			continue;
		print_error("%s %d: expected %s, got %s\n", expected[i].path,
			    expected[i].line, want ? want : "nothing",
			    got ? got : "nothing");
		wrong++;
	}
	return wrong;
}

#endif
