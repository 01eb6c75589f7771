#ifndef TUI_TERM_WIDTH_H
#define TUI_TERM_WIDTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/buf.h"

/*
 * Cells. Text is UTF-8, `n` its bytes; nothing here needs a terminal. Three words:
 *   cell      one column of the screen
 *   cluster   what moves and is deleted as one: a base and the width-0 marks behind it. Simpler than Unicode's
 *             grapheme clusters, and the same as what a terminal puts into one place.
 *   shown     what the screen gets for it. What cannot or must not be shown becomes 〓 (2 cells): control
 *             characters, bytes that are not UTF-8, a mark with no base before it, code points of unknown width or
 *             that the terminal's encoding lacks. Only on the screen: the text itself is never changed.
 * Marks that some terminals let change the width before them (joiners, variation selectors) are
 * kept and not shown. Every width here is the width of what is shown, so measuring and drawing
 * cannot disagree.
 *
 * width.c also defines wcwidth() and iswprint(): in the main program they pre-empt libc's, for
 * ncurses too.
 */

/*
 * Cells of characters of East Asian width "ambiguous" (· “ — × é): 1 or 2. Starts as 1;
 * locale_open() sets it.
 */
void	 width_set_ambiguous(int);
int	 width_ambiguous(void);

/* Cells as a base character: 1 or 2; 0 for a mark (shown behind a base). Never negative. */
int	 width_of_cp(uint32_t);
/* Cells of a cluster that begins with it: the same, but 2 (as 〓) for a mark that has no base. */
int	 width_of_base(uint32_t);
bool	 width_is_mark(uint32_t);
/*
 * Does the mark join a cluster whose first code point is `base`? Everywhere but behind a line end.
 */
bool	 width_joins(uint32_t base, uint32_t cp);
/*
 * May a person put it into a record? Everything but control and format characters, surrogates,
 * noncharacters and the two Unicode line separators; the joiners U+200C and U+200D are kept, some
 * scripts need them.
 */
bool	 width_enterable(uint32_t);

/*
 * Decodes one code point; *cp = BAD_UTF8 when the byte is not UTF-8. Returns bytes used, at least
 * 1; 0 only when n is 0.
 */
#define BAD_UTF8	UINT32_MAX
size_t	 width_utf8_get(const char *, size_t n, uint32_t *cp);
/* Writes 1 to 4 bytes (U+FFFD for what is no scalar value), no NUL; returns how many. */
size_t	 width_utf8_put(char out[4], uint32_t cp);

/*
 * Bytes of the cluster that begins at s; *cells (may be NULL) gets its width. 0 only when n is 0.
 * '\n' is one of its own.
 */
size_t	 width_cluster(const char *s, size_t n, int *cells);
/* Boundary before byte `at` (a boundary itself, > 0), and after it. Return `at` unchanged at either
 * end. */
size_t	 width_prev(const char *s, size_t n, size_t at);
size_t	 width_next(const char *s, size_t n, size_t at);
size_t	 width_clusters(const char *s, size_t n);

/* Cells of the whole text, and of a C string. */
int	 width_of_text(const char *s, size_t n);
int	 width_of(const char *s);

/*
 * Bytes of the longest beginning that fits into `cells`; *used (may be NULL) gets its width, at
 * most one cell less than asked when a wide character did not fit.
 */
size_t	 width_cut(const char *s, size_t n, int cells, int *used);
/*
 * The same between words only: half a name would be another name. A first word too long for the
 * cells is cut all the same.
 */
size_t	 width_cut_words(const char *s, size_t n, int cells);

/*
 * Appends what is shown for the text. The result is valid UTF-8, free of control characters and
 * safe for a terminal.
 */
void	 width_show(struct buf *, const char *s, size_t n);
/* The same, exactly `cells` cells: cut, or padded with blanks behind it. */
void	 width_fit(struct buf *, const char *s, size_t n, int cells);
/* The same, right-aligned: padded in front (numbers). */
void	 width_fit_right(struct buf *, const char *s, size_t n, int cells);

/*
 * One row of running text, for messages and help (the editor has its own rows): bytes of s that go
 * onto a row of `cells` cells, at least one cluster. Breaks at blanks and beside ideographs, never
 * before closing or behind opening punctuation, and after a '\n'. *show gets the bytes to draw:
 * without the '\n' and the blanks at the break.
 */
size_t	 width_wrap(const char *s, size_t n, int cells, size_t *show);
bool	 width_no_row_start(uint32_t);		/* closing punctuation: may not begin a row */
bool	 width_no_row_end(uint32_t);		/* opening punctuation: may not end one */

#endif
