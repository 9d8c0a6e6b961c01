/* choose.c - one option per field, so that print is used once and dates stand in order.
 *
 * Totals are chosen together first (amounts.c). The rest goes by score: the best option
 * of all fields is settled, its print is used, and so on. A field whose best option is
 * weak stays empty: a clerk keys a missing value faster than he finds a wrong one. */
#include "extract.h"

#include <string.h>

#include "date.h"
#include "lexicon.h"
#include "text.h"

/* Below this an option is no more than a guess. */
#define SCORE_LEAST 0.3F

bool span_used(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_used; i++)
		if (span_overlaps(work->used[i], span))
			return true;
	return false;
}

void span_use(struct work *work, struct span span)
{
	*arena_push(work->arena, work->used, work->n_used, work->cap_used) = span;
}

/* Other values the label could have meant, for the desk to offer. */
static void add_alternatives(struct work *work, struct field *field,
			     const struct fieldtype *type, const char *value)
{
	const struct options *options = &work->options[field_index(work, type)];
	struct arena *arena = work->doc->arena;
	size_t cap = 0;
	for (size_t i = 0; i < options->n && field->n_alternatives < 3; i++) {
		const struct option *o = &options->list[i];
		bool known = value_equal(type->kind, o->value, value);
		for (size_t k = 0; k < field->n_alternatives; k++)
			known = known || value_equal(type->kind, o->value,
						     field->alternatives[k].text);
		if (!known)
			*arena_push(arena, field->alternatives, field->n_alternatives,
				    cap) = (struct alternative){
				arena_strdup(arena, o->value), o->score};
	}
}

/* What one reading of a picture is worth at most. A digit misread in a number looks as
 * well as the right one; only sums and check digits (validation) raise such a value
 * again. */
static float most(const struct option *option, enum source source)
{
	if (source == SOURCE_TEXT)
		return 1;
	switch ((int)option->field->kind) {
	case KIND_CURRENCY:
	case KIND_CODE:
		return 0.98F;
	case KIND_AMOUNT:
		return 0.99F;
	case KIND_IBAN:
	case KIND_VAT_ID:
		return 0.96F;
	default:
		return 0.95F;
	}
}

struct field *settle(struct work *work, const struct option *option, float confidence,
		     const char *why)
{
	struct arena *arena = work->doc->arena;
	const struct page *page = span_page(&work->layout, option->span);
	struct field *field = doc_field(work->doc, option->field->path, 0);
	if (field && field->value)
		return field;
	if (!field)
		field = doc_add_field(work->doc, option->field->path, 0);
	field->raw = arena_strdup(arena, option->raw);
	field->value = option->field->kind == KIND_PARTY && page->source != SOURCE_TEXT
			       ? lexicon_legal_form(arena, option->value)
			       : arena_strdup(arena, option->value);
	field->page = page->number;
	field->box = option->box;
	field->source = page->source == SOURCE_TEXT ? SOURCE_TEXT : SOURCE_OCR;
	float limit = most(option, page->source);
	field->confidence = confidence < limit ? confidence : limit;
	field->why = arena_strdup(arena, why);
	note_evidence(work, option, field);
	if (!option->field->line)
		add_alternatives(work, field, option->field, option->value);
	return field;
}

/* What experience says of an option: how often such a one is right. */
static float estimate(const struct work *work, const struct option *option)
{
	float p = 0.55F + 0.43F * option->score;
	float lead = option->score - best_rival(work, option);
	if (lead < 0.1F)
		p -= 0.06F;
	else if (lead > 0.4F)
		p += 0.015F;
	if (option->relation == REL_BELOW)
		p -= 0.03F;
	if (option->relation == REL_FAR)
		p -= 0.03F;
	if (option->mark && option->mark->misread)
		p -= 0.03F;
	float reading = option->confidence;
	if (reading < 0.9F)
		p *= 0.6F + 0.4F * reading / 0.9F;
	return p;
}

/* A date to pay by is not before the date of issue. */
static bool in_order(const struct work *work, const struct option *option)
{
	const struct fieldtype *issue = field_by_role(work, KIND_DATE, "issue");
	if (!issue || option->field->kind != KIND_DATE || !option->field->role ||
	    strcmp(option->field->role, "due") != 0)
		return true;
	const char *value = doc_value(work->doc, issue->path, 0);
	return !value || strcmp(value, option->value) <= 0;
}

static bool open_field(const struct work *work, const struct fieldtype *field)
{
	return !field->line && !field->derive && !doc_value(work->doc, field->path, 0);
}

static const struct option *best_option(const struct work *work)
{
	const struct option *best = NULL;
	for (size_t f = 0; f < work->type->n_fields; f++) {
		if (!open_field(work, &work->type->fields[f]))
			continue;
		const struct options *options = &work->options[f];
		for (size_t i = 0; i < options->n; i++) {
			const struct option *o = &options->list[i];
			if (o->score < SCORE_LEAST || span_used(work, o->span) ||
			    !in_order(work, o))
				continue;
			if (!best || o->score > best->score)
				best = o;
			break;
		}
	}
	return best;
}

/* --- without a label --- */

/* How many of the candidates say the same; *others: how many say something else. */
static int agreeing(const struct work *work, const struct candidate *c, int *others)
{
	int same = 0;
	*others = 0;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *other = &work->candidates[i];
		if (other->kind != c->kind)
			continue;
		if (strcmp(other->value, c->value) == 0)
			same++;
		else
			(*others)++;
	}
	return same;
}

static bool time_beside(const struct work *work, struct span span)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_TIME && c->span.sheet == span.sheet &&
		    c->span.row == span.row)
			return true;
	}
	return false;
}

static bool labelled(const struct work *work, const struct candidate *c)
{
	for (size_t f = 0; f < work->type->n_fields; f++)
		for (size_t i = 0; i < work->options[f].n; i++)
			if (work->options[f].list[i].candidate == c &&
			    work->options[f].list[i].score > 0.6F)
				return true;
	return false;
}

/* A candidate with no label becomes the field's value, `less` sure than its score says.
 */
static void settle_by_place(struct work *work, const struct fieldtype *field,
			    const struct candidate *best, float score, float less,
			    const char *why)
{
	struct option option = {.field = field,
				.span = best->span,
				.box = best->box,
				.raw = best->raw,
				.value = best->value,
				.confidence = best->confidence,
				.score = score,
				.relation = REL_PLACE,
				.candidate = best};

	settle(work, &option, estimate(work, &option) - less, why);
	span_use(work, best->span);
}

/* A date of issue may stand without any label, alone or beside a time of day. */
static void issue_date_by_place(struct work *work)
{
	const struct fieldtype *field = field_by_role(work, KIND_DATE, "issue");
	const struct candidate *best = NULL;
	float best_score = 0;
	if (!field || !open_field(work, field))
		return;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		int others;
		if (c->kind != KIND_DATE || labelled(work, c))
			continue;
		int same = agreeing(work, c, &others);
		float score = others == 0 ? 0.8F : 0.45F;
		if (time_beside(work, c->span))
			score += 0.15F;
		if (same > 1)
			score += 0.1F;
		if (c->span.sheet > 0)
			score -= 0.15F;
		else if (c->box.y * 5 < work->layout.sheets[0].page->height * 2)
			score += 0.1F;
		if (score > best_score) {
			best = c;
			best_score = score;
		}
	}
	if (!best)
		return;
	settle_by_place(work, field, best, best_score < 0.97F ? best_score : 0.97F,
			0.03F, "only date of its kind");
}

/* A label that speaks against the field stands on the row ("Beginn: ..."). */
static bool spoken_against(const struct work *work, const struct fieldtype *field,
			   struct span span)
{
	for (size_t i = 0; i < work->n_marks; i++) {
		const struct mark *mark = &work->marks[i];
		if (mark->negative && mark->field == field &&
		    mark->span.sheet == span.sheet && mark->span.row == span.row)
			return true;
	}
	return false;
}

/* The day of the issue stands on the row, too. */
static bool issue_beside(const struct work *work, struct span span, const char *day)
{
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind == KIND_DATE && c->span.sheet == span.sheet &&
		    c->span.row == span.row && strcmp(c->value, day) == 0)
			return true;
	}
	return false;
}

/* The day that a label calls the issue's, else the first one printed. */
static const char *likely_day(const struct work *work, const struct fieldtype *date)
{
	const struct options *options = &work->options[field_index(work, date)];
	if (options->n)
		return options->list[0].value;
	for (size_t i = 0; i < work->n_candidates; i++)
		if (work->candidates[i].kind == KIND_DATE)
			return work->candidates[i].value;
	return NULL;
}

static float time_score(const struct work *work, const struct candidate *c,
			const char *day)
{
	bool beside = issue_beside(work, c->span, day);
	if (terminal_print(work, c->span))
		return beside ? 0.55F : 0;
	return beside ? 0.93F : work->n_terminals ? 0.5F : 0;
}

/* The time of day on a row with the date of issue: that is when it was issued, whatever
 * the card terminal or the till's memory print as their times elsewhere. Where a
 * terminal has printed, any time outside its slip is the till's. */
static void propose_times(struct work *work)
{
	const struct fieldtype *field = field_by_role(work, KIND_TIME, "issue");
	const struct fieldtype *date = field_by_role(work, KIND_DATE, "issue");
	const char *day = field && date ? likely_day(work, date) : NULL;
	if (!day)
		return;
	struct options *options = &work->options[field_index(work, field)];
	doubt_terminal(work, options);
	options_sort(options);
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind != KIND_TIME || spoken_against(work, field, c->span))
			continue;
		float score = time_score(work, c, day);
		if (score > 0)
			option_insert(work, option_of(field, c, score, REL_PLACE));
	}
}

/* The time of day that stands with the date of issue. */
static void time_with_date(struct work *work)
{
	const struct fieldtype *field = field_by_role(work, KIND_TIME, "issue");
	const struct fieldtype *date = field_by_role(work, KIND_DATE, "issue");
	if (!field || !date || !open_field(work, field))
		return;
	const struct field *day = doc_field(work->doc, date->path, 0);
	if (!day || !day->value)
		return;
	const struct candidate *best = NULL;
	int32_t least = 0;
	for (size_t i = 0; i < work->n_candidates; i++) {
		const struct candidate *c = &work->candidates[i];
		if (c->kind != KIND_TIME || spoken_against(work, field, c->span) ||
		    span_page(&work->layout, c->span)->number != day->page)
			continue;
		int32_t em = work->layout.sheets[c->span.sheet].em;
		int32_t away = c->box.y > day->box.y ? c->box.y - day->box.y
						     : day->box.y - c->box.y;
		if (away < em * 3 && (!best || away < least)) {
			best = c;
			least = away;
		}
	}
	if (!best)
		return;
	settle_by_place(work, field, best, 0.85F, 0, "beside the date");
}

/* IBANs and tax ids that have a holder's role are known by their shape alone: the
 * payee's is the only IBAN there is. */
static void shapes_without_label(struct work *work)
{
	for (size_t f = 0; f < work->type->n_fields; f++) {
		const struct fieldtype *field = &work->type->fields[f];
		bool taxed = field->kind == KIND_TAX_NUMBER && field->role &&
			     strcmp(field->role, "merchant") == 0;
		enum kind kind = taxed ? KIND_VAT_ID : KIND_IBAN;
		if (!open_field(work, field) || (field->kind != KIND_IBAN && !taxed))
			continue;
		for (size_t i = 0; i < work->n_candidates; i++) {
			const struct candidate *c = &work->candidates[i];
			bool holds = value_check_digit(kind, c->value) != 0;
			if (c->kind != kind || (!holds && !work->options[f].marked) ||
			    (taxed && (!holds || span_used(work, c->span))))
				continue;
			struct option option =
				option_of(field, c, holds ? 0.95F : 0.4F, REL_PLACE);
			settle(work, &option, estimate(work, &option),
			       holds ? "check digits hold" : "has the shape");
			break;
		}
	}
}

static void currency_of_document(struct work *work)
{
	const struct locale *locale = &work->locale;
	if (!locale->currency)
		return;
	for (size_t f = 0; f < work->type->n_fields; f++) {
		const struct fieldtype *field = &work->type->fields[f];
		if (!open_field(work, field) || field->kind != KIND_CURRENCY)
			continue;
		struct span span = locale->currency_span;
		struct option option = {
			.field = field,
			.span = span,
			.box = span_box(&work->layout, span),
			.raw = span_raw(&work->layout, work->arena, span),
			.value = locale->currency,
			.confidence = span_confidence(&work->layout, span),
			.score = locale->currency_sure,
			.relation = REL_PLACE,
		};
		settle(work, &option, 0.5F + 0.47F * locale->currency_sure,
		       "stands with the amounts");
		return;
	}
}

void choose(struct work *work)
{
	const struct option *option;
	choose_totals(work);
	currency_of_document(work);
	propose_times(work);
	while ((option = best_option(work)) != NULL) {
		settle(work, option, estimate(work, option), "label and shape fit");
		span_use(work, option->span);
	}
	issue_date_by_place(work);
	time_with_date(work);
	shapes_without_label(work);
}
