/* The reading of a line that its field allows.
 *
 * Every letter has others that would stand in its place almost as well. Where the best
 * letters make no value of the field's kind (a month of 38, an NPI whose check digit
 * is wrong, no state of that name), the cheapest exchange of up to three letters that
 * does make one is taken, if it is cheap enough to be a misreading; a clearly printed
 * wrong value stays as it is. What was given up is kept as an alternative. */
#include "form_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "glyph.h"
#include "text.h"
#include "value.h"

enum { MAX_EXCHANGES = 3, MAX_OPTIONS = 24 };

struct option {	   /* one letter exchanged for another */
	size_t at; /* in the text */
	char c;
	float cost; /* log odds */
};
struct choice {
	struct line_job *job;
	struct arena *arena;
	char *text; /* being tried */
	struct option options[MAX_OPTIONS];
	size_t n;
	float best_cost, second_cost;
	const char *best;
	bool (*fits)(const void *want, const char *value); /* or NULL: any good value */
	const void *want;
};

/* Log odds from which a print is clear: it is not taken for another. */
#define CLEAR 5.0f
/* Where there is a check digit or a list, but the value has the right form without. */
#define RATHER_CLEAR 3.0f

static bool is_state(const char *code)
{
	static const char states[] =
		"AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI "
		"MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT "
		"VA WA WV WI WY PR VI GU AS MP FM MH PW AA AE AP ";
	for (const char *s = states; *s; s += 3)
		if (strncmp(s, code, 2) == 0 && strlen(code) == 2)
			return true;
	return false;
}

enum validity { NO_VALUE, ODD_VALUE, GOOD_VALUE };

static const char *value_of(const struct line_job *job, const char *text,
			    struct arena *scratch)
{
	float shape;
	struct date latest = {9000, 1, 1};
	return text ? claim_value(scratch, job->field, text, latest, &shape) : NULL;
}

const char *print_value(const struct line_job *job, struct arena *arena)
{
	return value_of(job, job->text, arena);
}

/* A T taken for a 7 because a digit has to stand there may rather be a 1. */
static bool same_letters(enum kind kind, const char *text, const char *value,
			 struct arena *scratch)
{
	bool code = kind == KIND_PROCEDURE || kind == KIND_ICD;
	return !code || strcmp(text_key(scratch, text), text_key(scratch, value)) == 0;
}

static enum validity judge(const struct line_job *job, const char *text,
			   struct arena *scratch)
{
	const struct fieldtype *field = job->field;
	const char *value = value_of(job, text, scratch);
	if (!value)
		return NO_VALUE;
	if (!same_letters(field->kind, text, value, scratch))
		return ODD_VALUE;
	if (field->kind == KIND_STATE)
		return is_state(value) ? GOOD_VALUE : ODD_VALUE;
	return value_check_digit(field->kind, value) == 0 ? ODD_VALUE : GOOD_VALUE;
}

static int by_cost(const void *a, const void *b)
{
	const struct option *x = a, *y = b;
	return (x->cost > y->cost) - (x->cost < y->cost);
}

static void list_options(struct choice *ch)
{
	const struct line_job *job = ch->job;
	struct option all[GLYPH_OTHERS * 64];
	size_t n = 0;
	for (size_t i = 0; i < job->letters && i < 64; i++) {
		const struct letter *l = &job->set[i];
		for (int k = 0; k < GLYPH_OTHERS && l->others[k].c; k++)
			all[n++] = (struct option){job->at[i], l->others[k].c,
						   print_odds(l, l->others[k].loss)};
	}
	qsort(all, n, sizeof(*all), by_cost);
	ch->n = n < MAX_OPTIONS ? n : MAX_OPTIONS;
	memcpy(ch->options, all, ch->n * sizeof(*all));
}

static void try_text(struct choice *ch, float cost, enum validity wanted)
{
	AUTO_ARENA scratch = arena_new();
	if (cost >= ch->second_cost || judge(ch->job, ch->text, scratch) < wanted)
		return;
	if (ch->fits && !ch->fits(ch->want, value_of(ch->job, ch->text, scratch)))
		return;
	if (cost >= ch->best_cost) {
		ch->second_cost = cost;
		return;
	}
	ch->second_cost = ch->best_cost;
	ch->best_cost = cost;
	ch->best = arena_strdup(ch->arena, ch->text);
}

static void exchange(struct choice *ch, size_t from, int left, float cost, float limit,
		     enum validity wanted)
{
	for (size_t i = from; i < ch->n; i++) {
		const struct option *o = &ch->options[i];
		char was = ch->text[o->at];
		if (cost + o->cost > limit)
			break;
		ch->text[o->at] = o->c;
		try_text(ch, cost + o->cost, wanted);
		if (left > 1)
			exchange(ch, i + 1, left - 1, cost + o->cost, limit, wanted);
		ch->text[o->at] = was;
	}
}

static bool has_rule(enum kind kind)
{
	switch ((int)kind) {
	case KIND_DATE:
	case KIND_AMOUNT:
	case KIND_NPI:
	case KIND_ICD:
	case KIND_PROCEDURE:
	case KIND_STATE:
	case KIND_ZIP:
	case KIND_TAX_NUMBER:
	case KIND_CODE:
		return true;
	default:
		return false;
	}
}

static float probability(float odds)
{
	return 1 / (1 + expf(-odds));
}

/* The form's dotted line stands where the point would be and hides it; its place is
 * free all the same. */
static void put_point(struct line_job *job, struct arena *arena)
{
	size_t n = strlen(job->text);
	if (job->field->kind != KIND_AMOUNT || n < 4 || job->text[n - 3] != ' ' ||
	    strchr(job->text, '.'))
		return;
	char *text = arena_strdup(arena, job->text);
	text[n - 3] = '.';
	job->text = text;
}

void print_choose(struct line_job *job, struct arena *arena)
{
	AUTO_ARENA scratch = arena_new();
	if (!job->text || !has_rule(job->field->kind))
		return;
	put_point(job, arena);
	enum validity now = judge(job, job->text, scratch);
	if (now == GOOD_VALUE) {
		if (job->field->kind == KIND_NPI)
			job->sure = 1 - (1 - job->sure) * 0.2f;
		return;
	}
	struct choice ch = {.job = job,
			    .arena = arena,
			    .text = arena_strdup(scratch, job->text),
			    .best_cost = 1e6f,
			    .second_cost = 1e6f};
	list_options(&ch);
	exchange(&ch, 0, MAX_EXCHANGES, 0,
		 now == NO_VALUE ? MAX_EXCHANGES * CLEAR : RATHER_CLEAR, GOOD_VALUE);
	if (!ch.best) {
		job->sure *= now == NO_VALUE ? 0.3f : 0.7f;
		return;
	}
	job->other = job->text;
	job->text = ch.best;
	job->sure = 0.95f * probability(ch.second_cost - ch.best_cost) *
		    probability(2 * CLEAR - ch.best_cost);
}

/* What the form printed itself in front of an amount may look like a digit; the rest is
 * the value then. */
static void try_without_first(struct choice *ch)
{
	const char *rest = strchr(ch->job->text, ' ');
	char *whole = ch->text;
	if (!rest || ch->job->field->kind != KIND_AMOUNT)
		return;
	ch->text = arena_strdup(ch->arena, rest + 1);
	try_text(ch, 1, ODD_VALUE);
	ch->text = whole;
}

bool print_insist(struct line_job *job,
		  bool (*fits)(const void *want, const char *value), const void *want,
		  struct arena *arena)
{
	AUTO_ARENA scratch = arena_new();
	struct choice ch = {.job = job,
			    .arena = arena,
			    .text = arena_strdup(scratch, job->text),
			    .best_cost = 1e6f,
			    .second_cost = 1e6f,
			    .fits = fits,
			    .want = want};
	try_without_first(&ch);
	list_options(&ch);
	exchange(&ch, 0, MAX_EXCHANGES, 0, CLEAR, ODD_VALUE);
	if (!ch.best)
		return false;
	job->other = job->text;
	job->text = ch.best;
	job->letters = 0; /* no longer what was set */
	job->sure = 0.9f * probability(CLEAR - ch.best_cost);
	return true;
}
