#ifndef TUI_EDIT_EDIT_H
#define TUI_EDIT_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "forms/buf.h"
#include "tui/term/key.h"

/*
 * The text of one field during editing, one line or several: text, cursor, scroll position and
 * undo, shown in a window of cells × rows. It does not use the screen. Moves and deletes by cluster
 * (width.h); the cursor is before a cluster or behind the last. Showing the text never changes it.
 */
struct edit;

enum {
	EDIT_MULTI	= 1,	/* several rows: soft wrap by column, Enter is a line end, '\n'
				   is data */
	/* accepts more than the limit, up to EDIT_MAX; the caller reports edit_excess() */
	EDIT_ALLOW_EXCESS	= 4,
	EDIT_SECRET	= 2	/* shows one * for each cluster, no undo, memory overwritten when
				   freed */
};

enum edit_outcome {
	EDIT_UNHANDLED,		/* the caller's: no editing key, Up in the first row, nothing to
				   undo or redo */
	EDIT_MOVED,		/* cursor only, or nothing */
	EDIT_CHANGED,
	/* also at the end of a paste, of what did not go in */
	EDIT_FULL,		/* limit reached, nothing inserted; the caller reports it */
	EDIT_REFUSED		/* a character no record may hold (control, lone mark), nothing
				   inserted */
};

/*
 * limit: clusters, 0 = EDIT_MAX. A cap of 4 code points for each cluster allowed keeps marks from
 * piling up. NULL when memory is out. edit_free(NULL) is fine.
 */
#define EDIT_MAX	20000
struct edit	*edit_new(size_t limit, unsigned flags);
void		 edit_free(struct edit *);

/*
 * Replaces the text; cursor behind it, undo forgotten, not dirty. Bytes that are not UTF-8 become
 * U+FFFD; otherwise text comes back as it went in, even when it is longer than the limit (then it
 * can only get shorter) or holds what may not be typed. False: no memory, unchanged.
 */
bool		 edit_set(struct edit *, const char *utf8, size_t n);
/*
 * As if pasted at the cursor, one undo step: Dup, a choice, a date shorthand. Stops at the limit.
 */
enum edit_outcome	 edit_insert(struct edit *, const char *utf8, size_t n);
/* The same over the whole text: can be undone, unlike edit_set(). */
enum edit_outcome	 edit_replace(struct edit *, const char *utf8, size_t n);

/* The text as UTF-8 with a NUL behind it, never NULL; until the next call for this editor. */
const char	*edit_text(struct edit *);
size_t		 edit_len(struct edit *);		/* its bytes */
size_t		 edit_clusters(const struct edit *);
size_t		 edit_limit(const struct edit *);
/*
 * Characters of the text, as a record counts them (code points, without blanks at the ends), when
 * these are more than the limit; else 0.
 */
size_t		 edit_excess(const struct edit *);
bool		 edit_dirty(const struct edit *);	/* changed since edit_set() */
bool		 edit_can_redo(const struct edit *);	/* a step was taken back and nothing
							   changed since */

/*
 * One key. Typed and pasted characters, Backspace, Delete, arrows, Home, End; Ctrl-A start of the
 * line (again: its end), Ctrl-K delete to the end of the line, Ctrl-U to its start, Ctrl-W the word
 * before the cursor, Ctrl-Z undo, Ctrl-G redo; with EDIT_MULTI Enter, Up, Down, PgUp, PgDn. Enter
 * and Tab of a single line, Esc and all other keys are the caller's. Pasted: Tab is a blank, a line
 * end is '\n' or, in a single line, a blank (none at the very end); other control characters are
 * dropped.
 */
enum edit_outcome	 edit_key(struct edit *, const struct key *);

/*
 * The window. Call before drawing; costs nothing when unchanged. cells >= 2, rows >= 1 (1 for a
 * single line). The view follows the cursor.
 */
void		 edit_view(struct edit *, int cells, int rows);
/*
 * Appends window row `row` (0..rows-1), exactly `cells` cells of shown text (width.h), blanks
 * behind the text.
 */
void		 edit_draw(struct edit *, int row, struct buf *out);
void		 edit_cursor(struct edit *, int *row, int *col);	/* inside the window */
/* Is there text outside the window: before it (above, left) and behind it (below, right)? */
bool		 edit_has_text_before(struct edit *);
bool		 edit_has_text_after(struct edit *);
int		 edit_rows(struct edit *);		/* rows the whole text takes at this
							   width, at least 1 */

void		 edit_to_start(struct edit *);
void		 edit_to_end(struct edit *);

#endif
