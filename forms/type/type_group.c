#include "forms/type/type_row.h"

struct val *
type_group_parse(const struct field *f, const char *path, const char *typed,
    const struct form_ctx *ctx, struct problems *ps)
{
	(void)f;
	(void)ctx;
	if (!type_blank(typed))
		type_add_problem(ps, path,
		    N_("{1} cannot stand here; fill in the fields one by one"), typed);
	return NULL;
}

void
type_group_show(const struct field *f, const struct val *v, const struct form_ctx *ctx, bool masked,
    struct buf *out)
{
	size_t	 start = out->n;

	for (size_t i = 0; i < f->nfields; i++) {
		const struct field	*inner = &f->fields[i];
		const struct val	*value = val_get(v, inner->name);

		if (type_value_empty(value))
			continue;
		if (out->n > start)
			buf_putc(out, ' ');
		if (masked)
			type_print_masked(inner, value, ctx, out);
		else
			type_print(inner, value, ctx, out);
	}
}

void
type_group_print(const struct field *f, const struct val *v, const struct form_ctx *ctx,
    struct buf *out)
{
	type_group_show(f, v, ctx, false, out);
}
