#ifndef CORE_RECORD_INDEX_H
#define CORE_RECORD_INDEX_H

#include "core/rec/rec.h"
#include "forms/attr.h"

/*
 * Index rows: keys without values in STORE_IDX. The definitions say which indexes a book has; one
 * function makes the rows of a record for a save, for a rebuild and for verify, so these cannot
 * disagree. A kind of index is one row of the table in core/record/index_kind.c.
 *
 *	unique		id · value · record	one field, whole county
 *	match		id · value · value … · record
 *				one rule of search before create, whole county
 *	list		id · scope · sort key · record
 *				members of a list in one of its orders
 *	find		id · scope · token · record
 *				what the find box looks for; INDEX_FIND_WHOLE before a token
 *				of a masked field
 *	child		id · parent(8) · day(4) · record
 *				child records (core/record/children.h)
 *	link		id · target(8) · record
 *				records that name another in a link field (core/record/link.h)
 *	deadline	id · scope · day(4) · record
 *				deadlines of a clock by due day (core/record/deadline.h)
 *	roll-since	id · scope · day(4) · record
 *				day since which a record with a deadline row is on the roll
 *	roll-done	id · month(4) · scope · parent(8) · record
 *				records that did such a deadline, by month
 *	rollup		none: a changed definition means that the rollup fields must be
 *			computed again
 *
 * A record has no list, deadline, roll-since or roll-done row while one of its ancestors is in a
 * state that hides it from a role that sees that book (rec_parent_hidden()): counts from rows and
 * tallies are then right for every reader.
 *
 * id: 4 bytes, given out by the catalog in STORE_META and never used again for another index.
 * scope: SCOPE_KEY bytes (core/rec/scope.h), the record's own scope or that of the field named by a
 * list or clock; a record in several scopes has a row in each. The scope comes first because every
 * reader reads the few scopes of its reach. Values are escaped (00 -> 00 FF) and end in 00 01, so
 * rows sort as their values do. record: 8 bytes. month: 202602.
 *
 * STORE_TALLY has the number of members of each list and scope: id (of the first order) · scope ->
 * 8 bytes.
 */
#define INDEX_FIRST	1000		/* smaller ids belong to the program itself (audit) */
#define INDEX_TALLY_KEY	(4 + SCOPE_KEY)

enum index_kind {
	IDX_UNIQUE, IDX_MATCH, IDX_LIST, IDX_FIND, IDX_CHILD, IDX_LINK, IDX_DEADLINE,
	    IDX_ROLL_SINCE, IDX_ROLL_DONE, IDX_ROLLUP,
	IDX_KINDS
};

struct index_def {
	uint32_t		 id;
	enum index_kind		 kind;
	const struct book	*book;		/* the book whose records have the rows */
	union {					/* the subject of the index, by kind */
		const void			*subject;
		const struct field		*field;		/* unique, link, rollup */
		const struct match_rule		*match_rule;	/* match */
		const struct list		*list;		/* list */
		const struct clock		*clock;		/* deadline, roll-since, roll-done;
								   else the book */
	};
	size_t			 sort;		/* list: which of list->sorts; else 0 */
	char			*name;		/* "child/list/mine/0" */
	bool			 is_new;	/* new or changed: its rows are not made yet */
};

struct index_catalog;

/*
 * Gives ids to the indexes of the set. An index whose meaning changed gets a new id and is new. For
 * tools that work alone, or before the committer starts.
 */
enum store_err		 index_catalog_open(struct store *, const struct set *,
			    struct index_catalog **) MUST_USE;
void			 index_catalog_free(struct index_catalog *);
/* Whether an index is new or changed, so that index_catalog_rebuild() reads all records. */
bool			 index_catalog_any_new(const struct index_catalog *);
/*
 * Makes the rows of new indexes and removes the rows of ids no longer used. On failure err gets one
 * line.
 */
enum store_err		 index_catalog_rebuild(struct core *, struct buf *err) MUST_USE;

const struct index_def	*index_catalog_unique(const struct index_catalog *, const struct field *);
const struct index_def	*index_catalog_match(const struct index_catalog *,
			    const struct match_rule *);
const struct index_def	*index_catalog_list(const struct index_catalog *, const struct list *,
			    size_t sort);
const struct index_def	*index_catalog_find(const struct index_catalog *, const struct book *);
const struct index_def	*index_catalog_children(const struct index_catalog *, const struct book *);
const struct index_def	*index_catalog_link(const struct index_catalog *, const struct field *);
const struct index_def	*index_catalog_deadline(const struct index_catalog *, const struct clock *);
/* NULL: the clock has no roll */
const struct index_def	*index_catalog_roll_since(const struct index_catalog *,
			    const struct clock *);
const struct index_def	*index_catalog_roll_done(const struct index_catalog *,
			    const struct clock *);
/* the index of a row, by the first 4 bytes of its key; NULL: none */
const struct index_def	*index_of_key(const struct index_catalog *, const void *key);

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
 * Makes the rows of a record, sorted, without duplicates. New indexes are built in two passes:
 * relations (child, link) first, because rollups read them and the other rows depend on rollups.
 * False: memory.
 */
enum index_pass {
	INDEX_PASS_ALL,
	INDEX_PASS_BUILT,		/* all but the new indexes that are not relations */
	INDEX_PASS_RELATIONS,		/* new relations */
	INDEX_PASS_DERIVED,		/* the other new ones */
	INDEX_PASS_NONE
};
bool			 index_make_entries(const struct index_catalog *, const struct rec *,
			    enum index_pass, struct index_entries *) MUST_USE;
/*
 * Replaces the rows of `old` (NULL: none) by those of `now` (NULL: none), and updates the tallies.
 */
enum store_err		 index_update(struct store_txn *, const struct index_catalog *,
			    const struct rec *old, const struct rec *now) MUST_USE;
/*
 * Use when only derived data changed: stores `now` in the place of `old`, with its rows. The
 * version stays, so open edits do not conflict.
 */
enum store_err		 index_put_derived(struct core *, struct store_txn *, const struct rec *old,
			    const struct rec *now) MUST_USE;

/* Parts of keys, for readers. */
/* escaped, with its end */
void			 index_key_value(struct buf *, const void *, size_t);
/* escaped, without an end: the start of a range */
void			 index_key_prefix(struct buf *, const void *, size_t);
void			 index_key_end(struct buf *);	/* turns a prefix into the first key after
							   all keys with that prefix */
uint64_t		 index_key_record(const void *key, size_t n);	/* the last 8 bytes */
struct scope		 index_key_scope(const void *key);	/* of kinds whose keys begin with id
								   · scope, and of tallies */
/*
 * Of deadline and roll-since rows the day, of roll-done rows the parent. 0: the key is not as long
 * as keys of these kinds.
 */
int			 index_key_day(const void *key, size_t n);
uint64_t		 index_key_done_parent(const void *key, size_t n);
/* false: a field of the rule is empty */
bool			 index_key_match(const struct match_rule *, const struct val *fields,
			    struct buf *);

/*
 * The tokens by which the find box finds a record: one call of fn for each token (lower case, no
 * blanks) with its field (NULL: the number of the record). A term fits a token that begins with it.
 * It fits a token of a masked field only as a whole, because a search by the beginning would
 * disclose a number digit by digit: these tokens are the whole number, and its last four digits
 * where the mask shows them. Their rows begin with INDEX_FIND_WHOLE, which no term contains, so a
 * search by a beginning never reads them.
 */
#define INDEX_FIND_WHOLE	'\1'
bool			 index_find_whole(const struct field *);	/* whether only whole tokens
									   fit; NULL: the number of
									   the record */
void			 index_find_tokens(const struct rec *,
			    void (*fn)(const struct field *, const char *token, void *), void *);

/*
 * The number of members of a list within a scope, from the tallies. A member in several scopes
 * counts once for each. -1: the store failed.
 */
int64_t			 index_tally_count(struct core *, const struct list *,
			    const struct scope *within);

#endif
