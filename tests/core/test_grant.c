#include <stdio.h>
#include <string.h>

#include "core/record/builtin.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"
#include "core/record/account.h"

/*
 * Grants are decided by two people: one proposes, another confirms. Nobody handles an account of
 * the own person, and the three administrators cannot end the last account of each other.
 */

static struct fixture	w;

static void
setup(void)
{
	fixture_open(&w);
}

static void
teardown(void)
{
	world_free(&w);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* {"id","ver","state"} of an account as it is now. */
static int
number_of(const char *user, const char *key)
{
	struct val	*r = ask(&w, NULL, "{'op':'find','book':'account','text':'%s'}", user),
	    *rows = val_get(r, "rows");
	int		 n = 0;

	for (size_t i = 0; i < val_len(rows); i++) {
		struct val	*a = ask(&w, NULL, "{'op':'get','book':'account','id':%d}",
		    (int)val_get_num(val_at(rows, i), "id", 0));

		if (strcmp(val_str(val_find(a, "record.fields.user")), user) == 0)
			n = (int)val_get_num(val_get(a, "record"), key, 0);
		val_free(a);
	}
	val_free(r);
	return n;
}

static const char *
save(const char *by, const char *user, const char *set)
{
	return reply_error_code(ask_new(&w, by,
	    "{'op':'save','book':'account','id':%d,'ver':%d,'set':%s}", number_of(user, "id"),
	    number_of(user, "ver"), set));
}

static struct val *
act_reply(const char *by, const char *user, const char *act, const char *more)
{
	return ask_new(&w, by, "{'op':'act','book':'account','id':%d,'ver':%d,'act':'%s'%s}",
	    number_of(user, "id"), number_of(user, "ver"), act, more);
}

static const char *
act(const char *by, const char *user, const char *name)
{
	return reply_error_code(act_reply(by, user, name, strcmp(name, "confirm") == 0 ||
	    strcmp(name, "resume") == 0 ? "" : ",'ask':{'why':'x'}"));
}

static bool
offered(const char *by, const char *user, const char *name)
{
	struct val	*r = ask(&w, by, "{'op':'get','book':'account','id':%d}",
	    number_of(user, "id"));
	bool		 yes = val_has(val_get(val_get(r, "may"), "acts"), name);

	val_free(r);
	return yes;
}

static enum actor_err
opens(const char *user)
{
	struct actor	*a = NULL;
	enum actor_err	 e = account_load_actor(w.core, user, 1000, "test", &a);

	actor_unref(a);
	return e;
}

#define NEW(user, name, role)	"{'op':'save','book':'account','set':{'user':'" user "','name':'" name "','role':'" role "'," \
    "'from':20260101,'areas':['" AREA_COUNTY_C "']}}"
#define ADMIN(user, name, role)	"{'op':'act','book':'account','act':'confirm','set':{'user':'" user "','name':'" name "'," \
    "'role':'" role "','from':20260101}}"

/* ---- two people ------------------------------------------------------------------------------ */

START_TEST(one_proposes_and_another_confirms)
{
	reply_number(ask_new(&w, "sec", NEW("new", "何新", "officer")), "id");
	ck_assert_int_eq(opens("new"), ACTOR_PROPOSED);
	ck_assert(!offered("sec", "new", "confirm") && offered("sys", "new", "confirm"));
	ck_assert_str_eq(act("sec", "new", "confirm"), "denied");
	ck_assert_str_eq(act("aud", "new", "confirm"), "denied");
	ck_assert_str_eq(act("off", "new", "confirm"), "missing");
	ck_assert_str_eq(act("sys", "new", "confirm"), "");
	ck_assert_int_eq(opens("new"), ACTOR_OK);
	/*
	 * made and confirmed in one request, or changed while it is confirmed: that would be one
	 * person's word
	 */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sec", ADMIN("one", "何一", "officer"))),
	    "denied");
	reply_number(ask_new(&w, "sec", NEW("two", "何二", "officer")), "id");
	ck_assert_str_eq(reply_error_code(act_reply("sys", "two", "confirm",
	    ",'set':{'role':'leader'}")), "denied");
	/*
	 * a second security administrator who changed it may not confirm it any more; the first one
	 * may
	 */
	reply_number(ask_new(&w, NULL, ADMIN("sec2", "何安", "secadmin")), "id");
	ck_assert_str_eq(save("sec2", "two", "{'role':'leader'}"), "");
	ck_assert_str_eq(act("sec2", "two", "confirm"), "denied");
	ck_assert_str_eq(act("sec", "two", "confirm"), "");
}
END_TEST

START_TEST(what_is_in_force_changes_the_same_way)
{
	ck_assert_str_eq(save("sec", "dir-a1", "{'role':'officer','areas':['" AREA_COUNTY_C "']}"),
	    "denied");
	ck_assert_str_eq(save("sec", "dir-a1", "{'areas':['" AREA_A2 "']}"), "denied");
	ck_assert_str_eq(save("sec", "dir-a1", "{'until':20991231}"), "denied");
	ck_assert_str_eq(save("sec", "dir-a1", "{'phone':'13800000000'}"), "");
	ck_assert_int_eq(opens("dir-a1"), ACTOR_OK);
	ck_assert_str_eq(act("sys", "dir-a1", "change"), "denied");
	ck_assert_str_eq(act("sec", "dir-a1", "change"), "");
	ck_assert_int_eq(opens("dir-a1"), ACTOR_PROPOSED);
	ck_assert_str_eq(save("sec", "dir-a1", "{'areas':['" AREA_A2 "']}"), "");
	ck_assert_str_eq(act("sec", "dir-a1", "confirm"), "denied");
	ck_assert_str_eq(act("sys", "dir-a1", "confirm"), "");
	/* nor can one person restore a suspended account */
	ck_assert_str_eq(act("sec", "dir-a1", "suspend"), "");
	ck_assert_str_eq(act("sec", "dir-a1", "resume"), "");
	ck_assert_int_eq(opens("dir-a1"), ACTOR_PROPOSED);
	ck_assert_str_eq(act("sys", "dir-a1", "confirm"), "");
	ck_assert_int_eq(opens("dir-a1"), ACTOR_OK);
}
END_TEST

START_TEST(both_have_a_list_of_what_waits)
{
	static const char *const	 who[] = { "sec", "sys", "aud" };

	reply_number(ask_new(&w, "sec", NEW("new", "何新", "officer")), "id");
	for (size_t i = 0; i < 3; i++)
		ck_assert_int_eq(reply_number(ask(&w, who[i],
		    "{'op':'count','book':'account','list':'proposed'}"), "count"), 1);
	for (size_t i = 0; i < 2; i++) {
		struct val	*r = ask(&w, who[i], "{'op':'menu'}");

		ck_assert_int_eq(val_get_num(val_get(r, "counts"), "account.proposed", -1), 1);
		val_free(r);
	}
}
END_TEST

/* ---- one's own ------------------------------------------------------------------------------- */

START_TEST(nobody_grants_to_himself)
{
	struct val	*r;

	/* the own account, a new one with the own name, one renamed to the own name */
	ck_assert_str_eq(save("sec", "sec", "{'role':'officer','areas':['" AREA_COUNTY_C "']}"),
	    "denied");
	ck_assert_str_eq(save("sec", "sec", "{'note':'x'}"), "denied");
	ck_assert_str_eq(act("sec", "sec", "change"), "denied");
	r = ask_new(&w, "sec", NEW("other", "卫东", "officer"));
	ck_assert_str_eq(val_get_str(r, "error"), "denied");
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "of his own"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sec", NEW("other", "卫　东", "officer"))),
	    "denied");
	reply_number(ask_new(&w, "sec", NEW("new", "何新", "officer")), "id");
	ck_assert_str_eq(save("sec", "new", "{'name':' 卫东'}"), "denied");
	/* nor can somebody confirm the own account, though another proposed it */
	reply_number(ask_new(&w, "sec", NEW("sys-2", "褚亮", "officer")), "id");
	ck_assert(!offered("sys", "sys-2", "confirm"));
	ck_assert_str_eq(act("sys", "sys-2", "confirm"), "denied");
	ck_assert_int_eq(opens("sys-2"), ACTOR_PROPOSED);
	/* two accounts of one person are one person */
	reply_number(ask_new(&w, NULL, ADMIN("sec-too", "卫东", "secadmin")), "id");
	ck_assert_str_eq(act("sec-too", "new", "confirm"), "denied");
	ck_assert_str_eq(act("sec-too", "sec", "suspend"), "denied");
}
END_TEST

START_TEST(names_are_compared_as_read)
{
	ck_assert(actor_same_name("王芳", "王　芳 "));
	ck_assert(actor_same_name("Li Wei", "ＬiWei"));
	ck_assert(!actor_same_name("王芳", "王方"));
	ck_assert(!actor_same_name("", ""));
	ck_assert(!actor_same_name(NULL, "王芳"));
}
END_TEST

/* ---- the last one ---------------------------------------------------------------------------- */

START_TEST(the_last_one_of_a_role_stays)
{
	static const char *const	 admins[] = { "sys", "sec", "aud" };
	struct val			*r;

	for (size_t i = 0; i < 3; i++) {
		r = act_reply(NULL, admins[i], "suspend", ",'ask':{'why':'x'}");
		ck_assert_str_eq(val_get_str(r, "error"), "invalid");
		ck_assert_str_eq(val_str(val_find(r, "problems.0.say")),
		    "This is the only {1} whose account is in force. Give the role to "
		    "somebody else first.");
		val_free(r);
		ck_assert_str_eq(act(NULL, admins[i], "change"), "invalid");
		ck_assert_int_eq(opens(admins[i]), ACTOR_OK);
	}
	ck_assert_str_eq(act("sec", "aud", "suspend"), "invalid");
	/* one that is only proposed, or over, is no other */
	reply_number(ask_new(&w, "sec",
	    "{'op':'save','book':'account','set':{'user':'aud2','name':'何审','role':'auditor','from':20260101}}"),
	    "id");
	ck_assert_str_eq(act("sec", "aud", "suspend"), "invalid");
	ck_assert_str_eq(save("sec", "aud2", "{'until':20260311}"), "");
	ck_assert_str_eq(act("sys", "aud2", "confirm"), "");
	ck_assert_str_eq(act("sec", "aud", "suspend"), "invalid");
	fixture_set_account(&w, "aud2", "{'until':null}");
	ck_assert_str_eq(act("sec", "aud", "suspend"), "");
	ck_assert_str_eq(act("sec", "aud2", "suspend"), "invalid");
}
END_TEST

START_TEST(no_person_holds_two_of_them)
{
	reply_number(ask_new(&w, "sec",
	    "{'op':'save','book':'account','set':{'user':'two','name':'蒋平','role':'officer','from':20260101,"
	    "'areas':['" AREA_COUNTY_C "']}}"), "id");
	ck_assert_str_eq(save("sec", "two", "{'role':'sysadmin','areas':null}"), "");
	/*
	 * the auditor's name: it is refused to whoever confirms it, the administrator at the server
	 * included
	 */
	ck_assert_str_eq(act("sys", "two", "confirm"), "invalid");
	ck_assert_str_eq(act(NULL, "two", "confirm"), "invalid");
}
END_TEST

/* ---- the administrator at the server --------------------------------------------------------- */

START_TEST(the_server_itself_can_always_grant)
{
	struct val	*r;

	reply_number(ask_new(&w, NULL, ADMIN("new", "何新", "secadmin")), "id");
	ck_assert_int_eq(opens("new"), ACTOR_OK);
	r = ask(&w, "aud", "{'op':'trail','record':%d}", number_of("new", "id"));
	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "confirm");
	ck_assert_str_eq(val_str(val_find(r, "entries.0.role")), "local");
	val_free(r);
}
END_TEST

static Suite *
grant(void)
{
	Suite	*s = suite_create("core/grant");
	TCase	*tc = tcase_create("grant");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, one_proposes_and_another_confirms);
	tcase_add_test(tc, what_is_in_force_changes_the_same_way);
	tcase_add_test(tc, both_have_a_list_of_what_waits);
	tcase_add_test(tc, nobody_grants_to_himself);
	tcase_add_test(tc, names_are_compared_as_read);
	tcase_add_test(tc, the_last_one_of_a_role_stays);
	tcase_add_test(tc, no_person_holds_two_of_them);
	tcase_add_test(tc, the_server_itself_can_always_grant);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(grant)
