#ifndef FORMS_PRED_H
#define FORMS_PRED_H

#include "forms/def.h"

/*
 * The one predicate: conditional fields, lists, what an act needs, and later clocks, indicators and saved searches.
 *
 *   {state: active, category: [left-behind, orphan]}        all of these; a list means any of
 *   {all: [p, …]}  {any: [p, …]}  {not: p}
 *   {field: birth, after: -16y}   before: min: max:         dates relative or fixed, numbers; min and max hold themselves
 *   {citizen_no: none}  {guardianship: any}                 nothing filled in; something filled in
 *   {assistance: dibao}                                     of a many-of: it holds the code
 *   {field: residence, in-area: 999901}                     area or prefix
 *   {field: grade, differs: proposed}                       both filled in, and not the same
 *
 *   {parent.guardianship: nobody}                           of the record above, where the place has one
 *
 * "state" is the life-cycle state. A field name is looked for in the group it stands beside first, then in the record.
 * Comparisons with something not filled in are false (so `not` of them is true).
 */
struct pred;

struct pred_ctx {
	const struct val	*rec;		/* fields of the record */
	const struct val	*scope;		/* fields of the group instance at hand, or NULL */
	const char		*state;		/* NULL = none yet */
	int			 today;
};

/* What a field of the record above is named with, where it can be. */
#define PARENT_PREFIX	"parent."

/*
 * Where names are looked up while building: the book, and the group the predicate stands in (NULL at the top); parent: the
 * book above, whose fields may be named parent.FIELD; NULL where they may not.
 */
struct pred_place {
	const struct book	*book;
	const struct field	*group;
	const struct book	*parent;
};

/* Under this key, which no field can have, pred_ctx.rec holds the fields of the record above for a predicate that reads them. */
#define PRED_PARENT	"^parent"

typedef void	 pred_error_fn(void *arg, const struct val *at, const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));

/*
 * Understands `src`; every name, code, state and date is checked against the place. complain() is told of all that is
 * wrong (with the value it stands at) and then NULL is returned. NULL without complaint: memory. The predicate keeps
 * no pointer into src. pred_free() it.
 */
struct pred	*pred_new(const struct val *src, const struct pred_place *, pred_error_fn *complain, void *arg);
void		 pred_free(struct pred *);

bool		 pred_holds(const struct pred *, const struct pred_ctx *);	/* NULL predicate holds */
bool		 pred_uses_today(const struct pred *);				/* the day alone can change the answer */
bool		 pred_uses_state(const struct pred *);
bool		 pred_uses_parent(const struct pred *);				/* it reads fields of the record above */
/* States outside of which it never holds, as far as its form tells; all of them when it does not. */
states_t	 pred_states(const struct pred *, const struct book *);
/* Whether both ask the same in the same form. NULL is the same as NULL only. */
bool		 pred_same(const struct pred *, const struct pred *);
/*
 * What it asks, in a form that depends on fields, codes and states and not on how the definition spells it: two that are
 * pred_same() are written the same. For fingerprints that are stored. NULL writes "-".
 */
void		 pred_fingerprint(const struct pred *, struct buf *out);
/* Calls fn for each field it reads. */
void		 pred_fields(const struct pred *, void (*fn)(const struct field *, void *), void *arg);

#endif
