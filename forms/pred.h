#ifndef FORMS_PRED_H
#define FORMS_PRED_H

#include "forms/attr.h"
#include "forms/def.h"

/*
 * The one condition language: for conditional fields, lists, needs of acts, clocks, indicators and
 * saved searches.
 *
 *   {state: active, category: [left-behind, orphan]}    all of these; a list means any of
 *   {all: [p, …]}  {any: [p, …]}  {not: p}
 *   {field: birth, after: -16y} before: min: max: dates relative or fixed, numbers; min and max are
 *   included
 *   {citizen_no: none}  {guardianship: any}             empty; not empty
 *   {assistance: dibao}                                 of a many-of: it contains the code
 *   {field: residence, in-area: 999901}                 area or prefix
 *   {field: grade, differs: proposed}                   both filled in, and different
 *   {parent.guardianship: nobody}                       a field of the parent, where there is one
 *
 * "state" is the life-cycle state. A field name is looked up first in the group to which the
 * predicate belongs, then in the record. Comparisons with an empty field are false (so `not` of
 * them is true).
 */
struct pred;

struct pred_ctx {
	const struct val	*rec;		/* fields of the record */
	const struct val	*scope;	/* fields of the line of the group at hand, or NULL */
	const char		*state;		/* NULL = no state yet */
	int			 today;
};

/* Prefix of the fields of the parent in a condition, where there is one. */
#define PARENT_PREFIX	"parent."

/*
 * Where names are looked up while a predicate is built: the book, and the group it belongs to (NULL
 * at the top); parent: the book of the parent, whose fields may be named parent.FIELD; NULL where
 * they may not.
 */
struct pred_place {
	const struct book	*book;
	const struct field	*group;
	const struct book	*parent;
};

/*
 * Key in pred_ctx.rec with the fields of the parent, for predicates that read them. No field can
 * have this name.
 */
#define PRED_PARENT	"^parent"

typedef void	 pred_error_fn(void *arg, const struct val *at, const char *fmt, ...)
		    __attribute__((format(printf, 3, 4)));

/*
 * Builds a predicate from `src`; every name, code, state and date is checked against the place.
 * complain() is called for each error (with the value it is in), and then NULL is returned. NULL
 * without a complaint: memory. The predicate keeps no pointer into src. pred_free() it.
 */
struct pred	*pred_new(const struct val *src, const struct pred_place *, pred_error_fn *complain,
		    void *arg) MUST_USE;
void		 pred_free(struct pred *);

/* a NULL predicate holds */
bool		 pred_holds(const struct pred *, const struct pred_ctx *);
bool		 pred_uses_today(const struct pred *);	/* the result can change with the day
							   alone */
bool		 pred_uses_state(const struct pred *);
bool		 pred_uses_parent(const struct pred *);	/* it reads fields of the parent */
/*
 * A superset of the states in which it can hold, by its form alone; all states when the form does
 * not tell.
 */
states_t	 pred_states(const struct pred *, const struct book *);
/* Whether both have the same form. NULL equals NULL only. */
bool		 pred_same(const struct pred *, const struct pred *);
/*
 * Writes a text that depends on fields, codes and states and not on how the definition spells them:
 * predicates that are pred_same() have the same text. For fingerprints that are stored. NULL writes
 * "-".
 */
void		 pred_fingerprint(const struct pred *, struct buf *out);
/* Calls fn for each field it reads. */
void		 pred_fields(const struct pred *, void (*fn)(const struct field *, void *),
		    void *arg);

#endif
