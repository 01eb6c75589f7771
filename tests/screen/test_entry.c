#include <string.h>

#include "tests/harness.h"
#include "tests/support/forms.h"
#include "tui/entry.h"

/*
 * What is filled in, without a screen: values and what follows from them, undo, drafts, and two
 * people in one record.
 */
static const char	 pages[] =
    "- main:\n"
    "    label: M\n"
    "    fields:\n"
    "      - name: {type: text, label: N, required: first}\n"
    "      - no: {type: citizen-number, label: C, gives: {birth: birth, sex: sex}}\n"
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
	e->visit++;
	entry_type(e, book_field(book, path), path, text);
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

	buf_printf(&b, "{record: {id: 7, ver: %d, state: found, fields: %s}, may: {write: yes, acts: [], fields: [place]}}", ver, fields);
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

/* ---- values ------------------------------------------------------------------------------------------------- */

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
	ck_assert(entry_blocked(e, false));
	type(e, "birth", "20150228");
	ck_assert_ptr_null(entry_raw(e, "birth"));
	type(e, "name", "x");
	ck_assert(!entry_blocked(e, false));
	type(e, "no", "12");			/* a wrong number is a value, and wrong */
	ck_assert_ptr_null(entry_raw(e, "no"));
	ck_assert(entry_blocked(e, false));
	entry_free(e);
}
END_TEST

START_TEST(undone_by_visits)
{
	struct entry	*e = fresh();
	char		 path[ENTRY_PATH];

	type(e, "name", "a");
	type(e, "birth", "20150228");
	entry_put(e, book_field(book, "birth"), "birth", val_int(20150301));	/* the same visit */
	ck_assert(entry_undo(e, path));
	ck_assert_str_eq(path, "birth");
	ck_assert_ptr_null(entry_value(e, "birth"));
	ck_assert(entry_undo(e, path));
	ck_assert_str_eq(at(e, "name"), "");
	ck_assert(!entry_undo(e, path));
	entry_free(e);
}
END_TEST

START_TEST(instances_move_up)
{
	const struct field	*kin = book_field(book, "kin");
	struct entry		*e = fresh();
	char			 path[ENTRY_PATH];

	entry_add(e, kin, "kin");
	entry_add(e, kin, "kin");
	type(e, "kin.0.name", "a");
	type(e, "kin.1.name", "b");
	type(e, "kin.1.birth", "nonsense");
	entry_remove(e, "kin", 0);
	ck_assert_str_eq(at(e, "kin.0.name"), "b");
	ck_assert_str_eq(entry_raw(e, "kin.0.birth"), "nonsense");
	ck_assert_ptr_null(entry_raw(e, "kin.1.birth"));
	ck_assert(entry_undo(e, path));
	ck_assert_str_eq(path, "kin.0");
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
	ck_assert(!entry_kept_hidden(e, book_field(book, "why")));
	type(e, "sex", "1");
	ck_assert(entry_kept_hidden(e, book_field(book, "why")));
	ck_assert_str_eq(at(e, "why"), "because");
	entry_free(e);
}
END_TEST

/* ---- what is sent ------------------------------------------------------------------------------------------- */

START_TEST(only_changes_are_saved)
{
	struct val	*r = reply_of("{name: a, father: {name: f, phone: '13900001234'}, why: w}", 3);
	struct entry	*e = entry_of_record(&ctx, book, r);

	ck_assert(!entry_changed(e));
	ck_assert(entry_locked(e, book_field(book, "place")) && !entry_locked(e, book_field(book, "name")));
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
	entry_draft_answered(e, false);					/* was lost: all of it again */
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

	val_put(draft, "draft", val_bytes("0123456789abcdef", 16));
	val_put(draft, "fields", yaml_val("{name: a, on: ~, father: {name: f}}"));
	val_put(draft, "typed", yaml_val("{birth: 2015-}"));
	ck_assert(entry_resume(e, draft));
	ck_assert_str_eq(at(e, "name"), "a");
	ck_assert_ptr_null(entry_value(e, "on"));			/* cleared is cleared, default or not */
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
	entry_sign(e, a);
	entry_sign(e, b);
	ck_assert(val_same(val_get(a, "token"), val_get(b, "token")));
	type(e, "name", "b");						/* something else is another save */
	entry_sign(e, c);
	ck_assert(!val_same(val_get(a, "token"), val_get(c, "token")));
	ck_assert_ptr_null(val_get(a, "id"));
	val_free(a);
	val_free(b);
	val_free(c);
	entry_free(e);
}
END_TEST

/* ---- two people --------------------------------------------------------------------------------------------- */

START_TEST(ours_on_top_of_theirs)
{
	struct val	*r = reply_of("{name: a, father: {name: f}}", 3),
	    *now = reply_of("{name: a, why: w, father: {name: f, phone: '13900001234'}}", 5);
	struct entry	*e = entry_of_record(&ctx, book, r);
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

START_TEST(what_the_daemon_said_holds_until_it_changes)
{
	struct entry	*e = fresh();
	struct val	*said =
	    yaml_val("[{field: name, say: 'taken', args: [], kind: wrong}, {field: why, say: 'odd', args: [], kind: wrong}]");

	type(e, "name", "a");
	entry_take_problems(e, said);
	ck_assert_str_eq(entry_problem(e, "name")->say, "taken");
	type(e, "name", "b");
	ck_assert_ptr_null(entry_problem(e, "name"));
	ck_assert_ptr_nonnull(entry_problem(e, "why"));
	entry_free(e);
	val_free(said);
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
	tcase_add_test(tc, undone_by_visits);
	tcase_add_test(tc, instances_move_up);
	tcase_add_test(tc, hidden_is_kept);
	tcase_add_test(tc, only_changes_are_saved);
	tcase_add_test(tc, drafts_tell_what_is_new);
	tcase_add_test(tc, a_draft_is_gone_on_with);
	tcase_add_test(tc, a_double_press_is_one_save);
	tcase_add_test(tc, ours_on_top_of_theirs);
	tcase_add_test(tc, what_the_daemon_said_holds_until_it_changes);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(entries)
