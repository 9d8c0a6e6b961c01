/* A typeface at one size as a fax machine leaves it: the chances of each pixel.
 *
 * A fax is black or white, and mostly was so before at a finer resolution: each of its
 * pixels says whether more than half of some finer ones were black. Strokes one fine
 * pixel wide vanish altogether or stay, depending on where they fall between the
 * pixels; the same letter looks different every time, but never by chance. So each
 * letter is drawn finely at every place it may have within a pixel and sent through the
 * same machine; places that lie close together are averaged, because a place is known
 * no better. What comes out is weighed as odds against empty paper, in the unit of
 * other stamps: a pixel that is surely black counts for 1 where it is and against 1
 * where it is not. Never fails; letters the face does not have get no stamp. */
#include <math.h>
#include <string.h>

#include "glyph.h"

enum {
	MARGIN = 2,  /* fine pixels around a letter */
	BETWEEN = 2, /* places tried for each step and level that a pen may stand on */
	STEPS = 2,   /* places of a pen in a fine pixel */
};

#define SURE 0.97f /* no pixel is surer to be black, or white, than this */
#define UNIT 3.48f /* log odds of such a pixel: one pixel of full ink */

/* A window of fax pixels that holds a letter wherever it stands within one. */
struct window {
	int left, top, w, h; /* pixels from the pen */
};
struct machine {
	const struct fax *fax;
	struct window window;
	int fine_w, fine_h; /* the window in fine pixels, with one fax pixel around */
	uint8_t *fine;	    /* black or not */
	float *soft;
};

static int floor_div(int a, int b)
{
	return a >= 0 ? a / b : -((b - 1 - a) / b);
}

static void prepare(struct machine *m, const struct fax *fax, const struct shape *shape,
		    struct arena *scratch)
{
	int right = shape->left + shape->w + MARGIN + fax->across;
	int low = shape->top + shape->h + MARGIN + fax->down;
	m->fax = fax;
	m->window.left = floor_div(shape->left - MARGIN, fax->across);
	m->window.top = floor_div(shape->top - MARGIN, fax->down);
	m->window.w = floor_div(right, fax->across) - m->window.left + 2;
	m->window.h = floor_div(low, fax->down) - m->window.top + 2;
	m->fine_w = (m->window.w + 2) * fax->across;
	m->fine_h = (m->window.h + 2) * fax->down;
	m->fine = arena_alloc_n(scratch, (size_t)m->fine_w * m->fine_h, 1);
	m->soft = arena_alloc_n(scratch, (size_t)m->fine_w * m->fine_h, sizeof(float));
}

/* The letter's coverage laid into the window and softened as paper that was turned, or
 * lay a little off the scanner's rows, is. */
static void lay_soft(struct machine *m, const struct shape *shape)
{
	int x0 = shape->left - (m->window.left - 1) * m->fax->across;
	int y0 = shape->top - (m->window.top - 1) * m->fax->down;
	memset(m->soft, 0, (size_t)m->fine_w * m->fine_h * sizeof(float));
	for (int y = 0; y < shape->h; y++)
		for (int x = 0; x < shape->w; x++) {
			float v = (float)shape->cover[y * shape->w + x] / 255;
			int cx = x0 + x, cy = y0 + y;
			if (v == 0 || cx < 1 || cy < 1 || cx >= m->fine_w - 1 ||
			    cy >= m->fine_h - 1)
				continue;
			static const float tap[3] = {1.0f / 12, 10.0f / 12, 1.0f / 12};
			for (int k = 0; k < 9; k++)
				m->soft[(cy + k / 3 - 1) * m->fine_w + cx + k % 3 -
					1] += v * tap[k % 3] * tap[k / 3];
		}
}

/* Share of black among the fine pixels under one of the fax, those in its middle
 * counting more, those of its neighbours a little. */
static float share_of(const struct machine *m, int x, int y)
{
	int across = m->fax->across, down = m->fax->down;
	float sum = 0, all = 0;
	int rim_x = across > 1 ? across / 2 : 0, rim_y = down > 1 ? down / 2 : 0;
	for (int j = -rim_y; j < down + rim_y; j++)
		for (int i = -rim_x; i < across + rim_x; i++) {
			float fx = fabsf((float)i + 0.5f - (float)across / 2);
			float fy = fabsf((float)j + 0.5f - (float)down / 2);
			float weight = (1 - (across > 1 ? fx / (float)across : 0)) *
				       (1 - (down > 1 ? fy / (float)down : 0));
			sum += weight * m->fine[((y + 1) * down + j) * m->fine_w +
						(x + 1) * across + i];
			all += weight;
		}
	return sum / all;
}

/* What the fax has of the letter, into `out` (of the window's size). */
static void send(struct machine *m, const struct shape *shape, uint8_t *out)
{
	lay_soft(m, shape);
	for (int i = 0; i < m->fine_w * m->fine_h; i++)
		m->fine[i] = m->soft[i] >= m->fax->ink;
	for (int y = 0; y < m->window.h; y++)
		for (int x = 0; x < m->window.w; x++)
			out[y * m->window.w + x] = share_of(m, x, y) > 0.5f;
}

/* All places within one pixel, at which a letter was sent. */
struct sent {
	int across, down; /* how many */
	struct window window;
	uint8_t *black; /* windows, by row and column of the place */
};

static bool send_everywhere(const struct glyph_case *c, const struct fax *fax,
			    int letter, struct arena *scratch, struct sent *out)
{
	struct machine m = {0};
	out->across = c->steps * BETWEEN;
	out->down = c->levels * BETWEEN;
	for (int i = 0; i < out->across * out->down; i++) {
		AUTO_ARENA drawing = arena_new();
		struct shape shape;
		struct pose pose = {.right = (float)(i % out->across * fax->across) /
					     (float)out->across,
				    .down = (float)(i / out->across * fax->down) /
					    (float)out->down,
				    .turn = fax->turn};
		if (!face_draw(c->faces, c->face, (char)(GLYPH_FIRST + letter),
			       c->em * (float)fax->across, pose, drawing, &shape))
			return false;
		if (i == 0) {
			prepare(&m, fax, &shape, scratch);
			out->window = m.window;
			out->black = arena_alloc_n(scratch,
						   (size_t)out->across * out->down *
							   m.window.w * m.window.h,
						   1);
		}
		send(&m, &shape, out->black + (size_t)i * m.window.w * m.window.h);
	}
	return true;
}

/* Whether a pixel of the window is black when the pen stands at a place, which may lie
 * in the pixel before or behind. */
static int black_at(const struct sent *s, int right, int down, int x, int y)
{
	int px = floor_div(right, s->across), py = floor_div(down, s->down);
	x -= px;
	y -= py;
	if (x < 0 || y < 0 || x >= s->window.w || y >= s->window.h)
		return 0;
	size_t place =
		(size_t)(down - py * s->down) * s->across + right - px * s->across;
	return s->black[(place * s->window.h + y) * s->window.w + x];
}

/* The chance of a pixel to be black: the mean over places close to the pen's. */
static float chance(const struct sent *s, int right, int down, int x, int y)
{
	static const float weight[3] = {0.25f, 0.5f, 0.25f};
	float sum = 0;
	for (int k = 0; k < 9; k++)
		sum += weight[k % 3] * weight[k / 3] *
		       (float)black_at(s, right + k % 3 - 1, down + k / 3 - 1, x, y);
	return fminf(fmaxf(sum, 1 - SURE), SURE);
}

static void make_stamp(struct stamp *s, const struct sent *sent, int right, int down,
		       struct arena *arena)
{
	s->w = sent->window.w;
	s->h = sent->window.h;
	s->stride = (s->w + 7) / 8 * 8;
	s->left = sent->window.left;
	s->top = sent->window.top;
	s->dark = arena_alloc_n(arena, (size_t)s->h * s->stride, sizeof(*s->dark));
	s->power = 0;
	for (int y = 0; y < s->h; y++) {
		for (int x = 0; x < s->w; x++) {
			float p = chance(sent, right, down, x, y);
			float if_white = logf(SURE / (1 - p)) / UNIT;
			float if_black = logf(p / (1 - SURE)) / UNIT;
			s->power += if_white;
			s->dark[y * s->stride + x] = (int16_t)lroundf(
				(if_black + if_white) / 2 * GLYPH_FULL);
		}
	}
}

static float width_of(const struct glyph_case *c, const struct fax *fax, int letter,
		      struct arena *scratch)
{
	struct shape shape;
	struct pose pose = {0};
	return face_draw(c->faces, c->face, (char)(GLYPH_FIRST + letter),
			 c->em * (float)fax->across, pose, scratch, &shape)
		       ? shape.advance / (float)fax->across
		       : 0;
}

void case_make_fax(struct glyph_case *c, const struct faces *faces, size_t face,
		   float em, const struct fax *fax, struct arena *arena)
{
	*c = (struct glyph_case){.faces = faces,
				 .face = face,
				 .em = em / (float)fax->across,
				 .tall = em / (float)fax->down,
				 .strength = 1,
				 .steps = STEPS * fax->across,
				 .levels = STEPS * fax->down};
	int places = c->steps * c->levels;
	c->stamps = arena_alloc_n(arena, (size_t)GLYPH_N * places, sizeof(*c->stamps));
	for (int letter = 0; letter < GLYPH_N; letter++) {
		AUTO_ARENA scratch = arena_new();
		struct sent sent = {0};
		if (!send_everywhere(c, fax, letter, scratch, &sent))
			continue;
		for (int i = 0; i < places; i++) {
			struct stamp *s = &c->stamps[letter * places + i];
			make_stamp(s, &sent, i % c->steps * BETWEEN,
				   i / c->steps * BETWEEN, arena);
			s->advance = width_of(c, fax, letter, scratch);
		}
	}
}
