#ifndef CORE_RECORD_INDEX_H
#define CORE_RECORD_INDEX_H

#include "core/rec/rec.h"

/*
 * Index rows: keys without values in STORE_IDX. The definitions say which a record has; the same function makes them
 * for a save, for a rebuild and for verify, so they cannot disagree.
 *
 *	unique	id · value · record			one field, whole county
 *	near	id · value · value … · record		one rule of search before create, whole county
 *	list	id · area(12) · sort key · record	members of a list in one of its orders
 *	find	id · area(12) · token · record		what the find box looks for; INDEX_FIND_WHOLE before a token of a masked field
 *	under	id · owner(8) · day(4) · record		records that stand under another (core/record/children.h)
 *	link	id · target(8) · record			records that name another in a link field (core/record/link.h)
 *	due	id · area(12) · day(4) · record		what a clock makes fall due (core/record/deadline.h)
 *	begun	id · area(12) · day(4) · record		since when one with such a row has been on the roll of a clock that has one
 *	did	id · month(4) · area(12) · owner(8) · record	what was done of such a clock, by the month it tells of
 *	taken	none: its entry tells that fields taken from other records are to be taken anew
 *
 * A record has no list, due, begun or did row while one above it is in a state that not every role with sight of that book may
 * see (rec_parent_hidden()): counts from rows and tallies then hold for every reader.
 *
 * id: 4 bytes, given out by the catalog in STORE_META and never used again for something else. Values are escaped
 * (00 -> 00 FF) and end in 00 01, so rows sort as their values do. record: 8 bytes. month: 202602. Area first, because every reader looks at
 * the few areas of his reach: the record's own, or in lists and clocks that name one that of an area field. Members per list and area are counted in STORE_TALLY under the same id (of the first order).
 */
#define INDEX_FIRST	1000		/* smaller ids are the program's own (audit) */

enum index_kind { IDX_UNIQUE, IDX_MATCH, IDX_LIST, IDX_FIND, IDX_CHILD, IDX_LINK, IDX_DEADLINE, IDX_ROLL_SINCE, IDX_ROLL_DONE, IDX_ROLLUP };

struct index_def {
	uint32_t		 id;
	enum index_kind		 kind;
	const struct book	*book;
	const struct field	*field;		/* unique, link, taken */
	const struct match_rule	*match_rule;
	const struct list	*list;
	size_t			 sort;		/* which of list->sorts */
	const struct clock	*clock;		/* due, begun, did: there `book` is what does it */
	char			*name;		/* "child/list/mine/0" */
	bool			 is_new;		/* new or changed: rows are still to be made */
};

struct index_catalog;

/* Gives ids to the set's indexes; those whose meaning changed get a new id and are `fresh`. Tools alone or before the committer starts. */
enum store_err		 index_catalog_open(struct store *, const struct set *, struct index_catalog **);
void			 index_catalog_free(struct index_catalog *);
/* Makes the rows of fresh indexes and removes those of ids no longer used. One line to err when it fails. */
enum store_err		 index_catalog_rebuild(struct core *, struct buf *err);

const struct index_def	*index_catalog_unique(const struct index_catalog *, const struct field *);
const struct index_def	*index_catalog_match(const struct index_catalog *, const struct book *, const struct match_rule *);
const struct index_def	*index_catalog_list(const struct index_catalog *, const struct list *, size_t sort);
const struct index_def	*index_catalog_find(const struct index_catalog *, const struct book *);
const struct index_def	*index_catalog_children(const struct index_catalog *, const struct book *);
const struct index_def	*index_catalog_link(const struct index_catalog *, const struct field *);
const struct index_def	*index_catalog_deadline(const struct index_catalog *, const struct clock *);
const struct index_def	*index_catalog_roll_since(const struct index_catalog *, const struct clock *);	/* NULL: it has no roll */
const struct index_def	*index_catalog_roll_done(const struct index_catalog *, const struct clock *);
const struct index_def	*index_of_key(const struct index_catalog *, const void *key);	/* of a row, by its first 4 bytes; NULL: none */

/* A set of keys in byte order. */
struct index_entries {
	struct buf	 bytes;
	struct row { size_t at, n; } *row;
	size_t		 n, cap;
	bool		 bad;
};
#define INDEX_ENTRIES_INIT	{ BUF_INIT, NULL, 0, 0, false }
void			 index_entries_free(struct index_entries *);
const void		*index_entries_at(const struct index_entries *, size_t i, size_t *n);

/*
 * Rows of a record, sorted, each once. Those of fresh indexes come in two turns: what stands under a record or links to it must be found
 * before it can be asked what the record learns from it, and that decides the others. False: memory.
 */
enum index_pass { INDEX_PASS_ALL, INDEX_PASS_BUILT, INDEX_PASS_RELATIONS, INDEX_PASS_DERIVED, INDEX_PASS_NONE };
bool			 index_make_entries(const struct index_catalog *, const struct rec *, enum index_pass, struct index_entries *);
/* Turns the rows of `old` (NULL: none) into those of `now` (NULL: none), tallies included. */
enum store_err		 index_update(struct store_txn *, const struct index_catalog *, const struct rec *old, const struct rec *now);
/*
 * Stores `now` in the place of `old`, rows and all, without a new version: what it keeps of other records has changed, nobody edited
 * it, so nobody's edit of it is disturbed.
 */
enum store_err		 index_put_derived(struct core *, struct store_txn *, const struct rec *old, const struct rec *now);

/* Pieces of keys, for readers. */
void			 index_key_value(struct buf *, const void *, size_t);		/* escaped, ended */
void			 index_key_prefix(struct buf *, const void *, size_t);	/* escaped, open: a range begins so */
void			 index_key_end(struct buf *);					/* makes a prefix the first key behind it */
uint64_t		 index_key_record(const void *key, size_t n);			/* the last 8 bytes */
bool			 index_key_match(const struct match_rule *, const struct val *fields, struct buf *);	/* false: not all filled in */

/*
 * What the find box finds a record by, one callback a token (lower case, no blanks) with the field it comes from (NULL: the number).
 * A term fits a token that begins with it, but a token of a masked field only as a whole: found by its beginning, a number
 * would be told digit by digit. These tokens are the whole number, and its last four digits where the mask shows them. Their
 * rows begin with INDEX_FIND_WHOLE, which no term holds, so that no search by a beginning walks them.
 */
#define INDEX_FIND_WHOLE	'\1'
bool			 index_find_whole(const struct field *);	/* NULL: the number */
void			 index_find_tokens(const struct rec *, void (*fn)(const struct field *, const char *token, void *), void *);

/* Members of a list in the areas at or below `area` ("" = all), from the tallies. -1: the store failed. */
int64_t			 index_tally_count(struct core *, const struct list *, const char *area);

#endif
