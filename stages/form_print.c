/* Reads a form's entries by the shapes of the typefaces that forms are filled with.
 *
 * Entries are cut into runs, pieces of print without a wide gap: each is set by itself
 * and may stand a little higher than its neighbour. A page has few sizes of print, so
 * runs of like height are read with one case of stamps (glyph.h), whose exact size and
 * look are learnt from the page's longest runs first. A page whose print fits none of
 * our faces gives readings of no fit, and the caller asks the OCR engine instead. */
#include "form_print.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.-'&/#()";

static const char digits[] = "0123456789";

/* Share of ink from which a reading needs no other attempt. */
#define GOOD 0.87f

bool is_words(enum kind kind)
{
	return kind == KIND_TEXT || kind == KIND_PARTY || kind == KIND_ADDRESS ||
	       kind == KIND_SIGNATURE;
}

/* A fax needs to be told what words look like, a clear print hardly. Codes and numbers
 * have no gaps; what looks like one is a stroke that was lost. */
static struct glyph_rules rules_for(const struct print_work *pw,
				    const struct fieldtype *field)
{
	bool fax = pw->work->ink->bilevel, words = is_words(field->kind);
	bool spaced = words || field->kind == KIND_DATE || field->kind == KIND_PHONE ||
		      field->kind == KIND_AMOUNT;
	return (struct glyph_rules){
		.gap = spaced ? 1.5f
		       : fax  ? 6
			      : 3,
		.narrow = 2.5f,
		.letter_digit = words ? 2 : 0,
		.digit_letter = words || field->kind == KIND_PROCEDURE ? 2 : 0,
		.words = !words ? 0
			 : fax	? 1.0f
				: 0.3f};
}

/* Entries are in capitals with few exceptions; small letters come into play where
 * capitals leave ink unexplained. */
void read_strip(struct print_work *pw, const struct line_job *job,
		const struct strip *strip, const struct glyph_case *c,
		struct glyph_line *line)
{
	const char *letters = zone_letters(job->field);
	bool bilevel = pw->work->ink->bilevel;
	struct glyph_rules rules = rules_for(pw, job->field);
	rules.allowed = strchr(letters, 'a')			 ? capitals
			: bilevel && zone_columns(pw->work, job) ? digits
								 : letters;
	glyph_read(strip, c, &rules, pw->arena, line);
	bool clear = line->explained > GOOD || pw->work->ink->bilevel;
	if (!strchr(letters, 'a') || (clear && job->field->kind != KIND_SIGNATURE))
		return;
	struct glyph_line mixed;
	rules.allowed = letters;
	glyph_read(strip, c, &rules, pw->arena, &mixed);
	if (mixed.total > line->total + 2)
		*line = mixed;
}

static void read_with(struct print_work *pw, struct run *run, int size,
		      struct glyph_line *line)
{
	read_strip(pw, run->job, &run->strip, pw->sizes[size].glyphs, line);
}

void read_run(struct print_work *pw, struct run *run)
{
	if (!run->strip.dark)
		lay_strip(pw, run);
	read_with(pw, run, run->size, &run->line);
}

/* Larger letters have more pixels in which to differ by chance. */
float print_odds(const struct letter *letter, float loss)
{
	return loss / (0.5f + 0.015f * letter->power);
}

static float sure_of(const struct letter *l)
{
	return 1 / (1 + expf(-print_odds(l, l->margin)));
}

static float line_sure(const struct glyph_line *line)
{
	float sure = 1;
	for (size_t i = 0; i < line->n; i++)
		sure *= sure_of(&line->letters[i]);
	return sure;
}

/* In every size of the page, if its own leaves much of it unexplained. */
static void read_in_any_size(struct print_work *pw, struct run *run)
{
	int own = run->size;
	read_run(pw, run);
	for (int i = 0; i < pw->n_sizes; i++) {
		struct glyph_line line;
		if (i == own ||
		    (run->line.explained > GOOD && line_sure(&run->line) > 0.3f))
			continue;
		read_with(pw, run, i, &line);
		if (line.total <= run->line.total)
			continue;
		run->line = line;
		run->size = i;
	}
}

/* Appends the run's letters to its line, and where they are in the text. */
static void append_letters(struct print_work *pw, struct line_job *job,
			   const struct run *run, const char *text)
{
	size_t before = job->text ? strlen(job->text) + 1 : 0, n = run->line.n, i = 0;
	struct letter *set = arena_alloc_n(pw->arena, job->letters + n, sizeof(*set));
	size_t *at = arena_alloc_n(pw->arena, job->letters + n, sizeof(*at));
	for (; i < job->letters; i++) {
		set[i] = job->set[i];
		at[i] = job->at[i];
	}
	for (size_t k = 0; text[k]; k++) {
		if (text[k] == ' ')
			continue;
		set[i] = run->line.letters[i - job->letters];
		at[i++] = before + k;
	}
	job->set = set;
	job->at = at;
	job->letters += n;
	job->text =
		job->text ? arena_printf(pw->arena, "%s %s", job->text, text) : text;
}

/* What a fax leaves of the form's own small print looks like letters of one stroke. */
static bool is_specks(const char *text)
{
	return strlen(text) <= 2 && strspn(text, "Il1.,-' ") == strlen(text);
}

static bool may_be_specks(enum kind kind)
{
	return is_words(kind) || kind == KIND_IDENTIFIER || kind == KIND_CODE ||
	       kind == KIND_AMOUNT;
}

static void take_run(struct print_work *pw, struct run *run)
{
	struct line_job *job = run->job;
	const struct size *size = &pw->sizes[run->size];
	const struct glyph_case *c = size->fax ? size->fax : size->glyphs;
	const char *text = glyph_text(&run->line, c, pw->arena);
	float n = (float)run->line.n;
	if (pw->fax && may_be_specks(job->field->kind) && is_specks(text))
		return;
	float sure = (job->letters ? job->sure : 1) * line_sure(&run->line);
	if (run->line.n == 0)
		return;
	float before = (float)job->letters;
	append_letters(pw, job, run, text);
	job->sure = sure;
	job->fit = (job->fit * before + run->line.explained * n) / (before + n);
}

/* Finer pages of black and white lost nothing that matters; they are read like others.
 */
#define FAX_UNITS 1.25

static bool is_fax(const struct form_work *work)
{
	return work->ink->bilevel && work->fit->units_per_px > FAX_UNITS;
}

void print_read(const struct form_work *work, struct line_job *jobs, size_t n,
		struct arena *arena)
{
	struct print_work pw = {.work = work, .arena = arena, .fax = is_fax(work)};
	for (size_t i = 0; i < n; i++)
		add_runs(&pw, &jobs[i]);
	find_sizes(&pw);
	for (int i = 0; i < pw.n_sizes; i++)
		learn_size(&pw, i);
	if (pw.fax)
		read_fax(&pw);
	else
		for (size_t i = 0; i < pw.n_runs; i++)
			read_in_any_size(&pw, &pw.runs[i]);
	for (size_t i = 0; i < pw.n_runs; i++)
		take_run(&pw, &pw.runs[i]);
	for (size_t i = 0; i < n; i++)
		print_choose(&jobs[i], arena);
	print_agree(jobs, n, arena);
}
