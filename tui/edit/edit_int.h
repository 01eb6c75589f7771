#ifndef TUI_EDIT_EDIT_INT_H
#define TUI_EDIT_EDIT_INT_H

/* Shared by edit.c (text, keys), edit_undo.c and edit_view.c (rows, window) only. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/edit/edit.h"

/* Keys of one kind in a row are one undo step; a cursor move ends the run. */
enum run { RUN_NONE, RUN_TYPED, RUN_PASTED, RUN_BACKSPACED, RUN_DELETED };

/* One step: at `at`, nins code points replaced the ndel of `del`. */
struct step {
	enum run	 run;
	size_t		 at, nins;
	uint32_t	*del;
	size_t		 ndel;
	size_t		 pos;		/* the cursor before the change */
};

#define STEPS_MAX	200
#define STEPS_CPS	(4 * EDIT_MAX)	/* code points kept in all steps together */

struct edit {
	unsigned	 flags;
	size_t		 limit;
	uint32_t	*cp;
	size_t		 n, cap;
	size_t		 clusters;	/* counted along with every change */
	size_t		 pos;		/* always a cluster's start, or n */
	struct buf	 text;		/* the same as UTF-8, made when asked for */
	bool		 text_stale;

	struct step	 steps[STEPS_MAX];
	size_t		 nsteps, ncps;
	size_t		 nundone;	/* steps behind those, taken back; the nearest first */
	size_t		 changes;	/* steps since edit_set() that are not undone */

	bool		 after_cr;	/* while pasting: the LF of a CR LF is none of its own */
	/* EDIT_FULL, EDIT_REFUSED: why a part of the paste was lost; EDIT_MOVED: nothing was */
	enum edit_outcome	 lost;
	bool		 held_blank;	/* a line end pasted into a single line: a blank, when
					   more follows */

	int		 cells, rows;	/* window */
	bool		 view_stale;
	size_t		 left;		/* single line: first code point in the window */
	size_t		 top;		/* several: first row in it */
	size_t		*row;		/* start of each row */
	size_t		 nrow, row_cap;
	int		 target_col;		/* column that Up and Down aim at, -1 = where the
						   cursor is */
};

/* Boundaries: the start of the cluster before and after. at is a boundary; the ends stay. */
size_t	 edit_prev(const struct edit *, size_t at);
size_t	 edit_next(const struct edit *, size_t at);

/*
 * Replaces code points without a word to the undo. False: no memory, nothing changed. The cursor is
 * the caller's to set.
 */
bool	 edit_splice(struct edit *, size_t at, size_t ndel, const uint32_t *ins, size_t nins);

/* Before a splice: records the removed text. */
void	 edit_undo_record(struct edit *, enum run, size_t at, size_t ndel, size_t nins);
void	 edit_undo_break(struct edit *);	/* the next change begins a step */
void	 edit_undo_clear(struct edit *);
bool	 edit_undo(struct edit *);	/* false: nothing to undo */
bool	 edit_redo(struct edit *);	/* the step taken back last; false: there is none */

bool	 edit_view_reserve(struct edit *);	/* once: room for the first rows; false: no
						   memory */

/* Vertical moves, by rows of the window. False: there is no such row. */
bool	 edit_view_move_rows(struct edit *, int rows);
void	 edit_view_row_start(struct edit *);
void	 edit_view_row_end(struct edit *);

#endif
