/* What was entered on a form: the ink that is not the form's own print.
 *
 * Paper is evened out first (light falls unevenly on photographs). A form printed in a
 * colour disappears in that colour's channel; whether it does is measured on its rules,
 * which registration found. Otherwise the print is as black as the entries: then rules
 * are erased where registration says they run, and what is left of the form's words is
 * kept away by the zones. Streaks of a fax are erased down the whole page and the
 * strokes they cut are closed again. The rest falls into connected components, the
 * blobs. */
#include "form_parts.h"

#include <math.h>
#include <string.h>

enum { TILE = 32 }; /* pixels: neighbourhood in which paper is equally bright */

/* --- even paper
 * ------------------------------------------------------------------------ */

/* The brightness that a fifth of the tile exceeds: paper, unless all of it is ink. */
static int tile_paper(const uint8_t *px, int w, int h, int tx, int ty)
{
	int count[256] = {0}, n = 0, above = 0;
	for (int y = ty * TILE; y < (ty + 1) * TILE && y < h; y += 2)
		for (int x = tx * TILE; x < (tx + 1) * TILE && x < w; x += 2) {
			count[px[(size_t)y * w + x]]++;
			n++;
		}
	for (int v = 255; v > 0; v--) {
		above += count[v];
		if (above * 5 > n)
			return v;
	}
	return 0;
}

static int middle_of(int a, int b, int c)
{
	int low = a < b ? a : b, high = a < b ? b : a;
	return c < low ? low : c > high ? high : c;
}

/* A tile much darker than most of its neighbours is covered by ink: theirs counts.
 * Most, not the brightest: a shadow must not be lit up from its edge. */
static void fill_dark_tiles(int *paper, int tw, int th, struct arena *scratch)
{
	for (int pass = 0; pass < 2; pass++) {
		const int *was =
			arena_memdup(scratch, paper, (size_t)tw * th * sizeof(int));
		for (int i = 0; i < tw * th; i++) {
			int x = i % tw, y = i / tw;
			int left = x > 0 ? was[i - 1] : was[i];
			int right = x < tw - 1 ? was[i + 1] : was[i];
			int above = y > 0 ? was[i - tw] : was[i];
			int below = y < th - 1 ? was[i + tw] : was[i];
			int around = middle_of(left < right ? left : right,
					       left < right ? right : left,
					       (above + below) / 2);
			if (around * 3 > was[i] * 4)
				paper[i] = around;
		}
	}
}

static int paper_at(const int *paper, int tw, int th, int x, int y)
{
	int fx = x - TILE / 2, fy = y - TILE / 2;
	fx = fx < 0 ? 0 : fx;
	fy = fy < 0 ? 0 : fy;
	int tx = fx / TILE, ty = fy / TILE;
	int ux = tx + 1 < tw ? tx + 1 : tx, uy = ty + 1 < th ? ty + 1 : ty;
	int ax = fx % TILE, ay = fy % TILE;
	int top = paper[ty * tw + tx] * (TILE - ax) + paper[ty * tw + ux] * ax;
	int low = paper[uy * tw + tx] * (TILE - ax) + paper[uy * tw + ux] * ax;
	return (top * (TILE - ay) + low * ay) / (TILE * TILE);
}

/* Brightness to darkness against the paper around. */
static void even_out(struct plane *p)
{
	AUTO_ARENA scratch = arena_new();
	int tw = (p->w + TILE - 1) / TILE, th = (p->h + TILE - 1) / TILE;
	int *paper = arena_alloc_n(scratch, (size_t)tw * th, sizeof(int));
	for (int i = 0; i < tw * th; i++)
		paper[i] = tile_paper(p->px, p->w, p->h, i % tw, i / tw);
	fill_dark_tiles(paper, tw, th, scratch);
	for (int y = 0; y < p->h; y++)
		for (int x = 0; x < p->w; x++) {
			uint8_t *v = &p->px[(size_t)y * p->w + x];
			int white = paper_at(paper, tw, th, x, y);
			int dark = white > 0 ? 255 - *v * 255 / white : 0;
			*v = (uint8_t)(dark < 0 ? 0 : dark);
		}
}

/* --- the form's own print
 * --------------------------------------------------------------- */

/* Mean darkness of the form's rules, the darkest of three pixels across each. */
static double rule_darkness(const struct plane *p, const struct form_fit *fit)
{
	double sum = 0;
	int n = 0;
	for (size_t i = 0; i < fit->print->n_rules; i++) {
		const struct form_rule *r = &fit->print->rules[i];
		float length = r->w + r->h;
		for (float at = 15; length >= 300 && at < length; at += 60) {
			double px, py;
			form_to_picture(fit, r->x + (r->w > 0 ? at : 0),
					r->y + (r->h > 0 ? at : 0), &px, &py);
			int best = -1;
			for (int k = -2; k <= 2; k++) {
				int x = (int)lround(px) + (r->h > 0 ? k : 0);
				int y = (int)lround(py) + (r->w > 0 ? k : 0);
				if (x >= 0 && y >= 0 && x < p->w && y < p->h &&
				    p->px[(size_t)y * p->w + x] > best)
					best = p->px[(size_t)y * p->w + x];
			}
			if (best >= 0) {
				sum += best;
				n++;
			}
		}
	}
	return n > 0 ? sum / n : 0;
}

/* The darkness that full strokes of entries reach: the 97th percentile of all ink. */
static double ink_darkness(const struct plane *p)
{
	long count[256] = {0}, n = 0, above = 0;
	for (size_t i = 0; i < (size_t)p->w * p->h; i += 3)
		count[p->px[i]]++;
	for (int v = 90; v < 256; v++)
		n += count[v];
	for (int v = 255; v > 90; v--) {
		above += count[v];
		if (above * 100 > n * 30)
			return v;
	}
	return 160;
}

static bool take_channel(const struct image *picture, const struct form_fit *fit,
			 char channel, struct arena *arena, struct ink *out,
			 double *rules)
{
	int w = image_width(picture), h = image_height(picture);
	if (!out->plane.px)
		out->plane =
			(struct plane){w, h, arena_alloc_n(arena, (size_t)w * h, 1)};
	image_bytes(picture, channel, out->plane.px);
	if (!out->bilevel)
		even_out(&out->plane);
	else
		for (size_t i = 0; i < (size_t)w * h; i++)
			out->plane.px[i] = (uint8_t)(255 - out->plane.px[i]);
	*rules = rule_darkness(&out->plane, fit);
	return *rules < 80;
}

/* A fax knows only black and white and loses thin strokes. Softened, broken strokes
 * come near enough to be one blob again, and the reader sees letters instead of stairs.
 */
static void soften(struct plane *p, struct arena *scratch)
{
	int w = p->w, h = p->h;
	uint8_t *sharp = arena_memdup(scratch, p->px, (size_t)w * h);
	for (int y = 1; y < h - 1; y++)
		for (int x = 1; x < w - 1; x++) {
			const uint8_t *at = sharp + (size_t)y * w + x;
			int cross = at[-1] + at[1] + at[-w] + at[w];
			int corners = at[-w - 1] + at[-w + 1] + at[w - 1] + at[w + 1];
			int soft = (4 * at[0] + 2 * cross + corners) / 16;
			p->px[(size_t)y * w + x] = (uint8_t)(soft > 255 ? 255 : soft);
		}
}

void ink_take(const struct image *picture, const struct form_fit *fit,
	      struct arena *arena, struct ink *out)
{
	AUTO_ARENA scratch = arena_new();
	double rules = 0;

	*out = (struct ink){.bilevel = image_depth(picture) == 1};
	if (image_depth(picture) == 32)
		out->dropped_out = take_channel(picture, fit, 'r', arena, out, &rules);
	if (!out->dropped_out)
		take_channel(picture, fit, 'y', arena, out, &rules);
	double ink = ink_darkness(&out->plane);
	out->full = (float)ink;
	/* Print that is clearly lighter than entries drops out by darkness alone. */
	out->threshold = (float)fmax(0.45 * ink, 70);
	if (!out->dropped_out && rules < 0.62 * ink) {
		out->threshold = (float)((rules * 1.15 + ink) / 2);
		out->dropped_out = true;
	}
	struct plane sent = out->plane;
	if (out->bilevel) {
		fax_find(&sent, &out->fax);
		sent.px = arena_memdup(scratch, sent.px, (size_t)sent.w * sent.h);
	}
	if (!out->dropped_out)
		wipe_rules(&out->plane, fit);
	wipe_streaks(out, arena, scratch);
	if (out->bilevel) {
		fax_take(&sent, &out->plane, arena, &out->fax);
		out->dropped_out = false; /* thin rules may be gone, and may not */
		soften(&out->plane, scratch);
		out->threshold = 60;
	}
	find_blobs(out, arena);
}
