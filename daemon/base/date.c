/* date.c - calendar days as numbers and text.
 *
 * Day numbers are counted from 1970-01-01; years run from 1 to 9999. Nothing here knows
 * of time zones or how people write dates: that is stages/value.c. */
#include "date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "err.h"

bool date_valid(int year, int month, int day)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
		return false;
	return day <= lengths[month - 1] + (month == 2 && leap);
}

static int digits(const char *text, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

bool date_parse(const char *text, struct date *out)
{
	struct date d;

	if (strlen(text) != 10 || text[4] != '-' || text[7] != '-')
		return false;
	d.year = digits(text, 4);
	d.month = digits(text + 5, 2);
	d.day = digits(text + 8, 2);
	if (!date_valid(d.year, d.month, d.day))
		return false;
	*out = d;
	return true;
}

char *date_print(struct date d, char buf[16])
{
	bug_on(!date_valid(d.year, d.month, d.day));
	snprintf(buf, 16, "%04d-%02d-%02d", d.year, d.month, d.day);
	return buf;
}

/* The year is taken to begin in March, so that the leap day is its last, and years are
 * counted in eras of 400, which all have the same number of days. */
enum { DAYS_PER_ERA = 146097, EPOCH_OFFSET = 719468 };

long date_number(struct date d)
{
	long year = d.month <= 2 ? d.year - 1 : d.year;
	long era = (year >= 0 ? year : year - 399) / 400;
	long year_of_era = year - era * 400;
	long day_of_year =
		(153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	long day_of_era =
		year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - EPOCH_OFFSET;
}

struct date date_from_number(long days)
{
	long shifted = days + EPOCH_OFFSET;
	long era = (shifted >= 0 ? shifted : shifted - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
	long day_of_era = shifted - era * DAYS_PER_ERA;
	long year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
			    day_of_era / 146096) /
			   365;
	long day_of_year =
		day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	long month = (5 * day_of_year + 2) / 153; /* from March */
	struct date d;

	d.day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	d.month = (int)(month < 10 ? month + 3 : month - 9);
	d.year = (int)(year_of_era + era * 400 + (d.month <= 2));
	return d;
}

int date_cmp(struct date a, struct date b)
{
	long x = date_number(a), y = date_number(b);

	return x < y ? -1 : x > y;
}

struct date date_today_utc(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return date_from_number((long)(now.tv_sec / 86400));
}
