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

/* Are the words there, up to a quarter of their letters misread? Cut out with room to
 * all sides, in the channel where the form's colour is dark. */
static enum rc anchor_stands(const struct read_env *env, const struct image *picture,
			     const struct form_fit *fit,
			     const struct form_anchor *anchor, bool *stands,
			     struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	double x0, y0, x1, y1;
	const char *text;
	float confidence;

	form_to_picture(fit, anchor->x - 20, anchor->y - 14, &x0, &y0);
	form_to_picture(fit, anchor->x + anchor->w + 20, anchor->y + anchor->h + 14,
			&x1, &y1);
	struct box box = {(int)x0, (int)y0, (int)(x1 - x0), (int)(y1 - y0)};
	AUTO_IMAGE cut = image_crop(picture, box);
	AUTO_IMAGE plane = image_channel(cut, 'g');
	enum rc rc = ocr_read_line(env->ocr, plane, NULL, NULL, scratch, &text,
				   &confidence, err);
	*stands = false;
	if (rc != RC_OK)
		return err_wrap(err, rc, "words of the form");
	const char *want = text_key(scratch, anchor->text);
	const char *got = text_key(scratch, text_fold(scratch, text));
	int most = (int)(strlen(want) / 4);
	*stands = text_distance(got, want, most) <= most;
	return RC_OK;
}

static enum rc believe(const struct read_env *env, const struct image *picture,
		       const struct form_fit *fit, bool *believed, struct err *err)
{
	*believed = fit->support > 0.75 && fit->n_down > 100;
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
		if (rc == RC_OK && *recognised)
			rc = read_form(env, picture, scale, type, fit, arena, page,
				       err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "form %s", type->name);
		if (*recognised)
			return RC_OK;
	}
	return RC_OK;
}
