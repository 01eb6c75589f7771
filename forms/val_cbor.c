#include "forms/val.h"

#include <stdlib.h>
#include <string.h>

#include <cbor.h>
#include <utf8proc.h>

/* ---- writing --------------------------------------------------------------------------------- */

/* One head (type and length or number) is at most nine bytes. */
static void
put_head(struct buf *b, size_t (*encode)(uint64_t, unsigned char *, size_t), uint64_t n)
{
	unsigned char	 head[9];

	buf_put(b, head, encode(n, head, sizeof head));
}

static void
encode_mem(const struct val *v, struct buf *b)
{
	size_t		 n;
	const void	*p = val_mem(v, &n);

	put_head(b, val_kind(v) == VAL_TEXT ? cbor_encode_string_start :
	    cbor_encode_bytestring_start, n);
	buf_put(b, p, n);
}

static void
encode_map(const struct val *v, struct buf *b)
{
	put_head(b, cbor_encode_map_start, val_len(v));
	for (size_t i = 0; i < val_len(v); i++) {
		const char	*key = val_key(v, i);

		put_head(b, cbor_encode_string_start, strlen(key));
		buf_puts(b, key);
		val_encode(val_value(v, i), b);
	}
}

void
val_encode(const struct val *v, struct buf *b)
{
	int64_t	 i;

	switch (val_kind(v)) {
	case VAL_NIL:
		buf_putc(b, (char)0xf6);
		break;
	case VAL_BOOL:
		buf_putc(b, (char)(val_is_true(v) ? 0xf5 : 0xf4));
		break;
	case VAL_INT:
		i = val_num(v, 0);
		if (i >= 0)
			put_head(b, cbor_encode_uint, (uint64_t)i);
		else
			put_head(b, cbor_encode_negint, (uint64_t)(-1 - i));
		break;
	case VAL_TEXT:
	case VAL_BYTES:
		encode_mem(v, b);
		break;
	case VAL_LIST:
		put_head(b, cbor_encode_array_start, val_len(v));
		for (size_t k = 0; k < val_len(v); k++)
			val_encode(val_at(v, k), b);
		break;
	case VAL_MAP:
		encode_map(v, b);
		break;
	}
}

/* ---- reading --------------------------------------------------------------------------------- */

/*
 * The streaming decoder delivers one item at a time and allocates nothing, so an announced length
 * costs nothing before the bytes have arrived. Open containers are on a stack of fixed depth; items
 * of other kinds set `bad`, which ends the decoding.
 */
struct frame {
	struct val	*v;		/* the list or map being filled; freed with its parent once
					   it is put there */
	size_t		 left;		/* items still to come (for maps: pairs) */
	char		*key;		/* of a map: key read, value still missing */
};

struct reader {
	struct frame	 stack[VAL_DEPTH_MAX];
	size_t		 depth;
	size_t		 items;
	struct val	*top;		/* the finished or outermost value */
	bool		 bad;
};

static bool
done(const struct reader *r)
{
	return r->top != NULL && r->depth == 0;
}

/* Closes containers whose items are complete. */
static void
close_full(struct reader *r)
{
	while (r->depth > 0 && r->stack[r->depth - 1].left == 0 &&
	    r->stack[r->depth - 1].key == NULL)
		r->depth--;
}

/* Puts v into the open container, which owns it from then on. False: v is freed. */
static bool
place(struct reader *r, struct val *v)
{
	struct frame	*f;
	bool		 ok;

	if (v == NULL || r->bad || ++r->items > VAL_ITEMS_MAX || done(r)) {
		val_free(v);
		return !(r->bad = true);
	}
	if (r->depth == 0) {
		r->top = v;
		return true;
	}
	f = &r->stack[r->depth - 1];
	if (val_kind(f->v) == VAL_LIST) {
		f->left--;
		ok = val_add(f->v, v);
	} else if (f->key != NULL) {
		ok = val_put(f->v, f->key, v);
		free(f->key);
		f->key = NULL;
	} else {
		val_free(v);			/* a key that is not text */
		ok = false;
	}
	if (!ok)
		r->bad = true;
	return ok;
}

static void
put_leaf(struct reader *r, struct val *v)
{
	if (place(r, v))
		close_full(r);
}

static void
open_container(struct reader *r, struct val *v, size_t n)
{
	if (!place(r, v))
		return;
	if (n == 0) {
		close_full(r);
		return;
	}
	if (r->depth == VAL_DEPTH_MAX) {
		r->bad = true;
		return;
	}
	r->stack[r->depth++] = (struct frame){ v, n, NULL };
}

static bool
valid_utf8(const unsigned char *p, size_t n)
{
	utf8proc_int32_t	 cp;
	utf8proc_ssize_t	 step;

	for (; n > 0; p += step, n -= (size_t)step)
		if (*p == '\0' || (step = utf8proc_iterate(p, (utf8proc_ssize_t)n, &cp)) <= 0)
			return false;
	return true;
}

static void
on_uint(void *ctx, uint64_t n)
{
	put_leaf(ctx, n <= INT64_MAX ? val_int((int64_t)n) : NULL);
}

static void on_uint8(void *ctx, uint8_t n) { on_uint(ctx, n); }
static void on_uint16(void *ctx, uint16_t n) { on_uint(ctx, n); }
static void on_uint32(void *ctx, uint32_t n) { on_uint(ctx, n); }

static void
on_negint(void *ctx, uint64_t n)
{
	put_leaf(ctx, n <= INT64_MAX ? val_int(-1 - (int64_t)n) : NULL);
}

static void on_negint8(void *ctx, uint8_t n) { on_negint(ctx, n); }
static void on_negint16(void *ctx, uint16_t n) { on_negint(ctx, n); }
static void on_negint32(void *ctx, uint32_t n) { on_negint(ctx, n); }

static void
on_bytes(void *ctx, cbor_data p, size_t n)
{
	put_leaf(ctx, val_bytes(p, n));
}

/* A text is the key of an open map that has none yet, else a value. */
static void
on_text(void *ctx, cbor_data p, size_t n)
{
	struct reader	*r = ctx;
	struct frame	*f = r->depth > 0 ? &r->stack[r->depth - 1] : NULL;
	const char	*last;

	if (r->bad || !valid_utf8(p, n)) {
		r->bad = true;
		return;
	}
	if (f == NULL || val_kind(f->v) != VAL_MAP || f->key != NULL) {
		put_leaf(r, val_textn((const char *)p, n));
		return;
	}
	f->left--;
	/*
	 * In order and without doubles: a sender cannot make the reader sort, and no two readers
	 * see different values for one key.
	 */
	last = val_len(f->v) > 0 ? val_key(f->v, val_len(f->v) - 1) : NULL;
	if ((f->key = strndup((const char *)p, n)) == NULL ||
	    (last != NULL && strcmp(last, f->key) >= 0))
		r->bad = true;
}

static void
on_list(void *ctx, size_t n)
{
	open_container(ctx, val_list(), n);
}

static void
on_map(void *ctx, size_t n)
{
	open_container(ctx, val_map(), n);
}

static void
on_null(void *ctx)
{
	put_leaf(ctx, val_nil());
}

static void
on_bool(void *ctx, bool b)
{
	put_leaf(ctx, val_bool(b));
}

static void
refuse(struct reader *r)
{
	r->bad = true;
}

static void refuse_plain(void *ctx) { refuse(ctx); }
static void refuse_tag(void *ctx, uint64_t n) { (void)n; refuse(ctx); }
static void refuse_float(void *ctx, float f) { (void)f; refuse(ctx); }
static void refuse_double(void *ctx, double f) { (void)f; refuse(ctx); }

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8, .uint16 = on_uint16, .uint32 = on_uint32, .uint64 = on_uint,
	.negint8 = on_negint8, .negint16 = on_negint16, .negint32 = on_negint32,
	    .negint64 = on_negint,
	.byte_string = on_bytes, .string = on_text, .array_start = on_list, .map_start = on_map,
	.null = on_null, .boolean = on_bool,
	.byte_string_start = refuse_plain, .string_start = refuse_plain,
	.indef_array_start = refuse_plain, .indef_map_start = refuse_plain,
	    .indef_break = refuse_plain,
	.undefined = refuse_plain, .tag = refuse_tag,
	.float2 = refuse_float, .float4 = refuse_float, .float8 = refuse_double,
};

struct val *
val_decode(const void *p, size_t n)
{
	struct reader			 r = { .bad = false };
	const unsigned char		*at = p;
	struct cbor_decoder_result	 step;

	while (n > 0 && !r.bad && !done(&r)) {
		step = cbor_stream_decode(at, n, &callbacks, &r);
		if (step.status != CBOR_DECODER_FINISHED || step.read > n)
			break;
		at += step.read;
		n -= step.read;
	}
	if (done(&r) && !r.bad && n == 0)
		return r.top;
	for (size_t i = 0; i < r.depth; i++)
		free(r.stack[i].key);
	val_free(r.top);
	return NULL;
}
