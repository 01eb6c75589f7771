/*
 * verify while others save: nothing that is right is told, and what is wrong is told however much
 * goes on. tests/admin/test_verify has each kind of damage in a store at rest.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "core/maint/verify.h"
#include "core/record/index.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

#define CHILDREN	6		/* changed over and over, in village a1 */

static struct fixture	 w;
static uint64_t		 child[CHILDREN], still;	/* `still`, in b1, is left alone */

static void
setup(void)
{
	fixture_open(&w);
	for (int i = 0; i < CHILDREN; i++)
		child[i] = child_in_state(&w, "dir-a1", "王小明", AREA_A1, i + 1, "found");
	still = child_in_state(&w, "dir-b1", "李小红", AREA_B1, 50, "found");
}

static void
teardown(void)
{
	world_free(&w);
}

/* ---- saves ----------------------------------------------------------------------------------- */

/*
 * Another name, there and back between two lists, now and then a new file: each changes rows,
 * counts, versions and the trail.
 */
static void
save_something(unsigned n)
{
	static const char *const	 names[] = { "王一", "赵二", "孙三", "周四" };
	const uint64_t			 id = child[n % CHILDREN];
	struct val			*r = ask(&w, "dir-a1",
	    "{'op':'get','book':'child','id':%" PRIu64 "}", id), *record = val_get(r, "record");
	const long long			 ver = (long long)val_get_num(record, "ver", 0);
	const char			*state = val_get_str(record, "state");

	ck_assert_ptr_nonnull(state);
	if (n % 16 == 15)
		child_in_state(&w, "dir-a1", "钱新", AREA_A1, 100 + (int)n, "found");
	else if (n % 3 == 0 && strcmp(state, "found") == 0)
		ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
		    "{'op':'save','book':'child','id':%" PRIu64 ",'ver':%lld,'set':{'name':'%s'}}",
		    id, ver, names[n / 3 % 4])), "");
	else
		ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
		    "{'op':'act','book':'child','id':%" PRIu64 ",'ver':%lld,'act':'%s'}",
		    id, ver, strcmp(state, "found") == 0 ? "submit" : "withdraw")), "");
	val_free(r);
}

/* ---- verify ---------------------------------------------------------------------------------- */

struct listener {
	struct buf	 findings;	/* "kind: text" a line */
	struct buf	 lines;
	unsigned	 every;		/* one save at each so many steps; 0: none */
	unsigned	 steps, saves;
	unsigned	 stop;		/* at so many steps; 0: never */
	bool		 backwards;
	uint64_t	 done;
};

static void
on_finding(const char *kind, const char *text, void *arg)
{
	buf_printf(&((struct listener *)arg)->findings, "%s: %s\n", kind, text);
}

static void
on_line(const char *text, void *arg)
{
	buf_printf(&((struct listener *)arg)->lines, "%s\n", text);
}

static bool
on_progress(const struct progress *p, void *arg)
{
	struct listener	*l = arg;

	l->backwards |= p->done < l->done || p->done > p->total || (p->of > 0 && p->n > p->of);
	l->done = p->done;
	l->steps++;
	if (l->every != 0 && l->steps % l->every == 0 && p->step != NULL)
		save_something(l->saves++);
	return l->stop == 0 || l->steps < l->stop;
}

static enum verify_end
verify(struct listener *l)
{
	const struct verify_sink	 sink = { on_finding, on_line, on_progress, l };
	enum store_err			 e;
	enum verify_end			 end;

	buf_reset(&l->findings);
	buf_reset(&l->lines);
	l->steps = 0;
	l->done = 0;
	end = verify_run(w.core, &sink, &e);
	ck_assert_int_eq(e, STORE_OK);
	ck_assert_msg(!l->backwards, "progress went back or too far");
	return end;
}

static void
free_listener(struct listener *l)
{
	buf_free(&l->findings);
	buf_free(&l->lines);
}

START_TEST(a_store_at_rest_agrees)
{
	struct listener	 l = { 0 };

	ck_assert_int_eq(verify(&l), VERIFY_AGREES);
	ck_assert_str_eq(buf_str(&l.findings), "");
	ck_assert_ptr_nonnull(strstr(buf_str(&l.lines), "records of child: 7\n"));
	ck_assert_ptr_nonnull(strstr(buf_str(&l.lines), "all agrees\n"));
	free_listener(&l);
}
END_TEST

/* Saves between any two steps, at two rhythms that meet different steps. */
START_TEST(saves_between_steps_are_no_findings)
{
	struct listener	 l = { .every = _i == 0 ? 37 : 11 };

	ck_assert_int_eq(verify(&l), VERIFY_AGREES);
	ck_assert_str_eq(buf_str(&l.findings), "");
	ck_assert_uint_gt(l.saves, 40);
	free_listener(&l);
}
END_TEST

static atomic_bool	 enough;

static void *
saver(void *arg)
{
	for (unsigned n = 0; !atomic_load(&enough); n++)
		save_something(n);
	return arg;
}

START_TEST(saves_at_the_same_time_are_no_findings)
{
	struct listener	 l = { 0 };
	pthread_t	 t;

	atomic_store(&enough, false);
	ck_assert_int_eq(pthread_create(&t, NULL, saver, NULL), 0);
	for (int i = 0; i < 4; i++) {
		ck_assert_msg(verify(&l) == VERIFY_AGREES, "%s%s", buf_str(&l.findings),
		    buf_str(&l.lines));
		ck_assert_str_eq(buf_str(&l.findings), "");
	}
	atomic_store(&enough, true);
	pthread_join(t, NULL);
	free_listener(&l);
}
END_TEST

START_TEST(it_can_be_cancelled_at_any_step)
{
	struct listener	 all = { 0 }, l = { 0 };

	ck_assert_int_eq(verify(&all), VERIFY_AGREES);
	for (unsigned i = 1; i < all.steps; i += 1 + all.steps / 50) {
		l.stop = i;
		ck_assert_int_eq(verify(&l), VERIFY_CANCELLED);
		ck_assert_uint_eq(l.steps, i);
		ck_assert_str_eq(buf_str(&l.lines), "");
	}
	free_listener(&all);
	free_listener(&l);
}
END_TEST

/* ---- damage ---------------------------------------------------------------------------------- */

/* A row of the list "mine" in village b1, where nobody works. */
static void
row_of_b1(struct store_txn *txn, enum store_table table, struct buf *key, struct buf *val)
{
	struct buf	 lo = BUF_INIT;

	buf_put_u32(&lo, index_catalog_list(w.core->index_catalog,
	    book_list(set_book(w.core->set, "child"), "mine"), 0)->id);
	buf_put(&lo, scope_place(AREA_B1).key, SCOPE_KEY);
	ck_assert_int_eq(store_seek(w.core->store, txn, table, lo.p, lo.n, false, key, val),
	    STORE_OK);
	ck_assert(key->n >= lo.n && memcmp(key->p, lo.p, lo.n) == 0);
	buf_free(&lo);
}

static int
lose_row(struct store_txn *txn, void *arg)
{
	struct buf	 key = BUF_INIT;
	int		 e;

	row_of_b1(txn, STORE_IDX, &key, NULL);
	e = (int)store_del(txn, STORE_IDX, key.p, key.n);
	buf_free(&key);
	return arg == NULL ? e : STORE_SYS;
}

static int
add_row(struct store_txn *txn, void *arg)
{
	struct buf	 key = BUF_INIT;
	int		 e;

	row_of_b1(txn, STORE_IDX, &key, NULL);
	key.p[key.n - 9]++;			/* another sort key, the same record */
	e = (int)store_add(txn, STORE_IDX, key.p, key.n, "", 0);
	buf_free(&key);
	return arg == NULL ? e : STORE_SYS;
}

static int
miscount(struct store_txn *txn, void *arg)
{
	struct buf	 key = BUF_INIT, val = BUF_INIT;
	int		 e;

	row_of_b1(txn, STORE_TALLY, &key, &val);
	val.p[7]++;
	e = (int)store_put(txn, STORE_TALLY, key.p, key.n, val.p, val.n);
	buf_free(&key);
	buf_free(&val);
	return arg == NULL ? e : STORE_SYS;
}

static int
add_version(struct store_txn *txn, void *arg)
{
	unsigned char	 key[REC_VERSION_KEY];

	rec_version_key(still, 1, key);
	return arg == NULL ? (int)store_put(txn, STORE_VER, key, sizeof key, "\xa0", 1) : STORE_SYS;
}

static int
spoil_record(struct store_txn *txn, void *arg)
{
	unsigned char	 key[REC_KEY];

	rec_key(still, key);
	return arg == NULL ? (int)store_put(txn, STORE_REC, key, sizeof key, "\xf6", 1) : STORE_SYS;
}

static int
odd_draft(struct store_txn *txn, void *arg)
{
	return arg == NULL ? (int)store_put(txn, STORE_DRAFT, "nobody\0" "0123456789abcdef", 23,
	    "\xa0", 1) : STORE_SYS;
}

/* Which kind each is told as, and of which kind there is exactly one. */
static const struct { commit_body *harm; const char *says; const char *summary; } harms[] = {
	{ lose_row,	"missing: child", "index rows that are missing: 1;" },
	{ add_row,	"surplus: #", "index rows that no record has: 1;" },
	{ miscount,	"count: child/list/mine/0 in " AREA_B1 " says 2, there are 1",
	    "counts that are wrong: 1;" },
	{ add_version,	"versions: child #", "earlier versions are not all kept: 1;" },
	{ spoil_record,	"damaged: #", "records that cannot be read: 1;" },
	{ odd_draft,	"draft: one of nobody", "belong to nobody: 1;" },
};

START_TEST(damage_is_found_while_others_save)
{
	struct listener	 l = { .every = 23 };

	ck_assert_int_eq(commit_run(w.core->committer, harms[_i].harm, NULL), STORE_OK);
	ck_assert_int_eq(verify(&l), VERIFY_DIFFERS);
	ck_assert_uint_gt(l.saves, 20);
	ck_assert_msg(strstr(buf_str(&l.findings), harms[_i].says) != NULL, "%s",
	    buf_str(&l.findings));
	ck_assert_msg(strstr(buf_str(&l.lines), harms[_i].summary) != NULL, "%s%s",
	    buf_str(&l.findings), buf_str(&l.lines));
	if (harms[_i].harm != spoil_record)	/* its rows and entries belong to nothing */
		ck_assert_msg(strchr(buf_str(&l.findings),
		    '\n') == buf_str(&l.findings) + l.findings.n - 1, "%s", buf_str(&l.findings));
	free_listener(&l);
}
END_TEST

static Suite *
live_verify(void)
{
	Suite	*s = suite_create("core/maint/verify");
	TCase	*tc = tcase_create("live");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_store_at_rest_agrees);
	tcase_add_loop_test(tc, saves_between_steps_are_no_findings, 0, 2);
	tcase_add_test(tc, saves_at_the_same_time_are_no_findings);
	tcase_add_test(tc, it_can_be_cancelled_at_any_step);
	tcase_add_loop_test(tc, damage_is_found_while_others_save, 0, sizeof harms / sizeof *harms);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(live_verify)
