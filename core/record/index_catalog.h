#ifndef CORE_RECORD_INDEX_CATALOG_H
#define CORE_RECORD_INDEX_CATALOG_H

#include "core/record/index.h"

/* For index.c and catalog.c only. */
struct index_catalog {
	struct index_def	*at;
	size_t		 n;
};

/* As index_update(), leaving alone the indexes whose rows are still to be made. */
enum store_err	 index_update_built(struct store_txn *, const struct index_catalog *, const struct rec *old, const struct rec *now);

/* Puts sorted rows that are not there yet, and counts them. */
enum store_err	 index_add_entries(struct store_txn *, const struct index_catalog *, const struct index_entries *);

#endif
