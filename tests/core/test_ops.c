#include <stdio.h>
#include <string.h>

#include "core/record/audit.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"
#include "core/record/account.h"
#include "core/record/area_tree.h"

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

static int64_t
count(const char *user, const char *list)
{
	return reply_number(ask(&w, user, "{'op':'count','book':'child','list':'%s'}", list),
	    "count");
}

static size_t
rows(const char *user, const char *list)
{
	struct val	*reply = ask(&w, user, "{'op':'list','book':'child','list':'%s'}", list);
	size_t		 n = val_len(val_get(reply, "rows"));

	ck_assert(val_get_true(reply, "ok"));
	val_free(reply);
	return n;
}

static size_t
found(const char *user, const char *text)
{
	struct val	*reply = ask(&w, user, "{'op':'find','book':'child','text':'%s'}", text);
	size_t		 n = val_len(val_get(reply, "rows"));

	ck_assert(val_get_true(reply, "ok"));
	val_free(reply);
	return n;
}

/* ---- the life of one file -------------------------------------------------------------------- */

START_TEST(a_child_goes_from_village_to_archive)
{
	struct val	*r;
	uint64_t	 id;

	r = ask_new(&w, "dir-a1", "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	ck_assert_str_eq(val_get_str(r, "state"), "found");
	ck_assert_uint_gt(strlen(val_get_str(r, "number")), 14);
	id = (uint64_t)reply_number(r, "id");
	ck_assert_int_eq(count("dir-a1", "todo"), 1);
	ck_assert_int_eq(count("sup-a", "submitted"), 0);
	ck_assert_int_eq(reply_number(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':1,'act':'submit'}", (int)id), "ver"), 2);
	ck_assert_int_eq(count("sup-a", "submitted"), 1);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'return'}", (int)id)), "invalid");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'return',"
	    "'remarks':{'carer.phone':'号码打不通'}}", (int)id)), "");
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)id);
	ck_assert_str_eq(val_get_str(val_get(r, "record"), "state"), "returned");
	ck_assert_str_eq(val_get_str(val_find(val_get(r, "record"), "remarks"), "carer.phone"),
	    "号码打不通");
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':3,'act':'submit',"
	    "'set':{'carer':{'phone':'19900001235'}}}", (int)id)), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':4,'act':'verify'}", (int)id)), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':5,'act':'archive'}", (int)id)), "");
	r = ask(&w, "off", "{'op':'get','book':'child','id':%d,'whole':true}", (int)id);
	ck_assert_str_eq(val_get_str(val_get(r, "record"), "state"), "active");
	ck_assert_ptr_null(val_get(val_get(r, "record"), "remarks"));
	ck_assert_str_eq(val_str(val_find(val_get(r, "record"), "fields.carer.phone")),
	    "19900001235");
	ck_assert_str_eq(val_str(val_find(val_get(r, "record"), "fields.carer.name")), "王德福");
	val_free(r);
}
END_TEST

START_TEST(every_version_says_who_changed_what)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	struct val	*r, *vs;

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'三组7号'}}",
	    (int)id), "ver");
	r = ask(&w, "sup-a", "{'op':'history','book':'child','id':%d}", (int)id);
	vs = val_get(r, "versions");
	ck_assert_uint_eq(val_len(vs), 5);
	ck_assert_str_eq(val_get_str(val_at(vs, 0), "by"), "dir-a1");
	ck_assert_str_eq(val_get_str(val_at(vs, 1), "act"), "submit");
	ck_assert_str_eq(val_get_str(val_at(vs, 3), "by"), "off");
	ck_assert_uint_eq(val_len(val_get(val_at(vs, 4), "changed")), 1);
	ck_assert_str_eq(val_str(val_at(val_get(val_at(vs, 4), "changed"), 0)), "address");
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'history','book':'child','id':%d,'ver':2}", (int)id);
	ck_assert_str_eq(val_str(val_find(val_get(r, "record"), "fields.address")), "二组12号");
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'history','book':'child','id':%d,'ver':9}", (int)id)), "missing");
}
END_TEST

/* Readers are shown by name and role; login names and processes are for the auditor alone. */
START_TEST(a_file_tells_by_name_who_looked)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	struct val	*r;

	val_free(ask(&w, "leader", "{'op':'get','book':'child','id':%d}", (int)id));
	r = ask(&w, "dir-a1", "{'op':'trail','record':%d}", (int)id);
	ck_assert_uint_eq(val_len(val_get(r, "entries")), 5);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.name")), "郑伟");
	ck_assert_str_eq(val_str(val_find(r, "entries.0.role")), "leader");
	ck_assert_ptr_null(val_find(r, "entries.0.user"));
	ck_assert_ptr_null(val_find(r, "entries.0.from"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'trail','record':%d,'user':'郑伟'}", (int)id);
	ck_assert_uint_eq(val_len(val_get(r, "entries")), 1);
	val_free(r);
}
END_TEST

START_TEST(the_auditor_reads_each_step)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	static const char *const	 acts[] = { "read", "archive", "verify", "submit",
	    "create" };
	struct val	*r;
	uint64_t	 n, bad;
	unsigned char	 head[AUDIT_HASH];

	val_free(ask(&w, "leader", "{'op':'get','book':'child','id':%d}", (int)id));
	r = ask(&w, "aud", "{'op':'trail','record':%d}", (int)id);
	ck_assert_uint_eq(val_len(val_get(r, "entries")), 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), i), "act"), acts[i]);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "user"), "leader");
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1", "{'op':'trail'}")), "denied");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'trail','record':%d}", (int)id)),
	    "denied");
	ck_assert_int_eq(audit_verify(w.core->store, &n, &bad, head), STORE_OK);
	ck_assert_uint_eq(bad, 0);
	ck_assert_uint_gt(n, 15);
}
END_TEST

/* ---- reach ----------------------------------------------------------------------------------- */

/* Others' carers are found too, behind the child that is called so. */
START_TEST(own_names_come_first)
{
	struct val	*r;

	child_in_state(&w, "dir-a1", "李小红", AREA_A1, 1, "found");
	child_in_state(&w, "dir-a1", "张伟", AREA_A1, 2, "found");
	child_in_state(&w, "dir-a1", "王德福", AREA_A1, 3, "found");
	r = ask(&w, "dir-a1", "{'op':'find','book':'child','text':'王德福'}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 3);
	ck_assert_str_eq(val_str(val_find(r, "rows.0.why")), "name");
	ck_assert_str_eq(val_str(val_find(r, "rows.1.why")), "carer.name");
	ck_assert(!val_get_true(r, "more"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'find','book':'child','text':'王德福','limit':2}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 2);
	ck_assert_str_eq(val_str(val_find(r, "rows.0.why")), "name");
	ck_assert_str_eq(val_str(val_find(r, "rows.1.why")), "carer.name");
	ck_assert(val_get_true(r, "more"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'find','book':'child','text':'王德福','limit':1}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
	ck_assert_str_eq(val_str(val_find(r, "rows.0.why")), "name");
	ck_assert(val_get_true(r, "more"));
	val_free(r);
}
END_TEST

START_TEST(the_next_township_finds_nothing)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "submitted");

	ck_assert_uint_eq(rows("sup-a", "all"), 1);
	ck_assert_uint_eq(rows("sup-b", "all"), 0);
	ck_assert_int_eq(count("sup-a", "submitted"), 1);
	ck_assert_int_eq(count("sup-b", "submitted"), 0);
	ck_assert_uint_eq(found("sup-a", "王小明"), 1);
	ck_assert_uint_eq(found("sup-b", "王小明"), 0);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b", "{'op':'get','book':'child','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b", "{'op':'get','book':'child','id':%d}",
	    (int)id + 500)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-b",
	    "{'op':'history','book':'child','id':%d}", (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-b",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'verify'}", (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'child','id':%d,'ver':2,"
	    "'set':{'address':'x'}}", (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "sys", "{'op':'get','book':'child','id':%d}",
	    (int)id)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, NULL, "{'op':'get','book':'child','id':%d}",
	    (int)id)), "missing");
}
END_TEST

START_TEST(a_record_cannot_be_made_or_moved_out_of_sight)
{
	uint64_t	 id;

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A2, 1))), "denied");
	id = (uint64_t)reply_number(ask_new(&w, "dir-a1", "{'op':'save','book':'child','set':%s}",
	    child_fields("王小明", AREA_A1, 1)), "id");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,"
	    "'set':{'residence':'%s'}}", (int)id, AREA_A2)), "denied");
	ck_assert_uint_eq(rows("dir-a1", "mine"), 1);
}
END_TEST

/* ---- saving ---------------------------------------------------------------------------------- */

START_TEST(a_double_press_is_one_save)
{
	struct val	*a, *b;

	a = ask(&w, "dir-a1",
	    "{'op':'save','book':'child','token':'x:00112233445566778899aabbccddeeff','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	b = ask(&w, "dir-a1",
	    "{'op':'save','book':'child','token':'x:00112233445566778899aabbccddeeff','set':%s}",
	    child_fields("王小明", AREA_A1, 1));
	ck_assert_int_eq(val_get_num(a, "id", -1), reply_number(b, "id"));
	val_free(a);
	ck_assert_int_eq(count("dir-a1", "mine"), 1);
}
END_TEST

#define TOKEN	"'token':'x:00112233445566778899aabbccddeeff'"

/*
 * An answer that got lost is given once more, as it was then: however long after, and whatever was
 * saved since.
 */
START_TEST(a_repeated_save_is_answered_as_the_first)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	struct val	*a, *b;

	for (int i = 0; i < 2; i++) {
		a = ask(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':4," TOKEN ",'set':{'address':'甲'}}",
		    (int)id);
		ck_assert_int_eq(val_get_num(a, "ver", 0), 5);
		ck_assert_str_eq(val_get_str(a, "state"), "active");
		if (i == 0)
			reply_number(ask_new(&w, "sup-a",
			    "{'op':'save','book':'child','id':%d,'ver':5,'set':{'address':'乙'}}",
			    (int)id), "ver");
		val_free(a);
		fixture_set_clock(FIXTURE_NOW + 400 * 86400);
		fixture_reopen(&w);
	}
	a = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)id);
	ck_assert_str_eq(val_str(val_find(a, "record.fields.address")), "乙");
	val_free(a);
	/* tokens belong to their sender: the same token of another person is another one */
	b = ask(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':6," TOKEN ",'set':{'address':'丙'}}",
	    (int)id);
	ck_assert_int_eq(val_get_num(b, "ver", 0), 7);
	val_free(b);
}
END_TEST

START_TEST(a_token_is_for_one_request)
{
	static const char *const	 others[] = {
		"'op':'save','book':'child','id':OTHER,'ver':4,'set':{'address':'甲'}",
		    "'op':'save','book':'child','id':ID,'ver':4,'set':{'address':'乙'}",
		"'op':'save','book':'child','id':ID,'ver':5,'set':{'address':'甲'}",
		    "'op':'save','book':'child','id':ID,'ver':4,'set':{'address':'甲'},'spread':true",
		"'op':'save','book':'visit','set':{'child':ID}",
		    "'op':'undo','book':'child','id':ID,'ver':5",
		"'op':'act','book':'child','id':ID,'ver':5,'act':'seal'",
		    "'op':'act','book':'child','id':ID,'ver':4,'act':'seal','set':{'address':'甲'}",
		"'op':'merge','book':'child','id':ID,'ver':5,'other':OTHER,'otherver':4,'why':'重'",
		"'op':'unmerge','book':'child','id':ID,'ver':5,'why':'重'",
	};
	int	 id = (int)child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	int	 other = (int)child_in_state(&w, "dir-a1", "王小亮", AREA_A1, 2, "active");

	reply_number(ask(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4," TOKEN ",'set':{'address':'甲'}}", id),
	    "ver");
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const char	*at = strpbrk(others[i], "IO");
		bool		 that = strncmp(at, "OTHER", 5) == 0;
		const char	*rest = at + (that ? 5 : 2), *more = strstr(rest, "OTHER");
		struct val	*r;

		r = more == NULL ? ask(&w, "sup-a", "{" TOKEN ",%.*s%d%s}", (int)(at - others[i]),
		    others[i], that ? other : id, rest) :
		    ask(&w, "sup-a", "{" TOKEN ",%.*s%d%.*s%d%s}", (int)(at - others[i]), others[i],
		    id, (int)(more - rest), rest, other, more + 5);
		ck_assert_msg(strcmp(val_get_str(r, "error") != NULL ? val_get_str(r, "error") : "",
		    "bad-request") == 0, "%s", others[i]);
		ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "with other content"));
		val_free(r);
	}
	reply_number(ask(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4," TOKEN ",'draft':'x:0f0e0d0c0b0a09080706050403020100',"
	    "'set':{'address':'甲'}}", id), "ver");
}
END_TEST

static bool
count_row(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)key;
	(void)klen;
	(void)p;
	(void)n;
	++*(size_t *)arg;
	return true;
}

static size_t
token_rows(void)
{
	size_t	 n = 0;

	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_TOKEN,
	    &(struct store_range){ .keys_only = true }, count_row, &n), STORE_OK);
	return n;
}

static int
put_former(struct store_txn *txn, void *arg)
{
	struct buf	 key = BUF_INIT;
	int		 r = STORE_OK;

	(void)arg;
	for (uint32_t day = 20000; r == STORE_OK && day < 20005; day++) {
		buf_reset(&key);
		buf_put_u32(&key, day);
		buf_put(&key, "dir-a1\0" "0123456789abcdef", 23);
		r = (int)store_put(txn, STORE_TOKEN, key.p, key.n, "\0\0\0\0\0\0\0\1", 8);
	}
	buf_free(&key);
	return r;
}

/*
 * Of each person so many are known and no more; another's do not count, and rows of an earlier form
 * go.
 */
START_TEST(tokens_do_not_pile_up)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	size_t		 before = token_rows();
	int64_t		 ver = 4;

	ck_assert_int_eq(commit_run(w.core->committer, put_former, NULL), 0);
	reply_number(ask(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':%d," TOKEN ",'set':{'address':'甲'}}",
	    (int)id, (int)ver), "ver");
	for (ver = 5; ver < 1100; ver++)
		reply_number(ask_new(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':%d,'set':{'address':'%d组'}}",
		    (int)id, (int)ver, (int)ver), "ver");
	ck_assert_uint_le(token_rows(), before + 2 + 2 * 1000);
	ck_assert_int_eq(reply_number(ask(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4," TOKEN ",'set':{'address':'甲'}}",
	    (int)id), "ver"), 5);
}
END_TEST

START_TEST(an_old_version_is_a_conflict_and_changes_nothing)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	struct val	*r;

	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'甲'}}", (int)id), "ver");
	r = ask_new(&w, "sup-a",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'address':'乙'}}", (int)id);
	ck_assert_str_eq(val_get_str(r, "error"), "conflict");
	ck_assert_str_eq(val_str(val_find(r, "record.fields.address")), "甲");
	ck_assert_str_eq(val_str(val_find(r, "was.fields.address")), "二组12号");
	val_free(r);
}
END_TEST

START_TEST(gaps_may_be_saved_but_not_submitted)
{
	uint64_t	 id = (uint64_t)reply_number(ask_new(&w, "dir-a1",
			    "{'op':'save','book':'child','set':{'name':'小石头','residence':'%s'}}",
			    AREA_A1), "id");
	struct val	*r = ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':1,'act':'submit'}", (int)id);

	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_uint_gt(val_len(val_get(r, "problems")), 10);
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':{'residence':'%s'}}", AREA_A1)), "invalid");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,"
	    "'set':{'citizen_no':'990121201601010011'}}", (int)id)), "invalid");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,"
	    "'set':{'birth':'gestern'}}", (int)id)), "bad-request");
}
END_TEST

START_TEST(a_number_stands_in_one_file_only)
{
	struct val	*r;

	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "found");
	r = ask_new(&w, "dir-a1", "{'op':'save','book':'child','set':%s}",
	    child_fields("王大明", AREA_A1, 1));
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "problems"), 0), "field"), "citizen_no");
	val_free(r);
	/* elsewhere the refusal tells the township, not the child */
	r = ask_new(&w, "dir-b1", "{'op':'save','book':'child','set':%s}",
	    child_fields("王大明", AREA_B1, 1));
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_ptr_nonnull(strstr(val_get_str(val_at(val_get(r, "problems"), 0), "say"),
	    "in {2}"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'child','set':%s}", child_fields("王大明", AREA_B1, 2))), "");
}
END_TEST

START_TEST(birth_and_sex_follow_from_the_number)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "found");
	struct val	*r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d,'whole':true}",
	    (int)id);

	ck_assert_int_eq(val_num(val_find(r, "record.fields.birth"), 0), 20160110);
	ck_assert_str_eq(val_str(val_find(r, "record.fields.sex")), "2");
	val_free(r);
	r = ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':1,'set':{'birth':20160111}}", (int)id);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	val_free(r);
}
END_TEST

START_TEST(unknown_and_forbidden_fields_are_refused)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "submitted");

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':2,"
	    "'set':{'address':'x'}}", (int)id)), "denied");	/* submitted: this actor may not
								   change it now */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'save','book':'child','set':%s}", child_fields("某人", AREA_A1, 7))), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':{'name':'a','residence':'%s',"
	    "'colour':'red'}}", AREA_A1)), "denied");
}
END_TEST

START_TEST(two_people_for_what_needs_two)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "submitted");

	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'verify'}", (int)id)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'archive'}", (int)id)), "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sup-a",
	    "{'op':'act','book':'child','id':%d,'ver':2,'act':'dance'}", (int)id)), "bad-request");
}
END_TEST

/* ---- finding --------------------------------------------------------------------------------- */

START_TEST(found_by_any_piece_of_the_name)
{
	static const struct { const char *text; size_t n; } cases[] = {
		{ "王小明", 1 }, { "小明", 1 }, { "明", 1 }, { "王", 2 }, { "wxm", 1 },
		  { "wangxiaoming", 1 }, { "wangx", 1 },
		{ "xiaoming", 1 }, { "WXM", 1 }, { "0010", 0 }, { "990121201601", 0 },
		  { "990121201601100021", 1 }, { "0021", 1 }, { "19900005678", 2 }, { "5678", 2 },
		{ "王 小明", 1 }, { "wang 建国", 2 }, { "李", 0 }, { "wxz", 0 }, { "王小明 李", 0 },
		  { "", 0 }, { "  ", 0 },
		{ "建国", 2 }, { "wdf", 2 }, { "王大", 1 },
	};

	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&w, "dir-a2", "王大山", AREA_A2, 2, "found");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_msg(found("sup-a", cases[i].text) == cases[i].n, "%s: %zu, not %zu",
		    cases[i].text, found("sup-a", cases[i].text), cases[i].n);
	ck_assert_uint_eq(found("dir-a1", "王"), 1);
}
END_TEST

START_TEST(numbers_are_masked_in_lists_and_shown_whole_on_record)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	struct val	*r = ask(&w, "off", "{'op':'get','book':'child','id':%d}", (int)id);
	const char	*no = val_str(val_find(r, "record.fields.citizen_no"));

	ck_assert_ptr_nonnull(strchr(no, '*'));
	ck_assert(val_has(val_get(r, "masked"), "citizen_no"));
	val_free(r);
	r = ask(&w, "off", "{'op':'get','book':'child','id':%d,'whole':true}", (int)id);
	ck_assert_ptr_null(strchr(val_str(val_find(r, "record.fields.citizen_no")), '*'));
	val_free(r);
	r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':1}", (int)id);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "whole");
	val_free(r);
}
END_TEST

START_TEST(near_children_are_shown_with_reasons)
{
	struct val	*r;

	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	/* 王晓明 sounds the same; same birth date */
	r = ask(&w, "dir-a2",
	    "{'op':'near','book':'child','fields':{'name':'王晓明','birth':20160110}}");
	ck_assert_uint_eq(val_len(val_get(r, "near")), 1);
	ck_assert_ptr_null(val_get(val_at(val_get(r, "near"), 0), "row"));
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "near"), 0), "elsewhere"), AREA_A);
	val_free(r);
	r = ask(&w, "sup-a",
	    "{'op':'near','book':'child','fields':{'name':'王晓明','birth':20160110}}");
	ck_assert_ptr_nonnull(val_get(val_at(val_get(r, "near"), 0), "row"));
	ck_assert_ptr_nonnull(val_get_str(val_get(val_at(val_get(r, "near"), 0), "say"), "zh"));
	val_free(r);
	r = ask(&w, "sup-a",
	    "{'op':'near','book':'child','fields':{'name':'王晓明','birth':20160111}}");
	ck_assert_uint_eq(val_len(val_get(r, "near")), 0);
	val_free(r);
}
END_TEST

START_TEST(pages_join_without_gap_or_doubling)
{
	struct val	*r, *key = NULL;
	struct buf	 req = BUF_INIT;
	char		 name[32], last[32] = "";
	size_t		 n = 0, pages = 0;
	bool		 more;

	for (int i = 0; i < 45; i++) {
		snprintf(name, sizeof name, "王%c%c", 'a' + i % 7, 'a' + i / 7);
		child_in_state(&w, i % 2 ? "dir-a1" : "dir-a2", name, i % 2 ? AREA_A1 : AREA_A2,
		    i + 1, "found");
	}
	do {
		buf_reset(&req);
		buf_puts(&req, "{'op':'list','book':'child','list':'all','limit':10");
		if (key != NULL) {
			size_t			 kn;
			const unsigned char	*k = val_mem(key, &kn);

			buf_puts(&req, ",'after':'x:");
			for (size_t i = 0; i < kn; i++)
				buf_printf(&req, "%02x", k[i]);
			buf_puts(&req, "'");
		}
		buf_puts(&req, "}");
		val_free(key);
		r = ask(&w, "sup-a", "%s", req.p);
		for (size_t i = 0; i < val_len(val_get(r, "rows")); i++, n++) {
			const char	*now = val_str(val_find(val_at(val_get(r, "rows"), i),
			    "f.name"));

			ck_assert_int_lt(strcmp(last, now), 0);
			snprintf(last, sizeof last, "%s", now);
		}
		key = val_dup(val_get(val_at(val_get(r, "rows"), val_len(val_get(r, "rows")) - 1),
		    "key"));
		more = val_get_true(r, "more");
		val_free(r);
		pages++;
	} while (more && pages < 10);
	val_free(key);
	buf_free(&req);
	ck_assert_uint_eq(n, 45);
	ck_assert_uint_eq(pages, 5);
}
END_TEST

START_TEST(counts_by_a_column_add_up)
{
	struct val	*r, *groups;
	int64_t		 sum = 0;

	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	child_in_state(&w, "dir-a1", "王小红", AREA_A1, 2, "found");
	child_in_state(&w, "dir-a2", "王小兰", AREA_A2, 3, "found");
	r = ask(&w, "sup-a", "{'op':'members','book':'child','list':'all','by':'state'}");
	groups = val_get(r, "groups");
	ck_assert_uint_eq(val_len(groups), 2);
	for (size_t i = 0; i < val_len(groups); i++)
		sum += val_get_num(val_at(groups, i), "count", 0);
	ck_assert_int_eq(sum, count("sup-a", "all"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'members','book':'child','list':'all','by':'note'}")), "bad-request");
}
END_TEST

/* ---- drafts ---------------------------------------------------------------------------------- */

#define DRAFT	"x:0f0e0d0c0b0a09080706050403020100"

START_TEST(a_draft_waits_for_its_owner_and_ends_with_the_save)
{
	struct val	*r, *d;

	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','book':'child',"
	    "'set':{'name':'王小'},'at':'name'}")), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','book':'child',"
	    "'set':{'name':'王小明'},'typed':{'birth':'2016-13-1'},'at':'birth'}")), "");
	r = ask(&w, "dir-a1", "{'op':'drafts'}");
	ck_assert_uint_eq(val_len(val_get(r, "drafts")), 1);
	d = val_at(val_get(r, "drafts"), 0);
	ck_assert_str_eq(val_str(val_find(d, "fields.name")), "王小明");
	ck_assert_str_eq(val_str(val_find(d, "typed.birth")), "2016-13-1");
	ck_assert_str_eq(val_get_str(d, "at"), "birth");
	val_free(r);
	r = ask(&w, "dir-a2", "{'op':'drafts'}");
	ck_assert_uint_eq(val_len(val_get(r, "drafts")), 0);
	val_free(r);
	fixture_reopen(&w);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 1);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','draft':'" DRAFT "','set':%s}",
	    child_fields("王小明", AREA_A1, 1)), "id");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 0);
}
END_TEST

/*
 * Pressing "save" without a change: no version, no entry in the trail, and what is only in the
 * draft stays there.
 */
START_TEST(a_save_of_nothing_new_is_no_version)
{
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active"),
	    entries[2], bad;
	unsigned char	 head[AUDIT_HASH];
	struct val	*r;

	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','book':'child','id':%d,'ver':4,"
	    "'set':{'address':'三组'}}", (int)id)), "");
	ck_assert_int_eq(audit_verify(w.core->store, &entries[0], &bad, head), STORE_OK);
	for (int i = 0; i < 2; i++) {
		r = ask_new(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%d,'ver':4,'draft':'" DRAFT "','set':%s}",
		    (int)id, i == 0 ? "{}" : "{'address':'二组12号'}");
		ck_assert(val_get_true(r, "ok") && val_get_true(r, "unchanged"));
		ck_assert_int_eq(val_get_num(r, "ver", 0), 4);
		val_free(r);
	}
	ck_assert_int_eq(audit_verify(w.core->store, &entries[1], &bad, head), STORE_OK);
	ck_assert_uint_eq(entries[0], entries[1]);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 1);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','book':'child','id':%d,'ver':4,"
	    "'set':{'address':'二组12号'}}", (int)id)), "");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'draft':'" DRAFT "','set':{}}", (int)id),
	    "ver");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 0);
	/* an actor who may not change it is not told that nothing changed */
	ck_assert_str_eq(reply_error_code(ask_new(&w, "leader",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{}}", (int)id)), "denied");
}
END_TEST

/* A missing argument, or one of a wrong type, is never read as something else. */
START_TEST(a_write_without_its_fields_is_refused)
{
	static const char *const	 bad[] = {
		"'op':'save','book':'child','id':ID,'ver':4",
		    "'op':'save','book':'child','id':ID,'ver':4,'set':null",
		"'op':'save','book':'child','id':ID,'ver':4,'set':'x'",
		    "'op':'save','book':'child','id':ID,'ver':4,'set':[]",
		"'op':'save','book':'child','id':ID,'set':{'address':'x'}",
		    "'op':'save','book':'child','id':ID,'ver':'4','set':{'address':'x'}",
		"'op':'save','book':'child','id':ID,'ver':4,'set':{'address':'x'},'spread':1",
		"'op':'save','book':'child','id':ID,'ver':4,'set':{'address':'x'},'draft':'short'",
		"'op':'act','book':'child','id':ID,'ver':4,'act':'seal','ask':'x'",
		    "'op':'act','book':'child','id':ID,'act':'seal'",
		"'op':'act','book':'child','id':ID,'ver':4,'act':['seal']",
		    "'op':'act','book':'child','id':ID,'ver':4,'act':'seal','set':7",
		"'op':'undo','book':'child','id':ID",
		    "'op':'ack','book':'child','id':ID,'clock':'monthly','note':7",
		"'op':'draft','draft':'" DRAFT "','book':'child','id':ID,'ver':4",
		"'op':'draft','draft':'" DRAFT "','book':'child','id':ID,'ver':4,'set':{},'at':7",
		"'op':'draft','draft':'" DRAFT "','book':'child','id':ID,'ver':'x','set':{}",
		"'op':'draft','draft':'" DRAFT "','book':'child','id':ID,'drop':1",
		    "'op':'edit','book':'child','id':ID,'take':1",
		"'op':'merge','book':'child','id':ID,'ver':4,'other':1,'otherver':1,'why':'x','set':7",
	};
	uint64_t	 id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char	*at = strstr(bad[i], "ID");

		ck_assert_msg(strcmp(reply_error_code(ask_new(&w, "off", "{%.*s%d%s}",
		    (int)(at - bad[i]), bad[i], (int)id, at + 2)),
		    "bad-request") == 0, "%s", bad[i]);
	}
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':{}}")), "bad-request");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1", "{'op':'save','book':'child'}")),
	    "bad-request");
	ck_assert_int_eq(reply_number(ask(&w, "off", "{'op':'whoami'}"), "drafts"), 0);
}
END_TEST

START_TEST(a_refused_save_keeps_the_draft)
{
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','book':'child'," "'set':{'address':'二组'}}")), "");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','draft':'" DRAFT "',"
	    "'set':{'residence':'%s'}}", AREA_A1)), "invalid");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 1);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'draft','draft':'" DRAFT "','drop':true}")), "");
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1", "{'op':'whoami'}"), "drafts"), 0);
}
END_TEST

/* ---- accounts -------------------------------------------------------------------------------- */

START_TEST(accounts_stop_on_the_day_and_on_suspension)
{
	struct actor	*a;
	struct val	*r = ask(&w, "sec", "{'op':'find','book':'account','text':'dir-a1'}");
	int64_t		 id = val_get_num(val_at(val_get(r, "rows"), 0), "id", 0);

	val_free(r);
	fixture_set_account(&w, "dir-a1", "{'until':20260311}");
	ck_assert_int_eq(account_load_actor(w.core, "dir-a1", 1, "t", &a), ACTOR_OUT_OF_DATE);
	fixture_set_account(&w, "dir-a1", "{'until':20260312}");
	ck_assert_int_eq(account_load_actor(w.core, "dir-a1", 1, "t", &a), ACTOR_OK);
	actor_unref(a);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sec",
	    "{'op':'act','book':'account','id':%d,'ver':5,'act':'suspend'}", (int)id)), "invalid");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sec",
	    "{'op':'act','book':'account','id':%d,'ver':5,'act':'suspend',"
	    "'ask':{'why':'调离'}}", (int)id)), "");
	ck_assert_int_eq(account_load_actor(w.core, "dir-a1", 1, "t", &a), ACTOR_SUSPENDED);
	ck_assert_int_eq(account_load_actor(w.core, "nobody", 1, "t", &a), ACTOR_UNKNOWN);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "sys",
	    "{'op':'save','book':'account','set':{'user':'x','name':'x',"
	    "'role':'auditor','from':20260101}}")), "denied");
}
END_TEST

/* ---- areas ----------------------------------------------------------------------------------- */

/* A holder of areas does not block their replacement, and keeps the old ones. */
START_TEST(held_areas_block_no_change)
{
	struct form_ctx	 one, two;

	env_ctx_acquire(w.core, LANG_ZH, &one);
	ck_assert(area_tree_load(w.core));
	env_ctx_acquire(w.core, LANG_ZH, &two);
	ck_assert_ptr_ne(one.areas, two.areas);
	ck_assert_uint_eq(areas_count(one.areas), areas_count(two.areas));
	env_ctx_release(w.core);
	ck_assert_str_eq(areas_code(one.areas, 0), areas_code(two.areas, 0));
	env_ctx_release(w.core);
	ck_assert(area_tree_load(w.core));
}
END_TEST

static Suite *
ops(void)
{
	Suite	*s = suite_create("core/ops");
	TCase	*tc = tcase_create("ops");
	const TTest *const	 all[] = { a_child_goes_from_village_to_archive,
	    every_version_says_who_changed_what,
	    the_auditor_reads_each_step, a_file_tells_by_name_who_looked, own_names_come_first,
	    the_next_township_finds_nothing, a_record_cannot_be_made_or_moved_out_of_sight,
	    a_double_press_is_one_save, an_old_version_is_a_conflict_and_changes_nothing,
	    gaps_may_be_saved_but_not_submitted,
	    a_number_stands_in_one_file_only, birth_and_sex_follow_from_the_number,
	    unknown_and_forbidden_fields_are_refused,
	    two_people_for_what_needs_two, found_by_any_piece_of_the_name,
	    numbers_are_masked_in_lists_and_shown_whole_on_record,
	    near_children_are_shown_with_reasons,
	    pages_join_without_gap_or_doubling, counts_by_a_column_add_up,
	    a_draft_waits_for_its_owner_and_ends_with_the_save, a_save_of_nothing_new_is_no_version,
	    a_repeated_save_is_answered_as_the_first, a_token_is_for_one_request,
	    tokens_do_not_pile_up,
	    a_write_without_its_fields_is_refused, a_refused_save_keeps_the_draft,
	    accounts_stop_on_the_day_and_on_suspension,
	    held_areas_block_no_change };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(ops)
