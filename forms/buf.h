#ifndef FORMS_BUF_H
#define FORMS_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "forms/attr.h"

/*
 * A byte buffer that grows. Zero-initialise it (or BUF_INIT), append, and test `bad` once at the
 * end: after the first failed allocation every append does nothing, so a chain of appends needs one
 * test.
 *   p    n bytes, followed by a NUL that is not counted; NULL until the first append
 */
struct buf {
	char	*p;
	size_t	 n;
	size_t	 cap;
	bool	 bad;	/* memory ran out, or `max` was reached; the content is then a prefix */
	size_t	 max;		/* the buffer never grows beyond this many bytes; 0 = no bound */
};

#define BUF_INIT	{ NULL, 0, 0, false, 0 }

void	 buf_put(struct buf *, const void *, size_t);
void	 buf_puts(struct buf *, const char *);
void	 buf_putc(struct buf *, char);
void	 buf_printf(struct buf *, const char *, ...) __attribute__((format(printf, 2, 3)));
void	 buf_vprintf(struct buf *, const char *, va_list) __attribute__((format(printf, 2, 0)));

/* Big-endian numbers, so that keys sort by bytes. */
void	 buf_put_u16(struct buf *, uint16_t);
void	 buf_put_u32(struct buf *, uint32_t);
void	 buf_put_u64(struct buf *, uint64_t);
uint16_t buf_get_u16(const void *);
uint32_t buf_get_u32(const void *);
uint64_t buf_get_u64(const void *);

/* n bytes of room at the end, counted as appended; NULL when bad. */
void	*buf_room(struct buf *, size_t n);

/* The text, never NULL ("" when empty). Borrowed, until the next append. */
const char *buf_str(const struct buf *);

/*
 * Hands the bytes to the caller (free() them) and leaves the buffer empty. NULL when bad, and only
 * then.
 */
char	*buf_take(struct buf *) MUST_USE;

void	 buf_reset(struct buf *);	/* empties it; keeps the memory, clears `bad` */
void	 buf_free(struct buf *);	/* frees the memory; the buffer is ready for use again */
void	 buf_wipe(struct buf *);	/* as buf_free(), but overwrites the bytes first: for
					   secrets */

#endif
