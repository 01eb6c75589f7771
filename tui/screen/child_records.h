#ifndef TUI_SCREEN_CHILD_RECORDS_H
#define TUI_SCREEN_CHILD_RECORDS_H

#include "tui/app/app.h"

/*
 * Making a record that begins with another: visits and updates of a child, and its siblings.
 */
struct child_parent {
	const struct book	*book;		/* title of the parent */
	int64_t			 id;
	const char		*title;		/* borrowed */
};

/* books under it that this person may read */
bool	 child_records_exist(const struct app *, const struct book *);
/* ... may make records of, or others like it */
bool	 child_records_creatable(const struct app *, const struct book *);

/*
 * Opens the form of the one book there is, or asks which. The choice comes to result() under
 * `pick`, for child_records_chosen(); the form is opened by `from` under `form`.
 */
void	 child_records_new(struct view *from, const struct child_parent *, int pick, int form);
void	 child_records_chosen(struct view *from, const struct child_parent *,
	    const struct val *result, int form);

#endif
