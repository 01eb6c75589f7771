#ifndef TUI_SCREEN_DRAFT_RESUME_H
#define TUI_SCREEN_DRAFT_RESUME_H

#include "tui/app/view.h"

/*
 * The way back into an entry that was left unsaved: fetches its record, and where others saved that
 * since, the version it was begun on. One to a view, which passes replies on.
 */
struct draft_resume {
	/* form: where the draft was left; NULL: not possible, the message row has the reason */
	void		(*open)(struct view *, struct view *form);
	struct val	*draft;		/* a row of "drafts" */
	struct val	*now;		/* its record as it is, while the version it was begun on
					   is fetched */
};

/* The draft is copied. What opens comes through open(), at once where nothing has to be fetched. */
void		 draft_resume_begin(struct draft_resume *, struct view *, const struct val *draft);
/* False: another tag. */
bool		 draft_resume_reply(struct draft_resume *, struct view *, int tag,
		    const struct val *reply);
void		 draft_resume_free(struct draft_resume *);

/* Asks, under the tag, whether to go on with it: the answer is "on" or "anew", nothing for Esc. */
void		 draft_resume_ask(struct view *, int tag, const struct val *draft);

/* "stopped at: " and the field; nothing when the draft does not say. */
void		 draft_resume_text(const struct view *, const struct val *draft, struct buf *out);

#endif
