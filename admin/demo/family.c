#include "admin/demo/family.h"

#include "admin/admin.h"

size_t
family_size(struct rng *rng, size_t most)
{
	static const int	 weight[KIN_MAX] = { 88, 8, 4 };
	size_t			 size = (size_t)rng_weighted(rng, weight, KIN_MAX) + 1;

	return size < most ? size : most;
}

/* Also that there is nothing: else it would be drawn. */
static void
put_fact(const struct field *f, const struct val *fields, struct val *facts)
{
	const struct val	*v = val_find(fields, f->path);

	put(facts, f->path, v != NULL ? must(val_dup(v)) : val_nil());
}

static void
put_facts(const struct field *f, const struct val *fields, struct val *facts)
{
	if (f->fields == NULL)
		put_fact(f, fields, facts);
	else if (!f->many)
		for (size_t i = 0; i < f->nfields; i++)
			put_fact(&f->fields[i], fields, facts);
}

void
family_alike(const struct book *book, const struct val *fields, struct val *facts)
{
	for (size_t i = 0; i < book->nalike; i++)
		put_facts(book->alike[i], fields, facts);
}
