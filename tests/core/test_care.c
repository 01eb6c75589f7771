#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/index.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * The county's own work after intake, as its people do it: confirmations, risk, pairing, benefits,
 * school, registration, absence, corrections, and the ways a file ends. Every test starts with one
 * child, active since 2026-01-31, in village a1, both parents away.
 */

#define JAN31	INT64_C(1769824800)	/* 2026-01-31 10:00 in the county */
#define DAY	INT64_C(86400)

static struct fixture	w;
static int		child;

static void
setup(void)
{
	fixture_open(&w);
	fixture_set_clock(JAN31);
	child = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
}

static void
teardown(void)
{
	world_free(&w);
}

static bool
has_duty(const char *user, const char *clock)
{
	struct val	*r = ask(&w, user, "{'op':'due','ahead':366,'limit':200}"),
	    *list = val_get(r, "due");
	bool		 found = false;

	ck_assert(val_get_true(r, "ok"));
	for (size_t i = 0; i < val_len(list); i++)
		found |= strcmp(val_get_str(val_at(list, i), "clock"), clock) == 0;
	val_free(r);
	return found;
}

/* Days overdue; the deadline must exist. */
static int
over(const char *user, const char *clock)
{
	struct val	*r = ask(&w, user, "{'op':'due','ahead':366,'limit':200}"),
	    *list = val_get(r, "due");
	int		 days = INT32_MIN;

	for (size_t i = 0; i < val_len(list); i++)
		if (strcmp(val_get_str(val_at(list, i), "clock"), clock) == 0)
			days = (int)val_get_num(val_at(list, i), "over", 0);
	val_free(r);
	ck_assert_msg(days != INT32_MIN, "%s has no duty %s", user, clock);
	return days;
}

static int
members(const char *user, const char *book, const char *list)
{
	struct val	*r = ask(&w, user, "{'op':'list','book':'%s','list':'%s'}", book, list);
	int		 n = (int)val_len(val_get(r, "rows"));

	ck_assert(val_get_true(r, "ok"));
	ck_assert_int_eq(reply_number(ask(&w, user, "{'op':'count','book':'%s','list':'%s'}", book,
	    list), "count"), n);
	val_free(r);
	return n;
}

/* A field of the child's file as the officer reads it: text, or a number as text; "" = empty. */
static const char *
field(const char *path)
{
	static char		 out[200];
	struct val		*r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", child);
	const struct val	*v = val_find(val_get(val_get(r, "record"), "fields"), path);

	ck_assert(val_get_true(r, "ok"));
	out[0] = '\0';
	if (val_str(v) != NULL)
		snprintf(out, sizeof out, "%s", val_str(v));
	else if (v != NULL)
		snprintf(out, sizeof out, "%lld", (long long)val_num(v, 0));
	val_free(r);
	return out;
}

static int
version(void)
{
	struct val	*r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", child);
	int		 ver = (int)val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

/* What the trail has of the file last, before this look at it. */
static const char *
last_act(void)
{
	static char	 out[40];
	struct val	*r = ask(&w, "dir-a1", "{'op':'trail','record':%d,'limit':1}", child);
	const char	*act = val_str(val_find(r, "entries.0.act"));

	snprintf(out, sizeof out, "%s", act != NULL ? act : "");
	val_free(r);
	return out;
}

static const char *
act_on_child(const char *user, const char *act, const char *asked)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'child','id':%d,'ver':%d,'act':'%s','ask':%s}", child, version(),
	    act, asked));
}

/* The basis of the due day, from the work list. */
static const char *
counted(const char *user, const char *clock)
{
	static char	 out[80];
	struct val	*r = ask(&w, user, "{'op':'due','ahead':60}"), *list = val_get(r, "due");

	out[0] = '\0';
	for (size_t i = 0; i < val_len(list); i++) {
		const struct val	*d = val_at(list, i);

		if (strcmp(val_get_str(d, "clock"), clock) == 0)
			snprintf(out, sizeof(out), "%s %d, due %d", val_get_str(d, "from"),
			    (int)val_get_num(d, "from_day", 0), (int)val_get_num(d, "day", 0));
	}
	val_free(r);
	return out;
}

/* ---- guardianship ---------------------------------------------------------------------------- */

static int
entrust_by(const char *user, int since, int until)
{
	return (int)reply_number(ask_new(&w, user,
	    "{'op':'save','book':'entrust','set':{'child':%d,'basis':'entrusted','by':'both',"
	    "'carer_name':'王德福','relation':'61','carer_phone':'19900001234','carer_address':'同住','since':%d,'until':%d,"
	    "'bad_acts':'clear','bad_habits':'clear','neglect':'clear','unfit':'clear','found':'派出所','health':'fit','others':1,"
	    "'view':'agrees','contact':'weekly','signed_on':%d,'signers':['parent','carer'],'paper':'一号柜'}}",
	    child, since, until, since), "id");
}

static int
entrust(int since, int until)
{
	return entrust_by("dir-a1", since, until);
}

static const char *
entrust_act(const char *user, int id, int ver, const char *act, const char *asked)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'entrust','id':%d,'ver':%d,'act':'%s','ask':%s}", id, ver, act,
	    asked));
}

START_TEST(no_guardian_today_is_a_live_list)
{
	int	 id;

	/* from the first day on: both parents are away and nothing is signed */
	ck_assert_int_eq(members("dir-a1", "child", "unguarded"), 1);
	ck_assert_int_eq(members("off", "child", "unguarded"), 1);
	ck_assert_int_eq(members("sup-b", "child", "unguarded"), 0);
	ck_assert(has_duty("dir-a1", "guardian"));
	ck_assert_str_eq(counted("dir-a1", "guardian"), "empty 20260131, due 20260130");
	id = entrust(20260131, 20260430);
	ck_assert_int_eq(members("off", "child", "unguarded"), 1);	/* a draft guards nobody */
	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	ck_assert_int_eq(members("off", "child", "unguarded"), 0);
	ck_assert_str_eq(field("guarded_until"), "20260430");
	ck_assert_str_eq(field("guarded_by"), "王德福");
	/* in force on its last day, not on the next; nothing ran in between */
	fixture_set_clock(JAN31 + (28 + 31 + 30) * DAY);
	ck_assert_int_eq(members("off", "child", "unguarded"), 0);
	ck_assert_int_eq(over("dir-a1", "guardian"), 0);
	ck_assert_str_eq(counted("dir-a1", "guardian"), "date 20260430, due 20260430");
	ck_assert_str_eq(counted("dir-a1", "monthly"), "since 20260131, due 20260228");
	fixture_set_clock(JAN31 + (28 + 31 + 31) * DAY);
	ck_assert_int_eq(members("off", "child", "unguarded"), 1);
	ck_assert_int_eq(over("sup-a", "guardian"), 1);
	/* renewed with effect from today */
	id = entrust(20260501, 20270430);
	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	ck_assert_int_eq(members("off", "child", "unguarded"), 0);
	/* ended early: what is left of the older one counts, and that is over */
	ck_assert_str_eq(entrust_act("sup-a", id, 2, "end",
	    "{'reason':'unable','day':20260501,'now':'村里安排邻居'}"), "");
	ck_assert_str_eq(field("guarded_until"), "20260430");
	ck_assert_int_eq(members("off", "child", "unguarded"), 1);
}
END_TEST

static int
entrust_to(const char *carer, int since, int until)
{
	int	 id = entrust(since, until);

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'entrust','id':%d,'ver':1,'set':{'carer_name':'%s'}}", id, carer),
	    "ver");
	return id;
}

/* As homes of before have it: signed, whatever else is in force. */
static void
signed_before(int id)
{
	struct store_txn	*txn;
	struct rec		*old, *now;
	struct writer		 writer;

	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)id, &old), REC_OK);
	ck_assert_ptr_nonnull(now = rec_dup(old));
	ck_assert(rec_set_state(now, book_state(now->book, "signed")));
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	writer = writer_now(w.core, txn, NULL);
	ck_assert_int_eq(rec_put(txn, now), STORE_OK);
	ck_assert_int_eq(index_update(txn, w.core->index_catalog, old, now), STORE_OK);
	ck_assert_int_eq(child_update_parent(&writer, old, now, NULL), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	rec_free(old);
	rec_free(now);
}

/* "CARER UNTIL" at a place of a reply, which is freed. */
static const char *
who_until(struct val *r, const char *at)
{
	static char		 text[100];
	const struct val	*f = val_find(r, at);
	const char		*by = val_get_str(f, "guarded_by");

	ck_assert(val_get_true(r, "ok"));
	snprintf(text, sizeof text, "%s %d", by != NULL ? by : "-",
	    (int)val_get_num(f, "guarded_until", 0));
	val_free(r);
	return text;
}

/*
 * Carer and last day are one fact, wherever they are shown: of the confirmation that runs longest.
 */
START_TEST(two_confirmations_in_force_are_not_mixed)
{
	int		 longer, later;
	struct rec	*rec;

	fixture_set_clock(JAN31 + 20 * DAY);
	longer = entrust_to("王德福", 20260131, 20270116);
	later = entrust_to("刘秀珍", 20260210, 20260430);
	signed_before(longer);
	signed_before(later);
	ck_assert_str_eq(who_until(ask(&w, "off", "{'op':'get','book':'child','id':%d}", child),
	    "record.fields"), "王德福 20270116");
	ck_assert_str_eq(who_until(ask(&w, "dir-a1", "{'op':'file','book':'child','id':%d}", child),
	    "record.fields"), "王德福 20270116");
	ck_assert_str_eq(who_until(ask(&w, "off",
	    "{'op':'file','book':'child','id':%d,'on':20260219}", child), "record.fields"), "- 0");
	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)child, &rec), REC_OK);
	ck_assert_ptr_null(child_stale(w.core, rec));
	rec_free(rec);
	/*
	 * the shorter one over: the longer still guards. Then that over: the list shows one record
	 * as well
	 */
	fixture_set_clock(JAN31 + 120 * DAY);
	ck_assert_int_eq(members("off", "child", "unguarded"), 0);
	fixture_set_clock(JAN31 + 400 * DAY);
	ck_assert_str_eq(who_until(ask(&w, "off",
	    "{'op':'list','book':'child','list':'unguarded'}"), "rows.0.f"), "王德福 20270116");
}
END_TEST

/* The words of the only problem in a refusal, which is freed: msgid, arguments. */
static const char *
problem(struct val *r)
{
	static char		 text[300];
	const struct val	*p = val_find(r, "problems.0"), *args = val_get(p, "args");
	size_t			 n;

	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_uint_eq(val_len(val_get(r, "problems")), 1);
	n = (size_t)snprintf(text, sizeof text, "%s", val_get_str(p, "say"));
	for (size_t i = 0; i < val_len(args); i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "|%s", val_str(val_at(args, i)));
	val_free(r);
	return text;
}

#define IN_FORCE	"{1} (on record: {2})|A confirmation is in force for this child: end that one first, then sign the new one|"

START_TEST(one_confirmation_in_force)
{
	int	 first = entrust(20260131, 20260430), second = entrust_to("刘秀珍", 20260131,
	    20270116);

	/* as many drafts as one likes; signed one */
	ck_assert_str_eq(entrust_act("dir-a1", first, 1, "sign", "{}"), "");
	ck_assert_str_eq(problem(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'entrust','id':%d,'ver':2,'act':'sign'}", second)),
	    IN_FORCE "王德福 2026-01-31 2026-04-30 In term");
	ck_assert_str_eq(field("guarded_by"), "王德福");
	ck_assert_str_eq(field("carer.name"), "王德福");
	/* it is the act that is hindered: the paper can be written further */
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'entrust','id':%d,'ver':2,'set':{'others':2}}", second), "ver");
	ck_assert_str_eq(entrust_act("dir-a1", first, 2, "end",
	    "{'reason':'replaced','day':20260131,'now':'外婆'}"), "");
	ck_assert_str_eq(entrust_act("dir-a1", second, 3, "sign", "{}"), "");
	ck_assert_str_eq(field("guarded_by"), "刘秀珍");
	/* one that has run out is in nobody's way */
	fixture_set_clock(JAN31 + 360 * DAY);
	first = entrust(20260131, 20280116);
	ck_assert_str_eq(entrust_act("dir-a1", first, 1, "sign", "{}"), "");
}
END_TEST

START_TEST(two_of_an_older_home_can_be_ended)
{
	int	 longer = entrust(20260131, 20270116), later = entrust_to("刘秀珍", 20260131,
	    20260430);

	signed_before(longer);
	signed_before(later);
	ck_assert_str_eq(entrust_act("sup-a", longer, 1, "end",
	    "{'reason':'unable','day':20260131,'now':'外婆'}"), "");
	ck_assert_str_eq(field("guarded_by"), "刘秀珍");
	ck_assert_str_eq(field("guarded_until"), "20260430");
}
END_TEST

static int
ver_of_child(int id)
{
	struct val	*r = ask(&w, "sup-a", "{'op':'get','book':'child','id':%d}", id);
	int		 ver = (int)val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

static struct val *
merge_from(int other)
{
	return ask_new(&w, "sup-a",
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,'why':'同一个孩子'}", child,
	    ver_of_child(child), other, ver_of_child(other));
}

START_TEST(merging_makes_no_second_one)
{
	int	 mine = entrust(20260131, 20260430), kept = child, other, theirs;

	ck_assert_str_eq(entrust_act("dir-a1", mine, 1, "sign", "{}"), "");
	other = child = (int)child_in_state(&w, "dir-a1", "王小名", AREA_A1, 2, "active");
	theirs = entrust_to("刘秀珍", 20260131, 20270116);
	ck_assert_str_eq(entrust_act("dir-a1", theirs, 2, "sign", "{}"), "");
	child = kept;
	ck_assert_str_eq(problem(merge_from(other)),
	    IN_FORCE "王德福 2026-01-31 2026-04-30 In term");
	ck_assert_str_eq(field("guarded_by"), "王德福");
	ck_assert_str_eq(entrust_act("dir-a1", mine, 2, "end",
	    "{'reason':'other','day':20260131,'now':'外婆'}"), "");
	reply_number(merge_from(other), "ver");
	ck_assert_str_eq(field("guarded_by"), "刘秀珍");
	ck_assert_str_eq(field("guarded_until"), "20270116");
	/* the merged file's one in force came over, so a new one is refused here too */
	mine = entrust(20260131, 20260601);
	ck_assert_str_eq(problem(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'entrust','id':%d,'ver':1,'act':'sign'}", mine)),
	    IN_FORCE "刘秀珍 2026-01-31 2027-01-16 In term");
}
END_TEST

START_TEST(a_moved_child_keeps_its_one)
{
	int	 id = entrust(20260131, 20260430);

	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	ck_assert_str_eq(act_on_child("dir-a1", "hand-over",
	    "{'to':'" AREA_B1 "','why':'随外婆住'}"), "");
	ck_assert_str_eq(act_on_child("dir-b1", "accept", "{'address':'一组3号'}"), "");
	id = entrust_by("dir-b1", 20260131, 20270116);
	ck_assert_str_eq(problem(ask_new(&w, "dir-b1",
	    "{'op':'act','book':'entrust','id':%d,'ver':1,'act':'sign'}", id)),
	    IN_FORCE "王德福 2026-01-31 2026-04-30 In term");
	ck_assert_str_eq(field("guarded_until"), "20260430");
}
END_TEST

START_TEST(one_pairing_and_one_case)
{
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'pairing','set':{'child':%d,'since':20260131,"
	    "'director_name':'甲'}}", child)), "");
	ck_assert_str_eq(problem(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'pairing','set':{'child':%d,'since':20260131,"
	    "'director_name':'乙'}}", child)),
	    "{1}|The child has a pairing already: change that one, or end it first");
#define AWAY(who)	"{'op':'save','book':'absence','set':{'child':%d,'kind':'missing','who':'" who "','since':20251201," \
	"'searched':'问过娘家'}}"
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1", AWAY("mother"), child)), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1", AWAY("father"), child)), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1", AWAY("mother"), child)), "invalid");
}
END_TEST

START_TEST(without_a_guardian_since_care_ended)
{
	int	 id = entrust(20260131, 20270130);

	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	fixture_set_clock(JAN31 + 59 * DAY);
	ck_assert_str_eq(entrust_act("dir-a1", id, 2, "end",
	    "{'reason':'unable','day':20260331,'now':'邻居'}"), "");
	ck_assert_str_eq(field("guarded_until"), "");
	ck_assert_str_eq(field("guard_ended"), "20260331");
	/* at once, but not since January: the ladder begins now */
	ck_assert_int_eq(members("off", "child", "unguarded"), 1);
	ck_assert_int_eq(over("dir-a1", "guardian"), 1);
	ck_assert(!has_duty("off", "guardian"));
	ck_assert(!has_duty("leader", "guardian"));
}
END_TEST

START_TEST(what_forbids_to_sign)
{
	static const struct { const char *set; } against[] = {
		{ "{'bad_acts':'found'}" }, { "{'neglect':'open'}" }, { "{'health':'unable'}" },
		  { "{'view':'objects'}" },
		{ "{'signers':['parent']}" }, { "{'signers':['carer']}" }, { "{'until':20260130}" },
		{ "{'since':20260201}" },
	};
	int	 id = entrust(20260131, 20260430), ver = 1;

	for (size_t i = 0; i < sizeof against / sizeof *against; i++) {
		struct val	*r = ask_new(&w, "dir-a1",
		    "{'op':'act','book':'entrust','id':%d,'ver':%d,'act':'sign','set':%s}", id,
				    ver, against[i].set);

		ck_assert_msg(strcmp(val_get_str(r, "error") != NULL ? val_get_str(r, "error") : "",
		    "invalid") == 0, "%s", against[i].set);
		ck_assert_uint_gt(val_len(val_get(r, "problems")), 0);
		val_free(r);
	}
	ck_assert_str_eq(entrust_act("dir-a1", id, ver, "sign", "{}"), "");
	/* what was signed is not written over */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'entrust','id':%d,'ver':2,'set':{'until':20300101}}", id)),
	    "denied");
}
END_TEST

/* An assessment that comes to "low", confirmed by the township. */
static void
grade(int day)
{
	char	 before[20];
	int	 id;

	snprintf(before, sizeof before, "%s", field("graded_on"));
	id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'risk','set':{'child':%d,'assessed_on':%d,"
	    "'sheet':'risk-county','risk-county':{'guarded':'carer','carer_age':55,'carer_health':'well','care':'all',"
	    "'contact':'weekly','schooling':'fine','mood':'steady','hardship':'enough','incidents':0},'grade':'low',"
	    "'guardianship':'good'}}", child, day), "id");

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'risk','id':%d,'ver':1,'act':'submit'}", id), "ver");
	ck_assert_str_eq(field("graded_on"), before);	/* what waits to be confirmed is no grade */
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'act','book':'risk','id':%d,'ver':2,'act':'confirm'}", id), "ver");
	ck_assert_str_eq(field("grade"), "low");
}

/* What a new sheet shows beside the grade to be given. */
static const char *
earlier_grade(void)
{
	static char	 text[20];
	struct val	*r = ask(&w, "dir-a1", "{'op':'start','book':'risk','under':%d}", child);
	const char	*s = val_str(val_find(r, "fields.earlier"));

	ck_assert(val_get_true(r, "ok"));
	snprintf(text, sizeof text, "%s", s != NULL ? s : "");
	val_free(r);
	return text;
}

START_TEST(a_grade_decides_how_often_to_visit)
{
	ck_assert_str_eq(earlier_grade(), "");
	ck_assert_int_eq(over("dir-a1", "visit-ungraded"), -60);
	ck_assert_int_eq(over("dir-a1", "first-grade"), -30);
	grade(20260131);
	ck_assert(!has_duty("dir-a1", "visit-ungraded"));
	ck_assert(!has_duty("dir-a1", "first-grade"));
	ck_assert_int_eq(over("dir-a1", "visit"), -90);
	/* the grade in force stands beside the next one, whatever was begun and left in between */
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'risk','set':{'child':%d,'assessed_on':20260131,"
	    "'sheet':'risk-county'}}", child), "id");
	ck_assert_str_eq(earlier_grade(), "low");
	/* half a year after, on the last day of a shorter month: once more */
	fixture_set_clock(JAN31 + 181 * DAY);
	ck_assert_int_eq(over("dir-a1", "regrade"), 0);
	grade(20260731);
	ck_assert_int_eq(over("dir-a1", "regrade"), -184);
}
END_TEST

START_TEST(signing_tells_the_file_who_cares)
{
	int	 id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'entrust','set':{'child':%d,'basis':'entrusted',"
		    "'by':'both','carer_name':'刘秀珍','relation':'64','carer_phone':'19900004321','carer_address':'邻村',"
		    "'since':20260131,'until':20270130,'bad_acts':'clear','bad_habits':'clear','neglect':'clear','unfit':'clear',"
		    "'found':'派出所','health':'fit','others':2,'view':'young','contact':'daily','signed_on':20260131,"
		    "'signers':['parent','carer'],'paper':'一号柜'}}", child), "id");
	int	 ver = version();

	grade(20260131);
	fixture_set_clock(JAN31 + DAY);
	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	ck_assert_str_eq(field("carer.name"), "刘秀珍");
	ck_assert_str_eq(field("carer.relation"), "64");
	ck_assert_int_eq(version(), ver + 1);
	/* another carer than before: grade anew within 15 days, climbing a week later */
	ck_assert(has_duty("dir-a1", "regrade-change"));
	fixture_set_clock(JAN31 + 22 * DAY);
	ck_assert(!has_duty("sup-a", "regrade-change"));
	fixture_set_clock(JAN31 + 23 * DAY);
	ck_assert(has_duty("sup-a", "regrade-change"));
}
END_TEST

START_TEST(a_renewal_begins_with_the_last)
{
	int		 id = entrust(20260131, 20260430);
	struct val	*r, *f;

	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	r = ask(&w, "dir-a1", "{'op':'start','book':'entrust','under':%d}", child);
	ck_assert_ptr_null(val_find(r, "fields.carer_phone"));
	ck_assert_str_eq(last_act(), "read");
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'start','book':'entrust','under':%d,'whole':true}", child);
	ck_assert(val_get_true(r, "ok"));
	ck_assert_str_eq(last_act(), "whole");
	f = val_get(r, "fields");
	ck_assert_str_eq(val_get_str(f, "carer_name"), "王德福");
	ck_assert_str_eq(val_get_str(f, "carer_phone"), "19900001234");
	ck_assert_str_eq(val_get_str(f, "by"), "both");
	ck_assert_str_eq(val_get_str(f, "paper"), "一号柜");
	/* what has to be asked each time is asked */
	ck_assert_ptr_null(val_get(f, "view"));
	ck_assert_str_eq(val_get_str(f, "bad_acts"), "open");
	ck_assert_ptr_null(val_get(f, "until"));
	val_free(r);
}
END_TEST

/* ---- deadlines ------------------------------------------------------------------------------- */

static void
visit(const char *user, int day, const char *more)
{
	reply_number(ask_new(&w, user,
	    "{'op':'save','book':'visit','set':{'child':%d,'visited_on':%d,'kind':'regular',%s}}",
	    child, day, more), "id");
}

#define SEEN	"'outcome':'met','alone':true,'living':'secure','guarding':'fair','schooling':'regular','health':'well','mood':'calm'"

START_TEST(trouble_asks_for_a_new_grade)
{
	visit("dir-a1", 20260131,
	    SEEN ",'contact':'weekly','unsafe':false,'attention':'看灶台电线'");
	ck_assert(!has_duty("dir-a1", "regrade-trouble"));
	ck_assert_str_eq(field("attention"), "看灶台电线");
	ck_assert_str_eq(field("seen_on"), "20260131");
	fixture_set_clock(JAN31 + 10 * DAY);
	visit("dir-a1", 20260210, SEEN ",'contact':'never','unsafe':false");
	ck_assert_int_eq(over("dir-a1", "regrade-trouble"), -7);
	/* the next visitor is told what the last one left to say: nothing this time */
	ck_assert_str_eq(field("attention"), "");
}
END_TEST

/* ---- warnings -------------------------------------------------------------------------------- */

/* The fields at which a save that goes through warns, and frees the reply. */
static const char *
warned(struct val *r)
{
	static char		 text[200];
	const struct val	*list = val_get(r, "problems");

	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	text[0] = '\0';
	for (size_t i = 0; i < val_len(list); i++) {
		if (strcmp(val_get_str(val_at(list, i), "kind"), "gap") == 0)
			continue;			/* of a sheet that is still a draft */
		ck_assert_str_eq(val_get_str(val_at(list, i), "kind"), "warning");
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] != '\0' ?
		    " " : "", val_get_str(val_at(list, i), "field"));
	}
	val_free(r);
	return text;
}

#define VISIT(guarding, more)	"{'op':'save','book':'visit','set':{'child':%d,'visited_on':20260131,'kind':'regular'," \
	"'outcome':'met','alone':true,'living':'secure','guarding':'" guarding "','schooling':'regular','contact':'weekly'," more "}}"

START_TEST(a_visit_that_does_not_agree_warns)
{
	ck_assert_str_eq(field("guardianship"), "fair");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1",
	    VISIT("fair", "'health':'well','mood':'calm','unsafe':false"), child)), "");
	/* with itself */
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1",
	    VISIT("fair", "'health':'hurt','mood':'danger','unsafe':false"), child)),
	    "unsafe unsafe");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1",
	    VISIT("good", "'health':'well','mood':'calm','unsafe':true,"
	    "'danger':['alone'],'police':true"), child)), "guarding");
	/* with itself and with the file */
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1",
	    VISIT("nobody", "'health':'well','mood':'calm','unsafe':false"), child)),
	    "unsafe guarding");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1",
	    VISIT("carer-weak", "'health':'well','mood':'calm','unsafe':false"), child)),
	    "guarding");
}
END_TEST

START_TEST(a_sheet_that_does_not_agree_warns)
{
#define SHEET	"{'op':'save','book':'risk','set':{'child':%d,'assessed_on':20260131,'sheet':'risk-county','grade':'low'," \
	"'guardianship':'%s','why':'家里有邻居','risk-county':{'guarded':'%s','now':[%s]}}}"
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SHEET, child, "fair", "parent", "")), "");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SHEET, child, "fair", "parent", "'alone'")),
	    "grade");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SHEET, child, "poor", "parent", "")),
	    "grade");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SHEET, child, "good", "nobody", "")),
	    "grade guardianship");
}
END_TEST

START_TEST(no_change_beside_a_confirmation_that_ran_out)
{
	int	 id = entrust(20260131, 20260228);

#define SAME	"{'op':'save','book':'update','set':{'child':%d,'result':'same','how':'phone'}}"
	ck_assert_str_eq(entrust_act("dir-a1", id, 1, "sign", "{}"), "");
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SAME, child)), "");
	fixture_set_clock(JAN31 + 29 * DAY);
	ck_assert_str_eq(warned(ask_new(&w, "dir-a1", SAME, child)), "result");
}
END_TEST

/* What the next visitor begins with. */
static const char *
carried(void)
{
	static char	 text[200];
	struct val	*r = ask(&w, "dir-a1", "{'op':'start','book':'visit','under':%d}", child);
	const char	*s = val_str(val_find(r, "fields.carried"));

	ck_assert(val_get_true(r, "ok"));
	snprintf(text, sizeof text, "%s", s != NULL ? s : "");
	val_free(r);
	return text;
}

START_TEST(what_was_found_waits_for_who_sees_the_child_next)
{
	visit("dir-a1", 20260131,
	    SEEN ",'contact':'weekly','unsafe':false,'attention':'看灶台电线'");
	ck_assert_str_eq(carried(), "看灶台电线");
	fixture_set_clock(JAN31 + 5 * DAY);
	visit("dir-a1", 20260205, "'outcome':'nobody','why':'走亲戚'");
	ck_assert_str_eq(carried(), "看灶台电线");
	ck_assert_str_eq(field("attention"), "看灶台电线");
	fixture_set_clock(JAN31 + 6 * DAY);
	visit("dir-a1", 20260206, "'outcome':'nobody','why':'还没回来','attention':'到舅舅家找'");
	ck_assert_str_eq(carried(), "到舅舅家找");
	fixture_set_clock(JAN31 + 7 * DAY);
	visit("dir-a1", 20260207, SEEN ",'contact':'weekly','unsafe':false");
	ck_assert_str_eq(carried(), "");
}
END_TEST

START_TEST(what_is_to_be_reported_is_due_until_it_is)
{
	int	 id;

	visit("dir-a1", 20260131, SEEN ",'contact':'weekly','unsafe':true,'danger':['water']");
	ck_assert(!has_duty("dir-a1", "tell-police"));
	id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'visit','set':{'child':%d,'visited_on':20260131,"
	    "'kind':'regular'," SEEN ",'contact':'weekly','unsafe':true,'danger':['violence','water'],'police':false}}", child), "id");
	ck_assert_int_eq(over("dir-a1", "tell-police"), -1);
	fixture_set_clock(JAN31 + DAY);
	ck_assert(!has_duty("sup-a", "tell-police"));
	fixture_set_clock(JAN31 + 2 * DAY);
	ck_assert(has_duty("sup-a", "tell-police"));
	ck_assert(has_duty("agency", "tell-police"));
	ck_assert(!has_duty("off", "tell-police"));
	fixture_set_clock(JAN31 + 4 * DAY);
	ck_assert(has_duty("off", "tell-police"));
	ck_assert(has_duty("leader", "tell-police"));
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'visit','id':%d,'ver':1,'set':{'police':true}}", id), "ver");
	ck_assert(!has_duty("dir-a1", "tell-police"));
	ck_assert(!has_duty("leader", "tell-police"));
}
END_TEST

START_TEST(an_attempt_is_no_visit)
{
	int	 before = over("dir-a1", "visit-ungraded");

	fixture_set_clock(JAN31 + 10 * DAY);
	visit("dir-a1", 20260210, "'outcome':'nobody','why':'走亲戚'");
	ck_assert_int_eq(over("dir-a1", "visit-ungraded"), before + 10);
	ck_assert_str_eq(field("seen_on"), "");
	visit("dir-a1", 20260210, SEEN ",'contact':'weekly','unsafe':false");
	ck_assert_int_lt(over("dir-a1", "visit-ungraded"), before + 10);
}
END_TEST

START_TEST(pairing_is_whole_or_due)
{
	int	 id;

	ck_assert(has_duty("dir-a1", "pairing"));
	id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'pairing','set':{'child':%d,'since':20260131,"
	    "'director_name':'王芳','near_kind':'kin','near_name':'王五','near_phone':'19900002222'}}", child), "id");
	ck_assert(has_duty("dir-a1", "pairing"));
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'pairing','id':%d,'ver':1,'set':{'helper_kind':'teacher',"
	    "'helper_name':'陈老师','helper_phone':'19900003333'}}", id)), "");
	ck_assert(!has_duty("dir-a1", "pairing"));
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'pairing','id':%d,'ver':2,'act':'end',"
	    "'ask':{'why':'老师调走'}}", id)), "");
	ck_assert(has_duty("dir-a1", "pairing"));
}
END_TEST

START_TEST(a_benefit_told_is_followed_to_its_answer)
{
	int	 id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'benefit','set':{'child':%d,'kind':'dibao',"
		    "'told_on':20260131,'told_whom':'爷爷','wants':true}}", child), "id");

	ck_assert_int_eq(over("dir-a1", "apply"), -15);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'benefit','id':%d,'ver':1,'act':'apply',"
	    "'ask':{'day':20260131}}", id)), "");
	ck_assert(!has_duty("dir-a1", "apply"));
	ck_assert_int_eq(over("sup-a", "answer"), -30);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'benefit','id':%d,'ver':2,'act':'grant',"
	    "'ask':{'day':20260131}}", id)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'benefit','id':%d,'ver':2,'act':'grant',"
	    "'ask':{'day':20260131,'amount':45000,'until':20260630}}", id)), "");
	ck_assert(!has_duty("sup-a", "answer"));
	ck_assert_int_eq(members("off", "benefit", "granted"), 1);
	/* thirty days before it runs out */
	fixture_set_clock(JAN31 + 120 * DAY);
	ck_assert_int_eq(over("dir-a1", "again"), 0);
}
END_TEST

START_TEST(a_parent_missing_half_a_year)
{
	int	 id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'absence','set':{'child':%d,'kind':'missing',"
		    "'who':'mother','since':20251201,'searched':'问过娘家'}}", child), "id");

	ck_assert(has_duty("dir-a1", "tell-police"));
	ck_assert(!has_duty("sup-a", "letter"));
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'absence','id':%d,'ver':1,'act':'letter',"
	    "'ask':{'day':20260131,'number':'函1号'}}", id)), "invalid");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'absence','id':%d,'ver':1,'set':{'reported_on':20260131,"
	    "'station':'镇派出所'}}", id)), "");
	ck_assert(!has_duty("dir-a1", "tell-police"));
	fixture_set_clock(JAN31 + 181 * DAY);	/* 31 July: six months from 31 January */
	ck_assert_int_eq(over("sup-a", "letter"), 0);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'absence','id':%d,'ver':2,'act':'letter',"
	    "'ask':{'day':20260731,'number':'函1号'}}", id)), "");
	ck_assert(!has_duty("sup-a", "letter"));
}
END_TEST

/* ---- corrections ----------------------------------------------------------------------------- */

START_TEST(a_legal_field_takes_two_people)
{
	int	 id, ver = version();

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'name':'王晓明'}}", child,
	    ver)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'guardianship':'good'}}",
	    child, ver)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'三组1号'}}",
	    child, ver)), "");
	id = (int)reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'correction','set':{'child':%d,'asked_on':20260131,'kind':'wrong',"
	    "'what':['name'],'name':'王晓明','why':'户口簿上是晓','paper':'户口簿'}}", child),
	    "id");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'correction','id':%d,'ver':1,'act':'ask'}", id)), "");
	ck_assert_str_eq(field("corrections"), "1");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'correction','id':%d,'ver':2,'act':'agree'}", id)), "denied");
	ck_assert_str_eq(field("name"), "王小明");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'correction','id':%d,'ver':2,'act':'agree'}", id)), "");
	ck_assert_str_eq(field("name"), "王晓明");
	ck_assert_str_eq(field("corrections"), "");
	/* the original stays readable */
	{
		struct val	*r = ask(&w, "off",
		    "{'op':'history','book':'child','id':%d,'ver':%d}", child, ver);

		ck_assert_str_eq(val_get_str(val_get(val_get(r, "record"), "fields"), "name"),
		    "王小明");
		val_free(r);
	}
}
END_TEST

/* The old value comes from the file, and the author of the correction cannot change it. */
START_TEST(a_correction_says_what_stood_there)
{
	struct val	*r = ask(&w, "dir-a1", "{'op':'start','book':'correction','under':%d}",
	    child);
	int		 id;

	ck_assert_str_eq(val_str(val_find(r, "fields.was_name")), "王小明");
	ck_assert_ptr_null(val_find(r, "fields.was_citizen_no"));		/* masked */
	val_free(r);
#define CORRECTION "'child':%d,'asked_on':20260131,'kind':'wrong','what':['name'],'name':'王晓明','why':'户口簿','paper':'户口簿'"
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'correction','set':{" CORRECTION ",'was_name':'王大明'}}",
	    child)), "denied");
	id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'correction','set':{" CORRECTION "}}", child), "id");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'correction','id':%d,'ver':1,'set':{'was_name':'王大明'}}",
	    id)), "denied");
	r = ask(&w, "off", "{'op':'get','book':'correction','id':%d,'whole':true}", id);
	ck_assert_str_eq(val_str(val_find(r, "record.fields.was_name")), "王小明");
	ck_assert_ptr_nonnull(val_find(r, "record.fields.was_citizen_no"));
	val_free(r);
}
END_TEST

START_TEST(a_correction_that_would_spoil_the_file_is_not_agreed)
{
	int	 id = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'correction','set':{'child':%d,'asked_on':20260131,"
		    "'kind':'wrong','what':['birth'],'birth':20110101,'why':'记错了','paper':'出生证'}}", child), "id");
	struct val	*r;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'correction','id':%d,'ver':1,'act':'ask'}", id)), "");
	/* birth date and citizen number would disagree */
	r = ask_new(&w, "sup-a", "{'op':'act','book':'correction','id':%d,'ver':2,'act':'agree'}",
	    id);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_uint_gt(val_len(val_get(r, "problems")), 0);
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'correction','id':%d,'ver':2,'act':'refuse',"
	    "'ask':{'why':'与号码不符'}}", id)), "");
}
END_TEST

/* ---- how a file ends or moves ---------------------------------------------------------------- */

START_TEST(a_child_is_handed_over)
{
	ck_assert_str_eq(act_on_child("dir-a1", "hand-over",
	    "{'to':'" AREA_B1 "','why':'随外婆住'}"), "");
	/* both sides see it in transit; the deadlines stay with the sender; nobody else sees it */
	ck_assert_int_eq(members("dir-b1", "child", "coming"), 1);
	ck_assert_int_eq(members("sup-b", "child", "coming"), 1);
	ck_assert_int_eq(members("dir-a1", "child", "leaving"), 1);
	ck_assert_int_eq(members("dir-a2", "child", "coming"), 0);
	ck_assert_int_eq(members("off", "child", "active"), 1);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a2", "{'op':'get','book':'child','id':%d}",
	    child)), "missing");
	ck_assert(has_duty("dir-a1", "monthly"));
	ck_assert(!has_duty("dir-b1", "monthly"));
	ck_assert(has_duty("dir-b1", "accept"));
	ck_assert(!has_duty("dir-a1", "accept"));
	/* the sender cannot accept for the other side */
	ck_assert_str_eq(act_on_child("dir-a1", "accept", "{'address':'一组'}"), "denied");
	/* not accepted in time: the deadline escalates to the township there */
	fixture_set_clock(JAN31 + 8 * DAY);
	ck_assert_int_eq(over("sup-b", "accept"), 3);
	ck_assert_str_eq(act_on_child("dir-b1", "accept", "{'address':'一组3号'}"), "");
	ck_assert_str_eq(field("residence"), AREA_B1);
	ck_assert_str_eq(field("address"), "一组3号");
	ck_assert(has_duty("dir-b1", "monthly"));
	ck_assert(!has_duty("dir-a1", "monthly"));
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}",
	    child)), "missing");
}
END_TEST

START_TEST(a_hand_over_comes_to_nothing)
{
	ck_assert_str_eq(act_on_child("dir-a1", "hand-over",
	    "{'to':'" AREA_B1 "','why':'随外婆住'}"), "");
	ck_assert_str_eq(act_on_child("dir-b1", "decline", "{'why':'孩子没有来'}"), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'get','book':'child','id':%d}",
	    child)), "missing");
	ck_assert_str_eq(field("residence"), AREA_A1);
	ck_assert_str_eq(act_on_child("dir-a1", "hand-over",
	    "{'to':'" AREA_B1 "','why':'随外婆住'}"), "");
	ck_assert_str_eq(act_on_child("sup-a", "recall", "{'why':'弄错了'}"), "");
	ck_assert_int_eq(members("dir-b1", "child", "coming"), 0);
	ck_assert(!has_duty("dir-b1", "accept"));
}
END_TEST

START_TEST(closed_sealed_and_opened_again)
{
	ck_assert_str_eq(act_on_child("off", "close",
	    "{'reason':'parents-back','day':20260131,'proof':'村里已核实'}"), "");
	ck_assert(!has_duty("dir-a1", "monthly"));
	ck_assert_int_eq(members("dir-a1", "child", "mine"), 1);
	ck_assert_str_eq(act_on_child("off", "seal", "{'why':'期满'}"), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}",
	    child)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "agency", "{'op':'get','book':'child','id':%d}",
	    child)), "missing");
	ck_assert_int_eq(members("dir-a1", "child", "mine"), 0);
	ck_assert_int_eq(members("sup-a", "child", "all"), 0);
	ck_assert_int_eq(members("off", "child", "sealed"), 1);
}
END_TEST

START_TEST(age_alone_makes_it_due)
{
	/* child_fields() invents a birth date; the day the child turns 16 follows from it */
	int	 birth = atoi(field("birth")), sixteen = civil_add(birth, 16, 'y');
	int64_t	 day = JAN31 + (civil_days(sixteen) - civil_days(20260131)) * DAY;

	fixture_set_clock(day - DAY);
	ck_assert_int_eq(over("dir-a1", "aged-16"), -1);
	fixture_set_clock(day);
	ck_assert_int_eq(over("dir-a1", "aged-16"), 0);
	fixture_set_clock(day + 15 * DAY);
	ck_assert_int_eq(over("off", "aged-16"), 15);
	ck_assert_int_eq(members("off", "child", "aged"), 0);
	fixture_set_clock(JAN31 + (civil_days(civil_add(birth, 18, 'y')) + 1 -
	    civil_days(20260131)) * DAY);
	ck_assert_int_eq(members("off", "child", "aged"), 1);
	/* an orphan in full-time study, college included, is provided for beyond 18 (S3) */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'category':['orphan'],"
	    "'schooling':'college','school':'师范学院','boarding':true}}", child, version())), "");
	ck_assert_int_eq(members("off", "child", "aged"), 0);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'schooling':'out'}}", child,
	    version())), "");
	ck_assert_int_eq(members("off", "child", "aged"), 1);
}
END_TEST

START_TEST(a_post_is_handed_over_with_its_duties)
{
	ck_assert(has_duty("dir-a1", "monthly"));
	/* the successor gets the role and the village, and with these the open deadlines */
	fixture_set_account(&w, "dir-a1", "{'areas':['" AREA_A2 "']}");
	ck_assert(!has_duty("dir-a1", "monthly"));
	fixture_set_account(&w, "dir-a2", "{'areas':['" AREA_A1 "']}");
	ck_assert(has_duty("dir-a2", "monthly"));
}
END_TEST

static Suite *
care(void)
{
	static const TTest *const *const	 all[] = {
		&no_guardian_today_is_a_live_list, &two_confirmations_in_force_are_not_mixed,
		    &one_confirmation_in_force, &two_of_an_older_home_can_be_ended,
		&merging_makes_no_second_one, &a_moved_child_keeps_its_one,
		    &one_pairing_and_one_case,
		&without_a_guardian_since_care_ended, &what_forbids_to_sign,
		    &a_grade_decides_how_often_to_visit, &signing_tells_the_file_who_cares,
		&a_renewal_begins_with_the_last, &trouble_asks_for_a_new_grade,
		&a_visit_that_does_not_agree_warns, &a_sheet_that_does_not_agree_warns,
		&no_change_beside_a_confirmation_that_ran_out,
		&what_was_found_waits_for_who_sees_the_child_next,
		    &what_is_to_be_reported_is_due_until_it_is, &an_attempt_is_no_visit,
		    &pairing_is_whole_or_due,
		&a_benefit_told_is_followed_to_its_answer, &a_parent_missing_half_a_year,
		    &a_legal_field_takes_two_people,
		&a_correction_says_what_stood_there,
		&a_correction_that_would_spoil_the_file_is_not_agreed, &a_child_is_handed_over,
		    &a_hand_over_comes_to_nothing,
		&closed_sealed_and_opened_again, &age_alone_makes_it_due,
		    &a_post_is_handed_over_with_its_duties,
	};
	Suite	*s = suite_create("the county's work after intake");
	TCase	*tc = tcase_create("care");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, *all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(care)
