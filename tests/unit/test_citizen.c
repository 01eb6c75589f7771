#include "forms/citizen.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

START_TEST(folding)
{
	static const char *const rows[][2] = {
		{ "99012120150312007x", "99012120150312007X" },
		{ "９９０１２１２０１５０３１２００７ｘ", "99012120150312007X" },
		{ " 990121 20150312 0010 ", "990121201503120010" },
		{ "990121-20150312-0010", "990121201503120010" },
		{ "990121－20150312　0010", "990121201503120010" },
		{ "990121\t201503120010", "990121201503120010" },
		{ "99012120150312007Y", "99012120150312007Y" },	/* folded, not guessed */
		{ "没有", "没有" },
		{ "", "" },
	};
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < N(rows); i++) {
		buf_reset(&b);
		buf_puts(&b, "<");
		citizen_fold(rows[i][0], &b);
		ck_assert_str_eq(buf_str(&b) + 1, rows[i][1]);
	}
	buf_free(&b);
}
END_TEST

START_TEST(verdicts)
{
	static const struct {
		const char		*number;
		enum citizen_err	 want;
	} rows[] = {
		{ "990121201503120010", CITIZEN_OK },
		{ "990121201503120020", CITIZEN_CHECK },	/* one digit mistyped */
		{ "990121201503210010", CITIZEN_CHECK },	/* two digits swapped */
		{ "990121201503120011", CITIZEN_CHECK },
		{ "99012120150312001X", CITIZEN_CHECK },
		{ "99012120150312007X", CITIZEN_OK },
		{ "990121201503120070", CITIZEN_CHECK },
		{ "99012120150312007x", CITIZEN_CHAR },		/* not folded */
		{ "9901212015031200X0", CITIZEN_CHAR },
		{ "X90121201503120010", CITIZEN_CHAR },
		{ "99012120150312001 ", CITIZEN_CHAR },
		{ "没有身份证号", CITIZEN_CHAR },			/* eighteen bytes */
		{ "99012120150312001", CITIZEN_LENGTH },
		{ "9901212015031200100", CITIZEN_LENGTH },
		{ "", CITIZEN_LENGTH },
		{ "990121150312001", CITIZEN_OLD },
		{ "99012115031200X", CITIZEN_LENGTH },
		{ "160121201503120016", CITIZEN_AREA },		/* the check fits, the province
								   does not exist */
		{ "000121201503120016", CITIZEN_AREA },
		{ "990121201502290018", CITIZEN_DATE },
		{ "990121201513010018", CITIZEN_DATE },
		{ "990121200802291018", CITIZEN_OK },
		{ "990121202603120055", CITIZEN_OK },		/* born today */
		{ "990121202603130050", CITIZEN_DATE },		/* born tomorrow */
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(citizen_check(rows[i].number, TODAY, NULL) == rows[i].want,
		    "%s gave %d", rows[i].number, citizen_check(rows[i].number, TODAY, NULL));
}
END_TEST

START_TEST(what_it_says)
{
	struct citizen	 c = { 1, 1, "" };

	ck_assert_int_eq(citizen_check("990121201503120010", TODAY, &c), CITIZEN_OK);
	ck_assert_int_eq(c.birth, 20150312);
	ck_assert_int_eq(c.sex, 1);
	ck_assert_str_eq(c.area, "990121");
	ck_assert_int_eq(citizen_check("990121201503120029", TODAY, &c), CITIZEN_OK);
	ck_assert_int_eq(c.sex, 2);
	c.birth = 7;
	ck_assert_int_eq(citizen_check("990121201503120020", TODAY, &c), CITIZEN_CHECK);
	ck_assert_int_eq(c.birth, 7);
}
END_TEST

/* Every two digits a number can begin with, each with the check place that fits it. */
START_TEST(provinces)
{
	static const char	 known[] =
	    " 11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54"
	    " 61 62 63 64 65 71 81 82 83 99 ";
	char			 number[32], place[8];

	for (unsigned i = 0; i < 100; i++) {
		snprintf(place, sizeof place, " %02u ", i);
		snprintf(number, sizeof number, "%02u000020150312001", i);
		number[17] = citizen_check_char(number);
		number[18] = '\0';
		ck_assert_msg(citizen_check(number, TODAY, NULL) ==
		    (strstr(known, place) != NULL ? CITIZEN_OK : CITIZEN_AREA), "%s", number);
	}
}
END_TEST

/* What the check place is for: any one digit mistyped, any two neighbours swapped. */
START_TEST(every_slip_is_seen)
{
	static const char	 good[] = "990121201503120010";
	char			 bad[19], keep;

	for (size_t i = 0; i < 18; i++)
		for (char d = '0'; d <= '9'; d++) {
			strcpy(bad, good);
			bad[i] = d;
			ck_assert_msg((citizen_check(bad, TODAY, NULL) == CITIZEN_OK) ==
			    (d == good[i]), "%s", bad);
		}
	for (size_t i = 0; i + 1 < 18; i++) {
		strcpy(bad, good);
		keep = bad[i];
		bad[i] = bad[i + 1];
		bad[i + 1] = keep;
		ck_assert_msg((citizen_check(bad, TODAY, NULL) == CITIZEN_OK) == (bad[i] == keep),
		    "%s", bad);
	}
}
END_TEST

TEST_SUITE(citizen, "forms/citizen", folding, verdicts, what_it_says, provinces, every_slip_is_seen)
TEST_MAIN(citizen)
