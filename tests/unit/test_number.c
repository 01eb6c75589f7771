#include "forms/check.h"

#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

#define TODAY	20260312

static struct val *
record(void)
{
	struct val	*v = val_map();

	ck_assert(val_put(v, "residence", val_text("990121001007")));
	ck_assert(val_put(v, "kind", val_text("A1")));
	ck_assert(val_put(v, "name", val_text("柳树")));
	ck_assert(val_put(v, "n", val_int(12345)));
	ck_assert(val_set(v, "father.code", val_text("xyz")));
	return v;
}

START_TEST(patterns)
{
	static const struct {
		const char	*pattern;
		bool		 ok;
	} rows[] = {
		{ "{residence:9}{year:2}{serial:4}{check}", true }, { "{serial:1}", true },
		  { "{serial:12}", true }, { "{serial:10}", true },
		{ "C-{year:4}-{serial:5}", true }, { "{year:2}{serial:4}/{check}", true },
		  { "{father.code:3}{serial:2}", true },
		{ "{year:2}", false }, { "", false }, { "plain", false },
		{ "{serial:0}", false }, { "{serial:13}", false }, { "{serial}", false },
		  { "{serial:}", false },
		{ "{serial:4x}", false }, { "{serial:0:}", false }, { "{serial:1/}", false },
		  { "{serial:-4}", false }, { "{serial:99999999999999999999999}", false },
		{ "{year:3}{serial:4}", false }, { "{year}{serial:4}", false },
		  { "{residence}{serial:4}", false },
		{ "{:3}{serial:4}", false }, { "{}{serial:4}", false }, { "{serial:4", false },
		{ "{serial:4}{serial:4}", false }, { "{serial:4}{year:2}", false },
		  { "{serial:4}{kind:2}", false },
		{ "{check}{serial:4}", false }, { "{serial:4}{check}{check}", false },
		  { "{serial:4}{check}x", false },
		{ "{serial:4}{check:2}", false },
	};
	const char	*why;

	for (size_t i = 0; i < N(rows); i++) {
		why = "unset";
		ck_assert_msg(number_pattern_ok(rows[i].pattern, &why) == rows[i].ok, "%s",
		    rows[i].pattern);
		ck_assert((why == NULL) == rows[i].ok);
	}
}
END_TEST

START_TEST(making)
{
	static const struct {
		const char	*pattern;
		uint64_t	 serial;
		const char	*prefix, *want;		/* NULL = cannot be made */
	} rows[] = {
		{ "{residence:9}{year:2}{serial:4}", 7, "99012100126", "990121001260007" },
		{ "C-{year:4}-{serial:3}", 12, "C-2026-", "C-2026-012" },
		{ "{kind:2}{serial:2}", 99, "A1", "A199" },
		{ "{kind:2}{serial:2}", 100, "A1", NULL },		/* outgrown */
		{ "{kind:3}{serial:2}", 1, NULL, NULL },		/* too short */
		{ "{kind:1}{serial:2}", 1, "A", "A01" },
		{ "{nothing:1}{serial:2}", 1, NULL, NULL },
		/* cannot be read over the phone */
		{ "{name:1}{serial:2}", 1, NULL, NULL },
		{ "{n:2}{serial:2}", 1, NULL, NULL },
		{ "{father.code:2}{serial:2}", 1, "xy", "xy01" },
		{ "{serial:2}-B", 5, "", "05-B" },
	};
	struct val	*v = record();
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < N(rows); i++) {
		buf_reset(&b);
		ck_assert_msg(number_prefix(rows[i].pattern, v, TODAY,
		    &b) == (rows[i].prefix != NULL), "%s", rows[i].pattern);
		if (rows[i].prefix != NULL)
			ck_assert_str_eq(buf_str(&b), rows[i].prefix);
		buf_reset(&b);
		ck_assert_msg(number_make(rows[i].pattern, v, TODAY, rows[i].serial,
		    &b) == (rows[i].want != NULL), "%s", rows[i].pattern);
		if (rows[i].want != NULL)
			ck_assert_str_eq(buf_str(&b), rows[i].want);
	}
	buf_free(&b);
	val_free(v);
}
END_TEST

/* 0794 and its check digit 5 are the example of ISO/IEC 7064 itself. */
START_TEST(check_digit)
{
	struct buf	 b = BUF_INIT;

	buf_puts(&b, "9");		/* what stood in the buffer before is no part of it */
	ck_assert(number_make("{serial:4}{check}", NULL, TODAY, 794, &b));
	ck_assert_str_eq(buf_str(&b), "907945");
	ck_assert(number_fits("{serial:4}{check}", "07945"));
	ck_assert(number_fits("A-{serial:4}/{check}", "A-0794/5"));
	ck_assert(!number_fits("A-{serial:4}/{check}", "A-0794/6"));
	buf_free(&b);
}
END_TEST

START_TEST(fitting)
{
	static const struct {
		const char	*pattern, *typed;
		bool		 want;
	} rows[] = {
		{ "C-{year:4}-{serial:3}", "C-2026-012", true },
		  { "C-{year:4}-{serial:3}", " C-2026-012 ", true },
		{ "C-{year:4}-{serial:3}", "Ｃ－２０２６－０１２", true },
		  { "C-{year:4}-{serial:3}", "C-2026-01", false },
		{ "C-{year:4}-{serial:3}", "C-2026-0123", false },
		  { "C-{year:4}-{serial:3}", "C-2026-01a", false },
		{ "C-{year:4}-{serial:3}", "D-2026-012", false },
		  { "C-{year:4}-{serial:3}", "", false },
		{ "C-{year:4}-{serial:3}", "C", false }, { "{kind:2}{serial:2}", "A112", true },
		{ "{kind:2}{serial:2}", "柳12", false }, { "", "", false },
		  { "{serial:2", "12", false },
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(number_fits(rows[i].pattern, rows[i].typed) == rows[i].want, "%s %s",
		    rows[i].pattern, rows[i].typed);
}
END_TEST

/* Read over the phone: any one digit misheard is found. */
START_TEST(slips)
{
	static const char	 pattern[] = "{residence:9}{year:2}{serial:4}{check}";
	struct val		*v = record();
	struct buf		 b = BUF_INIT;
	char			 bad[32];

	ck_assert(number_make(pattern, v, TODAY, 104, &b));
	ck_assert_uint_eq(b.n, 16);
	for (size_t i = 0; i < b.n; i++)
		for (char d = '0'; d <= '9'; d++) {
			strcpy(bad, buf_str(&b));
			bad[i] = d;
			ck_assert_msg(number_fits(pattern, bad) == (b.p[i] == d), "%s", bad);
		}
	buf_free(&b);
	val_free(v);
}
END_TEST

TEST_SUITE(number, "forms/number", patterns, making, check_digit, fitting, slips)
TEST_MAIN(number)
