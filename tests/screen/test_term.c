#include "tui/term/term.h"

#include <dlfcn.h>
#include <libintl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "tests/harness.h"
#include "tests/support/vt.h"
#include "tui/term/locale.h"
#include "tui/term/width.h"

/*
 * The terminal as a terminal sees it. This program is its own subject: started with --demo it draws
 * pages through term.h and names the keys it gets; the tests run it behind libvterm.
 */

/* ---- the demo -------------------------------------------------------------------------------- */

/* Every write(2) of the process to the terminal, whoever calls it: the demo compares them with its
 * refreshes. */
static unsigned long	 tty_writes;

ssize_t
write(int fd, const void *p, size_t n)
{
	tty_writes += fd == STDOUT_FILENO;
	return syscall(SYS_write, fd, p, n);
}

/*
 * The demo does as if the catalogues were installed where the client looks for them, on a machine
 * where they are not, too: what the tests expect must not depend on it.
 */
char *
bindtextdomain(const char *domain, const char *dir)
{
	char	*(*next)(const char *, const char *) =
	    (char *(*)(const char *, const char *))dlsym(RTLD_NEXT, "bindtextdomain");
	char	 built[4096];

	snprintf(built, sizeof(built), "%s/locale", getenv("BUILD") != NULL ? getenv("BUILD") :
	    "build");
	return next(domain, dir != NULL && strcmp(dir, SHOUWANG_LOCALEDIR) == 0 ? built : dir);
}

struct demo {
	struct term	*term;
	int		 page;
	char		 log[512];		/* names of the keys so far */
	unsigned	 seed;			/* of the random page */
	bool		 repainted;
	unsigned long	 flushes;
};

static void
page_wide(struct demo *d)
{
	static const char *const	 names[] = { "王小明", "𠮷田", "𬭎", "\U00031350", "䶮",
	    "买买提·吐尔逊" };

	term_text(d->term, 0, 0, 80, ATTR_BOLD, "守望 · 三河县");
	for (int i = 0; i < 6; i++) {
		term_text(d->term, 2 + i, i, 20, ATTR_NORMAL, names[i]);
		term_text(d->term, 2 + i, i + 20, 1, ATTR_NORMAL, "|");
	}
	/* five do not fit into nine cells */
	term_text(d->term, 9, 0, 9, ATTR_NORMAL, "王王王王王王");
	term_text(d->term, 9, 9, 1, ATTR_NORMAL, "|");
	/* the edge: two and a half */
	term_text(d->term, 10, 75, -1, ATTR_NORMAL, "王王王");
	/* the last cell of the last row */
	term_text(d->term, 23, 76, 4, ATTR_NORMAL, "王王");
}

static void
page_over(struct demo *d)
{
	for (int row = 2; row < 6; row++)
		term_text(d->term, row, 0, -1, ATTR_NORMAL, "王小明张三李四");
	term_text(d->term, 2, 4, 3, ATTR_NORMAL, "abc");	/* even column, odd length: cuts
								   三's neighbour in half */
	term_text(d->term, 3, 5, 2, ATTR_NORMAL, "de");		/* odd column: cuts two
								   characters */
	term_text(d->term, 4, 5, 2, ATTR_NORMAL, "赵");
	term_text(d->term, 5, 1, 1, ATTR_NORMAL, "x");
	term_text(d->term, 6, -1, 4, ATTR_NORMAL, "no");
	term_text(d->term, 99, 0, 4, ATTR_NORMAL, "no");
	term_text(d->term, 6, 80, 4, ATTR_NORMAL, "no");
	term_blank(d->term, 7, 0, 2, 10);
}

static void
page_unshowable(struct demo *d)
{
	term_text(d->term, 2, 0, 12, ATTR_NORMAL, "a\033[31mb\r\nc");
	/* a lone mark, and one that is not */
	term_text(d->term, 3, 0, 12, ATTR_NORMAL, "\xcc\x81x\xcc\x81y");
	term_text(d->term, 4, 0, 12, ATTR_NORMAL, "\xff王\xe7\x8e");
	/* right-to-left override, C1 CSI */
	term_text(d->term, 5, 0, 12, ATTR_NORMAL, "\xe2\x80\xae" "abc\xc2\x9b");
	term_text(d->term, 6, 0, 12, ATTR_NORMAL, "𬭎𠮷王");
	/* variation selector, joiner: not shown */
	term_text(d->term, 7, 0, 12, ATTR_NORMAL, "葛\xf3\xa0\x84\x80x\xe2\x80\x8d|");
}

static void
page_attributes(struct demo *d)
{
	term_text(d->term, 2, 0, 6, ATTR_NORMAL, "plain");
	term_text(d->term, 3, 0, 6, ATTR_BOLD, "粗");
	term_text(d->term, 4, 0, 6, ATTR_REVERSE, "反白");
	term_text(d->term, 5, 0, 6, ATTR_UNDERLINE | ATTR_BOLD, "u");
	term_text(d->term, 6, 0, 6, ATTR_DIM, "dim");
	term_rule(d->term, 7);
	term_cursor(d->term, 4, 3);
	term_bell(d->term);
}

/* A page of a form as the notes measured it: 14 labels and values, title, strip. */
static void
page_form(struct demo *d)
{
	static const char *const	 labels[] = { "姓名", "性别", "民族", "出生日期",
	    "公民身份号码", "户籍地", "现住址",
		"健康状况", "就读情况", "监护人", "监护情况", "联系电话", "填表人", "填表日期" };
	char				 value[64];

	term_text(d->term, 0, 0, -1, ATTR_BOLD, "守望 三河县青石镇 李月 待办 12 逾期 3");
	for (int i = 0; i < 14; i++) {
		term_text(d->term, 3 + i, 1, 14, ATTR_NORMAL, labels[i]);
		snprintf(value, sizeof(value), "内容%d-%d", d->page, i * 7919 % 1000);
		term_text(d->term, 3 + i, 16, 18, ATTR_NORMAL, value);
	}
	term_text(d->term, 3, 0, 1, ATTR_NORMAL, ">");
	term_text(d->term, 23, 0, -1, ATTR_NORMAL, "Enter 下一项  Ctrl-O 保存  Esc 返回  ? 帮助");
	term_cursor(d->term, 3, 30 + term_text(d->term, 3, 30, -1, ATTR_NORMAL, d->log));
}

static void
page_many(struct demo *d)
{
	char	 line[64];

	for (int i = 0; i < term_rows(d->term) - 2; i++) {
		snprintf(line, sizeof(line), "第 %d 行 王小明 每一行都不同 %d", i, i * 7919 % 1000);
		term_text(d->term, i, 0, -1, ATTR_NORMAL, line);
	}
}

/*
 * Texts of all widths over each other, anywhere: another picture for each seed. Nothing begins in
 * the last column, where libvterm loses a mark behind an ASCII letter.
 */
static void
page_random(struct demo *d)
{
	static const char *const	 texts[] = { "王小明张三", "abc", "a王b", "𠮷𬭎",
	    "e\xcc\x81", "          ", "·“×", "",
		"公民身份号码 340123201501014321", "小明明小", "----------------" };

	srand(d->seed);
	for (int i = 0; i < 60; i++) {
		int		 row = rand() % 22, col = rand() % 79;
		int		 cells = rand() % 3 == 0 ? -1 : rand() % 30;
		unsigned	 attr = rand() % 4 == 0 ? (unsigned)rand() % 16 : ATTR_NORMAL;

		term_text(d->term, row, col, cells, attr,
		    texts[(size_t)rand() % (sizeof(texts) / sizeof(texts[0]))]);
	}
	snprintf(d->log, sizeof(d->log), "seed %u%s", d->seed, d->repainted ? " again" : "");
}

static void
draw(struct demo *d)
{
	static void	(*const pages[])(struct demo *) = { NULL, page_wide, page_over,
	    page_unshowable,
			 page_attributes, page_form, page_form, page_many, page_random };
	char		 line[600];

	term_begin(d->term);
	if (pages[d->page] != NULL)
		pages[d->page](d);
	if (d->page != 5 && d->page != 6) {
		snprintf(line, sizeof(line), "page %d %dx%d", d->page, term_rows(d->term),
		    term_cols(d->term));
		term_text(d->term, term_rows(d->term) - 1, 0, -1, ATTR_NORMAL, line);
		term_text(d->term, term_rows(d->term) - 2, 0, -1, ATTR_NORMAL, d->log);
	}
	term_flush(d->term);
	d->flushes++;
}

/* Digits choose a page, other keys are named. False ends the demo. */
static bool
handle(struct demo *d, const struct key *k)
{
	char	 name[32];
	size_t	 n = strlen(d->log);

	if (k->code == K_HANGUP || (k->code == K_CTRL && k->cp == 'x'))
		return false;
	d->repainted = k->code == K_CTRL && k->cp == 'r';
	if (d->repainted)
		term_repaint(d->term);
	else if (k->code == K_CTRL && k->cp == 'k')
		abort();
	else if (k->code == K_CHAR && !k->paste && k->cp >= '0' && k->cp <= '8') {
		d->page = (int)k->cp - '0';
		d->seed++;
	}
	else if (d->page >= 5)
		snprintf(d->log + n, sizeof(d->log) - n, "%s", key_text(k, name, sizeof(name)));
	else if (k->code != K_RESIZE)
		snprintf(d->log + n, sizeof(d->log) - n, "%s%s%s", n > 0 ? " " : "", k->paste ?
		    "+" : "", key_text(k, name, sizeof(name)));
	return true;
}

static int
demo(void)
{
	/* not translated */
	struct locale_want	 want = { .encoding = getenv("DEMO_ENCODING"),
	    .catalogs = "/nowhere" };
	struct demo		 d = { .page = 0 };
	struct key		 k = { 0 };
	const char		*why;
	int			 ticks[2] = { -1, -1 };
	bool			 ready[2], go = true;

	if ((why = locale_open(&want)) != NULL || (why = term_open(&d.term)) != NULL) {
		fprintf(stderr, "%s\n", why);
		return 2;
	}
	draw(&d);
	while (go) {
		term_wait(d.term, ticks, ready, 2, -1);
		while (go && term_key(d.term, &k))
			go = handle(&d, &k);
		if (go && !term_pending(d.term))
			draw(&d);
	}
	if (k.code == K_HANGUP && (term_key(d.term, &k) || term_wait(d.term, NULL, NULL, 0, 1) ||
	    !term_lost(d.term)))
		return 4;			/* it comes once, and then there is nothing to
						   wait for */
	tty_writes = tty_writes == d.flushes && term_writes(d.term) == d.flushes ? d.flushes : 0;
	term_close(d.term);
	if (k.code == K_HANGUP)
		return 3;
	printf("%s %lu refreshes\n", tty_writes > 0 ? "one write each:" : "more writes than",
	    d.flushes);
	return 0;
}

/* ---- the tests ------------------------------------------------------------------------------- */

static struct vt *
start(const char *encoding, const char *const env[], int rows, int cols)
{
	static char	 utf8[] = "DEMO_ENCODING=UTF-8", gb18030[] = "DEMO_ENCODING=GB18030",
	    gbk[] = "DEMO_ENCODING=GBK";

	putenv(strcmp(encoding, "UTF-8") == 0 ? utf8 : strcmp(encoding, "GBK") == 0 ? gbk :
	    gb18030);
	return vt_start_in(encoding, (const char *[]){ "/proc/self/exe", "--demo", NULL }, env,
	    rows, cols);
}

static struct vt *
start_utf8(void)
{
	return start("UTF-8", NULL, 24, 80);
}

/* The page is there once its foot is. */
static void
turn_to(struct vt *vt, int page)
{
	char	 key[2] = { (char)('0' + page), '\0' }, foot[16];

	vt_type(vt, key);
	snprintf(foot, sizeof(foot), "page %d", page);
	vt_expect(vt, foot);
}

static void
leave(struct vt *vt)
{
	vt_type(vt, "<C-x>");
	vt_expect(vt, "refreshes");
	ck_assert_msg(vt_wait(vt, "one write each"), "%s", vt_dump(vt));
	ck_assert(!vt_alternate(vt));
	ck_assert_int_eq(vt_end(vt), 0);
}

#define expect_row(vt, row, text)	ck_assert_msg(strcmp(vt_row((vt), (row)), (text)) == 0, "row %d is not \"%s\":\n%s", (row), \
	(text), vt_dump(vt))

static void
check_wide(struct vt *vt, const char *title, const char *row7)
{
	turn_to(vt, 1);
	expect_row(vt, 0, title);
	expect_row(vt, 2, "王小明              |");
	expect_row(vt, 3, " 𠮷田                |");
	expect_row(vt, 4, "  𬭎                  |");
	expect_row(vt, 5, "   \U00031350                  |");
	expect_row(vt, 6, "    䶮                  |");
	expect_row(vt, 7, row7);
	expect_row(vt, 9, "王王王王 |");
	ck_assert_str_eq(vt_cells(vt, 10, 75, 5), "王王 ");
	ck_assert_str_eq(vt_cells(vt, 23, 74, 6), "  王王");
	for (int row = 2; row < 8; row++)
		ck_assert_str_eq(vt_cells(vt, row, 18 + row, 1), "|");
	ck_assert(!vt_cursor_visible(vt));
}

START_TEST(wide_characters_in_utf8)
{
	struct vt	*vt = start_utf8();

	check_wide(vt, "守望 · 三河县", "     买买提·吐尔逊       |");
	ck_assert(vt_alternate(vt));
	leave(vt);
}
END_TEST

/* The middle dot takes two cells there; the column behind it must not move. */
START_TEST(wide_characters_in_gb18030)
{
	struct vt	*vt = start("GB18030", NULL, 24, 80);
	const char	*raw;
	size_t		 n;

	check_wide(vt, "守望 · 三河县", "     买买提·吐尔逊      |");
	raw = vt_raw(vt, &n);
	ck_assert_ptr_nonnull(memmem(raw, n, "\x95\x34\xb2\x35", 4));		/* 𠮷 */
	ck_assert_ptr_nonnull(memmem(raw, n, "\x99\x33\xa9\x32", 4));		/* 𬭎 */
	ck_assert_ptr_nonnull(memmem(raw, n, "\xfe\x9f", 2));			/* 䶮 */
	ck_assert_ptr_null(memmem(raw, n, "王", 3));
	leave(vt);
}
END_TEST

static void
check_over(const char *encoding)
{
	struct vt	*vt = start(encoding, NULL, 24, 80);

	turn_to(vt, 1);			/* what stood there before must not shine through */
	turn_to(vt, 2);
	expect_row(vt, 0, "");
	expect_row(vt, 2, "王小abc 三李四");
	expect_row(vt, 3, "王小 de 三李四");
	expect_row(vt, 4, "王小 赵 三李四");
	expect_row(vt, 5, " x小明张三李四");
	for (int row = 6; row < 22; row++)
		expect_row(vt, row, "");
	leave(vt);
}

START_TEST(halves_are_blanked)
{
	check_over("UTF-8");
	check_over("GB18030");
}
END_TEST

START_TEST(what_cannot_be_shown_is_geta)
{
	struct vt	*vt = start_utf8();
	const char	*raw;
	size_t		 n, before;

	vt_expect(vt, "page 0");
	vt_raw(vt, &before);
	turn_to(vt, 3);
	expect_row(vt, 2, "a〓[31mb〓〓");
	expect_row(vt, 3, "〓x\xcc\x81y");
	expect_row(vt, 4, "〓王〓〓");
	expect_row(vt, 5, "〓abc〓");
	expect_row(vt, 6, "𬭎𠮷王");
	expect_row(vt, 7, "葛x|");
	raw = vt_raw(vt, &n);
	ck_assert_ptr_null(memmem(raw + before, n - before, "\033[31m", 5));
	ck_assert_ptr_null(memmem(raw + before, n - before, "\xc2\x9b", 2));
	leave(vt);
}
END_TEST

START_TEST(gbk_lacks_what_gb18030_has)
{
	struct vt	*vt = start("GBK", NULL, 24, 80);

	turn_to(vt, 3);
	expect_row(vt, 6, "〓〓王");
	expect_row(vt, 3, "〓xy");
	turn_to(vt, 1);
	expect_row(vt, 3, " 〓田                |");
	expect_row(vt, 7, "     买买提·吐尔逊      |");
	leave(vt);
	vt = start("GB18030", NULL, 24, 80);
	turn_to(vt, 3);
	expect_row(vt, 6, "𬭎𠮷王");
	leave(vt);
}
END_TEST

START_TEST(attributes_cursor_and_bell)
{
	struct vt	*vt = start_utf8();
	int		 row, col;

	turn_to(vt, 4);
	ck_assert_uint_eq(vt_attr(vt, 2, 0), 0);
	ck_assert_uint_eq(vt_attr(vt, 3, 0), VT_BOLD);
	ck_assert_uint_eq(vt_attr(vt, 4, 0), VT_REVERSE);
	ck_assert_uint_eq(vt_attr(vt, 4, 5), VT_REVERSE);		/* padding, too */
	ck_assert_uint_eq(vt_attr(vt, 4, 6), 0);
	ck_assert_uint_eq(vt_attr(vt, 5, 0), VT_UNDERLINE | VT_BOLD);
	expect_row(vt, 7,
	    "--------------------------------------------------------------------------------");
	ck_assert(vt_cursor_visible(vt));
	vt_cursor(vt, &row, &col);
	ck_assert_int_eq(row, 4);
	ck_assert_int_eq(col, 3);
	ck_assert_int_eq(vt_bells(vt), 1);
	turn_to(vt, 0);
	ck_assert(!vt_cursor_visible(vt));
	ck_assert_int_eq(vt_bells(vt), 1);
	leave(vt);
}
END_TEST

/* UTF-8 bytes of the cells that differ: what nobody could send in fewer. */
static size_t
changed(struct vt *vt, char before[24][400])
{
	size_t	 sum = 0;

	for (int r = 0; r < 24; r++) {
		const char	*now = vt_row(vt, r);
		size_t		 a = strlen(before[r]), b = strlen(now), head = 0, tail = 0;

		while (head < a && head < b && before[r][head] == now[head])
			head++;
		while (tail < a - head && tail < b - head &&
		    before[r][a - 1 - tail] == now[b - 1 - tail])
			tail++;
		sum += b - head - tail;
		snprintf(before[r], 400, "%s", now);
	}
	return sum;
}

START_TEST(bytes_stay_near_the_changed_cells)
{
	struct vt	*vt = start_utf8();
	static char	 before[24][400];
	uint64_t	 sent;
	size_t		 limit;

	turn_to(vt, 0);
	changed(vt, before);
	sent = vt_bytes(vt);
	vt_type(vt, "5");
	vt_expect_row(vt, 23, "Enter 下一项  Ctrl-O 保存  Esc 返回  ? 帮助");
	limit = changed(vt, before);
	ck_assert_uint_gt(limit, 300);
	ck_assert_uint_le(vt_bytes(vt) - sent, limit * 2);

	sent = vt_bytes(vt);
	vt_type(vt, "6");
	vt_expect(vt, "内容6-947");
	limit = changed(vt, before);
	ck_assert_uint_gt(limit, 0);
	/* and one cursor move for each field */
	ck_assert_uint_le(vt_bytes(vt) - sent, limit + 14 * 12);

	sent = vt_bytes(vt);
	vt_type(vt, "x");
	vt_expect(vt, "内容6-0       x");
	ck_assert_uint_eq(vt_bytes(vt) - sent, 1);
	sent = vt_bytes(vt);
	vt_type(vt, "王");
	vt_expect(vt, "x王");
	ck_assert_uint_eq(vt_bytes(vt) - sent, 3);
	vt_type(vt, "<C-r>");
	vt_pause(vt, 50);
	vt_type(vt, "y");
	vt_expect(vt, "x王y");
	/* the nearest no: a repaint sends it all */
	ck_assert_uint_gt(vt_bytes(vt) - sent, 500);
	vt_type(vt, "0");
	leave(vt);
}
END_TEST

static void
snapshot(struct vt *vt, char rows[22][400])
{
	for (int r = 0; r < 22; r++)
		snprintf(rows[r], 400, "%s", vt_row(vt, r));
}

/*
 * A hundred pictures, each sent as the difference to the one before: sent whole, the last is still
 * the same.
 */
static void
check_differences(const char *encoding, const char *type)
{
	struct vt	*vt = start(encoding, (const char *[]){ type, NULL }, 24, 80);
	char		 before[22][400], after[22][400], seed[32];

	vt_expect(vt, "page 0");
	for (int i = 1; i <= 100; i++) {
		vt_type(vt, "8");
		snprintf(seed, sizeof(seed), "seed %d", i);
		vt_expect_row(vt, 22, seed);
		if (i % 10 != 0)
			continue;
		snapshot(vt, before);
		vt_type(vt, "<C-r>");
		strcat(seed, " again");
		vt_expect_row(vt, 22, seed);
		snapshot(vt, after);
		for (int r = 0; r < 22; r++)
			ck_assert_str_eq(before[r], after[r]);
	}
	vt_type(vt, "<C-x>");
	ck_assert_int_eq(vt_end(vt), 0);
}

START_TEST(differences_add_up)
{
	check_differences("UTF-8", "TERM=xterm-256color");
	check_differences("GB18030", "TERM=xterm-256color");
	check_differences("UTF-8", "TERM=vt220");
	check_differences("UTF-8", "TERM=linux");
	check_differences("GBK", "TERM=putty");
}
END_TEST

/* More than a pipe holds, in one piece. */
START_TEST(a_huge_screen_is_one_write)
{
	struct vt	*vt = start("UTF-8", NULL, 400, 200);

	turn_to(vt, 7);
	expect_row(vt, 397, "第 397 行 王小明 每一行都不同 843");
	leave(vt);
}
END_TEST

START_TEST(resize_redraws)
{
	struct vt	*vt = start_utf8();

	turn_to(vt, 1);
	vt_resize(vt, 40, 120);
	vt_expect_row(vt, 39, "page 1 40x120");
	expect_row(vt, 2, "王小明              |");
	expect_row(vt, 9, "王王王王 |");
	turn_to(vt, 7);
	expect_row(vt, 37, "第 37 行 王小明 每一行都不同 3");
	vt_resize(vt, 10, 40);
	vt_expect_row(vt, 9, "page 7 10x40");
	expect_row(vt, 7, "第 7 行 王小明 每一行都不同 433");
	vt_resize(vt, 24, 80);
	vt_expect_row(vt, 23, "page 7 24x80");
	expect_row(vt, 21, "第 21 行 王小明 每一行都不同 299");
	leave(vt);
}
END_TEST

START_TEST(odd_terminals)
{
	static const char *const	 types[] = { "TERM=no-such-terminal", "TERM=", "TERM",
	    "TERM=vt100", "TERM=vt220",
		"TERM=linux", "TERM=putty", "TERM=screen", "TERM=tmux-256color", "TERM=xterm" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		char		 type[64];
		struct vt	*vt;

		snprintf(type, sizeof(type), "%s", types[i]);
		vt = start("UTF-8", (const char *[]){ type, NULL }, 24, 80);
		turn_to(vt, 1);
		expect_row(vt, 2, "王小明              |");
		expect_row(vt, 9, "王王王王 |");
		turn_to(vt, 2);
		expect_row(vt, 3, "王小 de 三李四");
		vt_type(vt, "<Up><F1>\033[A\033OA");
		vt_expect_row(vt, 22, "Up F1 Up Up");
		vt_type(vt, "<C-x>");
		vt_expect(vt, "one write each");
		ck_assert_int_eq(vt_end(vt), 0);
	}
}
END_TEST

START_TEST(a_terminal_that_cannot_move_its_cursor)
{
	struct vt	*vt = start("UTF-8", (const char *[]){ "TERM=dumb", NULL }, 24, 80);

	vt_expect(vt, "(TERM) cannot move its cursor");
	ck_assert_int_eq(vt_end(vt), 2);
}
END_TEST

/* One line, exit status 2, and no escape sequence. */
static void
check_no_terminal(const char *command)
{
	FILE	*p = popen(command, "r");
	char	 line[256] = "", more[16];

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), p));
	ck_assert_ptr_null(fgets(more, sizeof(more), p));
	ck_assert_str_eq(line,
	    "There is no terminal here. Log in with one, for example with ssh -t.\n");
	ck_assert_int_eq(WEXITSTATUS(pclose(p)), 2);
}

START_TEST(no_terminal)
{
	char	 command[512], self[256];
	ssize_t	 n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	snprintf(command, sizeof(command), "%s --demo 2>&1 </dev/null", self);
	check_no_terminal(command);
	snprintf(command, sizeof(command), "TERM= %s --demo 2>&1 </dev/null", self);
	check_no_terminal(command);
}
END_TEST

START_TEST(keys_and_their_pieces)
{
	struct vt	*vt = start_utf8();

	vt_expect(vt, "page 0");
	vt_type(vt, "a王𠮷<Enter><Tab><S-Tab><BS>\010<Del><Up><PgDn><F12>");
	vt_expect_row(vt, 22, "a 王 𠮷 Enter Tab Shift-Tab Backspace Backspace Delete Up PgDn F12");
	leave(vt);
	vt = start_utf8();
	vt_expect(vt, "page 0");
	vt_type(vt, "<C-s><C-q><C-c><C-z><C-@><C-_>");		/* none stops, ends or freezes it */
	vt_expect_row(vt, 22, "Ctrl-S Ctrl-Q Ctrl-C Ctrl-Z Ctrl-@ Ctrl-_");
	leave(vt);
}
END_TEST

static void
check_split(const char *encoding, const char *bytes, size_t n, const char *row)
{
	struct vt	*vt = start(encoding, NULL, 24, 80);

	vt_expect(vt, "page 0");
	for (size_t i = 0; i < n; i++) {
		vt_send(vt, bytes + i, 1);
		vt_pause(vt, 350);
	}
	vt_expect_row(vt, 22, row);
	leave(vt);
}

START_TEST(characters_in_pieces_350_ms_apart)
{
	check_split("UTF-8", "王", 3, "王");
	check_split("GB18030", "\x95\x34\xb2\x35", 4, "𠮷");
	check_split("GB18030", "\xcd\xf5" "4", 2, "王");
	check_split("UTF-8", "\033[A", 3, "Up");
}
END_TEST

/* Half a character, then nothing: the program stays alive, says so, and takes the next key. */
START_TEST(half_a_character_stops_nothing)
{
	struct vt	*vt = start_utf8();

	vt_expect(vt, "page 0");
	vt_send(vt, "\xe7\x8e", 2);
	turn_to(vt, 1);
	vt_expect_row(vt, 22, "garbled garbled");
	vt_send(vt, "\xe7", 1);
	/* after the pause, with no other byte */
	vt_expect_row(vt, 22, "garbled garbled garbled");
	vt_send(vt, "\xcd\xf5", 2);					/* 王 of a GBK terminal */
	vt_type(vt, "a");
	vt_expect_row(vt, 22, "garbled garbled garbled garbled garbled a");
	leave(vt);
}
END_TEST

START_TEST(escape_alone_and_escape_sequences)
{
	struct vt	*vt = start_utf8();

	vt_expect(vt, "page 0");
	vt_type(vt, "<Esc>");
	vt_expect_row(vt, 22, "Esc");
	vt_type(vt, "<Esc>a<Esc><Esc>[B");
	vt_expect_row(vt, 22, "Esc Esc a Esc Down");
	leave(vt);
}
END_TEST

START_TEST(pasted_text_is_marked)
{
	struct vt	*vt = start_utf8();

	vt_expect(vt, "page 0");
	vt_type(vt, "<Paste>1\tA\r\n<Esc>[A王</Paste>b");
	vt_expect_row(vt, 22,
	    "paste-begin +1 +U+0009 +A +U+000D +U+000A +U+001B +[ +A +王 paste-end b");
	leave(vt);
}
END_TEST

static void
check_paste_mode(const char *type)
{
	struct vt	*vt = start("UTF-8", (const char *[]){ type, NULL }, 24, 80);
	const char	*raw;
	size_t		 n;

	vt_expect(vt, "page 0");
	raw = vt_raw(vt, &n);
	ck_assert_ptr_nonnull(memmem(raw, n, "\033[?2004h", 8));
	ck_assert_ptr_null(memmem(raw, n, "\033[?2004l", 8));
	vt_type(vt, "<Paste>1y2</Paste>");
	vt_expect_row(vt, 22, "paste-begin +1 +y +2 paste-end");
	vt_type(vt, "<C-x>");
	vt_expect(vt, "refreshes");
	raw = vt_raw(vt, &n);
	ck_assert_ptr_nonnull(memmem(raw, n, "\033[?2004l", 8));
	ck_assert_int_eq(vt_end(vt), 0);
}

/*
 * Every terminal is told, and told again at the end, that we want pastes marked, whatever its entry
 * knows.
 */
START_TEST(bracketed_paste_is_switched)
{
	static const char *const	 types[] = { "TERM=xterm", "TERM=screen", "TERM=linux",
	    "TERM=vt220", "TERM=rxvt",
		"TERM=putty" };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		check_paste_mode(types[i]);
}
END_TEST

/* What has arrived is taken before anything is painted: far fewer refreshes than keys. */
START_TEST(a_burst_is_painted_once)
{
	struct vt	*vt = start_utf8();
	unsigned	 refreshes;
	int		 row, col;

	turn_to(vt, 7);
	vt_type(vt, "<Paste>王王王王王王王王王王王王王王王王王王王王王王王王王王王王</Paste>");
	vt_expect(vt, "王paste-end");
	vt_type(vt, "<C-x>");
	vt_expect(vt, "one write each");
	ck_assert(vt_find(vt, "one write each", &row, &col));
	ck_assert_int_eq(sscanf(vt_cells(vt, row, col, 80 - col), "one write each: %u", &refreshes),
	    1);
	ck_assert_uint_ge(refreshes, 3);
	ck_assert_uint_le(refreshes, 8);
	ck_assert_int_eq(vt_end(vt), 0);
}
END_TEST

START_TEST(hang_up_is_a_key)
{
	struct vt	*vt = start_utf8();

	vt_expect(vt, "page 0");
	vt_hangup(vt);
	ck_assert_int_eq(vt_end(vt), 3);
	vt = start_utf8();
	vt_expect(vt, "page 0");
	kill(vt_pid(vt), SIGTERM);
	ck_assert_int_eq(vt_end(vt), 3);
}
END_TEST

/* Nobody reads what it writes: told to end, it ends all the same. */
START_TEST(a_terminal_that_takes_nothing)
{
	struct vt	*vt = start("UTF-8", NULL, 400, 200);

	vt_expect(vt, "page 0");
	for (int i = 0; i < 20; i++) {			/* each a refresh of some 15 kB; nobody
							   takes them */
		vt_send(vt, i % 2 == 0 ? "7" : "0", 1);
		poll(NULL, 0, 30);
	}
	kill(vt_pid(vt), SIGTERM);
	ck_assert_int_eq(vt_wait_exit_unread(vt), 3);
	vt_free(vt);
}
END_TEST

/* A shell around the demo looks at the terminal's modes afterwards. */
static void
check_given_back(const char *key, const char *said)
{
	char		 script[512], self[256];
	ssize_t		 n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct vt	*vt;

	ck_assert_int_gt(n, 0);
	self[n] = '\0';
	setenv("DEMO_ENCODING", "UTF-8", 1);
	snprintf(script, sizeof(script),
	    "ulimit -c 0; a=$(stty -g); '%s' --demo; s=$?; [ \"$a\" = \"$(stty -g)\" ] && "
	    "echo same modes, status $s", self);
	vt = vt_start((const char *[]){ "/bin/sh", "-c", script, NULL }, NULL, 24, 80);
	vt_expect(vt, "page 0");
	ck_assert(vt_alternate(vt));
	vt_type(vt, key);
	vt_expect(vt, said);
	ck_assert(!vt_alternate(vt));
	ck_assert(vt_cursor_visible(vt));
	ck_assert_int_eq(vt_end(vt), 0);
}

START_TEST(the_terminal_is_given_back)
{
	check_given_back("<C-x>", "same modes, status 0");
	check_given_back("<C-k>", "same modes, status 134");		/* abort() */
}
END_TEST

/* libncursesw asks for wcwidth by name: what it finds must be ours. */
START_TEST(ncurses_measures_with_our_table)
{
	int	(*found)(wchar_t) = (int (*)(wchar_t))dlsym(RTLD_DEFAULT, "wcwidth");

	ck_assert_ptr_nonnull((void *)found);
	ck_assert_int_eq(found(0x31350), 2);
	width_set_ambiguous(2);
	ck_assert_int_eq(found(0xb7), 2);
	width_set_ambiguous(1);
	ck_assert_int_eq(found(0xb7), 1);
}
END_TEST

TEST_SUITE(terminal, "tui/term", wide_characters_in_utf8, wide_characters_in_gb18030,
    halves_are_blanked,
    what_cannot_be_shown_is_geta, gbk_lacks_what_gb18030_has, attributes_cursor_and_bell,
    bytes_stay_near_the_changed_cells, differences_add_up, a_huge_screen_is_one_write,
    resize_redraws, odd_terminals,
    a_terminal_that_cannot_move_its_cursor, no_terminal, keys_and_their_pieces,
    characters_in_pieces_350_ms_apart,
    half_a_character_stops_nothing, escape_alone_and_escape_sequences, pasted_text_is_marked,
    bracketed_paste_is_switched, a_burst_is_painted_once, hang_up_is_a_key,
    a_terminal_that_takes_nothing, the_terminal_is_given_back,
    ncurses_measures_with_our_table)

int
main(int argc, char **argv)
{
	static const test_suite_fn	 all[] = { terminal };

	return argc > 1 && strcmp(argv[1], "--demo") == 0 ? demo() : test_run(all, 1);
}
