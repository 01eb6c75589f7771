#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/record/asof.h"
#include "core/record/link.h"
#include "core/record/children.h"
#include "tests/harness.h"
#include "tests/support/fixture.h"

/*
 * Links between records: a book of kin and one of kids that name these, beside the books of the
 * county. Every test starts with two kin in village a1, one in a2 and one in b1.
 */

static struct fixture	w;
static char		forms[300];
static int		ma, pa, aunt, far;

static const char	kin_book[] =
    "book: kin\n"
    "label: {zh: 亲属, en: Kin}\n"
    "area: home\n"
    "title: '{name}'\n"
    "logged: yes\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 本人\n"
    "      fields:\n"
    "        - name: {type: text, required: first, max: 20, find: name, label: 姓名}\n"
    "        - home: {type: area, level: village, required: first, default: own-area, label: 村}\n"
    "        - phone: {type: phone, mask: middle, required: {when: {town: any}}, label: 电话}\n"
    "        - idno: {type: citizen-number, unique: yes, mask: middle, label: 号码}\n"
    "        - town: {type: text, label: 城市}\n"
    "        - kids: {type: number, label: 照料, rollup: {book: kid, link: carer, pick: count, where: {state: open}}}\n"
    "        - borne: {type: number, label: 生育, rollup: {book: kid, link: mother.who, pick: count}}\n"
    "        - aided: {type: number, label: 帮扶, rollup: {book: kid, link: aides.*.who, pick: count, where: {state: open}}}\n"
    "life: {start: kept, states: [kept: {zh: 在用}, merged: {zh: 已并}], acts: []}\n"
    "merge: {by: officer, to: merged}\n"
    "see: {director: area, supervisor: area, officer: all, leader: all}\n"
    "write: {director: area, supervisor: area}\n"
    "lists:\n"
    "  - all: {label: 亲属, by: [director, supervisor, officer], columns: [name], sort: [name]}\n"
    "  - busy: {label: 多, by: [director, supervisor, officer], where: {field: kids, min: 2}, columns: [name], sort: [kids]}\n"
    "clocks: [busy: {label: 多, when: {field: kids, min: 2}, within: 7d, by: director, priority: 2}]\n";

static const char	kid_book[] =
    "book: kid\n"
    "label: {zh: 孩子, en: Kid}\n"
    "area: home\n"
    "title: '{name}'\n"
    "logged: yes\n"
    "create: [director]\n"
    "pages:\n"
    "  - main:\n"
    "      label: 本人\n"
    "      fields:\n"
    "        - name: {type: text, required: first, max: 20, find: name, label: 姓名}\n"
    "        - home: {type: area, level: village, required: first, default: own-area, label: 村}\n"
    "        - mother:\n"
    "            type: group\n"
    "            label: 母亲\n"
    "            fixed: [held]\n"
    "            fields:\n"
    "              - who: {type: link, book: kin, label: 档案, autofill: {name: name, phone: tel, idno: idno}}\n"
    "              - name: {type: text, max: 20, label: 姓名}\n"
    "              - tel: {type: phone, mask: middle, label: 电话}\n"
    "              - idno: {type: citizen-number, mask: middle, label: 号码}\n"
    "        - carer: {type: link, book: kin, label: 照料人, autofill: {name: carer_name, phone: carer_tel}}\n"
    "        - carer_name: {type: text, max: 20, fixed: [held], label: 照料人姓名}\n"
    "        - carer_tel: {type: phone, mask: middle, label: 照料人电话}\n"
    "        - mates: {type: link, book: kid, many: yes, label: 伙伴}\n"
    "        - aides:\n"
    "            type: group\n"
    "            many: yes\n"
    "            label: 帮扶\n"
    "            fields: [who: {type: link, book: kin, label: 档案}, what: {type: text, label: 事项}]\n"
    "life:\n"
    "  start: open\n"
    "  states: [open: {zh: 在册, open: yes}, held: {zh: 留存}, shut: {zh: 已结}, merged: {zh: 已并入}]\n"
    "  acts:\n"
    "    - hold: {label: 留存, from: open, to: held, by: [director, supervisor]}\n"
    "    - shut: {label: 结案, from: open, to: shut, by: [director, supervisor]}\n"
    "    - reopen: {label: 恢复, from: shut, to: open, by: [director, supervisor]}\n"
    "merge: {by: [supervisor, officer], to: merged}\n"
    "match: [{fields: [name, home], say: 同名}]\n"
    "shared:\n"
    "  - fields: [carer_tel]\n"
    "    say: {zh: 照料人电话相同, en: Same phone}\n"
    "    threshold: {at-least: 3, where: {state: open}, say: {zh: 照料的孩子多, en: Many}}\n"
    "  - {fields: [home, carer_name], phonetic: [carer_name], say: 同村照料人姓名音同}\n"
    "see: {director: area, supervisor: area, officer: all, leader: all}\n"
    "write: {director: {reach: area, state: [open, held]}, supervisor: {reach: area, state: [open, held]}}\n"
    "lists:\n"
    "  - all: {label: 孩子, by: [director, supervisor, officer], columns: [name], sort: [name]}\n"
    "  - called: {label: 有电话, by: [director, supervisor, officer], where: {carer_tel: any}, columns: [name], sort: [name]}\n";

/* ---- asking ---------------------------------------------------------------------------------- */

static int
make(const char *user, const char *book, const char *set)
{
	return (int)reply_number(ask_new(&w, user, "{'op':'save','book':'%s','set':%s}", book, set),
	    "id");
}

static int
kin(const char *user, const char *name, const char *phone)
{
	char	 set[200];

	snprintf(set, sizeof set, "{'name':'%s','phone':'%s'}", name, phone);
	return make(user, "kin", set);
}

/* A kid whose mother and carer are these (0 = nobody). */
static int
kid(const char *user, const char *name, int mother, int carer)
{
	char	 set[300], m[60] = "null", c[20] = "null";

	if (mother != 0)
		snprintf(m, sizeof m, "{'who':%d}", mother);
	if (carer != 0)
		snprintf(c, sizeof c, "%d", carer);
	snprintf(set, sizeof set, "{'name':'%s','mother':%s,'carer':%s}", name, m, c);
	return make(user, "kid", set);
}

static int
ver_of(const char *book, int id)
{
	struct val	*r = ask(&w, "off", "{'op':'get','book':'%s','id':%d,'whole':true}", book,
	    id);
	int		 ver = (int)val_get_num(val_get(r, "record"), "ver", 0);

	val_free(r);
	return ver;
}

static const char *
act(const char *user, int id, const char *name)
{
	return reply_error_code(ask_new(&w, user,
	    "{'op':'act','book':'kid','id':%d,'ver':%d,'act':'%s'}", id, ver_of("kid", id), name));
}

/* Saves and leaves the reply to the caller. */
static struct val *
change(const char *user, const char *book, int id, const char *set, bool spread)
{
	return ask_new(&w, user, "{'op':'save','book':'%s','id':%d,'ver':%d,'set':%s,'spread':%s}",
	    book, id, ver_of(book, id), set, spread ? "true" : "false");
}

static const char *
text_of(const char *book, int id, const char *path)
{
	static char	 text[200];
	struct val	*r = ask(&w, "off", "{'op':'get','book':'%s','id':%d,'whole':true}", book,
	    id);
	const char	*s = val_str(val_find(val_get(val_get(r, "record"), "fields"), path));

	snprintf(text, sizeof text, "%s", s != NULL ? s : "-");
	val_free(r);
	return text;
}

static size_t
put_line(char *out, size_t size, const struct val *line)
{
	const struct val	*paths = val_get(line, "paths");
	size_t			 n = (size_t)snprintf(out, size, "%s(",
	    val_get_str(val_get(line, "row"), "title"));

	for (size_t i = 0; i < val_len(paths); i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i > 0 ? "," : "",
		    val_str(val_at(paths, i)));
	return n + (size_t)snprintf(out + n, size - n, ") ");
}

/* The records that name a record, as `user` sees them: "甲(mother.who,carer) 乙(carer) =2". */
static const char *
linked(const char *user, const char *book, int id)
{
	static char	 text[1000];
	struct val	*r = ask(&w, user, "{'op':'linked','book':'%s','id':%d}", book, id),
	    *list = val_get(r, "linked");
	size_t		 n = 0;

	if (!val_get_true(r, "ok")) {
		snprintf(text, sizeof text, "%s", reply_error_code(r));
		return text;
	}
	for (size_t i = 0; i < val_len(list); i++)
		n += put_line(text + n, sizeof text - n, val_at(list, i));
	snprintf(text + n, sizeof text - n, "=%d%s", (int)val_get_num(r, "count", -1),
	    val_get_true(r, "more") ? "+" : "");
	val_free(r);
	return text;
}

/* ---- records that name a record -------------------------------------------------------------- */

START_TEST(every_kind_of_link_is_found_from_the_other_end)
{
	int	 a = kid("dir-a1", "甲", ma, ma), b = kid("dir-a1", "乙", 0, ma);
	char	 set[200];

	ck_assert_str_eq(linked("dir-a1", "kin", ma), "甲(mother.who,carer) 乙(carer) =2");
	ck_assert_str_eq(linked("dir-a1", "kin", pa), "=0");
	snprintf(set, sizeof set,
	    "{'aides':[{'what':'送饭'},{'who':%d},{'who':%d}],'mates':[%d,%d]}", pa, pa, a, b);
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", b, set, false)), "");
	ck_assert_str_eq(linked("dir-a1", "kin", pa), "乙(aides.*.who) =1");
	ck_assert_str_eq(linked("dir-a1", "kid", a), "乙(mates) =1");
	ck_assert_str_eq(linked("dir-a1", "kid", b), "乙(mates) =1");
}
END_TEST

START_TEST(rows_follow_the_links)
{
	int	 a = kid("dir-a1", "甲", ma, pa);
	char	 set[100];

	snprintf(set, sizeof set, "{'mother':{'who':%d}}", pa);
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a, set, false)), "");
	ck_assert_str_eq(linked("dir-a1", "kin", ma), "=0");
	ck_assert_str_eq(linked("dir-a1", "kin", pa), "甲(mother.who,carer) =1");
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a, "{'mother':null,'carer':null}",
	    false)), "");
	ck_assert_str_eq(linked("dir-a1", "kin", pa), "=0");
}
END_TEST

START_TEST(each_row_is_asked_for)
{
	kid("dir-a1", "甲", ma, 0);
	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'kin','id':%d,'ver':1,'set':{'home':'%s'}}", ma, AREA_A2), "ver");
	kid("dir-a2", "乙", ma, 0);
	ck_assert_str_eq(linked("dir-a2", "kin", ma), "乙(mother.who) =1");
	ck_assert_str_eq(linked("sup-a", "kin", ma), "甲(mother.who) 乙(mother.who) =2");
	ck_assert_str_eq(linked("off", "kin", ma), "甲(mother.who) 乙(mother.who) =2");
	/* no longer visible to the actor, so the records that name it are not either */
	ck_assert_str_eq(linked("dir-a1", "kin", ma), "missing");
	ck_assert_str_eq(linked("sup-b", "kin", ma), "missing");
	ck_assert_str_eq(linked("aud", "kin", ma), "missing");
}
END_TEST

START_TEST(a_page_and_the_count_of_all)
{
	struct val	*r;

	for (int i = 0; i < 5; i++)
		kid("dir-a1", "甲", ma, 0);
	r = ask(&w, "dir-a1", "{'op':'linked','book':'kin','id':%d,'limit':3}", ma);
	ck_assert_uint_eq(val_len(val_get(r, "linked")), 3);
	ck_assert_int_eq(val_get_num(r, "count", 0), 5);
	ck_assert(val_get_true(r, "more"));
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'linked','book':'kin','id':%d,'limit':5}", ma);
	ck_assert(!val_get_true(r, "more"));
	val_free(r);
}
END_TEST

START_TEST(those_who_share)
{
	int			 a = kid("dir-a1", "甲", ma, ma);
	struct val		*r, *shared;
	const struct val	*one;

	kid("dir-a1", "乙", ma, pa);
	r = ask(&w, "dir-a1", "{'op':'linked','book':'kid','id':%d,'shared':true}", a);
	shared = val_get(r, "shared");
	ck_assert_uint_eq(val_len(shared), 1);
	one = val_at(shared, 0);
	ck_assert_str_eq(val_get_str(one, "book"), "kin");
	ck_assert_str_eq(val_get_str(one, "title"), "王桂花");
	ck_assert_int_eq(val_get_num(one, "id", 0), ma);
	ck_assert_uint_eq(val_len(val_get(one, "paths")), 2);
	ck_assert_int_eq(val_get_num(one, "count", -1), 1);
	ck_assert_str_eq(val_str(val_find(one, "linked.0.row.title")), "乙");
	val_free(r);
}
END_TEST

/*
 * The records that share a value with a record, by rule, as `user` sees them: "照料人电话相同: 乙
 * 丙 =2; ".
 */
static const char *
saying_the_same(const char *user, int id, int limit)
{
	static char		 text[1000];
	struct val		*r = ask(&w, user,
	    "{'op':'linked','book':'kid','id':%d,'shared':true,'limit':%d}", id, limit);
	const struct val	*same = val_get(r, "same");
	size_t			 n = 0;

	text[0] = '\0';
	for (size_t i = 0; i < val_len(same); i++) {
		const struct val	*one = val_at(same, i), *rows = val_get(one, "linked");

		n += (size_t)snprintf(text + n, sizeof text - n, "%s: ",
		    val_get_str(val_get(one, "say"), "zh"));
		for (size_t k = 0; k < val_len(rows); k++)
			n += (size_t)snprintf(text + n, sizeof text - n, "%s ",
			    val_get_str(val_get(val_at(rows, k), "row"), "title"));
		n += (size_t)snprintf(text + n, sizeof text - n, "=%d%s; ",
		    (int)val_get_num(one, "count", -1), val_get_true(one, "more") ? "+" : "");
	}
	val_free(r);
	return text;
}

START_TEST(those_who_say_the_same)
{
	int		 a = make("dir-a1", "kid",
	    "{'name':'甲','carer_name':'李桂兰','carer_tel':'13911112222'}"), b, c;
	struct val	*r;

	ck_assert_str_eq(saying_the_same("dir-a1", a, 20), "");
	b = make("dir-a1", "kid", "{'name':'乙','carer_name':'李贵兰','carer_tel':'13911112222'}");
	make("dir-a2", "kid", "{'name':'丙','carer_name':'李桂兰','carer_tel':'13911112222'}");
	c = make("dir-b1", "kid", "{'name':'丁','carer_tel':'13911112222'}");
	make("dir-a1", "kid", "{'name':'戊'}");
	/* each actor sees records in reach, and two empty fields are not the same */
	ck_assert_str_eq(saying_the_same("dir-a1", a, 20),
	    "照料人电话相同: 乙 =1; 同村照料人姓名音同: 乙 =1; ");
	ck_assert_str_eq(saying_the_same("sup-a", a, 20),
	    "照料人电话相同: 乙 丙 =2; 同村照料人姓名音同: 乙 =1; ");
	ck_assert_str_eq(saying_the_same("off", a, 2),
	    "照料人电话相同: 乙 丙 =3+; 同村照料人姓名音同: 乙 =1; ");
	ck_assert_str_eq(saying_the_same("dir-b1", c, 20), "");
	/* no match rule for duplicates */
	r = ask(&w, "dir-a1",
	    "{'op':'near','book':'kid','fields':{'carer_tel':'13911112222','name':'己','home':'" AREA_A1 "'}}");
	ck_assert_uint_eq(val_len(val_get(r, "near")), 0);
	val_free(r);
	/* what is changed is no longer in common */
	ck_assert_int_gt((int)reply_number(change("dir-a1", "kid", b, "{'carer_tel':'13911113333'}",
	    false), "ver"), 0);
	ck_assert_str_eq(saying_the_same("dir-a1", a, 20), "同村照料人姓名音同: 乙 =1; ");
}
END_TEST

/* "照料的孩子多 3" as it is noted on the cover, or "". */
static const char *
noted(const char *user, int id)
{
	static char		 text[100];
	struct val		*r = ask(&w, user, "{'op':'file','book':'kid','id':%d}", id);
	const struct val	*one = val_at(val_get(r, "many"), 0);

	ck_assert(val_get_true(r, "ok"));
	text[0] = '\0';
	if (one != NULL)
		snprintf(text, sizeof text, "%s %d", val_get_str(val_get(one, "say"), "zh"),
		    (int)val_get_num(one, "n", 0));
	val_free(r);
	return text;
}

START_TEST(too_many_say_the_same)
{
	static const char	 tel[] = "{'name':'甲','carer_tel':'13911112222'}";
	int			 a = make("dir-a1", "kid", tel), b = make("dir-a1", "kid", tel), c;

	make("dir-a2", "kid", tel);
	ck_assert_str_eq(noted("sup-a", a), "照料的孩子多 3");
	ck_assert_str_eq(noted("dir-a1", a), "");	/* two of them in the reach of the actor */
	c = make("dir-a1", "kid", tel);
	ck_assert_str_eq(noted("dir-a1", a), "照料的孩子多 3");
	ck_assert_str_eq(noted("sup-a", c), "照料的孩子多 4");
	ck_assert_str_eq(act("dir-a1", b, "shut"), "");
	ck_assert_str_eq(noted("dir-a1", a), "");
	ck_assert_str_eq(noted("sup-a", a), "照料的孩子多 3");
	ck_assert_str_eq(noted("dir-a1", make("dir-a1", "kid", "{'name':'乙'}")), "");
}
END_TEST

/* ---- what a link may name -------------------------------------------------------------------- */

/* The field at which the save was refused. */
static const char *
refused_at(struct val *r)
{
	static char	 path[100];

	snprintf(path, sizeof path, "%s %s", val_get_true(r, "ok") ? "ok" : val_get_str(r, "error"),
	    val_len(val_get(r, "problems")) > 0 ? val_get_str(val_at(val_get(r, "problems"), 0),
	    "field") : "-");
	val_free(r);
	return path;
}

START_TEST(a_link_names_what_is_there_and_to_be_seen)
{
	int	 a = kid("dir-a1", "甲", ma, 0);
	char	 set[200];

	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'mother':{'who':99999}}", false)),
	    "invalid mother.who");
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'mates':[99999]}", false)),
	    "invalid mates");
	snprintf(set, sizeof set, "{'carer':%d}", far);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, set, false)), "invalid carer");
	snprintf(set, sizeof set, "{'carer':%d}", a);			/* of another book */
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, set, false)), "invalid carer");
	snprintf(set, sizeof set, "{'aides':[{'who':%d},{'who':%d}]}", pa, far);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, set, false)), "invalid aides.1.who");
	ck_assert_str_eq(refused_at(ask_new(&w, "dir-a1",
	    "{'op':'save','book':'kid','set':{'name':'乙','carer':%d}}", far)), "invalid carer");
	ck_assert_int_eq(ver_of("kid", a), 1);
	snprintf(set, sizeof set, "{'carer':%d}", pa);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, set, false)), "ok -");
}
END_TEST

START_TEST(a_link_that_stood_there_disturbs_nobody)
{
	int	 a = kid("dir-a1", "甲", ma, 0);
	char	 set[100];

	reply_number(ask_new(&w, "sup-a",
	    "{'op':'save','book':'kin','id':%d,'ver':1,'set':{'home':'%s'}}", ma, AREA_A2), "ver");
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'name':'甲甲'}", false)), "ok -");
	/* a removed link cannot be entered again by this actor */
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'mother':{'who':null}}", false)),
	    "ok -");
	snprintf(set, sizeof set, "{'mother':{'who':%d}}", ma);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, set, false)), "invalid mother.who");
	ck_assert_str_eq(refused_at(change("sup-a", "kid", a, set, false)), "ok -");
}
END_TEST

/* ---- what a link brings with it -------------------------------------------------------------- */

START_TEST(a_link_fills_what_is_empty_beside_it)
{
	int	 a, b;
	char	 set[300];

	snprintf(set, sizeof set, "{'name':'甲','mother':{'who':%d,'name':'妈妈'},'carer':%d}", ma,
	    pa);
	a = make("dir-a1", "kid", set);
	ck_assert_str_eq(text_of("kid", a, "mother.name"), "妈妈");
	ck_assert_str_eq(text_of("kid", a, "mother.tel"), "13800000001");
	ck_assert_str_eq(text_of("kid", a, "carer_name"), "李大山");
	/* a link that stands does nothing more, another fills again */
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a,
	    "{'carer_name':null,'carer_tel':null}", false)), "");
	ck_assert_str_eq(text_of("kid", a, "carer_name"), "-");
	snprintf(set, sizeof set, "{'carer':%d}", ma);
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a, set, false)), "");
	ck_assert_str_eq(text_of("kid", a, "carer_name"), "王桂花");
	b = kid("dir-a1", "乙", 0, 0);
	ck_assert_str_eq(text_of("kid", b, "carer_name"), "-");
}
END_TEST

/* ---- changed in one, changed in all ---------------------------------------------------------- */

static int
spread(const char *user, const char *book, int id, const char *set)
{
	return (int)reply_number(change(user, book, id, set, true), "spread");
}

START_TEST(a_change_goes_to_all_who_share_it_or_to_none)
{
	int	 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", 0, ma),
	    c = kid("dir-a1", "丙", pa, 0);

	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a,
	    "{'mother':{'tel':'13900000001'}}", false)), "");
	ck_assert_str_eq(text_of("kin", ma, "phone"), "13800000001");
	ck_assert_str_eq(text_of("kid", b, "carer_tel"), "13800000001");
	ck_assert_int_eq(spread("dir-a1", "kid", a,
	    "{'mother':{'tel':'13900000002'},'name':'甲甲'}"), 2);
	ck_assert_str_eq(text_of("kid", a, "mother.tel"), "13900000002");
	ck_assert_str_eq(text_of("kin", ma, "phone"), "13900000002");
	ck_assert_str_eq(text_of("kid", b, "carer_tel"), "13900000002");
	ck_assert_str_eq(text_of("kid", b, "name"), "乙");	/* the value typed by the actor; no
								   link fills it */
	ck_assert_str_eq(text_of("kid", c, "mother.tel"), "13800000002");
	ck_assert_int_eq(ver_of("kid", a), 3);
	ck_assert_int_eq(ver_of("kid", b), 2);
	ck_assert_int_eq(ver_of("kin", ma), 2);
	ck_assert_int_eq(ver_of("kid", c), 1);
	/* from the person to the files, and an emptied field too */
	ck_assert_int_eq(spread("dir-a1", "kin", ma, "{'phone':'13900000003'}"), 2);
	ck_assert_str_eq(text_of("kid", b, "carer_tel"), "13900000003");
	ck_assert_int_eq(spread("dir-a1", "kid", b, "{'carer_tel':null}"), 2);
	ck_assert_str_eq(text_of("kin", ma, "phone"), "-");
	ck_assert_str_eq(text_of("kid", a, "mother.tel"), "-");
	ck_assert_int_eq(spread("dir-a1", "kid", a, "{'name':'甲'}"), 0);
}
END_TEST

START_TEST(another_link_is_no_correction)
{
	int	 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", ma, 0);
	char	 set[100];

	snprintf(set, sizeof set, "{'mother':{'who':%d,'name':'李大山','tel':'13800000002'}}", pa);
	ck_assert_int_eq(spread("dir-a1", "kid", a, set), 0);
	ck_assert_str_eq(text_of("kid", b, "mother.name"), "王桂花");
	ck_assert_str_eq(text_of("kin", pa, "name"), "李大山");
}
END_TEST

START_TEST(both_roles_of_one_person_in_one_file)
{
	int	 a = kid("dir-a1", "甲", ma, ma);

	ck_assert_int_eq(spread("dir-a1", "kid", a, "{'mother':{'tel':'13900000002'}}"), 1);
	ck_assert_str_eq(text_of("kid", a, "carer_tel"), "13900000002");
	ck_assert_int_eq(ver_of("kid", a), 2);
}
END_TEST

START_TEST(what_cannot_be_changed_stops_it_all)
{
	int		 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", ma, 0);
	struct val	*r;

	reply_number(ask_new(&w, "dir-a1", "{'op':'act','book':'kid','id':%d,'ver':1,'act':'shut'}",
	    b), "ver");
	r = change("dir-a1", "kid", a, "{'mother':{'tel':'13900000002'}}", true);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_str_eq(val_str(val_find(r, "problems.0.field")), "mother.tel");
	ck_assert_ptr_nonnull(strstr(val_str(val_find(r, "problems.0.say")),
	    "cannot be changed by you as it stands"));
	val_free(r);
	ck_assert_int_eq(ver_of("kid", a), 1);
	ck_assert_int_eq(ver_of("kin", ma), 1);
	ck_assert_str_eq(text_of("kid", a, "mother.tel"), "13800000001");
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a,
	    "{'mother':{'tel':'13900000002'}}", false)), "");
}
END_TEST

START_TEST(who_shares_out_of_reach_is_told_by_place)
{
	int		 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", ma, 0);
	char		 set[100];
	struct val	*r;

	snprintf(set, sizeof set, "{'home':'%s'}", AREA_A2);
	ck_assert_str_eq(reply_error_code(change("sup-a", "kid", b, set, false)), "");
	r = change("dir-a1", "kid", a, "{'mother':{'tel':'13900000002'}}", true);
	ck_assert_str_eq(val_get_str(r, "error"), "invalid");
	ck_assert_ptr_nonnull(strstr(val_str(val_find(r, "problems.0.say")), "out of your reach"));
	ck_assert_str_eq(val_str(val_find(r, "problems.0.args.0.area")), AREA_A);
	val_free(r);
	/*
	 * also where it has the value already, or one save after the other would find out which it
	 * has
	 */
	ck_assert_str_eq(reply_error_code(change("sup-a", "kid", b,
	    "{'mother':{'tel':'13900000007'}}", false)), "");
	for (int i = 6; i < 9; i++) {
		char	 set_tel[80];

		snprintf(set_tel, sizeof set_tel, "{'mother':{'tel':'1390000000%d'}}", i);
		ck_assert_str_eq(reply_error_code(change("dir-a1", "kid", a, set_tel, true)),
		    "invalid");
	}
	r = ask(&w, "aud", "{'op':'trail','record':%d,'limit':1}", b);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "match");
	ck_assert_str_eq(val_str(val_find(r, "entries.0.detail.told")), AREA_A);
	val_free(r);
	ck_assert_int_eq(spread("sup-a", "kid", a, "{'mother':{'tel':'13900000002'}}"), 2);
}
END_TEST

static void
hold(int id)
{
	reply_number(ask_new(&w, "dir-a1",
	    "{'op':'act','book':'kid','id':%d,'ver':%d,'act':'hold'}", id, ver_of("kid", id)),
	    "ver");
}

START_TEST(what_only_an_act_changes_is_not_reached_by_sharing)
{
	int	 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", ma, 0);
	char	 set[100];

	hold(b);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", b, "{'mother':{'tel':'13900000002'}}",
	    false)), "denied -");
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'mother':{'tel':'13900000002'}}",
	    true)), "invalid mother.tel");
	ck_assert_str_eq(text_of("kid", b, "mother.tel"), "13800000001");
	/*
	 * nor by choosing whom to name: beside it stays empty what was fixed, and is filled what
	 * was not
	 */
	snprintf(set, sizeof set, "{'carer':%d}", ma);
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", b, set, false)), "ok -");
	ck_assert_str_eq(text_of("kid", b, "carer_name"), "-");
	ck_assert_str_eq(text_of("kid", b, "carer_tel"), "13800000001");
}
END_TEST

START_TEST(sharing_leaves_nothing_out_that_is_required)
{
	int	 a = kid("dir-a1", "甲", ma, 0);

	ck_assert_str_eq(reply_error_code(change("dir-a1", "kin", ma, "{'town':'昆明'}", false)),
	    "");
	ck_assert_str_eq(refused_at(change("dir-a1", "kin", ma, "{'phone':null}", false)),
	    "invalid phone");
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a, "{'mother':{'tel':null}}", true)),
	    "invalid mother.tel");
	ck_assert_str_eq(text_of("kin", ma, "phone"), "13800000001");
}
END_TEST

START_TEST(a_merged_file_shares_nothing_any_more)
{
	int	 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", ma, 0);

	reply_number(ask_new(&w, "sup-a",
	    "{'op':'merge','book':'kid','id':%d,'ver':1,'other':%d,'otherver':1,'why':'重'}", a, b),
	    "ver");
	ck_assert_int_eq(spread("dir-a1", "kid", a, "{'mother':{'tel':'13900000002'}}"), 1);
	ck_assert_str_eq(text_of("kin", ma, "phone"), "13900000002");
	ck_assert_str_eq(text_of("kid", b, "mother.tel"), "13800000001");
}
END_TEST

START_TEST(what_would_double_a_number_is_refused)
{
	int	 a;

	a = kid("dir-a1", "甲", ma, 0);
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kin", pa,
	    "{'idno':'990121201503050040'}", false)), "");
	ck_assert_str_eq(refused_at(change("dir-a1", "kid", a,
	    "{'mother':{'idno':'990121201503050040'}}", true)), "invalid mother.idno");
	ck_assert_str_eq(text_of("kin", ma, "idno"), "-");
}
END_TEST

START_TEST(lists_and_the_trail_follow)
{
	int		 a = kid("dir-a1", "甲", ma, 0), b = kid("dir-a1", "乙", 0, ma);
	struct val	*r;

	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'kid','list':'called'}"), "count"), 1);
	ck_assert_int_eq(spread("dir-a1", "kid", a, "{'mother':{'tel':null}}"), 2);
	ck_assert_int_eq(reply_number(ask(&w, "dir-a1",
	    "{'op':'count','book':'kid','list':'called'}"), "count"), 0);
	r = ask(&w, "dir-a1", "{'op':'trail','record':%d,'limit':1}", b);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.act")), "spread");
	ck_assert_int_eq(val_num(val_find(r, "entries.0.detail.from.id"), 0), a);
	ck_assert_str_eq(val_str(val_find(r, "entries.0.detail.changed.0")), "carer_tel");
	val_free(r);
	r = ask(&w, "dir-a1", "{'op':'history','book':'kid','id':%d}", b);
	ck_assert_str_eq(val_str(val_find(r, "versions.1.act")), "spread");
	val_free(r);
}
END_TEST

/* ---- counting links -------------------------------------------------------------------------- */

/* "kids borne aided" as stored, which must be what follows from the links. */
static const char *
counts(int id)
{
	static char	 text[60];
	struct rec	*rec;

	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)id, &rec), REC_OK);
	ck_assert_ptr_null(child_stale(w.core, rec));
	snprintf(text, sizeof text, "%d %d %d", (int)val_get_num(rec->fields, "kids", 0),
	    (int)val_get_num(rec->fields, "borne", 0), (int)val_get_num(rec->fields, "aided", 0));
	rec_free(rec);
	return text;
}

static int
busy(const char *user)
{
	return (int)reply_number(ask(&w, user, "{'op':'count','book':'kin','list':'busy'}"),
	    "count");
}

static size_t
duties(const char *user)
{
	struct val	*r = ask(&w, user, "{'op':'due','ahead':30}");
	size_t		 n = val_len(val_get(r, "due"));

	ck_assert_msg(val_get_true(r, "ok"), "%s", val_get_str(r, "say"));
	val_free(r);
	return n;
}

static const char *
lead(const char *user, int id, const char *set)
{
	return reply_error_code(change(user, "kid", id, set, false));
}

START_TEST(a_person_counts_who_names_it)
{
	int	 a = kid("dir-a1", "甲", ma, ma), b = kid("dir-a1", "乙", pa, ma);
	char	 set[100];

	ck_assert_str_eq(counts(ma), "2 1 0");
	ck_assert_str_eq(counts(pa), "0 1 0");
	ck_assert_int_eq(busy("dir-a1"), 1);
	ck_assert_uint_eq(duties("dir-a1"), 1);
	ck_assert_int_eq(ver_of("kin", ma), 1);
	snprintf(set, sizeof set, "{'carer':%d}", pa);
	ck_assert_str_eq(lead("dir-a1", a, set), "");
	ck_assert_str_eq(counts(ma), "1 1 0");
	ck_assert_str_eq(counts(pa), "1 1 0");
	ck_assert_int_eq(busy("dir-a1"), 0);
	ck_assert_uint_eq(duties("dir-a1"), 0);
	ck_assert_str_eq(lead("dir-a1", b, "{'carer':null,'mother':null}"), "");
	ck_assert_str_eq(counts(ma), "0 1 0");
	ck_assert_str_eq(counts(pa), "1 0 0");
}
END_TEST

/*
 * Undoing an edit that removed a link ends no deadline of the person, and acknowledgements survive.
 */
START_TEST(a_count_taken_back_begins_no_duty_anew)
{
	int		 a = kid("dir-a1", "甲", 0, ma);
	struct val	*due[2];
	char		 set[100];

	kid("dir-a1", "乙", 0, ma);
	ck_assert_str_eq(reply_error_code(ask(&w, "dir-a1",
	    "{'op':'ack','book':'kin','id':%d,'clock':'busy'}", ma)), "");
	fixture_set_clock(FIXTURE_NOW + 3 * 86400);
	due[0] = ask(&w, "dir-a1", "{'op':'due','ahead':30}");
	snprintf(set, sizeof set, "{'carer':%d}", pa);
	ck_assert_str_eq(lead("dir-a1", a, set), "");
	ck_assert_uint_eq(duties("dir-a1"), 0);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'kid','id':%d,'ver':2}", a)), "");
	due[1] = ask(&w, "dir-a1", "{'op':'due','ahead':30}");
	ck_assert_uint_eq(val_len(val_get(due[0], "due")), 1);
	ck_assert(val_same(due[0], due[1]));
	val_free(due[0]);
	val_free(due[1]);
}
END_TEST

START_TEST(only_what_fits_is_counted_and_each_record_once)
{
	int	 a = kid("dir-a1", "甲", ma, ma);
	char	 set[200];

	snprintf(set, sizeof set,
	    "{'aides':[{'who':%d,'what':'一'},{'who':%d,'what':'二'},{'who':%d}]}", pa, pa, ma);
	ck_assert_str_eq(lead("dir-a1", a, set), "");
	ck_assert_str_eq(counts(pa), "0 0 1");
	ck_assert_str_eq(counts(ma), "1 1 1");
	ck_assert_str_eq(act("dir-a1", a, "shut"), "");
	ck_assert_str_eq(counts(ma), "0 1 0");
	ck_assert_str_eq(counts(pa), "0 0 0");
	ck_assert_str_eq(act("dir-a1", a, "reopen"), "");
	ck_assert_str_eq(counts(ma), "1 1 1");
}
END_TEST

START_TEST(nobody_types_a_count)
{
	kid("dir-a1", "甲", 0, ma);
	ck_assert_str_eq(refused_at(change("dir-a1", "kin", ma, "{'kids':7}", false)), "denied -");
	/* a save of the person's own leaves it, and taking that back too */
	ck_assert_str_eq(reply_error_code(change("dir-a1", "kin", ma, "{'town':'深圳'}", false)),
	    "");
	kid("dir-a1", "乙", 0, ma);
	ck_assert_str_eq(reply_error_code(ask_new(&w, "dir-a1",
	    "{'op':'undo','book':'kin','id':%d,'ver':2}", ma)), "");
	ck_assert_str_eq(counts(ma), "2 0 0");
	ck_assert_str_eq(text_of("kin", ma, "town"), "-");
}
END_TEST

static const char *
merge(const char *book, int stays, int other)
{
	return reply_error_code(ask_new(&w, "off",
	    "{'op':'merge','book':'%s','id':%d,'ver':%d,'other':%d,'otherver':%d,'set':{},'why':'重'}",
	    book, stays, ver_of(book, stays), other, ver_of(book, other)));
}

static const char *
unmerge(const char *book, int id)
{
	return reply_error_code(ask_new(&w, "off",
	    "{'op':'unmerge','book':'%s','id':%d,'ver':%d,'why':'不是'}", book, id,
	    ver_of(book, id)));
}

START_TEST(doubles_are_counted_once)
{
	int	 a = kid("dir-a1", "甲", ma, ma), b = kid("dir-a1", "甲", ma, pa);

	ck_assert_str_eq(merge("kid", a, b), "");
	ck_assert_str_eq(counts(ma), "1 1 0");
	ck_assert_str_eq(counts(pa), "0 0 0");
	ck_assert_str_eq(unmerge("kid", b), "");
	ck_assert_str_eq(counts(ma), "1 2 0");
	ck_assert_str_eq(counts(pa), "1 0 0");
	/* a person merged hands over all that named it */
	ck_assert_str_eq(merge("kin", ma, pa), "");
	ck_assert_str_eq(counts(ma), "2 2 0");
	ck_assert_str_eq(counts(pa), "0 0 0");
	ck_assert_int_eq(busy("off"), 1);
	ck_assert_str_eq(unmerge("kin", pa), "");
	ck_assert_str_eq(counts(ma), "1 2 0");
	ck_assert_str_eq(counts(pa), "1 0 0");
	ck_assert_int_eq(busy("off"), 0);
}
END_TEST

START_TEST(the_past_does_not_count)
{
	struct asof	 f;
	struct rec	*rec;

	kid("dir-a1", "甲", ma, ma);
	fixture_set_clock(FIXTURE_NOW + 86400);
	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)ma, &rec), REC_OK);
	ck_assert_int_eq(asof_read(w.core, rec, 20260313, 20260313, &f), REC_OK);
	ck_assert_int_eq(val_get_num(f.rec->fields, "kids", 0), 1);
	asof_free(&f);
	ck_assert_int_eq(asof_read(w.core, rec, 20260312, 20260313, &f), REC_OK);
	ck_assert_ptr_null(val_get(f.rec->fields, "kids"));
	ck_assert_str_eq(val_get_str(f.rec->fields, "name"), "王桂花");
	asof_free(&f);
	rec_free(rec);
}
END_TEST

START_TEST(verify_sees_a_count_that_does_not_follow)
{
	struct store_txn	*txn;
	struct rec		*rec;

	kid("dir-a1", "甲", ma, 0);
	ck_assert_int_eq(rec_get(w.core, NULL, (uint64_t)ma, &rec), REC_OK);
	ck_assert_ptr_null(child_stale(w.core, rec));
	ck_assert(val_put(rec->fields, "borne", val_int(7)));
	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	ck_assert_int_eq(rec_put(txn, rec), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
	ck_assert_str_eq(child_stale(w.core, rec), "borne");
	rec_free(rec);
	kid("dir-a1", "乙", ma, 0);
	ck_assert_str_eq(counts(ma), "0 2 0");
}
END_TEST

static void
change_kin_book(const char *find, const char *put_there)
{
	static char	 text[8000];
	const char	*at = strstr(kin_book, find);

	ck_assert_ptr_nonnull(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - kin_book), kin_book, put_there,
	    at + strlen(find));
	fixture_put_file(&w, "books/kin.yaml", text);
	fixture_reopen(&w);
}

START_TEST(a_count_defined_later_is_made_at_the_start)
{
	int	 a = kid("dir-a1", "甲", ma, ma);

	kid("dir-a1", "乙", 0, ma);
	ck_assert_str_eq(act("dir-a1", a, "shut"), "");
	ck_assert_str_eq(counts(ma), "1 1 0");
	change_kin_book("{book: kid, link: carer, pick: count, where: {state: open}}",
	    "{book: kid, link: carer, pick: count}");
	ck_assert_str_eq(counts(ma), "2 1 0");
	ck_assert_int_eq(busy("dir-a1"), 1);
	change_kin_book("{book: kid, link: carer, pick: count, where: {state: open}}",
	    "{book: kid, link: carer, pick: count, where: {state: shut}}");
	ck_assert_str_eq(counts(ma), "1 1 0");
	ck_assert_int_eq(busy("dir-a1"), 0);
}
END_TEST

/* ---- the index agrees with the records ------------------------------------------------------- */

static bool
count_row(uint64_t id, void *arg)
{
	(void)id;
	++*(size_t *)arg;
	return true;
}

static size_t
rows_of_link(const char *path, int target)
{
	const struct field	*f = book_field(set_book(w.core->set, "kid"), path);
	size_t			 n = 0;

	ck_assert_int_eq(link_each(w.core, NULL, f, (uint64_t)target, count_row, &n), STORE_OK);
	return n;
}

/* Forgets that the indexes of links were made, as if they had been defined only now. */
static void
forget_link_indexes(void)
{
	static const char *const	 keys[] = { "idx/kid/link/mother.who/0",
	    "idx/kid/link/carer/0", "idx/kid/link/mates/0", "idx/kid/link/aides.*.who/0" };
	struct store_txn		*txn;

	ck_assert_int_eq(store_begin(w.core->store, &txn), STORE_OK);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		ck_assert_int_eq(store_del(txn, STORE_META, keys[i], strlen(keys[i])), STORE_OK);
	ck_assert_int_eq(store_commit(txn), STORE_OK);
}

#define KIDS	8
#define STEPS	120

struct model {
	int	 id;
	int	 mother, carer, aide[2];
	bool	 shut;
};

static int
pick_kin(unsigned *seed)
{
	const int	 of[] = { 0, ma, pa, aunt };

	return of[(unsigned)rand_r(seed) % 4];
}

static void
agrees(const struct model *m)
{
	const int	 of[] = { ma, pa, aunt };

	for (size_t k = 0; k < 3; k++) {
		size_t	 mothers = 0, carers = 0, aides = 0, cared = 0, aided = 0;
		char	 text[60];

		for (size_t i = 0; i < KIDS; i++) {
			mothers += m[i].mother == of[k];
			carers += m[i].carer == of[k];
			aides += m[i].aide[0] == of[k] || m[i].aide[1] == of[k];
			cared += m[i].carer == of[k] && !m[i].shut;
			aided += (m[i].aide[0] == of[k] || m[i].aide[1] == of[k]) && !m[i].shut;
		}
		snprintf(text, sizeof text, "%zu %zu %zu", cared, mothers, aided);
		ck_assert_str_eq(counts(of[k]), text);
		ck_assert_uint_eq(rows_of_link("mother.who", of[k]), mothers);
		ck_assert_uint_eq(rows_of_link("carer", of[k]), carers);
		ck_assert_uint_eq(rows_of_link("aides.*.who", of[k]), aides);
	}
}

static void
named_or_null(char out[20], int id)
{
	snprintf(out, 20, id != 0 ? "%d" : "null", id);
}

static void
random_change(struct model *m, unsigned *seed)
{
	char	 set[300], mother[20], carer[20], one[20], two[20];

	if (m->shut || rand_r(seed) % 4 == 0) {
		ck_assert_str_eq(act("sup-a", m->id, m->shut ? "reopen" : "shut"), "");
		m->shut = !m->shut;
		return;
	}
	m->mother = pick_kin(seed);
	m->carer = pick_kin(seed);
	m->aide[0] = pick_kin(seed);
	m->aide[1] = pick_kin(seed);
	named_or_null(mother, m->mother);
	named_or_null(carer, m->carer);
	named_or_null(one, m->aide[0]);
	named_or_null(two, m->aide[1]);
	snprintf(set, sizeof set,
	    "{'mother':{'who':%s},'carer':%s,'aides':[{'who':%s,'what':'一'},{'who':%s,'what':'二'}]}",
	    mother, carer, one, two);
	ck_assert_str_eq(reply_error_code(change("sup-a", "kid", m->id, set,
	    rand_r(seed) % 2 == 0)), "");
}

START_TEST(any_order_of_changes_and_a_rebuild_say_the_same)
{
	struct model	 m[KIDS] = { { 0 } };
	unsigned	 seed = 20260312;

	for (size_t i = 0; i < KIDS; i++)
		m[i].id = kid(i % 2 == 0 ? "dir-a1" : "dir-a2", "甲", 0, 0);
	for (int i = 0; i < STEPS; i++) {
		random_change(&m[(unsigned)rand_r(&seed) % KIDS], &seed);
		agrees(m);
	}
	forget_link_indexes();
	fixture_reopen(&w);
	agrees(m);
}
END_TEST

static void
setup(void)
{
	fixture_home(&w);
	fixture_copy_forms(&w, forms);
	fixture_put_file(&w, "books/kin.yaml", kin_book);
	fixture_put_file(&w, "books/kid.yaml", kid_book);
	fixture_reopen(&w);
	ma = kin("dir-a1", "王桂花", "13800000001");
	pa = kin("dir-a1", "李大山", "13800000002");
	aunt = kin("dir-a2", "王桂香", "13800000003");
	far = kin("dir-b1", "赵远", "13800000004");
}

static void
teardown(void)
{
	world_free(&w);
}

static Suite *
links(void)
{
	Suite	*s = suite_create("core/link");
	TCase	*tc = tcase_create("links");
	const TTest *const	 all[] = { every_kind_of_link_is_found_from_the_other_end,
	    rows_follow_the_links,
	    each_row_is_asked_for, a_page_and_the_count_of_all, those_who_share,
	    those_who_say_the_same, too_many_say_the_same,
	    a_link_names_what_is_there_and_to_be_seen, a_link_that_stood_there_disturbs_nobody,
	    a_link_fills_what_is_empty_beside_it,
	    a_change_goes_to_all_who_share_it_or_to_none, another_link_is_no_correction,
	    both_roles_of_one_person_in_one_file, what_cannot_be_changed_stops_it_all,
	    who_shares_out_of_reach_is_told_by_place,
	    what_only_an_act_changes_is_not_reached_by_sharing,
	    sharing_leaves_nothing_out_that_is_required,
	    a_merged_file_shares_nothing_any_more, what_would_double_a_number_is_refused,
	    lists_and_the_trail_follow,
	    a_person_counts_who_names_it, a_count_taken_back_begins_no_duty_anew,
	    only_what_fits_is_counted_and_each_record_once, nobody_types_a_count,
	    doubles_are_counted_once, the_past_does_not_count,
	    verify_sees_a_count_that_does_not_follow,
	    a_count_defined_later_is_made_at_the_start,
	    any_order_of_changes_and_a_rebuild_say_the_same };

	tcase_add_unchecked_fixture(tc, fixture_preload, NULL);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		tcase_add_test(tc, all[i]);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(links)
