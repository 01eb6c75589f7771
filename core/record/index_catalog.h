#ifndef CORE_RECORD_INDEX_CATALOG_H
#define CORE_RECORD_INDEX_CATALOG_H

#include "core/record/index.h"
#include "forms/attr.h"

/* For core/record/index*.c only. */
struct index_catalog {
	struct index_def	 *at;		/* ordered by book */
	size_t			  n, cap;
	struct index_span {
		size_t	 first, n;
	}			 *books;	/* for each book of the set, by book->index */
	const struct index_def	**by_id;	/* the same, sorted by id */
	const struct index_def	**by_subject;	/* the same, sorted by kind, subject and sort */
};

/*
 * Adds an index while the catalog is built. Its name consists of the book whose definitions ask for
 * it, its kind, `what` and its sort; def is copied. False: memory.
 */
bool			 index_catalog_add(struct index_catalog *, const struct index_def *def,
			    const struct book *book, const char *what);

/* The indexes of a book; *n: their number. */
const struct index_def	*index_catalog_of_book(const struct index_catalog *, const struct book *,
			    size_t *n);

/* As index_update(), but leaves out the indexes whose rows are not made yet. */
enum store_err		 index_update_built(struct store_txn *, const struct index_catalog *,
			    const struct rec *old, const struct rec *now) MUST_USE;

/* Adds those of the sorted rows that are not there yet, and counts them in the tallies. */
enum store_err		 index_add_entries(struct store_txn *, const struct index_catalog *,
			    const struct index_entries *) MUST_USE;

#endif
