/* date.h - calendar days (proleptic Gregorian), without clocks or time zones. */
#ifndef INTRAY_DATE_H
#define INTRAY_DATE_H

#include <stdbool.h>

struct date {
	int year, month, day; /* 1..9999, 1..12, 1..31 */
};

bool date_valid(int year, int month, int day);
bool date_parse(const char *text, struct date *out); /* "YYYY-MM-DD" exactly, valid */
char *date_print(struct date d, char buf[16]);	     /* "YYYY-MM-DD"; returns buf */
long date_number(struct date d); /* days since 1970-01-01 */
struct date date_from_number(long days);
int date_cmp(struct date a, struct date b);
struct date date_today_utc(void);

#endif
