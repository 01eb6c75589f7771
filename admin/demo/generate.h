#ifndef ADMIN_DEMO_GENERATE_H
#define ADMIN_DEMO_GENERATE_H

#include "admin/demo/wordlist.h"
#include "forms/check.h"

/*
 * A record nobody lived, filled in until its definition has nothing against it. What ought to stand where is told by facts,
 * a flat map of paths and values: {"name": "王小明", "father.phone": nil}; nil means left empty. Where the definition has no
 * such field a fact is passed over, where it does not want it the fact is dropped, and where there is none a value of
 * the field's type is drawn. So a changed definition changes the people and breaks nothing.
 */
struct generator {
	const struct set	*set;
	const struct areas	*areas;
	const struct wordlist	*wordlist;
	struct rng		*rng;
	int			 today;
	const char		*own_area;	/* of who fills it in; NULL = none */
	struct val		*facts;		/* owned by the caller; facts that do not fit are removed */
};

/*
 * A whole record in its start state: complete, and the needs of all acts in `acts` hold. NULL when there is no way to
 * it in many tries; *why, if wanted, then gets what was in the way last.
 */
struct val	*generate_record(struct generator *, const struct book *, const struct act *const acts[], size_t nacts,
		    struct buf *why);
/* What an act asks. */
struct val	*generate_answers(struct generator *, const struct book *, const struct act *, struct buf *why);

/* Takes some of what is not asked for at once out of a complete record: that makes gaps, and nothing wrong. */
void		 generate_gaps(struct generator *, const struct book *, struct val *fields);

/* What may change later in a record: a telephone or a long text that is filled in. NULL: there is none. */
const struct field *generate_pick_changeable(struct generator *, const struct book *, const struct val *fields);

/* Another value there, put into `fields` too: {} with it alone, as a save takes it. NULL: nothing of the kind stands there. */
struct val	*generate_change(struct generator *, const struct book *, const struct field *, struct val *fields);

/* A field that is filled in, for a remark. NULL when none was found. */
const struct field *generate_pick_field(struct generator *, const struct book *, const struct val *fields);

#endif
