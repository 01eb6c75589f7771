#ifndef CORE_RECORD_INDEX_H
#define CORE_RECORD_INDEX_H

#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * Index rows: keys without values in STORE_IDX. The definitions say which indexes a book has; one function makes the rows of a
 * record for a save, for a rebuild and for verify, so they cannot disagree. A kind of index is one row of the table in
 * core/record/index_kind.c.
 *
 *	unique		id · value · record			one field, whole county
 *	match		id · value · value … · record		one rule of search before create, whole county
 *	list		id · scope · sort key · record		members of a list in one of its orders
 *	find		id · scope · token · record		what the find box looks for; INDEX_FIND_WHOLE before a
 *								token of a masked field
 *	child		id · parent(8) · day(4) · record	records under another (core/record/children.h)
 *	link		id · target(8) · record			records that name another in a link field (core/record/link.h)
 *	deadline	id · scope · day(4) · record		what falls due by a clock (core/record/deadline.h)
 *	roll-since	id · scope · day(4) · record		since when a record with such a row is on the clock's roll
 *	roll-done	id · month(4) · scope · parent(8) · record	what was done of such a clock, by the month it tells of
 *	rollup		none: a changed definition tells that the rollup fields must be computed again
 *
 * A record has no list, deadline, roll-since or roll-done row while a record above it is in a state that some role with sight of
 * that book may not see (rec_parent_hidden()): counts from rows and tallies then hold for every reader.
 *
 * id: 4 bytes, given out by the catalog in STORE_META and never used again for another index. scope: SCOPE_KEY bytes
 * (core/rec/scope.h), the record's own or that of the field a list or clock names; a record in several scopes has a row in
 * each. The scope comes first because every reader reads the few scopes of its reach. Values are escaped (00 -> 00 FF) and
 * end in 00 01, so rows sort as their values do. record: 8 bytes. month: 202602.
 *
 * STORE_TALLY has the number of members of each list and scope: id (of the first order) · scope -> 8 bytes.
 */
#define INDEX_FIRST	1000		/* smaller ids are the program's own (audit) */
#define INDEX_TALLY_KEY	(4 + SCOPE_KEY)

enum index_kind {
	IDX_UNIQUE, IDX_MATCH, IDX_LIST, IDX_FIND, IDX_CHILD, IDX_LINK, IDX_DEADLINE, IDX_ROLL_SINCE, IDX_ROLL_DONE, IDX_ROLLUP,
	IDX_KINDS
};

struct index_def {
	uint32_t		 id;
	enum index_kind		 kind;
	const struct book	*book;		/* whose records have the rows */
	union {					/* what it is the index of; the member its kind has */
		const void			*subject;
		const struct field		*field;		/* unique, link, rollup */
		const struct match_rule		*match_rule;	/* match */
		const struct list		*list;		/* list */
		const struct clock		*clock;		/* deadline, roll-since, roll-done; else the book */
	};
	size_t			 sort;		/* list: which of list->sorts; else 0 */
	char			*name;		/* "child/list/mine/0" */
	bool			 is_new;	/* new or changed: rows are still to be made */
};

struct index_catalog;

/*
 * Gives ids to the indexes of the set; those whose meaning changed get a new id and are new. For tools alone, or before the
 * committer starts.
 */
enum store_err		 index_catalog_open(struct store *, const struct set *, struct index_catalog **) MUST_USE;
void			 index_catalog_free(struct index_catalog *);
/* Whether an index is new or changed, so that index_catalog_rebuild() reads all records. */
bool			 index_catalog_any_new(const struct index_catalog *);
/* Makes the rows of new indexes and removes those of ids no longer used. One line to err when it fails. */
enum store_err		 index_catalog_rebuild(struct core *, struct buf *err) MUST_USE;

const struct index_def	*index_catalog_unique(const struct index_catalog *, const struct field *);
const struct index_def	*index_catalog_match(const struct index_catalog *, const struct match_rule *);
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
 * Rows of a record, sorted, each once. New indexes are built in two passes: relations (child, link) first, because rollups read
 * them and the other rows depend on rollups. False: memory.
 */
enum index_pass {
	INDEX_PASS_ALL,
	INDEX_PASS_BUILT,		/* all but new indexes that are no relations */
	INDEX_PASS_RELATIONS,		/* new relations */
	INDEX_PASS_DERIVED,		/* the other new ones */
	INDEX_PASS_NONE
};
bool			 index_make_entries(const struct index_catalog *, const struct rec *, enum index_pass, struct index_entries *) MUST_USE;
/* Turns the rows of `old` (NULL: none) into those of `now` (NULL: none), tallies included. */
enum store_err		 index_update(struct store_txn *, const struct index_catalog *, const struct rec *old, const struct rec *now) MUST_USE;
/*
 * Stores `now` in the place of `old`, rows and all, when only derived data changed: the version stays, so open edits do not
 * conflict.
 */
enum store_err		 index_put_derived(struct core *, struct store_txn *, const struct rec *old, const struct rec *now) MUST_USE;

/* Parts of keys, for readers. */
void			 index_key_value(struct buf *, const void *, size_t);		/* escaped, ended */
void			 index_key_prefix(struct buf *, const void *, size_t);	/* escaped, open: a range begins so */
void			 index_key_end(struct buf *);					/* makes a prefix the first key behind it */
uint64_t		 index_key_record(const void *key, size_t n);			/* the last 8 bytes */
struct scope		 index_key_scope(const void *key);	/* of kinds whose keys begin id · scope, and of tallies */
/*
 * Of deadline and roll-since rows the day, of roll-done rows the parent. 0: the key is not as long as keys of these kinds.
 */
int			 index_key_day(const void *key, size_t n);
uint64_t		 index_key_done_parent(const void *key, size_t n);
bool			 index_key_match(const struct match_rule *, const struct val *fields, struct buf *);	/* false: not all filled in */

/*
 * What the find box finds a record by: one callback for each token (lower case, no blanks) with the field it comes from (NULL: the
 * number of the record). A term fits a token that begins with it. It fits a token of a masked field only as a whole, because
 * a search by the beginning would disclose a number digit by digit: these tokens are the whole number, and its last four digits
 * where the mask shows them. Their rows begin with INDEX_FIND_WHOLE, which no term contains, so that no search by a beginning
 * reads them.
 */
#define INDEX_FIND_WHOLE	'\1'
bool			 index_find_whole(const struct field *);	/* NULL: the number */
void			 index_find_tokens(const struct rec *, void (*fn)(const struct field *, const char *token, void *), void *);

/*
 * Members of a list within a scope, from the tallies. A member of several scopes counts once for each. -1: the store failed.
 */
int64_t			 index_tally_count(struct core *, const struct list *, const struct scope *within);

#endif
