/* form_parts.h - what the form*.c files share. Private to stages/.
 *
 * form.c           whether a page is a form, and reading it
 * form_trace.c     straight rules of a picture as traced lines
 * form_guess.c     which of them are the form's: a first, coarse map
 * form_map.c       projective maps and least squares
 * form_register.c  how a form's print lies on the picture
 * form_ink.c       what was entered: ink without the form's print
 * form_erase.c     rules and streaks wiped out of it
 * form_blob.c      the same in connected components
 * form_zone.c      the zones and their readings (form_zone.h)
 * form_print.c     a zone's lines by the shapes of known typefaces (form_print.h)
 * form_choose.c    the reading of a line that its field allows
 * form_text.c      entries that are text already
 * form_mark.c      checkboxes */
#ifndef INTRAY_FORM_PARTS_H
#define INTRAY_FORM_PARTS_H

#include <stdint.h>

#include "faces.h"
#include "form.h"
#include "ocr.h"

/* One byte a pixel: darkness, 0 paper to 255 black. */
struct plane {
	int w, h;
	uint8_t *px;
};

struct point {
	float x, y;
};

/* A rule of the picture, followed from end to end; points are evenly spaced along it,
 * in pixels of the plane. */
struct trace {
	struct point *points;
	size_t n, cap;
	struct point from, to; /* the very ends, to the pixel */
	float darkness;	       /* mean, against the paper beside it */
	float last, slope;     /* used while following */
	int last_strip;
};
struct traces {
	struct trace *lines;
	size_t n, cap;
};
/* Rules that run across (or down) the plane for at least min_len pixels, within 4
 * degrees of the edges, straight or softly bent: bend pixels from where a rule was
 * heading it is still followed. */
void trace_rules(const struct plane *plane, bool down, int min_len, float bend,
		 struct arena *arena, struct traces *out);

struct normal { /* normal equations of a map's 8 unknowns */
	double a[8][8], b[8];
};
extern const double map_kilo; /* pixels and units per unit of the equations */
/* p (pixels) is at `value` form units across (down: the rule is vertical) or down. */
void map_equation(struct normal *n, bool down, struct point p, double value,
		  double weight);
bool map_solve(struct normal *n, double out[8]); /* destroys n; false when singular */
void map_take(const double solved[8], double to_form[9]);
void map_apply(const double map[9], double x, double y, double *ox, double *oy);
bool map_invert(const double map[9], double out[9]);

/* Whether and where the print may be, from the rules traced across and down (of which
 * streaks are dropped): a map good to some 30 units. Where the verticals run is guessed
 * in two ways; other: the one that looks worse. */
bool guess_map(const struct form_print *print, const struct traces *across,
	       struct traces *down, int width, int height, bool other,
	       double to_form[9]);

struct form_sample { /* what is left between print and picture after the plane fit */
	float x, y;  /* form units */
	float off;   /* form units */
};
struct form_fit {
	double to_form[9], to_picture[9]; /* projective, row by row; pixels <-> units */
	struct form_sample *across,
		*down; /* off in y of horizontal, in x of vertical rules */
	size_t n_across, n_down;
	struct point
		*grid; /* the corrections made from them, laid out over the sheet */
	int grid_w, grid_h;
	double support;
	int heavy; /* how many of the form's heavy rules were found */
	double units_per_px;
	const struct form_print *print;
};

/* The pixels a fax machine sent: blocks of `across` by `down` of the picture, the first
 * of which begins at (left, top). */
struct fax_page {
	int across, down, left, top;
	struct plane plane; /* 255 black, 0 white, or hidden */
};
enum { FAX_HIDDEN = 128 };
void fax_find(const struct plane *sent, struct fax_page *out);
void fax_take(const struct plane *sent, const struct plane *erased, struct arena *arena,
	      struct fax_page *fax);

/* What was entered on the form. */
struct blob { /* a connected component */
	struct box box;
	int area;
	uint8_t peak; /* darkness of its darkest pixel */
};
struct ink {
	struct plane plane; /* darkness of entries at full resolution */
	int32_t *label;	    /* of each pixel: 0 none, else index of its blob + 1 */
	struct blob *blobs;
	size_t n_blobs, cap_blobs;
	float threshold;  /* darkness from which a pixel is ink */
	float full;	  /* darkness of full strokes */
	bool dropped_out; /* the form's print vanished by its colour */
	bool bilevel;
	bool *streak;	     /* columns that a streak covers; NULL: none */
	struct fax_page fax; /* of a bilevel picture */
};
void ink_take(const struct image *picture, const struct form_fit *fit,
	      struct arena *arena, struct ink *out);
/* form_erase.c: the form's rules, where they did not drop out; streaks of a fax. */
void wipe_rules(struct plane *p, const struct form_fit *fit);
void wipe_streaks(struct ink *ink, struct arena *arena, struct arena *scratch);
/* form_blob.c: labels the plane and lists its components. */
void find_blobs(struct ink *ink, struct arena *arena);
/* Some blobs drawn alone on white, magnified; each moved by its shift, so that columns
 * can be drawn closer together and level. */
struct drawn_blob {
	int blob;
	int dx, dy;
};
struct image *ink_draw(const struct ink *ink, const struct drawn_blob *blobs, size_t n,
		       double magnify, struct arena *scratch);

/* What one form's zones are read with. */
struct form_work {
	const struct doctype *type;
	const struct form_fit *fit;
	const struct ink *ink;
	struct point *place; /* of each blob's middle, in form units */
	struct ocr *ocr;
	const struct faces *faces; /* NULL: none */
	double scale;		   /* page units a pixel */
	struct arena *arena;
	struct page *page;
	size_t cap_zones, cap_words;
};
struct letter;
/* One line of print in a zone, and what it was read as. */
struct line_job {
	const struct fieldtype *field;
	const struct zone *zone;
	int row;
	struct drawn_blob *blobs;
	size_t n_blobs;
	struct box box, place; /* of its letters: as levelled, and on the picture */
	const char *text;      /* by print_read, NULL: nothing */
	const char *other;     /* a second reading that differs, or NULL */
	float sure, fit;
	int runs;	    /* pieces it is set in */
	struct letter *set; /* its letters (glyph.h), and where they are in the text */
	size_t *at, letters;
};
/* Reads lines by the shapes of known typefaces, all lines of the page together. */
void print_read(const struct form_work *work, struct line_job *jobs, size_t n,
		struct arena *arena);
/* Log odds of a letter against another that fits worse by `loss`. */
float print_odds(const struct letter *letter, float loss);
/* Exchanges letters that may be misread until the line is a value of its field. */
void print_choose(struct line_job *job, struct arena *arena);
/* The value that a line's text is, in the arena; NULL: none. */
const char *print_value(const struct line_job *job, struct arena *arena);
/* The same exchange until the value fits what is known otherwise; false: the print is
 * too clear for that. */
bool print_insist(struct line_job *job,
		  bool (*fits)(const void *want, const char *value), const void *want,
		  struct arena *arena);
/* Lets the lines of a page agree: years, charges and their sum, check digits. */
void print_agree(struct line_job *jobs, size_t n, struct arena *arena);
/* Characters that may stand in a field of this kind. */
const char *zone_letters(const struct fieldtype *field);
/* Reads the text zones of the type into the page's readings and words. */
enum rc zones_read(struct form_work *work, struct err *err);
/* Gives the words of a text layer to the zones they stand in. */
void text_read(struct form_work *work);
/* "patient/name", "lines[2]/charge". */
const char *reading_path(const struct form_work *work, const struct fieldtype *field,
			 int row);
/* The checked box of a field, if any. */
void mark_read(struct form_work *work, const struct fieldtype *field);
/* A new reading with its box (pixels) brought to page units. */
struct zone_reading *work_reading(struct form_work *work, const char *path,
				  struct box px);

#endif
