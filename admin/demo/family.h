#ifndef ADMIN_DEMO_FAMILY_H
#define ADMIN_DEMO_FAMILY_H

#include "admin/demo/gen_child.h"
#include "forms/def.h"

/*
 * The families of the invented county: one child or brothers and sisters, who stand beside each other among the children of
 * the story. What their files have in common is what the definitions say that a file begins with after a sibling's.
 */
struct family {
	struct siblings		 siblings;
	size_t			 village;	/* index of its place */
	size_t			 first;		/* index of the eldest */
	size_t			 cared;		/* children whom their carer looks after in all */
	const struct family	*carer_family;	/* whose carer looks after these as well; NULL = their own does */
	bool			 on_record;	/* the director keeps a record of the household and of those who belong to it */
};

/* Facts of a child who is looked after by the carer of another family, after the file `fields` of its eldest. */
void	 family_share_carer(const struct book *, const struct val *fields, struct rng *, struct val *facts);

/* Whether the director there keeps such records of families with several children; a few have not come to it yet. */
bool	 family_is_recorded(size_t village);

/* Whether a file names by this link whom a director would put on record. */
bool	 family_link_is_recorded(const struct book *, const struct field *link);

/*
 * Facts of the record that a file with these fields would name by the link: what the link fills in there, and what else is
 * asked of a household or a person. The caller's; NULL: nobody puts it on record, since the file says nothing of it or
 * gives no number by which the person could be reached.
 */
struct val	*family_record(const struct field *link, const struct val *fields, const struct wordlist *, struct rng *);

/* Names the record `id` in a file, which then says what the record does wherever the link fills and something stood. */
void	 family_link_record(const struct field *link, uint64_t id, const struct val *record, struct val *fields);

/* How many children the next family has when at most so many are still wanted. */
size_t	 family_size(struct rng *, size_t most);

/* Facts of a brother or sister, after the file `fields` of the eldest. */
void	 family_copy_common(const struct book *, const struct val *fields, struct val *facts);

#endif
