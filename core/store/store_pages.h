#ifndef CORE_STORE_STORE_PAGES_H
#define CORE_STORE_STORE_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "forms/attr.h"

/*
 * The double-write journal: no page of a database is changed in place before its new image is
 * durable elsewhere.
 *
 * A disk writes 4 KB blocks (or sectors) and a page has 16 KB, so a power cut can leave a page half
 * old and half new. Berkeley DB's log cannot repair that: it has changes of pages, which need a
 * complete page to start from. Therefore the I/O calls of Berkeley DB are replaced, once for the
 * whole process; what it writes to a file below the directory of an open journal is
 *
 *	collected	in memory, STORE_PAGES_BATCH writes at most; reads see it
 *	journaled	appended to the journal as one batch with a checksum, and synced
 *	placed		written into the file
 *
 * when a batch is full and whenever Berkeley DB syncs one of the files. Log files are not
 * journaled. The images are encrypted, as Berkeley DB writes them.
 *
 * The journal starts again at its beginning once all placed images are synced: after each
 * checkpoint, or, when the journal is full, by syncing the files.
 *
 * After a power cut store_pages_open() writes the images of all complete batches once more. That is
 * always right: the newest image of a page in the journal is as new as any that was placed, and
 * Berkeley DB syncs the log before it writes a page. An incomplete batch was not placed.
 */
#define STORE_PAGES_BATCH	64

struct store_pages;			/* defined in store_pages.c */

/*
 * Opens or creates the journal `path` for the files in `dir`, repairs these from it, and from now
 * on protects the files that Berkeley DB opens there under exactly that name of the directory.
 * discard: the files were replaced by others, so the journal's content is not theirs. 0, or errno;
 * *out is then NULL. ENOSPC: nothing is lost, try again with more room.
 *
 *  Called before the environment is opened; several directories may be protected at once.
 */
int	 store_pages_open(const char *path, const char *dir, bool discard,
	    struct store_pages **out) MUST_USE;

/*
 * Called after the environment is closed. settle: collected writes are placed and synced and the
 * journal emptied; without it (a store that has failed) the journal stays as it is, for the next
 * store_pages_open(). 0 or errno. NULL is fine. Frees in either case.
 */
int	 store_pages_close(struct store_pages *, bool settle);

/* Size in bytes of the file that store_pages_open() creates. */
size_t	 store_pages_size(void);

#endif
