#include "forms/type/type_row.h"

/* yyyymmdd of a value, 0 when it is no date. */
static int
day_of(const struct val *v)
{
	int64_t	 n = val_num(v, 0);

	return n > 0 && n <= INT32_MAX && civil_valid((int)n) ? (int)n : 0;
}

struct val *
type_date_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	int	 date;

	(void)f;
	if (type_blank(typed))
		return NULL;
	if (civil_parse(typed, ctx->today, &date))
		return val_int(date);
	type_add_problem(ps, path, N_("{1} is not a calendar date; type for example 2026-03-12"),
	    typed);
	return NULL;
}

static bool
is_today(const struct civil_rel *r)
{
	return r->base == REL_TODAY && r->n == 0;
}

void
type_date_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	int	 date = day_of(v), limit;

	if (date == 0) {
		problem_add(ps, path, N_("{1} is not a calendar date; type for example 2026-03-12"),
		    ARG_NUM, val_num(v, 0), ARG_END);
		return;
	}
	if (f->has_min && date < (limit = civil_rel_on(&f->min_date, ctx->today)))
		problem_add(ps, path, is_today(&f->min_date) ? N_("{1} is before today") :
		    N_("{1} is before {2}, the first day possible"), ARG_DATE, date, ARG_DATE,
		    limit, ARG_END);
	if (f->has_max && date > (limit = civil_rel_on(&f->max_date, ctx->today)))
		problem_add(ps, path, is_today(&f->max_date) ? N_("{1} is after today") :
		    N_("{1} is after {2}, the last day possible"), ARG_DATE, date, ARG_DATE, limit,
		    ARG_END);
}

void
type_date_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	char	 text[11];

	(void)f;
	(void)ctx;
	civil_print(day_of(v), text);
	buf_puts(out, text);
}

void
type_date_key(const struct field *f, const struct val *v, struct buf *out)
{
	(void)f;
	if (day_of(v) != 0)
		buf_put_u32(out, (uint32_t)day_of(v));
}

/* 2026-03-12, or as a number 20260312. */
struct val *
type_date_literal(const struct field *f, const char *text)
{
	struct civil_rel	 rel;
	int64_t			 n;

	(void)f;
	if (civil_rel_parse(text, &rel))
		return rel.base == REL_FIXED ? val_int(rel.fixed) : NULL;
	return type_number_read(text, 0, &n) && n > 0 && n <= INT32_MAX && civil_valid((int)n) ?
	    val_int(n) : NULL;
}
