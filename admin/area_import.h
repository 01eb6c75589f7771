#ifndef ADMIN_AREA_IMPORT_H
#define ADMIN_AREA_IMPORT_H

#include "admin/client.h"

/* The places of a county from a file with columns code, name and, if wanted, until. */
struct area_import_row {
	unsigned	 line;
	struct val	*fields;	/* as book area holds them */
};

struct area_import {
	struct area_import_row	*at;
	size_t		 n;
	bool		 has_until;	/* the file has that column; else what is on record stays */
};

/*
 * Reads and judges the file: each row by the definition of book area, codes given twice, places that lie in none that is
 * in the file or in `known` (a list of codes, may be NULL). All that is wrong is said at once, with its row.
 * EX_OK: *out is sorted by code, the caller's. area_import_free() in every case.
 */
int	 area_import_read(const char *path, const struct set *, const struct val *known, int today, struct area_import *out);
void	 area_import_free(struct area_import *);

/* Makes or changes the records of such a file; unless dry. Tells on standard output what it did. */
int	 area_import_load(struct client *, const char *path, bool dry);

#endif
