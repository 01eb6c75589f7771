#include "forms/area.h"

#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

START_TEST(levels)
{
	static const struct {
		const char	*code;
		enum area_level	 level;
		size_t		 prefix;
	} rows[] = {
		{ AREA_NONE, AREA_COUNTRY, 0 },
		{ "990000000000", AREA_PROVINCE, 2 },
		{ "900000000000", AREA_PROVINCE, 2 },	/* a zero inside the significant digits */
		{ "990100000000", AREA_PREFECTURE, 4 },
		{ "999000000000", AREA_PREFECTURE, 4 },
		{ "990121000000", AREA_COUNTY, 6 },
		{ "990120000000", AREA_COUNTY, 6 },
		{ "990121001000", AREA_TOWNSHIP, 9 },
		{ "990121100000", AREA_TOWNSHIP, 9 },
		{ "990121001007", AREA_VILLAGE, 12 },
		{ "990121001200", AREA_VILLAGE, 12 },
		{ "99012100100", AREA_BAD, 0 },
		{ "9901210010070", AREA_BAD, 0 },
		{ "99012100100a", AREA_BAD, 0 },
		{ "99012100100 ", AREA_BAD, 0 },
		{ "", AREA_BAD, 0 },
	};

	for (size_t i = 0; i < N(rows); i++) {
		ck_assert_msg(area_level(rows[i].code) == rows[i].level, "%s", rows[i].code);
		ck_assert_msg(area_prefix(rows[i].code) == rows[i].prefix, "%s", rows[i].code);
		ck_assert_msg(area_valid(rows[i].code) == (rows[i].level != AREA_BAD), "%s",
		    rows[i].code);
	}
	ck_assert_int_eq(area_level_parse("county"), AREA_COUNTY);
	ck_assert_int_eq(area_level_parse("township"), AREA_TOWNSHIP);
	ck_assert_int_eq(area_level_parse("village"), AREA_VILLAGE);
	ck_assert_int_eq(area_level_parse("villages"), AREA_BAD);
	ck_assert_int_eq(area_level_parse(""), AREA_BAD);
}
END_TEST

START_TEST(within)
{
	static const struct {
		const char	*code, *area;
		bool		 want;
	} rows[] = {
		{ "990121001007", "990121001007", true }, { "990121001007", "990121001008", false },
		{ "990121001007", "990121001000", true }, { "990121001007", "990121002000", false },
		{ "990121001007", "990121000000", true }, { "990121001007", "990122000000", false },
		{ "990121001007", AREA_NONE, true }, { "990121001000", "990121001007", false },
		{ AREA_NONE, "990121000000", false }, { AREA_NONE, AREA_NONE, true },
		/* a code that is none reaches nothing, least of all everything */
		{ "990121001007", "", false }, { "990121001007", "990121", false },
		  { "", AREA_NONE, false },
		{ "990121", "990121000000", false },
	};

	for (size_t i = 0; i < N(rows); i++)
		ck_assert_msg(area_within(rows[i].code, rows[i].area) == rows[i].want, "%s in %s",
		    rows[i].code, rows[i].area);
}
END_TEST

START_TEST(parents)
{
	static const char *const	 up[] = { "990121001007", "990121001000", "990121000000",
	    "990100000000", "990000000000", AREA_NONE };
	char	 parent[AREA_CODE + 1] = "untouched";

	for (size_t i = 1; i < N(up); i++) {
		ck_assert(area_parent(up[i - 1], parent));
		ck_assert_str_eq(parent, up[i]);
	}
	strcpy(parent, "untouched");
	ck_assert(!area_parent(AREA_NONE, parent));
	ck_assert(!area_parent("990121", parent));
	ck_assert_str_eq(parent, "untouched");
}
END_TEST

static struct val *
place(const char *code, const char *name, int until)
{
	struct val	*v = val_map();

	ck_assert(val_put(v, "code", val_text(code)));
	ck_assert(val_put(v, "name", val_text(name)));
	if (until != 0)
		ck_assert(val_put(v, "until", val_int(until)));
	else
		ck_assert(val_put(v, "py", val_text("lsc")));
	return v;
}

static struct areas *
county(void)
{
	struct val	*list = val_list();
	struct areas	*as;

	ck_assert(val_add(list, place("990121001007", "柳树村", 0)));
	ck_assert(val_add(list, place("990121000000", "云岭县", 0)));
	ck_assert(val_add(list, place("990121002001", "柳树村", 20200101)));
	ck_assert(val_add(list, place("990121001000", "青石镇", 0)));
	ck_assert(val_add(list, place("990121001", "short", 0)));
	ck_assert(val_add(list, val_map()));
	/* its township is missing */
	ck_assert(val_add(list, place("990121003001", "孤村", 0)));
	as = areas_new(list);
	val_free(list);
	ck_assert_ptr_nonnull(as);
	return as;
}

START_TEST(sorted_and_found)
{
	struct areas	*as = county();
	size_t		 i;

	ck_assert_uint_eq(areas_count(as), 5);
	for (i = 1; i < areas_count(as); i++)
		ck_assert_int_lt(strcmp(areas_code(as, i - 1), areas_code(as, i)), 0);
	i = areas_find(as, "990121001007");
	ck_assert_str_eq(areas_name(as, i), "柳树村");
	ck_assert_str_eq(areas_pinyin(as, i), "lsc");
	ck_assert(!areas_retired(as, i, 20260312));
	ck_assert_uint_eq(areas_find(as, "990121001008"), SIZE_MAX);
	ck_assert_uint_eq(areas_find(as, "short"), SIZE_MAX);
	i = areas_find(as, "990121002001");
	ck_assert_str_eq(areas_pinyin(as, i), "");
	ck_assert(!areas_retired(as, i, 20191231));
	ck_assert(areas_retired(as, i, 20200101));
	areas_free(as);
}
END_TEST

START_TEST(subtree_is_a_run)
{
	struct areas	*as = county();
	size_t		 i = areas_lower(as, "990121001000"), n = 0;

	for (; i < areas_count(as) && area_within(areas_code(as, i), "990121001000"); i++)
		n++;
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(areas_lower(as, "990121001008"), 3);
	ck_assert_uint_eq(areas_lower(as, "999999999999"), 5);
	ck_assert_uint_eq(areas_lower(as, ""), 0);
	areas_free(as);
}
END_TEST

START_TEST(names)
{
	static const struct {
		const char	*code;
		enum area_level	 from;
		const char	*want;
	} rows[] = {
		{ "990121001007", AREA_COUNTY, "青石镇柳树村" },
		{ "990121001007", AREA_COUNTRY, "云岭县青石镇柳树村" },
		{ "990121001007", AREA_TOWNSHIP, "柳树村" },
		{ "990121001007", AREA_VILLAGE, "柳树村" },
		{ "990121001000", AREA_COUNTY, "青石镇" },
		{ "990121000000", AREA_COUNTY, "云岭县" },
		{ "990121003001", AREA_COUNTY, "孤村" },
		{ "990121001008", AREA_COUNTY, "990121001008" },
		{ "nowhere", AREA_COUNTY, "nowhere" },
	};
	struct areas	*as = county();
	struct buf	 b = BUF_INIT;

	for (size_t i = 0; i < N(rows); i++) {
		buf_reset(&b);
		areas_print(as, rows[i].code, rows[i].from, &b);
		ck_assert_str_eq(buf_str(&b), rows[i].want);
	}
	buf_reset(&b);
	areas_print(NULL, "990121001007", AREA_COUNTY, &b);
	ck_assert_str_eq(buf_str(&b), "990121001007");
	buf_free(&b);
	areas_free(as);
	areas_free(NULL);
}
END_TEST

START_TEST(none)
{
	struct areas	*as = areas_new(NULL);

	ck_assert_uint_eq(areas_count(as), 0);
	ck_assert_uint_eq(areas_find(as, AREA_NONE), SIZE_MAX);
	ck_assert_uint_eq(areas_lower(as, AREA_NONE), 0);
	areas_free(as);
}
END_TEST

START_TEST(one_of_two)
{
	static const struct { const char *reach, *within, *want; } rows[] = {
		{ "", NULL, "" },
		{ "990121001000", NULL, "990121001000" },
		{ "", "990121001007", "990121001007" },
		{ "990121001000", "990121001007", "990121001007" },
		{ "990121001007", "990121001000", "990121001007" },
		{ "990121001007", "990121001007", "990121001007" },
		{ "990121001000", "990121002000", NULL },
		{ "990121001007", "990121001008", NULL },
	};

	for (size_t i = 0; i < N(rows); i++) {
		const char	*got = area_intersect(rows[i].reach, rows[i].within);

		ck_assert_msg(rows[i].want == NULL ? got == NULL : got != NULL &&
		    strcmp(got, rows[i].want) == 0, "%zu", i);
	}
}
END_TEST

TEST_SUITE(area, "forms/area", levels, within, one_of_two, parents, sorted_and_found,
    subtree_is_a_run, names, none)
TEST_MAIN(area)
