/* printed_date.c - dates and times as people print them, in English, German, French and
 * Spanish: 13.06.2018, 6/13/18, 2018-06-13, 13. Juni 2018, June 13th, 2018, 3 de marzo
 * de 2018, 13JUN18. Input is folded text. A date of three numbers whose order only the
 * document can tell says so instead of guessing; points between the numbers always mean
 * day first. */
#include "value.h"

#include <string.h>

#include "date.h"
#include "text.h"

/* Folded; the longest form that fits wins, so short forms may stand beside long ones.
 */
static const struct {
	const char *name;
	int month;
} months[] = {
	{"gennaio", 1},	   {"febbraio", 2},  {"aprile", 4},    {"maggio", 5},
	{"giugno", 6},	   {"luglio", 7},    {"settembre", 9}, {"ottobre", 10},
	{"dicembre", 12},  {"janeiro", 1},   {"fevereiro", 2}, {"maio", 5},
	{"junho", 6},	   {"julho", 7},     {"setembro", 9},  {"outubro", 10},
	{"novembro", 11},  {"dezembro", 12}, {"stycznia", 1},  {"lutego", 2},
	{"marca", 3},	   {"kwietnia", 4},  {"maja", 5},      {"czerwca", 6},
	{"lipca", 7},	   {"sierpnia", 8},  {"wrzesnia", 9},  {"pazdziernika", 10},
	{"listopada", 11}, {"grudnia", 12},  {"marts", 3},     {"maj", 5},
	{"augusti", 8},	   {"january", 1},   {"januar", 1},    {"janvier", 1},
	{"enero", 1},	   {"jan", 1},	     {"janner", 1},    {"janv", 1},
	{"ene", 1},	   {"jaenner", 1},   {"february", 2},  {"februar", 2},
	{"fevrier", 2},	   {"febrero", 2},   {"feb", 2},       {"fevr", 2},
	{"fev", 2},	   {"march", 3},     {"marz", 3},      {"maerz", 3},
	{"mars", 3},	   {"marzo", 3},     {"mar", 3},       {"mrz", 3},
	{"april", 4},	   {"avril", 4},     {"abril", 4},     {"apr", 4},
	{"avr", 4},	   {"abr", 4},	     {"may", 5},       {"mai", 5},
	{"mayo", 5},	   {"june", 6},	     {"juni", 6},      {"juin", 6},
	{"junio", 6},	   {"jun", 6},	     {"july", 7},      {"juli", 7},
	{"juillet", 7},	   {"julio", 7},     {"jul", 7},       {"juil", 7},
	{"august", 8},	   {"aout", 8},	     {"agosto", 8},    {"aug", 8},
	{"ago", 8},	   {"september", 9}, {"septembre", 9}, {"septiembre", 9},
	{"setiembre", 9},  {"sept", 9},	     {"sep", 9},       {"october", 10},
	{"oktober", 10},   {"octobre", 10},  {"octubre", 10},  {"oct", 10},
	{"okt", 10},	   {"november", 11}, {"novembre", 11}, {"noviembre", 11},
	{"nov", 11},	   {"december", 12}, {"dezember", 12}, {"decembre", 12},
	{"diciembre", 12}, {"dec", 12},	     {"dez", 12},      {"dic", 12},
	{"januari", 1},	   {"februari", 2},  {"maart", 3},     {"mei", 5},
	{"augustus", 8},
};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return c >= 'a' && c <= 'z';
}

static int month_name(const char **s)
{
	size_t best = 0;
	int month = 0;
	for (size_t i = 0; i < sizeof months / sizeof *months; i++) {
		size_t len = strlen(months[i].name);
		if (len > best && strncmp(*s, months[i].name, len) == 0 &&
		    !letter((*s)[len])) {
			best = len;
			month = months[i].month;
		}
	}
	*s += best;
	return month;
}

/* Up to max digits; returns how many and moves on. More digits than that: 0. */
static int number(const char **s, int max, int *out)
{
	int n = 0, value = 0;
	while (n <= max && digit((*s)[n])) {
		value = value * 10 + ((*s)[n] - '0');
		n++;
	}
	if (n == 0 || n > max)
		return 0;
	*s += n;
	*out = value;
	return n;
}

static void spaces(const char **s)
{
	while (**s == ' ')
		(*s)++;
}

/* "20'9", "20|9": the 1 of this century's teens lost most of its stroke. */
static int broken_one(const char *s, int *year)
{
	if (s[0] != '2' || s[1] != '0' || !s[2] || !strchr("'|!", s[2]) || !digit(s[3]))
		return 0;
	*year = 2010 + s[3] - '0';
	return 4;
}

/* A year of two or four digits that ends there. Two digits: 1970 to 2069. */
static bool year(const char **s, struct printed_date *out)
{
	const char *p = *s;
	int n = broken_one(p, &out->year);
	p += n;
	if (n == 0)
		n = number(&p, 4, &out->year);
	if (n != 4 && n != 2)
		return false;
	/* "2617", "2918": the nought of this century misread */
	if (n == 4 && out->year > 2199 && strchr("2689", (*s)[1]) && (*s)[0] == '2' &&
	    out->year % 100 < 50)
		out->year = 2000 + out->year % 100;
	if (n == 4 && (out->year < 1900 || out->year > 2199))
		return false;
	if (n == 2) {
		out->year += out->year < 70 ? 2000 : 1900;
		out->short_year = true;
	}
	*s = p;
	return true;
}

/* What may stand between day, month name and year. */
static void filler(const char **s)
{
	static const char *const words[] = {"de ", "del ", "of ", "."};
	spaces(s);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_starts(*s, words[i]))
			*s += strlen(words[i]);
	if (**s == '-' || **s == '/' || **s == ',')
		(*s)++;
	spaces(s);
	if (**s == '\'')
		(*s)++;
}

static void ordinal(const char **s)
{
	static const char *const ends[] = {"st", "nd", "rd", "th", "er", "."};
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		size_t len = strlen(ends[i]);
		if (text_starts(*s, ends[i]) && !letter((*s)[len])) {
			*s += len;
			return;
		}
	}
}

/* Of "1 - July 31, 2014" the 31 is the day of another date, not the year of this one.
 */
static bool is_day_of_next(const char *p)
{
	if (*p != ' ' && *p != ',')
		return false;
	p += strspn(p, " ,");
	return strspn(p, "0123456789") == 4;
}

/* 13. Juni 2018, 13-Jun-18, 1er janvier 2018, 3 de marzo de 2018, 13jun2018 */
static bool day_month_year(const char **s, struct printed_date *out)
{
	const char *p = *s;
	if (!number(&p, 2, &out->day))
		return false;
	ordinal(&p);
	filler(&p);
	out->month = month_name(&p);
	if (!out->month)
		return false;
	filler(&p);
	if (!year(&p, out) || (out->short_year && is_day_of_next(p)))
		return false;
	*s = p;
	return true;
}

/* June 13, 2018; Jun-13-2018; Nov 16th 2017 */
static bool month_day_year(const char **s, struct printed_date *out)
{
	const char *p = *s;
	out->month = month_name(&p);
	if (!out->month)
		return false;
	filler(&p);
	if (!number(&p, 2, &out->day))
		return false;
	ordinal(&p);
	if (*p != ' ' && *p != ',' && *p != '-' && *p != '/')
		return false;
	filler(&p);
	if (!year(&p, out) || out->short_year)
		return false;
	*s = p;
	return true;
}

static bool separator(const char **s, char *mark)
{
	const char *p = *s;
	spaces(&p);
	if (*p != '.' && *p != '/' && *p != '-')
		return false;
	/* Only a point may have a space before it ("13 .06. 2018"). */
	if (*p != '.' && p != *s)
		return false;
	if (*mark && *mark != *p)
		return false;
	*mark = *p++;
	spaces(&p);
	*s = p;
	return true;
}

/* 2018-06-13, 2018/6/13, 2018.06.13 */
static bool year_month_day(const char **s, struct printed_date *out)
{
	const char *p = *s;
	char mark = 0;
	if (!digit(p[0]) || !digit(p[1]) || !digit(p[2]) || !year(&p, out))
		return false;
	if (!separator(&p, &mark) || !number(&p, 2, &out->month) ||
	    !separator(&p, &mark) || !number(&p, 2, &out->day))
		return false;
	*s = p;
	return true;
}

/* "17 04.2023": a point that the print lost before a month of two digits. */
static bool lost_point(const char **s, char *mark)
{
	const char *p = *s;
	if (p[0] != ' ' || !digit(p[1]) || !digit(p[2]) || p[3] != '.' ||
	    strspn(p + 4, "0123456789") != 4)
		return false;
	*mark = '.';
	*s = p + 1;
	return true;
}

/* 13.06.2018, 13/06/18, 6-13-2018: which is the day is settled or said to be open. */
static bool three_numbers(const char **s, struct printed_date *out)
{
	const char *p = *s;
	char mark = 0;
	int first, second;
	if (!number(&p, 2, &first) ||
	    (!separator(&p, &mark) && !lost_point(&p, &mark)) ||
	    !number(&p, 2, &second) || !separator(&p, &mark) || !year(&p, out))
		return false;
	out->day_first = first > 12 ? 1 : second > 12 ? 0 : -1;
	if (mark == '.')
		out->day_first = 1;
	out->ambiguous = out->day_first < 0 && first != second;
	out->day = out->day_first == 0 ? second : first;
	out->month = out->day_first == 0 ? first : second;
	*s = p;
	return true;
}

/* Between the first and the last day of a period. */
static bool until(const char **s)
{
	static const char *const words[] = {"-", "to ", "bis ", "au ", "al ", "until "};
	const char *p = *s;
	spaces(&p);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_starts(p, words[i])) {
			*s = p + strlen(words[i]);
			spaces(s);
			return true;
		}
	return false;
}

/* No further digit, nor another number joined on: then it is something else. */
static bool ends(const char *p)
{
	if (digit(*p))
		return false;
	return !((*p == '.' || *p == '/' || *p == '-') && digit(p[1]));
}

/* "July 1", "1. Juli", "01.07.", "1." (month 0); not a number alone ("page 1 - ...").
 */
static bool without_year(const char **s, int *day, int *month)
{
	const char *p = *s;
	*month = month_name(&p);
	filler(&p);
	if (!number(&p, 2, day))
		return false;
	const char *before = p;
	ordinal(&p);
	bool point = p > before && p[-1] == '.';
	if (*month == 0) {
		const char *q = p;
		filler(&q);
		*month = month_name(&q);
		if (*month == 0 && point && number(&q, 2, month) && *q++ != '.')
			return false;
		if (*month)
			p = q;
	}
	*s = p;
	return *month || point;
}

/* July 1 - July 31, 2014; 1. bis 31. Juli 2014; 01.07. - 31.07.2014: the first day of a
 * period, whose year, and maybe month, is printed with the last one. Only that first
 * day is taken, so the last is found as a date of its own. */
static bool first_of_period(const char **s, struct printed_date *out)
{
	static bool (*const lasts[])(const char **, struct printed_date *) = {
		three_numbers, day_month_year, month_day_year};
	const char *end = *s;
	int month;
	if (!without_year(&end, &out->day, &month))
		return false;
	const char *p = end;
	if (!until(&p))
		return false;
	for (size_t i = 0; i < sizeof lasts / sizeof *lasts; i++) {
		struct printed_date last = {.day_first = -1};
		const char *q = p;
		if (!lasts[i](&q, &last) || last.ambiguous || !ends(q))
			continue;
		out->month = month ? month : last.month;
		out->year = last.year - (out->month > last.month);
		*s = end;
		return true;
	}
	return false;
}

size_t date_scan(const char *folded, struct printed_date *out)
{
	static bool (*const forms[])(const char **, struct printed_date *) = {
		year_month_day, three_numbers, day_month_year, month_day_year,
		first_of_period};
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
		const char *p = folded;
		*out = (struct printed_date){.day_first = -1};
		if (!forms[i](&p, out) || (forms[i] != first_of_period && !ends(p)))
			continue;
		out->month_name = i >= 2;
		if (date_valid(out->year, out->month, out->day) ||
		    (out->ambiguous && date_valid(out->year, out->day, out->month)))
			return (size_t)(p - folded);
	}
	return 0;
}

bool date_settle(struct printed_date *date, int day_first)
{
	if (date->ambiguous && day_first < 0)
		return false;
	if (date->ambiguous && day_first == 0) {
		int month = date->day;
		date->day = date->month;
		date->month = month;
	}
	date->ambiguous = false;
	return date_valid(date->year, date->month, date->day);
}

static bool half_of_day(const char **s, int *hour)
{
	const char *p = *s;
	spaces(&p);
	bool pm = text_starts(p, "pm") || text_starts(p, "p.m");
	if (!pm && !text_starts(p, "am") && !text_starts(p, "a.m"))
		return true;
	p += p[1] == '.' ? 3 : 2;
	if (letter(*p) || *hour > 12)
		return *hour <= 23;
	if (*p == '.')
		p++;
	*hour = *hour % 12 + (pm ? 12 : 0);
	*s = p;
	return true;
}

size_t time_scan(const char *folded, int *hour, int *minute)
{
	const char *p = folded;
	if (!number(&p, 2, hour))
		return 0;
	bool point = *p == '.';
	if (*p != ':' && *p != 'h' && !point)
		return 0;
	p++;
	if (number(&p, 2, minute) != 2 || *hour > 24 || *minute > 59)
		return 0;
	if (*p == p[-3] && digit(p[1]) && digit(p[2]) && !digit(p[3]))
		p += 3;
	const char *before = p;
	if (!half_of_day(&p, hour) || digit(*p))
		return 0;
	/* 20.49 is a number unless something says otherwise. */
	if (point && p == before && !text_starts(p, " uhr") && !text_starts(p, "h"))
		return 0;
	return (size_t)(p - folded);
}
