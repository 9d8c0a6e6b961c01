/* Reads the text zones of a registered form.
 *
 * The lines of all zones are found first (form_line.c), read together by their typeface
 * (form_print.c), then one by one by the OCR engine where that left doubt
 * (form_second.c). A zone without letters gives no reading: that a field is empty is
 * known without OCR. */
#include "form_zone.h"

#include <math.h>
#include <string.h>

#include "text.h"

/* A fax may have lost what tells an E from an F, and looks sure of it: four values in
 * five are right there, whatever the letters say. */
#define LOSSY 0.9f

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

const char *reading_path(const struct form_work *work, const struct fieldtype *field,
			 int row)
{
	if (!field->line)
		return field->path;
	return arena_printf(work->arena, "lines[%d]/%s", row + 1,
			    field->path + strlen("lines/"));
}

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
	size_t n = zone_lines(work, field, zone, row, lines);
	for (size_t i = 0; i < n; i++) {
		int number = (int)i + 1;
		if ((zone->first_print && number < zone->first_print) ||
		    (zone->last_print && number > zone->last_print))
			continue;
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
	struct print_line *lines = arena_alloc_n(scratch, ZONE_LINES, sizeof(*lines));
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
