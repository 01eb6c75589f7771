#include "tui/term/width.h"

#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "tests/harness.h"
#include "tui/term/locale.h"

static const char *
shown(const char *s)
{
	static struct buf	 out;

	buf_reset(&out);
	width_show(&out, s, strlen(s));
	return buf_str(&out);
}

START_TEST(cells_of_characters)
{
	static const struct {
		uint32_t	cp;
		int		cells;
	} table[] = {
		{ 'a', 1 }, { ' ', 1 }, { '~', 1 }, { 0x738B, 2 }, { 0x3000, 2 }, { 0xFF0C, 2 },
		  { 0xFF71, 1 }, { 0x4DAE, 2 },
		{ 0x20BB7, 2 }, { 0x2CB4E, 2 }, { 0x31350, 2 }, { 0x323AF, 2 }, { 0x2FFFD, 2 },
		  { 0x3FFFD, 2 },
		{ 0x1F600, 2 }, { 0xAC00, 2 }, { 0x300, 0 }, { 0x20DD, 0 }, { 0xFE0F, 0 },
		  { 0xE0100, 0 }, { 0x200D, 0 },
		{ 0x1160, 0 }, { 0xF71, 0 }, { 0x903, 1 }, { 0x627, 1 }, { 0xE9, 1 }, { 0xEB, 1 },
		  { 0xFFFD, 1 },
		/* shown as 〓 */
		{ 0, 2 }, { 0x1B, 2 }, { 0x7F, 2 }, { 0x9B, 2 }, { 0xD800, 2 }, { 0x202E, 2 },
		  { 0x2028, 2 }, { 0xFEFF, 2 },
		{ 0xAD, 2 }, { 0x378, 2 }, { 0x1FFFF, 2 }, { 0x2FFFE, 2 }, { 0x110000, 2 },
		  { BAD_UTF8, 2 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		ck_assert_msg(width_of_cp(table[i].cp) == table[i].cells, "U+%04X",
		    (unsigned)table[i].cp);
	ck_assert_int_eq(width_of_base(0x300), 2);
	ck_assert_int_eq(width_of_base('a'), 1);
}
END_TEST

START_TEST(ambiguous_is_a_setting)
{
	static const uint32_t	 both[] = { 0xB7, 0xD7, 0xE9, 0x2014, 0x201C, 0x2026, 0x2460,
	    0x25A0, 0x3B1, 0x416, 0xE000, 0xFFFD, 0x10FFFD };
	static const uint32_t	 never[] = { 'a', 0xEB, 0xB5, 0x2011, 0xFF71 };

	for (int set = 1; set <= 2; set++) {
		width_set_ambiguous(set);
		ck_assert_int_eq(width_ambiguous(), set);
		for (size_t i = 0; i < sizeof(both) / sizeof(both[0]); i++)
			ck_assert_msg(width_of_cp(both[i]) == set, "U+%04X", (unsigned)both[i]);
		for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
			ck_assert_msg(width_of_cp(never[i]) == 1, "U+%04X", (unsigned)never[i]);
		ck_assert_int_eq(width_of("买买提·吐尔逊"), 12 + set);
	}
	width_set_ambiguous(1);
}
END_TEST

/*
 * On a GBK terminal two bytes are two cells. Our table must say so for every character that has
 * two.
 */
START_TEST(two_bytes_are_two_cells)
{
	iconv_t	 cd = iconv_open("UTF-8", "GBK");
	int	 seen = 0;

	ck_assert(cd != (iconv_t)-1);
	width_set_ambiguous(2);
	for (int lead = 0x81; lead <= 0xfe; lead++)
		for (int trail = 0x40; trail <= 0xfe; trail++) {
			char		 in[2] = { (char)lead, (char)trail }, out[8], *ip = in,
			    *op = out;
			size_t		 left = 2, room = sizeof(out);
			uint32_t	 cp;

			iconv(cd, NULL, NULL, NULL, NULL);
			if (iconv(cd, &ip, &left, &op, &room) != 0)
				continue;
			width_utf8_get(out, sizeof(out) - room, &cp);
			seen++;
			ck_assert_msg(width_of_cp(cp) == 2, "U+%04X", (unsigned)cp);
		}
	ck_assert_int_gt(seen, 21000);
	iconv_close(cd);
	width_set_ambiguous(1);
}
END_TEST

START_TEST(libc_asks_us)
{
	ck_assert_int_eq(wcwidth(0x31350), 2);
	ck_assert_int_eq(wcwidth(0x2CB4E), 2);
	ck_assert_int_eq(wcwidth(0x301), 0);
	ck_assert_int_eq(wcwidth(0x1B), -1);
	ck_assert_int_eq(wcwidth(0), 0);
	ck_assert(iswprint(0x31350));
	ck_assert(!iswprint(0x1B) && !iswprint(0x202E) && !iswprint(0xD800));
}
END_TEST

START_TEST(what_may_be_entered)
{
	static const uint32_t	 yes[] = { ' ', 'a', 0xB7, 0x301, 0x200C, 0x200D, 0x738B, 0x3000,
	    0x31350, 0x3FFFD, 0xE000, 0xFE0F, 0xE0100, 0x10FFFD };
	static const uint32_t	 no[] = { 0, 9, 10, 0x1B, 0x7F, 0x85, 0x9B, 0xAD, 0x200B, 0x200E,
	    0x2028, 0x2029, 0x202E, 0x2066, 0xD800, 0xDFFF,
		0xFDD0, 0xFEFF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF, 0x110000, BAD_UTF8 };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++)
		ck_assert_msg(width_enterable(yes[i]), "U+%04X", (unsigned)yes[i]);
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!width_enterable(no[i]), "U+%04X", (unsigned)no[i]);
}
END_TEST

START_TEST(clusters)
{
	static const char	 s[] = "\xcc\x81" "e\xcc\x81\xcc\x82王\n\xcc\x81\xff" "a";
	static const size_t	 bounds[] = { 0, 2, 7, 10, 11, 13, 14, 15 };
	size_t			 n = sizeof(s) - 1;
	int			 w;

	ck_assert_uint_eq(width_clusters(s, n), 7);
	for (size_t i = 0; i + 1 < sizeof(bounds) / sizeof(bounds[0]); i++) {
		ck_assert_uint_eq(width_next(s, n, bounds[i]), bounds[i + 1]);
		ck_assert_uint_eq(width_prev(s, n, bounds[i + 1]), bounds[i]);
	}
	ck_assert_uint_eq(width_prev(s, n, 0), 0);
	ck_assert_uint_eq(width_next(s, n, n), n);
	ck_assert_uint_eq(width_cluster("", 0, &w), 0);
	ck_assert_int_eq(w, 0);
	ck_assert_int_eq(width_of_text(s, n), 2 + 1 + 2 + 2 + 2 + 2 + 1);
}
END_TEST

START_TEST(cut_never_halves)
{
	static const struct {
		const char	*s;
		int		 cells;
		size_t		 bytes;
		int		 used;
	} table[] = {
		{ "王小明", 6, 9, 6 }, { "王小明", 5, 6, 4 }, { "王小明", 1, 0, 0 },
		  { "王小明", 0, 0, 0 }, { "王小明", -3, 0, 0 },
		{ "a王", 2, 1, 1 }, { "a王", 3, 4, 3 }, { "e\xcc\x81x", 1, 3, 1 }, { "", 9, 0, 0 },
		  { "ab", 99, 2, 2 },
		{ "\033a", 2, 1, 2 }, { "\033a", 1, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		int	 used;

		ck_assert_uint_eq(width_cut(table[i].s, strlen(table[i].s), table[i].cells, &used),
		    table[i].bytes);
		ck_assert_int_eq(used, table[i].used);
	}
}
END_TEST

START_TEST(shown_is_safe)
{
	ck_assert_str_eq(shown("王小明 abc"), "王小明 abc");
	ck_assert_str_eq(shown("a\033[2Jb"), "a〓[2Jb");
	ck_assert_str_eq(shown("\xcc\x81x\xcc\x81"), "〓x\xcc\x81");
	ck_assert_str_eq(shown("\xff\xfe"), "〓〓");
	ck_assert_str_eq(shown("\xe7\x8e"), "〓〓");
	/* a surrogate is not UTF-8 */
	ck_assert_str_eq(shown("\xed\xa0\x80"), "〓〓〓");
	/* nor is a slash in two bytes */
	ck_assert_str_eq(shown("\xc0\xaf"), "〓〓");
	ck_assert_str_eq(shown("\xe2\x80\xae" "abc"), "〓abc");
	ck_assert_str_eq(shown("\xc2\x9b" "31m"), "〓31m");
	ck_assert_str_eq(shown("葛\xf3\xa0\x84\x80"), "葛");
	ck_assert_str_eq(shown("a\xe2\x80\x8d" "b"), "ab");
	ck_assert_str_eq(shown("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86"),
	    "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84");
	/* nobody knows how wide */
	ck_assert_str_eq(shown("\xcd\xb8"), "〓");
}
END_TEST

/* Any bytes: what is shown measures as it says, is valid, has no control character, and shows the same
 * again. */
START_TEST(shown_is_safe_for_any_bytes)
{
	srand(1);
	for (int i = 0; i < 20000; i++) {
		struct buf	 out = BUF_INIT, again = BUF_INIT;
		char		 s[24];
		size_t		 n = (size_t)rand() % sizeof(s), used;
		uint32_t	 cp;
		int		 cells = rand() % 30;

		for (size_t k = 0; k < n; k++)
			s[k] = (char)(rand() % 4 == 0 ? 0x80 + rand() % 128 : rand() % 5 == 0 ?
			    0xe4 : rand() % 128);
		width_show(&out, s, n);
		ck_assert_int_eq(width_of_text(buf_str(&out), out.n), width_of_text(s, n));
		for (size_t at = 0; at < out.n; at += used) {
			used = width_utf8_get(out.p + at, out.n - at, &cp);
			ck_assert(cp != BAD_UTF8 && cp >= 0x20 && !(cp >= 0x7f && cp < 0xa0));
		}
		width_show(&again, buf_str(&out), out.n);
		ck_assert_str_eq(buf_str(&again), buf_str(&out));
		buf_reset(&out);
		width_fit(&out, s, n, cells);
		ck_assert_int_eq(width_of_text(buf_str(&out), out.n), cells);
		buf_free(&out);
		buf_free(&again);
	}
}
END_TEST

START_TEST(fitted)
{
	struct buf	 out = BUF_INIT;

	width_fit(&out, "王小明", 9, 5);
	buf_putc(&out, '|');
	width_fit_right(&out, "42", 2, 5);
	buf_putc(&out, '|');
	width_fit_right(&out, "王小明", 9, 5);
	buf_putc(&out, '|');
	width_fit(&out, "", 0, 0);
	ck_assert_str_eq(buf_str(&out), "王小 |   42| 王小|");
	buf_free(&out);
}
END_TEST

START_TEST(wrapped)
{
	static const struct {
		const char	*s;
		int		 cells;
		const char	*rows[6];
	} table[] = {
		{ "one two three", 7, { "one two", "three" } },
		{ "one two three", 6, { "one", "two", "three" } },
		{ "one  two", 4, { "one", "two" } },
		{ "unbreakable", 4, { "unbr", "eaka", "ble" } },
		{ "王小明张三", 6, { "王小明", "张三" } },
		{ "王小明，张三", 6, { "王小", "明，张", "三" } },
		{ "王小（明）", 6, { "王小", "（明）" } },
		{ "请输入2026年", 8, { "请输入", "2026年" } },
		{ "one\ntwo", 20, { "one", "two" } },
		{ "one\n\ntwo", 20, { "one", "", "two" } },
		{ "王", 1, { "王" } },			/* too narrow: one cluster all the same */
		{ "ab   ", 3, { "ab" } },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char	*s = table[i].s;
		size_t		 n = strlen(s), used, show;

		for (int r = 0; n > 0; r++, s += used, n -= used) {
			used = width_wrap(s, n, table[i].cells, &show);
			ck_assert_uint_gt(used, 0);
			ck_assert_uint_le(show, used);
			ck_assert_ptr_nonnull(table[i].rows[r]);
			ck_assert_msg(strlen(table[i].rows[r]) == show &&
			    memcmp(s, table[i].rows[r], show) == 0,
			    "%s: row %d is \"%.*s\"", table[i].s, r, (int)show, s);
			if (used == n)
				ck_assert_ptr_null(table[i].rows[r + 1]);
		}
	}
}
END_TEST

/* ---- encodings and languages ----------------------------------------------------------------- */

START_TEST(names_of_encodings)
{
	static const struct {
		const char	*name;
		enum encoding	 e;
	} yes[] = {
		{ "UTF-8", ENC_UTF8 }, { "utf8", ENC_UTF8 }, { "zh_CN.UTF-8", ENC_UTF8 },
		  { "C.utf8", ENC_UTF8 }, { "GB18030", ENC_GB18030 },
		{ "zh_CN.gb18030", ENC_GB18030 }, { "gbk", ENC_GBK }, { "zh_CN.GBK@x", ENC_GBK },
		  { "CP936", ENC_GBK }, { "gb2312", ENC_GBK },
		{ "zh_CN.EUC-CN", ENC_GBK },
	};
	static const char *const	 no[] = { "", "C", "POSIX", "zh_CN", "zh_CN.ISO-8859-1",
	    "big5", "zh_CN.", "gbkk",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	enum encoding			 e;

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		ck_assert_msg(locale_encoding_parse(yes[i].name, &e), "%s", yes[i].name);
		ck_assert_int_eq(e, yes[i].e);
	}
	for (size_t i = 0; i < sizeof(no) / sizeof(no[0]); i++)
		ck_assert_msg(!locale_encoding_parse(no[i], &e), "%s", no[i]);
}
END_TEST

static enum encoding
opened(const char *wish, const char *lc_all, const char *lang)
{
	struct locale_want	 want = { .encoding = wish };

	unsetenv("LC_CTYPE");
	lc_all != NULL ? setenv("LC_ALL", lc_all, 1) : unsetenv("LC_ALL");
	lang != NULL ? setenv("LANG", lang, 1) : unsetenv("LANG");
	ck_assert_ptr_null(locale_open(&want));
	return locale_encoding();
}

START_TEST(where_the_encoding_comes_from)
{
	ck_assert_int_eq(opened(NULL, NULL, NULL), ENC_UTF8);
	ck_assert_int_eq(opened(NULL, NULL, "C"), ENC_UTF8);
	/* not installed here, and need not be */
	ck_assert_int_eq(opened(NULL, NULL, "zh_CN.GB18030"), ENC_GB18030);
	ck_assert_int_eq(width_ambiguous(), 2);
	ck_assert_int_eq(opened(NULL, "zh_CN.UTF-8", "zh_CN.GBK"), ENC_UTF8);
	ck_assert_int_eq(width_ambiguous(), 1);
	ck_assert_int_eq(opened("gbk", "C.UTF-8", NULL), ENC_GBK);
	ck_assert_int_eq(opened(NULL, NULL, "no_SUCH.locale"), ENC_UTF8);
	ck_assert_ptr_nonnull(locale_open(&(struct locale_want){ .encoding = "big5" }));
	ck_assert_int_eq(locale_encoding(), ENC_UTF8);
	ck_assert_ptr_null(locale_open(&(struct locale_want){ .encoding = "gbk", .ambiguous = 1 }));
	ck_assert_int_eq(width_ambiguous(), 1);
}
END_TEST

START_TEST(what_an_encoding_holds)
{
	uint32_t	 cp;

	ck_assert(locale_encodes(0x2CB4E) && locale_encodes('a') && !locale_encodes(0xD800) &&
	    !locale_encodes(0x110000));
	ck_assert(locale_set_encoding(ENC_GBK, 0));
	ck_assert(locale_encodes(0x738B) && locale_encodes(0xB7) && locale_encodes(0x3013) &&
	    locale_encodes('a'));
	ck_assert(!locale_encodes(0x20BB7) && !locale_encodes(0x4DAE) && !locale_encodes(0x301) &&
	    !locale_encodes(0xEB));
	ck_assert_int_eq(width_of_cp(0x20BB7), 2);
	ck_assert_int_eq(width_of_cp(0xEB), 2);			/* as 〓 */
	ck_assert_str_eq(shown("𠮷王e\xcc\x81ë"), "〓王e〓");
	ck_assert(locale_decode("\xcd\xf5", 2, &cp));
	ck_assert_uint_eq(cp, 0x738B);
	ck_assert(!locale_decode("\xcd", 1, &cp));
	ck_assert(!locale_decode("\x95\x34\xb2\x35", 4, &cp));
	ck_assert(locale_set_encoding(ENC_GB18030, 0));
	ck_assert(locale_decode("\x95\x34\xb2\x35", 4, &cp));
	ck_assert_uint_eq(cp, 0x20BB7);
	ck_assert_str_eq(shown("𠮷王e\xcc\x81ë"), "𠮷王e\xcc\x81ë");
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
}
END_TEST

START_TEST(everything_shown_goes_out_and_comes_back)
{
	ck_assert(locale_set_encoding(ENC_GB18030, 0));
	for (uint32_t cp = 0x20; cp <= 0x10FFFF; cp++) {
		struct buf	 out = BUF_INIT;
		char		 utf8[4];
		uint32_t	 back;

		if (cp > 0x33500 && cp < 0xE0000)	/* nobody lives there */
			cp = 0xE0000;
		if (cp > 0xE0200 && cp < 0x10FF00)
			cp = 0x10FF00;
		if (!width_enterable(cp))
			continue;
		locale_encode(&out, utf8, width_utf8_put(utf8, cp));
		ck_assert_msg(locale_decode(buf_str(&out), out.n, &back), "U+%04X", (unsigned)cp);
		/* the standard has since given real places to some of the private ones */
		ck_assert_msg(back == cp || (cp >= 0xE000 && cp <= 0xF8FF), "U+%04X", (unsigned)cp);
		buf_free(&out);
	}
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
}
END_TEST

START_TEST(encoded_text_keeps_its_escapes)
{
	struct buf	 out = BUF_INIT;

	ck_assert(locale_set_encoding(ENC_GBK, 0));
	locale_encode(&out, "\033[1;2H王𠮷\033[m", strlen("\033[1;2H王𠮷\033[m"));
	ck_assert_str_eq(buf_str(&out), "\033[1;2H\xcd\xf5?\033[m");
	ck_assert_uint_eq(strlen(buf_str(&out)), out.n);
	buf_free(&out);
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
}
END_TEST

START_TEST(cut_between_words)
{
	static const struct {
		const char	*text;
		int		 cells;
		const char	*left;
	} at[] = {
		{ "陈嘉宇 男 8", 11, "陈嘉宇 男 8" },
		{ "陈嘉宇 男 8", 10, "陈嘉宇 男" },
		{ "陈嘉宇 男 8", 9, "陈嘉宇 男" },
		{ "陈嘉宇 男 8", 8, "陈嘉宇" },
		{ "陈嘉宇 男 8", 5, "陈嘉" },		/* rather half a word than none */
		{ "评估表  陈嘉宇", 13, "评估表" },
		{ "", 3, "" },
	};

	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		size_t	 n = width_cut_words(at[i].text, strlen(at[i].text), at[i].cells);

		ck_assert_msg(n == strlen(at[i].left) && memcmp(at[i].text, at[i].left, n) == 0,
		    "%s in %d cells: %.*s", at[i].text, at[i].cells, (int)n, at[i].text);
	}
}
END_TEST

/* A catalogue of one word, made with msgfmt as the real one is. */
START_TEST(languages_change_while_running)
{
	char			 dir[] = "/tmp/sw-locale.XXXXXX", command[512];
	struct locale_want	 want = { .catalogs = dir };

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(command, sizeof(command),
	    "mkdir -p %s/zh_CN/LC_MESSAGES && printf '%%s\\n' 'msgid \"\"' "
	    "'msgstr \"Content-Type: text/plain; charset=UTF-8\\n\"' 'msgid \"save\"' 'msgstr \"保存\"' | "
	    "msgfmt -o %s/zh_CN/LC_MESSAGES/shouwang.mo -", dir, dir);
	ck_assert_int_eq(system(command), 0);
	setenv("LANG", "C", 1);			/* a plain login must not leave us without
						   Chinese */
	unsetenv("LC_ALL");
	ck_assert_ptr_null(locale_open(&want));
	ck_assert_int_eq(locale_language(), LANG_ZH);
	ck_assert_str_eq(_("save"), "保存");
	ck_assert_str_eq(_("no such text"), "no such text");
	locale_set_language(LANG_EN);
	ck_assert_str_eq(_("save"), "save");
	locale_set_language(LANG_ZH);
	ck_assert_str_eq(_("save"), "保存");
	want.language = "en";
	ck_assert_ptr_null(locale_open(&want));
	ck_assert_int_eq(locale_language(), LANG_EN);
	ck_assert_str_eq(_("save"), "save");
	want.encoding = "gbk";			/* text inside stays UTF-8 */
	want.language = "zh_CN.UTF-8";
	ck_assert_ptr_null(locale_open(&want));
	ck_assert_str_eq(_("save"), "保存");
	snprintf(command, sizeof(command), "rm -r %s", dir);
	ck_assert_int_eq(system(command), 0);
}
END_TEST

TEST_SUITE(widths, "tui/width", cells_of_characters, ambiguous_is_a_setting,
    two_bytes_are_two_cells, libc_asks_us, what_may_be_entered,
    clusters, cut_never_halves, cut_between_words, shown_is_safe, shown_is_safe_for_any_bytes,
    fitted, wrapped)
TEST_SUITE(locales, "tui/locale", names_of_encodings, where_the_encoding_comes_from,
    what_an_encoding_holds,
    everything_shown_goes_out_and_comes_back, encoded_text_keeps_its_escapes,
    languages_change_while_running)
TEST_MAIN(widths, locales)
