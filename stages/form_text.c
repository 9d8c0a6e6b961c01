/* A form that was filled on a computer and sent as a PDF: its entries are text already.
 *
 * The picture of the page only says where the form's print is; each word of the text
 * layer then belongs to the zone it stands in, line by line, and is as sure as text is.
 * A cross in a box is a word too. Words that stand in no zone (the form's own print,
 * where the PDF has it as text) stay out. */
#include "form_parts.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

enum {
	LEVEL = 14,	 /* units: words of one line differ less in height */
	AROUND = 9,	 /* units: how far a mark may stand beside its box */
	MAX_WORDS = 200, /* in one zone */
};
#define TEXT_SURE 0.995f

static struct point middle_of(const struct form_work *work, const struct word *word)
{
	double x, y;
	form_from_picture(work->fit, (word->box.x + word->box.w / 2.0) / work->scale,
			  (word->box.y + word->box.h / 2.0) / work->scale, &x, &y);
	return (struct point){(float)x, (float)y};
}

static bool in_box(struct point p, const struct zone *zone, int row, float around)
{
	float y = zone->y + (float)row * zone->row_pitch;
	return p.x >= zone->x - around && p.x < zone->x + zone->w + around &&
	       p.y >= y - around && p.y < y + zone->h + around;
}

struct entry {
	const struct word *word;
	struct point at;
};

static int by_line(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	float off = x->at.y - y->at.y;
	if (off < -LEVEL || off > LEVEL)
		return off < 0 ? -1 : 1;
	return (x->at.x > y->at.x) - (x->at.x < y->at.x);
}

static struct zone_reading *add_reading(struct form_work *work, const char *path,
					const char *text, struct box units)
{
	struct page *page = work->page;
	struct zone_reading *r =
		arena_push(work->arena, page->zones, page->n_zones, work->cap_zones);
	*r = (struct zone_reading){
		.path = path, .text = text, .box = units, .confidence = TEXT_SURE};
	return r;
}

static void read_zone(struct form_work *work, const struct fieldtype *field,
		      const struct zone *zone, int row)
{
	struct entry entries[MAX_WORDS];
	size_t n = 0;
	for (size_t i = 0; i < work->page->n_words && n < MAX_WORDS; i++) {
		struct point p = middle_of(work, &work->page->words[i]);
		if (in_box(p, zone, row, 0))
			entries[n++] = (struct entry){&work->page->words[i], p};
	}
	qsort(entries, n, sizeof(*entries), by_line);
	struct strbuf text;
	struct box box = {0};
	int line = 1;
	strbuf_init(&text, work->arena);
	for (size_t i = 0; i < n; i++) {
		bool next = i > 0 && entries[i].at.y - entries[i - 1].at.y > LEVEL;
		line += next;
		if ((zone->first_print && line < zone->first_print) ||
		    (zone->last_print && line > zone->last_print))
			continue;
		strbuf_addf(&text, "%s%s",
			    !text.len ? ""
			    : next    ? "\n"
				      : " ",
			    entries[i].word->text);
		box = box_union(box, entries[i].word->box);
	}
	if (text.len > 0)
		add_reading(work, reading_path(work, field, row), text.text, box);
}

static bool is_mark(const char *text)
{
	return strcasecmp(text, "x") == 0 || strcmp(text, "\xe2\x9c\x93") == 0 ||
	       strcmp(text, "\xe2\x9c\x94") == 0 || strcmp(text, "\xe2\x9c\x97") == 0;
}

static void read_mark(struct form_work *work, const struct fieldtype *field)
{
	for (size_t z = 0; z < field->n_zones; z++)
		for (size_t i = 0; i < work->page->n_words; i++) {
			const struct word *word = &work->page->words[i];
			if (!is_mark(word->text) ||
			    !in_box(middle_of(work, word), &field->zones[z], 0, AROUND))
				continue;
			add_reading(work, field->path, field->zones[z].value,
				    word->box);
			return;
		}
}

void text_read(struct form_work *work)
{
	for (size_t f = 0; f < work->type->n_fields; f++) {
		const struct fieldtype *field = &work->type->fields[f];
		if (field->kind == KIND_CHECKBOX) {
			read_mark(work, field);
			continue;
		}
		for (size_t z = 0; z < field->n_zones; z++)
			for (int row = 0; row < 1 || row < field->zones[z].rows; row++)
				read_zone(work, field, &field->zones[z], row);
	}
}
