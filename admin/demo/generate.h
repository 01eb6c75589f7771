#ifndef ADMIN_DEMO_GENERATE_H
#define ADMIN_DEMO_GENERATE_H

#include "admin/demo/wordlist.h"
#include "forms/check.h"

/*
 * An invented record, filled in until its definition has no problem with it. Facts give values for
 * fields, in a flat map of paths: {"name": "王小明", "father.phone": nil}; nil means left empty. A
 * fact for a field that the definition does not have is ignored, one it refuses is dropped, and
 * where there is none a value of the field's type is drawn. So changed definitions change the
 * people but break nothing.
 */
struct generator {
	const struct set	*set;
	const struct areas	*areas;
	const struct wordlist	*wordlist;
	struct rng		*rng;
	int			 today;
	const char		*own_area;	/* of the person who enters it; NULL = none */
	struct val		*facts;	/* the caller's; facts that do not fit are removed */
};

/*
 * A whole record in its start state: complete, and the needs of all acts in `acts` hold. NULL when
 * many tries found none; *why, if wanted, then gets the last obstacle.
 */
struct val	*generate_record(struct generator *, const struct book *,
		    const struct act *const acts[], size_t nacts, struct buf *why);
/* Answers to the questions of an act. */
struct val	*generate_answers(struct generator *, const struct book *, const struct act *,
		    struct buf *why);

/*
 * Removes some values that are not required at once from a complete record: that makes gaps, but no
 * wrong value.
 */
void		 generate_gaps(struct generator *, const struct book *, struct val *fields);

/* A field that may change later: a filled telephone or long text. NULL: there is none. */
const struct field *generate_pick_changeable(struct generator *, const struct book *,
    const struct val *fields);

/*
 * Puts another value into the field in `fields`, and returns {} with it alone, as a save takes it.
 * NULL: the field is empty.
 */
struct val	*generate_change(struct generator *, const struct book *, const struct field *,
		    struct val *fields);

/* A filled field, for a remark. NULL when none was found. */
const struct field *generate_pick_field(struct generator *, const struct book *,
    const struct val *fields);

#endif
