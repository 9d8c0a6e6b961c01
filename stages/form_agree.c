/* What the entries of a claim say of each other, where a letter may be misread.
 *
 * The days of one claim lie close together, so a year that no other date has is tried
 * as the others' year. Charges add up to the total: where they do not, the one letter
 * that would make them is looked for. An identifier that lost its thin first digit gets
 * it back where the check digit wants it. Only letters that might as well be what is
 * wanted are exchanged (print_insist), so clear print stays as it is, and its
 * contradiction is the paper's. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decimal.h"
#include "form_print.h"
#include "text.h"
#include "value.h"

enum { MANY = 64 };

/* --- years --- */

static bool has_year(const void *year, const char *value)
{
	return strncmp(value, year, 4) == 0;
}

static bool is_day(const struct line_job *job)
{
	return job->field->kind == KIND_DATE &&
	       !text_ends(job->field->path, "birth_date");
}

/* The year that most days have; "" without a clear one. */
static void usual_year(const struct line_job *jobs, size_t n, char year[5])
{
	char years[MANY][5];
	int count = 0, most = 0, same;
	for (size_t i = 0; i < n && count < MANY; i++) {
		AUTO_ARENA scratch = arena_new();
		const char *value =
			is_day(&jobs[i]) ? print_value(&jobs[i], scratch) : NULL;
		if (value)
			snprintf(years[count++], 5, "%.4s", value);
	}
	year[0] = '\0';
	for (int i = 0; i < count; i++) {
		same = 0;
		for (int k = 0; k < count; k++)
			same += strcmp(years[i], years[k]) == 0;
		if (same <= most)
			continue;
		most = same;
		memcpy(year, years[i], 5);
	}
	if (most * 2 < count || most < 2)
		year[0] = '\0';
}

static void agree_years(struct line_job *jobs, size_t n, struct arena *arena)
{
	char year[5];
	usual_year(jobs, n, year);
	for (size_t i = 0; *year && i < n; i++) {
		AUTO_ARENA scratch = arena_new();
		const char *value =
			is_day(&jobs[i]) ? print_value(&jobs[i], scratch) : NULL;
		if (value && !has_year(year, value))
			print_insist(&jobs[i], has_year, year, arena);
	}
}

/* --- sums --- */

static bool is_amount(const void *want, const char *value)
{
	struct decimal got;
	return decimal_parse(value, &got) &&
	       decimal_cmp(got, *(const struct decimal *)want) == 0;
}

/* The total and the charges of the lines, as far as they are amounts. */
struct sum {
	struct line_job *total, *charges[MANY];
	struct decimal total_value, values[MANY];
	int n;
	bool whole; /* all of them are */
};

static bool take_amount(const struct line_job *job, struct decimal *out)
{
	AUTO_ARENA scratch = arena_new();
	const char *value = print_value(job, scratch);
	return value && decimal_parse(value, out);
}

static void find_sum(struct line_job *jobs, size_t n, struct sum *s)
{
	*s = (struct sum){.whole = true};
	for (size_t i = 0; i < n; i++) {
		const char *path = jobs[i].field->path;
		if (strcmp(path, "total_charge") == 0) {
			s->total = &jobs[i];
			s->whole &= take_amount(&jobs[i], &s->total_value);
		}
		if (strcmp(path, "lines/charge") == 0 && s->n < MANY) {
			s->whole &= take_amount(&jobs[i], &s->values[s->n]);
			s->charges[s->n++] = &jobs[i];
		}
	}
	s->whole &= s->total != NULL && s->n > 0;
}

static void agree_sum(struct line_job *jobs, size_t n, struct arena *arena)
{
	struct sum s;
	struct decimal all = {0};
	find_sum(jobs, n, &s);
	for (int i = 0; i < s.n; i++)
		if (!decimal_add(all, s.values[i], &all))
			return;
	if (!s.whole || decimal_cmp(all, s.total_value) == 0 ||
	    print_insist(s.total, is_amount, &all, arena))
		return;
	for (int i = 0; i < s.n; i++) {
		struct decimal others, want;
		if (decimal_sub(all, s.values[i], &others) &&
		    decimal_sub(s.total_value, others, &want) &&
		    print_insist(s.charges[i], is_amount, &want, arena))
			return;
	}
}

/* --- identifiers --- */

/* A 1 is one thin stroke, the first a fax loses. */
static void complete_npi(struct line_job *job, struct arena *arena)
{
	const char *found = NULL;
	size_t digits = 0;
	if (job->field->kind != KIND_NPI || !job->text)
		return;
	for (const char *p = job->text; *p; p++)
		digits += isdigit((unsigned char)*p) != 0;
	for (const char *at = job->text; digits == 9; at++) {
		if (at > job->text && *at != ' ' && *at)
			continue;
		const char *text = arena_printf(arena, "%.*s1%s", (int)(at - job->text),
						job->text, at);
		struct line_job tried = *job;
		tried.text = text;
		const char *value = print_value(&tried, arena);
		if (value && value_check_digit(KIND_NPI, value) == 1) {
			if (found)
				return;
			found = text;
		}
		if (!*at)
			break;
	}
	if (!found)
		return;
	job->other = job->text;
	job->text = found;
	job->letters = 0; /* no longer what was set */
	job->sure *= 0.8f;
}

/* What a fax leaves of a column's own dashed rule is a 1; a date of nothing else is no
 * date. */
static void drop_rules(struct line_job *job)
{
	if (job->field->kind == KIND_DATE && job->text &&
	    strspn(job->text, "1 ") == strlen(job->text))
		job->text = NULL;
}

void print_agree(struct line_job *jobs, size_t n, struct arena *arena)
{
	for (size_t i = 0; i < n; i++) {
		drop_rules(&jobs[i]);
		complete_npi(&jobs[i], arena);
	}
	agree_years(jobs, n, arena);
	agree_sum(jobs, n, arena);
}
