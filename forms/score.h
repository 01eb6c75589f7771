#ifndef FORMS_SCORE_H
#define FORMS_SCORE_H

#include "forms/type/type.h"

/*
 * What a score sheet makes of its answers. One implementation for the client, who sees it while answering, and the
 * daemon, who keeps it.
 */
struct score {
	const struct score_sheet	*sheet;
	int64_t				 total;		/* of what is answered, in units of the book's total field */
	size_t				 open;		/* items that must be answered still */
	const char			*grade;		/* NULL while items are open and nothing overrides them */
	const struct score_override	*override;		/* what decided in place of the points, or NULL */
};

/* False when no sheet is chosen. */
bool	 score_compute(const struct book *, const struct val *fields, const char *state, const struct form_ctx *, struct score *);

/* What decided, and the items that gave points, most first, in Chinese: for the record. */
void	 score_reasons(const struct score *, const struct val *fields, const char *state, const struct form_ctx *, struct buf *);

/*
 * Puts total, grade and reasons into the fields of a record that is still in its first state or an open one; nothing
 * where no sheet is chosen. Beyond these states they stay as they were, whatever the sheet says by then. False: memory.
 */
bool	 score_derive(const struct book *, struct val *fields, const char *state, const struct form_ctx *);

#endif
