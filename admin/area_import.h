#ifndef ADMIN_AREA_IMPORT_H
#define ADMIN_AREA_IMPORT_H

#include "admin/client.h"

/* The areas of a county from a file with columns code, name and, optionally, until. */
struct area_import_row {
	unsigned	 line;
	struct val	*fields;	/* in the form of book area */
};

struct area_import {
	struct area_import_row	*at;
	size_t		 n;
	bool		 has_until;	/* the file has that column; else the stored value is
					   kept */
};

/*
 * Reads and checks the file: each row by the definition of book area, codes given twice, areas
 * outside every area in the file or in `known` (a list of codes, may be NULL). All errors are
 * reported at once, with their rows. EX_OK: *out is sorted by code, the caller's.
 * area_import_free() in every case.
 */
int	 area_import_read(const char *path, const struct set *, const struct val *known, int today,
	    struct area_import *out);
void	 area_import_free(struct area_import *);

/*
 * Creates or changes the records of such a file, unless `dry`. Reports on standard output what it
 * did.
 */
int	 area_import_load(struct client *, const char *path, bool dry);

#endif
