#include "tui/term/width.h"

#include <string.h>
#include <utf8proc.h>
#include <wchar.h>
#include <wctype.h>

#include "tui/term/locale.h"

/* 〓, the printers' sign for a missing character; in all encodings */
#define GETA		0x3013
#define GETA_CELLS	2
#define SHOWN_MARKS	4		/* ncurses keeps a base and four marks in a cell */

struct range {
	uint32_t	first, last;
};

/* East Asian width "ambiguous" of Unicode 15, without marks and format characters. */
static const struct range ambiguous[] = {
	{ 0xA1, 0xA1 }, { 0xA4, 0xA4 }, { 0xA7, 0xA8 }, { 0xAA, 0xAA }, { 0xAE, 0xAE },
	{ 0xB0, 0xB4 }, { 0xB6, 0xBA }, { 0xBC, 0xBF }, { 0xC6, 0xC6 }, { 0xD0, 0xD0 },
	{ 0xD7, 0xD8 }, { 0xDE, 0xE1 }, { 0xE6, 0xE6 }, { 0xE8, 0xEA }, { 0xEC, 0xED },
	{ 0xF0, 0xF0 }, { 0xF2, 0xF3 }, { 0xF7, 0xFA }, { 0xFC, 0xFC }, { 0xFE, 0xFE },
	{ 0x101, 0x101 }, { 0x111, 0x111 }, { 0x113, 0x113 }, { 0x11B, 0x11B }, { 0x126, 0x127 },
	{ 0x12B, 0x12B }, { 0x131, 0x133 }, { 0x138, 0x138 }, { 0x13F, 0x142 }, { 0x144, 0x144 },
	{ 0x148, 0x14B }, { 0x14D, 0x14D }, { 0x152, 0x153 }, { 0x166, 0x167 }, { 0x16B, 0x16B },
	{ 0x1CE, 0x1CE }, { 0x1D0, 0x1D0 }, { 0x1D2, 0x1D2 }, { 0x1D4, 0x1D4 }, { 0x1D6, 0x1D6 },
	{ 0x1D8, 0x1D8 }, { 0x1DA, 0x1DA }, { 0x1DC, 0x1DC }, { 0x251, 0x251 }, { 0x261, 0x261 },
	{ 0x2C4, 0x2C4 }, { 0x2C7, 0x2C7 }, { 0x2C9, 0x2CB }, { 0x2CD, 0x2CD }, { 0x2D0, 0x2D0 },
	{ 0x2D8, 0x2DB }, { 0x2DD, 0x2DD }, { 0x2DF, 0x2DF }, { 0x391, 0x3A1 }, { 0x3A3, 0x3A9 },
	{ 0x3B1, 0x3C1 }, { 0x3C3, 0x3C9 }, { 0x401, 0x401 }, { 0x410, 0x44F }, { 0x451, 0x451 },
	{ 0x2010, 0x2010 }, { 0x2013, 0x2016 }, { 0x2018, 0x2019 }, { 0x201C, 0x201D },
	{ 0x2020, 0x2022 }, { 0x2024, 0x2027 }, { 0x2030, 0x2030 }, { 0x2032, 0x2033 },
	{ 0x2035, 0x2035 }, { 0x203B, 0x203B }, { 0x203E, 0x203E }, { 0x2074, 0x2074 },
	{ 0x207F, 0x207F }, { 0x2081, 0x2084 }, { 0x20AC, 0x20AC }, { 0x2103, 0x2103 },
	{ 0x2105, 0x2105 }, { 0x2109, 0x2109 }, { 0x2113, 0x2113 }, { 0x2116, 0x2116 },
	{ 0x2121, 0x2122 }, { 0x2126, 0x2126 }, { 0x212B, 0x212B }, { 0x2153, 0x2154 },
	{ 0x215B, 0x215E }, { 0x2160, 0x216B }, { 0x2170, 0x2179 }, { 0x2189, 0x2189 },
	{ 0x2190, 0x2199 }, { 0x21B8, 0x21B9 }, { 0x21D2, 0x21D2 }, { 0x21D4, 0x21D4 },
	{ 0x21E7, 0x21E7 }, { 0x2200, 0x2200 }, { 0x2202, 0x2203 }, { 0x2207, 0x2208 },
	{ 0x220B, 0x220B }, { 0x220F, 0x220F }, { 0x2211, 0x2211 }, { 0x2215, 0x2215 },
	{ 0x221A, 0x221A }, { 0x221D, 0x2220 }, { 0x2223, 0x2223 }, { 0x2225, 0x2225 },
	{ 0x2227, 0x222C }, { 0x222E, 0x222E }, { 0x2234, 0x2237 }, { 0x223C, 0x223D },
	{ 0x2248, 0x2248 }, { 0x224C, 0x224C }, { 0x2252, 0x2252 }, { 0x2260, 0x2261 },
	{ 0x2264, 0x2267 }, { 0x226A, 0x226B }, { 0x226E, 0x226F }, { 0x2282, 0x2283 },
	{ 0x2286, 0x2287 }, { 0x2295, 0x2295 }, { 0x2299, 0x2299 }, { 0x22A5, 0x22A5 },
	{ 0x22BF, 0x22BF }, { 0x2312, 0x2312 }, { 0x2460, 0x24E9 }, { 0x24EB, 0x254B },
	{ 0x2550, 0x2573 }, { 0x2580, 0x258F }, { 0x2592, 0x2595 }, { 0x25A0, 0x25A1 },
	{ 0x25A3, 0x25A9 }, { 0x25B2, 0x25B3 }, { 0x25B6, 0x25B7 }, { 0x25BC, 0x25BD },
	{ 0x25C0, 0x25C1 }, { 0x25C6, 0x25C8 }, { 0x25CB, 0x25CB }, { 0x25CE, 0x25D1 },
	{ 0x25E2, 0x25E5 }, { 0x25EF, 0x25EF }, { 0x2605, 0x2606 }, { 0x2609, 0x2609 },
	{ 0x260E, 0x260F }, { 0x261C, 0x261C }, { 0x261E, 0x261E }, { 0x2640, 0x2640 },
	{ 0x2642, 0x2642 }, { 0x2660, 0x2661 }, { 0x2663, 0x2665 }, { 0x2667, 0x266A },
	{ 0x266C, 0x266D }, { 0x266F, 0x266F }, { 0x269E, 0x269F }, { 0x26BF, 0x26BF },
	{ 0x26C6, 0x26CD }, { 0x26CF, 0x26D3 }, { 0x26D5, 0x26E1 }, { 0x26E3, 0x26E3 },
	{ 0x26E8, 0x26E9 }, { 0x26EB, 0x26F1 }, { 0x26F4, 0x26F4 }, { 0x26F6, 0x26F9 },
	{ 0x26FB, 0x26FC }, { 0x26FE, 0x26FF }, { 0x273D, 0x273D }, { 0x2776, 0x277F },
	{ 0x2B56, 0x2B59 }, { 0x3248, 0x324F }, { 0xE000, 0xF8FF }, { 0xFFFD, 0xFFFD },
	{ 0x1F100, 0x1F10A }, { 0x1F110, 0x1F12D }, { 0x1F130, 0x1F169 }, { 0x1F170, 0x1F18D },
	{ 0x1F18F, 0x1F190 }, { 0x1F19B, 0x1F1AC }, { 0xF0000, 0xFFFFD }, { 0x100000, 0x10FFFD },
};

static int	 ambiguous_cells = 1;

static bool
in_ranges(const struct range *r, size_t n, uint32_t cp)
{
	size_t	 lo = 0, hi = n;

	while (lo < hi) {
		size_t	 mid = (lo + hi) / 2;

		if (cp > r[mid].last)
			lo = mid + 1;
		else if (cp < r[mid].first)
			hi = mid;
		else
			return true;
	}
	return false;
}

void
width_set_ambiguous(int cells)
{
	ambiguous_cells = cells == 2 ? 2 : 1;
}

int
width_ambiguous(void)
{
	return ambiguous_cells;
}

static bool
is_joiner(uint32_t cp)
{
	return cp == 0x200C || cp == 0x200D;
}

/*
 * Hangul vowels and finals: letters to Unicode, but terminals put them into the cell of the
 * consonant before.
 */
static bool
is_jamo_tail(uint32_t cp)
{
	return (cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FF);
}

/* The two planes of rare ideographs: names use them before libraries know them. */
static bool
is_ideographic_plane(uint32_t cp)
{
	return cp >= 0x20000 && cp <= 0x3FFFF && (cp & 0xFFFF) < 0xFFFE;
}

/* Cells by Unicode alone: -1 for what has no place on a screen, 0 for marks. */
static int
cells_of(uint32_t cp)
{
	if (cp < 0x7F)
		return cp < 0x20 ? -1 : 1;
	if (cp > 0x10FFFF)
		return -1;
	if (is_jamo_tail(cp))
		return 0;
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return -1;
	case UTF8PROC_CATEGORY_CF:
		return is_joiner(cp) ? 0 : -1;
	case UTF8PROC_CATEGORY_CN:
		return is_ideographic_plane(cp) ? 2 : -1;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return 0;
	default:
		break;
	}
	if (utf8proc_charwidth((utf8proc_int32_t)cp) == 2)
		return 2;
	return in_ranges(ambiguous, sizeof(ambiguous) / sizeof(ambiguous[0]), cp) ?
	    ambiguous_cells : 1;
}

/*
 * ncurses measures with these two. Defined here they come before libc's, whose tables differ by
 * locale and end before the newest ideographs; measured and drawn widths then always agree.
 */
int
wcwidth(wchar_t c)
{
	return c == 0 ? 0 : cells_of((uint32_t)c);
}

int
iswprint(wint_t c)
{
	return cells_of((uint32_t)c) >= 0;
}

static bool
showable(uint32_t cp)
{
	return cells_of(cp) > 0 && locale_encodes(cp);
}

static bool
mark_showable(uint32_t cp)
{
	return !is_joiner(cp) && !utf8proc_get_property((utf8proc_int32_t)cp)->ignorable &&
	    locale_encodes(cp);
}

int
width_of_cp(uint32_t cp)
{
	return width_is_mark(cp) ? 0 : width_of_base(cp);
}

int
width_of_base(uint32_t cp)
{
	return showable(cp) ? cells_of(cp) : GETA_CELLS;
}

bool
width_is_mark(uint32_t cp)
{
	return cells_of(cp) == 0;
}

bool
width_joins(uint32_t base, uint32_t cp)
{
	return base != '\n' && width_is_mark(cp);
}

bool
width_enterable(uint32_t cp)
{
	if (cp > 0x10FFFF || (cp & 0xFFFE) == 0xFFFE || (cp >= 0xFDD0 && cp <= 0xFDEF))
		return false;
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return false;
	case UTF8PROC_CATEGORY_CF:
		return is_joiner(cp);
	default:
		return true;
	}
}

size_t
width_utf8_get(const char *s, size_t n, uint32_t *cp)
{
	utf8proc_int32_t	 c;
	utf8proc_ssize_t	 used;

	*cp = BAD_UTF8;
	if (n == 0)
		return 0;
	used = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)n, &c);
	if (used <= 0)
		return 1;
	*cp = (uint32_t)c;
	return (size_t)used;
}

size_t
width_utf8_put(char out[4], uint32_t cp)
{
	if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = 0xFFFD;
	return (size_t)utf8proc_encode_char((utf8proc_int32_t)cp, (utf8proc_uint8_t *)out);
}

/* Bytes of the cluster; *base gets its first code point. */
static size_t
cluster_at(const char *s, size_t n, uint32_t *base)
{
	size_t		 at = width_utf8_get(s, n, base), more;
	uint32_t	 cp;

	while ((more = width_utf8_get(s + at, n - at, &cp)) > 0 && width_joins(*base, cp))
		at += more;
	return at;
}

size_t
width_cluster(const char *s, size_t n, int *cells)
{
	uint32_t	 base;
	size_t		 used = cluster_at(s, n, &base);

	if (cells != NULL)
		*cells = used > 0 ? width_of_base(base) : 0;
	return used;
}

/* From the start, because invalid UTF-8 can only be recognised in that direction. */
size_t
width_prev(const char *s, size_t n, size_t at)
{
	size_t	 p = 0, next;

	while (p < at && (next = p + width_cluster(s + p, n - p, NULL)) < at)
		p = next;
	return p;
}

size_t
width_next(const char *s, size_t n, size_t at)
{
	return at + width_cluster(s + at, n - at, NULL);
}

size_t
width_clusters(const char *s, size_t n)
{
	size_t	 count = 0;

	for (size_t at = 0; at < n; at = width_next(s, n, at))
		count++;
	return count;
}

int
width_of_text(const char *s, size_t n)
{
	int	 sum = 0, cells;

	for (size_t at = 0; at < n; sum += cells)
		at += width_cluster(s + at, n - at, &cells);
	return sum;
}

int
width_of(const char *s)
{
	return width_of_text(s, strlen(s));
}

size_t
width_cut(const char *s, size_t n, int cells, int *used)
{
	size_t	 at = 0;
	int	 sum = 0, w;

	while (at < n) {
		size_t	 more = width_cluster(s + at, n - at, &w);

		if (sum + w > cells)
			break;
		sum += w;
		at += more;
	}
	if (used != NULL)
		*used = sum;
	return at;
}

size_t
width_cut_words(const char *s, size_t n, int cells)
{
	size_t	 cut = width_cut(s, n, cells, NULL), at = cut;

	if (cut == n || s[cut] == ' ')
		return cut;
	while (at > 0 && s[at - 1] != ' ')
		at--;
	while (at > 0 && s[at - 1] == ' ')
		at--;
	return at > 0 ? at : cut;
}

static void
put_cp(struct buf *out, uint32_t cp)
{
	char	 bytes[4];

	buf_put(out, bytes, width_utf8_put(bytes, cp));
}

static void
show_cluster(struct buf *out, const char *s, size_t n)
{
	uint32_t	 cp;
	size_t		 at = width_utf8_get(s, n, &cp);

	if (!showable(cp)) {
		put_cp(out, GETA);
		return;
	}
	put_cp(out, cp);
	for (int marks = 0; at < n && marks < SHOWN_MARKS;) {
		at += width_utf8_get(s + at, n - at, &cp);
		if (mark_showable(cp)) {
			put_cp(out, cp);
			marks++;
		}
	}
}

void
width_show(struct buf *out, const char *s, size_t n)
{
	size_t	 used;

	for (size_t at = 0; at < n; at += used) {
		used = width_cluster(s + at, n - at, NULL);
		show_cluster(out, s + at, used);
	}
}

static void
put_blanks(struct buf *out, int n)
{
	while (n-- > 0)
		buf_putc(out, ' ');
}

void
width_fit(struct buf *out, const char *s, size_t n, int cells)
{
	int	 used;
	size_t	 cut = width_cut(s, n, cells, &used);

	width_show(out, s, cut);
	put_blanks(out, cells - used);
}

void
width_fit_right(struct buf *out, const char *s, size_t n, int cells)
{
	int	 used;
	size_t	 cut = width_cut(s, n, cells, &used);

	put_blanks(out, cells - used);
	width_show(out, s, cut);
}

static bool
is_one_of(uint32_t cp, const char *set)
{
	size_t		 n = strlen(set), used;
	uint32_t	 c;

	for (; (used = width_utf8_get(set, n, &c)) > 0; set += used, n -= used)
		if (c == cp)
			return true;
	return false;
}

/*
 * The signs that Chinese typesetting keeps from the beginning and the end of a row. libunibreak has
 * them too, with the classes of all other characters (UAX #14): tables that each client would load,
 * for rules that a form does not follow, such as breaks inside words of other scripts.
 */
bool
width_no_row_start(uint32_t cp)
{
	return is_one_of(cp, ")]},.;:!?%，。、；：！？）」』》〉】〕〗｝］”’…—～·‧々％‰℃");
}

bool
width_no_row_end(uint32_t cp)
{
	return is_one_of(cp, "([{（「『《〈【〔〖｛［“‘￥");
}

/* May a row end between these two neighbours (first code points of their clusters)? */
static bool
may_break(uint32_t before, uint32_t after)
{
	if (after == ' ' || width_no_row_start(after) || width_no_row_end(before))
		return false;
	return before == ' ' || width_of_cp(before) == 2 || width_of_cp(after) == 2;
}

static size_t
without_blanks(const char *s, size_t n)
{
	while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == '\n'))
		n--;
	return n;
}

size_t
width_wrap(const char *s, size_t n, int cells, size_t *show)
{
	uint32_t	 base = 0, before = 0;
	size_t		 at = 0, broken = 0, used;
	int		 sum = 0;

	for (; at < n; at += used, before = base) {
		used = cluster_at(s + at, n - at, &base);
		if (base == '\n') {
			at += used;
			break;
		}
		if (at > 0 && may_break(before, base))
			broken = at;
		sum += width_of_base(base);
		if (sum > cells && base != ' ' && at > 0) {	/* blanks may hang over the edge */
			at = broken > 0 ? broken : at;
			break;
		}
	}
	*show = without_blanks(s, at);
	return at;
}
