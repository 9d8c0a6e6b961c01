/* form_zone.h - what the files that read zones share. Private to stages/.
 *
 * form_line.c    which ink of a zone is print, line by line
 * form_second.c  what the OCR engine makes of lines in doubt
 * form_zone.c    the zones of a form, and their readings */
#ifndef INTRAY_FORM_ZONE_H
#define INTRAY_FORM_ZONE_H

#include "form_parts.h"

enum {
	ZONE_LETTER = 15,  /* units: least height of a letter (small print is 21) */
	ZONE_TALLEST = 62, /* units: greatest */
	ZONE_BLOBS = 600,  /* in one line: more is no print */
	ZONE_LINES = 8,
};

struct print_line {
	struct drawn_blob blobs[ZONE_BLOBS];
	size_t n;
	struct box box;	  /* of its letters, pixels, as levelled */
	struct box place; /* the same on the picture */
};

/* Whether a blob is as high as a letter. */
bool is_letter(const struct form_work *work, const struct blob *b);
/* The lines of print of a zone, ZONE_LINES at most, from the top; lines the zone does
 * not ask for included. */
size_t zone_lines(const struct form_work *work, const struct fieldtype *field,
		  const struct zone *zone, int row, struct print_line *lines);
/* Has a line that is in doubt read by the OCR engine, and weighs what it says; `line`
 * is room to work in. Fails only when the engine gives up. */
enum rc read_doubtful(const struct form_work *work, struct line_job *job,
		      struct print_line *line, struct err *err);

#endif
