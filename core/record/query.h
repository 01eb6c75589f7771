#ifndef CORE_RECORD_QUERY_H
#define CORE_RECORD_QUERY_H

#include "core/access/access.h"
#include "core/record/index.h"
#include "forms/attr.h"

/* Queries over index rows that list, find, match and save share. */

/*
 * Finds the record, other than `except`, that has this value in a unique field. *id: 0 when none
 * has. txn as in store_get().
 */
enum store_err	 query_unique(struct core *, struct store_txn *, const struct field *,
		    const struct val *, uint64_t except, uint64_t *id) MUST_USE;

/*
 * Calls fn with the ids of the records that agree with these fields by a match rule of their book,
 * oldest first: with none where a field of the rule is empty. At most `limit` ids, fewer when fn
 * returns false. Does not ask access_allowed().
 */
typedef bool	 query_match_fn(uint64_t id, void *arg);
enum store_err	 query_matches(struct core *, const struct match_rule *, const struct val *fields,
		    size_t limit, query_match_fn *, void *arg) MUST_USE;

/*
 * Calls fn once for each scope within `within` that has rows in an index whose keys begin with id ·
 * scope, until fn returns false.
 */
enum store_err	 query_each_scope(struct core *, uint32_t idx, const struct scope *within,
		    rec_scope_fn *fn, void *arg) MUST_USE;

/*
 * Calls fn for the members of a list in one of its orders, merged from all scopes in the reach of
 * the actor; a member in several scopes comes once. fn gets the record id and the place (sort key
 * and id, without scope), starting after `after`; `desc` reverses the order. Does not ask
 * access_allowed(): the caller reads each record and asks. A list over a clock gives the rows of
 * that clock that are overdue, the longest overdue first. Stops when fn returns false.
 */
struct query_list_page {
	const struct list	*list;
	int			 today;		/* day of the request: decides what is overdue */
	size_t			 sort;
	bool			 desc;
	const void		*after;
	size_t			 afterlen;
	bool			 back;		/* read backwards; used with `before` */
};
typedef bool	 query_list_fn(uint64_t id, const void *place, size_t n, void *arg);
enum store_err	 query_list(struct core *, const struct actor *, const struct query_list_page *,
		    query_list_fn *, void *arg) MUST_USE;

/*
 * Finds records by a text within the reach of the actor, in the order in which they are found, each
 * once.
 * Text: terms separated by blanks; each must fit some token as index_find_tokens() says
 * (characters, pinyin, initials, numbers). *cut becomes true when the search ended after
 * core->scan_limit rows with rows left; else it is not changed.
 */
#define QUERY_TERMS_MAX	6
struct term_match {
	const struct field	*why;			/* field that the first term fits; NULL =
							   the number of the record */
	const struct field	*masked[QUERY_TERMS_MAX];	/* for each term, the masked field
								   it fits when it fits no other;
								   else NULL */
};
/* owns rec */
typedef bool	 query_find_fn(struct rec *rec, const struct term_match *, void *arg);
enum store_err	 query_find(struct core *, const struct actor *, const struct book *,
		    const char *text, query_find_fn *, void *arg, bool *cut) MUST_USE;

/*
 * Whether the text fits one record: for lists whose members lie in other scopes than the find box
 * searches.
 */
bool		 query_fits(const struct actor *, const struct rec *, const char *text,
		    struct term_match *);

/*
 * The number of deadline rows of a clock within a scope that are overdue. A record in several
 * scopes has a row in each and counts once for each. -1: the store failed.
 */
int64_t		 query_count_overdue(struct core *, const struct clock *,
		    const struct scope *within, int today);

#endif
