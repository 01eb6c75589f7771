#include "core/save/save.h"

#include <stdlib.h>

#include "core/record/link.h"
#include "forms/idset.h"
#include "forms/vec.h"

/*
 * A person's new telephone number, entered in one child's file, is also changed in the person's own
 * record and in every file that links to this person; one entered in the person's record is changed
 * in the files. All in the transaction of the save, each as its own version, and none of them when
 * one cannot be changed.
 */
#define PROPAGATE_MAX	200		/* records in one save */

struct target_rec {
	struct rec	*old, *now;
	bool		 refused;	/* reported already */
};

struct propagation {
	struct target_rec	*at;
	size_t			 n, cap;
	struct idset		 ids;		/* of the records in `at`, in the same order */
};

/* The value being propagated. */
struct origin {
	struct store_txn	*txn;
	struct save		*s;
	const char		*path;		/* the field of the saved record: problems are shown
						   there */
	const struct book	*book;		/* of the record that the link names */
	uint64_t		 target;	/* its id */
	const struct field	*from;		/* its field */
	const struct val	*value;	/* NULL = emptied; a copy, because the record may change */
	const struct form_ctx	*ctx;
	int			 r;
};

void
save_propagate_free(struct save *s)
{
	for (size_t i = 0; s->propagation != NULL && i < s->propagation->n; i++) {
		rec_free(s->propagation->at[i].old);
		rec_free(s->propagation->at[i].now);
	}
	if (s->propagation != NULL) {
		idset_free(&s->propagation->ids);
		free(s->propagation->at);
	}
	free(s->propagation);
	s->propagation = NULL;
}

/* ---- records that share the value ------------------------------------------------------------ */

static struct target_rec *
add_target(struct origin *h, uint64_t id)
{
	struct propagation	*sp = h->s->propagation;
	size_t			 known = idset_find(&sp->ids, id);
	struct target_rec	 new = { .refused = false };

	if (known != IDSET_NONE)
		return &sp->at[known];
	if (sp->n == PROPAGATE_MAX) {
		problem_add(&h->s->problems, h->path,
		    N_("More than {1} records share this; it cannot be changed in all of them "
		    "at once."), ARG_NUM, (int64_t)PROPAGATE_MAX, ARG_END);
		h->r = REFUSED_INVALID;
		return NULL;
	}
	if (rec_get(h->s->core, h->txn, id, &new.old) != REC_OK ||
	    (new.now = rec_dup(new.old)) == NULL)
		h->r = STORE_BAD;
	else if (!VEC_ROOM(sp->at, sp->n, &sp->cap) || !idset_add(&sp->ids, id, NULL))
		h->r = STORE_SYS;
	if (h->r != 0) {
		rec_free(new.old);
		rec_free(new.now);
		return NULL;
	}
	sp->at[sp->n] = new;
	return &sp->at[sp->n++];
}

/*
 * A record out of reach is refused even where its value is equal: otherwise a series of saves with
 * different values could find out its content.
 */
static void
refuse_unseen(struct origin *h, const struct target_rec *p)
{
	struct problems	 ps = PROBLEMS_INIT;
	char		 place[AREA_CODE + 1];

	if ((h->r = save_foreign_area(h->s, p->old, h->path, place)) != 0)
		return;
	if (place[0] != '\0')
		problem_add(&ps, h->path,
		    N_("A record in {1} shares this, out of your reach. Change only this record, or ask who "
		    "answers for that place."), ARG_AREA, place, ARG_END);
	else
		problem_add(&ps, h->path,
		    N_("A record out of your reach shares this. Change only this record, or ask the county "
		    "office."), ARG_END);
	for (size_t i = 0; i < ps.n; i++)
		save_add_problem(&h->s->problems, &ps.at[i]);
	h->s->problems.bad |= ps.bad;
	problems_free(&ps);
}

static void
refuse_target(struct origin *h, struct target_rec *p, const char *say)
{
	struct buf	 title = BUF_INIT;

	if (p->refused)
		return;
	p->refused = true;
	if (!access_allowed(h->s->actor, ACCESS_SEE, p->old, NULL)) {
		refuse_unseen(h, p);
		return;
	}
	record_title(p->old->book, p->old->fields, h->ctx, &title);
	problem_add(&h->s->problems, h->path, say, ARG_TEXT, buf_str(&title), ARG_END);
	buf_free(&title);
}

static bool
change_allowed(const struct save *s, const struct rec *rec, const struct field *f)
{
	return access_allowed(s->actor, ACCESS_WRITE, rec, NULL) &&
	    access_change_field(s->actor, rec, f);
}

static bool
put_value(struct val *fields, const struct field *f, const struct val *v)
{
	struct val	*group;

	if (v != NULL)
		return val_set(fields, f->path, val_dup(v));
	if (f->group == NULL)
		val_drop(fields, f->name);
	else if ((group = val_get(fields, f->group->name)) != NULL) {
		val_drop(group, f->name);
		if (val_len(group) == 0)
			val_drop(fields, f->group->name);
	}
	return true;
}

static void
propagate_to(struct origin *h, uint64_t id, const struct field *f)
{
	struct target_rec	*p = add_target(h, id);
	bool		 seen = p != NULL && access_allowed(h->s->actor, ACCESS_SEE, p->old, NULL);

	/* a merged record is not changed: its links have moved to the record it was merged into */
	if (p == NULL || rec_merged(p->old) ||
	    (seen && val_same(val_find(p->now->fields, f->path), h->value)))
		return;
	if (!seen || !change_allowed(h->s, p->old, f))
		refuse_target(h, p,
		    N_("{1} shares this and cannot be changed by you as it stands. Change only this record."));
	else if (!put_value(p->now->fields, f, h->value))
		h->r = STORE_SYS;
}

static bool
add_id(uint64_t id, void *arg)
{
	return val_add(arg, val_int((int64_t)id));
}

/*
 * Another link of the saved record names the same target: its fields follow too, unless they were
 * changed as well.
 */
static void
propagate_to_self(struct origin *h, const struct field *f)
{
	struct save	*s = h->s;

	if (val_same(val_find(s->old->fields, f->path), val_find(s->now->fields, f->path)) &&
	    change_allowed(s, s->old, f) && !put_value(s->now->fields, f, h->value))
		h->r = STORE_SYS;
}

static void
propagate_through_link(struct origin *h, const struct field *link, const struct autofill *autofill)
{
	struct val	*ids = val_list();

	if (ids == NULL || link_each(h->s->core, h->txn, link, h->target, add_id, ids) != STORE_OK)
		h->r = STORE_SYS;
	for (size_t i = 0; h->r == 0 && i < val_len(ids); i++) {
		uint64_t	 id = (uint64_t)val_num(val_at(ids, i), 0);

		if (id == h->s->now->id)
			propagate_to_self(h, autofill->target);
		else
			propagate_to(h, id, autofill->target);
	}
	val_free(ids);
}

/* To all records with a link to the target that fills from this field. */
static void
propagate_value(struct origin *h)
{
	const struct set	*set = h->s->core->set;

	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++) {
			const struct field	*link = set->books[b].all[i];

			for (size_t k = 0; h->r == 0 && link->link_book == h->book &&
			    k < link->nautofills; k++)
				if (link->autofills[k].source == h->from)
					propagate_through_link(h, link, &link->autofills[k]);
		}
}

/* ---- changed values -------------------------------------------------------------------------- */

static bool
changed(const struct save *s, const struct field *f)
{
	return !val_same(val_find(s->old->fields, f->path), val_find(s->now->fields, f->path));
}

/*
 * Propagates the value of a field of the saved record to all records that share it; with `up` also
 * to the target of the link.
 */
static void
propagate_field(struct origin *h, const struct field *at, bool up)
{
	struct val	*value = val_dup(val_find(h->s->now->fields, at->path));

	h->path = at->path;
	h->value = value;
	if (up)
		propagate_to(h, h->target, h->from);
	if (h->r == 0)
		propagate_value(h);
	h->value = NULL;
	val_free(value);
}

/* A field filled by a link that was there before and has not changed. */
static void
propagate_up(struct origin *h, const struct field *link)
{
	const struct val	*to = val_find(h->s->now->fields, link->path);

	h->book = link->link_book;
	h->target = (uint64_t)val_num(to, 0);
	for (size_t i = 0; h->r == 0 && h->target != 0 && !changed(h->s, link) &&
	    i < link->nautofills; i++) {
		const struct autofill	*autofill = &link->autofills[i];

		if (!changed(h->s, autofill->target))
			continue;
		h->from = autofill->source;
		propagate_field(h, autofill->target, true);
	}
}

/* A field of the linked record itself. */
static void
propagate_down(struct origin *h)
{
	h->book = h->s->book;
	h->target = h->s->now->id;
	for (size_t i = 0; h->r == 0 && i < h->s->book->nall; i++) {
		h->from = h->s->book->all[i];
		if (h->from->fields == NULL && changed(h->s, h->from))
			propagate_field(h, h->from, false);
	}
}

/* ---- checks of the other records ------------------------------------------------------------- */

static bool
blocks(const struct problems *ps, const struct val *paths, bool gaps_too)
{
	for (size_t i = 0; i < ps->n; i++)
		if ((gaps_too || !ps->at[i].gap) && !ps->at[i].warn && ps->at[i].field != NULL &&
		    val_has(paths, ps->at[i].field))
			return true;
	return false;
}

static bool
has_duplicate(struct origin *h, const struct rec *rec)
{
	uint64_t	 id = 0;

	for (size_t i = 0; h->r == 0 && id == 0 && i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		const struct val	*v = f->unique ? val_find(rec->fields, f->path) : NULL;

		if (v != NULL && query_unique(h->s->core, h->txn, f, v, rec->id, &id) != STORE_OK)
			h->r = STORE_SYS;
	}
	return id != 0;
}

/* The target must be valid afterwards, as in a save of its own, in the fields that changed. */
static void
validate_target(struct origin *h, struct target_rec *p)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*paths;

	if (!check_derive(p->now->book, p->now->fields, p->now->state->name, false, NULL, h->ctx) ||
	    (paths = change_paths(p->now->book, p->old->fields, p->now->fields)) == NULL) {
		h->r = STORE_SYS;
		return;
	}
	check_record(p->now->book, p->now->fields, p->now->state->name, h->ctx, &ps);
	if (blocks(&ps, paths, !p->now->state->open) || has_duplicate(h, p->now) ||
	    !access_allowed(h->s->actor, ACCESS_SEE_BY_SCOPE, p->now, NULL))
		refuse_target(h, p,
		    N_("{1} shares this, but with the change it would not be in order. Change only this record, "
		    "then that one by itself."));
	problems_free(&ps);
	val_free(paths);
}

int
save_propagate(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	struct origin	 h = { .txn = txn, .s = s, .ctx = ctx };

	if (!s->propagate || s->old == NULL)
		return 0;
	if ((s->propagation = calloc(1, sizeof *s->propagation)) == NULL)
		return STORE_SYS;
	propagate_down(&h);
	for (size_t i = 0; h.r == 0 && i < s->book->nall; i++)
		if (s->book->all[i]->nautofills > 0)
			propagate_up(&h, s->book->all[i]);
	for (size_t i = 0; h.r == 0 && i < s->propagation->n; i++)
		if (!s->propagation->at[i].refused &&
		    !val_same(s->propagation->at[i].old->fields, s->propagation->at[i].now->fields))
			validate_target(&h, &s->propagation->at[i]);
	return h.r;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Names the saved record, for the trail entries of the others. */
static struct val *
source_of(const struct save *s)
{
	struct val	*from = val_map();

	if (val_put(from, "book", val_text(s->book->name)) &&
	    val_put(from, "id", val_int((int64_t)s->now->id)) &&
	    val_put(from, "number", val_text(s->now->number)) &&
	    val_put(from, "ver", val_int((int64_t)s->now->ver)))
		return from;
	val_free(from);
	return NULL;
}

/*
 * Repeats the change on the record as the save left it: it may be a child of the saved record, and
 * have moved with it.
 */
static int
rebase_target(const struct save *s, struct target_rec *p)
{
	struct val	*paths = change_paths(p->now->book, p->old->fields, p->now->fields);
	struct rec	*old = NULL, *now = NULL;
	bool		 ok;

	ok = paths != NULL && rec_get(s->core, s->w.txn, p->now->id, &old) == REC_OK &&
	    (now = rec_dup(old)) != NULL;
	for (size_t i = 0; ok && i < val_len(paths); i++) {
		const struct field	*f = book_field(now->book, val_str(val_at(paths, i)));

		ok = put_value(now->fields, f, val_find(p->now->fields, f->path));
	}
	val_free(paths);
	if (!ok) {
		rec_free(old);
		rec_free(now);
		return STORE_SYS;
	}
	rec_free(p->old);
	rec_free(p->now);
	p->old = old;
	p->now = now;
	return 0;
}

static int
write_target(const struct save *s, struct target_rec *p)
{
	struct change	 c = { .act = "spread" };
	struct val	*from;
	int		 r;

	if ((r = rebase_target(s, p)) != 0)
		return r;
	if ((from = source_of(s)) == NULL)
		return STORE_SYS;
	c.old = p->old;
	c.now = p->now;
	c.source = from;
	r = (int)change_write(&s->w, (struct change *[]){ &c }, 1);
	val_free(from);
	return r;
}

int
save_propagate_write(struct save *s)
{
	int	 r = 0;

	for (size_t i = 0; r == 0 && s->propagation != NULL && i < s->propagation->n; i++) {
		struct target_rec	*p = &s->propagation->at[i];

		if (val_same(p->old->fields, p->now->fields))
			continue;
		r = write_target(s, p);
		s->npropagated += r == 0;
	}
	return r;
}
