/* Reads the text zones of a registered form.
 *
 * A zone collects the blobs whose middle stands in it: entries that stand a little
 * beside the place the form wants them stay whole, and neither neighbours nor the
 * form's print come along, because only the collected blobs are drawn for the OCR. They
 * fall into lines of print; small blobs (dots, hyphens, dirt) belong to a line only
 * where they stand beside its letters. Each line is read on its own, as a line. A zone
 * without letters gives no reading: that a field is empty is known without OCR. */
#include "form_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "glyph.h"
#include "text.h"

enum {
	LETTER = 15,	 /* units: least height of a letter (small print is 21 high) */
	TALLEST = 62,	 /* units: greatest */
	MAX_BLOBS = 600, /* in one zone: more is no print */
	MAX_LINES = 8,
};

/* From where a reading by typeface needs no second one by the OCR engine. */
#define PRINT_SURE 0.9f
#define PRINT_FIT 0.45f
/* A fax may have lost what tells an E from an F, and looks sure of it: four values in
 * five are right there, whatever the letters say. */
#define LOSSY 0.9f

static const float FAINT =
	0.62f; /* of full strokes: less is what the print left behind */

struct print_line {
	struct drawn_blob blobs[MAX_BLOBS];
	size_t n;
	struct box box;	  /* of its letters, pixels, as levelled */
	struct box place; /* the same on the picture */
};

/* The zone that is being read. Print that runs along a skewed or wavy paper is
 * levelled: each blob moves by what the form's own lines move between the zone's middle
 * and it. */
struct level {
	double x, y,
		y_px; /* the middle, in form units, and its height on the picture */
};

static double units_high(const struct form_work *work, const struct blob *b)
{
	return b->box.h * work->fit->units_per_px;
}

static bool in_zone(const struct form_work *work, size_t blob, const struct zone *zone,
		    int row)
{
	struct point p = work->place[blob];
	double y = zone->y + (float)row * zone->row_pitch;
	return p.x >= zone->x && p.x < zone->x + zone->w && p.y >= y &&
	       p.y < y + zone->h;
}

static struct level level_of(const struct form_work *work, const struct zone *zone,
			     int row)
{
	struct level l = {zone->x + zone->w / 2,
			  zone->y + zone->h / 2 + (float)row * zone->row_pitch, 0};
	double x;
	form_to_picture(work->fit, l.x, l.y, &x, &l.y_px);
	return l;
}

static struct drawn_blob levelled(const struct form_work *work,
				  const struct level *level, size_t blob)
{
	double x, y;
	form_to_picture(work->fit, work->place[blob].x, level->y, &x, &y);
	return (struct drawn_blob){(int)blob, 0, (int)lround(level->y_px - y)};
}

static struct box levelled_box(const struct form_work *work, const struct drawn_blob *d)
{
	struct box b = work->ink->blobs[d->blob].box;
	b.x += d->dx;
	b.y += d->dy;
	return b;
}

static void add_letter(const struct form_work *work, struct print_line *line,
		       struct drawn_blob d)
{
	if (line->n == MAX_BLOBS)
		return;
	line->blobs[line->n++] = d;
	line->box = box_union(line->box, levelled_box(work, &d));
	line->place = box_union(line->place, work->ink->blobs[d.blob].box);
}

static bool is_letter(const struct form_work *work, const struct blob *b)
{
	double high = units_high(work, b);
	return high >= LETTER && high <= TALLEST &&
	       b->box.w * work->fit->units_per_px < 500;
}

/* The line of print whose letters a blob stands beside, level with at least half of it.
 */
static struct print_line *line_of(struct print_line *lines, size_t n, struct box b)
{
	struct print_line *best = NULL;
	int most = 0;
	for (size_t i = 0; i < n; i++) {
		int top = lines[i].box.y > b.y ? lines[i].box.y : b.y;
		int low = box_bottom(lines[i].box) < box_bottom(b)
				  ? box_bottom(lines[i].box)
				  : box_bottom(b);
		int less = lines[i].box.h < b.h ? lines[i].box.h : b.h;
		if (low - top > most && (low - top) * 2 > less) {
			most = low - top;
			best = &lines[i];
		}
	}
	return best;
}

/* The darkest pixel of most letters of a line: the mean of its letters' peaks, by area.
 */
static float line_darkness(const struct form_work *work, const struct print_line *line)
{
	double sum = 0, area = 0;
	for (size_t i = 0; i < line->n; i++) {
		const struct blob *b = &work->ink->blobs[line->blobs[i].blob];
		sum += (double)b->peak * b->area;
		area += b->area;
	}
	return area > 0 ? (float)(sum / area) : 0;
}

/* Takes out of a line what is much fainter than the rest: remains of the form's print.
 */
static void drop_faint(const struct form_work *work, struct print_line *line)
{
	float least = work->ink->bilevel ? 0 : FAINT * line_darkness(work, line);
	size_t n = line->n;
	line->n = 0;
	line->box = line->place = (struct box){0};
	for (size_t i = 0; i < n; i++)
		if ((float)work->ink->blobs[line->blobs[i].blob].peak >= least)
			add_letter(work, line, line->blobs[i]);
}

/* A thin upright stroke where the form has a vertical rule: its dashes, on a page where
 * the print did not drop out. */
static bool on_rule(const struct form_work *work, size_t blob)
{
	const struct blob *b = &work->ink->blobs[blob];
	struct point p = work->place[blob];
	if (b->box.w * work->fit->units_per_px > 7)
		return false;
	for (size_t i = 0; i < work->fit->print->n_rules; i++) {
		const struct form_rule *r = &work->fit->print->rules[i];
		if (r->h > 0 && fabs(p.x - r->x) < 6 && p.y > r->y - 8 &&
		    p.y < r->y + r->h + 8)
			return true;
	}
	return false;
}

/* A line of nothing but pieces of rules, or of stains and shades. */
static bool is_remains(const struct form_work *work, const struct print_line *line)
{
	size_t pieces = 0;
	for (size_t i = 0; i < line->n; i++)
		pieces += on_rule(work, (size_t)line->blobs[i].blob);
	return pieces == line->n ||
	       (!work->ink->bilevel &&
		line_darkness(work, line) < 0.5f * work->ink->full);
}

static int by_top(const void *a, const void *b)
{
	const struct print_line *x = a, *y = b;
	return x->box.y - y->box.y;
}

static size_t gather_letters(const struct form_work *work,
			     const struct fieldtype *field, const struct zone *zone,
			     int row, const struct level *level,
			     struct print_line *lines)
{
	/* A service line's zone is one line high, however unevenly its columns stand.
	 */
	bool one_line = field->line || field->kind == KIND_DATE;
	size_t n = 0;
	for (size_t i = 0; i < work->ink->n_blobs; i++) {
		const struct blob *b = &work->ink->blobs[i];
		if (!in_zone(work, i, zone, row) || !is_letter(work, b) ||
		    (!work->ink->dropped_out && on_rule(work, i)))
			continue;
		struct drawn_blob d = levelled(work, level, i);
		struct print_line *line =
			one_line && n > 0 ? lines
					  : line_of(lines, n, levelled_box(work, &d));
		if (!line) {
			if (n == MAX_LINES)
				continue;
			line = &lines[n++];
			line->n = 0;
			line->box = line->place = (struct box){0};
		}
		add_letter(work, line, d);
	}
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		drop_faint(work, &lines[i]);
		if (!is_remains(work, &lines[i]))
			lines[kept++] = lines[i];
	}
	n = kept;
	qsort(lines, n, sizeof(*lines), by_top);
	return n;
}

/* Dots, commas, hyphens and broken strokes beside the letters of a line. Numbers and
 * codes have nothing as small as a dot. */
static void gather_small(const struct form_work *work, const struct fieldtype *field,
			 const struct level *level, struct print_line *line)
{
	struct box b = line->box;
	int reach = b.h / 2, below = b.h / 4;
	bool dots = field->kind != KIND_NPI && field->kind != KIND_QUANTITY &&
		    field->kind != KIND_CODE && field->kind != KIND_PROCEDURE &&
		    field->kind != KIND_STATE;
	int least = dots ? 0 : b.h / 4;
	float dark = work->ink->bilevel ? 0 : line_darkness(work, line);
	for (size_t i = 0; i < work->ink->n_blobs && line->n < MAX_BLOBS; i++) {
		const struct blob *s = &work->ink->blobs[i];
		struct box place = line->place;
		if (s->area < 3 || s->box.x < place.x - reach ||
		    box_right(s->box) > box_right(place) + reach ||
		    s->box.y < place.y - b.h ||
		    box_bottom(s->box) > box_bottom(place) + b.h ||
		    is_letter(work, s) || (float)s->peak < 0.8f * FAINT * dark ||
		    (s->box.w <= least && s->box.h <= least))
			continue;
		struct drawn_blob d = levelled(work, level, i);
		struct box at = levelled_box(work, &d);
		if (at.h <= b.h && at.y >= b.y - 1 &&
		    box_bottom(at) <= box_bottom(b) + below)
			line->blobs[line->n++] = d;
	}
}

static const struct ink *sort_ink; /* of by_x, which qsort calls without context */

static int by_x(const void *a, const void *b)
{
	const struct drawn_blob *x = a, *y = b;
	return sort_ink->blobs[x->blob].box.x - sort_ink->blobs[y->blob].box.x;
}

/* Values printed column by column (a date's month, day and year) stand at different
 * heights and far apart: draws the columns level, on their feet, and nearer together.
 */
static void draw_together(const struct form_work *work, struct print_line *line)
{
	const struct blob *blobs = work->ink->blobs;
	int gap = line->box.h * 3 / 4, shift = 0, right = line->box.x;
	sort_ink = work->ink;
	qsort(line->blobs, line->n, sizeof(*line->blobs), by_x);
	for (size_t from = 0; from < line->n;) {
		size_t to = from;
		int end = 0, feet = 0;
		for (; to < line->n; to++) { /* a column ends where a gap follows */
			struct box b = blobs[line->blobs[to].blob].box;
			if (to > from && b.x > end + gap)
				break;
			end = box_right(b) > end ? box_right(b) : end;
			if (is_letter(work, &blobs[line->blobs[to].blob]))
				feet = box_bottom(b) > feet ? box_bottom(b) : feet;
		}
		int left = blobs[line->blobs[from].blob].box.x;
		if (from > 0 && left - right > gap)
			shift -= left - right - gap;
		for (size_t i = from; i < to; i++) {
			line->blobs[i].dx = shift;
			if (feet)
				line->blobs[i].dy = box_bottom(line->box) - feet;
		}
		right = end;
		from = to;
	}
}

const char *zone_letters(const struct fieldtype *field)
{
	static const char digits[] = "0123456789";
	static const char print[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789 ,.-'&/#()";
	if (field->letters)
		return field->letters;
	switch ((int)field->kind) {
	case KIND_DATE:
		return "0123456789/.- ";
	case KIND_NPI:
	case KIND_QUANTITY:
		return digits;
	case KIND_AMOUNT:
		return "0123456789.,-$ ";
	case KIND_ZIP:
	case KIND_TAX_NUMBER:
		return "0123456789-";
	case KIND_PHONE:
		return "0123456789()- ";
	case KIND_STATE:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	case KIND_ICD:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.";
	case KIND_PROCEDURE:
	case KIND_CODE:
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	default:
		return print;
	}
}

struct zone_reading *work_reading(struct form_work *work, const char *path,
				  struct box px)
{
	struct page *page = work->page;
	struct zone_reading *r =
		arena_push(work->arena, page->zones, page->n_zones, work->cap_zones);
	double s = work->scale;
	*r = (struct zone_reading){.path = arena_strdup(work->arena, path)};
	r->box = (struct box){(int)(px.x * s), (int)(px.y * s), (int)ceil(px.w * s),
			      (int)ceil(px.h * s)};
	return r;
}

/* The median height of a line's letters, in pixels. */
static int letter_height(const struct form_work *work, const struct print_line *line)
{
	int count[256] = {0}, n = 0, below = 0;
	for (size_t i = 0; i < line->n; i++) {
		const struct blob *b = &work->ink->blobs[line->blobs[i].blob];
		if (is_letter(work, b) && b->box.h < 256) {
			count[b->box.h]++;
			n++;
		}
	}
	for (int h = 0; h < 256; h++) {
		below += count[h];
		if (below * 2 > n)
			return h;
	}
	return line->box.h;
}

/* One or two letters alone are often too little for a line: as a word, on more paper.
 */
static enum rc read_word(const struct form_work *work, const struct image *drawn,
			 const char *allowed, struct arena *scratch, const char **text,
			 float *confidence, struct err *err)
{
	struct word *words;
	size_t n;
	AUTO_IMAGE larger = image_scale(drawn, 1.6, 1.6);
	enum rc rc = ocr_read(work->ocr, larger, NULL, OCR_WORD, allowed, scratch,
			      &words, &n, err);
	if (rc != RC_OK || n == 0)
		return rc;
	*text = arena_strdup(work->arena, words[0].text);
	*confidence = words[0].confidence;
	return RC_OK;
}

static enum rc read_line(const struct form_work *work, const struct fieldtype *field,
			 const struct print_line *line, struct arena *scratch,
			 const char **text, float *confidence, struct err *err)
{
	double magnify = 38.0 / letter_height(work, line);
	magnify = magnify < 1 ? 1 : magnify > 3 ? 3 : magnify;
	AUTO_IMAGE drawn = ink_draw(work->ink, line->blobs, line->n, magnify, scratch);
	enum rc rc = ocr_read_line(work->ocr, drawn, NULL, zone_letters(field),
				   work->arena, text, confidence, err);
	if (rc != RC_OK || **text || line->n > 6)
		return rc;
	return read_word(work, drawn, zone_letters(field), scratch, text, confidence,
			 err);
}

const char *reading_path(const struct form_work *work, const struct fieldtype *field,
			 int row)
{
	if (!field->line)
		return field->path;
	return arena_printf(work->arena, "lines[%d]/%s", row + 1,
			    field->path + strlen("lines/"));
}

/* --- all zones of the form --- */

/* A line as its readings go through the page. */
struct zones {
	struct form_work *work;
	struct arena *scratch;
	struct line_job *jobs;
	size_t n, cap;
};

static void add_job(struct zones *zones, const struct fieldtype *field,
		    const struct zone *zone, int row, const struct print_line *line)
{
	*arena_push(zones->scratch, zones->jobs, zones->n, zones->cap) =
		(struct line_job){
			.field = field,
			.zone = zone,
			.row = row,
			.blobs = arena_memdup(zones->scratch, line->blobs,
					      line->n * sizeof(*line->blobs)),
			.n_blobs = line->n,
			.box = line->box,
			.place = line->place,
		};
}

static void add_zone(struct zones *zones, const struct fieldtype *field,
		     const struct zone *zone, int row, struct print_line *lines)
{
	const struct form_work *work = zones->work;
	struct level level = level_of(work, zone, row);
	size_t n = gather_letters(work, field, zone, row, &level, lines);
	for (size_t i = 0; i < n; i++) {
		int number = (int)i + 1;
		if ((zone->first_print && number < zone->first_print) ||
		    (zone->last_print && number > zone->last_print))
			continue;
		gather_small(work, field, &level, &lines[i]);
		add_job(zones, field, zone, row, &lines[i]);
	}
}

static void add_field(struct zones *zones, const struct fieldtype *field,
		      struct print_line *lines)
{
	for (size_t z = 0; z < field->n_zones; z++) {
		const struct zone *zone = &field->zones[z];
		for (int row = 0; row < (zone->rows > 1 ? zone->rows : 1); row++)
			add_zone(zones, field, zone, row, lines);
	}
}

/* How much like English words and names a line is. */
static float like_words(const char *text)
{
	float sum = glyph_follows(' ', *text);
	for (; *text; text++)
		sum += glyph_follows(*text, text[1] ? text[1] : ' ');
	return sum;
}

/* Whether words read by the OCR engine are better than what the typefaces made of a
 * fax or of bent print: it was not in doubt, and they are more like words. */
static bool better_words(const struct line_job *job, const char *text, float sure)
{
	enum kind kind = job->field->kind;
	bool words = kind == KIND_TEXT || kind == KIND_PARTY || kind == KIND_ADDRESS;
	return words && sure > 0.8f && like_words(text) > like_words(job->text);
}

/* Two readings of different kind that agree prove each other. Where they differ the
 * typefaces are believed unless they fit badly. */
static void weigh_ocr(struct line_job *job, const char *text, float sure, bool lossy)
{
	AUTO_ARENA scratch = arena_new();
	if (!job->text || job->fit < PRINT_FIT) {
		if (!*text && job->sure < 0.2f)
			job->text = NULL; /* dirt */
		job->other = *text ? job->text : NULL;
		job->text = *text ? text : job->text;
		job->sure = sure;
		return;
	}
	if (!*text)
		return;
	if (strcmp(text_key(scratch, text), text_key(scratch, job->text)) == 0) {
		job->sure = 1 - (1 - job->sure) * 0.2f;
		return;
	}
	if ((lossy || job->sure < 0.8f) && better_words(job, text, sure)) {
		job->other = job->text;
		job->text = text;
		job->sure = 0.7f * sure;
		return;
	}
	job->other = text;
	job->sure *= 1 - 0.5f * sure;
}

/* A line that the typefaces leave in doubt is read by the OCR engine too. */
static enum rc read_doubtful(const struct form_work *work, struct line_job *job,
			     struct print_line *line, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	const char *text;
	float sure;

	if (job->text && job->sure >= PRINT_SURE && job->fit >= PRINT_FIT)
		return RC_OK;
	if (!work->ocr)
		return RC_OK;
	line->n = job->n_blobs;
	line->box = job->box;
	line->place = job->place;
	memcpy(line->blobs, job->blobs, job->n_blobs * sizeof(*job->blobs));
	if (job->field->kind == KIND_DATE || job->field->kind == KIND_PHONE)
		draw_together(work, line);
	enum rc rc = read_line(work, job->field, line, scratch, &text, &sure, err);
	if (rc != RC_OK)
		return rc;
	weigh_ocr(job, arena_strdup(work->arena, text), sure, work->ink->bilevel);
	return RC_OK;
}

/* One or two letters above or below a name on a fax are what is left of the form's own
 * small print. */
static bool is_speck(const struct form_work *work, const struct line_job *jobs,
		     size_t n, const struct line_job *job)
{
	size_t most = 0;
	for (size_t i = 0; i < n; i++)
		most = jobs[i].letters > most ? jobs[i].letters : most;
	return work->ink->bilevel && job->letters < 3 && most > 4 * job->letters;
}

/* The lines of one zone are one reading. */
static void take_reading(struct form_work *work, const struct line_job *jobs, size_t n)
{
	struct strbuf text, other;
	struct box box = {0};
	float sure = 1;
	bool differs = false;
	strbuf_init(&text, work->arena);
	strbuf_init(&other, work->arena);
	for (size_t i = 0; i < n; i++) {
		const struct line_job *job = &jobs[i];
		if (!job->text || !*job->text || is_speck(work, jobs, n, job))
			continue;
		strbuf_addf(&text, "%s%s", text.len ? "\n" : "", job->text);
		strbuf_addf(&other, "%s%s", other.len ? "\n" : "",
			    job->other ? job->other : job->text);
		differs |= job->other != NULL;
		box = box_union(box, job->place);
		sure *= job->sure;
	}
	if (text.len == 0)
		return;
	struct zone_reading *r =
		work_reading(work, reading_path(work, jobs->field, jobs->row), box);
	r->text = text.text;
	r->confidence = work->ink->bilevel ? LOSSY * sure : sure;
	if (differs) {
		r->alternatives = arena_alloc(work->arena, sizeof(*r->alternatives));
		r->alternatives[0] = (struct alternative){other.text, 0.3f};
		r->n_alternatives = 1;
	}
}

static void take_readings(struct form_work *work, const struct zones *zones)
{
	for (size_t from = 0, to; from < zones->n; from = to) {
		const struct line_job *first = &zones->jobs[from];
		for (to = from + 1; to < zones->n; to++)
			if (zones->jobs[to].zone != first->zone ||
			    zones->jobs[to].row != first->row)
				break;
		take_reading(work, first, to - from);
	}
}

enum rc zones_read(struct form_work *work, struct err *err)
{
	AUTO_ARENA scratch = arena_new();
	struct print_line *lines = arena_alloc_n(scratch, MAX_LINES, sizeof(*lines));
	struct zones zones = {.work = work, .scratch = scratch};
	for (size_t f = 0; f < work->type->n_fields; f++) {
		const struct fieldtype *field = &work->type->fields[f];
		if (field->kind == KIND_CHECKBOX)
			mark_read(work, field);
		else
			add_field(&zones, field, lines);
	}
	if (faces_count(work->faces) > 0)
		print_read(work, zones.jobs, zones.n, scratch);
	for (size_t i = 0; i < zones.n; i++) {
		enum rc rc = read_doubtful(work, &zones.jobs[i], lines, err);
		if (rc != RC_OK)
			return err_wrap(err, rc, "%s", zones.jobs[i].field->path);
	}
	take_readings(work, &zones);
	return RC_OK;
}
