#include "forms/val.h"

#include <string.h>

#include "tests/harness.h"

#define N(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- values in memory ------------------------------------------------------------------------ */

/* A bit of everything, nested. */
static struct val *
sample(void)
{
	struct val	*v = val_map(), *list = val_list(), *carer = val_map();

	ck_assert(val_put(v, "name", val_text("王小明")));
	ck_assert(val_put(v, "birth", val_int(20150312)));
	ck_assert(val_put(v, "below", val_int(-1000000)));
	ck_assert(val_put(v, "hukou", val_bool(true)));
	ck_assert(val_put(v, "no", val_bool(false)));
	ck_assert(val_put(v, "nothing", val_nil()));
	ck_assert(val_put(v, "token", val_bytes("\0\1\xff", 3)));
	ck_assert(val_put(carer, "name", val_text("𠮷")));
	ck_assert(val_put(carer, "help", val_list()));
	ck_assert(val_put(carer, "more", val_map()));
	ck_assert(val_add(list, carer));
	ck_assert(val_add(list, val_int(7)));
	ck_assert(val_put(v, "carers", list));
	ck_assert(val_put(v, "a long name of a field, longer than 23 bytes", val_text("")));
	return v;
}

START_TEST(kinds)
{
	struct val	*all[] = { val_nil(), val_bool(true), val_int(5), val_text("x"),
	    val_bytes("x", 1), val_list(), val_map() };
	size_t		 n;

	for (size_t i = 0; i < N(all); i++) {
		ck_assert_int_eq(val_kind(all[i]), (int)i);
		ck_assert(val_is_true(all[i]) == (i == VAL_BOOL));
		ck_assert_int_eq(val_num(all[i], -1), i == VAL_INT ? 5 : -1);
		ck_assert((val_str(all[i]) != NULL) == (i == VAL_TEXT));
		ck_assert((val_mem(all[i], &n) != NULL) == (i == VAL_TEXT || i == VAL_BYTES));
		ck_assert_uint_eq(n, i == VAL_TEXT || i == VAL_BYTES ? 1 : 0);
		ck_assert_uint_eq(val_len(all[i]), 0);
		/*
		 * a reader finds nothing in the wrong kind, a writer refuses it (and frees what it
		 * was given)
		 */
		ck_assert_ptr_null(val_at(all[i], 0));
		ck_assert_ptr_null(val_key(all[i], 0));
		ck_assert_ptr_null(val_get(all[i], "x"));
		ck_assert(val_add(all[i], val_int(1)) == (i == VAL_LIST));
		ck_assert(val_put(all[i], "k", val_int(1)) == (i == VAL_MAP));
	}
	for (size_t i = 0; i < N(all); i++)
		val_free(all[i]);
	ck_assert_int_eq(val_kind(NULL), VAL_NIL);
	ck_assert_uint_eq(val_len(NULL), 0);
	ck_assert_ptr_null(val_get(NULL, "x"));
	ck_assert_ptr_null(val_find(NULL, "x.y"));
	ck_assert_ptr_null(val_dup(NULL));
	ck_assert_ptr_null(val_text(NULL));
	ck_assert(!val_has(NULL, "x"));
	val_free(NULL);
}
END_TEST

START_TEST(refuses_null)
{
	struct val	*list = val_list(), *map = val_map();

	ck_assert(!val_add(list, NULL));
	ck_assert(!val_put(map, "k", NULL));
	ck_assert(!val_set(map, "k", NULL));
	ck_assert(!val_add(NULL, val_int(1)));
	ck_assert(!val_put(NULL, "k", val_int(1)));
	ck_assert(!val_set(NULL, "k", val_int(1)));
	ck_assert_uint_eq(val_len(list) + val_len(map), 0);
	val_free(list);
	val_free(map);
}
END_TEST

START_TEST(maps_are_sorted)
{
	static const char *const	 keys[] = { "m", "a", "z", "", "ab", "b", "aa", "中", "A",
	    "_" };
	struct val			*m = val_map();

	for (size_t i = 0; i < N(keys); i++)
		ck_assert(val_put(m, keys[i], val_int((int64_t)i)));
	ck_assert_uint_eq(val_len(m), N(keys));
	for (size_t i = 1; i < N(keys); i++)
		ck_assert_int_lt(strcmp(val_key(m, i - 1), val_key(m, i)), 0);
	for (size_t i = 0; i < N(keys); i++)
		ck_assert_int_eq(val_get_num(m, keys[i], -1), (int64_t)i);
	ck_assert(val_put(m, "m", val_text("new")));
	ck_assert_uint_eq(val_len(m), N(keys));
	ck_assert_str_eq(val_get_str(m, "m"), "new");
	val_drop(m, "m");
	val_drop(m, "not there");
	ck_assert_ptr_null(val_get(m, "m"));
	ck_assert_uint_eq(val_len(m), N(keys) - 1);
	val_free(m);
}
END_TEST

START_TEST(paths)
{
	struct val	*v = sample();

	ck_assert_str_eq(val_str(val_find(v, "carers.0.name")), "𠮷");
	ck_assert_int_eq(val_num(val_find(v, "carers.1"), 0), 7);
	ck_assert_ptr_eq(val_find(v, ""), v);
	ck_assert_ptr_null(val_find(v, "carers.2"));
	ck_assert_ptr_null(val_find(v, "carers.x"));
	ck_assert_ptr_null(val_find(v, "carers.-1"));
	ck_assert_ptr_null(val_find(v, "carers.0000000"));
	ck_assert_ptr_null(val_find(v, "name.x"));
	ck_assert_ptr_null(val_find(v, ".name"));
	ck_assert_ptr_null(val_find(v, "carers..0"));
	ck_assert_ptr_null(val_find(v, "carers.0.name.deeper"));
	val_free(v);
}
END_TEST

START_TEST(setting)
{
	struct val	*v = val_map();

	ck_assert(val_set(v, "a", val_int(1)));
	ck_assert(val_set(v, "father.phone", val_text("110")));		/* maps made on the way */
	ck_assert(val_set(v, "father.work.city", val_text("x")));
	ck_assert(val_put(v, "list", val_list()));
	/* one past the end */
	ck_assert(val_set(v, "list.0.name", val_text("first")));
	ck_assert(val_set(v, "list.1", val_int(2)));
	ck_assert(val_set(v, "list.1", val_int(3)));
	ck_assert_int_eq(val_num(val_find(v, "list.1"), 0), 3);
	ck_assert(!val_set(v, "list.3", val_int(4)));
	ck_assert(!val_set(v, "list.3.name", val_int(4)));
	ck_assert(!val_set(v, "list.x", val_int(4)));
	ck_assert(!val_set(v, "list.1.x", val_int(4)));		/* a number stands there */
	ck_assert(!val_set(v, "", val_int(4)));
	ck_assert_uint_eq(val_len(val_get(v, "list")), 2);
	ck_assert_str_eq(val_str(val_find(v, "father.work.city")), "x");
	val_free(v);
}
END_TEST

START_TEST(taking_and_merging)
{
	struct val	*v = sample(), *change = val_map(), *out;

	out = val_take(v, "carers");
	ck_assert_uint_eq(val_len(out), 2);
	ck_assert_ptr_null(val_get(v, "carers"));
	ck_assert_ptr_null(val_take(v, "carers"));
	ck_assert_ptr_null(val_take(out, "x"));
	ck_assert(val_put(change, "name", val_text("王大明")));
	ck_assert(val_put(change, "birth", val_nil()));
	ck_assert(val_put(change, "added", val_int(1)));
	ck_assert(val_merge(v, change));
	ck_assert_str_eq(val_get_str(v, "name"), "王大明");
	ck_assert_ptr_null(val_get(v, "birth"));
	ck_assert_int_eq(val_get_num(v, "added", 0), 1);
	ck_assert(val_get_true(v, "hukou"));
	ck_assert_str_eq(val_get_str(change, "name"), "王大明");		/* copies */
	val_free(out);
	val_free(change);
	val_free(v);
}
END_TEST

/* Every two of these differ, and their order does not depend on who is asked first. */
START_TEST(order)
{
	struct val	*v[] = { val_nil(), val_bool(false), val_bool(true), val_int(INT64_MIN),
	    val_int(-1), val_int(0),
	    val_int(INT64_MAX), val_text(""), val_text("a"), val_textn("a\0", 2), val_text("b"),
	    val_bytes("", 0), val_bytes("a", 1), val_list(), val_list(), val_map(), val_map() };
	int		 c;

	ck_assert(val_add(v[14], val_int(1)));
	ck_assert(val_put(v[16], "k", val_int(1)));
	for (size_t i = 0; i < N(v); i++)
		for (size_t k = 0; k < N(v); k++) {
			c = val_cmp(v[i], v[k]);
			ck_assert_msg((c > 0) - (c < 0) == (i > k) - (i < k), "%zu %zu", i, k);
			ck_assert(val_same(v[i], v[k]) == (i == k));
		}
	ck_assert(val_same(NULL, v[0]));
	for (size_t i = 0; i < N(v); i++)
		val_free(v[i]);
}
END_TEST

START_TEST(copies_are_deep)
{
	struct val	*v = sample(), *copy;

	val_set_line(val_get(v, "name"), 12);
	copy = val_dup(v);
	ck_assert(val_same(v, copy));
	ck_assert_uint_eq(val_line(val_get(copy, "name")), 12);
	ck_assert(val_set(v, "carers.0.name", val_text("other")));
	ck_assert(!val_same(v, copy));
	ck_assert_str_eq(val_str(val_find(copy, "carers.0.name")), "𠮷");
	val_free(v);
	ck_assert_str_eq(val_get_str(copy, "name"), "王小明");
	val_free(copy);
}
END_TEST

START_TEST(lists_of_texts)
{
	struct val	*v = val_list();

	ck_assert(val_add(v, val_int(1)));
	ck_assert(val_add(v, val_text("dibao")));
	ck_assert(val_has(v, "dibao"));
	ck_assert(!val_has(v, "diba"));
	ck_assert(!val_has(v, "1"));
	val_free(v);
}
END_TEST

/* ---- on the wire ----------------------------------------------------------------------------- */

static void
encodes(struct val *v, const char *bytes, size_t n)
{
	struct buf	 b = BUF_INIT;
	struct val	*back;

	val_encode(v, &b);
	ck_assert_uint_eq(b.n, n);
	ck_assert_mem_eq(b.p, bytes, n);
	back = val_decode(b.p, b.n);
	ck_assert_ptr_nonnull(back);
	ck_assert(val_same(v, back));
	val_free(back);
	val_free(v);
	buf_free(&b);
}

#define ENCODES(v, bytes)	encodes(v, bytes, sizeof(bytes) - 1)

/* The examples of RFC 8949, appendix A, as far as they are of our kinds. */
START_TEST(shortest_forms)
{
	ENCODES(val_int(0), "\x00");
	ENCODES(val_int(23), "\x17");
	ENCODES(val_int(24), "\x18\x18");
	ENCODES(val_int(255), "\x18\xff");
	ENCODES(val_int(256), "\x19\x01\x00");
	ENCODES(val_int(65536), "\x1a\x00\x01\x00\x00");
	ENCODES(val_int(INT64_C(1) << 32), "\x1b\x00\x00\x00\x01\x00\x00\x00\x00");
	ENCODES(val_int(INT64_MAX), "\x1b\x7f\xff\xff\xff\xff\xff\xff\xff");
	ENCODES(val_int(-1), "\x20");
	ENCODES(val_int(-24), "\x37");
	ENCODES(val_int(-25), "\x38\x18");
	ENCODES(val_int(-1000), "\x39\x03\xe7");
	ENCODES(val_int(INT64_MIN), "\x3b\x7f\xff\xff\xff\xff\xff\xff\xff");
	ENCODES(val_bool(false), "\xf4");
	ENCODES(val_bool(true), "\xf5");
	ENCODES(val_nil(), "\xf6");
	ENCODES(val_bytes("", 0), "\x40");
	ENCODES(val_bytes("\1\2\3\4", 4), "\x44\x01\x02\x03\x04");
	ENCODES(val_text(""), "\x60");
	ENCODES(val_text("水"), "\x63\xe6\xb0\xb4");
	ENCODES(val_text("𐅑"), "\x64\xf0\x90\x85\x91");
	ENCODES(val_list(), "\x80");
	ENCODES(val_map(), "\xa0");
}
END_TEST

/* Put in any order, the keys travel in byte order. */
START_TEST(canonical)
{
	struct val	*a = val_map(), *b = val_map();
	struct buf	 x = BUF_INIT, y = BUF_INIT;

	ck_assert(val_put(a, "b", val_int(1)));
	ck_assert(val_put(a, "aa", val_int(2)));
	ck_assert(val_put(b, "aa", val_int(2)));
	ck_assert(val_put(b, "b", val_int(1)));
	val_encode(a, &x);
	val_encode(b, &y);
	ck_assert_uint_eq(x.n, y.n);
	ck_assert_mem_eq(x.p, y.p, x.n);
	ck_assert_mem_eq(x.p, "\xa2\x62" "aa\x02\x61" "b\x01", 8);
	buf_free(&x);
	buf_free(&y);
	val_free(a);
	val_free(b);
}
END_TEST

START_TEST(round_trip)
{
	struct val	*v = sample(), *back;
	struct buf	 b = BUF_INIT, again = BUF_INIT;

	val_encode(v, &b);
	back = val_decode(b.p, b.n);
	ck_assert_ptr_nonnull(back);
	ck_assert(val_same(v, back));
	val_encode(back, &again);
	ck_assert_uint_eq(b.n, again.n);
	ck_assert_mem_eq(b.p, again.p, b.n);
	buf_free(&b);
	buf_free(&again);
	val_free(v);
	val_free(back);
}
END_TEST

/* In memory of exactly that size, so that a step past the end is seen. */
static struct val *
decode(const void *p, size_t n)
{
	unsigned char	*exact = malloc(n > 0 ? n : 1);
	struct val	*v;

	if (exact == NULL)
		abort();
	if (n > 0)
		memcpy(exact, p, n);
	v = val_decode(exact, n);
	free(exact);
	return v;
}

START_TEST(reading)
{
	static const struct {
		const char	*what, *bytes;
		size_t		 n;
		bool		 ok;
	} rows[] = {
#define ROW(what, bytes, ok)	{ what, bytes, sizeof(bytes) - 1, ok }
		ROW("nothing", "", false),
		ROW("one value", "\x01", true),
		ROW("a value and more", "\x01\x01", false),
		ROW("longer form than needed", "\x1b\x00\x00\x00\x00\x00\x00\x00\x05", true),
		ROW("one above the largest", "\x1b\x80\x00\x00\x00\x00\x00\x00\x00", false),
		ROW("one below the smallest", "\x3b\x80\x00\x00\x00\x00\x00\x00\x00", false),
		ROW("keys out of order", "\xa2\x61" "b\x01\x61" "a\x02", false),
		ROW("a doubled key", "\xa2\x61" "a\x01\x61" "a\x02", false),
		ROW("a doubled key further down", "\x81\xa2\x61" "a\x01\x61" "a\x02", false),
		ROW("the same key in two maps", "\x82\xa1\x61" "a\x01\xa1\x61" "a\x02", true),
		ROW("a key that is a number", "\xa1\x01\x02", false),
		ROW("a key that is bytes", "\xa1\x41" "a\x02", false),
		ROW("a key that is a list", "\xa1\x80\x02", false),
		ROW("a key that is a map", "\xa1\xa0\x02", false),
		ROW("a key without value", "\xa1\x61" "a", false),
		ROW("a map as value", "\xa1\x61" "a\xa0", true),
		ROW("half a float", "\xf9\x3c\x00", false),
		ROW("a float", "\xfa\x47\xc3\x50\x00", false),
		ROW("a double", "\xfb\x3f\xf0\x00\x00\x00\x00\x00\x00", false),
		ROW("a tag", "\xc1\x01", false),
		ROW("a big number", "\xc2\x41\x01", false),
		ROW("undefined", "\xf7", false),
		ROW("a simple value", "\xf0", false),
		ROW("bytes without end", "\x5f\x41\x01\xff", false),
		ROW("text without end", "\x7f\x61" "a\xff", false),
		ROW("a list without end", "\x9f\x01\xff", false),
		ROW("a map without end", "\xbf\x61" "a\x01\xff", false),
		ROW("a break alone", "\xff", false),
		ROW("reserved", "\x1c", false),
		ROW("text that is no UTF-8", "\x61\xff", false),
		ROW("text cut inside a character", "\x62\xe6\xb0", false),
		ROW("text with a surrogate", "\x63\xed\xa0\x80", false),
		ROW("text with an overlong slash", "\x62\xc0\xaf", false),
		ROW("text with a NUL", "\x62" "a\x00", false),
		ROW("a key with a NUL", "\xa1\x62" "a\x00\x01", false),
		ROW("a key that is no UTF-8", "\xa1\x61\xff\x01", false),
		ROW("bytes with a NUL", "\x42" "a\x00", true),
		ROW("a list shorter than it says", "\x82\x01", false),
		ROW("a list of more than memory", "\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		    false),
		ROW("a map of more than memory", "\xbb\x7f\xff\xff\xff\xff\xff\xff\xff\x61" "a\x01",
		    false),
		ROW("text of more than memory", "\x7b\xff\xff\xff\xff\xff\xff\xff\xff" "a", false),
		ROW("bytes of more than memory", "\x5b\x7f\xff\xff\xff\xff\xff\xff\xff" "a", false),
	};
	struct val	*v;

	for (size_t i = 0; i < N(rows); i++) {
		v = decode(rows[i].bytes, rows[i].n);
		ck_assert_msg((v != NULL) == rows[i].ok, "%s", rows[i].what);
		val_free(v);
	}
}
END_TEST

START_TEST(depth)
{
	char	 bytes[64];

	for (size_t n = 1; n < sizeof bytes; n++) {
		struct val	*v;

		memset(bytes, '\x81', n);	/* lists of one */
		bytes[n - 1] = '\x80';
		v = decode(bytes, n);
		/* the innermost is empty and needs no place on the stack */
		ck_assert_msg((v != NULL) == (n <= VAL_DEPTH_MAX + 1), "%zu", n);
		val_free(v);
	}
}
END_TEST

START_TEST(items)
{
	struct buf	 b = BUF_INIT;
	struct val	*v;

	for (size_t n = VAL_ITEMS_MAX - 1; n <= VAL_ITEMS_MAX; n++) {	/* and the list itself */
		buf_reset(&b);
		buf_putc(&b, '\x9a');
		buf_put_u32(&b, (uint32_t)n);
		memset(buf_room(&b, n), '\x01', n);
		v = decode(b.p, b.n);
		ck_assert_msg((v != NULL) == (n < VAL_ITEMS_MAX), "%zu", n);
		val_free(v);
	}
	buf_free(&b);
}
END_TEST

/*
 * What is read, if anything, is a value like any other: it can be written, read again, and is then
 * the same. No assertions in here, for they cost more than all the rest.
 */
static bool
re_encodes(const void *p, size_t n)
{
	struct val	*v = decode(p, n), *back;
	struct buf	 b = BUF_INIT;
	bool		 same = true;

	if (v != NULL) {
		val_encode(v, &b);
		back = val_decode(b.p, b.n);
		same = back != NULL && val_same(v, back);
		val_free(back);
	}
	val_free(v);
	buf_free(&b);
	return same;
}

START_TEST(every_cut)
{
	struct val	*v = sample(), *got;
	struct buf	 b = BUF_INIT;

	val_encode(v, &b);
	for (size_t n = 0; n <= b.n; n++) {
		got = decode(b.p, n);
		ck_assert_msg((got != NULL) == (n == b.n), "cut at %zu", n);
		val_free(got);
	}
	buf_putc(&b, '\xf6');
	ck_assert_ptr_null(decode(b.p, b.n));
	buf_free(&b);
	val_free(v);
}
END_TEST

START_TEST(every_bit_and_byte)
{
	struct val	*v = sample();
	struct buf	 b = BUF_INIT;
	char		 kept;
	bool		 ok = true;

	val_encode(v, &b);
	for (size_t i = 0; i < b.n; i++) {
		kept = b.p[i];
		for (int c = 0; c < 256; c++) {
			b.p[i] = (char)c;
			ok &= re_encodes(b.p, b.n);
		}
		b.p[i] = kept;
		ck_assert_msg(ok, "byte %zu", i);
	}
	buf_free(&b);
	val_free(v);
}
END_TEST

/* Two bytes at once: the lengths that lie about each other. */
START_TEST(every_pair_of_heads)
{
	static const char	 heads[] =
	    "\x00\x17\x18\x1b\x40\x5b\x60\x7b\x78\x80\x81\x9b\x9f\xa0\xa1\xbb\xbf\xc0\xf6\xf9\xff";
	struct val		*v = sample();
	struct buf		 b = BUF_INIT;
	char			 first, second;
	bool			 ok = true;

	val_encode(v, &b);
	for (size_t i = 0; i + 1 < b.n; i++) {
		first = b.p[i];
		second = b.p[i + 1];
		for (size_t x = 0; x < sizeof heads - 1; x++)
			for (size_t y = 0; y < sizeof heads - 1; y++) {
				b.p[i] = heads[x];
				b.p[i + 1] = heads[y];
				ok &= re_encodes(b.p, b.n);
			}
		b.p[i] = first;
		b.p[i + 1] = second;
		ck_assert_msg(ok, "bytes %zu", i);
	}
	buf_free(&b);
	val_free(v);
}
END_TEST

TEST_SUITE(memory, "forms/val", kinds, refuses_null, maps_are_sorted, paths, setting,
    taking_and_merging, order, copies_are_deep, lists_of_texts)
TEST_SUITE(cbor, "forms/cbor", shortest_forms, canonical, round_trip, reading, depth, items,
    every_cut, every_bit_and_byte, every_pair_of_heads)
TEST_MAIN(memory, cbor)
