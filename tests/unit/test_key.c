#include "tui/term/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz_term.c"
#include "tests/harness.h"
#include "tui/term/width.h"

/* Names of the keys the bytes make, with blanks between; bytes come at `start`, and are read at
 * `then`. */
static const char *
keys_of(struct keyin *in, const char *bytes, size_t n, uint64_t start, uint64_t then)
{
	static char	 out[2048];
	char		 name[32];
	struct key	 k;
	size_t		 at = 0;

	ck_assert_uint_eq(keyin_feed(in, bytes, n, start), n);
	out[0] = '\0';
	while (keyin_get(in, then, &k))
		at += (size_t)snprintf(out + at, sizeof(out) - at, "%s%s%s", at > 0 ? " " : "",
		    k.paste ? "+" : "", key_text(&k, name, sizeof(name)));
	return out;
}

static const struct {
	const char	*bytes, *keys;
} sequences[] = {
	{ "a王𠮷", "a 王 𠮷" },
	{ "\r\n\t\177\010\x1f\x01\x1a\x1c",
	  "Enter Ctrl-J Tab Backspace Backspace Ctrl-_ Ctrl-A Ctrl-Z Ctrl-\\" },
	{ "\033[A\033[B\033[C\033[D\033[H\033[F\033[Z", "Up Down Right Left Home End Shift-Tab" },
	{ "\033OA\033OB\033OC\033OD\033OH\033OF", "Up Down Right Left Home End" },
	{ "\033[1~\033[4~\033[7~\033[8~\033[2~\033[3~\033[5~\033[6~",
	  "Home End Home End Insert Delete PgUp PgDn" },
	{ "\033OP\033OQ\033OR\033OS\033[11~\033[14~\033[15~", "F1 F2 F3 F4 F1 F4 F5" },
	{ "\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~", "F6 F7 F8 F9 F10 F11 F12" },
	{ "\033[[A\033[[E\033[[F", "F1 F5" },				/* the Linux console */
	{ "\033[1;5A\033[1;2P\033[3;5~", "Up F1 Delete" },		/* with modifiers */
	/* numeric keypad in application mode */
	{ "\033Op\033Oy\033On\033OM\033Om", "0 9 . Enter -" },
	/* answers and mice are no keys */
	{ "\033[?1;2c\033[24;80R\033[<0;1;1Ma", "a" },
	/* of the first row, too */
	{ "\033[1;1Ra\033[1;80Rb\033[?1;2Sc\033[?62;4cd\033[>41;380;0ce", "a b c d e" },
	{ "\033[Ia\033[Ob\033[0nc\033[?2026;2$yd\033[8;24;80te\033[R", "a b c d e F3" },
	/* mice */
	{ "\033[M !!a\033[M#\xff\x80" "b\033[M \xc4\x80!c\033[<0;10;5Md\033[<0;10;5me",
	  "a b c d e" },
	{ "\033[M \033[Aa\033[32;5;6Mb", "Up a b" },
	{ "\033]11;rgb:0000/1y2/1y2\007a\033]l1y2王\033\\b", "a b" },			/* OSC */
	{ "\033P1$r0;1y2m\033\\a\033P>|XTerm(380)\033\\b", "a b" },			/* DCS */
	/* APC, PM, SOS */
	{ "\033_Gi=1;OK1y2\033\\a\033^1y2\033\\b\033X1y2\007c", "a b c" },
	{ "\033]1y2\033[Aa\033]1y2\030b\033P1y\033[200~c\033[201~d",
	  "Up a b paste-begin +c paste-end d" },
	/* an end with nothing before it */
	{ "\033\\a\033]1\033\033\\b", "a Esc b" },
	/* 8-bit */
	{ "\x9b" "1;1Ra\x9b" "A\x9bM !!b\x9d" "1y2\007c\x90" "1y2\x9c" "d\x8f" "Ae",
	  "a Up b c d Up e" },
	{ "\xc2\x9b" "1;1Ra\xc2\x9b" "A\xc2\x9d" "1y2\xc2\x9c" "b\xc2\x90" "1y2\033\\c",
	  "a Up b c" },
	/* the same bytes inside characters */
	{ "\xe9\x9b\xb7" "1\xc5\x9b" "2\xc2\xbb" "3", "雷 1 ś 2 » 3" },
	{ "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1ca", "a" },
	{ "\033[99~b\033[200;1Xc", "b c" },
	{ "\033\033[A", "Esc Up" },
	{ "\033x", "Esc x" },
	{ "\033\r", "Esc Enter" },
	{ "\033[3\001x", "Ctrl-A x" },					/* broken off */
	{ "\033[200~a\tb\r\n\033[A\033[201~c",
	  "paste-begin +a +U+0009 +b +U+000D +U+000A +U+001B +[ +A paste-end c" },
	{ "\xff" "a\xc0\xaf" "b\xed\xa0\x80" "c", "garbled a garbled garbled b garbled c" },
	{ "\xe7\x8e\xe7\x8e\x8b", "garbled garbled 王" },
	{ "\xe7\033[A", "garbled Up" },
};

START_TEST(bytes_make_keys)
{
	struct keyin	*in = keyin_new();

	ck_assert_str_eq(keys_of(in, sequences[_i].bytes, strlen(sequences[_i].bytes), 0, 0),
	    sequences[_i].keys);
	ck_assert_int_eq(keyin_wait(in, 0), -1);
	keyin_free(in);
}
END_TEST

/*
 * The same one byte at a time, a little under the pauses and, all together, under what a string may
 * last.
 */
START_TEST(pieces_make_the_same_keys)
{
	struct keyin	*in = keyin_new();
	const char	*s = sequences[_i].bytes;
	char		 out[1024] = "";
	uint64_t	 now = 0, all = (KEYIN_HALF_MS - 1) / strlen(s), step = all < KEYIN_ESC_MS ?
	    all : KEYIN_ESC_MS - 1;

	for (; *s != '\0'; s++, now += step) {
		const char	*some = keys_of(in, s, 1, now, now);

		if (*some != '\0')
			sprintf(out + strlen(out), "%s%s", *out != '\0' ? " " : "", some);
	}
	ck_assert_str_eq(out, sequences[_i].keys);
	keyin_free(in);
}
END_TEST

/* The same in two pieces, cut anywhere. */
START_TEST(halves_make_the_same_keys)
{
	const char	*s = sequences[_i].bytes;
	char		 out[4096];

	for (size_t cut = 1; cut < strlen(s); cut++) {
		struct keyin	*in = keyin_new();
		const char	*more;

		strcpy(out, keys_of(in, s, cut, 0, 0));
		more = keys_of(in, s + cut, strlen(s) - cut, KEYIN_ESC_MS - 1, KEYIN_ESC_MS - 1);
		sprintf(out + strlen(out), "%s%s", *out != '\0' && *more != '\0' ? " " : "", more);
		ck_assert_msg(strcmp(out, sequences[_i].keys) == 0, "cut at %zu: %s", cut, out);
		keyin_free(in);
	}
}
END_TEST

static const struct {
	const char	*bytes, *keys, *late;	/* at once; and after the pause */
	int		 pause;
} unfinished[] = {
	{ "\033", "", "Esc", KEYIN_ESC_MS },
	{ "a\033", "a", "Esc", KEYIN_ESC_MS },
	{ "\033[", "", "Esc [", KEYIN_ESC_MS },
	{ "\033O", "", "Esc O", KEYIN_ESC_MS },
	{ "\033[1;", "", "", KEYIN_ESC_MS },		/* no text nobody typed */
	{ "\033P", "", "Esc P", KEYIN_ESC_MS },
	{ "\033]1y2", "", "", KEYIN_ESC_MS },
	{ "\033]1y2\033", "", "Esc", KEYIN_ESC_MS },
	{ "\033[M !", "", "", KEYIN_ESC_MS },
	{ "\x9b", "", "garbled", KEYIN_ESC_MS },
	{ "\x90" "1y2", "", "garbled", KEYIN_ESC_MS },	/* not in this encoding: it is told, and
							   does nothing */
	{ "\xe7\x8e", "", "garbled", KEYIN_HALF_MS },
	{ "\033[200~x", "paste-begin +x", "paste-end", KEYIN_HALF_MS },
	{ "\033[200~x\033[20", "paste-begin +x", "+U+001B +[ +2 +0 paste-end", KEYIN_HALF_MS },
};

START_TEST(nothing_waits_for_ever)
{
	struct keyin	*in = keyin_new();
	uint64_t	 t = 1000, last;

	ck_assert_str_eq(keys_of(in, unfinished[_i].bytes, strlen(unfinished[_i].bytes), t, t),
	    unfinished[_i].keys);
	ck_assert_int_eq(keyin_wait(in, t), unfinished[_i].pause);
	last = t + (uint64_t)unfinished[_i].pause;
	ck_assert_int_eq(keyin_wait(in, last - 1), 1);
	ck_assert_str_eq(keys_of(in, "", 0, t, last - 1), "");
	ck_assert_int_eq(keyin_wait(in, last), 0);
	ck_assert_str_eq(keys_of(in, "", 0, t, last), unfinished[_i].late);
	ck_assert_int_eq(keyin_wait(in, last), -1);
	ck_assert_str_eq(keys_of(in, "\ra", 2, last, last), "Enter a");
	keyin_free(in);
}
END_TEST

START_TEST(gb18030_and_gbk)
{
	struct keyin	*in = keyin_new();

	ck_assert(locale_set_encoding(ENC_GB18030, 0));
	ck_assert_str_eq(keys_of(in, "\xcd\xf5" "4\x95\x34\xb2\x35" "5", 8, 0, 0), "王 4 𠮷 5");
	ck_assert_str_eq(keys_of(in, "\x95\x34\xb2", 3, 0, 0), "");
	ck_assert_str_eq(keys_of(in, "\x35", 1, 1999, 1999), "𠮷");
	/* Enter is never the second half */
	ck_assert_str_eq(keys_of(in, "\xcd\r", 2, 0, 0), "garbled Enter");
	ck_assert_str_eq(keys_of(in, "\xcd\033[A", 4, 0, 0), "garbled Up");
	/* but [ and \ can be */
	ck_assert_str_eq(keys_of(in, "\x81[\x81\x5c", 4, 0, 0), "乕 乗");
	ck_assert_str_eq(keys_of(in, "\xff\x80", 2, 0, 0), "garbled garbled");
	/* no introducers here */
	ck_assert_str_eq(keys_of(in, "\x9b\x41\x9b\x5b\x9d\x81", 6, 0, 0), "汚 沎 潄");
	ck_assert_str_eq(keys_of(in, "\xb0\x9b\x9b\x32\x81\x30", 6, 0, 0), "皼 𲝀");
	/* but here */
	ck_assert_str_eq(keys_of(in, "\x9b?1;2ca\x9b" "1;1Rb\x90" "1$r1y2\007c", 22, 0, 0),
	    "a b c");
	ck_assert(locale_set_encoding(ENC_GBK, 0));
	ck_assert_str_eq(keys_of(in, "\xcd\xf5\x95\x34", 4, 0, 0), "王 garbled 4");
	ck_assert_str_eq(keys_of(in, "\x9b" "24;80Ra\x9b<0;1;1Mb\x9b\x41", 19, 0, 0), "a b 汚");
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
	keyin_free(in);
}
END_TEST

START_TEST(terminfo_teaches)
{
	struct keyin	*in = keyin_new();

	keyin_add_sequence(in, "\033A", K_UP);			/* VT52 */
	keyin_add_sequence(in, "\033[3$", K_DELETE);		/* rxvt */
	keyin_add_sequence(in, "\033[25^", K_F11);
	keyin_add_sequence(in, "x", K_F1);			/* ignored: not a sequence */
	keyin_add_sequence(in, "\033", K_F1);
	keyin_add_sequence(in, "\033[123456789012345", K_F1);
	ck_assert_str_eq(keys_of(in, "\033A\033[3$\033[25^x\033[A", 15, 0, 0),
	    "Up Delete F11 x Up");
	for (int i = 0; i < 200; i++)
		keyin_add_sequence(in, "\033Q", K_F2);
	ck_assert_str_eq(keys_of(in, "\033Q", 2, 0, 0), "F2");
	keyin_free(in);
}
END_TEST

/*
 * Any bytes in any pieces: always keys of known kinds, characters that are characters, and an end.
 */
START_TEST(any_bytes)
{
	static const char	 likely[] =
	    "\033\033[O;~0129AMZ]PX\\\007\x9b\x90\r\xe7\x8e\x8b\xf0\x81\xcd\xf5\x34";
	struct keyin		*in = keyin_new();
	struct key		 k;
	uint64_t		 now = 0;

	srand(3);
	for (int i = 0; i < 200000; i++) {
		char	 c = rand() % 8 == 0 ? (char)rand() :
		    likely[(size_t)rand() % (sizeof(likely) - 1)];
		int	 wait;

		if (i % 5000 == 0)
			ck_assert(locale_set_encoding((enum encoding)(i / 5000 % 3), 0));
		keyin_feed(in, &c, 1, now);
		while (keyin_get(in, now, &k)) {
			ck_assert(k.code > K_NONE && k.code <= K_GARBLED);
			ck_assert(k.code != K_CHAR || k.paste || k.cp >= 0x20);
			ck_assert(k.cp <= 0x10FFFF && (k.cp < 0xD800 || k.cp > 0xDFFF));
		}
		wait = keyin_wait(in, now);
		ck_assert(wait != 0 && wait <= KEYIN_HALF_MS);
		now += rand() % 50 == 0 ? 3000 : 1;
	}
	now += 10000;
	while (keyin_get(in, now, &k))
		;
	ck_assert_int_eq(keyin_wait(in, now), -1);
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
	keyin_free(in);
}
END_TEST

/* The property of the fuzz target over bytes that are likely to matter. */
START_TEST(pieces_do_not_matter)
{
	static const char	 likely[] =
	    "\033\033\033[[]PX^_\\O;~?<M0129yAR\007\x9b\x90\x9d\x9c\xc2\xe7\x8e\x8b\xcd\xf5";
	uint8_t			 bytes[48];

	srand(5);
	for (int i = 0; i < 8000; i++) {
		size_t	 n = (size_t)rand() % sizeof(bytes);

		for (size_t at = 0; at < n; at++)
			bytes[at] = (uint8_t)(rand() % 8 == 0 ? rand() :
			    likely[(size_t)rand() % (sizeof(likely) - 1)]);
		LLVMFuzzerTestOneInput(bytes, n);
	}
	ck_assert(locale_set_encoding(ENC_UTF8, 0));
}
END_TEST

/* A paste larger than the room: what does not fit is not taken, and nothing is lost. */
START_TEST(no_more_than_fits)
{
	struct keyin	*in = keyin_new();
	char		 bytes[KEYIN_ROOM + 100];
	struct key	 k;
	int		 keys = 0;

	memset(bytes, 'x', sizeof(bytes));
	ck_assert_uint_eq(keyin_feed(in, bytes, sizeof(bytes), 0), KEYIN_ROOM);
	ck_assert_uint_eq(keyin_room(in), 0);
	while (keyin_get(in, 0, &k))
		keys++;
	ck_assert_int_eq(keys, KEYIN_ROOM);
	ck_assert_uint_eq(keyin_room(in), KEYIN_ROOM);
	memset(bytes, '0', sizeof(bytes));
	bytes[0] = '\033';
	bytes[1] = '[';
	keyin_feed(in, bytes, KEYIN_ROOM, 0);
	ck_assert(!keyin_get(in, 0, &k));		/* an endless sequence is thrown away,
							   not kept */
	ck_assert_uint_eq(keyin_room(in), KEYIN_ROOM);
	keyin_free(in);
}
END_TEST

/*
 * A string that never ends swallows what comes with it, and nothing of what somebody types later.
 */
START_TEST(strings_without_an_end)
{
	struct keyin	*in = keyin_new();
	uint64_t	 now = 0;
	char		 bytes[1024];

	ck_assert_str_eq(keys_of(in, "\033]1y2", 5, 0, 0), "");
	/* a pause */
	ck_assert_str_eq(keys_of(in, "1y2", 3, KEYIN_ESC_MS, KEYIN_ESC_MS), "1 y 2");
	ck_assert_str_eq(keys_of(in, "\033P1y2", 5, 1000, 1000), "");
	/* somebody who types on and on */
	for (now = 1000; now < 1000 + KEYIN_HALF_MS; now += 400)
		ck_assert_str_eq(keys_of(in, "a", 1, now, now), "");
	ck_assert_str_eq(keys_of(in, "a", 1, now, now), "a");
	ck_assert_str_eq(keys_of(in, "\033_", 2, now, now), "");
	memset(bytes, 'x', sizeof(bytes));
	for (size_t n = 0; n < KEYIN_SKIP_MAX; n += sizeof(bytes))
		ck_assert_str_eq(keys_of(in, bytes, sizeof(bytes), now, now), "");
	ck_assert_str_eq(keys_of(in, "b", 1, now, now), "b");
	ck_assert_int_eq(keyin_wait(in, now), -1);
	keyin_free(in);
}
END_TEST

/* ---- actions --------------------------------------------------------------------------------- */

static const struct {
	struct key	key;
	enum action	list, field, text;
} meanings[] = {
	{ { .code = K_CHAR, .cp = '?' }, ACT_HELP, ACT_HELP, ACT_NONE },
	{ { .code = K_CHAR, .cp = 0xFF1F }, ACT_HELP, ACT_HELP, ACT_NONE },		/* ？ */
	{ { .code = K_CTRL, .cp = '_' }, ACT_HELP, ACT_HELP, ACT_HELP },
	{ { .code = K_F1 }, ACT_HELP, ACT_HELP, ACT_HELP },
	{ { .code = K_ESC }, ACT_BACK, ACT_BACK, ACT_BACK },
	{ { .code = K_CTRL, .cp = 'b' }, ACT_BACK, ACT_BACK, ACT_BACK },
	{ { .code = K_F3 }, ACT_BACK, ACT_BACK, ACT_BACK },
	{ { .code = K_ENTER }, ACT_OPEN, ACT_NEXT, ACT_NEXT },
	{ { .code = K_TAB }, ACT_NEXT, ACT_NEXT, ACT_NEXT },
	{ { .code = K_BACKTAB }, ACT_PREV, ACT_PREV, ACT_PREV },
	{ { .code = K_CTRL, .cp = 'p' }, ACT_PREV, ACT_PREV, ACT_PREV },
	{ { .code = K_CTRL, .cp = 'l' }, ACT_CHOICES, ACT_CHOICES, ACT_CHOICES },
	{ { .code = K_F4 }, ACT_CHOICES, ACT_CHOICES, ACT_CHOICES },
	{ { .code = K_CTRL, .cp = 'o' }, ACT_SAVE, ACT_SAVE, ACT_SAVE },
	{ { .code = K_F2 }, ACT_SAVE, ACT_SAVE, ACT_SAVE },
	{ { .code = K_CHAR, .cp = '/' }, ACT_FIND, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 0x3001 }, ACT_FIND, ACT_NONE, ACT_NONE },		/* 、 */
	{ { .code = K_CHAR, .cp = 'n' }, ACT_FIND_NEXT, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'N' }, ACT_FIND_NEXT, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'a' }, ACT_NEW, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 0xFF21 }, ACT_NEW, ACT_NONE, ACT_NONE },		/* Ａ */
	{ { .code = K_CHAR, .cp = 'e' }, ACT_EDIT, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = ' ' }, ACT_PAGE_DOWN, ACT_TICK, ACT_NONE },
	{ { .code = K_CHAR, .cp = '-' }, ACT_PAGE_UP, ACT_NONE, ACT_NONE },
	{ { .code = K_PGDN }, ACT_PAGE_DOWN, ACT_PAGE_DOWN, ACT_PAGE_DOWN },
	{ { .code = K_F7 }, ACT_PAGE_UP, ACT_PAGE_UP, ACT_PAGE_UP },
	{ { .code = K_F8 }, ACT_PAGE_DOWN, ACT_PAGE_DOWN, ACT_PAGE_DOWN },
	{ { .code = K_CHAR, .cp = 'g' }, ACT_TOP, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'G' }, ACT_END, ACT_NONE, ACT_NONE },
	{ { .code = K_HOME }, ACT_TOP, ACT_TOP, ACT_TOP },
	{ { .code = K_CTRL, .cp = 'd' }, ACT_DUP, ACT_DUP, ACT_DUP },
	{ { .code = K_CTRL, .cp = 'z' }, ACT_UNDO, ACT_UNDO, ACT_UNDO },
	{ { .code = K_CHAR, .cp = '.' }, ACT_JUMP, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 0x3002 }, ACT_JUMP, ACT_NONE, ACT_NONE },		/* 。 */
	{ { .code = K_CTRL, .cp = 'j' }, ACT_JUMP, ACT_JUMP, ACT_JUMP },
	{ { .code = K_CTRL, .cp = 'e' }, ACT_EMERGENCY, ACT_EMERGENCY, ACT_EMERGENCY },
	{ { .code = K_CHAR, .cp = 'p' }, ACT_PRINT, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 's' }, ACT_SORT, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'f' }, ACT_COUNT_BY, ACT_NONE, ACT_NONE },
	{ { .code = K_CTRL, .cp = 'r' }, ACT_REFRESH, ACT_REFRESH, ACT_REFRESH },
	{ { .code = K_CTRL, .cp = 'x' }, ACT_LOCK, ACT_LOCK, ACT_LOCK },
	{ { .code = K_CHAR, .cp = ',' }, ACT_KEYS, ACT_NONE, ACT_NONE },
	{ { .code = K_CTRL, .cp = 't' }, ACT_KEYS, ACT_KEYS, ACT_KEYS },
	/* keys that freeze or kill elsewhere */
	{ { .code = K_CTRL, .cp = 's' }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_CTRL, .cp = 'q' }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_CTRL, .cp = 'c' }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_CTRL, .cp = '\\' }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'u' }, ACT_CHILDREN, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'q' }, ACT_RELATED, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 't' }, ACT_TIMELINE, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'h' }, ACT_HISTORY, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'o' }, ACT_PAST_DAY, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'l' }, ACT_ACCESS_LOG, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'v' }, ACT_UNMASK, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'r' }, ACT_REMARK, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'm' }, ACT_MERGE, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'i' }, ACT_SURVIVOR, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'w' }, ACT_REASONS, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'k' }, ACT_ACKNOWLEDGE, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'd' }, ACT_DISCARD, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 'z' }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_CHAR, .cp = 0x738B }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_RESIZE }, ACT_NONE, ACT_NONE, ACT_NONE },
	{ { .code = K_GARBLED }, ACT_NONE, ACT_NONE, ACT_NONE },
};

START_TEST(keys_mean_actions)
{
	struct key	 pasted = meanings[_i].key;

	ck_assert_int_eq(key_action(&meanings[_i].key, WHERE_LIST), meanings[_i].list);
	ck_assert_int_eq(key_action(&meanings[_i].key, WHERE_FIELD), meanings[_i].field);
	ck_assert_int_eq(key_action(&meanings[_i].key, WHERE_TEXT), meanings[_i].text);
	pasted.paste = true;
	ck_assert_int_eq(key_action(&pasted, WHERE_LIST), ACT_NONE);
}
END_TEST

/* In a text field everything printable is text. */
START_TEST(text_is_never_a_command)
{
	for (uint32_t cp = 0x20; cp < 0x10000; cp++)
		ck_assert_int_eq(key_action(&KEY_CHR(cp), WHERE_TEXT), ACT_NONE);
}
END_TEST

START_TEST(every_action_has_words_and_a_key)
{
	static const enum key_where	 wheres[] = { WHERE_LIST, WHERE_FIELD, WHERE_TEXT };

	for (enum action a = ACT_NONE + 1; a < ACT_MAX; a++) {
		bool	 somewhere = false;

		ck_assert_msg(*key_action_label(a) != '\0' && *key_action_help(a) != '\0',
		    "action %d", (int)a);
		for (int i = 0; i < 3; i++)
			somewhere |= key_for_action(a, wheres[i]) != NULL;
		ck_assert_msg(somewhere, "action %d has no key", (int)a);
	}
}
END_TEST

/* The name on the strip is the name of a key that does it there. */
START_TEST(shown_keys_are_true)
{
	static const enum key_where	 wheres[] = { WHERE_LIST, WHERE_FIELD, WHERE_TEXT };
	char				 name[32];
	int				 found = 0;

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		for (int w = 0; w < 3; w++) {
			enum action	 a = key_action(&meanings[i].key, wheres[w]);
			const char	*shown = key_for_action(a, wheres[w]);

			if (a == ACT_NONE || strcmp(key_text(&meanings[i].key, name, sizeof(name)),
			    shown) != 0)
				continue;
			found++;
		}
	ck_assert_int_gt(found, 40);
	ck_assert_str_eq(key_for_action(ACT_HELP, WHERE_LIST), "?");
	ck_assert_str_eq(key_for_action(ACT_HELP, WHERE_TEXT), "Ctrl-_");
	ck_assert_str_eq(key_for_action(ACT_NEXT, WHERE_TEXT), "Enter");
	ck_assert_str_eq(key_for_action(ACT_PAGE_DOWN, WHERE_LIST), "Space");
	ck_assert_str_eq(key_for_action(ACT_PAGE_DOWN, WHERE_TEXT), "PgDn");
	ck_assert_ptr_null(key_for_action(ACT_FIND, WHERE_TEXT));
	ck_assert_str_eq(key_all_for_action(ACT_SAVE, WHERE_TEXT, name, sizeof(name)), "Ctrl-O F2");
	ck_assert_str_eq(key_all_for_action(ACT_FIND, WHERE_TEXT, name, sizeof(name)), "");
	ck_assert_str_eq(key_all_for_action(ACT_BACK, WHERE_LIST, name, 8), "Esc Ctr");
}
END_TEST

START_TEST(commands_fold)
{
	ck_assert_uint_eq(key_command(&KEY_CHR('Y')), 'y');
	ck_assert_uint_eq(key_command(&KEY_CHR('3')), '3');
	ck_assert_uint_eq(key_command(&KEY_CHR(0xFF13)), '3');			/* ３ */
	ck_assert_uint_eq(key_command(&KEY_CHR(0x3000)), ' ');
	ck_assert_uint_eq(key_command(&KEY_CHR(0x738B)), 0);
	ck_assert_uint_eq(key_command(&KEY_CTL('a')), 0);
	ck_assert_uint_eq(key_command(&(struct key){ .code = K_CHAR, .cp = '3', .paste = true }),
	    0);
}
END_TEST

static Suite *
keyboard(void)
{
	const TTest *const	 plain[] = { gb18030_and_gbk, terminfo_teaches, any_bytes,
	    no_more_than_fits,
		strings_without_an_end, pieces_do_not_matter,
		text_is_never_a_command, every_action_has_words_and_a_key, shown_keys_are_true,
		    commands_fold };
	Suite			*s = test_suite_of("tui/keys", plain,
	    sizeof(plain) / sizeof(plain[0]));
	TCase			*tc = tcase_create("tables");

	tcase_add_loop_test(tc, bytes_make_keys, 0, sizeof(sequences) / sizeof(sequences[0]));
	tcase_add_loop_test(tc, pieces_make_the_same_keys, 0,
	    sizeof(sequences) / sizeof(sequences[0]));
	tcase_add_loop_test(tc, halves_make_the_same_keys, 0,
	    sizeof(sequences) / sizeof(sequences[0]));
	tcase_add_loop_test(tc, nothing_waits_for_ever, 0,
	    sizeof(unfinished) / sizeof(unfinished[0]));
	tcase_add_loop_test(tc, keys_mean_actions, 0, sizeof(meanings) / sizeof(meanings[0]));
	suite_add_tcase(s, tc);
	return s;
}

TEST_MAIN(keyboard)
