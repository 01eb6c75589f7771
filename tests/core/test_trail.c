#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Readers of the trail see who did what to which record, when and from where. Texts in answers,
 * remarks and notes are content of a file, and only for those who may see the file.
 */
static struct fixture	w;
static int		child;

static int
ver_of(int id)
{
	struct val	*r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", id);
	int		 ver = (int)val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

static void
must(struct val *r)
{
	ck_assert_str_eq(reply_error_code(r), "");
}

/* A returned file, an acknowledged deadline and a closed file, each with a text. */
static void
setup(void)
{
	int	 ver;

	fixture_open(&w);
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "submitted");
	must(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'return','remarks':{'name':'批注甲'}}", child));
	must(ask_new(&w, "dir-a1", "{'op':'act','book':'child','id':%d,'ver':3,'act':'submit'}",
	    child));
	must(ask_new(&w, "sup-a", "{'op':'act','book':'child','id':%d,'ver':4,'act':'verify'}",
	    child));
	must(ask_new(&w, "off", "{'op':'act','book':'child','id':%d,'ver':5,'act':'archive'}",
	    child));
	must(ask(&w, "dir-a1",
	    "{'op':'ack','book':'child','id':%d,'clock':'monthly','note':'说明乙'}", child));
	ver = ver_of(child);
	must(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'close','ask':{'reason':'parents-back',"
	    "'day':20260312,'proof':'材料丙'}}", child, ver));
}

static void
teardown(void)
{
	world_free(&w);
}

/* Whether this text stands anywhere in a value. */
static bool
holds(const struct val *v, const char *text)
{
	bool	 found = val_str(v) != NULL && strstr(val_str(v), text) != NULL;

	for (size_t i = 0; !found && (val_kind(v) == VAL_MAP || val_kind(v) == VAL_LIST) &&
	    i < val_len(v); i++)
		found = holds(val_kind(v) == VAL_MAP ? val_value(v, i) : val_at(v, i), text);
	return found;
}

static struct val *
trail(const char *user, const char *rest)
{
	struct val	*r = ask(&w, user, "{'op':'trail','limit':200%s}", rest);

	ck_assert(val_get_true(r, "ok"));
	return r;
}

static const char *const	 words[] = { "批注甲", "说明乙", "材料丙" };

START_TEST(auditors_read_no_content)
{
	static const char *const	 readers[] = { "aud", NULL };
	char				 of_one[40];

	snprintf(of_one, sizeof of_one, ",'record':%d", child);
	for (size_t i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++) {
			struct val	*r = trail(readers[i], k == 0 ? "" : of_one);

			for (size_t n = 0; n < 3; n++)
				ck_assert_msg(!holds(r, words[n]), "%s", words[n]);
			ck_assert(holds(r, "return") && holds(r, "close") &&
			    holds(r, "acknowledge") && holds(r, "sup-a") && holds(r, "monthly"));
			val_free(r);
		}
}
END_TEST

/* Whoever may see the file reads them there, and has looked at the file by that. */
START_TEST(content_stays_with_those_who_may_see_the_file)
{
	char		 of_one[40];
	struct val	*r, *after;

	snprintf(of_one, sizeof of_one, ",'record':%d", child);
	r = trail("sup-a", of_one);
	for (size_t n = 0; n < 3; n++)
		ck_assert_msg(holds(r, words[n]), "%s", words[n]);
	after = trail("aud", ",'user':'sup-a'");
	ck_assert_str_eq(val_get_str(val_at(val_get(after, "entries"), 0), "act"), "read");
	ck_assert_int_eq(val_get_num(val_at(val_get(after, "entries"), 0), "record", 0), child);
	val_free(r);
	val_free(after);
}
END_TEST

/* Accounts are no case data: their trail tells the auditor all. */
START_TEST(the_trail_of_accounts_is_whole)
{
	struct val	*accounts = ask(&w, "aud",
	    "{'op':'find','book':'account','text':'dir-a1'}"), *r;
	int64_t		 id = val_get_num(val_at(val_get(accounts, "rows"), 0), "id", 0);

	val_free(accounts);
	must(ask_new(&w, "sec",
	    "{'op':'act','book':'account','id':%d,'ver':1,'act':'suspend','ask':{'why':'理由丁'}}",
	    (int)id));
	r = trail("aud", "");
	ck_assert(holds(r, "理由丁"));
	val_free(r);
}
END_TEST

static Suite *
trails(void)
{
	Suite	*s = suite_create("core/trail");
	TCase	*tc = tcase_create("trail");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, auditors_read_no_content);
	tcase_add_test(tc, content_stays_with_those_who_may_see_the_file);
	tcase_add_test(tc, the_trail_of_accounts_is_whole);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(trails)
