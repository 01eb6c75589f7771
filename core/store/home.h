#ifndef CORE_STORE_HOME_H
#define CORE_STORE_HOME_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "forms/buf.h"

/*
 * A store's home directory, and the proof that this process may have it.
 *
 *	HOME/		0700, owned by the user who runs us; anything looser is refused
 *	HOME/kind	"shouwang FORMAT real" or "shouwang FORMAT demo"; written last: the home is whole
 *	HOME/key	0600, 64 hex digits: the passphrase of the encrypted environment
 *	HOME/keycheck	a keyed hash that tells a wrong key; to Berkeley DB one is a panic
 *	HOME/lock	flock()ed while open, holds the pid: DB_PRIVATE excludes nobody by itself
 *	HOME/ballast	room to give back when a start, or the trail of what is read, meets a full disk; made by
 *			store_open
 *	HOME/pages	the double-write journal (core/store/store_pages.h), about 8 MB; made by store_open. It belongs
 *			to the files in HOME/env as they are: it is copied with them, and removed when others are
 *			put in their place
 *	HOME/pinyin	how characters of definitions and areas sound (core/record/pinyin.h); may be removed
 *	HOME/head	how far the trail has come, signed; core/store/head.h
 *	HOME/env/	Berkeley DB, nothing else
 *	HOME/forms/	the county's definitions
 *	HOME/swap	there while home_swap() is under way
 *	HOME/before/	the content before the last upgrade (admin/upgrade.h)
 *
 * The format number is raised by each change of tables or keys that an earlier program could not
 * read.
 *
 * Every function that takes `err` appends one plain English line, without newline, when it does not
 * return HOME_OK; the line is for the log or the terminal of an administrator. err is borrowed and
 * may be NULL.
 */
#define HOME_ERRS(X)							\
	X(HOME_OK,	"done")						\
	X(HOME_EXISTS,	"there is something in that directory already")	\
	X(HOME_MISSING,	"not a home of this program")			\
	X(HOME_UNSAFE,	"owner or mode lets others in")			\
	X(HOME_LOCKED,	"another process has it open")			\
	X(HOME_KEY,	"the key is missing, damaged or not this home's")	\
	X(HOME_BAD,	"its file kind is damaged")			\
	X(HOME_OLD,	"made by an earlier version")			\
	X(HOME_NEWER,	"made by a newer version")			\
	X(HOME_SYS,	"the system refused")

enum home_err {
#define X(name, text) name,
	HOME_ERRS(X)
#undef X
};

#define HOME_KEYLEN	64			/* hex digits in HOME/key */
#define HOME_FORMAT	2U			/* of the homes this program makes and works with */

/*
 * Bytes of HOME/ballast unless told otherwise. Three quarters are what a start can take with the
 * store's defaults: recovery fills the last log file up to its 32 MB, and the databases grow by
 * what the log holds since the last checkpoint, which is twice 32 MB when a checkpoint was under
 * way (32 + 31 MB were measured after 33 MB of log, 32 + 43 after 48). The rest is for the trail of
 * what is read on a full disk: some 10,000 looks.
 */
#define HOME_BALLAST	((size_t)128 << 20)

struct home;				/* defined in home.c */

/* Borrowed, static. */
const char	*home_err_text(enum home_err);

/*
 * Makes a new home with a fresh random key and an empty env/, all of it on disk on return. `path`
 * does not exist yet (its parent does) or is an empty directory that passes the checks of
 * home_open. HOME_EXISTS: not empty, nothing touched. HOME_UNSAFE, HOME_SYS: what was made until
 * then stays, without HOME/kind, and home_open will not take it.
 */
enum home_err	 home_create(const char *path, bool demo, struct buf *err);

/*
 * The same with the key of another home, for a backup that is to be opened here: the caller puts
 * the files of the backup into HOME/env afterwards. key: HOME_KEYLEN hex digits, borrowed.
 * HOME_KEY: it is not that.
 */
enum home_err	 home_restore(const char *path, bool demo, const char *key, struct buf *err);

/*
 * Checks owner and mode of the home, its env/ and its key, takes the lock, reads kind and key. On
 * HOME_OK *out is the caller's: home_close() it after the store that uses it. Otherwise *out is
 * NULL and the lock is free. HOME_LOCKED names the other process in `err`. HOME_KEY: the data was
 * not touched. HOME_OLD, HOME_NEWER: the format is not HOME_FORMAT; err says what to do. A swap
 * that was interrupted is completed first.
 */
enum home_err	 home_open(const char *path, struct home **out, struct buf *err);
/* The same, and takes homes of earlier formats too: for the upgrade. */
enum home_err	 home_open_any(const char *path, struct home **out, struct buf *err);

/*
 * What HOME/kind says, without a lock and without a look at anything else. HOME_SYS: errno tells
 * why (EACCES: the home belongs to another user). HOME_OLD, HOME_NEWER: as home_open(), with *demo
 * and *format set.
 */
enum home_err	 home_peek(const char *path, bool *demo, unsigned *format, struct buf *err);

/* The process that has the home open, as HOME/lock says; 0: it cannot be told. */
pid_t		 home_holder(const char *path);

unsigned	 home_format(const struct home *);
/* Writes HOME/kind with HOME_FORMAT, whole and on disk on return. */
enum home_err	 home_set_format(struct home *, struct buf *err);

/*
 * Exchanges the content of a home (env/, pages, head, forms/, kind): what stands in HOME/in takes
 * its place, and the present content goes to HOME/out, which must not exist. Nothing of it may be
 * open. All or nothing: HOME/swap tells of a swap that a crash interrupted, and the next
 * home_open() completes it. HOME_SYS: err has the reason; nothing was moved, or the next
 * home_open() completes it.
 */
enum home_err	 home_swap(struct home *, const char *in, const char *out, struct buf *err);

/* Wipes the key, gives up the lock. NULL is fine. */
void		 home_close(struct home *);

/* Borrowed until home_close. */
const char	*home_path(const struct home *);
const char	*home_env(const struct home *);		/* HOME/env */
const char	*home_key(const struct home *);		/* secret: not into a log, not into
							   copies */
int		 home_dir(const struct home *);		/* descriptor of HOME */

/*
 * Keys derived from the home's key, one per purpose, HOME_SUBKEYLEN bytes each. Secret and borrowed
 * until home_close. Their numbers go into the derivation: new purposes go to the end.
 */
#define HOME_SUBKEYLEN	32
enum home_subkey {
	HOME_SUBKEY_TRAIL,		/* hash chain of the audit trail */
	HOME_SUBKEY_HEAD,		/* signature of HOME/head */
	HOME_SUBKEYS
};
const unsigned char *home_subkey(const struct home *, enum home_subkey);

bool		 home_demo(const struct home *);	/* only such a store may offer personas */

/*
 * Grows or shrinks HOME/ballast to `size` bytes of really allocated disk, 0 removes it. False when
 * the disk does not have them or the system refuses; the ballast is then as before. Safe from any
 * thread, one at a time.
 */
bool		 home_ballast(struct home *, size_t size);

/* Bytes of ballast there now. */
size_t		 home_ballast_size(const struct home *);

#endif
