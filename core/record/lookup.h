#ifndef CORE_RECORD_LOOKUP_H
#define CORE_RECORD_LOOKUP_H

#include "core/may.h"
#include "core/record/index.h"

/* Reading by index: the pieces that list, find, near and save share. */

/*
 * The record that holds this value of a unique field, other than `except`. *id 0 when none does. txn as in store_get().
 */
enum store_err	 lookup_unique(struct core *, struct store_txn *, const struct field *, const struct val *, uint64_t except,
		    uint64_t *id);

/*
 * Ids of the records that agree with these fields by a rule of their book, oldest first: none where a field of the rule is
 * empty. Asks no may(); at most `limit` are given, fewer when fn returns false.
 */
typedef bool	 near_each(uint64_t id, void *arg);
enum store_err	 lookup_near(struct core *, const struct book *, const struct near *, const struct val *fields, size_t limit,
		    near_each *, void *arg);

/*
 * Calls fn once for each area at or below `area` ("" = all) that has rows in an index whose keys begin id · area(12).
 * False from fn stops.
 */
enum store_err	 lookup_areas(struct core *, uint32_t idx, const char *area, bool (*fn)(const char *area, void *), void *arg);

/*
 * Members of a list in one of its orders, across all areas of the actor's reach, merged. Gives record ids with their
 * place (sort key and id, without area), from behind `after` on; `desc` turns the order around. Asks no may(): the
 * caller reads each record and does. Of a list over a clock: the rows of that clock that are overdue, longest first. Stops after `limit` or when fn returns false; *more tells whether there were others.
 */
struct list_walk {
	const struct list	*list;
	int			 today;		/* of the request: what is overdue */
	size_t			 sort;
	bool			 desc;
	const void		*after;
	size_t			 afterlen;
	bool			 back;		/* towards the front: used with `before` */
};
typedef bool	 list_each(uint64_t id, const void *place, size_t n, void *arg);
enum store_err	 lookup_list(struct core *, const struct actor *, const struct list_walk *, list_each *, void *arg);

/*
 * Records the text finds within the actor's reach, best first come first served, each once.
 * Text: terms between blanks; each must fit some token as find_tokens() says (characters, pinyin, initials, numbers).
 * *cut becomes true when the search ended after core->look_max rows with rows left; else it stays as it is.
 */
#define FIND_TERMS	6
struct fit {
	const struct field	*why;			/* that the first term fits; NULL = the number of the record */
	const struct field	*masked[FIND_TERMS];	/* of terms that fit nothing but a masked field: which one, else NULL */
};
typedef bool	 find_each(struct rec *rec, const struct fit *, void *arg);	/* takes rec */
enum store_err	 lookup_find(struct core *, const struct actor *, const struct book *, const char *text, find_each *, void *arg,
		    bool *cut);

/* The same question of one record: for lists whose members lie elsewhere than where the find box looks. */
bool		 lookup_fits(const struct actor *, const struct rec *, const char *text, struct fit *);

/* How many duties of a clock are overdue in the areas at or below `area` ("" = all). -1: the store failed. */
int64_t		 lookup_overdue(struct core *, const struct clock *, const char *area, int today);

#endif
