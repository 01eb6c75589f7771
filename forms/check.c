#include "forms/check.h"

#include <string.h>

#include "forms/citizen.h"
#include "forms/score.h"

#define REPEAT_MAX	200	/* most lines of a repeating group whose definition gives no max */
#define TEXT_MAX	65536		/* most bytes of any text from outside */
#define LIST_MAX	1000

#define SAY_MISFIT	N_("What stands here does not fit this kind of field; fill it in anew")

/* ---- small tests ----------------------------------------------------------------------------- */

bool
check_shown(const struct field *f, const struct pred_ctx *pc)
{
	return pred_holds(f->shown, pc);
}

bool
check_required(const struct field *f, const struct pred_ctx *pc)
{
	return f->required != REQUIRED_NO && pred_holds(f->required_when, pc);
}

/* Checks one value, not a list of them; an empty one fits everywhere. */
static bool
kind_fits(const struct field *f, const struct val *v)
{
	return val_kind(v) == VAL_NIL || val_kind(v) == f->type->kind;
}

static bool
is_group(const struct field *f)
{
	return f->type->kind == VAL_MAP;
}

/*
 * The value of `other` for a field f in `map` (a line of its group, or the record): from the same
 * map when both are in the same group, else from the record.
 */
static const struct val *
beside(const struct field *f, const struct field *other, const struct val *map,
    const struct val *rec)
{
	if (other->group == f->group)
		return val_get(map, other->name);
	return val_find(rec, other->path);
}

/* ---- whole records --------------------------------------------------------------------------- */

struct walk {
	const struct form_ctx	*ctx;
	const struct val	*rec;
	const char		*state;
	struct problems		*ps;
	struct buf		 path;		/* path of the present field */
};

static void	 walk_fields(struct walk *, const struct field *, size_t, const struct val *, bool);

static size_t
path_push(struct walk *w, const char *step)
{
	size_t	 mark = w->path.n;

	if (mark > 0)
		buf_putc(&w->path, '.');
	buf_puts(&w->path, step);
	return mark;
}

static size_t
path_push_index(struct walk *w, size_t i)
{
	size_t	 mark = w->path.n;

	buf_printf(&w->path, ".%zu", i);
	return mark;
}

static void
path_pop(struct walk *w, size_t mark)
{
	w->path.n = mark;
	if (w->path.p != NULL)
		w->path.p[mark] = '\0';
}

static void
wrong_kind(struct walk *w)
{
	problem_add(w->ps, buf_str(&w->path), SAY_MISFIT, ARG_END);
}

static void
missing(struct walk *w, const struct field *f)
{
	struct problem	*p = problem_add(w->ps, buf_str(&w->path), N_("Not filled in yet"),
	    ARG_END);

	if (p != NULL)
		p->gap = f->required != REQUIRED_FIRST;
}

/*
 * The problem is shown at the other field: the citizen number has a check digit, a typed date has
 * none.
 */
static void
disagree(struct walk *w, const struct field *f, const struct field *other, enum problem_arg say,
    const char *list, const struct citizen *c, const struct val *is)
{
	const char	*msgid = N_("The citizen number says {1}, here stands {2}");
	struct buf	 path = BUF_INIT;

	if (other->group == f->group && w->path.n >= strlen(f->name))
		buf_put(&path, w->path.p, w->path.n - strlen(f->name));
	buf_puts(&path, other->group == f->group ? other->name : other->path);
	if (say == ARG_DATE)
		problem_add(w->ps, buf_str(&path), msgid, ARG_DATE, c->birth, ARG_DATE,
		    (int)val_num(is, 0), ARG_END);
	else
		problem_add(w->ps, buf_str(&path), msgid, ARG_CODE, list, c->sex == 1 ? "1" : "2",
		    ARG_CODE, list, val_str(is), ARG_END);
	buf_free(&path);
}

static void
check_gives(struct walk *w, const struct field *f, const struct val *number, const struct val *map)
{
	const struct val	*is;
	struct citizen		 c;

	if ((f->birth_target == NULL && f->sex_target == NULL) || val_str(number) == NULL ||
	    citizen_check(val_str(number), w->ctx->today, &c) != CITIZEN_OK)
		return;
	if (f->birth_target != NULL) {
		is = beside(f, f->birth_target, map, w->rec);
		if (val_kind(is) == VAL_INT && val_num(is, 0) != c.birth)
			disagree(w, f, f->birth_target, ARG_DATE, NULL, &c, is);
	}
	if (f->sex_target != NULL) {
		is = beside(f, f->sex_target, map, w->rec);
		if (val_str(is) != NULL && strcmp(val_str(is), c.sex == 1 ? "1" : "2") != 0)
			disagree(w, f, f->sex_target, ARG_CODE, f->sex_target->codes->name, &c, is);
	}
}

/* An empty line counts for the maximum, because it takes a row, but not for the minimum. */
static void
check_times(struct walk *w, const struct field *f, const struct val *v, bool shown)
{
	size_t		 max = f->max_size != 0 ? f->max_size : REPEAT_MAX, n = val_len(v),
	    filled = 0;
	struct problem	*p;

	for (size_t i = 0; i < n && n <= max; i++)
		filled += !type_value_empty(val_at(v, i));
	if (n > max)
		problem_add(w->ps, buf_str(&w->path), N_("There are {1} of these; at most {2} fit"),
		    ARG_NUM, (int64_t)n, ARG_NUM, (int64_t)max, ARG_END);
	else if (shown && filled < f->min_size) {
		p = problem_add(w->ps, buf_str(&w->path),
		    N_("There are {1} of these; at least {2} are needed"), ARG_NUM,
		    (int64_t)filled, ARG_NUM, (int64_t)f->min_size, ARG_END);
		if (p != NULL)
			p->gap = true;
	}
}

static void
check_one(struct walk *w, const struct field *f, const struct val *v, bool shown)
{
	if (!kind_fits(f, v))
		wrong_kind(w);
	else if (is_group(f))
		walk_fields(w, f->fields, f->nfields, v, shown);
	else if (!type_value_empty(v))
		f->type->check(f, buf_str(&w->path), v, w->ctx, w->ps);
}

static void
check_many(struct walk *w, const struct field *f, const struct val *v, bool shown)
{
	size_t	 mark, max = f->max_size != 0 ? f->max_size : REPEAT_MAX;

	if (val_kind(v) != VAL_LIST && val_kind(v) != VAL_NIL) {
		wrong_kind(w);
		return;
	}
	check_times(w, f, v, shown);
	for (size_t i = 0; i < val_len(v) && i < max; i++) {
		mark = path_push_index(w, i);
		check_one(w, f, val_at(v, i), shown);
		path_pop(w, mark);
	}
}

/* `map` holds the field: the record, or a line of its group; NULL = an empty line. */
static void
walk_field(struct walk *w, const struct field *f, const struct val *map, bool shown)
{
	const struct pred_ctx	 pc = { w->rec, f->group != NULL ? map : NULL, w->state,
	    w->ctx->today };
	const struct val	*v = val_get(map, f->name);
	size_t			 before = w->ps->n;

	shown = shown && check_shown(f, &pc);
	if (f->computed != COMPUTED_NO) {
		if (type_is_virtual(f) && !type_value_empty(v))
			problem_add(w->ps, buf_str(&w->path),
			    N_("This is worked out from other fields and cannot be typed"),
			    ARG_END);
		return;
	}
	/*
	 * A group that does not repeat is part of the page: its required fields are missing also
	 * when the whole group is.
	 */
	if (!type_value_empty(v) || (shown && (f->many ? f->min_size > 0 : is_group(f)))) {
		if (f->many)
			check_many(w, f, v, shown);
		else
			check_one(w, f, v, shown);
		check_gives(w, f, v, map);
	}
	if (type_value_empty(v) && w->ps->n == before && shown && check_required(f, &pc))
		missing(w, f);
}

static void
walk_fields(struct walk *w, const struct field *fields, size_t n, const struct val *map, bool shown)
{
	size_t	 mark;

	for (size_t i = 0; i < n; i++) {
		mark = path_push(w, fields[i].name);
		walk_field(w, &fields[i], map, shown);
		path_pop(w, mark);
	}
}

static void
walk_done(struct walk *w)
{
	if (w->path.bad)
		w->ps->bad = true;
	buf_free(&w->path);
}

void
check_record(const struct book *book, const struct val *fields, const char *state,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct walk	 w = { ctx, fields, state, ps, BUF_INIT };

	for (size_t i = 0; i < book->npages; i++)
		walk_fields(&w, book->pages[i].fields, book->pages[i].nfields, fields, true);
	walk_done(&w);
}

/* ---- warnings -------------------------------------------------------------------------------- */

const char *const	 check_warning_msgid = N_("Please check: {1}");

struct sight {
	check_visible_fn	*see;
	const void	*arg;
	bool		 all;
};

static void
look_at(const struct field *f, void *arg)
{
	struct sight	*s = arg;

	s->all = s->all && (s->see == NULL || s->see(f, s->arg));
}

bool
check_reads_parent(const struct book *book)
{
	for (size_t i = 0; i < book->nwarnings; i++)
		if (pred_uses_parent(book->warnings[i].when))
			return true;
	return false;
}

static void
check_warning(const struct warning_rule *warning_rule, const struct pred_ctx *pc,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct problem	*p;

	if (!pred_holds(warning_rule->when, pc))
		return;
	p = problem_add(ps, warning_rule->field->path, check_warning_msgid, ARG_TEXT,
	    LABEL(warning_rule->say, ctx->lang), ARG_END);
	if (p != NULL)
		p->warn = true;
}

void
check_warnings(const struct book *book, const struct val *fields, const struct val *parent,
    const char *state,
    const struct form_ctx *ctx, check_visible_fn *see, const void *arg, struct problems *ps)
{
	struct val		*both = parent != NULL && book->nwarnings > 0 ? val_dup(fields) :
	    NULL;
	const struct pred_ctx	 pc = { both != NULL ? both : fields, NULL, state, ctx->today };

	if (both != NULL && !val_put(both, PRED_PARENT, val_dup(parent)))
		ps->bad = true;
	for (size_t i = 0; !ps->bad && i < book->nwarnings; i++) {
		struct sight	 sight = { see, arg, true };

		pred_fields(book->warnings[i].when, look_at, &sight);
		if (sight.all && (both != NULL || !pred_uses_parent(book->warnings[i].when)))
			check_warning(&book->warnings[i], &pc, ctx, ps);
	}
	val_free(both);
}

void
check_fields(const struct field *f, size_t n, const struct val *fields, const struct form_ctx *ctx,
    struct problems *ps)
{
	struct walk	 w = { ctx, fields, NULL, ps, BUF_INIT };

	walk_fields(&w, f, n, fields, true);
	walk_done(&w);
}

/* ---- shape ----------------------------------------------------------------------------------- */

static bool
name_fits(const char *s)
{
	size_t	 n = strlen(s);

	return n > 0 && n < 64 && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-") == n;
}

/* Names and sizes only: unknown names may belong to a definition that has been changed since. */
static bool
size_fits(const struct val *v)
{
	size_t	 n;

	switch (val_kind(v)) {
	case VAL_BYTES:
		return false;
	case VAL_TEXT:
		val_mem(v, &n);
		return n <= TEXT_MAX;
	case VAL_LIST:
	case VAL_MAP:
		if (val_len(v) > LIST_MAX)
			return false;
		for (size_t i = 0; i < val_len(v); i++)
			if ((val_kind(v) == VAL_MAP && !name_fits(val_key(v, i))) ||
			    !size_fits(val_kind(v) == VAL_MAP ? val_value(v, i) : val_at(v, i)))
				return false;
		return true;
	default:
		return true;
	}
}

static bool	 shape_fits(const struct field *, const struct val *);

static bool
one_fits(const struct field *f, const struct val *v)
{
	if (!kind_fits(f, v))
		return false;
	for (size_t i = 0; val_kind(v) == VAL_LIST && i < val_len(v); i++)
		if (val_str(val_at(v, i)) == NULL)
			return false;			/* many-of */
	for (size_t i = 0; val_kind(v) == VAL_MAP && i < f->nfields; i++)
		if (!shape_fits(&f->fields[i], val_get(v, f->fields[i].name)))
			return false;
	return true;
}

static bool
shape_fits(const struct field *f, const struct val *v)
{
	if (!f->many || val_kind(v) == VAL_NIL)
		return one_fits(f, v);
	if (val_kind(v) != VAL_LIST)
		return false;
	for (size_t i = 0; i < val_len(v); i++)
		if (!one_fits(f, val_at(v, i)))
			return false;
	return true;
}

static const struct field *
field_on_top(const struct book *book, const char *name)
{
	for (size_t p = 0; p < book->npages; p++)
		for (size_t i = 0; i < book->pages[p].nfields; i++)
			if (strcmp(book->pages[p].fields[i].name, name) == 0)
				return &book->pages[p].fields[i];
	return NULL;
}

bool
check_shape(const struct book *book, const struct val *fields, struct problems *ps)
{
	size_t	 before = ps->n;

	if (val_kind(fields) != VAL_MAP || val_len(fields) > LIST_MAX) {
		problem_add(ps, NULL, N_("This is no record"), ARG_END);
		return false;
	}
	for (size_t i = 0; i < val_len(fields); i++) {
		const char		*name = val_key(fields, i);
		const struct val	*v = val_value(fields, i);
		const struct field	*f = field_on_top(book, name);

		if (!name_fits(name))
			problem_add(ps, NULL, N_("A field has a name that no field can have"),
			    ARG_END);
		else if (!size_fits(v))
			problem_add(ps, name,
			    N_("What stands here is too large, or not made of fields"), ARG_END);
		else if (f != NULL && !shape_fits(f, v))
			problem_add(ps, name, SAY_MISFIT, ARG_END);
	}
	return !ps->bad && ps->n == before;
}

/* ---- filling in ------------------------------------------------------------------------------ */

/* Puts a value from the citizen number into an empty field. */
static bool
give(struct val *rec, struct val *map, const struct field *f, const struct field *to,
    struct val *what)
{
	bool	 elsewhere = to->group != f->group && to->group != NULL && to->group->many;

	if (elsewhere || !type_value_empty(beside(f, to, map, rec))) {
		val_free(what);
		return true;
	}
	return to->group == f->group ? val_put(map, to->name, what) : val_set(rec, to->path, what);
}

static bool
derive_one(struct val *rec, struct val *map, const struct field *f, int today)
{
	const char	*number = val_get_str(map, f->name);
	struct citizen	 c;

	if ((f->birth_target == NULL && f->sex_target == NULL) || number == NULL ||
	    citizen_check(number, today, &c) != CITIZEN_OK)
		return true;
	return (f->birth_target == NULL || give(rec, map, f, f->birth_target, val_int(c.birth))) &&
	    (f->sex_target == NULL ||
	    give(rec, map, f, f->sex_target, val_text(c.sex == 1 ? "1" : "2")));
}

static bool
derive_fields(struct val *rec, struct val *map, const struct field *fields, size_t n, int today)
{
	for (size_t i = 0; i < n; i++) {
		const struct field	*f = &fields[i];
		struct val		*v = val_get(map, f->name);

		if (val_kind(v) == VAL_MAP && !derive_fields(rec, v, f->fields, f->nfields, today))
			return false;
		for (size_t k = 0; is_group(f) && f->many && k < val_len(v); k++)
			if (!derive_fields(rec, val_at(v, k), f->fields, f->nfields, today))
				return false;
		if (!derive_one(rec, map, f, today))
			return false;
	}
	return true;
}

/* The default of a field as a value. NULL: there is none (or memory). */
static struct val *
default_of_one(const struct field *f, const struct val *defined, const char *own_area, int today)
{
	struct civil_rel	 rel;
	const char		*s = val_str(defined);

	if (s != NULL && type_is(f, "area") && strcmp(s, "own-area") == 0)
		return val_text(own_area);
	if (s != NULL && type_is(f, "date"))
		return civil_rel_parse(s, &rel) ? val_int(civil_rel_on(&rel, today)) : NULL;
	return type_literal(f, defined);
}

static struct val *
default_of(const struct field *f, const struct val *defined, const char *own_area, int today)
{
	struct val	*one = NULL, *list;

	if (type_is(f, "many-of") && val_kind(defined) == VAL_LIST)
		return val_dup(defined);
	one = default_of_one(f, defined, own_area, today);
	if (one == NULL || (!f->many && f->type->kind != VAL_LIST))
		return one;
	if ((list = val_list()) == NULL) {
		val_free(one);
		return NULL;
	}
	if (val_add(list, one))
		return list;
	val_free(list);
	return NULL;
}

/* In reading order, because a default can make the next field shown. */
static bool
fill_defaults(struct val *rec, const struct field *fields, size_t n, const char *state,
    const char *own_area, int today)
{
	struct val	*v;

	for (size_t i = 0; i < n; i++) {
		const struct field	*f = &fields[i];
		const struct val	*group = f->group != NULL ? val_get(rec, f->group->name) :
		    NULL;
		const struct pred_ctx	 pc = { rec, group, state, today };

		if (!check_shown(f, &pc))
			continue;
		if (is_group(f) && !f->many && !fill_defaults(rec, f->fields, f->nfields, state,
		    own_area, today))
			return false;
		if (f->default_value == NULL || f->computed != COMPUTED_NO ||
		    !type_value_empty(val_find(rec, f->path)))
			continue;
		if ((v = default_of(f, f->default_value, own_area, today)) != NULL &&
		    !val_set(rec, f->path, v))
			return false;
	}
	return true;
}

bool
check_derive(const struct book *book, struct val *fields, const char *state, bool is_new,
    const char *own_area, const struct form_ctx *ctx)
{
	for (size_t i = 0; i < book->npages; i++)
		if (!derive_fields(fields, fields, book->pages[i].fields, book->pages[i].nfields,
		    ctx->today))
			return false;
	for (size_t i = 0; is_new && i < book->npages; i++)
		if (!fill_defaults(fields, book->pages[i].fields, book->pages[i].nfields, state,
		    own_area, ctx->today))
			return false;
	return score_derive(book, fields, state, ctx);
}

bool
check_apply_quick(const struct book *book, const struct quick_entry *quick_entry,
    struct val *fields, const char *own_area, const struct form_ctx *ctx)
{
	for (size_t i = 0; i < val_len(quick_entry->initial); i++) {
		const struct field	*f = book_field(book, val_key(quick_entry->initial, i));
		struct val		*v = default_of(f, val_value(quick_entry->initial, i),
		    own_area, ctx->today);

		if (v != NULL && !val_put(fields, f->name, v))
			return false;
	}
	return true;
}

/* ---- reading a record ------------------------------------------------------------------------ */

/* The value in one line of a group; *owned is the caller's where the value is computed. */
static const struct val *
value_in(const struct field *f, const struct val *map, const struct val *rec, int today,
    struct val **owned)
{
	const struct val	*to;

	if (!type_is_virtual(f))
		return val_get(map, f->name);
	to = f->computed_end != NULL ? beside(f, f->computed_end, map, rec) : NULL;
	*owned = type_compute(f, beside(f, f->computed_begin, map, rec), to, today);
	return *owned;
}

/* The values in all lines of a repeating group, as one list; NULL when all are empty. */
static struct val *
values_in(const struct field *f, const struct val *instances, const struct val *rec, int today)
{
	struct val		*list = val_list(), *made;
	const struct val	*v;
	bool			 ok = list != NULL;

	for (size_t i = 0; ok && i < val_len(instances); i++) {
		made = NULL;
		v = value_in(f, val_at(instances, i), rec, today, &made);
		if (!type_value_empty(v))
			ok = val_add(list, val_dup(v));
		val_free(made);
	}
	if (ok && val_len(list) > 0)
		return list;
	val_free(list);
	return NULL;
}

const struct val *
record_value(const struct field *f, const struct val *fields, const struct form_ctx *ctx,
    struct val **owned)
{
	const struct val	*group;

	*owned = NULL;
	if (f->group == NULL)
		return value_in(f, fields, fields, ctx->today, owned);
	group = val_get(fields, f->group->name);
	if (!f->group->many)
		return value_in(f, group, fields, ctx->today, owned);
	*owned = values_in(f, group, fields, ctx->today);
	return *owned;
}

static void
print_place(const struct book *book, const char *name, size_t n, const struct val *fields,
    const struct form_ctx *ctx, struct buf *out)
{
	char			 path[128];
	const struct field	*f;
	const struct val	*v;
	struct val		*owned;

	if (n >= sizeof path)
		return;
	memcpy(path, name, n);
	path[n] = '\0';
	if ((f = book_field(book, path)) == NULL)
		return;
	v = record_value(f, fields, ctx, &owned);
	type_print_masked(f, v, ctx, out);
	val_free(owned);
}

/* One space for each run of spaces, none at the ends. */
static void
put_single_blanks(const char *s, struct buf *out)
{
	size_t	 start = out->n;
	bool	 blank = false;

	for (; *s != '\0'; s++) {
		if (*s == ' ' || *s == '\n') {
			blank = out->n > start;
			continue;
		}
		if (blank)
			buf_putc(out, ' ');
		buf_putc(out, *s);
		blank = false;
	}
}

void
record_title(const struct book *book, const struct val *fields, const struct form_ctx *ctx,
    struct buf *out)
{
	struct buf	 b = BUF_INIT;
	const char	*end;

	for (const char *s = book->title; *s != '\0'; s++) {
		if (*s != '{' || (end = strchr(s, '}')) == NULL) {
			buf_putc(&b, *s);
			continue;
		}
		print_place(book, s + 1, (size_t)(end - s - 1), fields, ctx, &b);
		s = end;
	}
	put_single_blanks(buf_str(&b), out);
	if (b.bad)
		out->bad = true;
	buf_free(&b);
}
