#ifndef TUI_SCREEN_COVER_H
#define TUI_SCREEN_COVER_H

#include "tui/app/app.h"

/*
 * The cover of a file, from the answer of "file": fields, alerts, deadlines, parts, last events.
 * Drawing and scrolling only; scr_cover.c has the keys.
 *
 * A part is a page of the record or a book of records under it. The parts this person may see are
 * numbered from 1 in the order of the definition, so that a cover may have more parts than there
 * are letters and no part takes a letter that is a command elsewhere.
 */
struct cover_page {
	const struct book	*book;		/* one with a cover */
	struct val		*reply;		/* owned by the screen; NULL before it is here */
	int			 top;		/* rows scrolled away */
	size_t			 focus;		/* number of the marked part; 0: none */
};

void	 cover_title(const struct cover_page *, const struct form_ctx *, struct buf *out);
size_t	 cover_parts(const struct cover_page *);
const struct cover_part *cover_part(const struct cover_page *, size_t number);	/* NULL: none */

void	 cover_draw(const struct cover_page *, const struct app *, struct term *);
bool	 cover_below(const struct cover_page *, const struct app *);	/* more than fits */
bool	 cover_move(struct cover_page *, const struct app *, enum action);

#endif
