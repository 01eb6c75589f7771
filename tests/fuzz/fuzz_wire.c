/*
 * The first bytes a stranger sends are read by wire_parse(). Build it alone for a long run:
 *
 *	clang -std=c11 -D_GNU_SOURCE -I. -g -fsanitize=fuzzer,address,undefined -o fuzz_wire \
 *	    tests/fuzz/fuzz_wire.c core/wire/wire.c forms/val.c forms/val_cbor.c forms/buf.c -lcbor -lutf8proc
 *	./fuzz_wire -max_len=4096 tests/fuzz/wire
 *
 * tests/unit/test_wire.c runs it over the corpus in tests/fuzz/wire.
 */
#include <stdlib.h>
#include <string.h>

#include "core/wire/wire.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* What was read must come out again as it would have been written, and be read to the same. */
static void
again(const struct val *map)
{
	struct buf	 out = BUF_INIT;
	struct val	*back = NULL;
	size_t		 used, need;

	wire_append(&out, map);
	if (out.bad || wire_parse(out.p, out.n, WIRE_REPLY_MAX, &back, &used, &need) != WIRE_FRAME ||
	    used != out.n || !val_same(map, back))
		abort();
	val_free(back);
	buf_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct val	*map = NULL;
	size_t		 used = 0, need = 0, at = 0;
	enum wire_result	 got;

	while ((got = wire_parse(p + at, n - at, 4096, &map, &used, &need)) == WIRE_FRAME) {
		if (used < WIRE_HEAD + 1 || used > n - at)
			abort();
		again(map);
		val_free(map);
		map = NULL;
		at += used;
	}
	if (map != NULL || (got == WIRE_MORE && (need <= n - at || need > WIRE_HEAD + 4096)))
		abort();
	return 0;
}
