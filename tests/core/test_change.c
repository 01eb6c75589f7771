#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/index.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"
#include "core/core.h"

/*
 * A county changes its definitions; records, lists and finding follow at the next start, without C.
 */

static struct fixture	w;
static char		forms[300];

static void
edit(const char *file, const char *sed)
{
	struct buf	 cmd = BUF_INIT;

	buf_printf(&cmd, "sed -i '%s' '%s/%s'", sed, forms, file);
	ck_assert_int_eq(system(cmd.p), 0);
	buf_free(&cmd);
}

static size_t
found(const char *text)
{
	struct val	*r = ask(&w, "sup-a", "{'op':'find','book':'child','text':'%s'}", text);
	size_t		 n = val_len(val_get(r, "rows"));

	val_free(r);
	return n;
}

START_TEST(a_new_field_is_there_after_a_restart)
{
	uint64_t	 id;
	struct val	*r;

	fixture_open(&w);
	id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,"
	    "'set':{'nickname':'石头'}}", (int)id)), "denied");
	fixture_copy_forms(&w, forms);
	edit("books/child.yaml",
	    "s/^        - former_name:/        - nickname: {type: text, max: 3, find: name, "
	    "label: {zh: 小名, en: Nickname}}\\n&/; s/columns: \\[{field: name, cells: 12}/&, nickname/");
	fixture_reopen(&w);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,"
	    "'set':{'nickname':'大石头啊'}}", (int)id)), "invalid");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'nickname':'石头'}}", (int)id),
	    "ver");
	r = ask(&w, "sup-a", "{'op':'list','book':'child','list':'active'}");
	ck_assert_str_eq(val_str(val_find(val_at(val_get(r, "rows"), 0), "f.nickname")), "石头");
	val_free(r);
	ck_assert_uint_eq(found("stou"), 0);
	ck_assert_uint_eq(found("石头"), 1);
	ck_assert_uint_eq(found("shitou"), 1);
	r = ask(&w, "dir-a1", "{'op':'forms'}");
	ck_assert_ptr_nonnull(val_find(val_get(r, "set"), "books.child"));
	val_free(r);
	fixture_close(&w);
}
END_TEST

START_TEST(a_new_index_covers_what_was_there_before)
{
	fixture_open(&w);
	for (int i = 0; i < 5; i++)
		child_in_state(&w, "dir-a1", "王小明", AREA_A1, i + 1, i % 2 ? "active" : "found");
	ck_assert_uint_eq(found("二组"), 0);
	fixture_copy_forms(&w, forms);
	edit("books/child.yaml",
	    "s/label: {zh: 现住址, en: Present address}/find: name\\n            &/; "
	    "s/^  - active:/  - fresh: {label: {zh: 新, en: New}, by: [supervisor], where: {state: found}, columns: [name], "
	    "sort: [name]}\\n&/");
	fixture_reopen(&w);
	ck_assert_uint_eq(found("二组"), 5);
	ck_assert_int_eq(reply_number(ask(&w, "sup-a",
	    "{'op':'count','book':'child','list':'fresh'}"), "count"), 3);
	ck_assert_int_eq(reply_number(ask(&w, "sup-a",
	    "{'op':'count','book':'child','list':'active'}"), "count"), 2);
	/* and goes again with the definition, without leaving a row behind */
	edit("books/child.yaml",
	    "/^  - fresh:/d; /^            find: name$/{N; s/find: name\\n *label: {zh: 现住址/label: {zh: 现住址/}");
	fixture_reopen(&w);
	ck_assert_uint_eq(found("二组"), 0);
	ck_assert_uint_eq(found("王小明"), 5);
	fixture_close(&w);
}
END_TEST

START_TEST(a_removed_field_keeps_its_values)
{
	uint64_t	 id;
	struct val	*r;

	fixture_open(&w);
	id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':4,'set':{'illness_note':'三年级2班'}}",
	    (int)id), "ver");
	fixture_copy_forms(&w, forms);
	edit("books/child.yaml", "/^        - illness_note:/,/^            max: 100/d");
	fixture_reopen(&w);
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d,'whole':true}", (int)id);
	ck_assert(val_get_true(r, "ok"));
	ck_assert_ptr_null(val_find(val_get(r, "record"), "fields.illness_note"));
	val_free(r);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','id':%d,'ver':5,'set':{'address':'甲'}}", (int)id), "ver");
	edit("books/child.yaml",
	    "s/^        - boarding:/        - illness_note: {type: text, label: 病情}\\n&/");
	fixture_reopen(&w);
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d,'whole':true}", (int)id);
	ck_assert_str_eq(val_str(val_find(val_get(r, "record"), "fields.illness_note")),
	    "三年级2班");
	val_free(r);
	fixture_close(&w);
}
END_TEST

START_TEST(no_start_on_a_half_good_set)
{
	struct core_opts	 opts =
	    { .store = { .cache = 8 << 20, .reserve = 1, .ballast = 65536 } };
	struct buf		 err = BUF_INIT;
	struct core		*core;

	fixture_open(&w);
	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	fixture_copy_forms(&w, forms);
	edit("books/child.yaml",
	    "s/codes: ethnicity/codes: ethnicty/; s/by: \\[officer\\]/by: [oficer]/");
	fixture_close(&w);
	core_open(w.home, &opts, &core, &err);
	ck_assert_ptr_null(core);
	ck_assert_msg(strstr(buf_str(&err), "books/child.yaml:") != NULL &&
	    strstr(buf_str(&err), "ethnicty") != NULL, "%s", buf_str(&err));
	buf_free(&err);
	edit("books/child.yaml",
	    "s/codes: ethnicty/codes: ethnicity/; s/by: \\[oficer\\]/by: [officer]/");
	core_open(w.home, &opts, &core, &err);
	ck_assert_msg(core != NULL, "%s", buf_str(&err));
	w.core = core;
	ck_assert_uint_eq(found("王小明"), 1);
	fixture_close(&w);
}
END_TEST

static uint64_t
no_room(uint64_t real, void *arg)
{
	(void)real;
	(void)arg;
	return 0;
}

/* With definitions as they were, a full disk stops saving but neither the start nor reading. */
START_TEST(a_full_disk_does_not_stop_reading)
{
	static const struct store_hooks	 full = { .room = no_room };
	struct core_opts		 opts = { .store = { .cache = 8 << 20, .log_file = 4 << 20,
	    .ballast = 65536 } };
	struct buf			 err = BUF_INIT;

	fixture_open(&w);
	child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	fixture_copy_forms(&w, forms);
	fixture_close(&w);
	opts.store.hooks = &full;
	core_open(w.home, &opts, &w.core, &err);
	ck_assert_msg(w.core != NULL, "%s", buf_str(&err));
	ck_assert_uint_eq(found("王小明"), 1);
	ck_assert_int_eq(reply_number(ask(&w, "sup-a",
	    "{'op':'count','book':'child','list':'active'}"), "count"), 1);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}", child_fields("王大明", AREA_A1, 2))), "full");
	fixture_close(&w);
}
END_TEST

static _Atomic uint64_t	 free_bytes;

static uint64_t
some_room(uint64_t real, void *arg)
{
	(void)real;
	(void)arg;
	return free_bytes;
}

static const char *
get_outcome(uint64_t id)
{
	return reply_error_code(ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)id));
}

static int64_t
reads_in_trail(uint64_t id)
{
	struct val	*r = ask(&w, "aud",
	    "{'op':'trail','record':%d,'user':'dir-a1','limit':100}", (int)id);
	struct val	*e = val_get(r, "entries");
	int64_t		 n = 0;

	ck_assert(val_get_true(r, "ok"));
	for (size_t i = 0; i < val_len(e); i++)
		n += strcmp(val_get_str(val_at(e, i), "act"), "read") == 0;
	val_free(r);
	return n;
}

/*
 * Below the reserve a file is shown and the trail has it, a save is refused; without room for even
 * that nothing is shown, and whoever asks is told why. With room again all is as before.
 */
START_TEST(a_full_disk_keeps_the_trail_of_what_is_read)
{
	static const struct store_hooks	 hooks = { .room = some_room };
	struct core_opts		 opts = { .store = { .cache = 8 << 20, .log_file = 4 << 20,
	    .ballast = 65536 } };
	struct buf			 err = BUF_INIT;
	struct val			*r;
	uint64_t			 id;
	int64_t				 reads;

	fixture_open(&w);
	id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	fixture_copy_forms(&w, forms);
	fixture_close(&w);
	opts.store.hooks = &hooks;
	free_bytes = (uint64_t)20 << 20;
	core_open(w.home, &opts, &w.core, &err);
	ck_assert_msg(w.core != NULL, "%s", buf_str(&err));
	reads = reads_in_trail(id);
	ck_assert_str_eq(get_outcome(id), "");
	ck_assert_int_eq(reads_in_trail(id), reads + 1);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'child','set':%s}", child_fields("王大明", AREA_A1, 2))), "full");
	free_bytes = 0;
	r = ask(&w, "dir-a1", "{'op':'get','book':'child','id':%d}", (int)id);
	ck_assert_str_eq(val_get_str(r, "error"), "full");
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "not shown"));
	ck_assert_ptr_null(val_get(r, "record"));
	val_free(r);
	ck_assert_int_eq(reads_in_trail(id), reads + 1);
	free_bytes = (uint64_t)1 << 30;
	ck_assert_str_eq(get_outcome(id), "");
	reply_number(ask_new(&w, "dir-a1", "{'op':'save','book':'child','set':%s}",
	    child_fields("王大明", AREA_A1, 2)), "id");
	fixture_close(&w);
}
END_TEST

/* ---- definitions of an earlier version ------------------------------------------------------- */

static bool
collect_names(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	(void)p;
	(void)n;
	return val_add(arg, val_textn(key, klen));
}

/*
 * As a program left it that told its indexes by the words of the definitions: none of them is known
 * by its specification.
 */
static void
forget_specs(void)
{
	struct val		*names = val_list();
	struct store_txn	*txn;

	ck_assert_int_eq(store_scan(w.core->store, NULL, STORE_META,
	    &(struct store_range){ .lo = "idx/", .lolen = 4, .hi = "idx0",
	    .hilen = 4 }, collect_names, names), STORE_OK);
	ck_assert_uint_gt(val_len(names), 100);
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	for (size_t i = 0; i < val_len(names); i++) {
		const char	*name = val_str(val_at(names, i));
		struct buf	 b = BUF_INIT, out = BUF_INIT;
		struct val	*row;

		ck_assert_int_eq(store_get(w.core->store, txn, STORE_META, name, strlen(name), &b),
		    STORE_OK);
		ck_assert_ptr_nonnull(row = val_decode(b.p, b.n));
		ck_assert(val_put(row, "spec", val_text("near: starts: ladder:")));
		val_encode(row, &out);
		ck_assert_int_eq(store_put(txn, STORE_META, name, strlen(name), out.p, out.n),
		    STORE_OK);
		val_free(row);
		buf_free(&b);
		buf_free(&out);
	}
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	val_free(names);
}

/* Requests about one record name it. */
static struct val *
ask_about(const char *request, uint64_t id)
{
	bool	 one = strstr(request, "'get'") != NULL || strstr(request, "'file'") != NULL;

	return one ? ask(&w, "dir-a1", "{%s,'id':%d}", request, (int)id) :
	    ask(&w, "dir-a1", "{%s}", request);
}

static uint32_t
index_id(void)
{
	const struct list	*mine = book_list(set_book(w.core->set, "child"), "mine");

	return index_catalog_list(w.core->index_catalog, mine, 0)->id;
}

/* Deadlines, acknowledgements, rollups, areas and search results stay. */
START_TEST(a_home_of_before_answers_the_same)
{
	static const char *const	 asked[] = {
		"'op':'due','ahead':366,'limit':200", "'op':'list','book':'child','list':'mine'",
		    "'op':'list','book':'update','list':'recent'",
		"'op':'get','book':'child','whole':true", "'op':'file','book':'child'",
		    "'op':'find','book':'child','text':'王小明'",
		"'op':'count','book':'child','list':'mine'",
		    "'op':'roll','book':'child','clock':'monthly'",
	};
	struct val	*before[sizeof asked / sizeof *asked], *after;
	uint64_t	 id;
	uint32_t	 was;

	fixture_open(&w);
	fixture_set_clock(FIXTURE_NOW - 40 * 86400);
	id = child_in_state(&w, "dir-a1", "王小明", AREA_A1, 1, "active");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'update','set':{'child':%d,'updated_on':20260131,"
	    "'result':'same','how':'home'}}", (int)id)), "");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'ack','book':'child','id':%d,'clock':'first-grade'}", (int)id)), "");
	fixture_set_clock(FIXTURE_NOW);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
		ck_assert_msg(val_get_true(before[i] = ask_about(asked[i], id), "ok"), "%s",
		    asked[i]);
	was = index_id();
	forget_specs();
	fixture_reopen(&w);
	ck_assert_uint_ne(index_id(), was);
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		after = ask_about(asked[i], id);
		ck_assert_msg(val_same(before[i], after), "%s", asked[i]);
		val_free(before[i]);
		val_free(after);
	}
	/* and with these specifications, nothing is made anew */
	was = index_id();
	fixture_reopen(&w);
	ck_assert_uint_eq(index_id(), was);
	fixture_close(&w);
}
END_TEST

/* Labels, key names and the order of clocks decide no row. */
START_TEST(another_word_makes_no_index_anew)
{
	uint32_t	 was;

	fixture_open(&w);
	was = index_id();
	fixture_copy_forms(&w, forms);
	edit("books/child.yaml",
	    "s/我的孩子/我村的孩子/; s/priority: 1$/priority: 2/; s/overdue: 7d/overdue: 8d/; s/^  - mine:/  # mine\\n&/");
	fixture_reopen(&w);
	ck_assert_uint_eq(index_id(), was);
	ck_assert_ptr_nonnull(strstr(book_list(set_book(w.core->set, "child"), "mine")->label.zh,
	    "我村的孩子"));
	edit("books/child.yaml",
	    "s/where: {not: {state: .sealed, merged.}}/where: {not: {state: sealed}}/");
	fixture_reopen(&w);
	ck_assert_uint_ne(index_id(), was);
	fixture_close(&w);
}
END_TEST

static Suite *
change(void)
{
	Suite	*s = suite_create("core/change");
	TCase	*tc = tcase_create("definitions");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_new_field_is_there_after_a_restart);
	tcase_add_test(tc, a_new_index_covers_what_was_there_before);
	tcase_add_test(tc, a_removed_field_keeps_its_values);
	tcase_add_test(tc, a_home_of_before_answers_the_same);
	tcase_add_test(tc, another_word_makes_no_index_anew);
	tcase_add_test(tc, no_start_on_a_half_good_set);
	tcase_add_test(tc, a_full_disk_does_not_stop_reading);
	tcase_add_test(tc, a_full_disk_keeps_the_trail_of_what_is_read);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(change)
