#include "forms/civil.h"

#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

START_TEST(calendar)
{
	static const struct {
		int	 date;
		bool	 valid;
	} rows[] = {
		{ 20260312, true }, { 20260229, false }, { 20240229, true }, { 20000229, true },
		  { 19000229, false },
		{ 20260430, true }, { 20260431, false }, { 20261231, true }, { 20261301, false },
		  { 20260001, false },
		{ 20260100, false }, { 18000101, true }, { 17991231, false }, { 21991231, true },
		  { 22000101, false },
		{ 0, false }, { -20260312, false }, { 312, false },
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(civil_valid(rows[i].date) == rows[i].valid, "%d", rows[i].date);
	ck_assert_int_eq(civil_make(2026, 3, 12), 20260312);
	ck_assert_int_eq(civil_make(2026, 2, 29), 0);
}
END_TEST

/*
 * Every day of four centuries, once in each direction, against a calendar that only knows how to
 * count.
 */
START_TEST(days_run_without_a_gap)
{
	int	 date = 18000101, days = civil_days(18000101);

	ck_assert_int_eq(civil_days(19700101), 0);
	ck_assert_int_eq(civil_days(20000301), 11017);
	for (int y = 1800; y <= 2199; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; civil_make(y, m, d) != 0; d++, days++) {
				date = civil_make(y, m, d);
				ck_assert_int_eq(civil_days(date), days);
				ck_assert_int_eq(civil_from_days(days), date);
			}
	ck_assert_int_eq(date, 21991231);
	ck_assert_int_eq(civil_from_days(days), 0);
	ck_assert_int_eq(civil_from_days(civil_days(18000101) - 1), 0);
	ck_assert_int_eq(civil_from_days(INT32_MAX), 0);
	ck_assert_int_eq(civil_from_days(INT32_MIN), 0);
}
END_TEST

START_TEST(adding)
{
	static const struct {
		int	 date, n;
		char	 unit;
		int	 want;
	} rows[] = {
		{ 20260131, 1, 'm', 20260228 }, { 20240131, 1, 'm', 20240229 },
		  { 20260130, 1, 'm', 20260228 },
		{ 20260128, 1, 'm', 20260228 }, { 20260331, -1, 'm', 20260228 },
		  { 20260331, 1, 'm', 20260430 },
		{ 20251215, 1, 'm', 20260115 }, { 20260115, -1, 'm', 20251215 },
		  { 20260115, -13, 'm', 20241215 },
		{ 20240229, 1, 'y', 20250228 }, { 20240229, 4, 'y', 20280229 },
		  { 20240229, -16, 'y', 20080229 },
		{ 20260228, 1, 'd', 20260301 }, { 20240228, 1, 'd', 20240229 },
		  { 20260101, -1, 'd', 20251231 },
		{ 20260312, 2, 'w', 20260326 }, { 20260312, 0, 'd', 20260312 },
		{ 21991231, 1, 'd', 0 }, { 21991231, 0, 'd', 21991231 }, { 18000101, -1, 'd', 0 },
		{ 21991201, 1, 'm', 0 }, { 18000131, -1, 'm', 0 }, { 20260312, INT32_MAX, 'y', 0 },
		{ 20260312, INT32_MIN, 'm', 0 }, { 20260312, INT32_MAX, 'w', 0 },
		  { 20260312, INT32_MIN, 'd', 0 },
		{ 20260312, 1, 'h', 0 }, { 20260229, 1, 'd', 0 }, { 0, 1, 'd', 0 },
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(civil_add(rows[i].date, rows[i].n, rows[i].unit) == rows[i].want,
		    "%d%+d%c gave %d",
		    rows[i].date, rows[i].n, rows[i].unit,
		    civil_add(rows[i].date, rows[i].n, rows[i].unit));
	ck_assert_int_eq(civil_month_end(20260201), 20260228);
	ck_assert_int_eq(civil_month_end(20240201), 20240229);
	ck_assert_int_eq(civil_month_end(20260430), 20260430);
	ck_assert_int_eq(civil_month_end(0), 0);
}
END_TEST

START_TEST(completed_years)
{
	static const struct { int birth, on, want; } rows[] = {
		{ 20100312, 20260311, 15 }, { 20100312, 20260312, 16 }, { 20100312, 20260313, 16 },
		/* no 29th: the morrow of the 28th */
		{ 20080229, 20250228, 16 }, { 20080229, 20250301, 17 },
		{ 20080229, 20240228, 15 }, { 20080229, 20240229, 16 },
		{ 20260312, 20260312, 0 }, { 20260312, 20260311, -1 }, { 20260312, 20250312, -1 },
		{ 20251231, 20260101, 0 },
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(civil_years(rows[i].birth, rows[i].on) == rows[i].want,
		    "born %d, on %d: %d",
		    rows[i].birth, rows[i].on, civil_years(rows[i].birth, rows[i].on));
}
END_TEST

/* The day changes at 16:00 UTC, also before 1970 and in what other places call summer time. */
START_TEST(the_countys_day)
{
	ck_assert_int_eq(civil_at(0), 19700101);
	ck_assert_int_eq(civil_at(16 * 3600 - 1), 19700101);
	ck_assert_int_eq(civil_at(16 * 3600), 19700102);
	ck_assert_int_eq(civil_at(-8 * 3600), 19700101);
	ck_assert_int_eq(civil_at(-8 * 3600 - 1), 19691231);
	ck_assert_int_eq(civil_at(1782921599), 20260701);	/* 2026-07-01 15:59:59 UTC */
	ck_assert_int_eq(civil_at(1782921600), 20260702);
	ck_assert_int_eq(civil_at(INT64_MAX), 0);
	ck_assert_int_eq(civil_at(INT64_MIN), 0);
}
END_TEST

START_TEST(typed)
{
	static const struct { const char *typed; int want; } rows[] = {
		{ "t", TODAY }, { "T", TODAY }, { " t ", TODAY }, { "tt", 0 },
		{ "-1", 20260311 }, { "+30", 20260411 }, { "-12", 20260228 }, { "+0", TODAY },
		  { "+", 0 }, { "-", 0 },
		{ "+1d", 0 }, { "+123456", 0 }, { "+99999", 0 }, { "--1", 0 }, { "30", 0 },
		{ "0312", 20260312 }, { "1231", 20261231 }, { "0229", 0 }, { "0431", 0 },
		  { "312", 0 },
		{ "260312", 20260312 }, { "261231", 20261231 }, { "270101", 19270101 },
		  { "000229", 20000229 },
		{ "010229", 0 }, { "991231", 19991231 },
		{ "20260312", 20260312 }, { "20260229", 0 }, { "20240229", 20240229 },
		  { "202603120", 0 },
		{ "2026031", 0 }, { "99999999", 0 }, { "00000000", 0 },
		{ "2026-3-12", 20260312 }, { "2026-03-12", 20260312 }, { "2026/3/2", 20260302 },
		{ "2026.3.12", 20260312 }, { "2026年3月12日", 20260312 },
		  { "2026年3月12号", 20260312 },
		{ "2026年3月12", 20260312 }, { "2026-3/12", 0 }, { "2026年3月", 0 },
		  { "2026年3月12日起", 0 },
		{ "26-3-12", 0 }, { "2026-3", 0 }, { "2026-3-", 0 }, { "2026-3-123", 0 },
		  { "2026-13-1", 0 },
		{ "2026-3-12-", 0 }, { "-2026-3-12", 0 }, { "2026 3 12", 0 },
		{ "２０２６－３－１２", 20260312 }, { "２０２６年３月１２日", 20260312 },
		  { "　０３１２　", 20260312 },
		{ "ｔ", TODAY }, { "＋１", 20260313 }, { "二〇二六", 0 }, { "", 0 }, { "  ", 0 },
		  { "abc", 0 },
		{ "\xff\xef", 0 }, { "\xef\xbc", 0 },
	};
	int	 date;

	for (size_t i = 0; i < N(rows); i++) {
		date = 7;		/* untouched when it is no date */
		ck_assert_msg(civil_parse(rows[i].typed, TODAY, &date) == (rows[i].want != 0), "%s",
		    rows[i].typed);
		ck_assert_msg(date == (rows[i].want != 0 ? rows[i].want : 7), "%s gave %d",
		    rows[i].typed, date);
	}
}
END_TEST

START_TEST(printed)
{
	char	 out[11];

	civil_print(20260302, out);
	ck_assert_str_eq(out, "2026-03-02");
	civil_print(0, out);
	ck_assert_str_eq(out, "");
	civil_print(20260229, out);
	ck_assert_str_eq(out, "");
	civil_print(INT32_MIN, out);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(printed_with_the_time)
{
	char	 out[20];

	civil_print_moment(INT64_C(1773280800) + 61, out);
	ck_assert_str_eq(out, "2026-03-12 10:01:01");
	civil_print_moment(INT64_C(1773280800) + 14 * 3600, out);
	ck_assert_str_eq(out, "2026-03-13 00:00:00");
	civil_print_moment(-8 * 3600 - 1, out);
	ck_assert_str_eq(out, "1969-12-31 23:59:59");
	civil_print_moment(INT64_MAX / 2, out);
	ck_assert_uint_lt(strlen(out), sizeof(out));
}
END_TEST

START_TEST(relative)
{
	static const struct {
		const char	*said;
		int		 want;		/* 0 = not understood */
	} rows[] = {
		{ "today", TODAY }, { "Today", 0 }, { "month-end", 20260331 }, { "month-start", 0 },
		{ "-16y", 20100312 }, { "+30d", 20260411 }, { "-6m", 20250912 },
		  { "+2w", 20260326 },
		{ "-6", 0 }, { "6m", 0 }, { "-6M", 0 }, { "-6mm", 0 }, { "-m", 0 }, { "-", 0 },
		  { "", 0 },
		{ "2026-03-12", 20260312 }, { "2026-3-12", 0 }, { "2026-02-29", 0 },
		  { "20260312", 0 },
		{ "2026/03/12", 0 }, { "+123456d", 0 }, { "today-1d", 0 },
	};
	struct civil_rel	 r;
	bool			 ok;

	for (size_t i = 0; i < N(rows); i++) {
		ok = civil_rel_parse(rows[i].said, &r);
		ck_assert_msg(ok == (rows[i].want != 0), "%s", rows[i].said);
		if (ok)
			ck_assert_msg(civil_rel_on(&r, TODAY) == rows[i].want, "%s", rows[i].said);
	}
	ck_assert(civil_rel_parse("+99999y", &r));
	ck_assert_int_eq(civil_rel_on(&r, TODAY), 0);
}
END_TEST

TEST_SUITE(civil, "forms/civil", calendar, days_run_without_a_gap, adding, completed_years,
    the_countys_day, typed, printed, printed_with_the_time, relative)
TEST_MAIN(civil)
