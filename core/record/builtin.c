#include "core/record/builtin.h"

#include <string.h>

#include "core/record/index.h"
#include "core/record/query.h"
#include "forms/fold.h"

/* ---- one record alone ------------------------------------------------------------------------ */

static void
check_place(const struct val *fields, const struct form_ctx *ctx, struct problems *ps)
{
	const char	*code = val_get_str(fields, "code");

	if (code == NULL)
		return;				/* the definition reports an empty field */
	if (!area_valid(code))
		problem_add(ps, "code", N_("{1} is no area code; it has 12 digits"), ARG_TEXT, code,
		    ARG_END);
	else if (!area_within(code, ctx->set->county_code))
		problem_add(ps, "code",
		    N_("{1} does not lie in this county; its codes begin with {2}"), ARG_TEXT, code,
		    ARG_TEXT, ctx->set->county_code, ARG_END);
}

/* The definition may have reported it already. */
static bool
has_problem(const struct problems *ps, const char *field)
{
	for (size_t i = 0; i < ps->n; i++)
		if (ps->at[i].field != NULL && strcmp(ps->at[i].field, field) == 0)
			return true;
	return false;
}

static void
check_areas(const struct role *role, const struct val *areas, struct problems *ps)
{
	static const char *const	 says[] = {
		[AREA_COUNTY] = N_("{1} is granted for the county; {2} is none"),
		[AREA_TOWNSHIP] = N_("{1} is granted for townships; {2} is none"),
		[AREA_VILLAGE] = N_("{1} is granted for villages; {2} is none"),
	};

	for (size_t i = 0; i < val_len(areas); i++) {
		const char	*code = val_str(val_at(areas, i));

		if (code != NULL && area_level(code) != role->level)
			problem_add(ps, "areas", says[role->level], ARG_CODE, "roles", role->name,
			    ARG_AREA, code, ARG_END);
	}
	if (val_len(areas) == 0 && role->level > AREA_COUNTY && !has_problem(ps, "areas"))
		problem_add(ps, "areas", N_("{1} needs the places it is granted for"), ARG_CODE,
		    "roles", role->name, ARG_END);
}

static void
check_grant(const struct val *fields, const struct form_ctx *ctx, struct problems *ps)
{
	const char		*name = val_get_str(fields, "role");
	const struct role	*role = name != NULL ? set_role(ctx->set, name) : NULL;

	if (role != NULL && role->level >= AREA_COUNTY)
		check_areas(role, val_get(fields, "areas"), ps);
}

void
builtin_check(const struct book *book, const struct val *fields, const struct form_ctx *ctx,
    struct problems *ps)
{
	if (strcmp(book->name, "area") == 0)
		check_place(fields, ctx, ps);
	else if (strcmp(book->name, "account") == 0)
		check_grant(fields, ctx, ps);
}

/* ---- among the others ------------------------------------------------------------------------ */

static enum store_err
check_parent(struct core *core, struct store_txn *txn, const struct rec *rec, struct problems *ps)
{
	const char	*code = val_get_str(rec->fields, "code");
	char		 parent[AREA_CODE + 1];
	struct val	*v;
	uint64_t	 id = 0;
	enum store_err	 e;

	if (code == NULL || !area_parent(code, parent) || strcmp(code, core->set->county_code) == 0)
		return STORE_OK;
	v = val_text(parent);
	e = v == NULL ? STORE_SYS : query_unique(core, txn, book_field(rec->book, "code"), v, 0,
	    &id);
	if (e == STORE_OK && id == 0)
		problem_add(ps, "code",
		    N_("{1}, in which it lies, is not on record; enter that first"), ARG_TEXT,
		    parent, ARG_END);
	val_free(v);
	return e;
}

struct holder_check {
	struct core		*core;
	int			 today;
	const struct role	*role;
	const char		*name;
	struct problems		*ps;
};

static const struct role *
role_of(const struct set *set, const struct rec *account)
{
	const char	*name = val_get_str(account->fields, "role");

	return name != NULL ? set_role(set, name) : NULL;
}

static bool
has_ended(const struct rec *account, int today)
{
	return strcmp(account->state->name, "active") != 0 ||
	    val_get_num(account->fields, "until", INT64_MAX) < today;
}

static void
compare_holder(const struct rec *other, void *arg)
{
	struct holder_check		*h = arg;
	const char		*name = val_get_str(other->fields, "name"),
	    *role = val_get_str(other->fields, "role");
	const struct role	*r = role != NULL ? set_role(h->core->set, role) : NULL;

	if (r == NULL || !actor_same_name(name, h->name) || has_ended(other, h->today))
		return;
	if ((h->role->excludes & ROLE_BIT(r)) != 0 || (r->excludes & ROLE_BIT(h->role)) != 0)
		problem_add(h->ps, "role",
		    N_("{1} is {2} already, as {3}: one person never holds both. If these are two "
		    "people, write the name so that they can be told apart."), ARG_TEXT, name,
		    ARG_CODE, "roles", role, ARG_TEXT, val_get_str(other->fields, "user"), ARG_END);
}

/*
 * Calls fn with all accounts except `self`. Roles that exclude each other are few and rarely
 * granted, so reading all accounts is fast enough.
 */
struct walk {
	struct core		*core;
	struct store_txn	*txn;
	uint64_t		 self;
	void			 (*fn)(const struct rec *, void *);
	void			*arg;
	enum store_err		 e;
};

static bool
account_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct walk	*walk = arg;
	uint64_t	 id = index_key_record(key, klen);
	struct rec	*other;

	(void)p;
	(void)n;
	if (id == walk->self)
		return true;
	if (rec_get(walk->core, walk->txn, id, &other) != REC_OK) {
		walk->e = STORE_BAD;
		return false;
	}
	walk->fn(other, walk->arg);
	rec_free(other);
	return true;
}

static enum store_err
each_account(struct core *core, struct store_txn *txn, const struct rec *self,
    void (*fn)(const struct rec *, void *), void *arg)
{
	struct walk	 walk = { core, txn, self->id, fn, arg, STORE_OK };
	struct buf	 lo = BUF_INIT, hi = BUF_INIT;
	enum store_err	 e = STORE_SYS;

	buf_put_u32(&lo, index_catalog_unique(core->index_catalog,
	    book_field(self->book, "user"))->id);
	buf_put(&hi, lo.p, lo.n);
	index_key_end(&hi);
	if (!lo.bad && !hi.bad)
		e = store_scan(core->store, txn, STORE_IDX,
		    &(struct store_range){ .lo = lo.p, .lolen = lo.n, .hi = hi.p,
		    .hilen = hi.n, .keys_only = true }, account_each, &walk);
	buf_free(&lo);
	buf_free(&hi);
	return e != STORE_OK ? e : walk.e;
}

static bool
excludes_any(const struct set *set, const struct role *role)
{
	roles_t	 mask = role->excludes;

	for (size_t i = 0; i < set->nroles; i++)
		mask |= set->roles[i].excludes & ROLE_BIT(role);
	return mask != 0;
}

static enum store_err
check_holder(struct core *core, struct store_txn *txn, int today, const struct rec *rec,
    struct problems *ps)
{
	const struct role	*role = role_of(core->set, rec);
	struct holder_check		 h = { core, today, role, val_get_str(rec->fields, "name"),
	    ps };

	if (role == NULL || h.name == NULL || !excludes_any(core->set, role))
		return STORE_OK;
	return each_account(core, txn, rec, compare_holder, &h);
}

/* ---- the last one of a role ------------------------------------------------------------------ */

struct last_holder {
	const struct set	*set;
	const struct role	*role;
	int			 today;
	size_t			 n;		/* accounts that hold it in force */
};

static bool
in_force(const struct last_holder *s, const struct rec *account, const struct state *state)
{
	return role_of(s->set, account) == s->role && strcmp(state->name, "active") == 0 &&
	    val_get_num(account->fields, "from", 0) <= s->today &&
	    val_get_num(account->fields, "until", INT64_MAX) >= s->today;
}

static void
count_holder(const struct rec *other, void *arg)
{
	struct last_holder	*s = arg;

	s->n += in_force(s, other, other->state);
}

static enum store_err
check_last(struct core *core, struct store_txn *txn, int today, const struct rec *was,
    const struct rec *now, const struct state *to, struct problems *ps)
{
	struct last_holder	 s = { core->set, role_of(core->set, was), today, 0 };
	enum store_err	 e;

	if (s.role == NULL || !excludes_any(core->set, s.role) || !in_force(&s, was, was->state) ||
	    in_force(&s, now, to))
		return STORE_OK;
	e = each_account(core, txn, was, count_holder, &s);
	if (e == STORE_OK && s.n == 0)
		problem_add(ps, "role",
		    N_("This is the only {1} whose account is in force. Give the role to somebody else first."),
		    ARG_CODE, "roles", s.role->name, ARG_END);
	return e;
}

enum store_err
builtin_check_change(struct core *core, struct store_txn *txn, int today, const struct rec *was,
    const struct rec *now, const struct state *to, struct problems *ps)
{
	if (was == NULL || strcmp(was->book->name, "account") != 0)
		return STORE_OK;
	return check_last(core, txn, today, was, now, to, ps);
}

/* ---- all of it ------------------------------------------------------------------------------- */

enum store_err
builtin_check_others(struct core *core, struct store_txn *txn, int today, const struct rec *rec,
    const struct state *state, struct problems *ps)
{
	if (strcmp(rec->book->name, "area") == 0)
		return check_parent(core, txn, rec, ps);
	if (strcmp(rec->book->name, "account") == 0 && strcmp(state->name, "active") == 0)
		return check_holder(core, txn, today, rec, ps);
	return STORE_OK;
}
