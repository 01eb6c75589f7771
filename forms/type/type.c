#include "forms/type/type_row.h"

#include <stdlib.h>
#include <string.h>

#include "forms/fold.h"

#define A_TEXT	(ATTR_MAX | ATTR_MIN | ATTR_MASK | ATTR_DEFAULT)

const struct field_type type_table[] = {
	{ "text", N_("one line of text"), "王小明", VAL_TEXT,
	    A_TEXT | ATTR_UNIQUE | ATTR_FIND | ATTR_COMPUTED | ATTR_SORT, 12, 200,
	    type_text_parse, type_text_check, type_text_print, type_text_key, type_text_literal },
	{ "long", N_("text of several lines"), "王小明", VAL_TEXT, A_TEXT | ATTR_COMPUTED, 24, 4000,
	    type_long_parse, type_long_check, type_text_print, NULL, type_long_literal },
	{ "number", N_("a number in digits"), "5", VAL_INT,
	    ATTR_RANGE | ATTR_DECIMALS | ATTR_UNIQUE | ATTR_COMPUTED | ATTR_DEFAULT | ATTR_SORT, 6,
	    0, type_number_parse, type_number_check, type_number_print, type_number_key,
	    type_number_literal },
	{ "date", N_("t for today, -1 yesterday, +30, 0312, 260312 or 20260312"), "2026-03-12",
	  VAL_INT,
	    ATTR_RANGE | ATTR_DEFAULT | ATTR_SORT, 10, 0,
	    type_date_parse, type_date_check, type_date_print, type_date_key, type_date_literal },
	{ "yes-no", N_("y or n"), "y", VAL_BOOL, ATTR_DEFAULT | ATTR_SORT, 4, 0,
	    type_yes_no_parse, type_check_nothing, type_yes_no_print, type_yes_no_key,
	    type_yes_no_literal },
	{ "choice", N_("its number, or part of the name or its pinyin initials"), NULL, VAL_TEXT,
	    ATTR_CODES | ATTR_DEFAULT | ATTR_SORT | ATTR_COMPUTED, 8, 0,
	    type_choice_parse, type_choice_check, type_choice_print, type_text_key,
	    type_choice_literal },
	{ "many-of", N_("tick all that apply"), NULL, VAL_LIST, ATTR_CODES | ATTR_DEFAULT, 16, 0,
	    type_many_parse, type_many_check, type_many_print, NULL, type_choice_literal },
	{ "citizen-number", N_("18 places; the last may be X"), "990121201503120010", VAL_TEXT,
	    ATTR_UNIQUE | ATTR_FIND | ATTR_MASK | ATTR_GIVES | ATTR_SORT, 18, 18,
	    type_citizen_parse, type_citizen_check, type_text_print, type_text_key,
	    type_text_literal },
	{ "phone", N_("a mobile number, or area code and number"), "19900001234", VAL_TEXT,
	    ATTR_UNIQUE | ATTR_FIND | ATTR_MASK | ATTR_SORT, 13, 20,
	    type_phone_parse, type_phone_check, type_text_print, type_text_key, type_text_literal },
	{ "area", N_("the name or the 12-digit code of a place"), NULL, VAL_TEXT,
	    ATTR_LEVEL | ATTR_MANY | ATTR_DEFAULT | ATTR_SORT, 16, 0,
	    type_area_parse, type_area_check, type_area_print, type_text_key, type_area_literal },
	{ "link", N_("find the record and choose it"), NULL, VAL_INT,
	    ATTR_LINK | ATTR_MANY | ATTR_MAX | ATTR_MIN, 10, 0,
	    type_link_parse, type_link_check, type_link_print, type_number_key, type_link_literal },
	{ "group", N_("Enter opens it"), NULL, VAL_MAP,
	    ATTR_FIELDS | ATTR_MANY | ATTR_MAX | ATTR_MIN, 16, 0,
	    type_group_parse, type_check_nothing, type_group_print, NULL, NULL },
	{ .name = NULL }
};

const struct field_type *
type_find(const char *name)
{
	for (const struct field_type *t = type_table; t->name != NULL; t++)
		if (strcmp(t->name, name) == 0)
			return t;
	return NULL;
}

bool
type_is(const struct field *f, const char *name)
{
	return f->type != NULL && strcmp(f->type->name, name) == 0;
}

bool
type_value_empty(const struct val *v)
{
	switch (val_kind(v)) {
	case VAL_NIL:
		return true;
	case VAL_TEXT:
		return *val_str(v) == '\0';
	case VAL_LIST:
		for (size_t i = 0; i < val_len(v); i++)
			if (!type_value_empty(val_at(v, i)))
				return false;
		return true;
	case VAL_MAP:
		for (size_t i = 0; i < val_len(v); i++)
			if (!type_value_empty(val_value(v, i)))
				return false;
		return true;
	default:
		return false;
	}
}

/* ---- values in definitions ------------------------------------------------------------------- */

struct val *
type_literal(const struct field *f, const struct val *defined)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;

	switch (val_kind(defined)) {
	case VAL_TEXT:
		buf_puts(&b, val_str(defined));
		break;
	case VAL_INT:
		type_number_write(val_num(defined, 0), 0, &b);
		break;
	case VAL_BOOL:		/* a bare yes may also mean the code "yes" */
		buf_puts(&b, val_is_true(defined) ? "yes" : "no");
		break;
	default:
		return NULL;
	}
	if (!b.bad && f->type->literal != NULL)
		v = f->type->literal(f, buf_str(&b));
	buf_free(&b);
	return v;
}

/*
 * The age bands of the national summary table, and one for people above them who still have a file.
 */
static const char *
age_band(int years)
{
	static const struct {
		int		 until;
		const char	*name;
	} bands[] = {
		{ 5, "0-5" }, { 13, "6-13" }, { 15, "14-15" }, { 17, "16-17" },
		  { INT32_MAX, "18+" },
	};
	size_t	 i = 0;

	while (years > bands[i].until)
		i++;
	return bands[i].name;
}

bool
type_is_virtual(const struct field *f)
{
	return f->computed == COMPUTED_YEARS || f->computed == COMPUTED_AGE_BAND ||
	    f->computed == COMPUTED_PERIOD;
}

/* 0 when it is no date. */
static int
day_of(const struct val *v)
{
	int64_t	 n = val_num(v, 0);

	return n > 0 && n <= INT32_MAX && civil_valid((int)n) ? (int)n : 0;
}

/* Both days are part of the period. Without a valid last day there is no result. */
static const char *
period_at(const struct field *f, int from, const struct val *until, int today)
{
	int	 to = day_of(until), soon;

	if (to == 0 && !type_value_empty(until))
		return NULL;
	if (to != 0 && today > to)
		return "expired";
	if (today < from)
		return "coming";
	soon = to != 0 ? civil_add(to, -f->soon.n, f->soon.unit) : 0;
	return to != 0 && today >= soon ? "expiring" : "in-force";
}

struct val *
type_compute(const struct field *f, const struct val *from, const struct val *to, int today)
{
	int	 day = day_of(from);

	if (day == 0)
		return NULL;
	if (f->computed == COMPUTED_PERIOD)
		return val_text(period_at(f, day, to, today));
	if (day > today)
		return NULL;
	return f->computed == COMPUTED_YEARS ? val_int(civil_years(day, today)) :
	    val_text(age_band(civil_years(day, today)));
}

/* ---- printing -------------------------------------------------------------------------------- */

#define MASKED_ALL	"＊＊＊"

const char *
type_separator(enum lang lang)
{
	return lang == LANG_EN ? ", " : "、";
}

/* A value whose definition is gone is printed as it is, so that nothing seems lost. */
static void
print_raw(const struct val *v, const struct form_ctx *ctx, struct buf *out)
{
	bool	 map = val_kind(v) == VAL_MAP;

	switch (val_kind(v)) {
	case VAL_TEXT:
		buf_puts(out, val_str(v));
		break;
	case VAL_INT:
		type_number_write(val_num(v, 0), 0, out);
		break;
	case VAL_BOOL:
		type_yes_no_print(NULL, v, ctx, out);
		break;
	case VAL_LIST:
	case VAL_MAP:
		for (size_t i = 0; i < val_len(v); i++) {
			if (i > 0)
				buf_puts(out, type_separator(ctx->lang));
			print_raw(map ? val_value(v, i) : val_at(v, i), ctx, out);
		}
		break;
	default:
		break;
	}
}

static size_t
char_bytes(const char *s)
{
	size_t	 n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* The numbers of characters kept at the start and at the end. */
static void
mask_ends(const struct field *f, size_t n, size_t *head, size_t *tail)
{
	if (n >= 12)
		*head = *tail = 4;
	else if (n == 11 && type_is(f, "phone")) {
		*head = 3;
		*tail = 4;
	} else {
		*head = n > 1;
		*tail = n > 2;
	}
}

static void
mask_text(const struct field *f, const char *s, struct buf *out)
{
	size_t	 n = type_text_chars(s), head, tail, bytes;

	if (f->mask == MASK_ALL) {
		buf_puts(out, MASKED_ALL);
		return;
	}
	mask_ends(f, n, &head, &tail);
	for (size_t i = 0; i < n; i++, s += bytes) {
		bytes = char_bytes(s);
		if (i < head || i >= n - tail)
			buf_put(out, s, bytes);
		else
			buf_putc(out, '*');
	}
}

static void
print_one(const struct field *f, const struct val *v, const struct form_ctx *ctx, struct buf *out)
{
	if (val_kind(v) == f->type->kind)
		f->type->print(f, v, ctx, out);
	else
		print_raw(v, ctx, out);
}

static void
print_one_masked(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	struct buf	 b = BUF_INIT;

	if (type_is(f, "group") && val_kind(v) == VAL_MAP) {
		type_group_show(f, v, ctx, true, out);
		return;
	}
	if (f->mask == MASK_NO) {
		print_one(f, v, ctx, out);
		return;
	}
	print_one(f, v, ctx, &b);
	if (b.bad)
		out->bad = true;
	else if (b.n > 0)
		mask_text(f, buf_str(&b), out);
	buf_free(&b);
}

typedef void	 print_fn(const struct field *, const struct val *, const struct form_ctx *,
    struct buf *);

static void
print_all(const struct field *f, const struct val *v, const struct form_ctx *ctx, print_fn *print,
    struct buf *out)
{
	size_t	 start = out->n;

	if (type_value_empty(v))
		return;
	if (val_kind(v) != VAL_LIST || f->type->kind == VAL_LIST) {
		print(f, v, ctx, out);
		return;
	}
	for (size_t i = 0; i < val_len(v); i++) {
		if (type_value_empty(val_at(v, i)))
			continue;
		if (out->n > start)
			buf_puts(out, type_separator(ctx->lang));
		print(f, val_at(v, i), ctx, out);
	}
}

void
type_print(const struct field *f, const struct val *v, const struct form_ctx *ctx, struct buf *out)
{
	print_all(f, v, ctx, print_one, out);
}

void
type_print_masked(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	print_all(f, v, ctx, print_one_masked, out);
}

/* ---- shared by the types --------------------------------------------------------------------- */

void
type_check_nothing(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)f;
	(void)path;
	(void)v;
	(void)ctx;
	(void)ps;
}

bool
type_blank(const char *typed)
{
	struct buf	 b = BUF_INIT;
	bool		 blank;

	fold_width(typed, &b);
	blank = !b.bad && b.n == 0;
	buf_free(&b);
	return blank;
}

#define TYPED_SHOWN	20	/* characters: a row then has room for a hint behind them */

void
type_add_problem(struct problems *ps, const char *path, const char *msgid, const char *typed)
{
	struct buf	 b = BUF_INIT;
	const char	*s = typed;

	for (size_t i = 0; i < TYPED_SHOWN && *s != '\0'; i++)
		s += char_bytes(s);
	buf_put(&b, typed, (size_t)(s - typed));
	if (*s != '\0')
		buf_puts(&b, "…");
	problem_add(ps, path, msgid, ARG_TEXT, buf_str(&b), ARG_END);
	buf_free(&b);
}
