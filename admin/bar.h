#ifndef ADMIN_BAR_H
#define ADMIN_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/maint/progress.h"

/*
 * How far something long has come, on standard output: on a terminal one line that is drawn over,
 * at most four times a second; else a plain line at every tenth.
 */
struct bar {
	const char	*what;		/* "verify"; constant */
	bool		 terminal;
	bool		 drawn;		/* a line stands there */
	bool		 measured;	/* the two below are set */
	/* when progress was first known, by a clock that never goes back */
	int64_t		 first_ms;
	uint64_t	 first_done;	/* and what was done by then */
	int64_t		 drawn_ms;
	unsigned	 tenth;		/* told so far */
};

void	 bar_begin(struct bar *, const char *what);
/* note: stands in place of what is worked on ("waiting for another job"); NULL: none. */
void	 bar_show(struct bar *, const struct progress *, const char *note);
/* Takes the line away. */
void	 bar_end(struct bar *);

/*
 * The line itself, at most `width` columns: as much as there is room for of bar, share, counts and
 * time left. left: seconds, -1 where not known.
 */
void	 bar_print(char *line, size_t size, int width, const char *what, const struct progress *,
		    const char *note, int64_t left);

#endif
