#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "admin/admin.h"
#include "core/record/deadline.h"
#include "core/record/index.h"
#include "forms/pred.h"
#include "tests/harness.h"
#include "tests/support/model.h"
#include "tests/support/random_ops.h"

/*
 * Properties that hold whatever people do (tests/support/random_ops.h): the data kept beside the
 * records follows from the records. After each operation deadlines and rollups are computed again,
 * one by one from their definitions, and at times "shouwang-admin verify" checks everything. And
 * the casefile of a day is what it was on the evening of that day.
 *
 * It begins in the autumn before a leap year in which the children turn 16. DEEDS=1 shows refused
 * operations with the reason.
 */
#define NOVEMBER	INT64_C(1952648400)	/* 2031-11-17 17:00 in the county */
#define STEPS		360

static struct fixture	w;
static struct random_ops	d;

static void
setup(void)
{
	char	 forms[300];

	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_reopen(&w);
}

static void
teardown(void)
{
	random_ops_end(&d);
	world_free(&w);
}

/* ---- deadlines ------------------------------------------------------------------------------- */

/* Whether an ancestor has ended: nothing is due then. */
static bool
rests(const struct rec *rec)
{
	const char		*state = val_str(val_at(val_get(rec->env, "up"), 0));
	const struct state	*s = rec->book->under != NULL ?
	    book_state(rec->book->under->link_book, state) : NULL;

	return s != NULL && (s->ended || s == rec->book->under->link_book->merged);
}

/* An act that takes another back does so with what that one ended. */
static bool
takes_act_back(const struct rec *was, const struct rec *is)
{
	const char		*how = val_get_str(val_get(is->env, "last"), "act");
	const struct act	*act = how != NULL ? book_act(is->book, how) : NULL;

	return act != NULL && act->same_person != NULL && was != NULL && was->ver != is->ver;
}

/*
 * Undo restores days that do not follow from the record before, in the record and in its parents;
 * other tests check these.
 */
static bool
taken_back(const struct rec *was, const struct rec *is)
{
	const char	*how = val_get_str(val_get(is->env, "last"), "act");

	return takes_act_back(was, is) || (how != NULL && strcmp(d.last, "unmerge") == 0 &&
	    strcmp(how, "unmerge") == 0) ||
	    (strcmp(d.last, "undo") == 0 && was != NULL && !val_same(was->env, is->env));
}

static void
expect_since(const struct clock *c, const struct rec *was, const struct rec *is)
{
	int	 since = deadline_since(c, is), should = model_clock_since(c, was, is,
	    env_today(w.core));

	if (!taken_back(was, is))
		ck_assert_msg(since == should, "%s: %s of %s %d since %d, not %d", d.last, c->name,
		    is->book->name, (int)is->id, since, should);
	else if (!model_clock_runs(c, is))
		ck_assert_int_eq(since, 0);
	else if (c->kind != CLOCK_CHANGE)
		ck_assert_msg(since != 0 && since <= env_today(w.core), "%s: %s of %d since %d",
		    d.last, c->name, (int)is->id, since);
}

/* An acknowledgement stays while the deadline is the same. */
static void
expect_ack(const struct clock *c, const struct rec *was, const struct rec *is, int day)
{
	const struct val	*ack = deadline_ack(c, is), *before = was != NULL ?
	    deadline_ack(c, was) : NULL;

	if (ack != NULL)
		ck_assert_int_eq(val_get_num(ack, "day", 0), day);
	if (before != NULL && !taken_back(was, is) && day != 0 &&
	    deadline_since(c, was) == deadline_since(c, is) &&
	    deadline_last(c, was) == deadline_last(c, is) && val_get_num(before, "day", 0) == day)
		ck_assert_msg(ack != NULL, "%s: %s of %d is not known of any more", d.last, c->name,
		    (int)is->id);
}

static void
expect_row(const struct clock *c, const struct rec *rec, int day)
{
	const char	*place = c->area != NULL ? val_str(val_find(rec->fields, c->area->path)) :
	    rec_area(rec);
	struct scope	 scope = scope_place(place);
	struct buf	 key = BUF_INIT;

	buf_put_u32(&key, index_catalog_deadline(w.core->index_catalog, c)->id);
	buf_put(&key, scope.key, SCOPE_KEY);
	buf_put_u32(&key, (uint32_t)day);
	buf_put_u64(&key, rec->id);
	ck_assert_msg(store_get(w.core->store, NULL, STORE_IDX, key.p, key.n, NULL) == STORE_OK,
	    "%s: %s of %s %d is not due on %d in %s",
	    d.last, c->name, rec->book->name, (int)rec->id, day, place);
	buf_free(&key);
}

static size_t
expect_duties(const struct rec *was, const struct rec *is, const struct model_all *a)
{
	size_t	 rows = 0;

	for (size_t i = 0; i < is->book->nclocks; i++) {
		const struct clock	*c = &is->book->clocks[i];
		int			 last = model_clock_last(c, is, a), day;

		expect_since(c, was, is);
		ck_assert_msg(deadline_last(c, is) == last, "%s: %s of %d last done %d, not %d",
		    d.last, c->name, (int)is->id, deadline_last(c, is), last);
		day = model_clock_due(c, is, deadline_since(c, is), last);
		expect_ack(c, was, is, day);
		if (day == 0 || rests(is) ||
		    (c->area != NULL && val_find(is->fields, c->area->path) == NULL))
			continue;
		expect_row(c, is, day);
		rows++;
	}
	return rows;
}

static bool
count_due(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	const struct index_def	*idx = klen >= 12 ? index_of_key(w.core->index_catalog, key) : NULL;

	(void)p;
	(void)n;
	*(size_t *)arg += idx != NULL && idx->kind == IDX_DEADLINE;
	return true;
}

/* ---- rollups --------------------------------------------------------------------------------- */

static void
expect_taken(const struct rec *rec, const struct model_all *a)
{
	for (size_t i = 0; i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		struct val		*v;

		if (f->rollup == NULL)
			continue;
		v = model_rollup(f->rollup, rec->id, a);
		ck_assert_msg(val_same(v, val_get(rec->fields, f->name)), "%s: %s of %s %d", d.last,
		    f->name, rec->book->name, (int)rec->id);
		val_free(v);
	}
}

/* ---- all of it ------------------------------------------------------------------------------- */

static void
expect_place(const struct rec *rec, const struct model_all *a)
{
	const struct rec	*owner = model_parent_id(rec) != 0 ?
	    model_find(a, model_parent_id(rec)) : NULL;

	if (rec->book->under != NULL)
		ck_assert_msg(owner != NULL && strcmp(rec_area(owner), rec_area(rec)) == 0,
		    "%s: place of %d", d.last, (int)rec->id);
}

static void
look_at_all(void)
{
	struct model_all	 was = { d.rec, d.n }, is;
	size_t		 rows = 0, there = 0;

	is.at = random_ops_read_all(&d, &is.n);
	for (size_t i = 0; i < is.n; i++) {
		const struct rec	*before = model_find(&was, is.at[i]->id);

		if (!d.succeeded)
			ck_assert_msg(before != NULL && val_same(before->env, is.at[i]->env),
			    "%s was refused and changed %d", d.last, (int)is.at[i]->id);
		rows += expect_duties(before, is.at[i], &is);
		expect_taken(is.at[i], &is);
		expect_place(is.at[i], &is);
	}
	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_IDX,
	    &(struct store_range){ .keys_only = true }, count_due, &there), STORE_OK);
	ck_assert_msg(rows == there, "%s: %zu duties, %zu rows", d.last, rows, there);
	random_ops_end(&d);
	d.rec = is.at;
	d.n = is.n;
}

/* ---- months that are over -------------------------------------------------------------------- */

struct month {
	int	 first, last;
	int	 all, left, over;
};

static bool
done_in(const struct clock *c, const struct rec *rec, const struct month *m)
{
	for (size_t i = 0; i < d.n; i++)
		if (d.rec[i]->book == c->done && model_parent_id(d.rec[i]) == rec->id &&
		    model_fits(c->done_where, d.rec[i]) &&
		    model_day(d.rec[i]) >= m->first && model_day(d.rec[i]) <= m->last)
			return true;
	return false;
}

static void
count_month(const struct clock *c, const struct rec *rec, struct month *m)
{
	const struct model_all	 a = { d.rec, d.n };
	int			 since = deadline_since(c, rec),
	    day = model_clock_due(c, rec, since, model_clock_last(c, rec, &a));
	bool			 owed = day <= m->last, done;

	if (day == 0)
		return;
	done = done_in(c, rec, m);
	if (!owed && !done && since > m->last)
		return;
	m->all++;
	m->left += owed || (!done && since < m->first);
	m->over += owed && day < env_today(w.core);
}

/*
 * Of the roll's lines each is made from its record, the numbers from the index; both are what
 * follows from the records.
 */
static void
expect_month(const char *op, const struct month *m)
{
	struct val	*r = ask(&w, "off",
	    "{'op':'%s','book':'child','clock':'monthly','month':%d%s}", op, m->first / 100,
			    strcmp(op, "roll") == 0 ? ",'limit':100" : "");
	size_t		 left = 0;

	for (size_t i = 0; i < val_len(val_get(r, "rows")); i++) {
		const char	*is = val_get_str(val_at(val_get(r, "rows"), i), "is");

		left += strcmp(is, "left") == 0 || strcmp(is, "missed") == 0;
	}
	ck_assert_msg(val_get_num(r, "all", -1) == m->all &&
	    val_get_num(r, "left", -1) == m->left &&
	    val_get_num(r, "over", -1) == m->over,
	    "%s: %s of %d: all %d left %d over %d, not %d %d %d", d.last, op, m->first / 100,
	    (int)val_get_num(r, "all", -1), (int)val_get_num(r, "left", -1),
	    (int)val_get_num(r, "over", -1), m->all, m->left, m->over);
	if (strcmp(op, "roll") == 0)
		ck_assert_msg((int)val_len(val_get(r, "rows")) == m->all && (int)left == m->left,
		    "%s: lines of %d: %zu, %zu left", d.last,
		    m->first / 100, val_len(val_get(r, "rows")), left);
	val_free(r);
}

static void
expect_months(void)
{
	const struct clock	*c = book_clock(set_book(w.core->set, "child"), "monthly");
	int			 today = env_today(w.core);

	for (int back = 1; back < 6; back++) {
		struct month	 m = { .first = model_add_months(today - today % 100 + 1, -back) };

		m.last = model_month_end(m.first);
		for (size_t i = 0; i < d.n; i++)
			if (d.rec[i]->book == c->book)
				count_month(c, d.rec[i], &m);
		expect_month("roll", &m);
		expect_month("progress", &m);
	}
}

/*
 * As the administrator does, with the daemon stopped; what it says is shown when it does not agree.
 */
static void
verify_all(void)
{
	const struct admin	 admin = { w.home, "/nowhere" };
	char			 path[300], line[300], *argv[] = { (char []){ "verify" }, NULL };
	int			 code, was, fd;
	FILE			*f;

	fixture_close(&w);
	snprintf(path, sizeof path, "%s.verify", w.home);
	fflush(stdout);
	was = dup(STDOUT_FILENO);
	ck_assert_int_ne(fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600), -1);
	dup2(fd, STDOUT_FILENO);
	close(fd);
	code = cmd_verify(&admin, 1, argv);
	fflush(stdout);
	dup2(was, STDOUT_FILENO);
	close(was);
	if (code != EX_OK && (f = fopen(path, "r")) != NULL) {
		while (fgets(line, sizeof line, f) != NULL)
			fputs(line, stderr);
		fclose(f);
	}
	ck_assert_int_eq(code, EX_OK);
	fixture_reopen(&w);
	random_ops_end(&d);			/* their definitions have gone */
	d.rec = random_ops_read_all(&d, &d.n);
}

START_TEST(kept_is_what_follows)
{
	struct buf	 told_of = BUF_INIT;

	random_ops_begin(&d, &w, (uint64_t)_i + 1, NOVEMBER);
	for (int i = 0; i < STEPS; i++) {
		if (random_ops_pick(&d, 4) == 0)
			random_ops_advance_days(&d);
		random_ops_step(&d);
		look_at_all();
		if (i % 5 == 0)
			expect_months();
		if (i % 150 == 149)
			verify_all();
	}
	ck_assert_msg(random_ops_report(&told_of), "not all was done:\n%s", buf_str(&told_of));
	buf_free(&told_of);
}
END_TEST

/* ---- what differs ---------------------------------------------------------------------------- */

static void
tell_one(const struct val *v, struct buf *out)
{
	if (val_str(v) != NULL)
		buf_puts(out, val_str(v));
	else if (val_kind(v) == VAL_INT)
		buf_printf(out, "%lld", (long long)val_num(v, 0));
	else
		buf_printf(out, "(kind %d of %zu)", (int)val_kind(v), val_len(v));
}

/* Every place in which two values differ, one a line: "due.2.day 20320229 20320301". */
static void
tell_difference(const struct val *a, const struct val *b, const char *path, struct buf *out)
{
	bool	 map = val_kind(a) == VAL_MAP && val_kind(b) == VAL_MAP;
	char	 below[200];

	if (val_same(a, b))
		return;
	if (!map && (val_kind(a) != VAL_LIST || val_len(a) != val_len(b))) {
		buf_printf(out, "%s ", path);
		tell_one(a, out);
		buf_putc(out, ' ');
		tell_one(b, out);
		buf_putc(out, '\n');
		return;
	}
	for (size_t i = 0; i < val_len(a); i++) {
		if (map)
			snprintf(below, sizeof below, "%.100s.%.50s", path, val_key(a, i));
		else
			snprintf(below, sizeof below, "%.100s.%zu", path, i);
		tell_difference(map ? val_value(a, i) : val_at(a, i), map ?
		    val_get(b, val_key(a, i)) : val_at(b, i), below, out);
	}
	for (size_t i = 0; map && i < val_len(b); i++)
		if (val_get(a, val_key(b, i)) == NULL)
			buf_printf(out, "%s.%s is new\n", path, val_key(b, i));
}

/* ---- there and back -------------------------------------------------------------------------- */

/* The content of a record, without its last stamp. */
static struct val *
content(const struct rec *rec)
{
	struct val	*v = val_dup(rec->env);

	val_drop(v, "v");
	val_drop(v, "last");
	val_drop(v, "ask");
	return v;
}

static void
expect_same_content(const struct model_all *before)
{
	struct buf	 b = BUF_INIT;
	struct model_all	 after;

	after.at = random_ops_read_all(&d, &after.n);
	ck_assert_uint_eq(before->n, after.n);
	for (size_t i = 0; i < after.n; i++) {
		struct val	*was = content(before->at[i]), *is = content(after.at[i]);

		tell_difference(was, is, after.at[i]->book->name, &b);
		ck_assert_msg(b.n == 0, "%s and back: %d: %s", d.last, (int)after.at[i]->id,
		    buf_str(&b));
		val_free(was);
		val_free(is);
	}
	random_ops_end(&d);
	d.rec = after.at;
	d.n = after.n;
}

static const struct rec *
any_child(void)
{
	const struct rec	*found = NULL;
	unsigned		 n = 0;

	for (size_t i = 0; i < d.n; i++)
		if (strcmp(d.rec[i]->book->name, "child") == 0 && random_ops_pick(&d, ++n) == 0)
			found = d.rec[i];
	return found;
}

/*
 * Merging and undoing it days later, with nothing in between, restores everything, also deadlines
 * that the merge began or ended.
 */
static bool
there_and_back(void)
{
	const struct rec	*a = any_child(), *b = any_child();
	struct model_all		 before = { d.rec, d.n };
	const char		*away = val_get_str(b->fields, "away");
	struct val		*r = ask_new(&w, "off",
	    "{'op':'merge','book':'child','id':%d,'ver':%d,'other':%d,'otherver':%d,"
				    "'why':'同一人','set':{'away':'%s'}}", (int)a->id, (int)a->ver,
				    (int)b->id, (int)b->ver, away != NULL ? away : "both");
	bool			 succeeded = val_get_true(r, "ok");

	val_free(r);
	if (!succeeded)
		return false;
	if (random_ops_pick(&d, 2) == 0)
		random_ops_advance_days(&d);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "off",
	    "{'op':'unmerge','book':'child','id':%d,'ver':%d,'why':'不是'}", (int)b->id,
	    (int)b->ver + 1)), "");
	expect_same_content(&before);
	return true;
}

START_TEST(merged_and_taken_apart)
{
	int	 n = 0;

	random_ops_begin(&d, &w, 77 + (uint64_t)_i, NOVEMBER);
	for (int i = 0; i < 120; i++) {
		if (random_ops_pick(&d, 4) == 0)
			random_ops_advance_days(&d);
		random_ops_step(&d);
		look_at_all();
		n += i % 5 == 0 && there_and_back();
		d.last = "unmerge";
	}
	ck_assert_int_gt(n, 5);
	verify_all();
}
END_TEST

/* ---- undo ------------------------------------------------------------------------------------ */

/* Somebody's own plain change just now, and of this record alone; NULL: it was none. */
static const struct rec *
just_changed(const struct model_all *before, const struct model_all *after)
{
	const struct rec	*found = NULL;

	for (size_t i = 0; i < after->n; i++) {
		const struct rec	*was = model_find(before, after->at[i]->id);
		const char		*act = val_get_str(val_get(after->at[i]->env, "last"),
		    "act");

		if (was != NULL && was->ver == after->at[i]->ver)
			continue;
		if (found != NULL || was == NULL || act == NULL || strcmp(act, "save") != 0)
			return NULL;
		found = after->at[i];
	}
	return found;
}

static void
all_free(struct model_all *a)
{
	for (size_t i = 0; i < a->n; i++)
		rec_free(a->at[i]);
	free(a->at);
}

/*
 * A change that is undone days later, with nothing in between, changes no deadline and no
 * acknowledgement of any record.
 */
static bool
changed_and_taken_back(struct model_all *before)
{
	struct model_all		 after = { d.rec, d.n };
	const struct rec	*on = d.succeeded ? just_changed(before, &after) : NULL;
	bool			 succeeded = false;

	if (on != NULL) {
		if (random_ops_pick(&d, 20) == 0)
			random_ops_advance_days(&d);
		succeeded = strcmp(reply_error_code(ask_new(&w,
		    val_get_str(val_get(on->env, "last"), "by"),
		    "{'op':'undo','book':'%s','id':%d,'ver':%d}", on->book->name, (int)on->id,
		    (int)on->ver)), "") == 0;
	}
	if (succeeded)
		expect_same_content(before);
	all_free(before);
	return succeeded;
}

START_TEST(a_change_taken_back_leaves_no_trace)
{
	int	 n = 0;

	random_ops_begin(&d, &w, (uint64_t)_i + 90, NOVEMBER);
	for (int i = 0; i < STEPS; i++) {
		struct model_all	 before;

		if (random_ops_pick(&d, 4) == 0)
			random_ops_advance_days(&d);
		before.at = random_ops_read_all(&d, &before.n);
		random_ops_step(&d);
		look_at_all();
		n += changed_and_taken_back(&before);
	}
	ck_assert_int_gt(n, 20);
	verify_all();
}
END_TEST

/* ---- the past -------------------------------------------------------------------------------- */

struct evening {
	int		 day;
	uint64_t	 id;
	struct val	*file, *under;
};

#define EVENINGS	2000

static struct evening	evening[EVENINGS];
static size_t		evenings;

/* What is not kept of the past, or is of the present only. */
static void
drop_present(struct val *file)
{
	const struct val	*due = val_get(file, "due");

	val_drop(file, "may");
	val_drop(file, "editing");
	val_drop(file, "many");
	for (size_t i = 0; i < val_len(due); i++)
		val_drop(val_at(due, i), "ack");
}

static void
keep_evening(uint64_t id)
{
	struct evening	*e = &evening[evenings];

	if (evenings == EVENINGS)
		return;
	*e = (struct evening){ env_today(w.core), id,
	    ask(&w, "off", "{'op':'file','book':'child','id':%d}", (int)id),
	    ask(&w, "off", "{'op':'under','book':'child','id':%d,'limit':200}", (int)id) };
	ck_assert(val_get_true(e->file, "ok") && val_get_true(e->under, "ok"));
	drop_present(e->file);
	evenings++;
}

static void
keep_evenings(void)
{
	for (size_t i = 0; i < d.n; i++)
		if (strcmp(d.rec[i]->book->name, "child") == 0)
			keep_evening(d.rec[i]->id);
}

/* Duties of which the past says that it does not know. */
static struct val *
known(const struct val *due, const struct val *unknown)
{
	struct val	*out = val_list();

	for (size_t i = 0; i < val_len(due); i++)
		if (!val_has(unknown, val_get_str(val_at(due, i), "clock")))
			ck_assert(val_add(out, val_dup(val_at(due, i))));
	return out;
}

static void
expect_same(const struct val *was, const struct val *is, const struct evening *e, const char *what)
{
	struct buf	 b = BUF_INIT;

	tell_difference(was, is, what, &b);
	ck_assert_msg(b.n == 0, "child %d on %d: %s", (int)e->id, e->day, buf_str(&b));
	buf_free(&b);
}

static void
expect_evening(const struct evening *e)
{
	struct val	*file = ask(&w, "off", "{'op':'file','book':'child','id':%d,'on':%d}",
	    (int)e->id, e->day);
	struct val	*under = ask(&w, "off",
	    "{'op':'under','book':'child','id':%d,'limit':200,'on':%d}", (int)e->id, e->day);
	struct val	*due = known(val_get(e->file, "due"), val_get(file, "unknown"));

	drop_present(file);
	val_drop(file, "unknown");
	ck_assert(val_put(e->file, "due", due));
	expect_same(e->file, file, e, "file");
	expect_same(e->under, under, e, "under");
	val_free(file);
	val_free(under);
	val_free(e->file);
	val_free(e->under);
}

START_TEST(a_file_reads_as_it_did)
{
	random_ops_begin(&d, &w, (uint64_t)_i + 40, NOVEMBER);
	evenings = 0;
	for (int i = 0; i < 180; i++) {
		if (random_ops_pick(&d, 3) == 0) {
			keep_evenings();
			random_ops_advance_days(&d);
		}
		random_ops_step(&d);
		look_at_all();
	}
	random_ops_advance_days(&d);
	for (size_t i = 0; i < evenings; i++)
		expect_evening(&evening[i]);
}
END_TEST

static Suite *
suite(void)
{
	Suite	*s = suite_create("core/property");
	TCase	*tc = tcase_create("property");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, kept_is_what_follows, 0, 2);
	tcase_add_loop_test(tc, merged_and_taken_apart, 0, 2);
	tcase_add_loop_test(tc, a_change_taken_back_leaves_no_trace, 0, 2);
	tcase_add_loop_test(tc, a_file_reads_as_it_did, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(suite)
