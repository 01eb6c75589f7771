#include "admin/demo/gen_child.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"
#include "forms/citizen.h"

enum why { LEFT_BOTH, LEFT_ONE, ORPHAN, UNSUPPORTED, POOR, DISABLED, ILL, NEGLECTED, WHYS };

/* Why there is a file, in per cent. */
static const int	 why_weight[WHYS] = { 60, 14, 2, 6, 8, 4, 3, 3 };

static const char *const	 category[WHYS] = {
	"left-behind", "left-behind", "orphan", "unsupported", "poor", "disabled", "ill",
	    "neglected"
};

/* Completed years, 0 to 17: most are at school. */
static const int	 age_weight[18] = { 2, 2, 3, 4, 5, 5, 7, 8, 8, 8, 7, 7, 6, 6, 5, 4, 2, 1 };

struct gen_child {
	const struct gen_child_place	*at;
	const struct wordlist	*wordlist;
	struct rng		*rng;
	struct val		*taken;
	struct val		*facts;
	struct siblings		*siblings;
	enum why		 why;
	int			 age, birth;
	bool			 boy, dotted;	/* dotted: a name of two given names, 扎西·多吉 */
	char			 surname[16], mothers[16];	/* surnames: the child's, the
								   mother's */
	const char		*father, *mother;	/* codes of their condition */
	bool			 away_both, away_one, father_unable;
	bool			 poor, entrusted;
	const char		*township_stem;		/* 青石 of 青石镇 */
};

/* ---- facts ----------------------------------------------------------------------------------- */

static void
say(struct gen_child *k, const char *path, const char *s)
{
	xput(k->facts, path, s != NULL ? val_text(s) : val_nil());
}

static void
sayf(struct gen_child *k, const char *path, const char *fmt,
    ...) __attribute__((format(printf, 3, 4)));

static void
sayf(struct gen_child *k, const char *path, const char *fmt, ...)
{
	struct buf	 b = BUF_INIT;
	va_list		 ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	say(k, path, xtext(&b));
	buf_free(&b);
}

static void
say_yes(struct gen_child *k, const char *path, bool yes)
{
	xput(k->facts, path, val_bool(yes));
}

static void
say_codes(struct gen_child *k, const char *path, const char *const codes[], size_t n)
{
	struct val	*list = xcheck(val_list());

	for (size_t i = 0; i < n; i++)
		if (codes[i] != NULL && !val_has(list, codes[i]))
			xadd(list, val_text(codes[i]));
	if (val_len(list) > 0)
		xput(k->facts, path, list);
	else {
		val_free(list);
		xput(k->facts, path, val_nil());
	}
}

static const char *
fact_known(const struct gen_child *k, const char *path)
{
	return val_get_str(k->facts, path);
}

static const char *
word(struct gen_child *k, const char *list)
{
	return wordlist_pick(k->wordlist, list, k->rng);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void
put_given(struct buf *b, const struct wordlist *wordlist, struct rng *rng, const char *list,
    int two)
{
	const char	*first = wordlist_pick(wordlist, list, rng), *second;

	buf_puts(b, first);
	if (!rng_chance(rng, two))
		return;
	second = wordlist_pick(wordlist, list, rng);
	if (strcmp(first, second) != 0)
		buf_puts(b, second);
}

char *
gen_child_adult_name(const struct wordlist *wordlist, struct rng *rng, bool male)
{
	struct buf	 b = BUF_INIT;

	buf_puts(&b, wordlist_pick(wordlist, "surname", rng));
	put_given(&b, wordlist, rng, male ? "parent-male" : "parent-female", 55);
	xtext(&b);
	return buf_take(&b);
}

static size_t
first_character(const char *s)
{
	size_t	 n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* "扎西·多吉 04": the name, and the ethnic group. */
static void
whole_name(struct gen_child *k, const char *entry)
{
	const char	*blank = strrchr(entry, ' ');
	size_t		 n = blank != NULL ? (size_t)(blank - entry) : strlen(entry);

	k->dotted = strstr(entry, "·") != NULL;
	sayf(k, "name", "%.*s", (int)n, entry);
	if (blank != NULL)
		say(k, "ethnicity", blank + 1);
	snprintf(k->surname, sizeof k->surname, "%.*s", (int)first_character(entry), entry);
}

static void
surnamed(struct gen_child *k, const char *surname, const char *ethnicity)
{
	struct buf	 b = BUF_INIT;

	snprintf(k->surname, sizeof k->surname, "%s", surname);
	buf_puts(&b, surname);
	put_given(&b, k->wordlist, k->rng, k->boy ? "given-boy" : "given-girl", 75);
	say(k, "name", xtext(&b));
	say(k, "ethnicity", ethnicity);
	buf_free(&b);
}

static bool
called_so_already(const struct gen_child *k)
{
	for (size_t i = 0; i < k->siblings->n; i++)
		if (strcmp(k->siblings->name[i], fact_known(k, "name")) == 0)
			return true;
	return false;
}

/*
 * The name of the child, sometimes a former one; siblings have the same surname and different
 * names.
 */
static void
name_child(struct gen_child *k)
{
	const struct siblings	*siblings = k->siblings;
	struct buf		 b = BUF_INIT;
	int			 tries = 0;

	snprintf(k->mothers, sizeof k->mothers, "%s", word(k, "surname"));
	if (siblings->size == 1 && rng_chance(k->rng, 3)) {	/* there are too few such names for
								   a family */
		whole_name(k, word(k, k->boy ? "whole-boy" : "whole-girl"));
		return;
	}
	if (siblings->n == 0)
		surnamed(k, word(k, "surname"), word(k, "ethnicity"));
	else
		do
			surnamed(k, siblings->surname, siblings->ethnicity);
		while (called_so_already(k) && ++tries < 50);
	buf_puts(&b, rng_chance(k->rng, 50) ? "小" : "阿");
	put_given(&b, k->wordlist, k->rng, k->boy ? "given-boy" : "given-girl", 0);
	say(k, "former_name", rng_chance(k->rng, 5) ? xtext(&b) : NULL);
	buf_free(&b);
}

/* A relative of the child, of this surname. */
static void
name_relative(struct gen_child *k, const char *path, bool male, bool elder, const char *surname)
{
	static const char *const	 lists[2][2] = { { "parent-female", "parent-male" },
	    { "elder-female", "elder-male" } };
	struct buf			 b = BUF_INIT;
	const char			*entry = "";

	if (k->dotted) {
		for (int tries = 0; tries == 0 || (tries < 50 && strstr(entry, "·") == NULL);
		    tries++)
			entry = word(k, male ? "whole-boy" : "whole-girl");
		sayf(k, path, "%.*s", (int)strcspn(entry, " "), entry);
		return;
	}
	buf_puts(&b, surname);
	put_given(&b, k->wordlist, k->rng, lists[elder][male], elder ? 70 : 55);
	say(k, path, xtext(&b));
	buf_free(&b);
}

/* ---- numbers and days ------------------------------------------------------------------------ */

static void
say_citizen(struct gen_child *k, const char *path, int birth, bool male)
{
	struct buf	 b = BUF_INIT;

	do {
		buf_reset(&b);
		buf_printf(&b, "%s%08d%03d", word(k, "citizen-area"), birth,
		    rng_between(k->rng, 0, 499) * 2 + (male ? 1 : 0));
		buf_putc(&b, citizen_check_char(xtext(&b)));
	} while (val_get(k->taken, xtext(&b)) != NULL);
	xput(k->taken, xtext(&b), val_bool(true));
	say(k, path, xtext(&b));
	buf_free(&b);
}

static void
say_phone(struct gen_child *k, const char *path)
{
	sayf(k, path, "%s%04d", word(k, "mobile"), rng_between(k->rng, 0, 9999));
}

static int
years_before(struct gen_child *k, int date, int lo, int hi)
{
	return civil_from_days(civil_days(civil_add(date, -rng_between(k->rng, lo, hi), 'y')) -
	    rng_between(k->rng, 0, 364));
}

/* ---- brothers and sisters -------------------------------------------------------------------- */

/*
 * Parents leave a complete family together; disability and illness concern one child, the others
 * are in a poor family with it.
 */
static enum why
draw_why(struct gen_child *k)
{
	if (k->siblings->left)
		return LEFT_BOTH;
	if (k->siblings->n == 0)
		return (enum why)rng_weighted(k->rng, why_weight, WHYS);
	return k->siblings->why == DISABLED || k->siblings->why == ILL ? POOR :
	    (enum why)k->siblings->why;
}

/* Two to four years between one and the next, with room below for those to come. */
static int
draw_age(struct gen_child *k)
{
	int	 room = 2 * (int)(k->siblings->size - k->siblings->n - 1),
	    spare = k->siblings->age - room, age;

	if (k->siblings->n > 0)
		return k->siblings->age - rng_between(k->rng, 2, spare < 4 ? spare : 4);
	do
		age = rng_weighted(k->rng, age_weight, k->why <= LEFT_ONE ? 16 : 18);
	while (age < room);
	return age;
}

/* After the child is complete: what also holds for its younger siblings. */
static void
join_siblings(struct gen_child *k, const char *guardianship)
{
	struct siblings	*siblings = k->siblings;

	if (siblings->n == 0) {
		siblings->why = k->why;
		siblings->poor = k->poor;
		siblings->entrusted = k->entrusted;
		siblings->guardianship = guardianship;
		snprintf(siblings->surname, sizeof siblings->surname, "%s", k->surname);
		snprintf(siblings->ethnicity, sizeof siblings->ethnicity, "%s",
		    fact_known(k, "ethnicity"));
	}
	siblings->age = k->age;
	snprintf(siblings->name[siblings->n++], sizeof siblings->name[0], "%s",
	    fact_known(k, "name"));
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void
identity(struct gen_child *k)
{
	int	 number = rng_between(k->rng, 1, 100);

	k->boy = rng_chance(k->rng, 53);
	k->why = draw_why(k);
	k->age = draw_age(k);
	k->poor = k->siblings->n > 0 ? k->siblings->poor : k->why < POOR && rng_chance(k->rng, 15);
	k->birth = civil_from_days(civil_days(civil_add(k->at->today, -k->age, 'y')) -
	    rng_between(k->rng, 1, 320));
	name_child(k);
	xput(k->facts, "birth", val_int(k->birth));
	say(k, "sex", k->boy ? "1" : "2");
	if (number > 4)
		say_citizen(k, "citizen_no", k->birth, k->boy);
	else {
		say(k, "citizen_no", NULL);
		say(k, "no_number", number > 2 ? "elsewhere" : "unregistered");
	}
	say(k, "hukou", number > 2 ? "registered" : "unregistered");
	say(k, "no_hukou", number > 1 ? "applied" : "no-certificate");
	say_codes(k, "category", (const char *[]){ category[k->why], k->poor ? "poor" : NULL }, 2);
}

static void
place(struct gen_child *k)
{
	bool	 here = rng_chance(k->rng, 94);

	sayf(k, "address", "%s %d号", word(k, "house"), rng_between(k->rng, 1, 60));
	say_yes(k, "hukou_here", here);
	sayf(k, "hukou_place", "%s%s%s%s", k->at->county, k->at->township, k->at->village,
	    word(k, "house"));
}

static void
body(struct gen_child *k)
{
	say(k, "body", k->why == DISABLED ? "disabled" : k->why == ILL ? "ill" : "healthy");
	say(k, "illness_note", NULL);
}

/* What a child of this age attends; the last column is the most frequent. */
static const struct {
	int		 from, to;
	const char	*school;
	int		 percent, boards;
	const char	*else_;
} schools[] = {
	{ 0,	2,	"none-yet",	100,	0,	"none-yet" },
	{ 3,	5,	"kindergarten",	85,	0,	"none-yet" },
	{ 6,	11,	"primary",	99,	12,	"dropout" },
	{ 12,	14,	"junior",	98,	70,	"dropout" },
	{ 15,	17,	"senior",	45,	85,	"vocational" },
};

static void
schooling(struct gen_child *k)
{
	static const char *const	 years[] = { "一", "二", "三", "四", "五", "六" };
	static const char *const	 stages[] = { "", "", "", "初", "高" };
	size_t				 i = 0;
	const char			*school;

	while (k->age > schools[i].to)
		i++;
	school = rng_chance(k->rng, schools[i].percent) ? schools[i].school : schools[i].else_;
	say(k, "schooling", school);
	say_yes(k, "boarding", rng_chance(k->rng, schools[i].boards));
	if (strcmp(school, "senior") == 0 || strcmp(school, "vocational") == 0)
		say(k, "school", word(k, school));
	else if (i > 0 && strcmp(school, schools[i].school) == 0)
		sayf(k, "school", "%s%s", k->township_stem, word(k, school));
	sayf(k, "class", "%s%s%s%d班", stages[i], years[(k->age - schools[i].from) % 6], i < 3 ?
	    "年级" : "", rng_between(k->rng, 1, 4));
	if (strcmp(school, "kindergarten") == 0)
		say(k, "class", k->age == 3 ? "小班" : k->age == 4 ? "中班" : "大班");
}

static const char *
one_of(struct gen_child *k, const char *const of[], int n)
{
	return of[rng_below(k->rng, (uint64_t)n)];
}

/* The condition of both parents, and which of them are away, by the reason for the file. */
static void
absence(struct gen_child *k)
{
	static const char *const	 gone[] = { "dead", "lost", "prison", "missing" };
	static const char *const	 unable[] = { "ill", "disabled", "dead", "lost" };
	const char			*status = one_of(k, unable, 4);

	k->father = k->mother = "well";
	k->away_both = k->why == LEFT_BOTH;
	k->away_one = k->why == LEFT_ONE;
	k->father_unable = rng_chance(k->rng, 40);
	if (k->why == ORPHAN)
		k->father = k->mother = "dead";
	else if (k->why == UNSUPPORTED) {
		k->father = one_of(k, gone, 4);
		k->mother = one_of(k, gone + 1, 2);
	} else if (k->away_one)
		*(k->father_unable ? &k->father : &k->mother) = status;
	say(k, "away", k->away_both ? "both" : k->away_one ? "one" : "neither");
	say(k, "unable", k->father_unable ? "father" : "mother");
	say(k, "unable_why", strcmp(status, "dead") == 0 || strcmp(status, "lost") == 0 ? "gone" :
	    status);
}

/* Siblings whose parents are away are in the care of the same person. */
static bool
draw_entrusted(struct gen_child *k, const char *kind)
{
	if (k->siblings->n > 0)
		return k->siblings->entrusted;
	if (strcmp(kind, "nobody") == 0)
		return false;
	return strcmp(kind, "carer-weak") == 0 || k->why == ORPHAN || k->why == UNSUPPORTED ||
	    (k->siblings->size > 1 && (k->away_both || k->away_one)) ||
	    rng_chance(k->rng, k->away_both ? 92 : k->away_one ? 55 : 5);
}

static const char *
guardianship(struct gen_child *k)
{
	static const char *const	 kinds[] = { "good", "fair", "carer-weak", "parent-unable",
	    "nobody" };
	static const int		 weights[WHYS][5] = {
		[LEFT_BOTH] = { 46, 40, 12, 0, 2 },	[LEFT_ONE] = { 15, 40, 0, 45, 0 },
		[ORPHAN] = { 60, 40, 0, 0, 0 },		[UNSUPPORTED] = { 30, 60, 0, 0, 10 },
		[POOR] = { 60, 40, 0, 0, 0 },		[DISABLED] = { 50, 50, 0, 0, 0 },
		[ILL] = { 50, 50, 0, 0, 0 },		[NEGLECTED] = { 0, 60, 0, 0, 40 },
	};
	const char	*kind = k->siblings->guardianship;

	while (kind == NULL || (k->siblings->left && strcmp(kind, "nobody") == 0))
		kind = kinds[rng_weighted(k->rng, weights[k->why], 5)];
	k->entrusted = draw_entrusted(k, kind);
	say(k, "guardianship", kind);
	say_yes(k, "entrusted", k->entrusted);
	return kind;
}

/* The fields of one parent: condition, name, numbers, and the place of work. */
static void
parent(struct gen_child *k, const char *group, bool male)
{
	const char	*status = male ? k->father : k->mother, *work = word(k, "work"),
	    *blank = strchr(work, ' ');
	int		 birth = years_before(k, k->birth, male ? 22 : 20, male ? 38 : 34);
	char		 path[64];

#define OF(name)	(snprintf(path, sizeof path, "%s.%s", group, (name)), path)
	say(k, OF("status"), status);
	name_relative(k, OF("name"), male, false, male ? k->surname : k->mothers);
	xput(k->facts, OF("birth"), val_int(birth));
	if (rng_chance(k->rng, 85) && strcmp(status, "unknown") != 0)
		say_citizen(k, OF("citizen_no"), birth, male);
	else
		say(k, OF("citizen_no"), NULL);
	if (strcmp(status, "lost") == 0 || strcmp(status, "missing") == 0 ||
	    strcmp(status, "prison") == 0)
		say(k, OF("phone"), NULL);
	else
		say_phone(k, OF("phone"));
	if (blank != NULL) {
		sayf(k, OF("province"), "%.*s", (int)(blank - work), work);
		say(k, OF("city"), blank + 1);
	}
#undef OF
}

static const struct {
	const char	*group, *relation;
	bool		 male, fathers;
} elders[] = {
	{ "grandfather",		"61",	true,	true },
	{ "grandmother",		"62",	false,	true },
	{ "maternal_grandfather",	"63",	true,	false },
	{ "maternal_grandmother",	"64",	false,	false },
};

static void
grandparent(struct gen_child *k, int i)
{
	int	 parents_birth = (int)val_get_num(k->facts, elders[i].fathers ? "father.birth" :
	    "mother.birth", k->birth);
	char	 path[64];

	snprintf(path, sizeof path, "%s.status", elders[i].group);
	say(k, path, rng_chance(k->rng, 78) ? "living" : elders[i].fathers ||
	    rng_chance(k->rng, 70) ? "dead" : "unknown");
	snprintf(path, sizeof path, "%s.name", elders[i].group);
	name_relative(k, path, elders[i].male, true, !elders[i].male ? word(k, "surname") :
	    elders[i].fathers ? k->surname : k->mothers);
	snprintf(path, sizeof path, "%s.birth", elders[i].group);
	if (rng_chance(k->rng, 70))
		xput(k->facts, path, val_int(years_before(k, parents_birth, 21, 29)));
	else
		say(k, path, NULL);
}

const char *
gen_child_grandparent(const struct val *fields, const char **relation)
{
	for (size_t i = 0; i < sizeof elders / sizeof *elders; i++) {
		const struct val	*elder = val_get(fields, elders[i].group);
		const char		*status = val_get_str(elder, "status"),
		    *name = val_get_str(elder, "name");

		if (status == NULL || strcmp(status, "living") != 0 || name == NULL)
			continue;
		*relation = elders[i].relation;
		return name;
	}
	return NULL;
}

/* The number of every carer of several children is known, and of some others. */
static void
say_carer_number(struct gen_child *k, int birth, bool male)
{
	if (k->siblings->size > 1 || rng_chance(k->rng, 40))
		say_citizen(k, "carer.citizen_no", birth, male);
	else
		say(k, "carer.citizen_no", NULL);
}

static void
elder_cares(struct gen_child *k, int i)
{
	int	 parents_birth = (int)val_get_num(k->facts, elders[i].fathers ? "father.birth" :
	    "mother.birth", k->birth);
	int	 birth = years_before(k, parents_birth, 21, 29);
	char	 path[64];

	snprintf(path, sizeof path, "%s.birth", elders[i].group);
	say_carer_number(k, (int)val_get_num(k->facts, path, birth), elders[i].male);
	snprintf(path, sizeof path, "%s.name", elders[i].group);
	say(k, "carer.relation", elders[i].relation);
	say(k, "carer.name", fact_known(k, path));
}

/* Mostly a grandparent who is alive; else an uncle's wife or an aunt, sometimes a neighbour. */
static void
carer(struct gen_child *k)
{
	static const char *const	 others[] = { "82", "84", "86", "88", "90", "99" };
	char				 path[64];

	say_phone(k, "carer.phone");
	say(k, "carer.address", SAME_HOME);
	for (int i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s.status", elders[i].group);
		if (strcmp(fact_known(k, path), "living") != 0 || rng_chance(k->rng, 25))
			continue;
		elder_cares(k, i);
		return;
	}
	say(k, "carer.relation", one_of(k, others, 6));
	name_relative(k, "carer.name", false, false, word(k, "surname"));
	say_carer_number(k, years_before(k, k->birth, 25, 45), false);
	sayf(k, "carer.address", "%s%s %d号", k->at->village, word(k, "house"),
	    rng_between(k->rng, 1, 60));
}

static void
living(struct gen_child *k)
{
	bool	 hard = k->why != LEFT_BOTH || rng_chance(k->rng, 15);

	say_codes(k, "income", (const char *[]){ k->away_both || k->away_one ? "work" : NULL,
	    rng_chance(k->rng, 55) || !hard ? "farming" : NULL, hard ? "relief" : NULL,
	    k->why == ORPHAN ? "kin" : NULL }, 4);
	say_codes(k, "assistance", (const char *[]){ hard && rng_chance(k->rng, 65) ? "dibao" :
	    NULL,
	    k->why == ILL || (k->why == DISABLED && rng_chance(k->rng, 50)) ? "medical" : NULL,
	    hard && rng_chance(k->rng, 12) ? "temporary" : NULL, hard && rng_chance(k->rng, 5) ?
	    "housing" : NULL }, 4);
}

static void
filling(struct gen_child *k)
{
	say(k, "filler", k->at->filler);
	say(k, "checker", k->at->checker);
	say(k, "unit_head", k->at->head);
	sayf(k, "unit", "%s%s", k->at->village, strstr(k->at->village, "社区") != NULL ?
	    "居民委员会" : "村民委员会");
	say(k, "note", rng_chance(k->rng, 15) ? word(k, "note") : NULL);
}

struct val *
gen_child_facts(const struct gen_child_place *at, const struct wordlist *wordlist, struct rng *rng,
    struct val *taken, struct siblings *siblings)
{
	struct gen_child	 k = { .at = at, .wordlist = wordlist, .rng = rng, .taken = taken,
	    .siblings = siblings, .facts = xcheck(val_map()) };
	const char	*kind;
	struct buf	 stem = BUF_INIT;

	/* 青石镇 → 青石 */
	buf_put(&stem, at->township, strlen(at->township) > 3 ? strlen(at->township) - 3 : 0);
	k.township_stem = xtext(&stem);
	identity(&k);
	place(&k);
	body(&k);
	schooling(&k);
	absence(&k);
	kind = guardianship(&k);
	parent(&k, "father", true);
	parent(&k, "mother", false);
	for (int i = 0; i < 4; i++)
		grandparent(&k, i);
	carer(&k);
	living(&k);
	filling(&k);
	join_siblings(&k, kind);
	buf_free(&stem);
	return k.facts;
}
