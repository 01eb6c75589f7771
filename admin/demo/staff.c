#include "admin/demo/staff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/demo/generate.h"
#include "core/record/pinyin.h"
#include "core/record/account.h"
#include "core/wire/protocol.h"

struct person {
	const struct role	*role;
	struct actor		*actor;
	const char		*area;		/* "" = the county, or none */
};

struct village {
	char			 code[AREA_CODE + 1];
	char			*name, *township;
	char			*filler, *checker, *head;
};

struct staff {
	struct person		*at;
	size_t			 n, cap;
	struct village		*village;
	size_t			 nvillages, village_cap;
	const struct set	*set;
};

struct creating {
	struct staff		*staff;
	struct client		*client;
	struct core		*core;
	const struct wordlist	*wordlist;
	const struct areas	*areas;
	struct rng		 rng;
	struct actor		*by;	/* who grants the role; NULL = the local administrator */
	struct actor		*second;	/* who confirms it */
	struct val		*users;		/* login names in use */
};

/* ---- names ----------------------------------------------------------------------------------- */

/* liushu of 柳树村, songping of 松坪乡, qingshi of 青石社区. */
static void
put_stem(const char *name, struct buf *out)
{
	static const char *const	 kinds[] = { "社区", "街道", "村", "镇", "乡" };
	struct buf			 han = BUF_INIT, py = BUF_INIT;
	size_t				 n = strlen(name);

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t	 k = strlen(kinds[i]);

		if (n > k && strcmp(name + n - k, kinds[i]) == 0) {
			n -= k;
			break;
		}
	}
	buf_put(&han, name, n);
	pinyin_syllables(xtext(&han), &py);
	for (const char *p = xtext(&py); *p != '\0'; p++)
		if (*p != ' ')
			buf_putc(out, *p);
	buf_free(&han);
	buf_free(&py);
}

/* The only person of a role has its name; of several, each has its initials and the place. */
static void
login_name(struct creating *h, const struct role *role, const char *place, struct buf *out)
{
	size_t	 stem;

	if (place == NULL)
		buf_puts(out, role->name);
	else {
		buf_printf(out, "%.3s-", role->name);
		put_stem(place, out);
	}
	stem = out->n;
	for (int i = 2; val_get(h->users, xtext(out)) != NULL; i++) {
		out->p[out->n = stem] = '\0';
		buf_printf(out, "%d", i);
	}
	xput(h->users, xtext(out), val_bool(true));
}

/* ---- accounts -------------------------------------------------------------------------------- */

static struct val *
account_facts(struct creating *h, const struct role *role, const char *user, const char *name,
    const char *area)
{
	struct val	*facts = xcheck(val_map()), *areas;

	xput(facts, "user", val_text(user));
	xput(facts, "name", val_text(name));
	xput(facts, "role", val_text(role->name));
	if (role->level != AREA_COUNTRY) {
		areas = xcheck(val_list());
		xadd(areas, val_text(area));
		xput(facts, "areas", areas);
	}
	xput(facts, "from", val_int(env_today(h->core)));
	xput(facts, "until", val_nil());
	xput(facts, "unit", strcmp(role->name, "partner") == 0 ? val_text("县教育局") : val_nil());
	xput(facts, "note", val_nil());
	return facts;
}

/* The first two come from the server itself; then one proposes and the other confirms. */
static int
grant(struct creating *h, const char *user, struct val *fields)
{
	struct val	*req = client_new_write(h->by != NULL ? "save" : "act", "account"), *reply;
	int		 code;

	xput(req, PK_SET, fields);
	if (h->by == NULL) {
		xput(req, PK_ACT, val_text("confirm"));
		return client_ask(h->client, req, user, NULL);
	}
	if ((code = client_ask_as(h->client, h->by, req, user, &reply)) != EX_OK)
		return code;
	req = client_new_write("act", "account");
	xput(req, PK_ACT, val_text("confirm"));
	xput(req, PK_ID, val_take(reply, "id"));
	xput(req, PK_VER, val_take(reply, "ver"));
	val_free(reply);
	return client_ask_as(h->client, h->second, req, user, NULL);
}

static int
make_account(struct creating *h, const char *user, struct val *facts)
{
	const struct book	*book = set_book(h->core->set, "account");
	struct generator	 in = { .set = h->core->set, .areas = h->areas,
	    .wordlist = h->wordlist, .rng = &h->rng,
				    .today = env_today(h->core), .facts = facts };
	struct buf		 why = BUF_INIT;
	struct val		*fields = generate_record(&in, book, NULL, 0, &why);
	int			 code;

	if (fields == NULL)
		code = report_error(EX_CONFIG,
		    "account %s: the definition leaves no way to a whole record: %s", user,
		    xtext(&why));
	else
		code = grant(h, user, fields);
	buf_free(&why);
	return code;
}

/* A person who grants roles does not grant one to a person of the same name. */
static bool
is_grantor(const struct creating *h, const char *name)
{
	return (h->by != NULL && strcmp(h->by->name, name) == 0) ||
	    (h->second != NULL && strcmp(h->second->name, name) == 0);
}

/* Creates one account and loads its actor. */
static int
create_account(struct creating *h, const struct role *role, const char *area, const char *place,
    char **name)
{
	struct staff	*p = h->staff;
	struct buf	 user = BUF_INIT;
	struct actor	*actor = NULL;
	struct val	*facts;
	enum actor_err	 e;
	int		 code;

	do {
		free(*name);
		*name = gen_child_adult_name(h->wordlist, &h->rng, rng_chance(&h->rng, 55));
	} while (is_grantor(h, *name));
	login_name(h, role, place, &user);
	facts = account_facts(h, role, xtext(&user), *name, area);
	code = make_account(h, user.p, facts);
	if (code == EX_OK && (e = account_load_actor(h->core, user.p, 0, "demo", &actor)) !=
	    ACTOR_OK)
		code = report_error(EX_CONFIG, "account %s: %s", user.p, actor_err_text(e));
	if (code == EX_OK) {
		XROOM(p->at, p->n, &p->cap);
		p->at[p->n++] = (struct person){ role, actor, actor->nscopes > 0 ?
		    scope_area(&actor->scopes[0]) : "" };
	}
	val_free(facts);
	buf_free(&user);
	return code;
}

static int
create_one(struct creating *h, const char *role)
{
	const struct role	*r = set_role(h->core->set, role);
	char			*name = NULL;
	int			 code;

	if (r == NULL)
		return EX_OK;
	code = create_account(h, r, h->core->set->county_code, NULL, &name);
	free(name);
	return code;
}

/* One person for each area of the role's level. Directors fill in the forms of their village. */
static int
create_for_places(struct creating *h, const struct role *role)
{
	int	 code = EX_OK;

	for (size_t i = 0; code == EX_OK && i < areas_count(h->areas); i++) {
		const char	*area = areas_code(h->areas, i);
		char		*name = NULL;

		if (area_level(area) != role->level)
			continue;
		code = create_account(h, role, area, areas_name(h->areas, i), &name);
		for (size_t k = 0; k < h->staff->nvillages; k++)
			if (strcmp(h->staff->village[k].code, area) == 0 &&
			    h->staff->village[k].filler == NULL) {
				h->staff->village[k].filler = name;
				name = NULL;
			}
		free(name);
	}
	return code;
}

static bool
is_first(const char *role)
{
	return strcmp(role, "sysadmin") == 0 || strcmp(role, "secadmin") == 0;
}

static int
create_all(struct creating *h)
{
	const struct set	*set = h->core->set;
	int			 code;

	if ((code = create_one(h, "sysadmin")) != EX_OK ||
	    (code = create_one(h, "secadmin")) != EX_OK)
		return code;
	h->by = staff_find(h->staff, set_role(set, "secadmin") != NULL ?
	    ROLE_BIT(set_role(set, "secadmin")) : 0, 0);
	h->second = staff_find(h->staff, set_role(set, "sysadmin") != NULL ?
	    ROLE_BIT(set_role(set, "sysadmin")) : 0, 0);
	for (size_t i = 0; code == EX_OK && i < set->nroles; i++) {
		const struct role	*role = &set->roles[i];

		if (is_first(role->name))
			continue;
		code = role->level == AREA_VILLAGE || role->level == AREA_TOWNSHIP ?
		    create_for_places(h, role) : create_one(h, role->name);
	}
	return code;
}

/* ---- villages -------------------------------------------------------------------------------- */

static char *
name_at(const struct areas *areas, const char *code)
{
	size_t	 i = areas_find(areas, code);

	return xcheck(strdup(i != SIZE_MAX ? areas_name(areas, i) : code));
}

static void
settle_villages(struct creating *h)
{
	struct staff	*p = h->staff;
	char		 parent[AREA_CODE + 1];

	for (size_t i = 0; i < areas_count(h->areas); i++) {
		const char	*code = areas_code(h->areas, i);

		if (area_level(code) != AREA_VILLAGE ||
		    areas_retired(h->areas, i, env_today(h->core)) || !area_parent(code, parent))
			continue;
		XROOM(p->village, p->nvillages, &p->village_cap);
		struct village	*v = &p->village[p->nvillages++];

		*v = (struct village){ .name = name_at(h->areas, code) };
		memcpy(v->code, code, sizeof v->code);
		v->township = name_at(h->areas, parent);
		v->checker = gen_child_adult_name(h->wordlist, &h->rng, rng_chance(&h->rng, 50));
		v->head = gen_child_adult_name(h->wordlist, &h->rng, rng_chance(&h->rng, 70));
	}
}

int
staff_create(struct client *client, const struct wordlist *wordlist, uint64_t seed,
    struct staff **out)
{
	struct creating	 h = { .client = client, .core = client_core(client), .wordlist = wordlist,
	    .rng = { seed + 1 } };
	struct form_ctx	 ctx;
	int		 code = EX_OK;

	h.staff = *out = xcheck(calloc(1, sizeof **out));
	h.staff->set = h.core->set;
	h.users = xcheck(val_map());
	env_ctx_acquire(h.core, LANG_EN, &ctx);
	h.areas = ctx.areas;
	settle_villages(&h);
	env_ctx_release(h.core);
	if (h.staff->nvillages == 0)
		code = report_error(EX_CONFIG,
		    "there are no villages on record; \"area load\" enters them");
	else
		code = create_all(&h);
	val_free(h.users);
	return code;
}

void
staff_free(struct staff *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++)
		actor_unref(p->at[i].actor);
	for (size_t i = 0; i < p->nvillages; i++) {
		free(p->village[i].name);
		free(p->village[i].township);
		free(p->village[i].filler);
		free(p->village[i].checker);
		free(p->village[i].head);
	}
	free(p->at);
	free(p->village);
	free(p);
}

size_t
staff_count(const struct staff *p)
{
	return p->n;
}

/* ---- lookup ---------------------------------------------------------------------------------- */

size_t
staff_villages(const struct staff *p)
{
	return p->nvillages;
}

const char *
staff_village(const struct staff *p, size_t i)
{
	return p->village[i].code;
}

struct gen_child_place
staff_place(const struct staff *p, size_t i, int today)
{
	const struct village	*v = &p->village[i];

	return (struct gen_child_place){ .county = p->set->county.zh, .township = v->township,
	    .village = v->name,
	    .filler = v->filler != NULL ? v->filler : v->checker, .checker = v->checker,
	    .head = v->head, .today = today };
}

struct actor *
staff_find(const struct staff *p, roles_t roles, size_t village)
{
	for (size_t i = 0; i < p->n; i++)
		if ((roles & ROLE_BIT(p->at[i].role)) != 0 && (p->at[i].area[0] == '\0' ||
		    area_within(p->village[village].code, p->at[i].area)))
			return p->at[i].actor;
	return NULL;
}
