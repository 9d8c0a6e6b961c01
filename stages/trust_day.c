/* trust_day.c - what other print says of a date.
 *
 * One misread digit makes another date that looks as good, so a date needs a witness:
 * the day of the week printed beside it, or the same day written in another way
 * ("2021-08-13" in a signature, "13.08.21" over it), where the same mistake could
 * hardly be made again. The same writing once more is told by choose_evidence.c.
 * Never fails. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "date.h"
#include "text.h"
#include "trust_evidence.h"

/* --- the day of the week ------------------------------------------------------- */

enum { WEEK = 7, MONDAY_OFFSET = 3 }; /* 1970-01-01 was a Thursday */

/* Folded, from Monday on, words between spaces: English, German, French, Spanish,
 * Italian, Dutch, Malay. */
static const char *const weekdays[WEEK] = {
	" mon monday mo montag lun lundi lunes lunedi ma maandag isnin ",
	" tue tues tuesday di dienstag mar mardi martes martedi dinsdag selasa ",
	" wed weds wednesday mi mittwoch mer mercredi mie miercoles mercoledi wo "
	"woensdag rabu ",
	" thu thur thurs thursday do donnerstag jeu jeudi jue jueves gio giovedi "
	"donderdag khamis ",
	" fri friday fr freitag ven vendredi vie viernes venerdi vr vrijdag jumaat ",
	" sat saturday sa samstag sonnabend sam samedi sab sabado sabato za zaterdag "
	"sabtu ",
	" sun sunday so sonntag dim dimanche dom domingo domenica zo zondag ahad ",
};

/* 0 is Monday; -1: no day of the week. */
static int weekday_of_word(struct arena *arena, const char *text)
{
	const char *key = text_key(arena, text_fold(arena, text));
	const char *wanted = arena_printf(arena, " %s ", key);

	for (int day = 0; *key && day < WEEK; day++)
		if (strstr(weekdays[day], wanted))
			return day;
	return -1;
}

/* The nearest print of the same row on either side. */
static const struct print *beside(const struct paper *paper, const struct field *field,
				  bool left)
{
	const struct print *best = NULL;
	struct box b = field->box;
	int32_t least = b.h * 2;

	for (size_t i = 0; i < paper->n; i++) {
		const struct print *print = &paper->words[i];
		struct box w = print->word->box;
		int32_t y = w.y + w.h / 2;
		int32_t gap = left ? b.x - box_right(w) : w.x - box_right(b);

		if (print->page->number == field->page && *print->key && y >= b.y &&
		    y < box_bottom(b) && !print_inside(field, print) &&
		    gap > -w.h / 2 && gap < least) {
			best = print;
			least = gap;
		}
	}
	return best;
}

static void look_at_weekday(const struct paper *paper, struct field *field,
			    struct date date)
{
	int day = (int)((date_number(date) + MONDAY_OFFSET) % WEEK + WEEK) % WEEK;
	bool fits = false, differs = false;

	for (int side = 0; side < 2; side++) {
		const struct print *print = beside(paper, field, side == 0);
		int said =
			print ? weekday_of_word(paper->arena, print->word->text) : -1;

		fits |= said == day;
		differs |= said >= 0 && said != day;
	}
	doc_feature(paper->doc, field, "weekday fits", fits);
	doc_feature(paper->doc, field, "weekday differs", differs && !fits);
}

/* --- other writings of the day ------------------------------------------------- */

enum { WRITINGS = 5, WRITING_MAX = 12, SURE_DIGITS = 8 };

static void write_day(struct date d, char out[WRITINGS][WRITING_MAX])
{
	int year = d.year % 10000, two = d.year % 100;

	snprintf(out[0], WRITING_MAX, "%04d%02d%02d", year, d.month, d.day);
	snprintf(out[1], WRITING_MAX, "%02d%02d%04d", d.day, d.month, year);
	snprintf(out[2], WRITING_MAX, "%02d%02d%04d", d.month, d.day, year);
	snprintf(out[3], WRITING_MAX, "%02d%02d%02d", two, d.month, d.day);
	snprintf(out[4], WRITING_MAX, "%02d%02d%02d", d.day, d.month, two);
}

/* Digits alone; what dates are printed with in between is left out. */
static const char *digits_of(struct arena *arena, const char *text)
{
	char *out = arena_strdup(arena, text), *to = out;

	for (const char *p = text; *p; p++)
		if (isdigit((unsigned char)*p))
			*to++ = *p;
	*to = '\0';
	return out;
}

/* Six digits may stand for anything, unless they are all there is. */
static bool says_day(const char *digits, const char *writing)
{
	return strlen(writing) >= SURE_DIGITS ? strstr(digits, writing) != NULL
					      : strcmp(digits, writing) == 0;
}

static bool written_otherwise(const struct paper *paper, const struct field *field,
			      struct date date)
{
	const char *own = digits_of(paper->arena, field->raw ? field->raw : "");
	char writings[WRITINGS][WRITING_MAX];

	write_day(date, writings);
	for (size_t i = 0; i < paper->n; i++) {
		const char *digits = digits_of(paper->arena, paper->words[i].key);

		if (strlen(digits) < 6 || print_inside(field, &paper->words[i]))
			continue;
		for (int k = 0; k < WRITINGS; k++)
			if (strcmp(writings[k], own) != 0 &&
			    says_day(digits, writings[k]))
				return true;
	}
	return false;
}

void evidence_of_day(const struct paper *paper, struct field *field)
{
	struct date date;

	if (!date_parse(field->value, &date))
		return;
	look_at_weekday(paper, field, date);
	doc_feature(paper->doc, field, "same day written otherwise",
		    written_otherwise(paper, field, date));
}
