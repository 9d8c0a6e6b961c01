/* glyph.h - reading print whose shapes are known: forms are filled by programs and
 * printers with a handful of standard typefaces. Private to stages/.
 *
 * glyph_face.c  the typefaces (the only file that sees FreeType)
 * glyph_case.c  one face at one size as it looks on this page
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
	GLYPH_PHASES = 2, /* a letter begins on a pixel or half-way to the next */
	GLYPH_MAX_W = 48, /* pixels, multiple of 8 */
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
/* False where the face has no such letter or it is larger than GLYPH_MAX_*. */
bool face_draw(const struct faces *faces, size_t face, char c, float em_px,
	       float shift_px, struct arena *arena, struct shape *out);

/* A letter as it is expected on the page, darkness 0..GLYPH_FULL, rows of `stride`. */
struct stamp {
	int w, h, stride, left, top;
	int16_t *dark;	  /* NULL: no such letter */
	int16_t *drawn;	  /* the face's own, before the page's channel */
	float power;	  /* sum of squares, in full pixels */
	float *row_power; /* of each row */
	float advance;
	float *sum; /* of what stood there, once something did */
	float n;
};
struct glyph_case {
	const struct faces *faces;
	size_t face;
	float em;	/* pixels */
	float strength; /* share of a stroke's ink that is expected to be there */
	struct stamp stamps[GLYPH_N][GLYPH_PHASES];
};
void case_make(struct glyph_case *c, const struct faces *faces, size_t face, float em,
	       float strength, struct arena *arena);

/* One line of print, level, at a known size: darkness 0..GLYPH_FULL. Around it lies
 * white enough that any stamp fits. */
enum { STRIP_PAD = GLYPH_MAX_W };
struct strip {
	int w, h;	/* of the print, without padding */
	int stride;	/* w + 2 * STRIP_PAD */
	int16_t *dark;	/* (h + 2 * STRIP_PAD) rows */
	float baseline; /* row, without padding */
	float *rows; /* share of its ink that each row still has, with padding; or NULL
		      */
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
	int x;	/* pen, half pixels */
	int dy; /* pixels from the baseline */
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
/* Which rows of a line lost their ink, from the letters read on it: a fax drops whole
 * rows of thin strokes. Sets strip->rows. */
void glyph_weigh_rows(struct strip *strip, const struct glyph_case *c,
		      const struct glyph_line *line, struct arena *arena);
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
