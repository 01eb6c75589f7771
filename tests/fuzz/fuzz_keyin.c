/*
 * What a terminal sends is read by keyin.c. Build it alone for a long run:
 *
 *	clang -std=c11 -D_GNU_SOURCE -I. -g -fsanitize=fuzzer,address,undefined -o fuzz_keyin \
 *	    tests/fuzz/fuzz_keyin.c tui/term/keyin.c tui/term/locale.c tui/term/width.c forms/buf.c -lutf8proc
 *	./fuzz_keyin -max_len=256
 *
 * tests/unit/test_key.c runs it over random bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/term/keyin.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FUZZ_KEYS	512

/* All keys of the bytes, fed in pieces of `step` at one moment, and what is left an age later. */
static size_t
fuzz_keys(const uint8_t *p, size_t n, size_t step, struct key *keys)
{
	struct keyin	*in = keyin_new();
	size_t		 got = 0, some;

	for (size_t at = 0; in != NULL && at < n; at += some) {
		some = keyin_feed(in, p + at, step < n - at ? step : n - at, 0);
		while (got < FUZZ_KEYS && keyin_get(in, 0, &keys[got]))
			got++;
	}
	while (in != NULL && got < FUZZ_KEYS && keyin_get(in, 100000, &keys[got]))
		got++;
	if (in != NULL && (keyin_wait(in, 100000) != -1 || keyin_room(in) != KEYIN_ROOM) && got < FUZZ_KEYS)
		abort();
	keyin_free(in);
	return got;
}

/* The first byte chooses the encoding. The pieces in which bytes come must not matter. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct key	 whole[FUZZ_KEYS], bytewise[FUZZ_KEYS];
	size_t			 nwhole;

	if (n < 2 || n > 256 || !locale_set_encoding((enum encoding)(p[0] % 3), 0))
		return 0;
	nwhole = fuzz_keys(p + 1, n - 1, n - 1, whole);
	if (fuzz_keys(p + 1, n - 1, 1, bytewise) != nwhole)
		abort();
	for (size_t i = 0; i < nwhole; i++)
		if (whole[i].code != bytewise[i].code || whole[i].cp != bytewise[i].cp ||
		    whole[i].paste != bytewise[i].paste)
			abort();
	return 0;
}
