#ifndef CORE_RECORD_QUERY_H
#define CORE_RECORD_QUERY_H

#include "core/access/access.h"
#include "core/record/index.h"
#include "forms/attr.h"

/* Reading by index: the pieces that list, find, near and save share. */

/*
 * The record that holds this value of a unique field, other than `except`. *id 0 when none does. txn as in store_get().
 */
enum store_err	 query_unique(struct core *, struct store_txn *, const struct field *, const struct val *, uint64_t except,
		    uint64_t *id) MUST_USE;

/*
 * Ids of the records that agree with these fields by a rule of their book, oldest first: none where a field of the rule is
 * empty. Does not ask access_allowed(); at most `limit` are given, fewer when fn returns false.
 */
typedef bool	 query_match_fn(uint64_t id, void *arg);
enum store_err	 query_matches(struct core *, const struct match_rule *, const struct val *fields, size_t limit,
		    query_match_fn *, void *arg) MUST_USE;

/*
 * Calls fn once for each scope within `within` that has rows in an index whose keys begin id · scope. False from fn stops.
 */
enum store_err	 query_each_scope(struct core *, uint32_t idx, const struct scope *within, rec_scope_fn *fn, void *arg) MUST_USE;

/*
 * Members of a list in one of its orders, from all scopes of the actor's reach, merged; a member of several scopes comes
 * once. Gives record ids with their place (sort key and id, without scope), from behind `after` on; `desc` turns the order
 * around. Does not ask access_allowed(): the caller reads each record and asks. Of a list over a clock: the rows of that
 * clock that are overdue, the longest overdue first. Stops when fn returns false.
 */
struct query_list_page {
	const struct list	*list;
	int			 today;		/* of the request: what is overdue */
	size_t			 sort;
	bool			 desc;
	const void		*after;
	size_t			 afterlen;
	bool			 back;		/* towards the front: used with `before` */
};
typedef bool	 query_list_fn(uint64_t id, const void *place, size_t n, void *arg);
enum store_err	 query_list(struct core *, const struct actor *, const struct query_list_page *, query_list_fn *, void *arg) MUST_USE;

/*
 * Records the text finds within the actor's reach, best first come first served, each once.
 * Text: terms between blanks; each must fit some token as index_find_tokens() says (characters, pinyin, initials, numbers).
 * *cut becomes true when the search ended after core->scan_limit rows with rows left; else it stays as it is.
 */
#define QUERY_TERMS_MAX	6
struct term_match {
	const struct field	*why;			/* that the first term fits; NULL = the number of the record */
	const struct field	*masked[QUERY_TERMS_MAX];	/* of terms that fit nothing but a masked field: which one, else NULL */
};
typedef bool	 query_find_fn(struct rec *rec, const struct term_match *, void *arg);	/* takes rec */
enum store_err	 query_find(struct core *, const struct actor *, const struct book *, const char *text, query_find_fn *, void *arg,
		    bool *cut) MUST_USE;

/* The same question of one record: for lists whose members lie elsewhere than where the find box looks. */
bool		 query_fits(const struct actor *, const struct rec *, const char *text, struct term_match *);

/*
 * How many deadline rows of a clock within a scope are overdue. A record in several scopes has a row in each and
 * counts once for each. -1: the store failed.
 */
int64_t		 query_count_overdue(struct core *, const struct clock *, const struct scope *within, int today);

#endif
