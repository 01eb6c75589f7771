#include "forms/buf.h"

#include <string.h>

#include "tests/harness.h"

/*
 * What was overwritten last. Freed memory may not be looked at, so the call itself is watched:
 * these stand in for the C library's own, under the name a plain build calls and the one a
 * fortified build calls.
 */
static const void	*wiped;
static size_t		 wiped_n;

void	 __explicit_bzero_chk(void *, size_t, size_t);

void
__explicit_bzero_chk(void *p, size_t n, size_t room)
{
	(void)room;
	wiped = memset(p, 0, n);
	wiped_n = n;
}

void
explicit_bzero(void *p, size_t n)
{
	__explicit_bzero_chk(p, n, n);
}

START_TEST(grows_and_stays_a_string)
{
	struct buf	 b = BUF_INIT;

	ck_assert_str_eq(buf_str(&b), "");
	for (size_t i = 0; i < 5000; i++) {
		buf_putc(&b, (char)('a' + i % 26));
		ck_assert_uint_eq(b.n, i + 1);
		ck_assert_uint_eq(strlen(buf_str(&b)), b.n);
		ck_assert_uint_gt(b.cap, b.n);
	}
	for (size_t i = 0; i < 5000; i++)
		ck_assert_int_eq(b.p[i], 'a' + (int)(i % 26));
	ck_assert(!b.bad);
	buf_free(&b);
	ck_assert_ptr_null(b.p);
}
END_TEST

START_TEST(appends_in_order)
{
	struct buf	 b = BUF_INIT;

	buf_puts(&b, "one");
	buf_put(&b, ",\0,", 3);
	buf_put(&b, NULL, 0);
	buf_printf(&b, "%d-%s", 2, "three");
	ck_assert_uint_eq(b.n, 13);
	ck_assert_mem_eq(b.p, "one,\0,2-three", 14);
	buf_reset(&b);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_str_eq(buf_str(&b), "");
	ck_assert_ptr_nonnull(b.p);
	buf_free(&b);
}
END_TEST

/* printf measures, then writes: what does not fit the first block has to arrive whole */
START_TEST(printf_longer_than_a_block)
{
	struct buf	 b = BUF_INIT;
	char		 long_text[1000];

	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	buf_printf(&b, "<%s>", long_text);
	ck_assert_uint_eq(b.n, 1001);
	ck_assert_int_eq(b.p[0], '<');
	ck_assert_int_eq(b.p[1000], '>');
	ck_assert_int_eq(b.p[1001], '\0');
	buf_free(&b);
}
END_TEST

START_TEST(stops_at_max)
{
	struct buf	 b = BUF_INIT;

	b.max = 10;
	buf_puts(&b, "0123456789");
	ck_assert(!b.bad);
	ck_assert_uint_eq(b.n, 10);
	buf_putc(&b, '!');
	ck_assert(b.bad);
	ck_assert_str_eq(buf_str(&b), "0123456789");
	buf_free(&b);
}
END_TEST

/* After a failure the rest of a chain of appends is ignored, even what would still fit. */
START_TEST(bad_sticks_until_reset)
{
	struct buf	 b = BUF_INIT;

	b.max = 4;
	buf_puts(&b, "ab");
	buf_puts(&b, "cde");
	ck_assert(b.bad);
	buf_putc(&b, 'c');
	ck_assert_ptr_null(buf_room(&b, 1));
	ck_assert_str_eq(buf_str(&b), "ab");
	buf_reset(&b);
	ck_assert(!b.bad);
	buf_puts(&b, "wxyz");
	ck_assert(!b.bad);
	ck_assert_str_eq(buf_str(&b), "wxyz");
	buf_free(&b);
}
END_TEST

START_TEST(refuses_sizes_that_would_wrap)
{
	struct buf	 b = BUF_INIT;

	buf_puts(&b, "kept");
	ck_assert_ptr_null(buf_room(&b, SIZE_MAX));
	ck_assert(b.bad);
	buf_reset(&b);
	buf_puts(&b, "kept");
	ck_assert_ptr_null(buf_room(&b, SIZE_MAX / 2));
	ck_assert(b.bad);
	ck_assert_str_eq(buf_str(&b), "kept");
	ck_assert_ptr_null(buf_take(&b));
	ck_assert_ptr_null(b.p);
	ck_assert(!b.bad);
}
END_TEST

START_TEST(numbers_are_big_endian)
{
	struct buf	 b = BUF_INIT;

	buf_put_u16(&b, 0x0102);
	buf_put_u32(&b, 0x03040506);
	buf_put_u64(&b, 0x0708090a0b0c0d0eULL);
	ck_assert_uint_eq(b.n, 14);
	ck_assert_mem_eq(b.p, "\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e", 14);
	ck_assert_uint_eq(buf_get_u16(b.p), 0x0102);
	ck_assert_uint_eq(buf_get_u32(b.p + 2), 0x03040506);
	ck_assert_uint_eq(buf_get_u64(b.p + 6), 0x0708090a0b0c0d0eULL);
	buf_free(&b);
}
END_TEST

/* The reason for big-endian: the order of the bytes is the order of the numbers. */
START_TEST(numbers_sort_by_bytes)
{
	static const uint64_t	 rising[] = { 0, 1, 255, 256, 65535, 65536, UINT32_MAX, 1ULL << 32,
	    UINT64_MAX };
	struct buf		 b = BUF_INIT;

	for (size_t i = 0; i < sizeof(rising) / sizeof(rising[0]); i++)
		buf_put_u64(&b, rising[i]);
	for (size_t i = 1; i < sizeof(rising) / sizeof(rising[0]); i++) {
		ck_assert_int_lt(memcmp(b.p + (i - 1) * 8, b.p + i * 8, 8), 0);
		ck_assert_uint_eq(buf_get_u64(b.p + i * 8), rising[i]);
	}
	buf_free(&b);
}
END_TEST

START_TEST(take_hands_over)
{
	struct buf	 b = BUF_INIT;
	char		*p;

	buf_puts(&b, "mine now");
	p = buf_take(&b);
	ck_assert_str_eq(p, "mine now");
	ck_assert_ptr_null(b.p);
	ck_assert_uint_eq(b.n, 0);
	buf_puts(&b, "again");
	ck_assert_str_eq(p, "mine now");
	ck_assert_str_eq(buf_str(&b), "again");
	free(p);
	buf_free(&b);
}
END_TEST

START_TEST(take_of_empty_is_a_string)
{
	struct buf	 b = BUF_INIT;
	char		*p;

	p = buf_take(&b);
	ck_assert_ptr_nonnull(p);
	ck_assert_str_eq(p, "");
	free(p);
}
END_TEST

/* All of it, not only the bytes in use: a shorter text may have been written over a longer one. */
START_TEST(wipe_overwrites_and_leaves_it_ready)
{
	struct buf	 b = BUF_INIT;
	const void	*at;
	size_t		 cap;

	buf_wipe(&b);			/* never used: nothing to overwrite */
	ck_assert_ptr_null(wiped);
	buf_puts(&b, "secret");
	buf_free(&b);			/* the nearest no: free does not overwrite */
	ck_assert_ptr_null(wiped);

	buf_puts(&b, "a longer secret than the one kept");
	buf_reset(&b);
	buf_puts(&b, "secret");
	at = b.p;
	cap = b.cap;
	buf_wipe(&b);
	ck_assert_ptr_eq(wiped, at);
	ck_assert_uint_eq(wiped_n, cap);
	ck_assert_ptr_null(b.p);
	ck_assert_uint_eq(b.n, 0);
	ck_assert_uint_eq(b.cap, 0);
	buf_puts(&b, "next");
	ck_assert_str_eq(buf_str(&b), "next");
	buf_free(&b);
}
END_TEST

TEST_SUITE(buffers, "forms/buf", grows_and_stays_a_string, appends_in_order,
    printf_longer_than_a_block,
    stops_at_max, bad_sticks_until_reset, refuses_sizes_that_would_wrap, numbers_are_big_endian,
    numbers_sort_by_bytes, take_hands_over, take_of_empty_is_a_string,
    wipe_overwrites_and_leaves_it_ready)
TEST_MAIN(buffers)
