#ifndef ADMIN_PLACES_H
#define ADMIN_PLACES_H

#include "admin/desk.h"

/* The places of a county from a file with columns code, name and, if wanted, until. */
struct place {
	unsigned	 line;
	struct val	*fields;	/* as book area holds them */
};

struct places {
	struct place	*at;
	size_t		 n;
	bool		 has_until;	/* the file has that column; else what is on record stays */
};

/*
 * Reads and judges the file: each row by the definition of book area, codes given twice, places that lie in none that is
 * in the file or in `known` (a list of codes, may be NULL). All that is wrong is said at once, with its row.
 * EX_OK: *out is sorted by code, the caller's. places_free() in every case.
 */
int	 places_read(const char *path, const struct set *, const struct val *known, int today, struct places *out);
void	 places_free(struct places *);

/* Makes or changes the records of such a file; unless dry. Tells on standard output what it did. */
int	 places_load(struct desk *, const char *path, bool dry);

#endif
