#ifndef CORE_STORE_STORE_COPY_H
#define CORE_STORE_STORE_COPY_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "forms/attr.h"

/*
 * A file of a backup, received from Berkeley DB piece by piece from its beginning. Holes stay holes
 * (a log file is large and has data only at its start).
 *
 * A database grows while it is copied. After its end, Berkeley DB 5.3.28 reads one page too far and
 * then passes newer pages as if they followed: every later page would be one place too early, and
 * the copy would open but lack rows. So a piece shorter than STORE_COPY_PIECE is the last, and
 * later pieces are left out. Their content is in the log, as is everything that was not yet written
 * to the file. The end of a log file may be missing too: its pages were copied before it.
 */
#define STORE_COPY_PIECE	((size_t)1 << 20)	/* Berkeley DB passes log files in pieces of
							   this size only */

struct store_copy;

/* Creates dir/name, mode 0600. 0, or errno: EEXIST if it exists; ENOMEM. */
int	 store_copy_open(const char *dir, const char *name, struct store_copy **) MUST_USE;

/* at: offset of the piece. 0 or errno. */
int	 store_copy_write(struct store_copy *, off_t at, const uint8_t *piece, size_t n) MUST_USE;

/* 0: the file is on disk; else errno. Frees in either case. NULL is fine. */
int	 store_copy_close(struct store_copy *) MUST_USE;

#endif
