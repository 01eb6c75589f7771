#ifndef ADMIN_DEMO_FAMILY_H
#define ADMIN_DEMO_FAMILY_H

#include "admin/demo/gen_child.h"
#include "forms/def.h"

/*
 * The families of the invented county: one child or brothers and sisters, adjacent in the list of
 * children. Their files share the fields that the definitions copy for a new file "like this one".
 */
struct family {
	struct siblings		 siblings;
	size_t			 village;	/* index of its place */
	size_t			 first;		/* index of the eldest child */
	size_t			 cared;	/* number of children in the care of the same carer */
	const struct family	*carer_family;	/* whose carer also cares for these children; NULL =
						   their own does */
	bool			 on_record;	/* the director keeps records of the household and
						   its members */
};

/*
 * Facts of a child cared for by the carer of another family; `fields` is the file of that family's
 * eldest.
 */
void	 family_share_carer(const struct book *, const struct val *fields, struct rng *,
	    struct val *facts);

/*
 * Whether the director there keeps such records for families with several children; a few have not
 * started yet.
 */
bool	 family_is_recorded(size_t village);

/* Whether this link of a file leads to a record that a director would keep. */
bool	 family_link_is_recorded(const struct book *, const struct field *link);

/*
 * Facts of the record to which the link of a file with these fields would lead: the values the link
 * fills, and the other required fields of a household or person. The caller's; NULL: nobody creates
 * it, because the file has no such person, or no number to reach the person.
 */
struct val	*family_record(const struct field *link, const struct val *fields,
		    const struct wordlist *, struct rng *);

/*
 * Puts the link to the record `id` into a file, and the record's values into fields that the link
 * fills and that were filled.
 */
void	 family_link_record(const struct field *link, uint64_t id, const struct val *record,
	    struct val *fields);

/* Number of children in the next family when this many are still wanted. */
size_t	 family_size(struct rng *, size_t most);

/* Facts of a brother or sister, after the file `fields` of the eldest. */
void	 family_copy_common(const struct book *, const struct val *fields, struct val *facts);

#endif
