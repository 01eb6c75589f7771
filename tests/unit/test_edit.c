#include "tui/edit/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/harness.h"
#include "tui/term/width.h"

/* ---- typing at it ---------------------------------------------------------------------------- */

static const struct {
	const char	*name;
	struct key	 key;
} names[] = {
	{ "BS", { .code = K_BACKSPACE } }, { "Del", { .code = K_DELETE } },
	  { "Left", { .code = K_LEFT } },
	{ "Right", { .code = K_RIGHT } }, { "Up", { .code = K_UP } },
	  { "Down", { .code = K_DOWN } },
	{ "Home", { .code = K_HOME } }, { "End", { .code = K_END } },
	  { "PgUp", { .code = K_PGUP } },
	{ "PgDn", { .code = K_PGDN } }, { "Enter", { .code = K_ENTER } },
	  { "Tab", { .code = K_TAB } },
	{ "Paste", { .code = K_PASTE_BEGIN } }, { "/Paste", { .code = K_PASTE_END } },
	{ "^A", { .code = K_CTRL, .cp = 'a' } }, { "^K", { .code = K_CTRL, .cp = 'k' } },
	{ "^U", { .code = K_CTRL, .cp = 'u' } }, { "^W", { .code = K_CTRL, .cp = 'w' } },
	{ "^Z", { .code = K_CTRL, .cp = 'z' } },
};

static struct key
named(const char *name, size_t n)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, name, n) == 0)
			return names[i].key;
	ck_abort_msg("no key <%.*s>", (int)n, name);
}

static void	(*after_key)(struct edit *);

/* UTF-8 with keys in angle brackets; what is between <Paste> and </Paste> comes as pasted. Returns what
 * the last key did. */
static enum edit_outcome
type(struct edit *e, const char *s)
{
	enum edit_outcome	 did = EDIT_UNHANDLED;
	bool		 paste = false;

	while (*s != '\0') {
		const char	*end = *s == '<' ? strchr(s, '>') : NULL;
		struct key	 k = KEY_CHR(0);

		if (end != NULL) {
			k = named(s + 1, (size_t)(end - s - 1));
			s = end + 1;
			paste = k.code == K_PASTE_BEGIN || (paste && k.code != K_PASTE_END);
		} else {
			s += width_utf8_get(s, strlen(s), &k.cp);
			k.paste = paste;
		}
		did = edit_key(e, &k);
		if (after_key != NULL)
			after_key(e);
	}
	return did;
}

/* The text with | where the cursor stands, found by inserting there. */
static const char *
with_cursor(struct edit *e)
{
	static char	 out[4096];
	const char	*at;
	size_t		 n;

	ck_assert_int_eq(edit_insert(e, "|", 1), EDIT_CHANGED);
	snprintf(out, sizeof(out), "%s", edit_text(e));
	ck_assert_int_eq(edit_key(e, &KEY_CTL('z')), EDIT_CHANGED);
	at = strchr(out, '|');
	n = (size_t)(at - out);
	ck_assert_int_eq(strncmp(edit_text(e), out, n), 0);
	ck_assert_str_eq(edit_text(e) + n, at + 1);
	return out;
}

static const char *
drawn(struct edit *e, int row)
{
	static struct buf	 out;

	buf_reset(&out);
	edit_draw(e, row, &out);
	return buf_str(&out);
}

/* ---- single keys ----------------------------------------------------------------------------- */

static const struct {
	unsigned	 flags;
	const char	*start, *keys, *end;	/* end with the cursor; start has it behind the
						   last */
} cases[] = {
	{ 0, "", "王小明", "王小明|" },
	{ 0, "王小明", "<Left><Left>x", "王x|小明" },
	{ 0, "王小明", "<BS>", "王小|" },
	{ 0, "王小明", "<Home><BS>", "|王小明" },
	{ 0, "王小明", "<Home><Del>", "|小明" },
	{ 0, "王小明", "<Del>", "王小明|" },
	{ 0, "王小明", "<Home><End>x", "王小明x|" },
	{ 0, "王小明", "<^A>x", "x|王小明" },
	{ 0, "王小明", "<^A><^A>x", "王小明x|" },
	{ 0, "e\xcc\x81x", "<Left><BS>", "|x" },			/* base and mark are one */
	{ 0, "e\xcc\x81x", "<Left><Left><Del>", "|x" },
	/* a mark joins what stands before */
	{ 0, "ex", "<Left>\xcc\x81", "e\xcc\x81|x" },
	{ 0, "𠮷𬭎\U00031350", "<BS><BS>", "𠮷|" },
	{ 0, "王小明", "<Left><^U>", "|明" },
	{ 0, "王小明", "<Home><Right><^K>", "王|" },
	{ 0, "ab 12", "<^W>", "ab |" },
	{ 0, "ab 12", "<^W><^W>", "|" },
	{ 0, "王小明", "<^W>", "王小|" },
	{ EDIT_MULTI, "", "王<Enter>小", "王\n小|" },
	{ EDIT_MULTI, "王\n小", "<Home><BS>", "王|小" },
	{ EDIT_MULTI, "王\n小", "<^U><^U>x", "王\nx|" },
	{ EDIT_MULTI, "王\n小", "<Up><^K>", "王|小" },
	{ EDIT_MULTI, "ab\ncdef\ngh", "<Up><Up>x", "abx|\ncdef\ngh" },
	/* the column is kept over a short row */
	{ EDIT_MULTI, "abcd\ne\nfghi", "<Up><Up>x", "abcdx|\ne\nfghi" },
	{ EDIT_MULTI, "王小\na", "<Up>x", "x|王小\na" },			/* never inside 王 */
	/* undo */
	{ 0, "王", "小明<^Z>", "王|" },
	{ 0, "王", "小<Left><Right>明<^Z>", "王小|" },
	{ 0, "王", "小<Left><Right>明<^Z><^Z>", "王|" },
	{ 0, "王小明", "<BS><BS><^Z>", "王小明|" },
	{ 0, "王小明", "<Home><Del><Del><^Z>", "|王小明" },
	{ 0, "王小明", "<BS>x<^Z>", "王小|" },
	{ 0, "王小明", "<Left><^U><^Z>", "王小|明" },
	/* paste */
	{ 0, "a", "<Paste>b\tc</Paste>", "ab c|" },
	{ 0, "a", "<Paste>b\r\nc\r\n</Paste>", "ab c|" },
	{ 0, "a", "<Paste>b\nc\rd</Paste>", "ab c d|" },
	{ 0, "a", "<Paste>b\x1b\x07\x7f" "c</Paste>", "abc|" },
	{ 0, "a", "x<Paste>bcd</Paste>y<^Z>", "axbcd|" },
	{ 0, "a", "x<Paste>bcd</Paste>y<^Z><^Z>", "ax|" },
	{ EDIT_MULTI, "a", "<Paste>b\r\nc\r\r\nd\n</Paste>", "ab\nc\n\nd\n|" },
	{ EDIT_MULTI, "a", "<Paste>b\r</Paste><Paste>\nc</Paste>", "ab\n\nc|" },
};

START_TEST(keys_do_what_they_say)
{
	struct edit	*e = edit_new(0, cases[_i].flags);

	ck_assert(edit_set(e, cases[_i].start, strlen(cases[_i].start)));
	edit_view(e, 40, 4);
	type(e, cases[_i].keys);
	ck_assert_str_eq(with_cursor(e), cases[_i].end);
	edit_free(e);
}
END_TEST

START_TEST(answers)
{
	static const struct {
		unsigned	 flags;
		const char	*start, *key;
		enum edit_outcome	 did;
	} table[] = {
		{ 0, "a", "b", EDIT_CHANGED }, { 0, "a", "<Left>", EDIT_MOVED },
		  { 0, "", "<Left>", EDIT_UNHANDLED },
		{ 0, "a", "<Right>", EDIT_UNHANDLED }, { 0, "a", "<Enter>", EDIT_UNHANDLED },
		  { 0, "a", "<Tab>", EDIT_UNHANDLED },
		{ 0, "a", "<Up>", EDIT_UNHANDLED }, { 0, "a", "<Down>", EDIT_UNHANDLED },
		  { 0, "a", "<^Z>", EDIT_UNHANDLED },
		{ 0, "a", "<BS>", EDIT_CHANGED }, { 0, "", "<BS>", EDIT_MOVED },
		  { 0, "a", "<Del>", EDIT_MOVED },
		{ 0, "", "\xcc\x81", EDIT_REFUSED }, { 0, "a", "\xcc\x81", EDIT_CHANGED },
		  { 0, "a", "\x01", EDIT_REFUSED },
		{ 0, "a", "\xe2\x80\xae", EDIT_REFUSED },		/* right-to-left override */
		{ 0, "a", "\xc2\x9b", EDIT_REFUSED }, { 0, "a", "\n", EDIT_CHANGED },
		{ EDIT_MULTI, "a", "<Enter>", EDIT_CHANGED },
		  { EDIT_MULTI, "a", "<Up>", EDIT_UNHANDLED },
		{ EDIT_MULTI, "a\nb", "<Up>", EDIT_MOVED },
		  { EDIT_MULTI, "a\nb", "<Down>", EDIT_UNHANDLED },
		{ EDIT_MULTI, "a\n", "\xcc\x81", EDIT_REFUSED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct edit	*e = edit_new(0, table[i].flags);

		ck_assert(edit_set(e, table[i].start, strlen(table[i].start)));
		ck_assert_msg(type(e, table[i].key) == table[i].did, "row %zu: %s", i,
		    table[i].key);
		edit_free(e);
	}
}
END_TEST

START_TEST(limits_are_in_clusters)
{
	struct edit	*e = edit_new(3, 0);
	int		 marks;

	ck_assert_int_eq(type(e, "王小明"), EDIT_CHANGED);
	ck_assert_int_eq(type(e, "x"), EDIT_FULL);
	ck_assert_int_eq(type(e, "<Home>x"), EDIT_FULL);
	ck_assert_str_eq(edit_text(e), "王小明");
	ck_assert_int_eq(type(e, "<End>\xcc\x81"), EDIT_CHANGED);	/* no cluster more */
	for (marks = 1; type(e, "\xcc\x81") == EDIT_CHANGED; marks++)
		;
	/* but four code points for each, and no more */
	ck_assert_int_eq(marks, 9);
	ck_assert_uint_eq(edit_clusters(e), 3);
	ck_assert_int_eq(type(e, "<BS>x"), EDIT_CHANGED);
	ck_assert_str_eq(edit_text(e), "王小x");
	edit_free(e);
}
END_TEST

/* Data that was there before a limit stays whole; it can only get shorter. */
START_TEST(longer_than_the_limit)
{
	struct edit	*e = edit_new(2, 0);

	ck_assert(edit_set(e, "王小明张", strlen("王小明张")));
	ck_assert_str_eq(edit_text(e), "王小明张");
	ck_assert(!edit_dirty(e));
	ck_assert_int_eq(type(e, "x"), EDIT_FULL);
	ck_assert_int_eq(type(e, "<BS>x"), EDIT_FULL);
	ck_assert_int_eq(type(e, "<BS><BS>x"), EDIT_CHANGED);
	ck_assert_str_eq(edit_text(e), "王x");
	edit_free(e);
}
END_TEST

START_TEST(what_comes_in_goes_out)
{
	static const char	 odd[] = "\xcc\x81" "a\tb\x01\r\n\xe2\x80\xae\xef\xbf\xbd";
	struct edit		*e = edit_new(0, 0);

	ck_assert(edit_set(e, odd, sizeof(odd) - 1));
	ck_assert_str_eq(edit_text(e), odd);
	ck_assert_uint_eq(edit_len(e), sizeof(odd) - 1);
	edit_view(e, 30, 1);
	ck_assert_str_eq(drawn(e, 0), "〓a〓b〓〓〓〓\xef\xbf\xbd               ");
	ck_assert(edit_set(e, "a\xff\xe7\x8e", 4));
	ck_assert_str_eq(edit_text(e), "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	edit_free(e);
}
END_TEST

START_TEST(insert_and_replace)
{
	struct edit	*e = edit_new(5, 0);

	ck_assert(edit_set(e, "ab", 2));
	ck_assert_int_eq(edit_replace(e, "王小明", strlen("王小明")), EDIT_CHANGED);
	ck_assert(edit_dirty(e));
	ck_assert_str_eq(with_cursor(e), "王小明|");
	type(e, "<^Z>");
	ck_assert_str_eq(with_cursor(e), "ab|");
	ck_assert(!edit_dirty(e));
	ck_assert_int_eq(edit_insert(e, "cdef", 4), EDIT_FULL);
	ck_assert_str_eq(edit_text(e), "abcde");
	type(e, "<^Z>");
	ck_assert_str_eq(edit_text(e), "ab");
	ck_assert_int_eq(edit_replace(e, "", 0), EDIT_CHANGED);
	ck_assert_str_eq(edit_text(e), "");
	ck_assert_int_eq(edit_replace(e, "", 0), EDIT_MOVED);
	type(e, "<^Z>");
	ck_assert_str_eq(edit_text(e), "ab");
	edit_free(e);
}
END_TEST

/*
 * Beyond an open limit everything stays, and is told; a closed one tells at the end of a paste that
 * it was cut.
 */
START_TEST(beyond_the_limit)
{
	struct edit	*e = edit_new(3, EDIT_ALLOW_EXCESS);

	ck_assert_int_eq(type(e, "abc "), EDIT_CHANGED);
	ck_assert_uint_eq(edit_excess(e), 0);			/* the blank at the end is not
								   kept anyway */
	ck_assert_int_eq(type(e, "<Paste>de</Paste>"), EDIT_MOVED);
	ck_assert_str_eq(edit_text(e), "abc de");
	ck_assert_uint_eq(edit_excess(e), 6);
	type(e, "<BS><BS><BS>");
	ck_assert_uint_eq(edit_excess(e), 0);
	edit_free(e);

	e = edit_new(3, 0);
	ck_assert_int_eq(type(e, "<Paste>abcd</Paste>"), EDIT_FULL);
	ck_assert_str_eq(edit_text(e), "abc");
	ck_assert_int_eq(type(e, "<BS><Paste>\xe2\x80\xae" "d</Paste>"), EDIT_REFUSED);
	ck_assert_str_eq(edit_text(e), "abd");
	ck_assert_int_eq(type(e, "<BS><Paste>e</Paste>"), EDIT_MOVED);
	edit_free(e);
}
END_TEST

START_TEST(dirty_until_undone)
{
	struct edit	*e = edit_new(0, 0);

	ck_assert(edit_set(e, "a", 1));
	type(e, "<Left><Right>");
	ck_assert(!edit_dirty(e));
	type(e, "b<Left><BS>");
	ck_assert(edit_dirty(e));
	type(e, "<^Z>");
	ck_assert(edit_dirty(e));
	type(e, "<^Z>");
	ck_assert(!edit_dirty(e));
	type(e, "c");
	ck_assert(edit_set(e, "d", 1));
	ck_assert(!edit_dirty(e));
	ck_assert_int_eq(type(e, "<^Z>"), EDIT_UNHANDLED);
	edit_free(e);
}
END_TEST

START_TEST(secrets)
{
	struct edit	*e = edit_new(16, EDIT_SECRET);
	int		 row, col;

	type(e, "passw0rd王");
	edit_view(e, 12, 1);
	ck_assert_str_eq(drawn(e, 0), "*********   ");
	edit_cursor(e, &row, &col);
	ck_assert_int_eq(col, 9);
	ck_assert_int_eq(type(e, "<^Z>"), EDIT_UNHANDLED);
	ck_assert_str_eq(edit_text(e), "passw0rd王");
	type(e, "<BS>");
	ck_assert_str_eq(edit_text(e), "passw0rd");
	ck_assert(edit_dirty(e));
	edit_free(e);
}
END_TEST

/* ---- the window ------------------------------------------------------------------------------ */

START_TEST(a_long_line_scrolls)
{
	struct edit	*e = edit_new(0, 0);
	int		 row, col;

	edit_view(e, 6, 1);
	type(e, "王小");
	ck_assert_str_eq(drawn(e, 0), "王小  ");
	ck_assert(!edit_has_text_before(e) && !edit_has_text_after(e));
	type(e, "a");
	ck_assert_str_eq(drawn(e, 0), "王小a ");
	type(e, "明");			/* seven cells and the cursor: the head leaves, a third
					    at once */
	ck_assert_str_eq(drawn(e, 0), "a明   ");
	ck_assert(edit_has_text_before(e) && !edit_has_text_after(e));
	type(e, "<Home>");
	ck_assert_str_eq(drawn(e, 0), "王小a ");	/* 明 would be cut in half */
	ck_assert(!edit_has_text_before(e) && edit_has_text_after(e));
	edit_cursor(e, &row, &col);
	ck_assert_int_eq(row, 0);
	ck_assert_int_eq(col, 0);
	edit_view(e, 20, 1);
	ck_assert_str_eq(drawn(e, 0), "王小a明             ");
	edit_free(e);
}
END_TEST

START_TEST(rows_wrap_by_column)
{
	static const struct {
		const char	*text, *rows[4];
		int		 nrows, row, col;	/* of the cursor, behind the text */
	} table[] = {
		{ "", { "      " }, 1, 0, 0 },
		{ "王小", { "王小  " }, 1, 0, 4 },
		{ "王小明", { "王小明", "      " }, 2, 1, 0 },
		{ "王小明张", { "王小明", "张    " }, 2, 1, 2 },
		{ "a王小明", { "a王小 ", "明    " }, 2, 1, 2 },
		{ "王小明，张", { "王小  ", "明，张", "      " }, 3, 2, 0 },
		{ "王小明。）张", { "王小  ", "明。）", "张    " }, 3, 2, 2 },
		{ "。。。。", { "。。。", "。    " }, 2, 1, 2 },
		{ "王\n小", { "王    ", "小    " }, 2, 1, 2 },
		{ "王\n", { "王    ", "      " }, 2, 1, 0 },
		{ "\n\n", { "      ", "      ", "      " }, 3, 2, 0 },
		{ "王小明\n张", { "王小明", "张    " }, 2, 1, 2 },
		{ "e\xcc\x81" "e\xcc\x81" "abcd", { "e\xcc\x81" "e\xcc\x81" "abcd", "      " }, 2,
		  1, 0 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct edit	*e = edit_new(0, EDIT_MULTI);
		int		 row, col;

		ck_assert(edit_set(e, table[i].text, strlen(table[i].text)));
		edit_view(e, 6, 4);
		for (int r = 0; r < table[i].nrows; r++)
			ck_assert_str_eq(drawn(e, r), table[i].rows[r]);
		for (int r = table[i].nrows; r < 5; r++)
			ck_assert_str_eq(drawn(e, r), "      ");
		ck_assert_int_eq(edit_rows(e), table[i].nrows);
		edit_cursor(e, &row, &col);
		ck_assert_int_eq(row, table[i].row);
		ck_assert_int_eq(col, table[i].col);
		edit_free(e);
	}
}
END_TEST

START_TEST(several_rows_scroll)
{
	struct edit	*e = edit_new(0, EDIT_MULTI);

	ck_assert(edit_set(e, "1\n2\n3\n4\n5", 9));
	edit_view(e, 4, 2);
	ck_assert_str_eq(drawn(e, 0), "4   ");
	ck_assert(edit_has_text_before(e) && !edit_has_text_after(e));
	type(e, "<Up><Up>");
	ck_assert_str_eq(drawn(e, 0), "3   ");
	ck_assert(edit_has_text_before(e) && edit_has_text_after(e));
	type(e, "<PgUp><PgUp>");
	ck_assert_str_eq(drawn(e, 0), "1   ");
	ck_assert(!edit_has_text_before(e) && edit_has_text_after(e));
	ck_assert_int_eq(type(e, "<PgUp>"), EDIT_UNHANDLED);
	edit_free(e);
}
END_TEST

/* ---- against a model ------------------------------------------------------------------------- */

/*
 * The model is a flat array of clusters, each a short string, changed by the plainest code there
 * is. The editor has to agree on the text after every key, on what each row of the window shows and
 * on where the cursor is.
 */
#define MODEL_MAX	60
#define CLUSTER_MAX	200

struct model {
	char	 cl[MODEL_MAX + 1][CLUSTER_MAX];	/* UTF-8 of each cluster */
	int	 n, pos, limit, goal;
	bool	 multi;
	int	 cells, rows;
	int	 row[MODEL_MAX + 4], nrow;
};

static const char *const	 alphabet[] = { "a", "b", " ", "7", "王", "小", "，", "。", "）",
    "𠮷", "\U00031350", "é", "\n" };
#define LETTERS	(sizeof(alphabet) / sizeof(alphabet[0]))

static uint32_t
first_cp(const char *s)
{
	uint32_t	 cp;

	width_utf8_get(s, strlen(s), &cp);
	return cp;
}

static size_t
model_cps(const struct model *m)
{
	size_t	 sum = 0;

	for (int i = 0; i < m->n; i++)
		for (const char *s = m->cl[i]; *s != '\0'; s++)
			sum += ((unsigned char)*s & 0xc0) != 0x80;
	return sum;
}

static const char *
model_text(const struct model *m)
{
	static char	 text[(MODEL_MAX + 1) * CLUSTER_MAX];

	text[0] = '\0';
	for (int i = 0; i < m->n; i++)
		strcat(text, m->cl[i]);
	return text;
}

static void
model_erase(struct model *m, int from, int to)
{
	memmove(m->cl + from, m->cl + to, (size_t)(m->n - to) * sizeof(m->cl[0]));
	m->n -= to - from;
	m->pos = from;
}

static void
model_put(struct model *m, const char *s)
{
	if (strcmp(s, "\n") == 0 && !m->multi)
		return;
	if (model_cps(m) >= 4 * (size_t)m->limit)
		return;
	if (strcmp(s, "\xcc\x81") == 0) {
		if (m->pos > 0 && m->cl[m->pos - 1][0] != '\n')
			strcat(m->cl[m->pos - 1], s);
		return;
	}
	if (m->n >= m->limit)
		return;
	memmove(m->cl + m->pos + 1, m->cl + m->pos, (size_t)(m->n - m->pos) * sizeof(m->cl[0]));
	strcpy(m->cl[m->pos++], s);
	m->n++;
}

static int
model_width(const struct model *m, int from, int to)
{
	int	 sum = 0;

	for (; from < to; from++)
		sum += m->cl[from][0] == '\n' ? 0 : width_of_base(first_cp(m->cl[from]));
	return sum;
}

static bool
closing(const struct model *m, int i)
{
	return width_no_row_start(first_cp(m->cl[i]));
}

static void
model_layout(struct model *m)
{
	int	 start = 0, end, b;

	m->nrow = 0;
	do {
		m->row[m->nrow++] = start;
		for (end = start; end < m->n && m->cl[end][0] != '\n' &&
		    model_width(m, start, end + 1) <= m->cells;)
			end++;
		if (end == m->n) {
			if (end > start && model_width(m, start, end) == m->cells)
				m->row[m->nrow++] = end;
			break;
		}
		if (m->cl[end][0] == '\n')
			end++;
		else {
			for (b = end; b > start && end - b < 4 && closing(m, b); b--)
				;
			if (b > start && !closing(m, b))
				end = b;
		}
		start = end;
		if (start == m->n)
			m->row[m->nrow++] = start;
	} while (start < m->n);
}

static int
model_row(const struct model *m)
{
	int	 r = m->nrow - 1;

	while (m->row[r] > m->pos)
		r--;
	return r;
}

static int
model_row_last(const struct model *m, int r)
{
	return r + 1 < m->nrow ? m->row[r + 1] - 1 : m->n;
}

static void
model_vertical(struct model *m, int by)
{
	int	 r, to;

	model_layout(m);
	r = model_row(m);
	if (by < 0 ? r == 0 : r == m->nrow - 1)
		return;
	to = r + by < 0 ? 0 : r + by >= m->nrow ? m->nrow - 1 : r + by;
	if (m->goal < 0)
		m->goal = model_width(m, m->row[r], m->pos);
	for (m->pos = m->row[to]; m->pos < model_row_last(m, to); m->pos++)
		if (model_width(m, m->row[to], m->pos + 1) > m->goal)
			break;
}

/* One random key for both. */
static void
step(struct edit *e, struct model *m)
{
	int		 dice = rand() % 100, b, page;
	int		 goal = m->goal;
	const char	*s;

	m->goal = -1;
	if (dice < 46) {
		s = alphabet[(size_t)rand() % LETTERS];
		type(e, strcmp(s, "\n") == 0 ? "<Enter>" : s);
		model_put(m, s);
	} else if (dice < 52) {
		type(e, "\xcc\x81");
		model_put(m, "\xcc\x81");
	} else if (dice < 62) {
		type(e, "<BS>");
		if (m->pos > 0)
			model_erase(m, m->pos - 1, m->pos);
	} else if (dice < 66) {
		type(e, "<Del>");
		if (m->pos < m->n)
			model_erase(m, m->pos, m->pos + 1);
	} else if (dice < 74) {
		type(e, "<Left>");
		m->pos -= m->pos > 0;
	} else if (dice < 80) {
		type(e, "<Right>");
		m->pos += m->pos < m->n;
	} else if (dice < 92 && m->multi) {
		page = m->rows > 1 ? m->rows - 1 : 1;
		m->goal = goal;
		type(e, dice < 84 ? "<Up>" : dice < 88 ? "<Down>" : dice < 90 ? "<PgUp>" :
		    "<PgDn>");
		model_vertical(m, dice < 84 ? -1 : dice < 88 ? 1 : dice < 90 ? -page : page);
	} else if (dice < 94) {
		type(e, "<Home>");
		model_layout(m);
		m->pos = m->multi ? m->row[model_row(m)] : 0;
	} else if (dice < 96) {
		type(e, "<End>");
		model_layout(m);
		m->pos = m->multi ? model_row_last(m, model_row(m)) : m->n;
	} else if (dice < 97) {
		for (b = m->pos; b > 0 && m->cl[b - 1][0] != '\n'; b--)
			;
		type(e, "<^U>");
		model_erase(m, b, m->pos);
	} else if (dice < 98) {
		for (b = m->pos; b < m->n && m->cl[b][0] != '\n'; b++)
			;
		type(e, "<^K>");
		model_erase(m, m->pos, b > m->pos || b == m->n ? b : b + 1);
	} else {
		b = m->cells;
		page = m->rows;
		m->cells = 2 + rand() % 20;
		m->rows = m->multi ? 1 + rand() % 5 : 1;
		m->goal = m->cells == b && m->rows == page ? goal : -1;
		edit_view(e, m->cells, m->rows);
	}
}

static void
expect_row(struct edit *e, const struct model *m, int row, int from, int to)
{
	struct buf	 want = BUF_INIT, text = BUF_INIT;

	for (int i = from; i < to; i++)
		if (m->cl[i][0] != '\n')
			buf_puts(&text, m->cl[i]);
	width_fit(&want, buf_str(&text), text.n, m->cells);
	ck_assert_str_eq(drawn(e, row), buf_str(&want));
	ck_assert_int_eq(width_of(drawn(e, row)), m->cells);
	buf_free(&want);
	buf_free(&text);
}

static void
compare_line(struct edit *e, const struct model *m)
{
	int	 row, col, left = m->pos, under = m->pos < m->n ?
	    model_width(m, m->pos, m->pos + 1) : 1;

	edit_cursor(e, &row, &col);
	ck_assert_int_eq(row, 0);
	while (left > 0 && model_width(m, left, m->pos) < col)
		left--;
	ck_assert_int_eq(model_width(m, left, m->pos), col);
	ck_assert_int_le(col + under, m->cells);
	ck_assert(edit_has_text_before(e) == (left > 0));
	ck_assert(edit_has_text_after(e) == (model_width(m, left, m->n) > m->cells));
	expect_row(e, m, 0, left, m->n);
}

static void
compare_rows(struct edit *e, struct model *m)
{
	int	 row, col, top, want;

	model_layout(m);
	edit_cursor(e, &row, &col);
	ck_assert(row >= 0 && row < m->rows && col >= 0 && col < m->cells);
	top = model_row(m) - row;
	ck_assert_int_ge(top, 0);
	want = model_width(m, m->row[model_row(m)], m->pos);
	/* before the line end of a full row */
	ck_assert_int_eq(col, want < m->cells ? want : m->cells - 1);
	ck_assert_int_eq(edit_rows(e), m->nrow);
	ck_assert(edit_has_text_before(e) == (top > 0));
	ck_assert(edit_has_text_after(e) == (top + m->rows < m->nrow));
	for (int r = 0; r < m->rows; r++) {
		int	 from = top + r < m->nrow ? m->row[top + r] : m->n;
		int	 to = top + r + 1 < m->nrow ? m->row[top + r + 1] : m->n;

		expect_row(e, m, r, from, to);
	}
}

static unsigned long
fuzz_rounds(void)
{
	const char	*s = getenv("EDIT_FUZZ");

	return s != NULL ? strtoul(s, NULL, 10) : 50000;
}

static void
fuzz(bool multi, unsigned seed)
{
	struct model	*m = calloc(1, sizeof(*m));
	struct edit	*e;
	unsigned long	 rounds = fuzz_rounds() / 4;

	ck_assert_ptr_nonnull(m);
	srand(seed);
	m->multi = multi;
	m->limit = multi ? MODEL_MAX : 30;
	m->goal = -1;
	m->cells = 10;
	m->rows = multi ? 3 : 1;
	e = edit_new((size_t)m->limit, multi ? EDIT_MULTI : 0);
	edit_view(e, m->cells, m->rows);
	while (rounds-- > 0) {
		step(e, m);
		ck_assert_str_eq(edit_text(e), model_text(m));
		ck_assert_uint_eq(edit_clusters(e), (size_t)m->n);
		if (rand() % 4 == 0)		/* the view catches up with several keys as well */
			(multi ? compare_rows(e, m) : compare_line(e, m));
	}
	edit_free(e);
	free(m);
}

START_TEST(fuzz_against_the_model)
{
	fuzz(_i % 2 != 0, 20260312 + (unsigned)_i);
}
END_TEST

/*
 * Undo against memory: each step back gives a text that stood there before, always an earlier one,
 * and the last the first. Starts from texts no keyboard makes (lone marks, control characters).
 */
#define SEEN_MAX	1000
static char	*seen[SEEN_MAX];
static int	 nseen;

static void
remember(struct edit *e)
{
	if (nseen == 0 || strcmp(seen[nseen - 1], edit_text(e)) != 0)
		seen[nseen++] = strdup(edit_text(e));
}

static void
undo_all(struct edit *e)
{
	int	 last = nseen - 1;

	while (edit_key(e, &KEY_CTL('z')) == EDIT_CHANGED) {
		ck_assert_uint_eq(edit_clusters(e), width_clusters(edit_text(e), edit_len(e)));
		while (last >= 0 && strcmp(seen[last], edit_text(e)) != 0)
			last--;
		ck_assert_int_ge(last, 0);
	}
	ck_assert_str_eq(edit_text(e), seen[0]);
	ck_assert(!edit_dirty(e));
}

/* And forward again, to the last of them. */
static void
redo_all(struct edit *e)
{
	while (edit_key(e, &KEY_CTL('g')) == EDIT_CHANGED)
		ck_assert_uint_eq(edit_clusters(e), width_clusters(edit_text(e), edit_len(e)));
	ck_assert(!edit_can_redo(e));
	ck_assert_str_eq(edit_text(e), seen[nseen - 1]);
}

START_TEST(fuzz_undo)
{
	static const char *const	 starts[] = { "", "王小明", "\xcc\x81", "\n\xcc\x81x",
	    "a\tb\n\n\xcc\x81\xcc\x81" };
	static const char *const	 keys[] = { "<BS>", "<Del>", "<Left>", "<Right>", "<^K>",
	    "<^U>", "<^W>", "<Enter>", "\xcc\x81",
		"<Paste>x\r\n\xcc\x81y</Paste>", "<Home>", "<Up>", "王", "b", " " };
	unsigned long			 rounds = fuzz_rounds() / 40;

	srand(7 + (unsigned)_i);
	after_key = remember;
	while (rounds-- > 0) {
		const char	*start = starts[(size_t)rand() % 5];
		struct edit	*e = edit_new(40, EDIT_MULTI);

		ck_assert(edit_set(e, start, strlen(start)));
		remember(e);
		for (int i = 0; i < 100; i++)
			type(e, keys[(size_t)rand() % (sizeof(keys) / sizeof(keys[0]))]);
		undo_all(e);
		redo_all(e);
		while (nseen > 0)
			free(seen[--nseen]);
		edit_free(e);
	}
	after_key = NULL;
}
END_TEST

/* A whole page pasted is no slower than it looks, and undone at once. */
START_TEST(twenty_thousand_ideographs)
{
	struct edit	*e = edit_new(0, EDIT_MULTI);
	struct buf	 text = BUF_INIT;

	for (int i = 0; i < EDIT_MAX; i++)
		buf_puts(&text, "王");
	ck_assert_int_eq(edit_insert(e, text.p, text.n), EDIT_CHANGED);
	ck_assert_uint_eq(edit_len(e), text.n);
	ck_assert_int_eq(type(e, "x"), EDIT_FULL);
	edit_view(e, 40, 10);
	ck_assert_int_eq(edit_rows(e), EDIT_MAX / 20 + 1);
	type(e, "<^Z>");
	ck_assert_uint_eq(edit_len(e), 0);
	buf_free(&text);
	edit_free(e);
}
END_TEST

static Suite *
editor(void)
{
	const TTest *const	 plain[] = { answers, limits_are_in_clusters, longer_than_the_limit,
	    what_comes_in_goes_out,
		insert_and_replace, beyond_the_limit, dirty_until_undone, secrets,
		    a_long_line_scrolls, rows_wrap_by_column, several_rows_scroll,
		twenty_thousand_ideographs };
	Suite			*s = test_suite_of("tui/edit", plain,
	    sizeof(plain) / sizeof(plain[0]));
	TCase			*tc = tcase_create("loops");

	tcase_add_loop_test(tc, keys_do_what_they_say, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_loop_test(tc, fuzz_against_the_model, 0, 4);
	tcase_add_loop_test(tc, fuzz_undo, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(editor)
