#ifndef FORMS_CIVIL_H
#define FORMS_CIVIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/attr.h"

/*
 * Civil dates as plain numbers yyyymmdd: they sort, have no time zone, and a birthday is never off
 * by one. 0 is "none". Gregorian, 1800-01-01 to 2199-12-31.
 */
bool	 civil_valid(int date);
int	 civil_make(int y, int m, int d);		/* 0 when there is no such day */
int	 civil_days(int date);				/* days since 1970-01-01 */
int	 civil_from_days(int days);
int	 civil_add(int date, int n, char unit);		/* unit d w m y; 31 Jan + 1m = last of Feb;
							   0 when out of range */
int	 civil_month_end(int date);
int	 civil_years(int birth, int on);		/* completed years; the birthday of 29 Feb
							   is 1 March in a common year; negative
							   when `on` is before `birth` */

/* The county's day at a moment: UTC+8 all year (no daylight saving). */
int	 civil_at(int64_t utc_seconds);
/* The county's day and time at a moment: 2026-03-12 10:00:00. */
void	 civil_print_moment(int64_t utc_seconds, char out[20]);

/*
 * Reads a typed date: t (today), -1 +30 (days from today), 0312 (this year), 260312 (2000s; a
 * two-digit year after today's is the 1900s), 20260312, 2026-3-12, 2026/3/12, 2026.3.12,
 * 2026年3月12日; full-width digits too. False when it is no date; *date is then untouched.
 */
bool	 civil_parse(const char *typed, int today, int *date) MUST_USE;
void	 civil_print(int date, char out[11]);		/* 2026-03-12; "" for 0 */

/*
 * Relative dates of the definition language: today, month-end, -16y, +30d, -6m, or a date. False
 * when it is none.
 */
struct civil_rel {
	enum { REL_FIXED, REL_TODAY, REL_MONTH_END } base;
	int	fixed;		/* REL_FIXED */
	int	n;		/* added to the base */
	char	unit;		/* d w m y */
};
bool	 civil_rel_parse(const char *, struct civil_rel *) MUST_USE;
int	 civil_rel_on(const struct civil_rel *, int today);

#endif
