#include "tui/widget/pack.h"
#include "tui/form/merge3.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"

static bool
same_or_empty(const struct val *a, const struct val *b)
{
	return (type_value_empty(a) && type_value_empty(b)) || val_same(a, b);
}

/* ---- which fields differ --------------------------------------------------------------------- */

struct builder {
	struct merge3		*merge3;
	/* paths this person may not write, by the present record */
	const struct val	*locked;
	bool			 bad;
};

static enum side
default_side(const struct merge3_line *l)
{
	if (l->locked || same_or_empty(l->theirs, l->mine))
		return SIDE_THEIRS;
	return l->both ? SIDE_UNDECIDED : same_or_empty(l->base, l->theirs) ? SIDE_MINE :
	    SIDE_THEIRS;
}

static void
add_line(struct builder *b, const struct field *f, const char *path, const struct val *base,
    const struct val *theirs, const struct val *mine)
{
	struct merge3		*t = b->merge3;
	struct merge3_line	*grown, *l;

	if (same_or_empty(base, theirs) && same_or_empty(base, mine))
		return;
	if ((grown = reallocarray(t->at, t->n + 1, sizeof(*grown))) == NULL) {
		b->bad = true;
		return;
	}
	t->at = grown;
	l = &t->at[t->n++];
	*l = (struct merge3_line){ .field = f, .base = base, .theirs = theirs, .mine = mine,
	    .both = !same_or_empty(base, theirs) && !same_or_empty(base, mine) &&
	    !same_or_empty(theirs, mine),
	    .locked = b->locked != NULL && val_has(b->locked, f->path) };
	snprintf(l->path, sizeof(l->path), "%s", path);
	l->side = default_side(l);
}

/* A group has a line for each field: two people may have filled in different ones. */
static void
add_field(struct builder *b, const struct field *f)
{
	const struct merge3	*t = b->merge3;
	const struct val	*base = val_get(t->base, f->name),
	    *theirs = val_get(t->theirs, f->name), *mine = val_get(t->mine, f->name);
	char			 path[ENTRY_PATH];

	if (f->computed != COMPUTED_NO)
		return;
	if (f->fields == NULL || f->many) {
		add_line(b, f, f->name, base, theirs, mine);
		return;
	}
	for (size_t i = 0; i < f->nfields; i++) {
		const struct field	*inner = &f->fields[i];

		if (inner->computed == COMPUTED_NO &&
		    snprintf(path, sizeof(path), "%s.%s", f->name, inner->name) < (int)sizeof(path))
			add_line(b, inner, path, val_get(base, inner->name),
			    val_get(theirs, inner->name), val_get(mine, inner->name));
	}
}

bool
merge3_build(struct merge3 *t, const struct entry *e, const struct val *reply)
{
	struct merge3	 fresh = { val_dup(e->base),
	    val_dup(val_get(val_get(reply, PK_RECORD), PK_FIELDS)), val_dup(e->fields), NULL, 0 };
	struct builder	 b = { &fresh, val_get(val_get(reply, PK_MAY), PK_FIELDS), false };
	struct val	*said = merge3_choices(t);

	b.bad = fresh.base == NULL || fresh.theirs == NULL || fresh.mine == NULL || said == NULL;
	for (size_t p = 0; !b.bad && p < e->npages; p++)
		for (size_t i = 0; i < e->pages[p].nfields; i++)
			add_field(&b, &e->pages[p].fields[i]);
	if (!b.bad) {
		merge3_restore_choices(&fresh, said);
		merge3_free(t);
		*t = fresh;
	} else
		merge3_free(&fresh);
	val_free(said);
	return !b.bad;
}

void
merge3_free(struct merge3 *t)
{
	val_free(t->base);
	val_free(t->theirs);
	val_free(t->mine);
	free(t->at);
	*t = (struct merge3)MERGE3_INIT;
}

/* ---- both ------------------------------------------------------------------------------------ */

static bool
holds(const struct val *list, const struct val *item)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (val_same(val_at(list, i), item))
			return true;
	return false;
}

/* Theirs without what was removed here, then what was added here. */
static struct val *
both_lists(const struct merge3_line *l)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < val_len(l->theirs); i++) {
		const struct val	*v = val_at(l->theirs, i);

		if (!holds(l->base, v) || holds(l->mine, v))
			pack_add(out, val_dup(v));
	}
	for (size_t i = 0; out != NULL && i < val_len(l->mine); i++) {
		const struct val	*v = val_at(l->mine, i);

		if (!holds(l->base, v) && !holds(l->theirs, v))
			pack_add(out, val_dup(v));
	}
	return out;
}

/* Theirs, then mine; their common beginning only once. */
static struct val *
both_texts(const struct merge3_line *l)
{
	const char	*base = val_str(l->base), *theirs = val_str(l->theirs),
	    *mine = val_str(l->mine);
	size_t		 n = base != NULL ? strlen(base) : 0;
	struct buf	 b = BUF_INIT;
	struct val	*v;

	if (n > 0 && strncmp(theirs, base, n) == 0 && strncmp(mine, base, n) == 0)
		mine += n;
	mine += *mine == '\n';
	buf_printf(&b, "%s\n%s", theirs, mine);
	v = val_text(buf_str(&b));
	buf_free(&b);
	return v;
}

bool
merge3_can_keep_both(const struct merge3_line *l)
{
	if (l->locked || type_value_empty(l->theirs) || type_value_empty(l->mine) ||
	    val_same(l->theirs, l->mine))
		return false;
	if (val_kind(l->theirs) == VAL_LIST)
		return val_kind(l->mine) == VAL_LIST;
	return type_is(l->field, "long");
}

/*
 * ---- choices
 * ------------------------------------------------------------------------------------------------
 */

bool
merge3_choose(struct merge3_line *l, enum side side)
{
	if (l->locked || (side == SIDE_BOTH && !merge3_can_keep_both(l)))
		return false;
	l->side = side;
	return true;
}

size_t
merge3_first_undecided(const struct merge3 *t)
{
	size_t	 i = 0;

	while (i < t->n && t->at[i].side != SIDE_UNDECIDED)
		i++;
	return i;
}

size_t
merge3_undecided(const struct merge3 *t)
{
	size_t	 n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->at[i].side == SIDE_UNDECIDED;
	return n;
}

struct val *
merge3_value(const struct merge3_line *l)
{
	struct val	*v;

	if (l->side == SIDE_BOTH)
		v = val_kind(l->theirs) == VAL_LIST ? both_lists(l) : both_texts(l);
	else
		v = val_dup(l->side == SIDE_THEIRS ? l->theirs : l->mine);
	if (!type_value_empty(v))
		return v;
	val_free(v);
	return NULL;
}

static bool
put_change(struct val *set, const char *path, struct val *v)
{
	char	 parent[ENTRY_PATH];

	entry_path_parent(path, parent);
	if (*parent != '\0' && val_get(set, parent) == NULL && !val_put(set, parent, val_map())) {
		val_free(v);
		return false;
	}
	return *parent == '\0' ? val_put(set, path, v) :
	    val_put(val_get(set, parent), path + strlen(parent) + 1, v);
}

struct val *
merge3_changes(const struct merge3 *t)
{
	struct val	*set = val_map();
	bool		 ok = set != NULL;

	for (size_t i = 0; ok && i < t->n; i++) {
		struct val	*v = merge3_value(&t->at[i]);

		if (same_or_empty(v, t->at[i].theirs))
			val_free(v);
		else
			ok = put_change(set, t->at[i].path, v != NULL ? v : val_nil());
	}
	if (ok)
		return set;
	val_free(set);
	return NULL;
}

struct val *
merge3_paths(const struct merge3 *t, enum side side)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < t->n; i++) {
		const struct merge3_line	*l = &t->at[i];

		if (!same_or_empty(l->theirs, l->mine) && (l->side == side || l->side == SIDE_BOTH))
			pack_add(out, val_text(l->path));
	}
	return out;
}

/* ---- coming back ----------------------------------------------------------------------------- */

static struct val *
value_or_nil(const struct val *v)
{
	return v != NULL ? val_dup(v) : val_nil();
}

struct val *
merge3_choices(const struct merge3 *t)
{
	struct val	*out = val_map();

	for (size_t i = 0; out != NULL && i < t->n; i++) {
		const struct merge3_line	*l = &t->at[i];
		struct val		*m = val_map();

		if (m != NULL && val_put(m, "side", val_int((int64_t)l->side)) &&
		    val_put(m, "theirs", value_or_nil(l->theirs)) &&
		    val_put(m, "mine", value_or_nil(l->mine)))
			pack_put(out, l->path, m);
		else
			val_free(m);
	}
	return out;
}

void
merge3_restore_choices(struct merge3 *t, const struct val *said)
{
	for (size_t i = 0; i < t->n; i++) {
		struct merge3_line	*l = &t->at[i];
		const struct val	*m = val_get(said, l->path);

		if (m != NULL && same_or_empty(val_get(m, "theirs"), l->theirs) &&
		    same_or_empty(val_get(m, "mine"), l->mine))
			merge3_choose(l, (enum side)val_get_num(m, "side", SIDE_UNDECIDED));
	}
}
