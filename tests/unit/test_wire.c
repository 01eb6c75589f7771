#include "core/wire/wire.h"

#include <stdio.h>
#include <string.h>

#include "tests/fuzz/fuzz_frame.c"
#include "tests/harness.h"

/* A request with one value of every kind; the caller's. */
static struct val *
sample(void)
{
	struct val	*map = val_map(), *set = val_map(), *list = val_list();

	ck_assert(val_put(set, "name", val_text("王小明 𠮷")));
	ck_assert(val_put(set, "born", val_int(20190312)));
	ck_assert(val_put(set, "less", val_int(-7)));
	ck_assert(val_put(set, "gone", val_nil()));
	ck_assert(val_add(list, val_bool(true)));
	ck_assert(val_add(list, val_bool(false)));
	ck_assert(val_put(set, "ticks", list));
	ck_assert(val_put(map, "id", val_int(70000)));
	ck_assert(val_put(map, "op", val_text("save")));
	ck_assert(val_put(map, "token", val_bytes("0123456789abcdef", 16)));
	ck_assert(val_put(map, "set", set));
	return map;
}

/* The frame in memory of exactly its size, so that the sanitizer sees a read past its end. */
static uint8_t *
sample_frame(size_t *n)
{
	struct buf	 out = BUF_INIT;
	struct val	*map = sample();
	uint8_t		*exact;

	wire_append(&out, map);
	ck_assert(!out.bad);
	val_free(map);
	*n = out.n;
	exact = malloc(out.n);
	memcpy(exact, out.p, out.n);
	buf_free(&out);
	return exact;
}

START_TEST(a_frame_comes_back_the_same)
{
	struct val	*map = NULL, *want = sample();
	size_t		 n, used = 0, need = 0;
	uint8_t		*frame = sample_frame(&n);

	ck_assert_mem_eq(frame, "SW\1\0\0\0\0", 7);
	ck_assert_uint_eq(buf_get_u32(frame + 4), n - WIRE_HEAD);
	ck_assert_int_eq(wire_parse(frame, n, n, &map, &used, &need), WIRE_FRAME);
	ck_assert_uint_eq(used, n);
	ck_assert(val_same(map, want));
	val_free(map);
	val_free(want);
	free(frame);
}
END_TEST

START_TEST(frames_in_a_row_are_taken_one_by_one)
{
	struct buf	 out = BUF_INIT;
	struct val	*map;
	size_t		 used, need, at = 0;

	for (int i = 0; i < 3; i++) {
		map = val_map();
		ck_assert(val_put(map, "id", val_int(i * 1000)));
		wire_append(&out, map);
		val_free(map);
	}
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(wire_parse(out.p + at, out.n - at, 64, &map, &used, &need),
		    WIRE_FRAME);
		ck_assert_int_eq(val_get_num(map, "id", -1), i * 1000);
		val_free(map);
		at += used;
	}
	ck_assert_uint_eq(at, out.n);
	ck_assert_int_eq(wire_parse(out.p + at, 0, 64, &map, &used, &need), WIRE_MORE);
	buf_free(&out);
}
END_TEST

/* However the stream is cut: not whole yet, and what it takes is said as soon as the head tells. */
START_TEST(every_cut_waits_for_more)
{
	struct val	*map = NULL;
	size_t		 n, used, need;
	uint8_t		*frame = sample_frame(&n);

	for (size_t cut = 0; cut < n; cut++) {
		uint8_t	*part = malloc(cut > 0 ? cut : 1);

		memcpy(part, frame, cut);
		need = 0;
		ck_assert_int_eq(wire_parse(part, cut, WIRE_REQUEST_MAX, &map, &used, &need),
		    WIRE_MORE);
		ck_assert_uint_eq(need, cut < WIRE_HEAD ? WIRE_HEAD : n);
		ck_assert_ptr_null(map);
		free(part);
	}
	free(frame);
}
END_TEST

/* Cut short, but with a length that agrees: nothing of it may pass for a map. */
START_TEST(every_map_cut_short_is_bad)
{
	struct val	*map = NULL;
	size_t		 n, used, need;
	uint8_t		*frame = sample_frame(&n);

	for (size_t len = 0; len < n - WIRE_HEAD; len++) {
		uint8_t	*part = malloc(WIRE_HEAD + len);

		memcpy(part, frame, WIRE_HEAD + len);
		part[6] = (uint8_t)(len >> 8);
		part[7] = (uint8_t)len;
		ck_assert_int_eq(wire_parse(part, WIRE_HEAD + len, WIRE_REQUEST_MAX, &map, &used,
		    &need), WIRE_BAD);
		ck_assert_ptr_null(map);
		free(part);
	}
	free(frame);
}
END_TEST

/*
 * Each byte in each of its other 255 values: refused, waited for, or read as a map that can be
 * written again.
 */
START_TEST(every_byte_flipped_is_survived)
{
	size_t	 n, bad_head = 0;
	uint8_t	*frame = sample_frame(&n);

	for (size_t i = 0; i < n; i++) {
		for (unsigned flip = 1; flip < 256; flip++) {
			struct val	*map = NULL;
			size_t		 used, need;

			frame[i] ^= (uint8_t)flip;
			LLVMFuzzerTestOneInput(frame, n);
			if (i < 4 && wire_parse(frame, n, n, &map, &used, &need) == WIRE_BAD)
				bad_head++;
			frame[i] ^= (uint8_t)flip;
		}
	}
	ck_assert_uint_eq(bad_head, 4 * 255);
	free(frame);
}
END_TEST

struct edge {
	const char	*name;
	const char	*bytes;
	size_t		 n;
	size_t		 max;
	enum wire_result	 want;
};

#define BYTES(s)	s, sizeof(s) - 1

static const struct edge edges[] = {
	{ "the smallest map",		BYTES("SW\1\0\0\0\0\1\xa0"),		1,	WIRE_FRAME },
	{ "no length",			BYTES("SW\1\0\0\0\0\0"),		100,	WIRE_BAD },
	/* no value */
	{ "as long as allowed",		BYTES("SW\1\0\0\0\0\3\xa1\x61" "a"),	3,	WIRE_BAD },
	{ "as long as allowed, whole",	BYTES("SW\1\0\0\0\0\4\xa1\x61"
	  "a\1"),	4,	WIRE_FRAME },
	{ "one byte longer",		BYTES("SW\1\0\0\0\0\4\xa1\x61" "a\1"),	3,	WIRE_BAD },
	{ "too long, before it is there", BYTES("SW\1\0\0\0\0\5"),		4,	WIRE_BAD },
	{ "allowed, not there yet",	BYTES("SW\1\0\0\0\0\4"),		4,	WIRE_MORE },
	{ "4 GB",			BYTES("SW\1\0\xff\xff\xff\xff"),	WIRE_REPLY_MAX,
	  WIRE_BAD },
	{ "next version",		BYTES("SW\2\0\0\0\0\1\xa0"),		100,	WIRE_BAD },
	{ "filling",			BYTES("SW\1\1\0\0\0\1\xa0"),		100,	WIRE_BAD },
	{ "first byte of HTTP",		BYTES("G"),				100,	WIRE_BAD },
	{ "first byte of ours",		BYTES("S"),				100,	WIRE_MORE },
	{ "second byte wrong",		BYTES("SS"),				100,	WIRE_BAD },
	{ "a list",			BYTES("SW\1\0\0\0\0\1\x80"),		100,	WIRE_BAD },
	{ "a number",			BYTES("SW\1\0\0\0\0\1\1"),		100,	WIRE_BAD },
	{ "a map and more",		BYTES("SW\1\0\0\0\0\2\xa0\xa0"),	100,	WIRE_BAD },
	{ "a text of 4 GB in 6 bytes",	BYTES("SW\1\0\0\0\0\6\x7a\xff\xff\xff\xff" "a"), 100,
	  WIRE_BAD },
	{ "a map of 4 G pairs",		BYTES("SW\1\0\0\0\0\5\xba\xff\xff\xff\xff"), 100,
	  WIRE_BAD },
	{ "a map without end",		BYTES("SW\1\0\0\0\0\2\xbf\xff"),	100,	WIRE_BAD },
	{ "a key twice",		BYTES("SW\1\0\0\0\0\7\xa2\x61" "a\1\x61" "a\2"), 100,
	  WIRE_BAD },
	{ "a key that is no text",	BYTES("SW\1\0\0\0\0\3\xa1\1\1"),	100,	WIRE_BAD },
	{ "text that is not UTF-8",	BYTES("SW\1\0\0\0\0\5\xa1\x61" "a\x61\xff"), 100,
	  WIRE_BAD },
};

START_TEST(edges_of_the_format)
{
	const struct edge	*e = &edges[_i];
	struct val		*map = NULL;
	size_t			 used = 0, need = 0;
	char			*exact = malloc(e->n);

	memcpy(exact, e->bytes, e->n);
	ck_assert_msg(wire_parse(exact, e->n, e->max, &map, &used, &need) == e->want, "%s",
	    e->name);
	ck_assert_msg((map != NULL) == (e->want == WIRE_FRAME), "%s", e->name);
	val_free(map);
	free(exact);
}
END_TEST

START_TEST(no_room_is_said)
{
	struct buf	 out = { .max = 20 };
	struct val	*map = sample();

	wire_append(&out, map);
	ck_assert(out.bad);
	val_free(map);
	buf_free(&out);
}
END_TEST

static Suite *
wire(void)
{
	Suite	*s = suite_create("core/wire");
	TCase	*tc = tcase_create("frames");

	tcase_add_test(tc, a_frame_comes_back_the_same);
	tcase_add_test(tc, frames_in_a_row_are_taken_one_by_one);
	tcase_add_test(tc, every_cut_waits_for_more);
	tcase_add_test(tc, every_map_cut_short_is_bad);
	tcase_add_test(tc, every_byte_flipped_is_survived);
	tcase_add_loop_test(tc, edges_of_the_format, 0, sizeof(edges) / sizeof(edges[0]));
	tcase_add_test(tc, no_room_is_said);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(wire)
