#ifndef CORE_STORE_HEAD_H
#define CORE_STORE_HEAD_H

#include <stddef.h>
#include <stdint.h>

#include "core/store/home.h"
#include "forms/attr.h"

/*
 * The end of the audit trail, signed with a key of the home. HOME/head has it outside the store's
 * own files, so that a store whose newest entries were removed, whose log was cut, or which was
 * replaced by an older copy is detected.
 *
 * The file has two slots, each at the start of a block of HEAD_BLOCK bytes, written in turn: a torn
 * write damages one slot only, and the newer valid slot counts. After each flush of the log a slot
 * is written without a sync, before the saves in that flush are acknowledged; checkpoints sync the
 * file. So it survives the death of the process in any case, and after a power cut it may be older
 * than the store but never newer.
 */
#define HEAD_HASH	32
#define HEAD_BYTES	96	/* of one encoded head: magic, seq, at, keyed, hash, signature */
#define HEAD_BLOCK	4096
#define HEAD_NAME	"head"		/* in HOME, and in the folder of a backup */

struct head {
	uint64_t	 seq;			/* of the newest entry, 0 = the trail is empty */
	int64_t		 at;	/* its moment, UTC seconds; 0 when the trail is empty */
	uint64_t	 keyed;	/* the chain hash has a key in every entry after this one */
	unsigned char	 hash[HEAD_HASH];	/* of the newest entry; zero bytes when the trail is
						   empty */
};

/* The purpose of a signed head; part of the signature. */
enum head_use {
	HEAD_NEWEST = 1,		/* HOME/head: every entry up to this one was acknowledged */
	HEAD_BACKUP,	/* in a backup: the backup holds every entry up to this one */
	HEAD_KEYED	/* in the store: the entry after which the chain has a key */
};

enum head_err {
	HEAD_OK,
	HEAD_MISSING,
	HEAD_BAD,	/* no slot has a valid signature, or the file cannot be read */
};

void		 head_encode(const struct home *, enum head_use, const struct head *,
		    unsigned char out[HEAD_BYTES]);
/* False: not HEAD_BYTES long, or not signed for this use by this home; *out is then undefined. */
bool		 head_decode(const struct home *, enum head_use, const void *, size_t n,
		    struct head *out) MUST_USE;

/* Reads dir/head; *out is set on HEAD_OK only. */
enum head_err	 head_read(const struct home *, int dir, enum head_use, struct head *out) MUST_USE;

/* Replaces or creates dir/head: complete and on disk on return, or unchanged. 0 or errno. */
int		 head_replace(const struct home *, int dir, enum head_use,
		    const struct head *) MUST_USE;

/* Writes slot 0 or 1 of a file that head_replace() made, without a sync. 0 or errno. */
int		 head_write(const struct home *, int fd, unsigned slot,
		    const struct head *) MUST_USE;

#endif
