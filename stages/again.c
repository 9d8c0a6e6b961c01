/* again.c - the second look.
 *
 * The first reading of a page is a cheap one. When a page is read, classification and
 * extraction are tried on it right here in the reader, where the picture still is, and
 * show which wanted values are missing and which stand on words that one reading alone
 * is not sure of. Only those places are cut out and read again, differently
 * (manners[]), until two readings agree or the manners are used up; all readings are
 * then combined word by word (combine.c). Each page is looked at by itself, whatever
 * others the document has: it may be read in a run of its own, and must read the same
 * then.
 *
 * The trial decides nothing else: fields are extracted anew, by whoever gets the pages.
 * It is the same for the same picture whatever else happens, because nothing here
 * looks at a clock. What the engine cannot read again stays as it was; errors are only
 * those of page_done. */
#include "again.h"

#include <math.h>
#include <string.h>

#include "combine.h"
#include "pack.h"
#include "page_look.h"
#include "stage.h"

/* --- how to read differently --- */

struct manner {
	double type_px; /* to scale ordinary print to */
	struct image *(*clean)(const struct image *grey);
	struct ocr *(*reader)(struct ocr *ocr);
	enum ocr_layout layout;
	float weight;
};

static struct ocr *fine_in_second_language(struct ocr *ocr)
{
	return ocr_fine(ocr, 1);
}

static struct ocr *fast_in_all_languages(struct ocr *ocr)
{
	return ocr;
}

/* As little alike as can be: what two of them have in common is hardly chance. */
static const struct manner manners[] = {
	{26, image_smooth, fine_in_second_language, OCR_BLOCK, 1},
	{32, image_contrast, fast_in_all_languages, OCR_BLOCK, 1},
};
enum { MANNERS = sizeof(manners) / sizeof(*manners) };

/* A larger picture is read once. */
#define KEPT_BYTES_MAX ((size_t)200 * 1000 * 1000)

/* --- reading --- */

static void to_page_units(struct word *words, size_t n, double units_per_px,
			  struct box origin)
{
	for (size_t i = 0; i < n; i++) {
		struct box *b = &words[i].box;
		b->x = origin.x + (int32_t)lround(b->x * units_per_px);
		b->y = origin.y + (int32_t)lround(b->y * units_per_px);
		b->w = (int32_t)fmax(1, b->w * units_per_px);
		b->h = (int32_t)fmax(1, b->h * units_per_px);
		words[i].height = (uint16_t)lround(words[i].height * units_per_px);
	}
}

static void append_words(struct reading *reading, const struct word *words, size_t n,
			 struct arena *arena)
{
	unsigned line = reading->n ? reading->words[reading->n - 1].line + 1u : 0;
	struct word *all = arena_alloc_n(arena, reading->n + n + 1, sizeof(*all));

	if (reading->n)
		memcpy(all, reading->words, reading->n * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		all[reading->n + i] = words[i];
		all[reading->n + i].line = (uint16_t)(words[i].line + line);
	}
	reading->words = all;
	reading->n += n;
}

/* Adds the strip's words to the reading, numbers of lines going on. */
static void read_strip(const struct again *again, const struct look *look,
		       const struct strip *strip, const struct manner *manner,
		       struct reading *reading)
{
	const struct held *held = look->held;
	double units = 300.0 / held->page->dpi;
	struct box place = {0, strip->top < 0 ? 0 : strip->top, held->page->width, 0};
	struct word *words;
	size_t n;
	struct err err;

	place.h = strip->bottom - place.y;
	struct box px = {0, (int32_t)(place.y / units), image_width(held->picture),
			 (int32_t)(place.h / units)};
	AUTO_IMAGE cut = image_crop(held->picture, px);
	double scale = slip_scale(held->type_px, image_width(held->picture), px.h,
				  manner->type_px);
	AUTO_IMAGE scaled = image_scale(cut, scale, scale);
	AUTO_IMAGE clean = manner->clean(scaled);
	struct ocr *ocr = manner->reader(again->env->ocr);
	if (ocr_read(ocr, clean, NULL, manner->layout, NULL, again->arena, &words, &n,
		     &err) != RC_OK)
		return;
	to_page_units(words, n, units / scale, place);
	append_words(reading, words, n, again->arena);
}

/* Reads the strips of a page in another manner and combines all its readings. */
static void read_strips(const struct again *again, struct look *look,
			const struct manner *manner)
{
	struct reading *reading = &look->readings[look->n_readings];
	struct box *regions;

	if (look->n_strips == 0)
		return;
	regions = arena_alloc_n(again->arena, look->n_strips, sizeof(*regions));
	*reading = (struct reading){.regions = regions,
				    .n_regions = look->n_strips,
				    .weight = manner->weight};
	for (size_t i = 0; i < look->n_strips; i++) {
		const struct strip *s = &look->strips[i];
		regions[i] = (struct box){0, s->top, look->held->page->width,
					  s->bottom - s->top};
		read_strip(again, look, s, manner, reading);
	}
	look->n_readings++;
	readings_combine(look->readings, look->n_readings, again->arena,
			 &look->held->page->words, &look->held->page->n_words);
}

/* --- the document --- */

/* Type and fields as the worker will see them, as far as words go. */
static const struct doctype *try_to_understand(const struct again *again,
					       struct doc *trial)
{
	const struct doc *doc = again->doc;
	struct stage_env stage_env = {.schemas = again->env->schemas};
	enum stage_verdict verdict;
	struct err err;

	trial->name = doc->name;
	trial->format = doc->format;
	*doc_add_page(trial) = *again->held.page;
	if (classify_run(&stage_env, trial, &verdict, &err) != RC_OK ||
	    extract_run(&stage_env, trial, &verdict, &err) != RC_OK)
		return NULL;
	return schema_type(stage_env.schemas, trial->type);
}

static void look_again(struct again *again)
{
	struct held *held = &again->held;
	struct page *page = held->page;
	struct box *all = arena_alloc(again->arena, sizeof(*all));
	struct look *look = arena_alloc(again->arena, sizeof(*look));

	if (!held->picture || page->source != SOURCE_OCR || page->dpi <= 0 ||
	    !again_concerns(held))
		return;
	*all = (struct box){0, 0, page->width, page->height};
	*look = (struct look){.held = held, .n_readings = 1};
	look->readings[0] = (struct reading){.words = page->words,
					     .n = page->n_words,
					     .regions = all,
					     .n_regions = 1,
					     .weight = 1};
	for (size_t m = 0; m < MANNERS; m++) {
		AUTO_ARENA scratch = arena_new();
		struct doc *trial = doc_new(scratch);
		const struct doctype *type = try_to_understand(again, trial);
		if (!type || again_find_strips(look, 1, trial, type) == 0)
			return;
		read_strips(again, look, &manners[m]);
		if (again->env->alive)
			again->env->alive(again->env->ctx);
	}
}

/* --- holding a page back --- */

/* A page outlives its arena as the worker gets it: through its packed form. */
static struct page *copy_page(struct arena *arena, const struct page *page)
{
	struct page *copy = arena_alloc(arena, sizeof(*copy));
	struct pack pack;
	struct unpack unpack;
	struct err err;

	pack_init(&pack, arena);
	doc_pack_page(&pack, page);
	unpack_init(&unpack, pack.bytes, pack.len);
	bug_on(doc_unpack_page(&unpack, arena, copy, &err) != RC_OK);
	copy->display.bytes =
		arena_memdup(arena, page->display.bytes, page->display.len);
	copy->display.len = page->display.len;
	copy->thumbnail.bytes =
		arena_memdup(arena, page->thumbnail.bytes, page->thumbnail.len);
	copy->thumbnail.len = page->thumbnail.len;
	return copy;
}

static void let_go(struct again *again)
{
	image_free(&again->held.picture);
	again->held = (struct held){0};
	arena_free(&again->arena);
}

/* Looks at the page that is held, if there is one, and hands it on. */
static enum rc finish_held(struct again *again, struct err *err)
{
	if (!again->held.page)
		return RC_OK;
	if (again->env->schemas && !again->env->careful && !again->doc->structured)
		look_again(again);
	enum rc rc = again->env->page_done(again->env->ctx, again->held.page, err);
	let_go(again);
	return rc;
}

static enum rc hold(void *ctx, const struct page *page, struct err *err)
{
	struct again *again = ctx;
	enum rc rc = finish_held(again, err);

	if (rc != RC_OK)
		return rc;
	again->arena = arena_new();
	again->held = (struct held){.page = copy_page(again->arena, page)};
	if (again->next && again->next_number == page->number) {
		struct held *held = &again->held;
		held->picture = again->next;
		held->type_px = again->next_type_px;
		held->slip = page_is_slip(held->type_px, image_width(held->picture),
					  image_height(held->picture));
		again->next = NULL;
	}
	image_free(&again->next);
	return RC_OK;
}

static enum rc pass_tool(void *ctx, const struct tool_request *request,
			 const void **bytes, size_t *len, struct err *err)
{
	const struct again *again = ctx;
	return again->env->tool(again->env->ctx, request, bytes, len, err);
}

static void pass_alive(void *ctx)
{
	const struct again *again = ctx;
	if (again->env->alive)
		again->env->alive(again->env->ctx);
}

void again_begin(struct again *again, const struct read_env *env, const struct doc *doc,
		 struct read_env *inner)
{
	*again = (struct again){.env = env, .doc = doc};
	*inner = *env;
	inner->again = again;
	inner->ctx = again;
	inner->tool = pass_tool;
	inner->alive = pass_alive;
	inner->page_done = hold;
}

void again_keep(struct again *again, int number, const struct image *picture,
		double type_px)
{
	if (!again)
		return;
	image_free(&again->next);
	if ((size_t)image_width(picture) * image_height(picture) > KEPT_BYTES_MAX)
		return;
	again->next = image_clone(picture);
	again->next_number = number;
	again->next_type_px = type_px;
}

enum rc again_end(struct again *again, struct err *err)
{
	return finish_held(again, err);
}

void again_deinit(struct again *again)
{
	let_go(again);
	image_free(&again->next);
}
