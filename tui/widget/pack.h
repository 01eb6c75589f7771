#ifndef TUI_WIDGET_PACK_H
#define TUI_WIDGET_PACK_H

#include "forms/val.h"

/*
 * Values that the client makes: requests, results of views, what is being filled in. Where memory
 * runs out they end the program with one line and EX_OSERR. A request without one of its keys can
 * mean something else (a save without its fields makes an empty version and drops the draft), and
 * the daemon has the draft of what was typed.
 *
 * As in forms/val.h everything given to them is theirs, and a NULL is a value that could not be
 * made.
 */

/* Before term_open(), so that the line is printed after the terminal is given back. */
void	 pack_init(void);
_Noreturn void	 pack_no_memory(void);

struct val	*pack_need(struct val *);		/* the same, never NULL */
struct val	*pack_dup(const struct val *);		/* a copy; NULL of NULL */
/* Does nothing where `map` holds another kind of value, of an earlier definition. */
void	 pack_put(struct val *map, const char *key, struct val *);
/* NULL: puts nothing */
void	 pack_copy(struct val *map, const char *key, const struct val *);
void	 pack_add(struct val *list, struct val *);
/*
 * Along a path; a value of another kind that is in the way, of an earlier definition, is dropped.
 */
void	 pack_set(struct val *map, const char *path, struct val *);

#endif
