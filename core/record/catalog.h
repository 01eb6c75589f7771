#ifndef CORE_RECORD_CATALOG_H
#define CORE_RECORD_CATALOG_H

#include "core/record/index.h"

/* For index.c and catalog.c only. */
struct catalog {
	struct idx	*at;
	size_t		 n;
};

/* As index_change(), leaving alone the indexes whose rows are still to be made. */
enum store_err	 index_change_settled(struct store_txn *, const struct catalog *, const struct rec *old, const struct rec *now);

/* Puts sorted rows that are not there yet, and counts them. */
enum store_err	 index_add_rows(struct store_txn *, const struct catalog *, const struct rows *);

#endif
