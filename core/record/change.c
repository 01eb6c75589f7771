#include "core/record/change.h"

#include <string.h>

#include "core/record/index.h"
#include "core/record/link.h"
#include "core/record/children.h"

/* ---- what the writes of one request share ---------------------------------------------------- */

struct writer
writer_now(struct core *core, struct store_txn *txn, const struct actor *actor)
{
	const int64_t	 moment = env_now(core);

	return (struct writer){ core, txn, actor, moment, civil_at(moment) };
}

enum store_err
writer_log(const struct writer *w, const struct audit_entry *what)
{
	env_time_stamp(w->core, w->moment);
	return audit_put(w->txn, w->actor, w->moment, what);
}

/* ---- what changed ---------------------------------------------------------------------------- */

static bool
add_group_paths(const struct field *g, const struct val *was, const struct val *is, struct val *out)
{
	for (size_t i = 0; i < g->nfields; i++)
		if (!val_same(val_get(was, g->fields[i].name), val_get(is, g->fields[i].name)) &&
		    !val_add(out, val_text(g->fields[i].path)))
			return false;
	return true;
}

struct val *
change_paths(const struct book *book, const struct val *was, const struct val *is)
{
	struct val	*out = val_list();
	bool		 ok = out != NULL;

	for (size_t i = 0; ok && i < book->nall; i++) {
		const struct field	*f = book->all[i];
		const struct val	*a = val_get(was, f->name), *b = val_get(is, f->name);

		if (f->group != NULL || f->computed == COMPUTED_ROLLUP || val_same(a, b))
			continue;
		ok = f->fields != NULL && !f->many ? add_group_paths(f, a, b, out) :
		    val_add(out, val_text(f->path));
	}
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

struct val *
masked_text(const struct field *f, const struct val *v, const struct form_ctx *ctx)
{
	struct buf	 b = BUF_INIT;
	struct val	*text;

	type_print_masked(f, v, ctx, &b);
	text = b.bad ? NULL : val_text(buf_str(&b));
	buf_free(&b);
	return text;
}

static const struct field *
question(const struct book *book, const char *act, const char *name)
{
	const struct act	*a = act != NULL ? book_act(book, act) : NULL;

	for (size_t i = 0; a != NULL && i < a->nask; i++)
		if (strcmp(a->ask[i].name, name) == 0)
			return &a->ask[i];
	return NULL;
}

struct val *
masked_answers(const struct book *book, const char *act, const struct val *ask,
    const struct form_ctx *ctx)
{
	struct val	*out = val_map();

	for (size_t i = 0; out != NULL && i < val_len(ask); i++) {
		const struct field	*f = question(book, act, val_key(ask, i));

		if (!val_put(out, val_key(ask, i), f != NULL && f->mask != MASK_NO ?
		    masked_text(f, val_value(ask, i), ctx) : val_dup(val_value(ask, i)))) {
			val_free(out);
			out = NULL;
		}
	}
	return out;
}

/* ---- one version ----------------------------------------------------------------------------- */

static enum store_err
next_id(const struct writer *w, struct rec *now)
{
	return now->id != 0 ? STORE_OK : store_next(w->txn, "rec.last", 8, &now->id);
}

static bool
update_deadlines(const struct writer *w, const struct change *c)
{
	const struct deadline_change	 how = { .merging = c->merging };

	if (c->settled)
		return true;
	return c->restored != NULL ? deadline_update_undo(c->restored, c->old, c->now, w->today) :
	    deadline_update_derived(c->old, c->now, w->today, &how);
}

/* Puts a new map {by, name, at, act} under key. */
static bool
put_stamp(const struct writer *w, struct val *env, const char *key, const char *act)
{
	struct val	*stamp = val_map();
	bool		 ok;

	ok = val_put(stamp, "by", val_text(w->actor->user)) &&
	    val_put(stamp, "name", val_text(w->actor->name)) &&
	    val_put(stamp, "at", val_int(w->moment)) &&
	    (act == NULL || val_put(stamp, "act", val_text(act)));
	return val_put(env, key, stamp) && ok;
}

static bool
put_last(const struct writer *w, const struct change *c)
{
	struct val	*env = c->now->env, *last;

	if (!put_stamp(w, env, "last", c->act))
		return false;
	last = val_get(env, "last");
	return (val_len(c->remarks) == 0 || val_put(last, "remarks", val_dup(c->remarks))) &&
	    (c->because == NULL || val_merge(last, c->because));
}

static bool
put_ask(struct val *env, const struct val *ask)
{
	val_drop(env, "ask");
	return val_len(ask) == 0 || val_put(env, "ask", val_dup(ask));
}

static bool
complete(const struct writer *w, const struct change *c)
{
	struct rec	*now = c->now;

	return put_ask(now->env, c->ask) && update_deadlines(w, c) &&
	    rec_set_ver(now, c->old != NULL ? c->old->ver + 1 : 1) &&
	    val_put(now->env, "d", val_textn(w->core->set->version, 8)) &&
	    (c->old != NULL || put_stamp(w, now->env, "made", NULL)) && put_last(w, c);
}

/* Keeps the version before. */
static enum store_err
keep_version(const struct writer *w, const struct rec *old)
{
	unsigned char	 key[REC_VERSION_KEY];
	struct buf	 bytes = BUF_INIT;
	enum store_err	 e;

	if (old == NULL)
		return STORE_OK;
	rec_version_key(old->id, old->ver, key);
	val_encode(old->env, &bytes);
	e = bytes.bad ? STORE_SYS : store_put(w->txn, STORE_VER, key, sizeof key, bytes.p, bytes.n);
	buf_free(&bytes);
	return e;
}

static enum store_err
put_version(const struct writer *w, const struct change *c)
{
	enum store_err	 e = next_id(w, c->now);

	if (e == STORE_OK && !complete(w, c))
		e = STORE_SYS;
	if (e == STORE_OK)
		e = keep_version(w, c->old);
	if (e == STORE_OK)
		e = rec_put(w->txn, c->now);
	return e == STORE_OK ? index_update(w->txn, w->core->index_catalog, c->old, c->now) : e;
}

/* ---- what follows in other records ----------------------------------------------------------- */

/*
 * The changes of deadlines in other records are kept with the version: undo restores them
 * (deadline_snapshot()).
 */
static enum store_err
keep_effects(const struct writer *w, const struct rec *now, const struct val *effects)
{
	if (val_len(effects) == 0)
		return STORE_OK;
	return val_put(val_get(now->env, "last"), "taught", val_dup(effects)) ?
	    rec_put(w->txn, now) : STORE_SYS;
}

static enum store_err
update_others(const struct writer *w, const struct change *c)
{
	struct deadline_change	 how = { .excluded = { c->excluded[0], c->excluded[1] },
	    .merging = c->merging };
	enum store_err		 e;

	if (c->reversible && (how.deadline_log = val_list()) == NULL)
		return STORE_SYS;
	if ((e = child_propagate(w, c->old, c->now)) == STORE_OK &&
	    (e = child_update_parent(w, c->old, c->now, &how)) == STORE_OK &&
	    (e = link_update_counts(w, c->old, c->now, &how)) == STORE_OK)
		e = keep_effects(w, c->now, how.deadline_log);
	val_free(how.deadline_log);
	return e;
}

/* ---- the trail ------------------------------------------------------------------------------- */

static bool
describe(const struct writer *w, const struct change *c, struct val *detail)
{
	const struct form_ctx	 ctx = { w->core->set, NULL, w->today, LANG_ZH, false };
	struct val		*none = val_map();
	bool			 ok;

	ok = none != NULL && val_put(detail, "changed", change_paths(c->now->book, c->old != NULL ?
	    c->old->fields : none, c->now->fields)) &&
	    (val_len(c->ask) == 0 ||
	    val_put(detail, "ask", masked_answers(c->now->book, c->act, c->ask, &ctx))) &&
	    (val_len(c->remarks) == 0 || val_put(detail, "remarks", val_dup(c->remarks))) &&
	    (c->source == NULL || val_put(detail, "from", val_dup(c->source))) &&
	    (c->because == NULL || val_merge(detail, c->because));
	val_free(none);
	return ok;
}

static enum store_err
log_change(const struct writer *w, const struct change *c)
{
	const struct rec	*now = c->now;
	struct val		*detail = val_map();
	enum store_err		 e = STORE_SYS;

	if (detail != NULL && describe(w, c, detail))
		e = writer_log(w, &(struct audit_entry){ .act = c->act, .book = now->book->name,
		    .id = now->id, .number = now->number,
		    .ver = now->ver, .area = rec_area(now), .detail = detail });
	val_free(detail);
	return e;
}

/* ---- all of it ------------------------------------------------------------------------------- */

enum store_err
change_write(const struct writer *w, struct change *const *changes, size_t n)
{
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < n; i++)
		e = put_version(w, changes[i]);
	for (size_t i = 0; e == STORE_OK && i < n; i++)
		e = update_others(w, changes[i]);
	for (size_t i = 0; e == STORE_OK && i < n; i++)
		e = log_change(w, changes[i]);
	return e;
}
