#include "forms/civil.h"

#include <stdio.h>
#include <string.h>

#include "forms/fold.h"

#define YEAR_MIN	1800
#define YEAR_MAX	2199

static int
year_of(int date)
{
	return date / 10000;
}

static int
month_of(int date)
{
	return date / 100 % 100;
}

static int
day_of(int date)
{
	return date % 100;
}

static bool
is_leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int
month_days(int y, int m)
{
	static const int	 days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return m == 2 && is_leap(y) ? 29 : days[m - 1];
}

int
civil_make(int y, int m, int d)
{
	if (y < YEAR_MIN || y > YEAR_MAX || m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return 0;
	return y * 10000 + m * 100 + d;
}

bool
civil_valid(int date)
{
	return date > 0 && civil_make(year_of(date), month_of(date), day_of(date)) == date;
}

/*
 * Years are counted from March, so that the leap day is the last day of a year and the months
 * before it have a regular pattern.
 */
int
civil_days(int date)
{
	int	 y = year_of(date), m = month_of(date);
	int	 from_march = (m + 9) % 12;

	if (m < 3)
		y--;
	return y * 365 + y / 4 - y / 100 + y / 400 + (from_march * 153 + 2) / 5 + day_of(date) - 1 -
	    719468;
}

int
civil_from_days(int days)
{
	int64_t	 n = (int64_t)days + 719468;		/* since 1 March of the year 0 */
	int	 y, rest, from_march;

	if (days < civil_days(YEAR_MIN * 10000 + 101) || days > civil_days(YEAR_MAX * 10000 + 1231))
		return 0;
	y = (int)(n * 400 / 146097);
	while ((rest = (int)(n - (y * 365 + y / 4 - y / 100 + y / 400))) < 0)
		y--;
	if (rest > 365 || (rest == 365 && !is_leap(y + 1))) {
		y++;
		rest = (int)(n - (y * 365 + y / 4 - y / 100 + y / 400));
	}
	from_march = (rest * 5 + 2) / 153;
	return civil_make(y + (from_march >= 10), (from_march + 2) % 12 + 1,
	    rest - (from_march * 153 + 2) / 5 + 1);
}

static int
add_months(int date, int64_t n)
{
	int64_t	 months = (int64_t)year_of(date) * 12 + month_of(date) - 1 + n;
	int	 y, m, last;

	if (months < YEAR_MIN * 12 || months >= (YEAR_MAX + 1) * 12)
		return 0;
	y = (int)(months / 12);
	m = (int)(months % 12) + 1;
	last = month_days(y, m);
	return civil_make(y, m, day_of(date) < last ? day_of(date) : last);
}

static int
add_days(int date, int64_t n)
{
	int64_t	 days = civil_days(date) + n;

	return days < INT32_MIN || days > INT32_MAX ? 0 : civil_from_days((int)days);
}

int
civil_add(int date, int n, char unit)
{
	if (!civil_valid(date))
		return 0;
	switch (unit) {
	case 'd':
		return add_days(date, n);
	case 'w':
		return add_days(date, (int64_t)n * 7);
	case 'm':
		return add_months(date, n);
	case 'y':
		return add_months(date, (int64_t)n * 12);
	default:
		return 0;
	}
}

int
civil_month_end(int date)
{
	if (!civil_valid(date))
		return 0;
	return date - day_of(date) + month_days(year_of(date), month_of(date));
}

/*
 * Comparing month and day as one number moves a birthday of 29 February to 1 March in common years.
 */
int
civil_years(int birth, int on)
{
	return year_of(on) - year_of(birth) - (on % 10000 < birth % 10000);
}

int
civil_at(int64_t utc_seconds)
{
	int64_t	 s = utc_seconds, days;

	if (s < INT64_C(-100000) * 86400 || s > INT64_C(100000) * 86400)
		return 0;
	s += 8 * 3600;
	days = s >= 0 ? s / 86400 : -((86399 - s) / 86400);
	return civil_from_days((int)days);
}

void
civil_print_moment(int64_t utc_seconds, char out[20])
{
	const int	 date = civil_at(utc_seconds);
	const int	 second = (int)(((utc_seconds + 8 * 3600) % 86400 + 86400) % 86400);
	char		 day[11];

	civil_print(date, day);
	snprintf(out, 20, "%.10s %02u:%02u:%02u", day, (unsigned)second / 3600 % 24,
	    (unsigned)second / 60 % 60, (unsigned)second % 60);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* Reads `min` to `max` digits; returns the place behind them, or NULL. */
static const char *
digits(const char *s, int min, int max, int *out)
{
	int	 n = 0;

	for (*out = 0; n < max && s[n] >= '0' && s[n] <= '9'; n++)
		*out = *out * 10 + (s[n] - '0');
	return n >= min ? s + n : NULL;
}

static const char *
word(const char *s, const char *w)
{
	size_t	 n = strlen(w);

	return s != NULL && strncmp(s, w, n) == 0 ? s + n : NULL;
}

/* "2026-3-12" and the like; the year has four digits here, because 3-12-26 would be ambiguous. */
static int
parse_parts(const char *s)
{
	static const char *const marks[][3] = {
		{ "-", "-", "" }, { "/", "/", "" }, { ".", ".", "" },
		{ "年", "月", "日" }, { "年", "月", "号" }, { "年", "月", "" },
	};
	const char	*at;
	int		 y, m, d;

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		at = word(digits(s, 4, 4, &y), marks[i][0]);
		if (at != NULL)
			at = word(digits(at, 1, 2, &m), marks[i][1]);
		if (at != NULL)
			at = word(digits(at, 1, 2, &d), marks[i][2]);
		if (at != NULL && *at == '\0')
			return civil_make(y, m, d);
	}
	return 0;
}

static int
parse_digits(const char *s, int today)
{
	int	 n, yy;

	if (digits(s, 1, 8, &n) == NULL)
		return 0;
	switch (strlen(s)) {
	case 4:
		return civil_make(year_of(today), n / 100, n % 100);
	case 6:
		yy = n / 10000;
		return civil_make(yy + (yy > year_of(today) % 100 ? 1900 : 2000), n / 100 % 100,
		    n % 100);
	case 8:
		return civil_make(n / 10000, n / 100 % 100, n % 100);
	default:
		return 0;
	}
}

static int
parse_folded(const char *s, int today)
{
	const char	*end;
	int		 n;

	if (strcmp(s, "t") == 0 || strcmp(s, "T") == 0)
		return today;
	if (*s == '+' || *s == '-') {
		end = digits(s + 1, 1, 5, &n);
		return end != NULL && *end == '\0' ? civil_add(today, *s == '-' ? -n : n, 'd') : 0;
	}
	return strspn(s, "0123456789") == strlen(s) ? parse_digits(s, today) : parse_parts(s);
}

bool
civil_parse(const char *typed, int today, int *date)
{
	struct buf	 b = BUF_INIT;
	int		 d;

	fold_width(typed, &b);
	d = b.bad ? 0 : parse_folded(buf_str(&b), today);
	buf_free(&b);
	if (!civil_valid(d))
		return false;
	*date = d;
	return true;
}

void
civil_print(int date, char out[11])
{
	if (civil_valid(date))
		snprintf(out, 11, "%04u-%02u-%02u", (unsigned)date / 10000 % 10000,
		    (unsigned)date / 100 % 100, (unsigned)date % 100);
	else
		out[0] = '\0';
}

/* ---- relative dates -------------------------------------------------------------------------- */

static bool
rel_offset(const char *s, struct civil_rel *r)
{
	const char	*end;
	int		 n;

	if ((*s != '+' && *s != '-') || (end = digits(s + 1, 1, 5, &n)) == NULL)
		return false;
	if (*end == '\0' || strchr("dwmy", *end) == NULL || end[1] != '\0')
		return false;
	*r = (struct civil_rel){ .base = REL_TODAY, .n = *s == '-' ? -n : n, .unit = *end };
	return true;
}

bool
civil_rel_parse(const char *s, struct civil_rel *r)
{
	int	 date;

	if (strcmp(s, "today") == 0) {
		*r = (struct civil_rel){ .base = REL_TODAY, .unit = 'd' };
		return true;
	}
	if (strcmp(s, "month-end") == 0) {
		*r = (struct civil_rel){ .base = REL_MONTH_END, .unit = 'd' };
		return true;
	}
	if (rel_offset(s, r))
		return true;
	if (strlen(s) != 10 || s[4] != '-' || (date = parse_parts(s)) == 0)
		return false;
	*r = (struct civil_rel){ .base = REL_FIXED, .fixed = date, .unit = 'd' };
	return true;
}

int
civil_rel_on(const struct civil_rel *r, int today)
{
	int	 base = r->fixed;

	if (r->base == REL_TODAY)
		base = today;
	else if (r->base == REL_MONTH_END)
		base = civil_month_end(today);
	return r->n == 0 ? base : civil_add(base, r->n, r->unit);
}
