#include "core/ops/ops_int.h"
#include "core/record/deadline.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/asof.h"
#include "core/record/link.h"

static bool
put_opt(struct val *map, const char *key, const struct val *v)
{
	return v == NULL || val_put(map, key, val_dup(v));
}

/* ---- one field, as the actor may see it ------------------------------------------------------ */

struct showing {
	const struct actor	*actor;
	const struct form_ctx	*ctx;
	bool			 whole;
	struct val		*masked;	/* list of paths, or NULL */
};

static struct val	*show_fields(const struct showing *, const struct field *const *, size_t,
    const struct val *);

static struct val *
show_group(const struct showing *s, const struct field *g, const struct val *v)
{
	const struct field	**parts = calloc(g->nfields + 1, sizeof *parts);
	struct val		*out = NULL;

	for (size_t i = 0; parts != NULL && i < g->nfields; i++)
		parts[i] = &g->fields[i];
	if (parts != NULL && !g->many)
		out = show_fields(s, parts, g->nfields, v);
	else if (parts != NULL && (out = val_list()) != NULL)
		for (size_t i = 0; i < val_len(v); i++)
			if (!val_add(out, show_fields(s, parts, g->nfields, val_at(v, i)))) {
				val_free(out);
				out = NULL;
				break;
			}
	free(parts);
	return out;
}

static struct val *
show_value(const struct showing *s, const struct field *f, const struct val *v)
{
	if (f->fields != NULL)
		return show_group(s, f, v);
	if (f->mask == MASK_NO || s->whole)
		return val_dup(v);
	if (s->masked != NULL && !val_has(s->masked, f->path) &&
	    !val_add(s->masked, val_text(f->path)))
		return NULL;
	return masked_text(f, v, s->ctx);
}

static struct val *
show_fields(const struct showing *s, const struct field *const *fields, size_t n,
    const struct val *from)
{
	struct val	*out = val_map();

	for (size_t i = 0; out != NULL && i < n; i++) {
		const struct val	*v = val_get(from, fields[i]->name);

		if (v == NULL || !access_see_field(s->actor, fields[i]))
			continue;
		if (!val_put(out, fields[i]->name, show_value(s, fields[i], v))) {
			val_free(out);
			out = NULL;
		}
	}
	return out;
}

/* ---- a record -------------------------------------------------------------------------------- */

static size_t
top_fields(const struct book *book, const struct field **out)
{
	size_t	 n = 0;

	for (size_t i = 0; i < book->nall; i++)
		if (book->all[i]->group == NULL)
			out[n++] = book->all[i];
	return n;
}

/* People see the title of a linked record instead of its id. */
bool
ops_put_parent(const struct call *call, const struct book *book, const struct val *fields,
    const struct form_ctx *ctx, struct val *into)
{
	struct buf	 title = BUF_INIT;
	struct val	*under = NULL;
	struct rec	*parent;
	bool		 ok = true;

	if (book->under == NULL ||
	    rec_get(call->core, NULL, (uint64_t)val_get_num(fields, book->under->name, 0),
	    &parent) != REC_OK)
		return true;
	if (parent->book == book->under->link_book &&
	    access_allowed(call->actor, ACCESS_SEE, parent, NULL)) {
		record_title(parent->book, parent->fields, ctx, &title);
		under = val_map();
		ok = val_put(under, PK_ID, val_int((int64_t)parent->id)) &&
		    val_put(under, PK_TITLE, val_text(buf_str(&title)));
		ok = val_put(into, PK_UNDER, under) && ok;
	}
	buf_free(&title);
	rec_free(parent);
	return ok;
}

struct rec *
ops_rec_as_shown(const struct call *call, struct rec *rec, const struct form_ctx *ctx)
{
	struct rec	*then;

	if (ctx->today >= call->today || asof_version(call->core, rec, ctx->today, &then) != REC_OK)
		return rec;
	rec_free(rec);
	return then;
}

struct titles {
	const struct call	*call;
	const struct form_ctx	*ctx;
	const struct field	*field;
	struct val		*out;
	bool			 bad;
};

static void
put_title(uint64_t target, void *arg)
{
	struct titles	*t = arg;
	struct buf	 key = BUF_INIT, title = BUF_INIT;
	struct rec	*rec;

	buf_printf(&key, "%s/%llu", t->field->link_book->name, (unsigned long long)target);
	if (val_get(t->out, buf_str(&key)) == NULL &&
	    rec_get(t->call->core, NULL, target, &rec) == REC_OK) {
		if (rec->book == t->field->link_book &&
		    access_allowed(t->call->actor, ACCESS_SEE, rec, NULL)) {
			rec = ops_rec_as_shown(t->call, rec, t->ctx);
			record_title(rec->book, rec->fields, t->ctx, &title);
			t->bad |= !val_put(t->out, buf_str(&key), val_text(buf_str(&title)));
		}
		rec_free(rec);
	}
	buf_free(&key);
	buf_free(&title);
}

/* "links": {"person/12": title} of the linked records the actor may see. False: memory. */
static bool
put_links(const struct call *call, const struct rec *rec, const struct form_ctx *ctx,
    struct val *into)
{
	struct titles	 t = { call, ctx, NULL, val_map(), false };

	for (size_t i = 0; t.out != NULL && i < rec->book->nall; i++)
		if ((t.field = rec->book->all[i])->link_book != NULL &&
		    t.field != rec->book->under && access_see_field(call->actor, t.field))
			link_targets(t.field, rec->fields, put_title, &t);
	if (t.out != NULL && val_len(t.out) == 0) {
		val_free(t.out);
		return true;
	}
	return val_put(into, PK_LINKS, t.out) && !t.bad;
}

/* Notes of a merge about the other record are only for people who may see that one too. */
void
ops_drop_invisible(const struct call *call, struct val *map, const char *key)
{
	const struct val	*named = val_get(map, key);
	struct rec		*rec = NULL;

	if (named == NULL)
		return;
	if (rec_get(call->core, NULL, (uint64_t)val_get_num(named, PK_ID, 0), &rec) != REC_OK ||
	    !access_allowed(call->actor, ACCESS_SEE, rec, NULL))
		val_drop(map, key);
	rec_free(rec);
}

static bool
put_answers(struct val *out, const struct rec *rec, const struct form_ctx *ctx)
{
	const struct val	*ask = val_get(rec->env, PK_ASK);

	return ask == NULL ||
	    val_put(out, PK_ASK, masked_answers(rec->book, val_get_str(val_get(rec->env, PK_LAST),
	    PK_ACT), ask, ctx));
}

/*
 * Fields no longer in the definition are kept in the store and shown to nobody: who might see them
 * is not known any more.
 */
struct val *
ops_show_record(const struct call *call, const struct rec *rec, bool whole,
    const struct form_ctx *ctx, struct val *masked)
{
	const struct showing	 s = { call->actor, ctx, whole, masked };
	const struct field	**top = calloc(rec->book->nall + 1, sizeof *top);
	struct val		*out = val_map();
	bool			 ok;

	ok = top != NULL && out != NULL && val_put(out, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(out, PK_BOOK, val_text(rec->book->name)) &&
	    val_put(out, PK_VER, val_int((int64_t)rec->ver)) &&
	    val_put(out, PK_STATE, val_text(rec->state->name)) &&
	    val_put(out, PK_NUMBER, val_text(rec->number)) &&
	    val_put(out, PK_FIELDS, show_fields(&s, top, top_fields(rec->book, top),
	    rec->fields)) &&
	    put_opt(out, PK_MADE, val_get(rec->env, PK_MADE)) &&
	    put_opt(out, PK_LAST, val_get(rec->env, PK_LAST)) &&
	    put_opt(out, PK_REMARKS, val_get(rec->env, PK_REMARKS)) && put_answers(out, rec, ctx) &&
	    ops_put_parent(call, rec->book, rec->fields, ctx, out) &&
	    put_links(call, rec, ctx, out) &&
	    ops_put_merged_into(call, rec, ctx, out) && ops_put_merged_from(call, rec, ctx, out);
	free(top);
	if (ok) {
		ops_drop_invisible(call, val_get(out, PK_LAST), PK_WITH);
		val_drop(val_get(out, PK_LAST), "taught");
		return out;
	}
	val_free(out);
	return NULL;
}

struct val *
ops_show_rights(const struct call *call, const struct rec *rec)
{
	const struct actor	*actor = call->actor;
	struct val		*out = val_map(), *acts = val_list(), *fields = val_list();
	bool			 ok = out != NULL && acts != NULL && fields != NULL;

	for (size_t i = 0; ok && i < rec->book->nacts; i++)
		if (access_allowed(actor, ACCESS_ACT, rec, &rec->book->acts[i]))
			ok = val_add(acts, val_text(rec->book->acts[i].name));
	for (size_t i = 0; ok && i < rec->book->nall; i++)
		if (!access_change_field(actor, rec, rec->book->all[i]))
			ok = val_add(fields, val_text(rec->book->all[i]->path));
	ok = val_put(out, PK_WRITE, val_bool(access_allowed(actor, ACCESS_WRITE, rec, NULL))) && ok;
	if (access_allowed(actor, ACCESS_MERGE, rec, NULL))
		ok = val_put(out, rec_merged(rec) ? PK_UNMERGE : PK_MERGE, val_bool(true)) && ok;
	ok = val_put(out, PK_UNDO,
	    val_bool(save_undo_refused(call->core, NULL, actor, call->today, rec) == NULL)) && ok;
	ok = val_put(out, PK_ACTS, acts) && ok;
	ok = val_put(out, PK_FIELDS, fields) && ok;
	if (ok)
		return out;
	val_free(out);
	return NULL;
}

/* ---- rows ------------------------------------------------------------------------------------ */

const struct list *
ops_default_list(const struct actor *actor, const struct book *book)
{
	for (size_t i = 0; actor->role != NULL && i < book->nlists; i++)
		if ((book->lists[i].by & ROLE_BIT(actor->role)) != 0)
			return &book->lists[i];
	return book->nlists > 0 ? &book->lists[0] : NULL;
}

static bool
put_column(const struct showing *s, const struct rec *rec, const struct field *f, struct val *out)
{
	struct val		*owned = NULL;
	const struct val	*v;
	bool			 ok = true;

	if (!access_see_field(s->actor, f))
		return true;
	if ((v = record_value(f, rec->fields, s->ctx, &owned)) != NULL)
		ok = val_put(out, f->path, show_value(s, f, v));
	val_free(owned);
	return ok;
}

struct val *
ops_show_row(const struct call *call, const struct rec *rec, const struct list *list,
    const void *place, size_t n, const struct form_ctx *ctx)
{
	const struct showing	 s = { call->actor, ctx, false, NULL };
	const struct val	*last = val_get(rec->env, PK_LAST);
	struct buf		 title = BUF_INIT;
	struct val		*row = val_map(), *f = val_map();
	bool			 ok = row != NULL && f != NULL;

	for (size_t i = 0; ok && list != NULL && i < list->ncolumns; i++)
		if (list->columns[i].of == COL_FIELD)
			ok = put_column(&s, rec, list->columns[i].field, f);
	if (ok && list != NULL && list->clock != NULL && deadline_day(list->clock, rec) != 0)
		ok = val_put(row, PK_DUE, val_int(deadline_day(list->clock, rec)));
	record_title(rec->book, rec->fields, ctx, &title);
	ok = val_put(row, PK_F, f) && ok;
	ok = ok && val_put(row, PK_ID, val_int((int64_t)rec->id)) &&
	    val_put(row, PK_VER, val_int((int64_t)rec->ver)) &&
	    val_put(row, PK_STATE, val_text(rec->state->name)) &&
	    val_put(row, PK_NUMBER, val_text(rec->number)) &&
	    val_put(row, PK_AREA, val_text(rec_area(rec))) &&
	    put_opt(row, PK_CHANGED, val_get(last, PK_AT)) &&
	    put_opt(row, PK_BY, val_get(last, PK_NAME)) &&
	    val_put(row, PK_TITLE, val_text(buf_str(&title))) &&
	    ops_put_parent(call, rec->book, rec->fields, ctx, row) &&
	    ops_put_merged_into(call, rec, ctx, row) &&
	    (place == NULL || val_put(row, PK_KEY, val_bytes(place, n)));
	buf_free(&title);
	if (ok)
		return row;
	val_free(row);
	return NULL;
}

static int
cmp_newest(const void *a, const void *b, void *key)
{
	int64_t	 x = val_get_num(*(struct val *const *)a, key, 0),
	    y = val_get_num(*(struct val *const *)b, key, 0);

	return (x < y) - (x > y);
}

struct val *
ops_newest_first(const struct val *list, const char *key)
{
	size_t			 n = val_len(list);
	const struct val	**at = calloc(n + 1, sizeof *at);
	struct val		*out = at != NULL ? val_list() : NULL;

	for (size_t i = 0; out != NULL && i < n; i++)
		at[i] = val_at(list, i);
	if (out != NULL && n > 1)
		qsort_r(at, n, sizeof *at, cmp_newest, (void *)(uintptr_t)key);
	for (size_t i = 0; out != NULL && i < n; i++)
		if (!val_add(out, val_dup(at[i]))) {
			val_free(out);
			out = NULL;
		}
	free(at);
	return out;
}

struct val *
ops_visible_paths(const struct actor *actor, const struct book *book, struct val *paths)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < val_len(paths); i++) {
		const struct field	*f = book_field(book, val_str(val_at(paths, i)));

		if (f != NULL && access_see_field(actor, f) &&
		    !val_add(out, val_dup(val_at(paths, i)))) {
			val_free(out);
			out = NULL;
		}
	}
	val_free(paths);
	return out;
}
