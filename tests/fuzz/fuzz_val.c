/*
 * val_decode() reads what a peer sent and what the store gives back. What it takes is written to
 * the same bytes again; only numbers and lengths that were longer than they need be come out
 * shorter.
 */
#include <stdlib.h>
#include <string.h>

#include "forms/val.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static void
encode_again(const struct val *v, const uint8_t *p, size_t n)
{
	struct buf	 out = BUF_INIT, twice = BUF_INIT;
	struct val	*back;

	val_encode(v, &out);
	expect(!out.bad && out.n <= n && (out.n < n || memcmp(out.p, p, n) == 0));
	expect((back = val_decode(out.p, out.n)) != NULL && val_same(v, back) &&
	    val_cmp(v, back) == 0);
	val_encode(back, &twice);
	expect(!twice.bad && twice.n == out.n && memcmp(twice.p, out.p, out.n) == 0);
	val_free(back);
	buf_free(&out);
	buf_free(&twice);
}

/* What every reader relies on: keys of a map rise, texts end in their only NUL. */
static void
look_at(const struct val *v, int depth)
{
	size_t	 n = 0;

	expect(depth <= VAL_DEPTH_MAX);
	if (val_kind(v) == VAL_TEXT)
		expect(val_mem(v, &n) != NULL && strlen(val_str(v)) == n);
	for (size_t i = 0; i < val_len(v); i++)
		if (val_kind(v) == VAL_MAP) {
			expect(i == 0 || strcmp(val_key(v, i - 1), val_key(v, i)) < 0);
			expect(val_get(v, val_key(v, i)) == val_value(v, i));
			look_at(val_value(v, i), depth + 1);
		} else
			look_at(val_at(v, i), depth + 1);
}

/* A map that was taken apart pair by pair and put together again is the same. */
static void
rebuild(const struct val *map)
{
	struct val	*out = val_map();

	for (size_t i = val_len(map); i-- > 0;)
		expect(val_put(out, val_key(map, i), val_dup(val_value(map, i))));
	expect(val_same(map, out));
	val_free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct val	*v = val_decode(p, n), *copy;

	if (v == NULL)
		return 0;
	look_at(v, 0);
	encode_again(v, p, n);
	expect((copy = val_dup(v)) != NULL && val_same(v, copy));
	if (val_kind(v) == VAL_MAP)
		rebuild(v);
	val_free(copy);
	val_free(v);
	return 0;
}
