#ifndef FORMS_SCORE_H
#define FORMS_SCORE_H

#include "forms/attr.h"
#include "forms/type/type.h"

/*
 * The result of a score sheet. One implementation for the client, which shows it during entry, and
 * the daemon, which stores it.
 */
struct score {
	const struct score_sheet	*sheet;
	int64_t				 total;		/* of the answers so far, in units of the
							   book's total field */
	size_t				 open;	/* number of items that still need an answer */
	const char			*grade;		/* NULL while items are open and no override
							   applies */
	const struct score_override	*override;		/* the override that decides in
								   place of the points, or NULL */
};

/* False when no sheet is chosen. */
bool	 score_compute(const struct book *, const struct val *fields, const char *state,
	    const struct form_ctx *, struct score *) MUST_USE;

/*
 * Why the grade is so, in Chinese, for the record: the override, and the items that gave points,
 * most first.
 */
void	 score_reasons(const struct score *, const struct val *fields, const char *state,
	    const struct form_ctx *, struct buf *);

/*
 * Puts total, grade and reasons into the fields of a record in its first state or an open one;
 * nothing where no sheet is chosen. In later states they stay, even when the sheet has changed
 * since. False: memory.
 */
bool	 score_derive(const struct book *, struct val *fields, const char *state,
	    const struct form_ctx *) MUST_USE;

#endif
