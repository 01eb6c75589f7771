#include "forms/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Room for `more` bytes and a NUL: doubles the buffer. False, and bad: no memory, or more than max.
 */
static bool
grow(struct buf *b, size_t more)
{
	size_t	 need, cap;
	char	*p;

	if (b->bad)
		return false;
	if (more > SIZE_MAX / 2 - b->n || (b->max != 0 && b->n + more > b->max)) {
		b->bad = true;
		return false;
	}
	need = b->n + more + 1;
	if (need <= b->cap)
		return true;
	for (cap = b->cap != 0 ? b->cap : 64; cap < need; cap *= 2)
		;
	if ((p = realloc(b->p, cap)) == NULL) {
		b->bad = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void *
buf_room(struct buf *b, size_t n)
{
	char	*at;

	if (!grow(b, n))
		return NULL;
	at = b->p + b->n;
	b->n += n;
	b->p[b->n] = '\0';
	return at;
}

void
buf_put(struct buf *b, const void *p, size_t n)
{
	char	*at;

	if ((at = buf_room(b, n)) != NULL && n > 0)
		memcpy(at, p, n);
}

void
buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list	 again;
	char	*at;
	int	 n;

	va_copy(again, ap);
	if ((n = vsnprintf(NULL, 0, fmt, ap)) < 0)
		b->bad = true;
	else if ((at = buf_room(b, (size_t)n)) != NULL)
		vsnprintf(at, (size_t)n + 1, fmt, again);
	va_end(again);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list	 ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

static void
put_be(struct buf *b, uint64_t v, int bytes)
{
	unsigned char	 be[8];

	for (int i = bytes - 1; i >= 0; i--) {
		be[i] = (unsigned char)v;
		v >>= 8;
	}
	buf_put(b, be, (size_t)bytes);
}

static uint64_t
get_be(const void *p, int bytes)
{
	const unsigned char	*at = p;
	uint64_t		 v = 0;

	while (bytes-- > 0)
		v = v << 8 | *at++;
	return v;
}

void
buf_put_u16(struct buf *b, uint16_t v)
{
	put_be(b, v, 2);
}

void
buf_put_u32(struct buf *b, uint32_t v)
{
	put_be(b, v, 4);
}

void
buf_put_u64(struct buf *b, uint64_t v)
{
	put_be(b, v, 8);
}

uint16_t
buf_get_u16(const void *p)
{
	return (uint16_t)get_be(p, 2);
}

uint32_t
buf_get_u32(const void *p)
{
	return (uint32_t)get_be(p, 4);
}

uint64_t
buf_get_u64(const void *p)
{
	return get_be(p, 8);
}

const char *
buf_str(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}

char *
buf_take(struct buf *b)
{
	char	*p;

	buf_put(b, "", 0);		/* an empty buffer is still a string */
	if (b->bad) {
		buf_free(b);
		return NULL;
	}
	p = b->p;
	b->p = NULL;
	b->n = b->cap = 0;
	return p;
}

void
buf_reset(struct buf *b)
{
	b->n = 0;
	b->bad = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

void
buf_free(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->bad = false;
}

void
buf_wipe(struct buf *b)
{
	if (b->p != NULL)
		explicit_bzero(b->p, b->cap);
	buf_free(b);
}
