/* glyph.h - reading print whose shapes are known: forms are filled by programs and
 * printers with a handful of standard typefaces. Private to stages/.
 *
 * glyph_face.c  the typefaces (the only file that sees FreeType)
 * glyph_case.c  one face at one size as it looks on this page
 * glyph_fax.c   the same on a page that a fax machine made black and white
 * glyph_read.c  the letters of one line of print
 * glyph_words.c which letter follows which */
#ifndef INTRAY_GLYPH_H
#define INTRAY_GLYPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "faces.h"

enum {
	GLYPH_FIRST = '!',
	GLYPH_N = '~' - '!' + 1, /* letters of a case: printable ASCII */
	GLYPH_MAX_W = 48,	 /* pixels, multiple of 8 */
	GLYPH_MAX_H = 40,
	GLYPH_FULL = 127, /* darkness of full ink */
};

/* A letter's coverage at some size, 0..255, rows of w bytes. left and top: from the
 * pen's place on the baseline to the picture's upper left corner, down positive. */
struct shape {
	int w, h, left, top;
	float advance; /* pixels to the next letter's pen */
	uint8_t *cover;
};
/* Where within a pixel a letter's pen stands, and how the line is turned. */
struct pose {
	float right, down; /* pixels */
	float turn;	   /* radians, clockwise */
};
/* False where the face has no such letter or it is larger than GLYPH_MAX_*. */
bool face_draw(const struct faces *faces, size_t face, char c, float em_px,
	       struct pose pose, struct arena *arena, struct shape *out);

/* A letter as it is expected on the page, darkness 0..GLYPH_FULL, rows of `stride`. */
struct stamp {
	int w, h, stride, left, top;
	int16_t *dark;	/* NULL: no such letter */
	int16_t *drawn; /* the face's own, before the page's channel */
	float power;	/* sum of squares, in full pixels */
	float advance;
	float *sum; /* of what stood there, once something did */
	float n;
};
struct glyph_case {
	const struct faces *faces;
	size_t face;
	float em;	/* pixels across */
	float tall;	/* the same in rows; differs where pixels are not square */
	float strength; /* share of a stroke's ink that is expected to be there */
	/* A letter begins at one of `steps` places within a pixel, and its baseline
	 * runs at one of `levels` heights within a row. */
	int steps, levels;
	struct stamp *stamps; /* by letter, level and step */
};
static inline struct stamp *case_stamp_at(const struct glyph_case *c, int letter,
					  int step, int level)
{
	return &c->stamps[(letter * c->levels + level) * c->steps + step];
}
static inline struct stamp *case_stamp(const struct glyph_case *c, int letter, int pen,
				       int level)
{
	int step = ((pen % c->steps) + c->steps) % c->steps;
	return case_stamp_at(c, letter, step, level);
}
void case_make(struct glyph_case *c, const struct faces *faces, size_t face, float em,
	       float strength, struct arena *arena);

/* What a fax made of print: the page was black and white at the resolution it has now
 * or at a finer one, and `across` by `down` pixels of that became one, black where more
 * than half of it was. */
struct fax {
	int across, down;
	float ink;  /* share of a fine pixel from which it is black */
	float turn; /* of the lines of print, radians */
};
/* Stamps of the chances of each pixel to be black. em: in fine pixels. */
void case_make_fax(struct glyph_case *c, const struct faces *faces, size_t face,
		   float em, const struct fax *fax, struct arena *arena);

/* One line of print, level, at a known size: darkness 0..GLYPH_FULL. Around it lies
 * white enough that any stamp fits. */
enum { STRIP_PAD = GLYPH_MAX_W };
struct strip {
	int w, h;	/* of the print, without padding */
	int from, to;	/* columns between which it is read; to 0: to its end */
	int stride;	/* w + 2 * STRIP_PAD */
	int16_t *dark;	/* (h + 2 * STRIP_PAD) rows */
	float baseline; /* row, without padding, at the left end */
	float slope;	/* rows a pixel that it runs down */
};
static inline int16_t *strip_at(const struct strip *s, int x, int y)
{
	return s->dark + (size_t)(y + STRIP_PAD) * s->stride + x + STRIP_PAD;
}

enum { GLYPH_OTHERS = 4 };
struct other_letter {
	char c;	    /* 0: none */
	float loss; /* how much worse it fits, in full pixels of ink */
};
struct letter {
	char c;
	int x;	/* pen, in the case's steps */
	int dy; /* from the baseline, in the case's levels */
	float score, power;
	struct other_letter others[GLYPH_OTHERS]; /* that fit its place, best first */
	float margin; /* loss of the best other, or of no letter at all */
};
struct glyph_line {
	struct letter *letters;
	size_t n;
	float total;	 /* score with all tolls: to compare ways of reading it */
	float explained; /* share of the line's ink that its letters explain, below 1 */
	float fit;	 /* score of the letters over what perfect ones would have */
};
/* How a line is to be read. */
struct glyph_rules {
	const char *allowed; /* characters that may occur */
	float gap;	     /* what a gap within a line costs, */
	float narrow;	     /* and one too narrow for a space besides */
	float letter_digit;  /* what a digit after a letter costs, */
	float digit_letter;  /* and a letter after a digit */
	float words; /* pixels of ink that the odds of a word's letters weigh; 0: no
		      * words stand here */
};
/* Letters come in the arena. */
void glyph_read(const struct strip *strip, const struct glyph_case *c,
		const struct glyph_rules *rules, struct arena *arena,
		struct glyph_line *out);
/* The score of a letter whose pen stands about there, on a line that was read. */
float glyph_score(const struct strip *strip, const struct glyph_case *c, char letter,
		  int pen);
/* Log odds of a letter after another, ' ' before or after a word. */
float glyph_follows(char before, char c);
/* Text of the letters, with spaces where the pen moved on without a letter. */
char *glyph_text(const struct glyph_line *line, const struct glyph_case *c,
		 struct arena *arena);
/* How much wider the line is set than the case believes: 1 = as believed; weight: how
 * many letters say so. */
float glyph_stretch(const struct glyph_line *line, const struct glyph_case *c,
		    float *weight);

/* What stood where a letter was read is remembered; case_learn then makes the stamps
 * like that: first all by the blur and strength of this page, then each letter that was
 * seen often enough by its own mean. */
void case_remember(struct glyph_case *c, const struct strip *strip,
		   const struct letter *letter, struct arena *arena);
void case_learn(struct glyph_case *c, struct arena *arena);

#endif
