#include "forms/check.h"

#include <stdio.h>
#include <string.h>

#include "forms/citizen.h"
#include "tests/harness.h"
#include "tui/widget/table.h"
#include "tui/term/width.h"
#include "forms/wording.h"

/*
 * The county that ships: its definitions are understood, fit the screen, and ask for the national
 * registration form in full, no more and no less.
 */

#define N(a)	(sizeof(a) / sizeof((a)[0]))
#define TODAY	20260312

static struct set	*set;
static struct areas	*areas;
static struct form_ctx	 ctx;
static const struct book *child;

static const char *
home_of(const char *file, char path[512])
{
	snprintf(path, 512, "%s/%s", getenv("SRCDIR") != NULL ? getenv("SRCDIR") : ".", file);
	return path;
}

/* areas.csv as `init` reads it: a line of names, then code,name. */
static struct val *
read_areas(void)
{
	char		 path[512], line[256];
	FILE		*fp = fopen(home_of("forms/county/areas.csv", path), "r");
	struct val	*list = val_list(), *row;
	char		*comma;

	ck_assert_msg(fp != NULL, "%s", path);
	ck_assert(fgets(line, sizeof line, fp) != NULL);
	ck_assert_str_eq(line, "code,name\n");
	while (fgets(line, sizeof line, fp) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		ck_assert_msg((comma = strchr(line, ',')) != NULL, "%s", line);
		*comma++ = '\0';
		row = val_map();
		ck_assert(val_put(row, "code", val_text(line)) &&
		    val_put(row, "name", val_text(comma)));
		ck_assert(val_add(list, row));
	}
	fclose(fp);
	return list;
}

static void
set_up(void)
{
	struct lint	 lint = { BUF_INIT, 0 };
	struct val	*src, *list;
	char		 path[512];

	src = set_read(home_of("forms/county", path), &lint);
	ck_assert_msg(src != NULL, "%s", path);
	set = load_set(src, &lint);
	ck_assert_msg(set != NULL, "%s", buf_str(&lint.out));
	buf_free(&lint.out);
	ck_assert((child = set_book(set, "child")) != NULL);
	list = read_areas();
	ck_assert((areas = areas_new(list)) != NULL);
	val_free(list);
	ctx = (struct form_ctx){ set, areas, TODAY, LANG_ZH, false };
}

static void
tear_down(void)
{
	areas_free(areas);
	set_free(set);
}

/* ---- a child whose file is complete ---------------------------------------------------------- */

/* An invented number: 539921 is nobody's area code. */
static const char *
citizen_no(int birth, int sequence)
{
	static char	 no[19];

	snprintf(no, sizeof no, "539921%08d%03d", birth, sequence);
	no[17] = citizen_check_char(no);
	no[18] = '\0';
	return no;
}

static void
put(struct val *rec, const char *path, struct val *v)
{
	ck_assert_msg(v != NULL && val_set(rec, path, v), "%s", path);
}

static struct val *
one_code(const char *code)
{
	struct val	*list = val_list();

	ck_assert(val_add(list, val_text(code)));
	return list;
}

/* Nine years old, healthy, at primary school; both parents away; grandmother entrusted. */
static struct val *
complete(void)
{
	static const char *const	 texts[][2] = {
		{ "name", "王小明" }, { "ethnicity", "01" },
		{ "residence", "990121100200" }, { "address", "三组12号" },
		{ "hukou", "registered" },
		{ "body", "healthy" }, { "schooling", "primary" },
		{ "away", "both" }, { "guardianship", "good" },
		{ "carer.name", "李秀英" }, { "carer.relation", "62" },
		  { "carer.phone", "19900000001" },
		{ "carer.address", "同住" },
		{ "father.status", "well" }, { "father.name", "王强" },
		  { "father.phone", "19900000002" },
		{ "father.province", "44" }, { "father.city", "东莞市" },
		{ "mother.status", "well" }, { "mother.name", "张燕" },
		  { "mother.phone", "19900000003" },
		{ "mother.province", "44" }, { "mother.city", "东莞市" },
		{ "grandfather.status", "dead" }, { "grandmother.status", "living" },
		  { "grandmother.name", "李秀英" },
		{ "maternal_grandfather.status", "unknown" },
		  { "maternal_grandmother.status", "unknown" },
		{ "filler", "赵勇" }, { "checker", "钱敏" }, { "unit_head", "孙辉" },
		  { "unit", "柳树村村民委员会" },
	};
	struct val	*rec = val_map();

	for (size_t i = 0; i < N(texts); i++)
		put(rec, texts[i][0], val_text(texts[i][1]));
	put(rec, "citizen_no", val_text(citizen_no(20170305, 111)));
	put(rec, "category", one_code("left-behind"));
	put(rec, "income", one_code("work"));
	put(rec, "hukou_here", val_bool(true));
	put(rec, "boarding", val_bool(false));
	put(rec, "entrusted", val_bool(true));
	ck_assert(check_derive(child, rec, "found", true, NULL, &ctx));
	return rec;
}

/*
 * Paths of what is wrong or missing, in the order told, with ! before what blocks the first save
 * already.
 */
static const char *
complaints_of(const struct book *book, const struct val *rec)
{
	static char	 out[1000];
	struct problems	 ps = PROBLEMS_INIT;

	out[0] = '\0';
	check_record(book, rec, book->start->name, &ctx, &ps);
	ck_assert(!ps.bad);
	for (size_t i = 0; i < ps.n; i++)
		if (!ps.at[i].warn)
			snprintf(out + strlen(out), sizeof out - strlen(out), "%s%s%s",
			    out[0] != '\0' ? " " : "", ps.at[i].gap ? "" : "!", ps.at[i].field);
	problems_free(&ps);
	return out;
}

static const char *
complaints(const struct val *rec)
{
	return complaints_of(child, rec);
}

START_TEST(complete_file_passes)
{
	struct val	*rec = complete();

	ck_assert_str_eq(complaints(rec), "");
	ck_assert_int_eq(val_get_num(rec, "birth", 0), 20170305);
	ck_assert_str_eq(val_get_str(rec, "sex"), "1");
	ck_assert_int_eq(val_get_num(rec, "filled_on", 0), TODAY);
	val_free(rec);
}
END_TEST

/*
 * One answer changed (NULL: taken away), and what the form then wants. yes and no are what they
 * say.
 */
static const struct {
	const char	*path, *value, *wants;
} answers[] = {
	{ "name", NULL, "!name" },
	{ "residence", NULL, "!residence" },
	{ "residence", "990121100000", "!residence" },		/* a township is no village */
	{ "residence", "990121100299", "!residence" },		/* no such village */
	{ "address", NULL, "address" },
	{ "citizen_no", NULL, "no_number" },
	{ "birth", NULL, "birth" },
	{ "sex", "2", "!sex" },					/* the number says otherwise */
	{ "ethnicity", NULL, "ethnicity" },
	{ "ethnicity", "57", "!ethnicity" },
	{ "category", NULL, "category" },
	{ "hukou", "unregistered", "no_hukou" },
	{ "hukou", NULL, "hukou" },
	{ "hukou_here", "no", "hukou_place" },
	{ "hukou_here", NULL, "hukou_here" },
	{ "body", "disabled", "disability disability_grade" },
	{ "body", "ill", "illness" },
	{ "schooling", "dropout", "" },
	{ "schooling", NULL, "schooling" },
	{ "boarding", NULL, "boarding" },
	{ "away", "one", "unable unable_why" },
	{ "away", "neither", "" },
	{ "entrusted", NULL, "entrusted" },
	{ "entrusted", "no", "" },
	{ "carer", NULL, "carer.name carer.relation carer.phone carer.address" },
	{ "guardianship", NULL, "guardianship" },
	{ "father", NULL, "father.status father.name" },
	{ "father.status", "dead", "" },
	{ "father.name", NULL, "father.name" },
	{ "father.phone", NULL, "father.phone" },
	{ "father.city", NULL, "father.city" },
	{ "mother.province", NULL, "mother.province" },
	{ "mother.province", "83", "!mother.province" },
	{ "grandmother.name", NULL, "grandmother.name" },
	{ "grandfather.status", "living", "grandfather.name" },
	{ "grandfather", NULL, "grandfather.status" },
	{ "income", NULL, "income" },
	{ "assistance", NULL, "" },
	{ "filler", NULL, "filler" },
	{ "checker", NULL, "checker" },
	{ "unit_head", NULL, "unit_head" },
	{ "unit", NULL, "unit" },
	{ "filled_on", NULL, "filled_on" },
};

static void
answer(struct val *rec, const char *path, const char *value)
{
	const char	*dot = strchr(path, '.');
	char		 group[40];

	if (value != NULL && (strcmp(value, "yes") == 0 || strcmp(value, "no") == 0))
		put(rec, path, val_bool(*value == 'y'));
	else if (value != NULL)
		put(rec, path, val_text(value));
	else if (dot == NULL)
		val_drop(rec, path);
	else {
		snprintf(group, sizeof group, "%.*s", (int)(dot - path), path);
		val_drop(val_get(rec, group), dot + 1);
	}
}

START_TEST(each_answer_counts)
{
	struct val	*rec = complete();

	answer(rec, answers[_i].path, answers[_i].value);
	ck_assert_msg(strcmp(complaints(rec), answers[_i].wants) == 0,
	    "%s = %s: wants \"%s\", told \"%s\"",
	    answers[_i].path, answers[_i].value != NULL ? answers[_i].value : "nothing",
	    answers[_i].wants, complaints(rec));
	val_free(rec);
}
END_TEST

/* An answer that stays behind a field no longer shown must not open what hangs on it. */
START_TEST(hidden_answers_ask_for_nothing)
{
	struct val	*rec = complete();

	answer(rec, "hukou_here", "no");
	ck_assert_str_eq(complaints(rec), "hukou_place");
	answer(rec, "hukou", "unregistered");
	ck_assert_str_eq(complaints(rec), "no_hukou");
	val_free(rec);
}
END_TEST

/* Of one parent away and the other unable, the place of work is asked of the one who is away. */
START_TEST(work_is_asked_of_who_is_away)
{
	struct val	*rec = complete();

	answer(rec, "away", "one");
	answer(rec, "unable", "mother");
	answer(rec, "unable_why", "ill");
	answer(rec, "father.province", NULL);
	answer(rec, "father.city", NULL);
	answer(rec, "mother.province", NULL);
	answer(rec, "mother.city", NULL);
	ck_assert_str_eq(complaints(rec), "father.province father.city");
	answer(rec, "unable", "father");
	ck_assert_str_eq(complaints(rec), "mother.province mother.city");
	answer(rec, "mother.status", "prison");
	ck_assert_str_eq(complaints(rec), "");
	val_free(rec);
}
END_TEST

START_TEST(first_save_needs_little)
{
	struct val	*rec = val_map();
	struct problems	 ps = PROBLEMS_INIT;

	put(rec, "name", val_text("王小明"));
	put(rec, "residence", val_text("990121100200"));
	check_record(child, rec, "found", &ctx, &ps);
	ck_assert(!problems_block(&ps, false));
	ck_assert(problems_block(&ps, true));
	problems_free(&ps);
	val_free(rec);
}
END_TEST

/* ---- scales ---------------------------------------------------------------------------------- */

/* Lists people judge by, and their ends as a reader of the words would name them. */
static const struct {
	const char	*name, *best, *worst;
} scales[] = {
	{ "guardianship", "good", "nobody" }, { "guard-ability", "good", "poor" },
	  { "risk-grade", "low", "urgent" },
	{ "visit-living", "secure", "lacking" }, { "visit-school", "regular", "dropout" },
	  { "visit-health", "well", "hurt" },
	{ "visit-mood", "calm", "danger" }, { "visit-contact", "daily", "never" },
	  { "care-check", "clear", "found" },
	{ "care-health", "fit", "unable" }, { "child-view", "agrees", "objects" },
	  { "persuade-result", "back", "refused" },
};

/*
 * Lists of kinds, causes, people and places, of which none is better; and grades whose numbers a
 * standard gives.
 */
static const char *const	 kinds[] = {
	"absence-end", "absence-kind", "absent-who", "away", "benefit-kind", "benefit-no",
	    "benefit-stop", "body",
	"close-reason", "contact-promise", "correct-kind", "disability", "disability-grade",
	    "dwelling", "elder", "entrust-basis",
	"entrust-by", "entrust-end", "ethnicity", "hukou", "hukou-block", "hukou-way", "illness",
	    "no-hukou", "no-number",
	"pair-helper", "pair-near", "parent", "parent-status", "province", "relation", "roles",
	    "school-event", "school-reason",
	"school-special", "schooling", "sex", "sheets/risk", "standing", "unable", "update-how",
	    "update-result", "visit-kind",
	"visit-outcome",
};

static bool
is_scale(const struct codes *codes)
{
	return codes->best != NULL;
}

/* A list that is new to both tables has to be thought of. */
static void
expect_sorted_out(const struct field *f)
{
	size_t	 n = 0;

	for (size_t i = 0; i < N(scales); i++)
		n += strcmp(scales[i].name, f->codes->name) == 0;
	for (size_t i = 0; i < N(kinds); i++)
		n += strcmp(kinds[i], f->codes->name) == 0;
	ck_assert_msg(n == 1, "%s of field %s: is it a scale?", f->codes->name, f->path);
}

START_TEST(every_list_is_a_scale_or_none)
{
	for (size_t i = 0; i < N(scales); i++) {
		const struct codes	*codes = set_codes(set, scales[i].name);

		ck_assert_msg(codes != NULL && is_scale(codes), "%s", scales[i].name);
		ck_assert_str_eq(codes->best->code, scales[i].best);
		ck_assert_str_eq(codes->worst->code, scales[i].worst);
		ck_assert_ptr_eq(codes->best, &codes->at[0]);
	}
	for (size_t i = 0; i < N(kinds); i++)
		ck_assert_msg(set_codes(set, kinds[i]) == NULL ||
		    !is_scale(set_codes(set, kinds[i])), "%s", kinds[i]);
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++) {
			const struct field	*f = set->books[b].all[i];

			if (type_is(f, "choice") && strchr(f->path, '.') == NULL)
				expect_sorted_out(f);
		}
}
END_TEST

/*
 * The worse, the sooner: what else the county says of the same codes runs the same way as the list.
 */
START_TEST(duties_follow_the_scales)
{
	size_t	 n = 0;

	for (size_t i = 0; i < child->nclocks; i++) {
		const struct clock	*c = &child->clocks[i];
		const struct codes	*codes = c->kind == CLOCK_BY_CODE ? c->field->codes : NULL;
		int			 last = INT32_MAX;

		for (size_t k = 0; codes != NULL && is_scale(codes) && k < codes->n; k++)
			for (size_t j = 0; j < c->nintervals; j++) {
				if (strcmp(c->intervals[j].code, codes->at[k].code) != 0)
					continue;
				ck_assert_int_eq(c->intervals[j].unit, 'd');
				ck_assert_msg(c->intervals[j].n <= last, "%s: %s", c->name,
				    codes->at[k].code);
				last = c->intervals[j].n;
				n++;
			}
	}
	ck_assert_uint_eq(n, 9);
}
END_TEST

/* Points are what is wrong with it, so down every list of answers there are more of them. */
START_TEST(points_follow_the_scales)
{
	for (size_t s = 0; s < set->nsheets; s++) {
		const struct score_sheet	*sheet = &set->sheets[s];
		const struct codes		*codes = sheet->into->codes;

		ck_assert(is_scale(codes));
		for (size_t g = 1; g < sheet->ngrades; g++)
			ck_assert(codes_find(codes, sheet->grades[g].grade) > codes_find(codes,
			    sheet->grades[g - 1].grade));
		for (size_t i = 0; i < sheet->nitems; i++)
			for (size_t k = 1; type_is(sheet->items[i].field, "choice") &&
			    k < sheet->items[i].npoints; k++)
				ck_assert_msg(sheet->items[i].points[k].points >=
				    sheet->items[i].points[k - 1].points, "%s: %s",
				    sheet->items[i].field->path, sheet->items[i].points[k].code);
	}
}
END_TEST

/* ---- acts ------------------------------------------------------------------------------------ */

/* How many of an act's needs do not hold. */
static size_t
unmet(const char *act, const struct val *rec)
{
	const struct act	*a = book_act(child, act);
	struct pred_ctx		 pc = { rec, NULL, "found", TODAY };
	size_t			 n = 0;

	ck_assert_msg(a != NULL, "%s", act);
	for (size_t i = 0; i < a->nneeds; i++)
		n += !pred_holds(a->needs[i].holds, &pc);
	return n;
}

START_TEST(submit_judges_the_category)
{
	static const struct {
		const char	*path, *value;
		int		 birth;
		const char	*category;
		size_t		 unmet;
	} rows[] = {
		{ "away", "both", 20170305, "left-behind", 0 },
		{ "away", "both", 20100313, "left-behind", 0 },		/* 16 tomorrow */
		{ "away", "both", 20100312, "left-behind", 1 },		/* 16 today */
		{ "away", "both", 20100312, "poor", 0 },
		{ "away", "both", 20080313, "poor", 0 },		/* 18 tomorrow */
		{ "away", "both", 20080312, "poor", 1 },
		{ "away", "both", 20080312, "orphan", 0 },
		{ "away", "one", 20170305, "left-behind", 0 },
		{ "away", "neither", 20170305, "left-behind", 1 },
		{ "away", "neither", 20170305, "poor", 0 },
		/* both are away */
		{ "guardianship", "parent-unable", 20170305, "left-behind", 1 },
		{ "guardianship", "carer-weak", 20170305, "left-behind", 0 },
	};

	for (size_t i = 0; i < N(rows); i++) {
		struct val	*rec = complete();

		put(rec, "birth", val_int(rows[i].birth));
		put(rec, "category", one_code(rows[i].category));
		answer(rec, rows[i].path, rows[i].value);
		ck_assert_msg(unmet("submit", rec) == rows[i].unmet, "row %zu", i);
		if (strcmp(rows[i].value, "carer-weak") == 0) {
			answer(rec, "entrusted", "no");
			ck_assert_uint_eq(unmet("submit", rec), 1);
		}
		val_free(rec);
	}
}
END_TEST

/* Village, township and county each do their own step, and nobody confirms his own. */
START_TEST(steps_are_kept_apart)
{
	static const struct {
		const char	*act, *by, *from, *to;
	} rows[] = {
		{ "submit", "director", "found", "submitted" },
		  { "submit", "director", "returned", "submitted" },
		{ "withdraw", "director", "submitted", "found" },
		  { "verify", "supervisor", "submitted", "verified" },
		{ "unverify", "supervisor", "verified", "submitted" },
		{ "return", "supervisor", "submitted", "returned" },
		  { "archive", "officer", "verified", "active" },
		{ "send-back", "officer", "verified", "returned" },
		  { "close", "officer", "active", "closed" },
		{ "reopen", "officer", "closed", "active" },
	};

	for (size_t i = 0; i < N(rows); i++) {
		const struct act	*a = book_act(child, rows[i].act);

		ck_assert_msg(a != NULL, "%s", rows[i].act);
		ck_assert_msg(a->by == ROLE_BIT(set_role(set, rows[i].by)), "%s", rows[i].act);
		ck_assert_msg((a->from & STATE_BIT(book_state(child, rows[i].from))) != 0, "%s",
		    rows[i].act);
		ck_assert_msg(a->to == book_state(child, rows[i].to), "%s", rows[i].act);
	}
	ck_assert_uint_eq(child->nacts, 15);
	ck_assert_ptr_eq(book_act(child, "unverify")->same_person, book_act(child, "verify"));
	ck_assert_ptr_eq(book_act(child, "verify")->four_eyes, book_act(child, "submit"));
	ck_assert_ptr_eq(book_act(child, "archive")->four_eyes, book_act(child, "verify"));
	ck_assert_int_eq(book_act(child, "return")->remarks, REMARKS_REQUIRED);
	ck_assert(!book_act(child, "return")->check && book_act(child, "submit")->check);
}
END_TEST

START_TEST(administrators_see_no_child)
{
	static const char *const	 none[] = { "partner", "sysadmin", "secadmin", "auditor" };
	const struct role		*role;

	for (size_t i = 0; i < N(none); i++) {
		role = set_role(set, none[i]);
		ck_assert_int_eq(child->see[role->index].reach, REACH_NONE);
		ck_assert_int_eq(child->write[role->index].reach, REACH_NONE);
	}
	ck_assert_int_eq(child->see[set_role(set, "director")->index].reach, REACH_SCOPE);
	ck_assert_int_eq(child->see[set_role(set, "supervisor")->index].reach, REACH_SCOPE);
	ck_assert_int_eq(child->write[set_role(set, "leader")->index].reach, REACH_NONE);
	ck_assert_uint_eq(set_book(set, "account")->create, ROLE_BIT(set_role(set, "secadmin")));
	ck_assert_uint_eq(set_role(set, "secadmin")->excludes,
	    ROLE_BIT(set_role(set, "sysadmin")) | ROLE_BIT(set_role(set, "auditor")));
}
END_TEST

START_TEST(numbers_and_titles)
{
	struct val	*rec = complete();
	struct buf	 b = BUF_INIT;

	ck_assert(number_make(child->number, rec, TODAY, 7, &b));
	ck_assert_uint_eq(b.n, 16);
	ck_assert_int_eq(strncmp(buf_str(&b), "990121100260007", 15), 0);
	ck_assert(number_fits(child->number, buf_str(&b)));
	buf_reset(&b);
	record_title(child, rec, &ctx, &b);
	ck_assert_str_eq(buf_str(&b), "王小明 男 9 青石镇柳树村");
	buf_free(&b);
	val_free(rec);
}
END_TEST

/* ---- what falls due -------------------------------------------------------------------------- */

static bool
told(const struct clock *c, const char *role, int after)
{
	for (size_t i = 0; i < c->nescalation; i++)
		if ((c->escalation[i].notify & ROLE_BIT(set_role(set, role))) != 0)
			return c->escalation[i].overdue == after;
	return after == 0;
}

/* Whose duty each is, and after how many days of silence the next one hears of it (0: never). */
START_TEST(duties_and_who_is_told)
{
	static const struct {
		const char	*clock, *by;
		const char	*done;		/* NULL: a step of the file itself */
		int		 supervisor, officer, leader;
		bool		 local;
	} rows[] = {
		{ "monthly", "director", "update", 3, 10, 30, false },
		{ "guardian", "director", NULL, 1, 7, 15, false },
		{ "visit", "director", "visit", 7, 21, 45, true },
		{ "visit-ungraded", "director", "visit", 7, 21, 45, true },
		{ "follow-up", "director", "visit", 7, 21, 45, true },
		{ "key-check", "supervisor", "visit", 0, 14, 0, true },
		{ "first-grade", "director", NULL, 10, 30, 0, true },
		{ "regrade", "director", "risk", 15, 45, 0, true },
		{ "regrade-trouble", "director", "risk", 3, 14, 0, true },
		{ "regrade-change", "director", "risk", 7, 0, 0, true },
		{ "dropout", "director", "school", 7, 21, 0, true },
		{ "hukou", "director", NULL, 5, 20, 0, true },
		{ "pairing", "director", NULL, 15, 0, 0, true },
		{ "aged-16", "director", NULL, 15, 15, 0, false },
		{ "aged-out", "officer", NULL, 0, 0, 0, false },
		{ "accept", "director", NULL, 3, 10, 0, true },
		{ "finish", "director", NULL, 5, 0, 0, true },
		{ "verify", "supervisor", NULL, 0, 5, 0, true },
		{ "archive", "officer", NULL, 0, 0, 14, true },
	};

	ck_assert_uint_eq(child->nclocks, N(rows));
	for (size_t i = 0; i < N(rows); i++) {
		const struct clock	*c = book_clock(child, rows[i].clock);

		ck_assert_msg(c != NULL, "%s", rows[i].clock);
		ck_assert_msg(c->by == ROLE_BIT(set_role(set, rows[i].by)), "%s", rows[i].clock);
		ck_assert_msg(c->done == (rows[i].done != NULL ? set_book(set, rows[i].done) :
		    NULL), "%s", rows[i].clock);
		ck_assert_msg(told(c, "supervisor", rows[i].supervisor) &&
		    told(c, "officer", rows[i].officer) &&
		    told(c, "leader", rows[i].leader), "%s", rows[i].clock);
		ck_assert_msg(c->local == rows[i].local, "%s", rows[i].clock);
		ck_assert_msg(c->source[0] != '\0', "%s", rows[i].clock);
	}
}
END_TEST

/*
 * The three ways of visiting split the children on the roll: each has exactly one, key children
 * more often.
 */
START_TEST(every_child_on_the_roll_is_visited)
{
	static const struct {
		const char	*path, *value, *grade, *clock;
		bool		 key;		/* a supervisor looks for himself */
	} rows[] = {
		{ "guardianship", "good", NULL, "visit-ungraded", false },
		{ "guardianship", "fair", NULL, "visit-ungraded", false },
		{ "guardianship", "nobody", NULL, "visit-ungraded", true },
		{ "guardianship", "carer-weak", NULL, "visit-ungraded", true },
		{ "guardianship", "parent-unable", NULL, "visit-ungraded", true },
		{ "body", "disabled", NULL, "follow-up", true },
		  { "body", "ill", NULL, "follow-up", true },
		{ "schooling", "dropout", NULL, "follow-up", false },
		  { "schooling", "out", NULL, "follow-up", false },
		{ "hukou", "unregistered", NULL, "follow-up", false },
		{ "guardianship", "good", "low", "visit", false },
		  { "guardianship", "fair", "urgent", "visit", false },
		{ "guardianship", "nobody", "low", "follow-up", true },
		  { "guardianship", "nobody", "high", "visit", true },
		{ "body", "ill", "low", "follow-up", true },
		  { "body", "ill", "medium", "visit", true },
		{ "hukou", "unregistered", "high", "visit", false },
	};
	static const char *const	 ways[] = { "visit", "visit-ungraded", "follow-up" };

	for (size_t i = 0; i < N(rows); i++) {
		struct val	*rec = complete();
		struct pred_ctx	 pc = { rec, NULL, "active", TODAY };

		answer(rec, rows[i].path, rows[i].value);
		if (rows[i].grade != NULL)
			answer(rec, "grade", rows[i].grade);
		for (size_t k = 0; k < N(ways); k++)
			ck_assert_msg(pred_holds(book_clock(child, ways[k])->when,
			    &pc) == (strcmp(rows[i].clock, ways[k]) == 0),
			    "row %zu: %s", i, ways[k]);
		ck_assert_msg(pred_holds(book_clock(child, "key-check")->when, &pc) == rows[i].key,
		    "row %zu", i);
		pc.state = "closed";
		for (size_t k = 0; k < child->nclocks; k++)
			ck_assert_msg(!pred_holds(child->clocks[k].when, &pc), "%s",
			    child->clocks[k].name);
		val_free(rec);
	}
}
END_TEST

/* What is asked of an attempt, of a visit, and of a month without and with a change. */
START_TEST(what_work_asks_for)
{
	static const struct {
		const char	*book;
		const char	*answers[8];		/* path, value … */
		const char	*wants;
	} rows[] = {
		{ "visit", { "outcome", "nobody" }, "why" },
		{ "visit", { "outcome", "nobody", "why", "全家外出走亲戚" }, "" },
		{ "visit", { "outcome", "met" },
		    "alone living guarding schooling health mood contact unsafe" },
		{ "visit", { "outcome", "met", "unsafe", "yes" },
		    "alone living guarding schooling health mood contact danger" },
		{ "visit", { "why", "忘了写结果" }, "!outcome" },
		{ "update", { "result", "same" }, "!how" },
		{ "update", { "result", "same", "how", "home" }, "" },
		{ "update", { "result", "changed", "how", "home" }, "what account" },
	};

	for (size_t i = 0; i < N(rows); i++) {
		const struct book	*book = set_book(set, rows[i].book);
		struct val		*rec = val_map();

		ck_assert_ptr_eq(book->under->link_book, child);
		put(rec, "child", val_int(7));
		for (size_t k = 0; k + 1 < N(rows[i].answers) && rows[i].answers[k] != NULL; k += 2)
			answer(rec, rows[i].answers[k], rows[i].answers[k + 1]);
		ck_assert(check_derive(book, rec, book->start->name, true, NULL, &ctx));
		ck_assert_msg(strcmp(complaints_of(book, rec), rows[i].wants) == 0,
		    "row %zu: told \"%s\"", i, complaints_of(book, rec));
		val_free(rec);
	}
}
END_TEST

/* ---- on the screen --------------------------------------------------------------------------- */

#define PAGE_LINES	18
#define LIST_CELLS	78
#define MENU_KEYS	9

/* Of ASCII one cell, of all else two: more letters than these the labels have not. */
static size_t
cells_of(const char *utf8)
{
	size_t	 n = 0;

	for (const unsigned char *p = (const unsigned char *)utf8; *p != '\0'; p++)
		n += *p < 0x80 ? 1 : *p >= 0xc0 ? 2 : 0;
	return n;
}

static void
label_fits(struct label l, size_t cells)
{
	ck_assert_msg(cells_of(l.zh) <= cells, "%s: %zu cells", l.zh, cells);
	ck_assert_msg(cells_of(l.en) <= cells, "%s: %zu cells", l.en, cells);
}

START_TEST(pages_fit)
{
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t p = 0; p < set->books[b].npages; p++) {
			const struct page	*page = &set->books[b].pages[p];
			size_t			 lines = page->nfields;

			for (size_t i = 0; i < page->nfields; i++)
				lines += page->fields[i].nfields;
			ck_assert_msg(lines <= PAGE_LINES, "%s: %zu lines", page->name, lines);
		}
}
END_TEST

/* A heading is not cut, and no choice: half of "not able to" says the opposite. */
static void
column_fits(const struct column *c)
{
	const struct codes	*codes = c->of == COL_FIELD ? c->field->codes : NULL;

	if (c->cells == 0)
		return;
	label_fits(c->brief, c->cells);
	for (size_t i = 0; codes != NULL && c->field->type->kind == VAL_TEXT && i < codes->n; i++)
		label_fits(codes->at[i].brief, c->cells);
}

START_TEST(lists_fit)
{
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t l = 0; l < set->books[b].nlists; l++) {
			const struct list	*list = &set->books[b].lists[l];
			size_t			 cells = 2 * (list->ncolumns - 1);

			for (size_t i = 0; i < list->ncolumns; i++) {
				cells += list->columns[i].cells;
				column_fits(&list->columns[i]);
			}
			ck_assert_msg(cells <= LIST_CELLS, "%s.%s: %zu cells", set->books[b].name,
			    list->name, cells);
		}
}
END_TEST

static void
states_fit(const struct list *l, int cells)
{
	for (size_t i = 0; i < l->book->nstates; i++) {
		const char	*words = wording_label(&ctx, l->book->states[i].label);

		ck_assert_msg(width_of(words) <= cells, "%s.%s: %s in %d cells", l->book->name,
		    l->name, words, cells);
	}
}

/*
 * A state has no shorter words, so in 80 columns the row must have the room for it, in both
 * languages.
 */
START_TEST(states_are_not_cut)
{
	static const enum lang	 langs[] = { LANG_ZH, LANG_EN };
	struct table_columns		 at;

	ctx.lang = langs[_i];
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t l = 0; l < set->books[b].nlists; l++) {
			const struct list	*list = &set->books[b].lists[l];

			table_layout(&ctx, list, 2, 80, &at);
			ck_assert_msg(at.n == list->ncolumns, "%s.%s: %zu columns",
			    set->books[b].name, list->name, at.n);
			for (size_t i = 0; i < at.n; i++)
				if (list->columns[i].of == COL_STATE)
					states_fit(list, at.cells[i]);
		}
}
END_TEST

static void
count_menu(const struct role *role, const struct menu_item *items, size_t n)
{
	ck_assert_msg(n <= MENU_KEYS, "%s: a line beyond the digit keys", role->name);
	for (size_t i = 0; i < n; i++)
		count_menu(role, items[i].items, items[i].nitems);
}

START_TEST(menus_are_typed_with_one_digit)
{
	for (size_t i = 0; i < set->nroles; i++) {
		ck_assert_msg(set->roles[i].nmenu > 0, "%s", set->roles[i].name);
		count_menu(&set->roles[i], set->roles[i].menu, set->roles[i].nmenu);
	}
}
END_TEST

/*
 * Terminals disagree about the width of these: curled quotes, dots and dashes, signs, arrows,
 * boxes, circled digits.
 */
static void
check_widths(const struct val *v)
{
	static const unsigned	 odd[][2] = {
		{ 0xa1, 0xff }, { 0x370, 0x45f }, { 0x2010, 0x2027 }, { 0x2030, 0x203e },
		  { 0x2074, 0x2bff },
		{ 0xe000, 0xf8ff },
	};
	const char		*s = val_str(v);

	for (size_t i = 0; i < val_len(v); i++)
		check_widths(val_kind(v) == VAL_MAP ? val_value(v, i) : val_at(v, i));
	for (size_t i = 0; s != NULL && s[i] != '\0'; i++) {
		const unsigned char	*c = (const unsigned char *)&s[i];
		unsigned		 cp = 0;

		if (*c >= 0xc2 && *c < 0xe0)
			cp = (*c & 0x1fu) << 6 | (c[1] & 0x3fu);
		else if (*c >= 0xe0 && *c < 0xf0)
			cp = (*c & 0x0fu) << 12 | (c[1] & 0x3fu) << 6 | (c[2] & 0x3fu);
		for (size_t k = 0; k < N(odd); k++)
			ck_assert_msg(cp < odd[k][0] || cp > odd[k][1], "U+%04X in \"%s\"", cp, s);
	}
}

START_TEST(words_have_one_width)
{
	check_widths(set_source(set));
}
END_TEST

/* ---- places and code lists ------------------------------------------------------------------- */

/*
 * In the columns of the work list and the cover, in both languages; beside who is told, who does
 * it.
 */
START_TEST(duties_and_parts_fit)
{
	for (size_t b = 0; b < set->nbooks; b++) {
		const struct cover	*c = set->books[b].cover;

		for (size_t i = 0; i < set->books[b].nclocks; i++)
			label_fits(set->books[b].clocks[i].label, 16);
		for (size_t i = 0; c != NULL && i < c->nparts; i++)
			label_fits(c->parts[i].book != NULL ? c->parts[i].book->label :
			    c->parts[i].page->label, c->parts[i].book != NULL ? 11 : 23);
	}
	for (size_t i = 0; i < set->nroles; i++)
		label_fits(set->roles[i].label, 22);
}
END_TEST

static void
fields_fit(const struct field *f, size_t n, size_t cells)
{
	for (size_t i = 0; i < n; i++) {
		label_fits(f[i].label, cells);
		fields_fit(f[i].fields, f[i].nfields, cells - 2);
	}
}

/* Beside their values in the reader, those of a group further in. */
START_TEST(labels_fit)
{
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].npages; i++)
			fields_fit(set->books[b].pages[i].fields, set->books[b].pages[i].nfields,
			    24);
}
END_TEST

START_TEST(places)
{
	size_t	 townships = 0, villages = 0;

	for (size_t i = 0; i < areas_count(areas); i++) {
		const char	*code = areas_code(areas, i);
		char		 above[AREA_CODE + 1];

		ck_assert_msg(area_within(code, set->county_code), "%s", code);
		townships += area_level(code) == AREA_TOWNSHIP;
		villages += area_level(code) == AREA_VILLAGE;
		if (area_level(code) == AREA_VILLAGE)
			snprintf(above, sizeof above, "%.9s000", code);
		else
			snprintf(above, sizeof above, "%s", set->county_code);
		ck_assert_msg(areas_find(areas, above) != SIZE_MAX, "%s lies nowhere", code);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(areas_name(areas, k), areas_name(areas, i)) != 0,
			    "two places %s", areas_name(areas, i));
	}
	ck_assert_uint_eq(townships, 3);
	ck_assert_uint_eq(villages, 24);
	ck_assert_str_eq(areas_name(areas, areas_find(areas, set->county_code)), set->county.zh);
}
END_TEST

START_TEST(standard_codes)
{
	static const struct {
		const char	*list, *code, *zh;
	} rows[] = {
		{ "sex", "2", "女" }, { "ethnicity", "01", "汉族" },
		  { "ethnicity", "05", "维吾尔族" },
		{ "ethnicity", "15", "土家族" }, { "ethnicity", "37", "仡佬族" },
		  { "ethnicity", "56", "基诺族" },
		{ "ethnicity", "98", "外国血统" }, { "relation", "61", "祖父" },
		  { "relation", "64", "外祖母" },
		{ "relation", "85", "舅父" }, { "relation", "90", "姑母" },
		  { "relation", "99", "邻居等非亲属" },
		{ "disability", "1", "视力残疾" }, { "disability", "7", "多重残疾" },
		  { "province", "44", "广东" },
		{ "province", "65", "新疆" },
	};
	const struct code	*code;

	for (size_t i = 0; i < N(rows); i++) {
		code = codes_find(set_codes(set, rows[i].list), rows[i].code);
		ck_assert_msg(code != NULL && strcmp(code->label.zh, rows[i].zh) == 0, "%s %s",
		    rows[i].list, rows[i].code);
	}
	ck_assert_uint_eq(set_codes(set, "ethnicity")->n, 58);
	ck_assert(codes_find(set_codes(set, "ethnicity"), "57") == NULL);
}
END_TEST

static Suite *
county(void)
{
	Suite	*s = suite_create("forms/county");
	TCase	*tc = tcase_create("county");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, complete_file_passes);
	tcase_add_loop_test(tc, each_answer_counts, 0, (int)N(answers));
	tcase_add_test(tc, hidden_answers_ask_for_nothing);
	tcase_add_test(tc, work_is_asked_of_who_is_away);
	tcase_add_test(tc, first_save_needs_little);
	tcase_add_test(tc, every_list_is_a_scale_or_none);
	tcase_add_test(tc, duties_follow_the_scales);
	tcase_add_test(tc, points_follow_the_scales);
	tcase_add_test(tc, submit_judges_the_category);
	tcase_add_test(tc, steps_are_kept_apart);
	tcase_add_test(tc, administrators_see_no_child);
	tcase_add_test(tc, numbers_and_titles);
	tcase_add_test(tc, duties_and_who_is_told);
	tcase_add_test(tc, every_child_on_the_roll_is_visited);
	tcase_add_test(tc, what_work_asks_for);
	tcase_add_test(tc, pages_fit);
	tcase_add_test(tc, lists_fit);
	tcase_add_loop_test(tc, states_are_not_cut, 0, 2);
	tcase_add_test(tc, duties_and_parts_fit);
	tcase_add_test(tc, labels_fit);
	tcase_add_test(tc, menus_are_typed_with_one_digit);
	tcase_add_test(tc, words_have_one_width);
	tcase_add_test(tc, places);
	tcase_add_test(tc, standard_codes);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(county)
