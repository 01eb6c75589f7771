#include "forms/type/type_row.h"

#include <string.h>

#include "forms/fold.h"

/* ---- area ------------------------------------------------------------------------------------ */

/* Whether an area has this name, alone (柳树村) or with the area above (青石镇柳树村). */
static bool
is_name(const struct areas *as, size_t i, const char *s)
{
	struct buf	 full = BUF_INIT;
	bool		 same;

	if (strcmp(areas_name(as, i), s) == 0)
		return true;
	areas_print(as, areas_code(as, i), AREA_COUNTY, &full);
	same = strcmp(buf_str(&full), s) == 0;
	buf_free(&full);
	return same;
}

/* Counts the areas in use, of the required level, that have this name; *i is the last of them. */
static size_t
find_named(const struct field *f, const struct form_ctx *ctx, const char *s, size_t *i)
{
	size_t	 found = 0;

	for (size_t k = 0; k < areas_count(ctx->areas); k++)
		if ((f->level == AREA_BAD || area_level(areas_code(ctx->areas, k)) == f->level) &&
		    !areas_retired(ctx->areas, k, ctx->today) && is_name(ctx->areas, k, s)) {
			*i = k;
			found++;
		}
	return found;
}

struct val *
type_area_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;
	size_t		 i = 0, found = 0;

	fold_width(typed, &b);
	if (b.n == 0)
		goto out;
	if (area_valid(buf_str(&b))) {
		v = val_text(buf_str(&b));
		goto out;
	}
	if (ctx->areas != NULL)
		found = find_named(f, ctx, buf_str(&b), &i);
	if (found == 1)
		v = val_text(areas_code(ctx->areas, i));
	else
		type_add_problem(ps, path, found == 0 ?
		    N_("No place here is called {1}; choose from the list") :
		    N_("More than one place is called {1}; put the township before it, or type the code"), buf_str(&b));
out:
	buf_free(&b);
	return v;
}

static void
check_level(const struct field *f, const char *path, const char *code, struct problems *ps)
{
	static const char *const	 says[] = {
		[AREA_COUNTY] = N_("{1} is not a county; choose one"),
		[AREA_TOWNSHIP] = N_("{1} is not a township; choose one"),
		[AREA_VILLAGE] = N_("{1} is not a village; choose the village itself"),
	};

	if (f->level >= AREA_COUNTY && area_level(code) != f->level)
		problem_add(ps, path, says[f->level], ARG_AREA, code, ARG_END);
}

void
type_area_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	const char	*code = val_str(v);
	struct problem	*p;
	size_t		 i;

	if (!area_valid(code)) {
		type_add_problem(ps, path, N_("{1} is no area code; it has 12 digits"), code);
		return;
	}
	check_level(f, path, code, ps);
	if (ctx->areas == NULL)
		return;
	if ((i = areas_find(ctx->areas, code)) == SIZE_MAX)
		type_add_problem(ps, path, N_("There is no place with the code {1}"), code);
	else if (areas_retired(ctx->areas, i, ctx->today) &&
	    (p = problem_add(ps, path, N_("{1} has been dissolved or merged"), ARG_AREA, code,
	    ARG_END)) != NULL)
		p->warn = true;
}

void
type_area_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	(void)f;
	areas_print(ctx->areas, val_str(v), AREA_COUNTY, out);
}

/* ---- link ------------------------------------------------------------------------------------ */

/* Prints the id: only the store knows the title. */
struct val *
type_link_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	struct buf	 b = BUF_INIT;
	struct val	*v = NULL;
	int64_t		 id;

	(void)f;
	(void)ctx;
	fold_width(typed, &b);
	if (b.n > 0 && type_number_read(buf_str(&b), 0, &id) && id > 0)
		v = val_int(id);
	else if (b.n > 0)
		type_add_problem(ps, path, N_("{1} names no record; find it and choose it"), typed);
	buf_free(&b);
	return v;
}

void
type_link_check(const struct field *f, const char *path, const struct val *v,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)f;
	(void)ctx;
	if (val_num(v, 0) <= 0)
		problem_add(ps, path, N_("{1} names no record; find it and choose it"), ARG_NUM,
		    val_num(v, 0), ARG_END);
}

void
type_link_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	(void)f;
	(void)ctx;
	type_number_write(val_num(v, 0), 0, out);
}

struct val *
type_area_literal(const struct field *f, const char *text)
{
	(void)f;
	return area_valid(text) ? val_text(text) : NULL;
}

struct val *
type_link_literal(const struct field *f, const char *text)
{
	int64_t	 id;

	(void)f;
	return type_number_read(text, 0, &id) && id > 0 ? val_int(id) : NULL;
}
