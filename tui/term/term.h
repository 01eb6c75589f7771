#ifndef TUI_TERM_TERM_H
#define TUI_TERM_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/term/key.h"

/*
 * The terminal. A screen is drawn whole, from nothing, after every change of state: term_begin(),
 * any number of term_text(), term_flush(). Only the difference to what the terminal shows goes out,
 * in one write. Rows and columns count from 0. Text is UTF-8 of any content: what cannot be shown
 * becomes 〓 (width.h), so data cannot send control characters.
 *
 *	for (;;) {
 *		term_wait(t, fds, n, timeout);
 *		while (term_key(t, &k))
 *			handle(&k);
 *		serve(fds);
 *		if (!term_pending(t))		... a paste is one repaint
 *			draw(t), term_flush(t);
 *	}
 */
struct term;

enum {
	ATTR_NORMAL	= 0,
	ATTR_BOLD	= 1,	/* titles */
	ATTR_DIM	= 2,	/* labels; terminals without it show normal */
	ATTR_REVERSE	= 4,	/* the one focus */
	ATTR_UNDERLINE	= 8
};

/*
 * Takes over standard input and output. locale_open() comes first. Returns NULL, or one plain line
 * (constant, translated) to print and leave: no terminal, or one that cannot move its cursor. An
 * unknown TERM is treated as xterm, then vt100. Until term_close(), exit() or a fatal signal gives
 * the terminal back: raw mode, alternate screen, bracketed paste; SIGHUP and SIGTERM become
 * K_HANGUP, Ctrl-C and Ctrl-Z are keys, SIGALRM is used. One terminal at a time.
 */
const char	*term_open(struct term **);
void		 term_close(struct term *);	/* NULL is fine */

int		 term_rows(const struct term *);
int		 term_cols(const struct term *);

/* Drawing goes to memory until term_flush(). */
void		 term_begin(struct term *);	/* all blank, cursor hidden */
/*
 * At row, col: exactly `cells` cells, text cut or padded with blanks in the same attributes; cells
 * < 0: as many as the text needs. Cut at the screen's edge; outside the screen nothing happens. A
 * wide character that loses one half is blanked. Returns cells drawn.
 */
int		 term_text(struct term *, int row, int col, int cells, unsigned attr,
		    const char *utf8);
int		 term_textn(struct term *, int row, int col, int cells, unsigned attr,
		    const char *utf8, size_t n);
void		 term_rule(struct term *, int row);	/* a line across, plain ASCII */
/* An area, before a popup is drawn on it. */
void		 term_blank(struct term *, int row, int col, int rows, int cells);
/* The cursor is shown there after the next flush; row < 0 hides it. */
void		 term_cursor(struct term *, int row, int col);
void		 term_bell(struct term *);		/* rings with the next flush */
void		 term_repaint(struct term *);	/* the next flush sends everything: after foreign
						   text */
void		 term_flush(struct term *);

/*
 * Flushes since term_open(). A key with a smaller `seen` was typed before the last flush, so the
 * person had not seen that screen.
 */
uint32_t	 term_paints(const struct term *);
uint64_t	 term_bytes(const struct term *);	/* sent since term_open() */
uint64_t	 term_writes(const struct term *);	/* write calls that took */

/*
 * Waits until there is a key, one of the descriptors is readable, or timeout_ms (-1: no end) has
 * passed. At most 16 fds, -1 is ignored. ready (may be NULL) gets true for each descriptor that is
 * readable, closed or broken. True: call term_key().
 */
bool		 term_wait(struct term *, const int *fds, bool *ready, size_t nfds, int timeout_ms);
/*
 * The next key; never blocks. False: there is no complete key. K_HANGUP comes once, behind the keys
 * typed before it; from then on term_lost() is true, drawing does nothing when the terminal is
 * gone, and term_wait() waits for the descriptors alone.
 */
bool		 term_key(struct term *, struct key *);
bool		 term_lost(const struct term *);
/* More input is already there: handle it before painting. Never true for half a key, nor after a
 * hang-up. */
bool		 term_pending(struct term *);

/* After the encoding or the ambiguous width changed: the next flush repaints in it. */
void		 term_recode(struct term *);

#endif
