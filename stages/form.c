/* Whether a page is one of the fixed forms we know, and what was entered on it.
 *
 * Every type with a form is tried by registration, which is cheap when the rules of the
 * page are not the form's. Rules alone prove a form only when nearly all are there;
 * else the words printed on it must be read where they should stand. A page that is no
 * form is left as it was. Fails only when the OCR engine gives up. */
#include "form.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "form_parts.h"
#include "read.h"
#include "text.h"

/* A part of the sheet as it would look lying flat and straight, two units a pixel, in
 * the channel in which red and black print are dark. */
static struct image *flatten(const struct image *picture, const struct form_fit *fit,
			     struct box units, struct arena *scratch)
{
	enum { STEP = 2 };
	int w = units.w / STEP, h = units.h / STEP;
	struct box around = {0};
	for (int corner = 0; corner < 4; corner++) {
		double x, y;
		form_to_picture(fit, units.x + (corner & 1 ? units.w : 0),
				units.y + (corner & 2 ? units.h : 0), &x, &y);
		around = box_union(around, (struct box){(int)x - 4, (int)y - 4, 8, 8});
	}
	AUTO_IMAGE cut = image_crop(picture, around);
	int cw = image_width(cut), ch = image_height(cut);
	uint8_t *px = arena_alloc_n(scratch, (size_t)cw * ch, 1);
	uint8_t *out = arena_alloc_n(scratch, (size_t)w * h, 1);
	image_bytes(cut, image_depth(cut) == 32 ? 'g' : 'y', px);
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			double fx, fy;
			form_to_picture(fit, units.x + x * STEP, units.y + y * STEP,
					&fx, &fy);
			int ix = (int)fx - (around.x > 0 ? around.x : 0);
			int iy = (int)fy - (around.y > 0 ? around.y : 0);
			bool inside = ix >= 0 && iy >= 0 && ix < cw && iy < ch;
			out[(size_t)y * w + x] =
				inside ? px[(size_t)iy * cw + ix] : 255;
		}
	return image_from_bytes(out, w, h, 150);
}

/* Are the words there, up to a third of their letters misread? */
static enum rc anchor_stands(const struct read_env *env, const struct image *picture,
			     const struct form_fit *fit,
			     const struct form_anchor *anchor, bool *stands,
			     struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *text;
	float confidence;
	struct box units = {(int)anchor->x - 20, (int)anchor->y - 14,
			    (int)anchor->w + 40, (int)anchor->h + 28};

	AUTO_IMAGE flat = flatten(picture, fit, units, scratch);
	AUTO_IMAGE large = image_scale(flat, 1.5, 1.5);
	enum rc rc = ocr_read_line(env->ocr, large, NULL, NULL, scratch, &text,
				   &confidence, err);
	*stands = false;
	if (rc != RC_OK)
		return err_wrap(err, rc, "words of the form");
	const char *want = text_key(scratch, anchor->text);
	const char *got = text_key(scratch, text_fold(scratch, text));
	int most = (int)(strlen(want) / 3);
	*stands = text_distance(got, want, most) <= most;
	return RC_OK;
}

/* Rules suffice when all heavy ones, half of the others and enough verticals are there;
 * tables share a few. */
static enum rc believe(const struct read_env *env, const struct image *picture,
		       const struct form_fit *fit, bool *believed, struct err *err)
{
	*believed = fit->heavy > 0 && fit->support > 0.55 && fit->n_down > 100;
	for (size_t i = 0; !*believed && i < fit->print->n_anchors; i++) {
		enum rc rc = anchor_stands(env, picture, fit, &fit->print->anchors[i],
					   believed, err);
		if (rc != RC_OK)
			return rc;
	}
	return RC_OK;
}

static struct point *blob_places(const struct ink *ink, const struct form_fit *fit,
				 struct arena *arena)
{
	struct point *place = arena_alloc_n(arena, ink->n_blobs + 1, sizeof(*place));
	for (size_t i = 0; i < ink->n_blobs; i++) {
		struct box b = ink->blobs[i].box;
		double x, y;
		form_from_picture(fit, b.x + b.w / 2.0, b.y + b.h / 2.0, &x, &y);
		place[i] = (struct point){(float)x, (float)y};
	}
	return place;
}

static int by_place(const void *a, const void *b)
{
	const struct zone_reading *x = a, *y = b;
	int level = x->box.y / 30 - y->box.y / 30;
	return level ? level : x->box.x - y->box.x;
}

/* Readings as words of the page, in reading order, for whoever looks at words. */
static void words_from_readings(struct page *page, struct arena *arena)
{
	struct zone_reading *sorted =
		arena_memdup(arena, page->zones, page->n_zones * sizeof(*sorted));
	qsort(sorted, page->n_zones, sizeof(*sorted), by_place);
	page->words = arena_alloc_n(arena, page->n_zones + 1, sizeof(*page->words));
	page->n_words = 0;
	for (size_t i = 0; i < page->n_zones; i++) {
		const char *text =
			text_clean(arena, sorted[i].text, strlen(sorted[i].text));
		if (!*text || sorted[i].box.w <= 0 || sorted[i].box.h <= 0)
			continue;
		page->words[page->n_words++] = (struct word){
			.text = text,
			.box = sorted[i].box,
			.confidence = sorted[i].confidence,
			.line = (uint16_t)i,
			.readings = 1,
			.agreed = 1,
		};
	}
}

static enum rc read_form(const struct read_env *env, const struct image *picture,
			 double scale, const struct doctype *type,
			 const struct form_fit *fit, struct arena *arena,
			 struct page *page, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct ink ink;

	ink_take(picture, fit, scratch, &ink);
	struct form_work work = {
		.type = type,
		.fit = fit,
		.ink = &ink,
		.place = blob_places(&ink, fit, scratch),
		.ocr = env->ocr,
		.faces = env->faces,
		.scale = scale,
		.arena = arena,
		.page = page,
	};
	page->zones = NULL;
	page->n_zones = 0;
	enum rc rc = zones_read(&work, err);
	if (rc != RC_OK)
		return rc;
	page->form = arena_strdup(arena, type->name);
	page->source = SOURCE_ZONE;
	words_from_readings(page, arena);
	return RC_OK;
}

static void read_text(double scale, const struct doctype *type,
		      const struct form_fit *fit, struct arena *arena,
		      struct page *page)
{
	struct form_work work = {
		.type = type, .fit = fit, .scale = scale, .arena = arena, .page = page};
	text_read(&work);
	page->form = arena_strdup(arena, type->name);
}

enum rc form_read(const struct read_env *env, const struct image *picture, double scale,
		  struct arena *arena, struct page *page, bool *recognised,
		  struct err *err)
{
	*recognised = false;
	for (size_t i = 0; env->schemas && i < env->schemas->n_types; i++) {
		AUTO_ARENA scratch = arena_new();
		const struct doctype *type = &env->schemas->types[i];
		struct form_fit *fit = NULL;
		enum rc rc;
		if (!type->print)
			continue;
		form_register(picture, type->print, scratch, &fit);
		if (!fit)
			continue;
		rc = believe(env, picture, fit, recognised, err);
		if (rc == RC_OK && *recognised && page->source == SOURCE_TEXT)
			read_text(scale, type, fit, arena, page);
		else if (rc == RC_OK && *recognised)
			rc = read_form(env, picture, scale, type, fit, arena, page,
				       err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "form %s", type->name);
		if (*recognised)
			return RC_OK;
	}
	return RC_OK;
}
