#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Effects of acts: a book of things that are transferred between villages, with slips as children
 * by which two people agree on a change of a thing. Every test starts with one thing in village a1
 * and one slip of it.
 */

static struct fixture	w;
static char		forms[300];
static int		thing, slip;

static const char	thing_book[] =
    "book: thing\n"
    "label: {zh: 物件, en: Thing}\n"
    "area: place\n"
    "title: '{name}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 主页\n"
    "      fields:\n"
    "        - name: {type: text, label: {zh: 名称, en: Name}, required: first, max: 10, find: name, unique: yes, fixed: [moving]}\n"
    "        - place: {type: area, label: 地, level: village, required: first, default: own-area, fixed: [gone]}\n"
    "        - moving_to: {type: area, label: 去处, level: village, fixed: [kept, moving, gone]}\n"
    "        - left_on: {type: date, label: 走的日子, fixed: [kept, moving, gone]}\n"
    "        - closed: {type: yes-no, label: 关}\n"
    "        - sort: {type: choice, codes: guardianship, label: 类}\n"
    "        - marks: {type: many-of, codes: danger, label: 记号}\n"
    "        - box: {type: group, label: {zh: 箱, en: Box}, fields: [size: {type: number, label: {zh: 大小, en: Size},\n"
    "            min: 1, max: 9}, word: {type: text, label: 字}]}\n"
    "        - why: {type: text, label: 原因}\n"
    "        - must: {type: text, label: {zh: 必填, en: Must}, required: {when: {closed: no}}}\n"
    "life:\n"
    "  start: kept\n"
    "  states: [kept: {zh: 在, en: Kept}, moving: {zh: 路上, en: Moving}, gone: {zh: 没了, en: Gone}]\n"
    "  acts:\n"
    "    - hand: {label: 交, from: kept, to: moving, by: director, ask: [to: {type: area, level: village, label: 去处,\n"
    "        required: yes}, note: {type: text, label: 话}], sets: {moving_to: {ask: to}, left_on: today, closed: yes,\n"
    "        sort: good, marks: [alone, harm], box.size: 7, box.word: {field: name}, why: {ask: note}}}\n"
    "    - accept: {label: 收, from: moving, to: kept, by: director, area: moving_to, sets: {place: {field: moving_to},\n"
    "        moving_to: none, box.size: none, closed: none}}\n"
    "    - decline: {label: 退回, from: moving, to: kept, by: director, area: moving_to, check: no,\n"
    "        ask: [why: {type: text, label: 原因, required: yes}], sets: {moving_to: none}}\n"
    "    - recall: {label: 撤回, from: moving, to: kept, by: director, sets: {moving_to: none, closed: no}}\n"
    "    - lose: {label: 丢, from: [kept, moving], to: gone, by: [director, supervisor], check: no}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area, supervisor: area}\n"
    "clocks: [look: {label: 看, every: 3d, done: {book: slip}, by: director}]\n"
    "lists: [all: {label: 全部, by: [director, supervisor, officer], columns: [name, state], sort: name}]\n";

static const char	slip_book[] =
    "book: slip\n"
    "label: {zh: 条子, en: Slip}\n"
    "under: thing\n"
    "title: '{thing} {word}'\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 主页\n"
    "      fields:\n"
    "        - thing: {type: link, book: thing, required: first, label: 物件}\n"
    "        - word: {type: text, label: 字}\n"
    "        - size: {type: number, label: 大小, initial: {parent: box.size}}\n"
    "        - day: {type: date, label: 日期, default: today}\n"
    "        - kind: {type: choice, codes: guardianship, label: 类, default: fair, initial: last}\n"
    "        - was: {type: text, label: 原字, initial: {last: word}}\n"
    "        - tel: {type: phone, label: 电话, mask: middle, initial: last}\n"
    "        - note: {type: text, label: 话, see: supervisor, initial: {parent: why}}\n"
    "        - lines: {type: group, many: yes, label: 行, initial: last, fields: [line: {type: text, label: 行}]}\n"
    "        - checks: {type: group, many: yes, label: 核对, fields: [line: {type: text, label: 行}, by: {type: text, write: supervisor,\n"
    "            label: 谁}]}\n"
    "        - goes: {type: area, level: village, label: 去处}\n"
    "life:\n"
    "  start: written\n"
    "  states: [written: {zh: 写了, open: yes}, asked: {zh: 提出}, agreed: {zh: 同意}]\n"
    "  acts:\n"
    "    - ask: {label: 提出, from: written, to: asked, by: [director, supervisor]}\n"
    "    - agree: {label: {zh: 同意, en: Agree}, from: asked, to: agreed, by: [director, supervisor], four-eyes: ask,\n"
    "        ask: [why: {type: text, label: 原因}],\n"
    "        sets: {parent.name: {field: word}, parent.box.size: {field: size}, parent.why: {ask: why}, parent.place: {field: goes}}}\n"
    "    - take-back: {label: 收回, from: asked, to: written, by: [director, supervisor], check: no, same-person: ask}\n"
    "    - waive: {label: 免, from: asked, to: agreed, by: [supervisor], sets: {parent.closed: no}}\n"
    "see: {director: area, supervisor: area, officer: all}\n"
    "write: {director: area}\n"
    "lists: [all: {label: 全部, by: [director, supervisor, officer], columns: [word, state], sort: changed}]\n";

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_put_file(&w, "books/thing.yaml", thing_book);
	fixture_put_file(&w, "books/slip.yaml", slip_book);
	fixture_reopen(&w);
	thing = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'thing','set':{'name':'水桶','place':'%s'}}", AREA_A1), "id");
	slip = (int)reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'slip','set':{'thing':%d}}", thing), "id");
}

static void
teardown(void)
{
	world_free(&w);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static int
version(const char *book, int id)
{
	struct val	*r = ask(&w, "off", "{'op':'get','book':'%s','id':%d}", book, id);
	int		 ver = (int)val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

static struct val *
act(const char *user, const char *book, int id, const char *name, const char *asked)
{
	return ask_new(&w, user, "{'op':'act','book':'%s','id':%d,'ver':%d,'act':'%s','ask':%s}",
	    book, id, version(book, id), name, asked);
}

static void
done(const char *user, const char *book, int id, const char *name, const char *asked)
{
	reply_number(act(user, book, id, name, asked), "ver");
}

static const char *
tried(const char *user, const char *book, int id, const char *name, const char *asked)
{
	return reply_error_code(act(user, book, id, name, asked));
}

static struct val *
save(const char *user, const char *book, int id, const char *set)
{
	return ask_new(&w, user, "{'op':'save','book':'%s','id':%d,'ver':%d,'set':%s}", book, id,
	    version(book, id), set);
}

static bool
sees(const char *user, const char *book, int id)
{
	return reply_error_code(ask(&w, user, "{'op':'get','book':'%s','id':%d}", book, id))[0] ==
	    '\0';
}

/* A field of the record as JSON would say it; "" = nothing there. */
static const char *
field(const char *book, int id, const char *path)
{
	static char		 text[200];
	struct val		*r = ask(&w, "off", "{'op':'get','book':'%s','id':%d}", book, id);
	const struct val	*v = val_find(val_get(val_get(r, "record"), "fields"), path);
	size_t			 n = 0;

	text[0] = '\0';
	if (val_kind(v) == VAL_LIST)
		for (size_t i = 0; i < val_len(v); i++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s ",
			    val_str(val_at(v, i)));
	else if (val_kind(v) == VAL_BOOL)
		snprintf(text, sizeof text, "%s", val_is_true(v) ? "yes" : "no");
	else if (val_kind(v) == VAL_INT)
		snprintf(text, sizeof text, "%lld", (long long)val_num(v, 0));
	else if (val_str(v) != NULL)
		snprintf(text, sizeof text, "%s", val_str(v));
	val_free(r);
	return text;
}

static int
listed(const char *user, const char *book)
{
	struct val	*r = ask(&w, user, "{'op':'list','book':'%s','list':'all'}", book);
	int		 n = (int)val_len(val_get(r, "rows"));

	ck_assert_int_eq(reply_number(ask(&w, user, "{'op':'count','book':'%s','list':'all'}",
	    book), "count"), n);
	val_free(r);
	return n;
}

static int
duties(const char *user)
{
	struct val	*r = ask(&w, user, "{'op':'due','limit':100}");
	int		 n = (int)val_len(val_get(r, "due"));

	val_free(r);
	return n;
}

#define HAND	"{'to':'" AREA_B1 "','note':'太重'}"

/* ---- handing over ---------------------------------------------------------------------------- */

START_TEST(what_an_act_sets)
{
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert_str_eq(field("thing", thing, "moving_to"), AREA_B1);
	ck_assert_str_eq(field("thing", thing, "left_on"), "20260312");
	ck_assert_str_eq(field("thing", thing, "closed"), "yes");
	ck_assert_str_eq(field("thing", thing, "sort"), "good");
	ck_assert_str_eq(field("thing", thing, "marks"), "alone harm ");
	ck_assert_str_eq(field("thing", thing, "box.size"), "7");
	ck_assert_str_eq(field("thing", thing, "box.word"), "水桶");
	ck_assert_str_eq(field("thing", thing, "why"), "太重");
	ck_assert_str_eq(field("thing", thing, "place"), AREA_A1);
	done("dir-b1", "thing", thing, "accept", "{}");
	/* in one step: the area is the destination, although the same act emptied that field */
	ck_assert_str_eq(field("thing", thing, "place"), AREA_B1);
	ck_assert_str_eq(field("thing", thing, "moving_to"), "");
	ck_assert_str_eq(field("thing", thing, "closed"), "");
	ck_assert_str_eq(field("thing", thing, "box.size"), "");
	ck_assert_str_eq(field("thing", thing, "box.word"), "水桶");
}
END_TEST

START_TEST(an_answer_not_given_leaves_the_field)
{
	reply_number(save("dir-a1", "thing", thing, "{'why':'旧'}"), "ver");
	done("dir-a1", "thing", thing, "hand", "{'to':'" AREA_A2 "'}");
	ck_assert_str_eq(field("thing", thing, "why"), "旧");
}
END_TEST

START_TEST(wrong_answers_set_nothing)
{
	ck_assert_str_eq(tried("dir-a1", "thing", thing, "hand", "{}"), "invalid");
	ck_assert_str_eq(tried("dir-a1", "thing", thing, "hand", "{'to':'" AREA_A "'}"), "invalid");
	ck_assert_str_eq(tried("dir-a1", "thing", thing, "hand", "{'to':7}"), "invalid");
	ck_assert_int_eq(version("thing", thing), 1);
}
END_TEST

START_TEST(both_sides_see_what_is_on_its_way)
{
	ck_assert(sees("dir-a1", "thing", thing) && !sees("dir-b1", "thing", thing) &&
	    !sees("sup-b", "thing", thing));
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert(sees("dir-a1", "thing", thing) && sees("sup-a", "thing", thing));
	ck_assert(sees("dir-b1", "thing", thing) && sees("sup-b", "thing", thing));
	ck_assert(!sees("dir-a2", "thing", thing));
	/* lists, deadlines and children stay where they were */
	ck_assert_int_eq(listed("dir-a1", "thing"), 1);
	ck_assert_int_eq(listed("dir-b1", "thing"), 0);
	ck_assert_int_eq(listed("dir-a2", "thing"), 0);
	ck_assert_int_eq(duties("dir-a1"), 1);
	ck_assert_int_eq(duties("dir-b1"), 0);
	ck_assert(sees("dir-a1", "slip", slip) && !sees("dir-b1", "slip", slip));
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-b1",
	    "{'op':'save','book':'slip','set':{'thing':%d}}", thing)), "denied");
}
END_TEST

START_TEST(who_may_do_what_on_the_way)
{
	struct val	*r;

	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert_str_eq(tried("dir-a1", "thing", thing, "accept", "{}"), "denied");
	ck_assert_str_eq(tried("dir-b1", "thing", thing, "recall", "{}"), "denied");
	ck_assert_str_eq(tried("dir-b1", "thing", thing, "lose", "{}"), "denied");
	ck_assert_str_eq(tried("sup-b", "thing", thing, "accept", "{}"), "denied");
	ck_assert_str_eq(tried("dir-a2", "thing", thing, "accept", "{}"), "missing");
	ck_assert_str_eq(reply_error_code(save("dir-b1", "thing", thing, "{'why':'x'}")), "denied");
	r = ask(&w, "dir-b1", "{'op':'get','book':'thing','id':%d}", thing);
	ck_assert_uint_eq(val_len(val_find(r, "may.acts")), 2);
	ck_assert(val_has(val_find(r, "may.acts"), "accept") &&
	    val_has(val_find(r, "may.acts"), "decline"));
	ck_assert(!val_get_true(val_get(r, "may"), "write"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'get','book':'thing','id':%d}", thing);
	ck_assert(val_has(val_find(r, "may.acts"), "recall") &&
	    !val_has(val_find(r, "may.acts"), "accept"));
	ck_assert(val_get_true(val_get(r, "may"), "write"));
	val_free(r);
}
END_TEST

START_TEST(accepting_moves_it_with_what_lies_beneath)
{
	done("dir-a1", "thing", thing, "hand", HAND);
	done("dir-b1", "thing", thing, "accept", "{}");
	ck_assert(!sees("dir-a1", "thing", thing) && !sees("sup-a", "thing", thing));
	ck_assert(sees("dir-b1", "thing", thing) && sees("dir-b1", "slip", slip) &&
	    !sees("dir-a1", "slip", slip));
	ck_assert_int_eq(listed("dir-a1", "thing"), 0);
	ck_assert_int_eq(listed("dir-b1", "thing"), 1);
	ck_assert_int_eq(listed("dir-b1", "slip"), 1);
	ck_assert_int_eq(duties("dir-b1"), 1);
	ck_assert_int_eq(duties("dir-a1"), 0);
}
END_TEST

START_TEST(declining_ends_the_sight_of_it)
{
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert_str_eq(tried("dir-b1", "thing", thing, "decline", "{}"), "invalid");
	done("dir-b1", "thing", thing, "decline", "{'why':'不是我们的'}");
	ck_assert(!sees("dir-b1", "thing", thing) && sees("dir-a1", "thing", thing));
	ck_assert_str_eq(field("thing", thing, "place"), AREA_A1);
}
END_TEST

START_TEST(recalling_ends_it_too)
{
	done("dir-a1", "thing", thing, "hand", HAND);
	/* closed: no asks for another field: an act answers for what it sets */
	ck_assert_str_eq(tried("dir-a1", "thing", thing, "recall", "{}"), "invalid");
	reply_number(save("dir-a1", "thing", thing, "{'must':'有'}"), "ver");
	done("dir-a1", "thing", thing, "recall", "{}");
	ck_assert(!sees("dir-b1", "thing", thing));
	ck_assert_str_eq(tried("dir-b1", "thing", thing, "accept", "{}"), "missing");
}
END_TEST

/* ---- fixed fields ---------------------------------------------------------------------------- */

START_TEST(fixed_fields_are_left_to_acts)
{
	struct val	*r = ask(&w, "dir-a1", "{'op':'get','book':'thing','id':%d}", thing);

	ck_assert(val_has(val_find(r, "may.fields"), "moving_to"));
	ck_assert(!val_has(val_find(r, "may.fields"), "name") &&
	    !val_has(val_find(r, "may.fields"), "place"));
	val_free(r);
	reply_number(save("dir-a1", "thing", thing, "{'name':'水缸'}"), "ver");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'thing','set':{'name':'新的','place':'%s',"
	    "'moving_to':'%s'}}", AREA_A1, AREA_A2)), "denied");
	ck_assert_str_eq(reply_error_code(save("dir-a1", "thing", thing,
	    "{'moving_to':'" AREA_A2 "'}")), "denied");
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert_str_eq(reply_error_code(save("dir-a1", "thing", thing, "{'name':'水桶'}")),
	    "denied");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'thing','id':%d,'ver':%d,'act':'recall',"
	    "'set':{'name':'水桶'}}", thing, version("thing", thing))), "denied");
	reply_number(save("dir-a1", "thing", thing, "{'name':'水缸','why':'同名'}"), "ver");
}
END_TEST

/* Not even for an actor who would then see it as a transfer on the way. */
/*
 * It is unknown which line of the group changed, so nobody may change one without the right to
 * write all fields of a line.
 */
START_TEST(a_repeating_group_is_saved_whole_or_not)
{
	struct val	*r = ask(&w, "dir-a1", "{'op':'get','book':'slip','id':%d}", slip);

	ck_assert(val_has(val_find(r, "may.fields"), "checks") &&
	    !val_has(val_find(r, "may.fields"), "lines"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(save("dir-a1", "slip", slip,
	    "{'lines':[{'line':'一'}]}")), "");
	ck_assert_str_eq(reply_error_code(save("dir-a1", "slip", slip,
	    "{'checks':[{'line':'一','by':'陈强'}]}")), "denied");
	ck_assert_str_eq(field("slip", slip, "checks.0.by"), "");
}
END_TEST

START_TEST(nobody_saves_it_out_of_his_own_place)
{
	done("dir-a1", "thing", thing, "hand", "{'to':'" AREA_A2 "'}");
	ck_assert_str_eq(reply_error_code(save("dir-a1", "thing", thing,
	    "{'place':'" AREA_A2 "'}")), "denied");
	ck_assert_str_eq(reply_error_code(save("sup-a", "thing", thing, "{'place':'" AREA_B1 "'}")),
	    "denied");
	reply_number(save("sup-a", "thing", thing, "{'place':'" AREA_A2 "'}"), "ver");
}
END_TEST

/* ---- effects on the parent ------------------------------------------------------------------- */

/* Behind the field of this record, or the question, that it was written at. */
static const char *
first_problem(struct val *reply)
{
	static char		 said[400];
	struct problems		 ps = PROBLEMS_INIT;
	struct buf		 b = BUF_INIT;

	ck_assert(!val_get_true(reply, "ok"));
	ck_assert(problems_from_val(val_get(reply, "problems"), &ps));
	if (ps.n > 0)
		problem_format(&b, ps.at[0].say, ps.at[0].args, NULL, NULL);
	snprintf(said, sizeof said, "%s%s%s", ps.n > 0 && ps.at[0].field != NULL ? ps.at[0].field :
	    "", ps.n > 0 && ps.at[0].field != NULL ? "> " : "", ps.n == 1 ? buf_str(&b) : "");
	buf_free(&b);
	problems_free(&ps);
	val_free(reply);
	return said;
}

static bool
act_offered(const char *user, const char *act_)
{
	struct val	*r = ask(&w, user, "{'op':'get','book':'slip','id':%d}", slip);
	bool		 yes = val_has(val_find(r, "may.acts"), act_);

	val_free(r);
	return yes;
}

/*
 * A request is accepted or rejected by another person; only its author may withdraw it, and nobody
 * else is offered that act.
 */
START_TEST(one_takes_back_what_one_did)
{
	reply_number(save("dir-a1", "slip", slip, "{'word':'水缸'}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	ck_assert(act_offered("dir-a1", "take-back") && !act_offered("sup-a", "take-back"));
	ck_assert(!act_offered("dir-a1", "agree") && act_offered("sup-a", "agree"));
	ck_assert_str_eq(tried("sup-a", "slip", slip, "take-back", "{}"), "denied");
	done("dir-a1", "slip", slip, "take-back", "{}");
	done("sup-a", "slip", slip, "ask", "{}");		/* the last one counts */
	ck_assert_str_eq(tried("dir-a1", "slip", slip, "take-back", "{}"), "denied");
	done("sup-a", "slip", slip, "take-back", "{}");
}
END_TEST

START_TEST(two_agree_on_a_change_of_it)
{
	struct val	*r;

	reply_number(save("dir-a1", "slip", slip, "{'word':'水缸','size':3}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	ck_assert_str_eq(tried("dir-a1", "slip", slip, "agree", "{}"), "denied");
	done("sup-a", "slip", slip, "agree", "{'why':'核对过'}");
	ck_assert_str_eq(field("thing", thing, "name"), "水缸");
	ck_assert_str_eq(field("thing", thing, "box.size"), "3");
	ck_assert_str_eq(field("thing", thing, "why"), "核对过");
	ck_assert_int_eq(version("thing", thing), 2);
	r = ask(&w, "dir-a1", "{'op':'history','book':'thing','id':%d}", thing);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "versions"), 1), "act"), "slip.agree");
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "versions"), 1), "by"), "sup-a");
	val_free(r);
	r = ask(&w, "sup-a", "{'op':'trail','record':%d}", thing);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "slip.agree");
	ck_assert(val_has(val_find(val_at(val_get(r, "entries"), 0), "detail.changed"),
	    "box.size"));
	val_free(r);
	/* it is found and listed under what it is now */
	r = ask(&w, "dir-a1", "{'op':'find','book':'thing','text':'水缸'}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 1);
	val_free(r);
}
END_TEST

START_TEST(what_would_be_wrong_there_stands_against_the_act)
{
	reply_number(save("dir-a1", "slip", slip, "{'size':30}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	ck_assert_str_eq(first_problem(act("sup-a", "slip", slip, "agree", "{}")),
	    "size> Thing, Box Size: 30 is too large; the most is 9");
	ck_assert_str_eq(first_problem(act("sup-a", "slip", slip, "waive", "{}")),
	    "Thing, Must: Not filled in yet");
	ck_assert_int_eq(version("thing", thing), 1);
	reply_number(save("dir-a1", "slip", slip, "{'size':9}"), "ver");
	done("sup-a", "slip", slip, "agree", "{}");
	ck_assert_str_eq(field("thing", thing, "box.size"), "9");
}
END_TEST

START_TEST(another_with_the_same_name_is_named)
{
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'thing','set':{'name':'水缸','place':'%s'}}", AREA_A1), "id");
	reply_number(save("dir-a1", "slip", slip, "{'word':'水缸'}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	ck_assert_str_eq(first_problem(act("sup-a", "slip", slip, "agree", "{}")),
	    "word> Thing, Name: Name is registered already, under -. Open that record instead.");
}
END_TEST

START_TEST(it_moves_by_an_act_beneath_and_takes_that_along)
{
	reply_number(save("dir-a1", "slip", slip, "{'goes':'" AREA_A2 "'}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	done("sup-a", "slip", slip, "agree", "{}");
	ck_assert(sees("dir-a2", "thing", thing) && sees("dir-a2", "slip", slip));
	ck_assert(!sees("dir-a1", "thing", thing) && !sees("dir-a1", "slip", slip));
	ck_assert_int_eq(listed("dir-a2", "slip"), 1);
	ck_assert_int_eq(listed("dir-a1", "slip"), 0);
}
END_TEST

/* Setting the same value is no change, so open edits do not conflict. */
START_TEST(nothing_new_makes_no_version)
{
	reply_number(save("dir-a1", "slip", slip, "{'word':'水桶'}"), "ver");
	done("dir-a1", "slip", slip, "ask", "{}");
	done("sup-a", "slip", slip, "agree", "{}");
	ck_assert_int_eq(version("thing", thing), 1);
}
END_TEST

/* ---- what a new one begins with -------------------------------------------------------------- */

START_TEST(a_new_one_begins_with_what_is_known)
{
	struct val	*r = ask(&w, "dir-a1", "{'op':'start','book':'slip','under':%d}", thing);

	ck_assert_str_eq(val_get_str(val_get(r, "parent"), "title"), "水桶");
	ck_assert_int_eq(val_num(val_find(r, "fields.thing"), 0), thing);
	ck_assert_int_eq(val_num(val_find(r, "fields.day"), 0), 20260312);
	ck_assert_str_eq(val_str(val_find(r, "fields.kind")), "fair");
	ck_assert_uint_eq(val_len(val_get(r, "fields")), 3);
	val_free(r);
	reply_number(save("dir-a1", "thing", thing, "{'box':{'size':4},'why':'旧'}"), "ver");
	reply_number(save("dir-a1", "slip", slip,
	    "{'word':'甲','kind':'good','tel':'19900001234','lines':[{'line':'一'}]}"), "ver");
	r = ask(&w, "dir-a1", "{'op':'start','book':'slip','under':%d}", thing);
	ck_assert_int_eq(val_num(val_find(r, "fields.size"), 0), 4);
	ck_assert_str_eq(val_str(val_find(r, "fields.was")), "甲");
	ck_assert_str_eq(val_str(val_find(r, "fields.kind")), "good");
	ck_assert_str_eq(val_str(val_find(r, "fields.lines.0.line")), "一");
	/* fields that the actor sees masked or not at all begin empty */
	ck_assert_ptr_null(val_find(r, "fields.tel"));
	ck_assert_ptr_null(val_find(r, "fields.note"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'start','book':'slip','under':%d,'whole':true}", thing);
	ck_assert_str_eq(val_str(val_find(r, "fields.tel")), "19900001234");
	ck_assert_ptr_null(val_find(r, "fields.note"));
	val_free(r);
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'slip','set':{'thing':%d,'word':'乙','kind':'fair'}}", thing),
	    "id");
	r = ask(&w, "dir-a1", "{'op':'start','book':'slip','under':%d}", thing);
	ck_assert_str_eq(val_str(val_find(r, "fields.was")), "乙");
	val_free(r);
}
END_TEST

START_TEST(only_where_one_could_be_made)
{
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1",
	    "{'op':'start','book':'slip','under':%d}", thing)), "missing");
	ck_assert_str_eq(reply_error_code(ask(&w, "sup-a",
	    "{'op':'start','book':'slip','under':%d}", thing)), "denied");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'start','book':'thing','under':%d}", thing)), "bad-request");
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1",
	    "{'op':'start','book':'slip','under':%d}", thing)), "denied");
}
END_TEST

/* ---- checkouts ------------------------------------------------------------------------------- */

#define D1	"x:00000000000000000000000000000001"
#define D2	"x:00000000000000000000000000000002"

/* The person who has it open, from the reply; "" = nobody else. Frees the reply. */
static const char *
whose(struct val *reply)
{
	static char	 by[40];

	ck_assert(val_get_true(reply, "ok"));
	snprintf(by, sizeof by, "%s", val_get_str(reply, "by") != NULL ? val_get_str(reply, "by") :
	    "");
	val_free(reply);
	return by;
}

static const char *
edit(const char *user, const char *more)
{
	return whose(ask(&w, user, "{'op':'edit','book':'thing','id':%d%s}", thing, more));
}

static const char *
shown(const char *user)
{
	struct val	*r = ask(&w, user, "{'op':'get','book':'thing','id':%d}", thing),
	    *e = val_take(r, "editing");

	ck_assert(val_get_true(r, "ok"));
	val_free(r);
	if (e == NULL)
		e = val_map();
	ck_assert(val_put(e, "ok", val_bool(true)));
	return whose(e);
}

static struct val *
draft(const char *user, const char *id)
{
	return ask(&w, user,
	    "{'op':'draft','draft':'%s','book':'thing','id':%d,'ver':1,'set':{'why':'x'}}", id,
	    thing);
}

START_TEST(two_have_it_open)
{
	struct val	*r;

	ck_assert_str_eq(edit("dir-a1", ""), "");
	ck_assert_str_eq(shown("dir-a1"), "");
	ck_assert_str_eq(shown("off"), "dir-a1");
	fixture_set_clock(FIXTURE_NOW + 60);
	r = ask(&w, "sup-a", "{'op':'edit','book':'thing','id':%d}", thing);
	ck_assert_str_eq(val_get_str(r, "by"), "dir-a1");
	ck_assert_str_eq(val_get_str(r, "name"), "王芳");
	ck_assert_int_eq(val_get_num(r, "since", 0), FIXTURE_NOW);
	val_free(r);
	ck_assert_str_eq(edit("dir-a1", ""), "sup-a");
	ck_assert_str_eq(shown("off"), "dir-a1");
	ck_assert_str_eq(edit("dir-a1", ",'done':true"), "");
	ck_assert_str_eq(shown("off"), "sup-a");
	reply_number(save("sup-a", "thing", thing, "{'why':'x'}"), "ver");
	ck_assert_str_eq(shown("off"), "");
}
END_TEST

START_TEST(half_an_hour_of_silence_ends_it)
{
	edit("dir-a1", "");
	fixture_set_clock(FIXTURE_NOW + 1799);
	ck_assert_str_eq(shown("sup-a"), "dir-a1");
	val_free(draft("dir-a1", D1));
	fixture_set_clock(FIXTURE_NOW + 1799 + 1799);
	ck_assert_str_eq(shown("sup-a"), "dir-a1");
	fixture_set_clock(FIXTURE_NOW + 1799 + 1800);
	ck_assert_str_eq(shown("sup-a"), "");
}
END_TEST

START_TEST(only_who_may_change_it_has_it_open)
{
	ck_assert_str_eq(reply_error_code(ask(&w, "off", "{'op':'edit','book':'thing','id':%d}",
	    thing)), "denied");
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-b1", "{'op':'edit','book':'thing','id':%d}",
	    thing)), "missing");
	val_free(draft("off", D1));
	val_free(draft("dir-b1", D2));
	ck_assert_str_eq(edit("dir-a1", ""), "");
}
END_TEST

START_TEST(taking_over)
{
	struct val	*r;

	edit("dir-a1", "");
	val_free(draft("dir-a1", D1));
	ck_assert_str_eq(edit("sup-a", ",'take':true"), "");
	ck_assert_str_eq(shown("off"), "sup-a");
	r = ask(&w, "sup-a", "{'op':'trail','record':%d}", thing);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "take-over");
	ck_assert_str_eq(val_get_str(val_get(val_at(val_get(r, "entries"), 0), "detail"), "by"),
	    "dir-a1");
	val_free(r);
	/*
	 * the person is told once and keeps the draft, and hinders nobody until opening the record
	 * again
	 */
	r = draft("dir-a1", D1);
	ck_assert_str_eq(val_get_str(val_get(r, "taken"), "by"), "sup-a");
	ck_assert_int_eq(val_get_num(val_get(r, "taken"), "at", 0), FIXTURE_NOW);
	val_free(r);
	r = draft("dir-a1", D1);
	ck_assert(val_get_true(r, "ok") && val_get(r, "taken") == NULL);
	val_free(r);
	ck_assert_str_eq(shown("sup-a"), "");
	r = ask(&w, "dir-a1", "{'op':'drafts'}");
	ck_assert_uint_eq(val_len(val_get(r, "drafts")), 1);
	val_free(r);
	ck_assert_str_eq(edit("dir-a1", ""), "sup-a");
	ck_assert_str_eq(shown("sup-a"), "dir-a1");
	/* and a save on the old version conflicts with the other one */
	reply_number(save("sup-a", "thing", thing, "{'why':'新'}"), "ver");
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'thing','id':%d,'ver':1,'set':{'why':'x'}}", thing)), "conflict");
}
END_TEST

START_TEST(taking_what_nobody_has_is_no_act)
{
	struct val	*r;

	ck_assert_str_eq(edit("sup-a", ",'take':true"), "");
	r = ask(&w, "sup-a", "{'op':'trail','record':%d}", thing);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "create");
	val_free(r);
	ck_assert_str_eq(shown("dir-a1"), "sup-a");
}
END_TEST

/* ---- taking back ----------------------------------------------------------------------------- */

static struct val *
undo(const char *user, int ver)
{
	return ask_new(&w, user, "{'op':'undo','book':'thing','id':%d,'ver':%d}", thing, ver);
}

static bool
offered(const char *user)
{
	struct val	*r = ask(&w, user, "{'op':'get','book':'thing','id':%d}", thing);
	bool		 yes = val_get_true(val_get(r, "may"), "undo");

	val_free(r);
	return yes;
}

START_TEST(ones_own_last_save_is_taken_back)
{
	struct val	*r;

	reply_number(save("dir-a1", "thing", thing, "{'why':'旧','box':{'size':3}}"), "ver");
	reply_number(save("dir-a1", "thing", thing, "{'why':'新','box':null,'name':'水缸'}"),
	    "ver");
	ck_assert(offered("dir-a1") && !offered("sup-a"));
	ck_assert_int_eq(reply_number(undo("dir-a1", 3), "ver"), 4);
	ck_assert_str_eq(field("thing", thing, "why"), "旧");
	ck_assert_str_eq(field("thing", thing, "box.size"), "3");
	ck_assert_str_eq(field("thing", thing, "name"), "水桶");
	r = ask(&w, "sup-a", "{'op':'trail','record':%d}", thing);
	ck_assert_str_eq(val_get_str(val_at(val_get(r, "entries"), 0), "act"), "undo");
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'find','book':'thing','text':'水缸'}");
	ck_assert_uint_eq(val_len(val_get(r, "rows")), 0);
	val_free(r);
	/* once */
	ck_assert(!offered("dir-a1"));
	ck_assert_str_eq(reply_error_code(undo("dir-a1", 4)), "denied");
}
END_TEST

START_TEST(what_cannot_be_taken_back)
{
	struct val	*r = undo("dir-a1", 1);

	ck_assert_str_eq(val_get_str(r, "error"), "denied");
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "only just begun"));
	val_free(r);
	reply_number(save("dir-a1", "thing", thing, "{'why':'旧'}"), "ver");
	r = undo("sup-a", 2);
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "somebody else's"));
	val_free(r);
	ck_assert_str_eq(reply_error_code(undo("dir-b1", 2)), "missing");
	ck_assert_str_eq(reply_error_code(undo("dir-a1", 1)), "conflict");
	done("dir-a1", "thing", thing, "hand", HAND);
	ck_assert(!offered("dir-a1"));
	r = undo("dir-a1", 3);
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "no plain change"));
	val_free(r);
	ck_assert_int_eq(version("thing", thing), 3);
}
END_TEST

/* Undo is for the same day only: a day later others have read the record and acted on it. */
START_TEST(only_on_the_day_of_the_save)
{
	struct val	*r;

	fixture_set_clock(FIXTURE_NOW);	/* 10:00 in the county; its day ends at 16:00 UTC */
	reply_number(save("dir-a1", "thing", thing, "{'why':'新'}"), "ver");
	fixture_set_clock(FIXTURE_NOW + 14 * 3600 - 1);
	ck_assert(offered("dir-a1"));
	fixture_set_clock(FIXTURE_NOW + 14 * 3600);
	ck_assert(!offered("dir-a1"));
	r = undo("dir-a1", 2);
	ck_assert_str_eq(val_get_str(r, "error"), "denied");
	ck_assert_ptr_nonnull(strstr(val_get_str(r, "say"), "on the day it was made"));
	val_free(r);
	ck_assert_int_eq(version("thing", thing), 2);
}
END_TEST

/* The old name was given to another record meanwhile: undo passes the checks of every save. */
START_TEST(taking_back_meets_the_checks)
{
	reply_number(save("dir-a1", "thing", thing, "{'name':'水缸'}"), "ver");
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'thing','set':{'name':'水桶','place':'%s'}}", AREA_A1), "id");
	ck_assert_str_eq(reply_error_code(undo("dir-a1", 2)), "invalid");
	ck_assert_str_eq(field("thing", thing, "name"), "水缸");
}
END_TEST

START_TEST(not_by_who_may_no_longer_write)
{
	reply_number(save("dir-a1", "thing", thing, "{'why':'旧'}"), "ver");
	fixture_set_account(&w, "dir-a1", "{'areas':['" AREA_A2 "']}");
	ck_assert_str_eq(reply_error_code(undo("dir-a1", 2)), "missing");
	fixture_set_account(&w, "dir-a1", "{'role':'officer','areas':['" AREA_COUNTY_C "']}");
	ck_assert(!offered("dir-a1"));
	ck_assert_str_eq(reply_error_code(undo("dir-a1", 2)), "denied");
}
END_TEST

static Suite *
acts(void)
{
	Suite	*s = suite_create("core/acts");
	TCase	*tc = tcase_create("acts");

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, what_an_act_sets);
	tcase_add_test(tc, an_answer_not_given_leaves_the_field);
	tcase_add_test(tc, wrong_answers_set_nothing);
	tcase_add_test(tc, both_sides_see_what_is_on_its_way);
	tcase_add_test(tc, who_may_do_what_on_the_way);
	tcase_add_test(tc, accepting_moves_it_with_what_lies_beneath);
	tcase_add_test(tc, declining_ends_the_sight_of_it);
	tcase_add_test(tc, recalling_ends_it_too);
	tcase_add_test(tc, fixed_fields_are_left_to_acts);
	tcase_add_test(tc, a_repeating_group_is_saved_whole_or_not);
	tcase_add_test(tc, nobody_saves_it_out_of_his_own_place);
	tcase_add_test(tc, one_takes_back_what_one_did);
	tcase_add_test(tc, two_agree_on_a_change_of_it);
	tcase_add_test(tc, what_would_be_wrong_there_stands_against_the_act);
	tcase_add_test(tc, another_with_the_same_name_is_named);
	tcase_add_test(tc, it_moves_by_an_act_beneath_and_takes_that_along);
	tcase_add_test(tc, nothing_new_makes_no_version);
	tcase_add_test(tc, a_new_one_begins_with_what_is_known);
	tcase_add_test(tc, only_where_one_could_be_made);
	tcase_add_test(tc, two_have_it_open);
	tcase_add_test(tc, half_an_hour_of_silence_ends_it);
	tcase_add_test(tc, only_who_may_change_it_has_it_open);
	tcase_add_test(tc, taking_over);
	tcase_add_test(tc, taking_what_nobody_has_is_no_act);
	tcase_add_test(tc, ones_own_last_save_is_taken_back);
	tcase_add_test(tc, what_cannot_be_taken_back);
	tcase_add_test(tc, only_on_the_day_of_the_save);
	tcase_add_test(tc, taking_back_meets_the_checks);
	tcase_add_test(tc, not_by_who_may_no_longer_write);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(acts)
