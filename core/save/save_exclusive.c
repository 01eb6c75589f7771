#include "core/save/save.h"

#include "core/record/children.h"
#include "forms/pred.h"

/*
 * Rules that allow at most one such record under a parent: one confirmation in force for a child.
 * All children of the parent are read, in the transaction of the save, so two saves at the same
 * time cannot both pass.
 */
struct exclusive_search {
	struct core		*core;
	struct store_txn	*txn;
	const struct only_one	*only;
	const struct rec	*rec;		/* the record that would be the second */
	int			 today;
	struct rec		*other;		/* the record found, owned; NULL = none */
	enum store_err		 e;
};

static bool
counts(const struct only_one *only, const struct rec *rec, const struct state *state, int today)
{
	const struct pred_ctx	 ctx = { rec->fields, NULL, state->name, today };

	return pred_holds(only->where, &ctx);
}

static bool
same_kind(const struct only_one *only, const struct rec *a, const struct rec *b)
{
	for (size_t i = 0; i < only->nper; i++) {
		const struct val	*x = val_find(a->fields, only->per[i]->path),
		    *y = val_find(b->fields, only->per[i]->path);

		if (type_value_empty(x) ? !type_value_empty(y) : !val_same(x, y))
			return false;
	}
	return true;
}

static bool
compare_one(uint64_t id, int day, void *arg)
{
	struct exclusive_search	*s = arg;
	struct rec	*rec;

	(void)day;
	if (id == s->rec->id)
		return true;
	if (rec_get(s->core, s->txn, id, &rec) != REC_OK) {
		s->e = STORE_BAD;
		return false;
	}
	if (!rec_merged(rec) && counts(s->only, rec, rec->state, s->today) &&
	    same_kind(s->only, rec, s->rec))
		s->other = rec;
	else
		rec_free(rec);
	return s->other == NULL;
}

/* The child of `parent` beside which there may be no `rec`; *other NULL: none. */
static int
find_other(struct store_txn *txn, const struct save *s, const struct only_one *only,
    uint64_t parent, const struct rec *rec, int today, struct rec **other)
{
	struct exclusive_search	 k = { s->core, txn, only, rec, today, NULL, STORE_OK };
	enum store_err	 e = child_each(s->core, txn, rec->book, parent, compare_one, &k);

	*other = k.other;
	return (int)(e != STORE_OK ? e : k.e);
}

/* A person who may not see the other record is told the rule only. */
static struct problem *
add_rule_problem(const struct save *s, const struct only_one *only, const struct rec *other,
    const struct form_ctx *ctx, struct problems *ps)
{
	const char	*say = LABEL(only->say, s->lang);
	struct buf	 title = BUF_INIT;
	struct problem	*p;

	if (access_allowed(s->actor, ACCESS_SEE, other, NULL))
		record_title(other->book, other->fields, ctx, &title);
	if (title.n > 0)
		p = problem_add(ps, NULL, N_("{1} (on record: {2})"), ARG_TEXT, say, ARG_TEXT,
		    buf_str(&title), ARG_END);
	else
		p = problem_add(ps, NULL, "{1}", ARG_TEXT, say, ARG_END);
	ps->bad |= title.bad;
	buf_free(&title);
	return p;
}

/*
 * Records that already break the rule can still be changed: only a record that newly becomes a
 * second one is refused.
 */
static bool
becomes(const struct only_one *only, const struct rec *was, const struct rec *rec,
    const struct state *to, int today)
{
	return counts(only, rec, to, today) &&
	    (was == NULL || !counts(only, was, was->state, today) || !same_kind(only, was, rec));
}

int
save_exclusive_check(struct store_txn *txn, const struct save *s, const struct rec *was,
    const struct rec *rec, const struct state *to, const struct form_ctx *ctx, struct problems *ps)
{
	int	 r = 0;

	for (size_t i = 0; r == 0 && i < rec->book->nonly; i++) {
		const struct only_one	*only = &rec->book->only[i];
		struct rec		*other = NULL;
		struct problem		*p;

		if (!becomes(only, was, rec, to, ctx->today))
			continue;
		r = find_other(txn, s, only,
		    (uint64_t)val_get_num(rec->fields, rec->book->under->name, 0), rec, ctx->today,
		    &other);
		if (r == 0 && other != NULL &&
		    (p = add_rule_problem(s, only, other, ctx, ps)) != NULL)
			p->act = s->act != NULL && rec == s->now;
		rec_free(other);
	}
	return r;
}

/* ---- merging two parents --------------------------------------------------------------------- */

struct merge_check {
	struct store_txn	*txn;
	struct save		*s;
	uint64_t		 to;
	const struct form_ctx	*ctx;
	int			 r;
};

/* Checks one child record that a merge would give to another parent. */
static bool
check_merged_child(uint64_t id, int day, void *arg)
{
	struct merge_check	*j = arg;
	struct rec	*rec, *other;

	(void)day;
	if (rec_get(j->s->core, j->txn, id, &rec) != REC_OK) {
		j->r = STORE_BAD;
		return false;
	}
	for (size_t i = 0; j->r == 0 && !rec_merged(rec) && i < rec->book->nonly; i++) {
		if (!counts(&rec->book->only[i], rec, rec->state, j->ctx->today))
			continue;
		j->r = find_other(j->txn, j->s, &rec->book->only[i], j->to, rec, j->ctx->today,
		    &other);
		if (other != NULL)
			add_rule_problem(j->s, &rec->book->only[i], other, j->ctx, &j->s->problems);
		rec_free(other);
	}
	rec_free(rec);
	return j->r == 0;
}

int
save_exclusive_check_merge(struct store_txn *txn, struct save *s, uint64_t from, uint64_t to,
    const struct form_ctx *ctx)
{
	struct merge_check	 j = { txn, s, to, ctx, 0 };
	int		 r = 0;

	for (size_t i = 0; r == 0 && i < s->core->set->nbooks; i++) {
		const struct book	*book = &s->core->set->books[i];

		if (book->nonly == 0 || book->under->link_book != s->book)
			continue;
		if ((r = (int)child_each(s->core, txn, book, from, check_merged_child, &j)) == 0)
			r = j.r;
	}
	return r;
}
