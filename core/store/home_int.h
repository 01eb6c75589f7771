#ifndef CORE_STORE_HOME_INT_H
#define CORE_STORE_HOME_INT_H

#include "core/store/home.h"

/* For core/store/home*.c only. */
#define HOME_LINE	128			/* bytes of a line: more than any of the small files holds */
#define HOME_SWAP	"swap"			/* "IN OUT 11011": a swap of these directories below HOME is under way */

struct home {
	int		 dir;			/* HOME */
	int		 lock;			/* HOME/lock, locked */
	bool		 demo;
	unsigned	 format;
	char		*path;
	char		*env;
	char		*key;			/* guarded memory of libsodium, wiped when freed;
						   so is the next */
	unsigned char	(*subkey)[HOME_SUBKEYLEN];
};

/* Appends the line to err, unless that is NULL, and gives the error back. */
enum home_err	 home_say(struct buf *err, enum home_err, const char *fmt,
		    ...) __attribute__((format(printf, 3, 4)));
/* Makes a new file that holds one line, on disk on return. */
enum home_err	 home_make_file(int dir, const char *path, const char *name, const char *line,
		    struct buf *err);
/*
 * Reads a small file of one line; `line` has HOME_LINE bytes. A missing file is the error `absent`.
 */
enum home_err	 home_read_line(int dir, const char *path, const char *name, char *line,
		    enum home_err absent, struct buf *err);
/* Brings the names in a directory to the disk. False: errno. */
bool		 home_sync_dir(int dir, const char *name);
/* Completes the swap that HOME/swap tells of. */
enum home_err	 home_swap_complete(struct home *, struct buf *err);

#endif
