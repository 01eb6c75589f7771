#include "admin/demo/family.h"

#include <string.h>

#include "admin/admin.h"

size_t
family_size(struct rng *rng, size_t most)
{
	static const int	 weight[SIBLINGS_MAX] = { 88, 8, 4 };
	size_t			 size = (size_t)rng_weighted(rng, weight, SIBLINGS_MAX) + 1;

	return size < most ? size : most;
}

/* Puts nil where there is no value: else one would be drawn. */
static void
put_fact(const struct field *f, const struct val *fields, struct val *facts)
{
	const struct val	*v = val_find(fields, f->path);

	xput(facts, f->path, v != NULL ? xcheck(val_dup(v)) : val_nil());
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
family_copy_common(const struct book *book, const struct val *fields, struct val *facts)
{
	for (size_t i = 0; i < book->nclone_fields; i++)
		put_facts(book->clone_fields[i], fields, facts);
}

void
family_share_carer(const struct book *book, const struct val *fields, struct rng *rng,
    struct val *facts)
{
	const struct field	*carer = book_field(book, "carer");
	const char		*address = val_str(val_find(fields, "carer.address"));

	if (carer == NULL || val_get(fields, "carer") == NULL)
		return;
	put_facts(carer, fields, facts);
	xput(facts, "carer.relation", val_text(rng_chance(rng, 60) ? "99" : "97"));
	if (address != NULL && strcmp(address, SAME_HOME) == 0 &&
	    val_get(fields, "address") != NULL)
		xput(facts, "carer.address", val_dup(val_get(fields, "address")));
}

/* ---- records of persons and households ------------------------------------------------------- */

bool
family_is_recorded(size_t village)
{
	return village % 6 != 1;
}

bool
family_link_is_recorded(const struct book *book, const struct field *link)
{
	return link->link_book != NULL && link != book->under && link->nautofills > 0 &&
	    !link->many && (link->group == NULL || !link->group->many);
}

static void
put_first(struct val *facts, const char *path, const struct val *fields, const char *const paths[])
{
	const char	*s = NULL;

	for (; s == NULL && *paths != NULL; paths++)
		s = val_str(val_find(fields, *paths));
	xput(facts, path, s != NULL ? val_text(s) : val_nil());
}

/*
 * The household's own telephone, where it has one: a person's number would not follow when it
 * changes.
 */
static void
household_facts(struct val *facts, const struct field *link, const struct val *fields,
    const struct wordlist *wordlist, struct rng *rng)
{
	static const char *const	 heads[] = { "grandfather.name", "father.name",
	    "carer.name", "mother.name", NULL };
	static const char *const	 dwellings[] = { "own", "resettled", "rented", "borrowed",
	    "unsafe" };
	static const int		 weight[] = { 72, 10, 4, 6, 8 };

	(void)link;
	(void)wordlist;
	put_first(facts, "head", fields, heads);
	xput(facts, "dwelling",
	    val_text(dwellings[rng_weighted(rng, weight, sizeof weight / sizeof *weight)]));
	if (val_get(fields, "income") != NULL)
		xput(facts, "income", val_dup(val_get(fields, "income")));
	xput(facts, "note", val_nil());
}

static void
put_kinds(struct val *facts, const struct field *link, const struct val *fields)
{
	const char	*group = link->group != NULL ? link->group->name : "", *relation;
	bool		 cares = strcmp(group, "carer") == 0;
	struct val	*kinds = xcheck(val_list());

	relation = cares ? val_str(val_find(fields, "carer.relation")) : NULL;
	if (!cares)
		xadd(kinds, val_text("parent"));
	else {
		if (relation != NULL && relation[0] == '6')
			xadd(kinds, val_text("grandparent"));
		xadd(kinds, val_text("carer"));
	}
	xput(facts, "kinds", kinds);
}

/* Everybody who lives with the child belongs to its household, and so do parents who are away. */
static void
put_home(struct val *facts, const struct val *fields)
{
	const char	*address = val_get_str(facts, "address");
	bool		 here = address == NULL || strcmp(address, SAME_HOME) == 0;
	const char	*at[] = { "household", "address" };

	xput(facts, "household", val_nil());
	for (size_t i = 0; here && i < sizeof at / sizeof *at; i++)
		if (val_get(fields, at[i]) != NULL)
			xput(facts, at[i], val_dup(val_get(fields, at[i])));
}

static void
person_facts(struct val *facts, const struct field *link, const struct val *fields,
    const struct wordlist *wordlist, struct rng *rng)
{
	static const char *const	 states[] = { "well", "ill", "disabled" },
	    *const empty[] = { "birth", "province", "city" };
	static const int		 weight[] = { 86, 11, 3 };

	put_kinds(facts, link, fields);
	put_home(facts, fields);
	if (val_get(facts, "status") == NULL)
		xput(facts, "status", val_text(states[rng_weighted(rng, weight,
		    sizeof weight / sizeof *weight)]));
	xput(facts, "health", strcmp(val_get_str(facts, "status"), "well") == 0 ? val_nil() :
	    val_text(wordlist_pick(wordlist, "ailing", rng)));
	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++)
		if (val_get(facts, empty[i]) == NULL)
			xput(facts, empty[i], val_nil());
	xput(facts, "note", val_nil());
}

static const struct {
	const char	*book;
	void		(*facts)(struct val *facts, const struct field *link,
	    const struct val *fields, const struct wordlist *,
			    struct rng *);
} records[] = {
	{ "household",	household_facts },
	{ "person",	person_facts },
};

static bool
worth_it(const struct field *link, const struct val *fields)
{
	bool	 any = false;

	for (size_t i = 0; i < link->nautofills; i++) {
		const struct val	*v = val_find(fields, link->autofills[i].target->path);

		if (v == NULL && type_is(link->autofills[i].source, "phone"))
			return false;
		any |= v != NULL;
	}
	return any;
}

struct val *
family_record(const struct field *link, const struct val *fields, const struct wordlist *wordlist,
    struct rng *rng)
{
	struct val	*facts;

	if (!worth_it(link, fields))
		return NULL;
	facts = xcheck(val_map());
	for (size_t i = 0; i < link->nautofills; i++) {
		const struct val	*v = val_find(fields, link->autofills[i].target->path);

		xput(facts, link->autofills[i].source->path, v != NULL ? val_dup(v) : val_nil());
	}
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		if (strcmp(records[i].book, link->link_book->name) == 0)
			records[i].facts(facts, link, fields, wordlist, rng);
	return facts;
}

void
family_link_record(const struct field *link, uint64_t id, const struct val *record,
    struct val *fields)
{
	bool	 ok = val_set(fields, link->path, val_int((int64_t)id));

	for (size_t i = 0; i < link->nautofills; i++) {
		const struct autofill	*autofill = &link->autofills[i];
		const struct val	*v = val_find(record, autofill->source->path);

		if (v != NULL && val_find(fields, autofill->target->path) != NULL)
			ok = val_set(fields, autofill->target->path, val_dup(v)) && ok;
	}
	if (!ok)
		xcheck(NULL);
}
