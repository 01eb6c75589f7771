/*
 * The first bytes a stranger sends are read by wire_parse(). `make fuzz T=frame` runs it for long,
 * tests/fuzz/replay.c over the corpus. However the bytes are cut, the frames are the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/wire/wire.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FRAME_MAX	4096

/* What was read must come out again as it would have been written, and be read to the same. */
static void
again(const struct val *map)
{
	struct buf	 out = BUF_INIT;
	struct val	*back = NULL;
	size_t		 used, need;

	wire_append(&out, map);
	if (out.bad ||
	    wire_parse(out.p, out.n, WIRE_REPLY_MAX, &back, &used, &need) != WIRE_FRAME ||
	    used != out.n || !val_same(map, back))
		abort();
	val_free(back);
	buf_free(&out);
}

/* The frames of the n bytes, into a list; how it ended. *done: bytes that were taken. */
static enum wire_result
take_frames(const uint8_t *p, size_t n, struct val *frames, size_t *done)
{
	struct val		*map = NULL;
	size_t			 used = 0, need = 0, peeked = 0;
	enum wire_result	 got;

	*done = 0;
	while ((got = wire_parse(p + *done, n - *done, FRAME_MAX, &map, &used, &need)) ==
	    WIRE_FRAME) {
		if (used < WIRE_HEAD + 1 || used > n - *done ||
		    wire_peek(p + *done, n - *done, FRAME_MAX, &peeked) != WIRE_FRAME ||
		    peeked != used)
			abort();
		again(map);
		if (!val_add(frames, map))
			abort();
		map = NULL;
		*done += used;
	}
	if (map != NULL ||
	    (got == WIRE_MORE && (need <= n - *done || need > WIRE_HEAD + FRAME_MAX)))
		abort();
	return got;
}

/* The same as a peer reads them: pieces of `step` bytes come one after another. */
static enum wire_result
take_pieces(const uint8_t *p, size_t n, size_t step, struct val *frames)
{
	enum wire_result	 got = WIRE_MORE;
	size_t			 begin = 0, done;

	for (size_t end = 0; got == WIRE_MORE && end < n; begin += done) {
		end += step < n - end ? step : n - end;
		got = take_frames(p + begin, end - begin, frames, &done);
	}
	return got;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct val		*whole = val_list(), *pieces = val_list();
	size_t			 done;
	enum wire_result	 got = take_frames(p, n, whole, &done);

	if (take_pieces(p, n, n > 0 ? 1 + (size_t)p[n - 1] % 61 : 1, pieces) != got ||
	    !val_same(whole, pieces))
		abort();
	val_free(whole);
	val_free(pieces);
	return 0;
}
