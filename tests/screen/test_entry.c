#include <string.h>

#include "tests/harness.h"
#include "tests/support/forms.h"
#include "tui/form/entry.h"
#include "tui/form/merge3.h"

/*
 * What is filled in, without a screen: values and what follows from them, undo, drafts, and two
 * people in one record.
 */
static const char	 pages[] =
    "- main:\n"
    "    label: M\n"
    "    fields:\n"
    "      - name: {type: text, label: N, required: first}\n"
    "      - no: {type: citizen-number, label: C, autofill: {birth: birth, sex: sex}}\n"
    "      - birth: {type: date, label: B}\n"
    "      - sex: {type: choice, codes: sex, label: S}\n"
    "      - on: {type: date, label: D, default: today}\n"
    "      - place: {type: area, level: village, label: P, default: own-area}\n"
    "      - father: {type: group, label: F, fields: [{name: {type: text, label: N}}, {phone: {type: phone, label: T}}]}\n"
    "      - kin: {type: group, many: yes, label: K, fields: [{name: {type: text, label: N}}, {birth: {type: date, label: B}}]}\n"
    "      - why: {type: text, label: W, shown: {sex: '2'}}\n";

static struct set	*set;
static struct form_ctx	 ctx;
static const struct book *book;

static void
setup(void)
{
	set = yaml_set(pages, "");
	ctx = (struct form_ctx){ .set = set, .today = 20260312, .lang = LANG_EN };
	book = set_book(set, "child");
}

static void
teardown(void)
{
	set_free(set);
}

static struct entry *
fresh(void)
{
	struct entry	*e = entry_new(&ctx, book, "990121100201");

	ck_assert_ptr_nonnull(e);
	return e;
}

static void
type(struct entry *e, const char *path, const char *text)
{
	entry_undo_step(e);
	entry_put_text(e, book_field(book, path), path, text);
}

static const char *
at(const struct entry *e, const char *path)
{
	const char	*s = val_str(entry_value(e, path));

	return s != NULL ? s : "";
}

static struct val *
reply_of(const char *fields, int ver)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	buf_printf(&b,
	    "{record: {id: 7, ver: %d, state: found, fields: %s}, may: {write: yes, acts: [], fields: [place]}}", ver, fields);
	v = yaml_val(buf_str(&b));
	buf_free(&b);
	return v;
}

static void
same(struct val *v, const char *yaml)
{
	struct val	*want = yaml_val(yaml);
	struct buf	 a = BUF_INIT, b = BUF_INIT;

	val_encode(v, &a);
	val_encode(want, &b);
	ck_assert_msg(val_same(v, want), "not %s (%zu and %zu bytes)", yaml, a.n, b.n);
	buf_free(&a);
	buf_free(&b);
	val_free(want);
	val_free(v);
}

/* ---- values ---------------------------------------------------------------------------------- */

START_TEST(defaults)
{
	struct entry	*e = fresh();

	ck_assert_int_eq(val_num(entry_value(e, "on"), 0), 20260312);
	ck_assert_str_eq(at(e, "place"), "990121100201");
	ck_assert_ptr_null(entry_draft_request(e, NULL));	/* a look leaves no draft */
	entry_free(e);
}
END_TEST

START_TEST(what_a_number_gives_it_takes)
{
	struct entry	*e = fresh();

	type(e, "no", "990121201503050040");
	ck_assert_int_eq(val_num(entry_value(e, "birth"), 0), 20150305);
	ck_assert_str_eq(at(e, "sex"), "2");
	type(e, "no", "");
	ck_assert_ptr_null(entry_value(e, "birth"));
	ck_assert_str_eq(at(e, "sex"), "");

	type(e, "no", "990121201503050040");
	type(e, "birth", "20150306");		/* said otherwise: no longer the number's */
	ck_assert_ptr_nonnull(entry_problem(e, "birth"));
	type(e, "no", "");
	ck_assert_int_eq(val_num(entry_value(e, "birth"), 0), 20150306);
	ck_assert_ptr_null(entry_problem(e, "birth"));
	entry_free(e);
}
END_TEST

START_TEST(no_value_is_kept_as_typed)
{
	struct entry	*e = fresh();

	type(e, "birth", "20150230");
	ck_assert_str_eq(entry_raw(e, "birth"), "20150230");
	ck_assert_ptr_null(entry_value(e, "birth"));
	ck_assert(entry_has_errors(e, false));
	type(e, "birth", "20150228");
	ck_assert_ptr_null(entry_raw(e, "birth"));
	type(e, "name", "x");
	ck_assert(!entry_has_errors(e, false));
	type(e, "no", "12");			/* a wrong number is a value, and wrong */
	ck_assert_ptr_null(entry_raw(e, "no"));
	ck_assert(entry_has_errors(e, false));
	entry_free(e);
}
END_TEST

START_TEST(undone_by_acts)
{
	struct entry		*e = fresh();
	struct entry_undo_info	 went;

	ck_assert(!entry_undo(e, &went));
	type(e, "name", "a");
	type(e, "birth", "20150228");
	entry_put(e, book_field(book, "birth"), "birth", val_int(20150301));	/* the same visit */
	entry_undo_step(e);
	/* another act in it */
	entry_put(e, book_field(book, "birth"), "birth", val_int(20150302));
	ck_assert(entry_undo(e, &went));
	ck_assert_int_eq(val_num(entry_value(e, "birth"), 0), 20150301);
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(went.path, "birth");
	ck_assert_ptr_null(entry_value(e, "birth"));
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(at(e, "name"), "");
	ck_assert(!entry_undo(e, &went));

	ck_assert(entry_redo(e, &went) && entry_redo(e, &went) && entry_redo(e, &went));
	ck_assert(!entry_redo(e, &went));
	ck_assert_str_eq(at(e, "name"), "a");
	ck_assert_int_eq(val_num(entry_value(e, "birth"), 0), 20150302);
	ck_assert(entry_undo(e, &went));
	type(e, "name", "b");				/* now that one cannot come again */
	ck_assert(!entry_can_redo(e) && !entry_redo(e, &went));
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(at(e, "name"), "a");
	entry_free(e);
}
END_TEST

/* What one act fills comes and goes with it; what comes to nothing is no step. */
START_TEST(an_act_with_all_that_follows)
{
	struct entry		*e = fresh();
	struct entry_undo_info	 went;

	type(e, "name", "a");
	type(e, "no", "990121201503050040");		/* gives birth and sex */
	entry_undo_join(e, "no");
	entry_put(e, book_field(book, "father.name"), "father.name", val_text("f"));
	entry_put(e, book_field(book, "father.phone"), "father.phone", val_text("13900001234"));
	type(e, "why", "x");
	type(e, "why", "");
	type(e, "name", "a");
	ck_assert(entry_undo(e, &went) && entry_undo(e, &went));	/* why, twice */
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(went.path, "no");
	ck_assert_uint_eq(went.others, 4);
	ck_assert_ptr_null(entry_value(e, "father.phone"));
	ck_assert_ptr_null(entry_value(e, "birth"));
	ck_assert(entry_redo(e, &went));
	ck_assert_uint_eq(went.others, 4);
	ck_assert_str_eq(at(e, "father.phone"), "13900001234");
	ck_assert_str_eq(at(e, "sex"), "2");

	entry_undo_floor(e, true);
	ck_assert(!entry_undo(e, &went));
	type(e, "name", "b");
	type(e, "name", "a");				/* as it was: these two are steps, and
							   end at the floor */
	ck_assert(entry_undo(e, &went) && entry_undo(e, &went) && !entry_undo(e, &went));
	entry_undo_floor(e, false);
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(went.path, "no");
	entry_free(e);
}
END_TEST

START_TEST(instances_move_up)
{
	const struct field	*kin = book_field(book, "kin");
	struct entry		*e = fresh();
	struct entry_undo_info	 went;

	entry_add(e, kin, "kin");
	entry_add(e, kin, "kin");
	type(e, "kin.0.name", "a");
	type(e, "kin.1.name", "b");
	type(e, "kin.1.birth", "nonsense");
	entry_remove(e, "kin", 0);
	ck_assert_str_eq(at(e, "kin.0.name"), "b");
	ck_assert_str_eq(entry_raw(e, "kin.0.birth"), "nonsense");
	ck_assert_ptr_null(entry_raw(e, "kin.1.birth"));
	ck_assert(entry_undo(e, &went));
	ck_assert_str_eq(went.path, "kin.0");
	ck_assert_str_eq(at(e, "kin.1.name"), "b");
	entry_remove(e, "kin", 1);
	entry_remove(e, "kin", 0);
	ck_assert_ptr_null(entry_value(e, "kin"));
	entry_free(e);
}
END_TEST

START_TEST(hidden_is_kept)
{
	struct entry	*e = fresh();

	type(e, "no", "990121201503050040");
	type(e, "why", "because");
	ck_assert(!entry_has_hidden_value(e, book_field(book, "why")));
	type(e, "sex", "1");
	ck_assert(entry_has_hidden_value(e, book_field(book, "why")));
	ck_assert_str_eq(at(e, "why"), "because");
	entry_free(e);
}
END_TEST

/* ---- what is sent ---------------------------------------------------------------------------- */

START_TEST(only_changes_are_saved)
{
	struct val	*r = reply_of("{name: a, father: {name: f, phone: '13900001234'}, why: w}",
	    3);
	struct entry	*e = entry_new_record(&ctx, book, r);

	ck_assert(!entry_changed(e));
	ck_assert(entry_locked(e, book_field(book, "place")) &&
	    !entry_locked(e, book_field(book, "name")));
	type(e, "father.phone", "");
	type(e, "why", "");
	ck_assert(entry_changed(e));
	/* what else stands in the group is not touched */
	same(entry_changes(e), "{father: {phone: ~}, why: ~}");
	type(e, "father.phone", "13900001234");
	type(e, "why", "w");
	ck_assert(!entry_changed(e));
	entry_free(e);
	val_free(r);
}
END_TEST

static struct val *
take(struct val *req, const char *key)
{
	struct val	*v = val_take(req, key);

	val_free(req);
	return v;
}

START_TEST(drafts_tell_what_is_new)
{
	struct entry	*e = fresh();
	struct val	*req;

	type(e, "name", "a");
	type(e, "birth", "x");
	req = entry_draft_request(e, "birth");
	ck_assert_str_eq(val_get_str(req, "at"), "birth");
	same(val_dup(val_get(req, "typed")), "{birth: x}");
	same(take(req, "set"), "{name: a}");
	type(e, "name", "b");
	ck_assert_ptr_null(entry_draft_request(e, NULL));		/* one at a time */
	/* was lost: all of it again */
	entry_draft_answered(e, false);
	same(take(entry_draft_request(e, NULL), "set"), "{name: b}");
	entry_draft_answered(e, true);
	ck_assert(e->drafted);
	ck_assert_ptr_null(entry_draft_request(e, NULL));
	type(e, "name", "");
	type(e, "birth", "");
	req = entry_draft_request(e, NULL);
	same(val_dup(val_get(req, "typed")), "{birth: ~}");
	same(take(req, "set"), "{name: ~}");
	entry_free(e);
}
END_TEST

START_TEST(a_draft_is_gone_on_with)
{
	struct entry	*e = fresh();
	struct val	*draft = val_map();

	ck_assert(val_put(draft, "draft", val_bytes("0123456789abcdef", 16)));
	ck_assert(val_put(draft, "fields", yaml_val("{name: a, on: ~, father: {name: f}}")));
	ck_assert(val_put(draft, "typed", yaml_val("{birth: 2015-}")));
	ck_assert(entry_apply_draft(e, draft));
	ck_assert_str_eq(at(e, "name"), "a");
	/* cleared is cleared, default or not */
	ck_assert_ptr_null(entry_value(e, "on"));
	ck_assert_str_eq(entry_raw(e, "birth"), "2015-");
	ck_assert_int_eq(memcmp(e->draft, "0123456789abcdef", 16), 0);
	ck_assert_ptr_null(entry_draft_request(e, NULL));		/* the daemon has it all */
	entry_free(e);
	val_free(draft);
}
END_TEST

START_TEST(a_double_press_is_one_save)
{
	struct entry	*e = fresh();
	struct val	*a = val_map(), *b = val_map(), *c = val_map();

	type(e, "name", "a");
	entry_add_save_ids(e, a);
	entry_add_save_ids(e, b);
	ck_assert(val_same(val_get(a, "token"), val_get(b, "token")));
	/* something else is another save */
	type(e, "name", "b");
	entry_add_save_ids(e, c);
	ck_assert(!val_same(val_get(a, "token"), val_get(c, "token")));
	ck_assert_ptr_null(val_get(a, "id"));
	val_free(a);
	val_free(b);
	val_free(c);
	entry_free(e);
}
END_TEST

/* ---- two people ------------------------------------------------------------------------------ */

START_TEST(ours_on_top_of_theirs)
{
	struct val	*r = reply_of("{name: a, father: {name: f}}", 3),
	    *now = reply_of("{name: a, why: w, father: {name: f, phone: '13900001234'}}", 5);
	struct entry	*e = entry_new_record(&ctx, book, r);
	struct val	*mine;

	type(e, "name", "b");
	type(e, "father.name", "g");
	mine = entry_changes(e);
	ck_assert(entry_rebase(e, now, mine));
	ck_assert_int_eq(e->ver, 5);
	ck_assert_str_eq(at(e, "name"), "b");
	ck_assert_str_eq(at(e, "why"), "w");
	ck_assert_str_eq(at(e, "father.phone"), "13900001234");
	same(entry_changes(e), "{name: b, father: {name: g}}");
	val_free(mine);
	val_free(r);
	val_free(now);
	entry_free(e);
}
END_TEST

static struct merge3_line *
line_at(struct merge3 *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->at[i].path, path) == 0)
			return &t->at[i];
	ck_abort_msg("no line %s", path);
}

static struct merge3
three_of(const struct entry *e, struct val *reply)
{
	struct merge3	 t = MERGE3_INIT;

	ck_assert(merge3_build(&t, e, reply));
	val_free(reply);
	return t;
}

/* was, theirs, mine: the side that holds by itself, and what is then saved on top of theirs. */
static const struct {
	const char	*was, *theirs, *mine;
	enum side	 side;
	const char	*set;
} sides[] = {
	{ "{why: a}", "{why: b}", "a", SIDE_THEIRS, "{}" },
	{ "{why: a}", "{why: a}", "b", SIDE_MINE, "{why: b}" },
	{ "{why: a}", "{why: a}", "", SIDE_MINE, "{why: ~}" },
	{ "{why: a}", "{}", "b", SIDE_UNDECIDED, NULL },
	{ "{why: a}", "{why: b}", "", SIDE_UNDECIDED, NULL },
	{ "{why: a}", "{why: b}", "b", SIDE_THEIRS, "{}" },		/* clone: nothing to ask */
	{ "{}", "{why: b}", "c", SIDE_UNDECIDED, NULL },
};

START_TEST(what_one_side_changed_is_decided)
{
	struct val	*r = reply_of(sides[_i].was, 3);
	struct entry	*e = entry_new_record(&ctx, book, r);
	struct merge3	 t;

	type(e, "why", sides[_i].mine);
	t = three_of(e, reply_of(sides[_i].theirs, 4));
	ck_assert_uint_eq(t.n, 1);
	ck_assert_int_eq(t.at[0].side, sides[_i].side);
	ck_assert_uint_eq(merge3_undecided(&t), sides[_i].side == SIDE_UNDECIDED ? 1 : 0);
	if (sides[_i].set != NULL)
		same(merge3_changes(&t), sides[_i].set);
	merge3_free(&t);
	entry_free(e);
	val_free(r);
}
END_TEST

START_TEST(a_group_is_asked_field_by_field)
{
	struct val	*r =
	    reply_of("{father: {name: f, phone: '13900001234'}, place: '990121100201'}", 3);
	struct entry	*e = entry_new_record(&ctx, book, r);
	struct merge3	 t;

	type(e, "father.name", "g");
	t = three_of(e, reply_of("{father: {name: f, phone: '13900005678'}, place: '990121100202'}",
	    4));
	ck_assert_uint_eq(t.n, 3);
	same(merge3_changes(&t), "{father: {name: g}}");
	/* not his to write */
	ck_assert(!merge3_choose(line_at(&t, "place"), SIDE_MINE));
	ck_assert(!merge3_choose(line_at(&t, "father.name"), SIDE_BOTH));	/* one value */
	ck_assert(merge3_choose(line_at(&t, "father.phone"), SIDE_MINE));
	same(merge3_changes(&t), "{father: {name: g, phone: '13900001234'}}");
	merge3_free(&t);
	entry_free(e);
	val_free(r);
}
END_TEST

START_TEST(both_lists_stay)
{
	struct val	*r = reply_of("{kin: [{name: a}, {name: b}]}", 3);
	struct entry	*e = entry_new_record(&ctx, book, r);
	struct merge3	 t;

	entry_remove(e, "kin", 0);
	entry_add(e, book_field(book, "kin"), "kin");
	type(e, "kin.1.name", "c");
	t = three_of(e, reply_of("{kin: [{name: a}, {name: b}, {name: d}]}", 4));
	ck_assert_uint_eq(t.n, 1);		/* as a whole */
	ck_assert(merge3_choose(&t.at[0], SIDE_BOTH));
	same(merge3_changes(&t), "{kin: [{name: b}, {name: d}, {name: c}]}");
	merge3_free(&t);
	entry_free(e);
	val_free(r);
}
END_TEST

START_TEST(what_was_said_holds_while_nobody_saves_again)
{
	struct val	*r = reply_of("{name: a, why: a}", 3);
	struct entry	*e = entry_new_record(&ctx, book, r);
	struct merge3	 t;
	struct val	*again = reply_of("{name: y, why: z}", 5);

	type(e, "name", "b");
	type(e, "why", "b");
	t = three_of(e, reply_of("{name: y, why: y}", 4));
	merge3_choose(line_at(&t, "name"), SIDE_MINE);
	merge3_choose(line_at(&t, "why"), SIDE_MINE);
	ck_assert(merge3_build(&t, e, again));
	ck_assert_int_eq(line_at(&t, "name")->side, SIDE_MINE);
	ck_assert_int_eq(line_at(&t, "why")->side, SIDE_UNDECIDED);
	merge3_free(&t);
	val_free(again);
	entry_free(e);
	val_free(r);
}
END_TEST

START_TEST(the_draft_follows_the_version)
{
	struct val	*r = reply_of("{name: a}", 3), *now = reply_of("{name: a, why: w}", 5),
	    *mine, *req;
	struct entry	*e = entry_new_record(&ctx, book, r);

	type(e, "name", "b");
	val_free(entry_draft_request(e, NULL));
	entry_draft_answered(e, true);
	mine = entry_changes(e);
	ck_assert(entry_rebase(e, now, mine));
	req = entry_draft_request(e, NULL);		/* the same word, on another version */
	ck_assert_int_eq(val_get_num(req, "ver", 0), 5);
	val_free(req);
	entry_draft_answered(e, true);
	ck_assert(!entry_draft_idle(e));
	type(e, "name", "a");
	ck_assert(entry_draft_idle(e));
	val_free(mine);
	val_free(now);
	val_free(r);
	entry_free(e);
}
END_TEST

START_TEST(an_emptied_form_keeps_no_draft)
{
	struct entry	*e = fresh();

	ck_assert(!entry_draft_idle(e));		/* there is none */
	type(e, "name", "a");
	val_free(entry_draft_request(e, NULL));
	entry_draft_answered(e, true);
	ck_assert(!entry_draft_idle(e));
	type(e, "name", "");
	ck_assert(entry_draft_idle(e));
	type(e, "on", "");				/* a default taken away is a word of its
							   own … */
	ck_assert(!entry_draft_idle(e));
	type(e, "place", "");				/* … until nothing is left at all */
	ck_assert(entry_draft_idle(e));
	type(e, "birth", "x");
	ck_assert(!entry_draft_idle(e));
	entry_free(e);
}
END_TEST

START_TEST(what_the_daemon_said_holds_until_it_changes)
{
	struct entry	*e = fresh();
	struct val	*server_problems =
	    yaml_val("[{field: name, say: 'taken', args: [], kind: wrong}, {field: why, say: 'odd', args: [], kind: wrong}]");

	type(e, "name", "a");
	entry_add_server_problems(e, server_problems);
	ck_assert_str_eq(entry_problem(e, "name")->say, "taken");
	type(e, "name", "b");
	ck_assert_ptr_null(entry_problem(e, "name"));
	ck_assert_ptr_nonnull(entry_problem(e, "why"));
	entry_free(e);
	val_free(server_problems);
}
END_TEST

/* What an act needs and the record lacks keeps nobody from saving it. */
START_TEST(what_hinders_an_act_lets_save)
{
	struct entry	*e = fresh();
	struct val	*server_problems =
	    yaml_val("[{say: '{1}', args: ['sign'], kind: act}, {say: '{1}', args: ['ask'], kind: act}]");

	type(e, "name", "a");
	entry_add_server_problems(e, server_problems);
	ck_assert_uint_eq(e->server_problems.n, 2);		/* two needs, told apart by their
								   words */
	ck_assert(!entry_has_errors(e, false));
	entry_free(e);
	val_free(server_problems);
}
END_TEST

static Suite *
entries(void)
{
	Suite	*s = suite_create("tui/entry");
	TCase	*tc = tcase_create("entry");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, defaults);
	tcase_add_test(tc, what_a_number_gives_it_takes);
	tcase_add_test(tc, no_value_is_kept_as_typed);
	tcase_add_test(tc, undone_by_acts);
	tcase_add_test(tc, an_act_with_all_that_follows);
	tcase_add_test(tc, instances_move_up);
	tcase_add_test(tc, hidden_is_kept);
	tcase_add_test(tc, only_changes_are_saved);
	tcase_add_test(tc, drafts_tell_what_is_new);
	tcase_add_test(tc, a_draft_is_gone_on_with);
	tcase_add_test(tc, a_double_press_is_one_save);
	tcase_add_test(tc, ours_on_top_of_theirs);
	tcase_add_loop_test(tc, what_one_side_changed_is_decided, 0,
	    (int)(sizeof(sides) / sizeof(sides[0])));
	tcase_add_test(tc, a_group_is_asked_field_by_field);
	tcase_add_test(tc, both_lists_stay);
	tcase_add_test(tc, what_was_said_holds_while_nobody_saves_again);
	tcase_add_test(tc, the_draft_follows_the_version);
	tcase_add_test(tc, an_emptied_form_keeps_no_draft);
	tcase_add_test(tc, what_the_daemon_said_holds_until_it_changes);
	tcase_add_test(tc, what_hinders_an_act_lets_save);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(entries)
