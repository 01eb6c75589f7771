#include "core/record/merge.h"

#include "core/record/link.h"
#include "core/record/children.h"
#include "forms/idset.h"

enum rec_err
merge_survivor(struct core *core, struct store_txn *txn, struct rec **rec)
{
	enum rec_err	 e = REC_OK;
	uint64_t	 id;

	while (e == REC_OK && rec_merged(*rec)) {
		id = (uint64_t)val_get_num((*rec)->env, "into", 0);
		rec_free(*rec);
		*rec = NULL;
		e = rec_get(core, txn, id, rec);
	}
	return e;
}

/* ---- one version ----------------------------------------------------------------------------- */

struct val *
merge_because(const struct rec *with, const char *why)
{
	struct val	*because = val_map(), *w = val_map();
	bool		 ok;

	ok = val_put(w, "id", val_int((int64_t)with->id)) &&
	    val_put(w, "number", val_text(with->number));
	if (val_put(because, "with", w) && ok && val_put(because, "why", val_text(why)))
		return because;
	val_free(because);
	return NULL;
}

/* All records move, but the reply counts only those visible to the actor. */
static bool
count_moved(struct merge_move *m, const struct rec *old)
{
	const struct book	*book = old->book;

	return !access_allowed(m->w->actor, ACCESS_SEE, old, NULL) ||
	    val_put(m->moved, book->name, val_int(val_get_num(m->moved, book->name, 0) + 1));
}

/* ---- ids are collected first, because moving changes the rows that are read ------------------ */

struct ids {
	struct idset	 set;
	bool		 bad;		/* memory ran out: some are missing */
};

static bool
add_id(uint64_t id, void *arg)
{
	struct ids	*ids = arg;

	ids->bad |= !idset_add(&ids->set, id, NULL);
	return !ids->bad;
}

static bool
add_child(uint64_t id, int day, void *arg)
{
	(void)day;
	return add_id(id, arg);
}

/*
 * Changes one record that belongs to the merged one. *changed: whether it has to be written. False:
 * memory.
 */
typedef bool	 change_fn(struct merge_move *, struct rec *now, bool *changed);

/*
 * The two merged records are excluded: ops_merge.c updates them once for everything that has moved.
 */
static enum store_err
write_moved(struct merge_move *m, const struct rec *old, struct rec *now)
{
	struct change	 c = { .old = old, .now = now, .act = "moved",
	    .excluded = { m->from->id, m->to->id }, .merging = true };
	struct val	*because = merge_because(m->from, m->why);
	enum store_err	 e = STORE_SYS;

	c.because = because;
	if (because != NULL && (e = change_write(m->w, (struct change *[]){ &c }, 1)) == STORE_OK &&
	    !count_moved(m, old))
		e = STORE_SYS;
	val_free(because);
	return e;
}

static enum store_err
change_one(struct merge_move *m, uint64_t id, change_fn *change)
{
	struct rec	*old = NULL, *now = NULL;
	bool		 changed = false;
	enum store_err	 e = STORE_OK;

	if (rec_get(m->w->core, m->w->txn, id, &old) != REC_OK)
		e = STORE_BAD;
	else if ((now = rec_dup(old)) == NULL || !change(m, now, &changed))
		e = STORE_SYS;
	else if (changed)
		e = write_moved(m, old, now);
	rec_free(old);
	rec_free(now);
	return e;
}

static enum store_err
change_all(struct merge_move *m, const struct ids *ids, change_fn *change)
{
	enum store_err	 e = ids->bad ? STORE_SYS : STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < ids->set.n; i++)
		if (ids->set.at[i] != m->from->id && ids->set.at[i] != m->to->id)
			e = change_one(m, ids->set.at[i], change);
	return e;
}

/* ---- notes: a list in the envelope, the latest last ------------------------------------------ */

static struct val *
note_list(struct rec *rec, const char *key)
{
	if (val_get(rec->env, key) == NULL && !val_put(rec->env, key, val_list()))
		return NULL;
	return val_get(rec->env, key);
}

/* Removes note i, and the list when it becomes empty. */
static bool
drop_note(struct rec *rec, const char *key, size_t i)
{
	const struct val	*was = val_get(rec->env, key);
	struct val		*list = val_list();

	for (size_t k = 0; list != NULL && k < val_len(was); k++)
		if (k != i && !val_add(list, val_dup(val_at(was, k)))) {
			val_free(list);
			list = NULL;
		}
	if (list == NULL)
		return false;
	if (val_len(list) > 0)
		return val_put(rec->env, key, list);
	val_free(list);
	val_drop(rec->env, key);
	return true;
}

/* ---- children -------------------------------------------------------------------------------- */

static bool
reparent(struct merge_move *m, struct rec *now, bool *changed)
{
	const struct val	*from = val_get(now->env, "from");
	size_t			 n = val_len(from);
	bool			 ok;

	if (m->revert && (n == 0 || (uint64_t)val_num(val_at(from, n - 1), 0) != m->to->id))
		return true;
	*changed = true;
	ok = m->revert ? drop_note(now, "from", n - 1) :
	    val_add(note_list(now, "from"), val_int((int64_t)m->from->id));
	return ok && val_put(now->fields, now->book->under->name, val_int((int64_t)m->to->id)) &&
	    rec_set_parent(now, m->to);
}

static enum store_err
move_children(struct merge_move *m, const struct book *book)
{
	struct ids	 ids = { .bad = false };
	enum store_err	 e = child_each(m->w->core, m->w->txn, book, m->from->id, add_child, &ids);

	if (e == STORE_OK)
		e = change_all(m, &ids, reparent);
	idset_free(&ids.set);
	return e;
}

/* ---- links ----------------------------------------------------------------------------------- */

struct redirection {
	struct merge_move	*m;
	struct rec		*now;
	bool			 changed, bad;
};

static void
redirect_path(struct redirection *t, const char *path)
{
	struct val	*note;
	bool		 ok;

	if ((uint64_t)val_num(val_find(t->now->fields, path), 0) != t->m->from->id)
		return;
	note = val_map();
	ok = val_put(note, "path", val_text(path)) &&
	    val_put(note, "from", val_int((int64_t)t->m->from->id)) &&
	    val_put(note, "to", val_int((int64_t)t->m->to->id));
	ok = val_add(note_list(t->now, "turned"), note) && ok &&
	    val_set(t->now->fields, path, val_int((int64_t)t->m->to->id));
	t->changed = true;
	t->bad |= !ok;
}

/* Redirects one link, or each of a repeating one. */
static void
redirect_value(struct redirection *t, struct buf *path)
{
	size_t	 n = val_len(val_find(t->now->fields, buf_str(path))), bare = path->n;

	if (n == 0)
		redirect_path(t, buf_str(path));
	for (size_t i = 0; i < n; i++) {
		path->n = bare;
		buf_printf(path, ".%zu", i);
		redirect_path(t, buf_str(path));
	}
}

static void
redirect_field(struct redirection *t, const struct field *f)
{
	bool		 repeats = f->group != NULL && f->group->many;
	size_t		 n = repeats ? val_len(val_get(t->now->fields, f->group->name)) : 1;
	struct buf	 path = BUF_INIT;

	for (size_t i = 0; i < n; i++) {
		buf_reset(&path);
		if (repeats)
			buf_printf(&path, "%s.%zu.%s", f->group->name, i, f->name);
		else
			buf_puts(&path, f->path);
		redirect_value(t, &path);
	}
	t->bad |= path.bad;
	buf_free(&path);
}

/* Rollup fields follow from child records, and change when links of these are redirected. */
static bool
is_redirected(const struct merge_move *m, const struct book *book, const struct field *f)
{
	return f->link_book == m->to->book && f != book->under && f->computed != COMPUTED_ROLLUP;
}

static bool
redirect(struct merge_move *m, struct rec *now, bool *changed)
{
	struct redirection	 t = { .m = m, .now = now };

	for (size_t i = 0; i < now->book->nall; i++)
		if (is_redirected(m, now->book, now->book->all[i]))
			redirect_field(&t, now->book->all[i]);
	*changed = t.changed;
	return !t.bad;
}

static bool
is_rollup(const struct book *book, const char *path)
{
	const struct field	*f = book_field(book, path);

	return f != NULL && f->computed == COMPUTED_ROLLUP;
}

/*
 * A link that was changed since, or is at another position, belongs to a later save and stays. So
 * does a link that is a rollup by now; an old definition may have left a note of it.
 */
static bool
redirect_back(struct merge_move *m, struct rec *now, bool *changed)
{
	for (size_t i = val_len(val_get(now->env, "turned")); i > 0; i--) {
		const struct val	*note = val_at(val_get(now->env, "turned"), i - 1);
		const char		*path = val_get_str(note, "path");

		if ((uint64_t)val_get_num(note, "from", 0) != m->to->id || path == NULL)
			continue;
		if (!is_rollup(now->book, path) &&
		    (uint64_t)val_num(val_find(now->fields, path), 0) == m->from->id &&
		    !val_set(now->fields, path, val_int((int64_t)m->to->id)))
			return false;
		*changed = true;
		if (!drop_note(now, "turned", i - 1))
			return false;
	}
	return true;
}

static enum store_err
move_links(struct merge_move *m, const struct book *book)
{
	struct ids	 ids = { .bad = false };
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < book->nall; i++)
		if (is_redirected(m, book, book->all[i]))
			e = link_each(m->w->core, m->w->txn, book->all[i], m->from->id, add_id,
			    &ids);
	if (e == STORE_OK)
		e = change_all(m, &ids, m->revert ? redirect_back : redirect);
	idset_free(&ids.set);
	return e;
}

enum store_err
merge_move(struct merge_move *m)
{
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < m->w->core->set->nbooks; i++) {
		const struct book	*book = &m->w->core->set->books[i];

		if (book->under != NULL && book->under->link_book == m->to->book)
			e = move_children(m, book);
		if (e == STORE_OK)
			e = move_links(m, book);
	}
	return e;
}
