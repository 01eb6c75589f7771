#ifndef TUI_UNDER_H
#define TUI_UNDER_H

#include "tui/app.h"

/*
 * Making a record that begins with another: visits and updates of a child, and its siblings.
 */
struct under_of {
	const struct book	*book;		/* of the owner */
	int64_t			 id;
	const char		*title;		/* borrowed */
};

/* books under it that this person may read */
bool	 under_exists(const struct app *, const struct book *);
bool	 under_creates(const struct app *, const struct book *);	/* ... may make records of, or others like it */

/*
 * Opens the form of the one book there is, or asks which. The choice comes to answer() under
 * `pick`, for under_chosen(); the form is opened by `from` under `form`.
 */
void	 under_new(struct view *from, const struct under_of *, int pick, int form);
void	 under_chosen(struct view *from, const struct under_of *, const struct val *answer, int form);

#endif
