#ifndef TUI_SCREEN_COVER_H
#define TUI_SCREEN_COVER_H

#include "tui/app/app.h"

/*
 * What stands on the cover of a file, from the answer of "file": its fields, what is to be noted, what is owed, its parts, what happened
 * last. Pure drawing; the keys are the screen's (scr_cover.c).
 */
struct cover_page {
	const struct book	*book;		/* one with a cover */
	struct val		*reply;		/* owned by the screen; NULL before it is here */
	int			 top;		/* rows scrolled away */
};

void	 cover_title(const struct cover_page *, const struct form_ctx *, struct buf *out);
/* The part a letter opens, one this person may see; NULL: none. */
const struct cover_part *cover_part(const struct cover_page *, uint32_t letter);

void	 cover_draw(const struct cover_page *, const struct app *, struct term *);
bool	 cover_below(const struct cover_page *, const struct app *);	/* more than fits */
bool	 cover_move(struct cover_page *, const struct app *, enum action);

#endif
