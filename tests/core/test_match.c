#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/match.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * What is told of files outside one's reach by what is entered, and what leaves an entry in the
 * trail. The far child lives in village a1; dir-b1 and sup-b, of the other township, ask.
 */
#define FAR_SERIAL	1
#define FAR_NUMBER	"990121201601100021"

static struct fixture	w;
static int		far;

static const char *const	 villages[] = { AREA_A1, AREA_A2, AREA_B1, AREA_A, AREA_B,
    AREA_COUNTY_C, "990121100203", "" };
#define VILLAGES	(sizeof villages / sizeof *villages)

static void
setup(void)
{
	fixture_open(&w);
	far = (int)child_in_state(&w, "dir-a1", "王小远", AREA_A1, FAR_SERIAL, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static void
seal(void)
{
	reply_number(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'close','ask':{'reason':'parents-back',"
	    "'day':20260312,'proof':'父母均已返乡'}}", far), "ver");
	reply_number(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'seal','ask':{'why':'不再需要'}}",
	    far), "ver");
}

/* Whether the bytes of a reply hold this text anywhere. */
static bool
holds(const struct val *reply, const char *text)
{
	struct buf	 b = BUF_INIT;
	bool		 yes;

	val_encode(reply, &b);
	yes = memmem(b.p, b.n, text, strlen(text)) != NULL;
	buf_free(&b);
	return yes;
}

/* ---- the trail ------------------------------------------------------------------------------- */

/* Entries of that act about the record. */
static size_t
entries(int id, const char *act)
{
	struct val	*r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':100}", id),
	    *list = val_get(r, "entries");
	size_t		 n = 0;

	for (size_t i = 0; i < val_len(list); i++)
		n += strcmp(val_get_str(val_at(list, i), "act"), act) == 0;
	val_free(r);
	return n;
}

/* "user told" of the newest entry about the record. */
static const char *
told_last(int id)
{
	static char	 text[80];
	struct val	*r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':1}", id);
	const char	*told = val_str(val_find(r, "entries.0.detail.told"));

	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "match");
	snprintf(text, sizeof text, "%s %s", val_str(val_find(r, "entries.0.user")), told != NULL ?
	    told : "-");
	val_free(r);
	return text;
}

/* ---- questions with one village after the other ---------------------------------------------- */

static struct val *
near(const char *user, const char *fields, const char *village, size_t n)
{
	return ask(&w, user, "{'op':'near','book':'child','fields':{%s%s%s%s'address':'%zu组'}}",
	    fields,
	    *village != '\0' ? "'residence':'" : "", village, *village != '\0' ? "'," : "", n);
}

/* A director may save only in the own village, but may write any address. */
static struct val *
save(const char *user, const char *village, size_t n)
{
	return ask_new(&w, user,
	    "{'op':'save','book':'child','set':{'name':'赵一','residence':'%s','citizen_no':'" FAR_NUMBER "',"
	    "'address':'%zu组%zu号'}}", village, n / 7, n % 7);
}

/*
 * 21 questions, all answered alike, none with the village; each answer with its entry. The first
 * reply, the caller's.
 */
static struct val *
attack(const char *user, const char *fields, size_t logged)
{
	struct val	*first = NULL;
	size_t		 before = entries(far, "match");

	for (size_t i = 0; i < 21; i++) {
		struct val	*r = fields != NULL ? near(user, fields, villages[i % VILLAGES],
		    i) : save(user, AREA_B1, i);

		ck_assert(!holds(r, AREA_A1));
		ck_assert(first == NULL || val_same(first, r));
		if (first == NULL)
			first = r;
		else
			val_free(r);
	}
	ck_assert_uint_eq(entries(far, "match") - before, 21 * logged);
	return first;
}

static const char *const	 by_person[] = {
	"'name':'王小远','birth':20160110,", "'citizen_no':'" FAR_NUMBER "',",
	    "'name':'王小远','father':{'name':'王建国'},",
	"'name':'王小远','citizen_no':'" FAR_NUMBER "','birth':20160110,'mother':{'name':'刘桂英'},",
};

START_TEST(near_tells_the_township_and_no_village)
{
	struct val	*r = attack("dir-b1", by_person[_i], 1);

	ck_assert_uint_eq(val_len(val_get(r, "near")), 1);
	ck_assert_str_eq(val_str(val_find(r, "near.0.elsewhere")), AREA_A);
	ck_assert_ptr_null(val_find(r, "near.0.row"));
	val_free(r);
	ck_assert_str_eq(told_last(far), "dir-b1 " AREA_A);
	seal();
	/* of a sealed file nothing but where to ask, also where the child lives */
	for (size_t i = 0; i < 2; i++) {
		const char	*user = i == 0 ? "dir-b1" : "dir-a1";
		struct val	*sealed = attack(user, by_person[_i], 1);

		ck_assert_uint_eq(val_len(val_get(sealed, "near")), 1);
		ck_assert(val_get_true(val_find(sealed, "near.0"), "office"));
		ck_assert(!holds(sealed, "990121100"));
		val_free(sealed);
	}
	ck_assert_str_eq(told_last(far), "dir-a1 county-office");
}
END_TEST

START_TEST(a_name_with_a_village_finds_nobody_elsewhere)
{
	struct val	*r = attack("dir-b1", "'name':'王小远',", 0);

	ck_assert_uint_eq(val_len(val_get(r, "near")), 0);
	val_free(r);
	/* own records are found by it */
	child_in_state(&w, "dir-b1", "王小远", AREA_B1, 2, "found");
	r = near("dir-b1", "'name':'王小远',", AREA_B1, 0);
	ck_assert_uint_eq(val_len(val_get(r, "near")), 1);
	ck_assert_ptr_nonnull(val_find(r, "near.0.row"));
	val_free(r);
}
END_TEST

START_TEST(own_files_do_not_hide_or_show_others)
{
	struct val	*r;

	for (int i = 0; i < 6; i++)
		child_in_state(&w, "dir-b1", "王小远", AREA_B1, 10 + i, "found");
	for (size_t i = 0; i < VILLAGES; i++) {
		size_t	 n = 0;

		r = near("dir-b1", "'name':'王小远','birth':20160110,", villages[i], i);
		for (size_t k = 0; k < val_len(val_get(r, "near")); k++)
			n += val_get(val_at(val_get(r, "near"), k), "elsewhere") != NULL;
		ck_assert_uint_eq(n, 1);
		ck_assert_uint_le(val_len(val_get(r, "near")), 5);
		val_free(r);
	}
	/* nor does it tell which id it has */
	r = ask(&w, "dir-b1",
	    "{'op':'near','book':'child','id':%d,'fields':{'citizen_no':'" FAR_NUMBER "'}}", far);
	ck_assert_uint_eq(val_len(val_get(r, "near")), 1);
	val_free(r);
}
END_TEST

/* The problem at the citizen number. */
static const struct val *
said_of_number(const struct val *reply)
{
	const struct val	*list = val_get(reply, "problems");

	for (size_t i = 0; i < val_len(list); i++) {
		const char	*field = val_get_str(val_at(list, i), "field");

		if (field != NULL && strcmp(field, "citizen_no") == 0)
			return val_at(list, i);
	}
	ck_abort_msg("nothing is said of the number");
}

START_TEST(a_refused_save_tells_the_township_and_no_village)
{
	struct val	*r = attack("dir-b1", NULL, 1);

	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_str_eq(val_str(val_find(said_of_number(r), "args.1.area")), AREA_A);
	val_free(r);
	ck_assert_str_eq(told_last(far), "dir-b1 " AREA_A);
	seal();
	r = attack("dir-b1", NULL, 1);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert(!holds(r, "990121100"));
	ck_assert_str_eq(val_get_str(said_of_number(r), "say"),
	    "{1} is registered already. Ask the county office.");
	val_free(r);
	r = save("dir-a1", AREA_A1, 0);		/* where the child lives it is told no more */
	ck_assert(holds(r, "Ask the county office") && !holds(r, "under {2}"));
	val_free(r);
	ck_assert_str_eq(told_last(far), "dir-a1 county-office");
}
END_TEST

/*
 * Nothing is written by such a save but the entry: a number refused can be saved once it is free.
 */
START_TEST(a_refused_save_writes_its_entry_alone)
{
	struct val	*r;
	int64_t		 id, next;

	id = reply_number(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'child','set':{'name':'赵一','residence':'" AREA_B1 "'}}"), "id");
	val_free(save("dir-b1", AREA_B1, 0));
	next = reply_number(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'child','set':{'name':'赵二','residence':'" AREA_B1 "'}}"), "id");
	ck_assert_int_eq(next, id + 1);
	r = ask(&w, "dir-b1", "{'op':'find','book':'child','text':'赵一'}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
	val_free(r);
}
END_TEST

START_TEST(check_and_find_and_get_tell_nothing)
{
	size_t		 before = entries(far, "match");
	struct val	*r = ask(&w, "dir-b1",
	    "{'op':'check','book':'child','fields':{'name':'赵一','citizen_no':'" FAR_NUMBER "'}}");

	ck_assert(val_get_true(r, "ok") && !holds(r, "is registered already") && !holds(r, AREA_A));
	val_free(r);
	r = ask(&w, "dir-b1", "{'op':'find','book':'child','text':'" FAR_NUMBER "'}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 0);
	ck_assert(!val_get_true(r, "more"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1",
	    "{'op':'get','book':'child','number':'" FAR_NUMBER "'}")), "missing");
	ck_assert_uint_eq(entries(far, "match"), before);
	ck_assert_uint_eq(entries(far, "find"), 0);
}
END_TEST

/* ---- rights and limits ----------------------------------------------------------------------- */

START_TEST(only_those_who_make_or_merge_may_look)
{
	static const struct { const char *user, *book, *want; } cases[] = {
		{ "partner", "child", "denied" }, { "leader", "child", "denied" },
		  { "aud", "child", "denied" },
		{ "sys", "child", "denied" }, { "sec", "child", "denied" },
		  { "agency", "child", "denied" },
		{ "leader", "person", "denied" }, { "leader", "household", "denied" },
		  { "aud", "account", "denied" },
		{ NULL, "child", "denied" }, { "off", "child", "" }, { "sup-a", "child", "" },
		  { "dir-a1", "child", "" },
		{ "sec", "account", "" }, { "dir-a1", "nothing", "missing" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		ck_assert_msg(strcmp(reply_error_code(ask(&w, cases[i].user,
		    "{'op':'near','book':'%s','fields':{}}", cases[i].book)),
		    cases[i].want) == 0, "match: %s, %s", cases[i].user, cases[i].book);
		if (strcmp(cases[i].want, "denied") == 0)
			ck_assert_str_eq(reply_error_code(ask(&w, cases[i].user,
			    "{'op':'doubles','book':'%s','id':%d}", cases[i].book, far)), "denied");
	}
	ck_assert_uint_eq(entries(far, "match"), 0);
}
END_TEST

static struct val *
near_number(int serial)
{
	struct val	*fields = json_val(child_fields("x", AREA_A1, serial));
	struct val	*r = ask(&w, "dir-b1",
	    "{'op':'near','book':'child','fields':{'citizen_no':'%s'}}",
	    val_get_str(fields, "citizen_no"));

	val_free(fields);
	ck_assert_uint_eq(val_len(val_get(r, "near")), 1);
	return r;
}

static const char *
place_of(int serial)
{
	static char	 place[40];
	struct val	*r = near_number(serial);
	const char	*township = val_str(val_find(r, "near.0.elsewhere"));

	snprintf(place, sizeof place, "%s", township != NULL ? township : "office");
	val_free(r);
	return place;
}

/*
 * So many files a day, and the limit outlives a restart; then the place of any other is the county
 * office's to tell.
 */
START_TEST(a_bounded_number_a_day)
{
	char	 name[40];

	for (int i = 1; i <= MATCH_FOREIGN_MAX; i++) {
		snprintf(name, sizeof name, "李%d", i);
		child_in_state(&w, "dir-a2", name, AREA_A2, 100 + i, "found");
	}
	for (int i = 1; i <= MATCH_FOREIGN_MAX; i++)
		ck_assert_str_eq(place_of(100 + i), AREA_A);
	fixture_reopen(&w);
	ck_assert_str_eq(place_of(FAR_SERIAL), "office");
	ck_assert_str_eq(told_last(far), "dir-b1 county-office");
	ck_assert_str_eq(place_of(101), AREA_A);		/* told before, told again */
	fixture_set_clock(FIXTURE_NOW + 86400);
	ck_assert_str_eq(place_of(FAR_SERIAL), AREA_A);
}
END_TEST

/* ---- other ways to a file elsewhere ---------------------------------------------------------- */

/* A merged record leads to a record out of reach: no township, and so no entry either. */
START_TEST(a_merged_file_names_no_place)
{
	int		 mine = (int)child_in_state(&w, "dir-b1", "王小近", AREA_B1, 2, "active");
	struct val	*r;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':4,'other':%d,'otherver':4,"
	    "'why':'同一个孩子'}", far, mine)), "");
	r = ask(&w, "dir-b1", "{'op':'get','book':'child','id':%d}", mine);
	ck_assert(val_get_true(val_find(r, "record.into"), "office"));
	ck_assert(!holds(r, "990121100"));
	val_free(r);
	r = ask(&w, "dir-b1", "{'op':'find','book':'child','text':'王小近'}");
	ck_assert(val_get_true(val_find(r, "rows.0.into"), "office"));
	ck_assert(!holds(r, "990121100"));
	val_free(r);
	/* the village of the merged record does not find the surviving one, the name does */
	r = near("dir-b1", "'name':'王小近',", AREA_B1, 0);
	ck_assert_uint_eq(val_len(val_get(r, "near")), 0);
	val_free(r);
	r = near("dir-b1", "'name':'王小近','birth':20160111,", AREA_B1, 0);
	ck_assert(!holds(r, AREA_A1));
	val_free(r);
}
END_TEST

/* ---- masked numbers -------------------------------------------------------------------------- */

static const char *const	 masked[] = { FAR_NUMBER, "19900001234", "19900005678" };
#define MASKED	(sizeof masked / sizeof *masked)
#define FILED	7		/* so many digits a citizen number shares with the number of the
				   file, which is not masked */

/* Every way to look for a text. */
static const char *const	 ways[] = {
	"{'op':'find','book':'child','text':'%s'}",
	"{'op':'list','book':'child','list':'mine','find':'%s'}",
	"{'op':'list','book':'child','list':'unguarded','find':'%s'}",
	"{'op':'due','ahead':366,'find':'%s'}",
	"{'op':'due','ahead':366,'by':'clock','find':'%s'}",
};
#define WAYS	(sizeof ways / sizeof *ways)

static struct val *
ask_way(size_t i, const char *user, const char *text)
{
	const char	*at = strstr(ways[i], "%s");
	struct val	*r = ask(&w, user, "%.*s%s%s", (int)(at - ways[i]), ways[i], text, at + 2);

	ck_assert(val_get_true(r, "ok"));
	return r;
}

static size_t
hits(struct val *r)
{
	size_t	 n = val_len(val_get(r, "rows")) + val_len(val_get(r, "due")) +
	    val_len(val_get(r, "groups"));

	n += val_get_true(r, "more");
	n += (size_t)(val_get_num(r, "over", 0) + val_get_num(r, "soon", 0));
	val_free(r);
	return n;
}

/*
 * By its beginning, or any piece but the last four, no number is found; and so digit after digit
 * tells nothing.
 */
START_TEST(no_beginning_finds_a_masked_number)
{
	char	 text[24];

	for (size_t i = 0; i < MASKED; i++)
		for (size_t n = i == 0 ? FILED : 1; n < strlen(masked[i]); n++)
			for (size_t way = 0; way < WAYS; way++) {
				snprintf(text, sizeof text, "%.*s", (int)n, masked[i]);
				ck_assert_msg(hits(ask_way(way, "dir-a1", text)) == 0, "%s, %s",
				    text, ways[way]);
				snprintf(text, sizeof text, "%s",
				    masked[i] + strlen(masked[i]) - n);
				ck_assert_msg(n == 4 || hits(ask_way(way, "dir-a1", text)) == 0,
				    "%s, %s", text, ways[way]);
			}
	/* nor beside a name that fits, nor with the byte that keeps their rows apart */
	for (size_t way = 0; way < WAYS; way++) {
		ck_assert_uint_eq(hits(ask_way(way, "dir-a1", "王小远 1990000123")), 0);
		ck_assert_uint_eq(hits(ask_way(way, "dir-a1", "\\u00011990000123")), 0);
	}
	ck_assert_uint_eq(entries(far, "find"), 0);
}
END_TEST

static size_t
has_way(size_t way)
{
	return strstr(ways[way], "unguarded") == NULL;	/* the child has a guardian */
}

START_TEST(whole_or_by_the_last_four_and_the_trail_has_it)
{
	static const char *const	 paths[MASKED] = { "citizen_no", "carer.phone",
	    "father.phone" };

	for (size_t i = 0; i < MASKED; i++)
		for (size_t way = 0; way < WAYS; way++) {
			size_t		 before = entries(far, "find");
			const char	*last = masked[i] + strlen(masked[i]) - 4;
			struct val	*r;

			if (!has_way(way))
				continue;
			ck_assert_msg(hits(ask_way(way, "dir-a1", masked[i])) > 0, "%s, %s",
			    masked[i], ways[way]);
			ck_assert_msg(hits(ask_way(way, "dir-a1", last)) > 0, "%s, %s", last,
			    ways[way]);
			ck_assert_uint_eq(entries(far, "find"), before + 2);
			r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':1}", far);
			ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "find");
			ck_assert_str_eq(val_str(val_find(r, "entries.0.user")), "dir-a1");
			ck_assert_str_eq(val_str(val_find(r, "entries.0.detail.agreed.0")),
			    paths[i]);
			ck_assert(!holds(r, masked[i]) && !holds(r, "'5678'"));
			val_free(r);
		}
}
END_TEST

/*
 * What is not masked is found by its beginning as ever, and that is no question about a masked
 * number.
 */
START_TEST(names_and_file_numbers_as_before)
{
	static const char *const	 texts[] = { "王小远", "小远", "wxy", "xiaoy", "王德",
	    "990121", "王小远 wang" };
	size_t				 before;
	struct val			*r;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		ck_assert_msg(hits(ask_way(0, "dir-a1", texts[i])) == 1, "%s", texts[i]);
	ck_assert_uint_eq(entries(far, "find"), 0);
	/* of two terms the one that fits a masked number only is noted */
	before = entries(far, "find");
	ck_assert_uint_eq(hits(ask_way(0, "dir-a1", "王小远 1234")), 1);
	ck_assert_uint_eq(entries(far, "find"), before + 1);
	r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':1}", far);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.detail.agreed.0")), "carer.phone");
	val_free(r);
}
END_TEST

/* Nor do counts, orders and the places of rows tell them. */
START_TEST(no_counts_by_a_masked_column)
{
	struct val	*r;

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'person','set':{'name':'王近','kinds':['carer'],'phone':'19900004321',"
	    "'residence':'" AREA_A1 "','status':'well'}}"), "id");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'members','book':'person','list':'here','by':'phone'}")), "bad-request");
	for (size_t i = 0; i < 4; i++) {
		r = ask(&w, "dir-a1", "{'op':'list','book':'person','list':'here','sort':%zu}", i);
		ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
		ck_assert(!holds(r, "19900004321"));
		val_free(r);
	}
}
END_TEST

static void
mask_numbers(const char *forms, bool yes)
{
	struct buf	 cmd = BUF_INIT;

	if (yes)
		buf_printf(&cmd, "cp '%s/forms/county/books/'*.yaml '%s/books/'",
		    getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".", forms);
	else
		buf_printf(&cmd, "sed -i 's/,\\{0,1\\} *mask: middle//' '%s/books/'*.yaml", forms);
	ck_assert_int_eq(system(buf_str(&cmd)), 0);
	buf_free(&cmd);
	fixture_reopen(&w);
}

/* A home whose rows were made before the field was masked makes them anew when it is opened. */
START_TEST(masked_later)
{
	char	 forms[300];

	fixture_copy_forms(&w, forms);
	mask_numbers(forms, false);
	ck_assert_uint_eq(hits(ask_way(0, "dir-a1", "1990000123")), 1);
	mask_numbers(forms, true);
	ck_assert_uint_eq(hits(ask_way(0, "dir-a1", "1990000123")), 0);
	ck_assert_uint_eq(hits(ask_way(0, "dir-a1", "19900001234")), 1);
	mask_numbers(forms, false);
	ck_assert_uint_eq(hits(ask_way(0, "dir-a1", "1990000123")), 1);
}
END_TEST

static Suite *
match(void)
{
	Suite	*s = suite_create("core/match");
	TCase	*tc = tcase_create("foreign"), *numbers = tcase_create("masked");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, near_tells_the_township_and_no_village, 0,
	    (int)(sizeof by_person / sizeof *by_person));
	tcase_add_test(tc, a_name_with_a_village_finds_nobody_elsewhere);
	tcase_add_test(tc, own_files_do_not_hide_or_show_others);
	tcase_add_test(tc, a_refused_save_tells_the_township_and_no_village);
	tcase_add_test(tc, a_refused_save_writes_its_entry_alone);
	tcase_add_test(tc, check_and_find_and_get_tell_nothing);
	tcase_add_test(tc, only_those_who_make_or_merge_may_look);
	tcase_add_test(tc, a_bounded_number_a_day);
	tcase_add_test(tc, a_merged_file_names_no_place);
	suite_add_tcase(s, tc);
	tcase_add_unchecked_fixture(numbers, fixture_preload, NULL);
	tcase_add_checked_fixture(numbers, setup, teardown);
	tcase_set_timeout(numbers, 120);
	tcase_add_test(numbers, no_beginning_finds_a_masked_number);
	tcase_add_test(numbers, whole_or_by_the_last_four_and_the_trail_has_it);
	tcase_add_test(numbers, names_and_file_numbers_as_before);
	tcase_add_test(numbers, no_counts_by_a_masked_column);
	tcase_add_test(numbers, masked_later);
	suite_add_tcase(s, numbers);
	return s;
}

TEST_MAIN(match)
