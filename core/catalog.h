#ifndef CORE_CATALOG_H
#define CORE_CATALOG_H

#include "core/index.h"

/* For index.c and catalog.c only. */
struct catalog {
	struct idx	*at;
	size_t		 n;
};

/* Puts sorted rows that are not there yet, and counts them. */
enum store_err	 index_add_rows(struct store_txn *, const struct catalog *, const struct rows *);

#endif
