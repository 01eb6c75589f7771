#include "tui/term/keyin.h"

#include <stdlib.h>
#include <string.h>

#define ESC		0x1b
#define SEQUENCES_MAX	64
#define SEQ_MAX		16		/* of a learnt sequence, with its NUL */
#define CSI_MAX		64		/* a longer one is no key */

/*
 * A sequence under way that is no key whatever it ends with; its bytes are thrown away as they
 * come.
 */
enum skip { SKIP_NONE, SKIP_CSI, SKIP_STRING };

struct keyin {
	unsigned char	room[KEYIN_ROOM];
	unsigned char  *bytes;		/* n bytes inside room, not yet keys */
	size_t		n;
	uint32_t	stamps[KEYIN_ROOM];	/* of the bytes at the same places in room */
	uint32_t	stamp;
	uint64_t	last;		/* when the last byte came */
	bool		paste;
	enum skip	skip;
	bool		skip_c1;	/* begun by an 8-bit control: perhaps a character of
					   another encoding */
	uint64_t	skip_since;
	size_t		skipped;
	size_t		nsequences;
	struct {
		char		seq[SEQ_MAX];
		enum key_code	code;
	} sequences[SEQUENCES_MAX];
};

/* What the bytes at hand mean so far. */
struct found {
	size_t		used;		/* 0: not finished */
	struct key	key;		/* K_NONE: nothing to report (an unknown sequence) */
	/* unfinished: bytes that mean `key` when no more come within `pause` */
	size_t		give_up;
	unsigned	pause;
	enum skip	skip;		/* bytes behind the used ones are dropped */
	bool		c1;
};

struct keyin *
keyin_new(void)
{
	struct keyin	*k = calloc(1, sizeof(*k));

	if (k != NULL)
		k->bytes = k->room;
	return k;
}

void
keyin_free(struct keyin *k)
{
	free(k);
}

void
keyin_add_sequence(struct keyin *k, const char *seq, enum key_code code)
{
	size_t	 n = strlen(seq);

	if (seq[0] != ESC || n < 2 || n >= SEQ_MAX || k->nsequences == SEQUENCES_MAX)
		return;
	memcpy(k->sequences[k->nsequences].seq, seq, n + 1);
	k->sequences[k->nsequences++].code = code;
}

size_t
keyin_room(const struct keyin *k)
{
	return KEYIN_ROOM - k->n;
}

/* A dropped sequence ends at a pause or at its maximal length: later bytes were typed. */
static bool
skip_over(const struct keyin *k, uint64_t now)
{
	return now - k->last >= KEYIN_ESC_MS || now - k->skip_since >= KEYIN_HALF_MS ||
	    k->skipped >= KEYIN_SKIP_MAX;
}

size_t
keyin_feed(struct keyin *k, const void *p, size_t n, uint64_t now)
{
	if (n > keyin_room(k))
		n = keyin_room(k);
	if (n > 0 && k->n == 0 && k->skip != SKIP_NONE && skip_over(k, now))
		k->skip = SKIP_NONE;
	memmove(k->stamps, k->stamps + (k->bytes - k->room), k->n * sizeof(k->stamps[0]));
	memmove(k->room, k->bytes, k->n);
	k->bytes = k->room;
	memcpy(k->bytes + k->n, p, n);
	for (size_t i = 0; i < n; i++)
		k->stamps[k->n + i] = k->stamp;
	k->n += n;
	if (n > 0)
		k->last = now;
	return n;
}

void
keyin_stamp(struct keyin *k, uint32_t stamp)
{
	k->stamp = stamp;
}

static struct found
whole(size_t used, struct key key)
{
	return (struct found){ .used = used, .key = key };
}

/* Unfinished: after the pause the first `bytes` bytes are taken as `key`. */
static struct found
part(size_t bytes, struct key key, unsigned pause)
{
	return (struct found){ .key = key, .give_up = bytes, .pause = pause };
}

/* ---- escape sequences ------------------------------------------------------------------------ */

/* ESC [ number ~ : xterm, vt220, linux, PuTTY and rxvt agree on these. */
static const enum key_code tilde_keys[] = {
	[1] = K_HOME, [2] = K_INSERT, [3] = K_DELETE, [4] = K_END,
	[5] = K_PGUP, [6] = K_PGDN, [7] = K_HOME, [8] = K_END,
	[11] = K_F1, [12] = K_F2, [13] = K_F3, [14] = K_F4, [15] = K_F5,
	[17] = K_F6, [18] = K_F7, [19] = K_F8, [20] = K_F9, [21] = K_F10, [23] = K_F11,
	    [24] = K_F12,
	[200] = K_PASTE_BEGIN, [201] = K_PASTE_END,
};

/* ESC [ letter, and ESC O letter when the terminal is in application mode. */
static const enum key_code letter_keys[] = {
	['A'] = K_UP, ['B'] = K_DOWN, ['C'] = K_RIGHT, ['D'] = K_LEFT,
	['H'] = K_HOME, ['F'] = K_END, ['Z'] = K_BACKTAB,
	['P'] = K_F1, ['Q'] = K_F2, ['R'] = K_F3, ['S'] = K_F4, ['M'] = K_ENTER,
};

/* ESC O letter of the numeric keypad in application mode: digits stay digits. */
static const char keypad[] = {
	['X'] = '=', ['j'] = '*', ['k'] = '+', ['l'] = ',', ['m'] = '-', ['n'] = '.', ['o'] = '/',
	['p'] = '0', ['q'] = '1', ['r'] = '2', ['s'] = '3', ['t'] = '4',
	['u'] = '5', ['v'] = '6', ['w'] = '7', ['x'] = '8', ['y'] = '9',
};

#define LENGTH(a)	(sizeof(a) / sizeof((a)[0]))

static enum key_code
letter_key(unsigned char c)
{
	return c < LENGTH(letter_keys) ? letter_keys[c] : K_NONE;
}

/*
 * First number of the parameters; modifiers (second number) are ignored, Shift-Up is Up. Reports of
 * the terminal end in letters, too: those with a private mark (device attributes, modes, SGR
 * mouse), the cursor's position (R) and the mouse (M) are no keys.
 */
static enum key_code
csi_key(const unsigned char *params, const unsigned char *end)
{
	unsigned	 number = 0;
	bool		 first = true;

	for (const unsigned char *p = params; p < end; p++) {
		if (*p != ';' && (*p < '0' || *p > '9'))
			return K_NONE;
		first = first && *p != ';';
		if (first && number < 1000)
			number = number * 10 + (unsigned)(*p - '0');
	}
	if (*end == '~')
		return number < LENGTH(tilde_keys) ? tilde_keys[number] : K_NONE;
	if (*end == 'M' || number > 1 || (*end == 'R' && end > params))
		return K_NONE;
	return letter_key(*end);
}

/*
 * Mouse report of the X10 kind: three values follow, each a byte, or in the UTF-8 mode of such
 * reports a character. `at` is behind the M.
 */
static struct found
parse_mouse(const unsigned char *p, size_t n, size_t at)
{
	for (int i = 0; i < 3; i++) {
		bool	 wide = at < n && p[at] >= 0xc2 && p[at] <= 0xdf &&
		    locale_encoding() == ENC_UTF8;

		if (at + wide >= n)
			return part(n, KEY_OF(K_NONE), KEYIN_ESC_MS);
		if (p[at] < 0x20)
			return whole(at, KEY_OF(K_NONE));
		at += wide && (p[at + 1] & 0xc0) == 0x80 ? 2 : 1;
	}
	return whole(at, KEY_OF(K_NONE));
}

/* The first `at` bytes are the introducer. */
static struct found
parse_csi(const unsigned char *p, size_t n, size_t at)
{
	size_t	 i = at;

	if (p[at] == '[') {			/* the Linux console: ESC [ [ A to E */
		if (n == at + 1)
			return part(n, KEY_OF(K_NONE), KEYIN_ESC_MS);
		i = at + 1;
		return whole(i + 1, KEY_OF(p[i] >= 'A' && p[i] <= 'E' ? K_F1 + (p[i] - 'A') :
		    K_NONE));
	}
	if (p[at] == 'M')
		return parse_mouse(p, n, at + 1);
	while (i < n && i < CSI_MAX && p[i] >= 0x20 && p[i] <= 0x3f)
		i++;
	if (i == CSI_MAX)
		return (struct found){ .used = i, .skip = SKIP_CSI };
	if (i == n)
		return part(n, KEY_OF(K_NONE), KEYIN_ESC_MS);
	if (p[i] < 0x40 || p[i] > 0x7e)
		return whole(i, KEY_OF(K_NONE));
	return whole(i + 1, KEY_OF(csi_key(p + at, p + i)));
}

static struct found
parse_ss3(const unsigned char *p, size_t at)
{
	unsigned char	 c = p[at];

	if (c < sizeof(keypad) && keypad[c] != 0)
		return whole(at + 1, KEY_CHR(keypad[c]));
	if (letter_key(c) != K_NONE)
		return whole(at + 1, KEY_OF(letter_key(c)));
	/* Esc, O and this were typed */
	return whole(1, KEY_OF(p[0] == ESC ? K_ESC : K_GARBLED));
}

/*
 * Reads what the control ESC `kind` introduces; its `at` bytes come first, possibly in 8-bit form.
 * Strings (DCS, SOS, OSC, PM, APC) are replies to other programs: their text has no keys. False: it
 * introduces nothing.
 */
static bool
parse_introduced(const struct keyin *k, unsigned char kind, size_t at, struct found *f)
{
	const bool	 c1 = k->bytes[0] != ESC;

	if (strchr("[OPX]^_", kind) == NULL || kind == '\0')
		return false;
	if (k->n == at)
		*f = c1 ? part(at, KEY_OF(K_GARBLED), KEYIN_ESC_MS) :
		    part(1, KEY_OF(K_ESC), KEYIN_ESC_MS);
	else if (kind == '[')
		*f = parse_csi(k->bytes, k->n, at);
	else if (kind == 'O')
		*f = parse_ss3(k->bytes, at);
	else
		*f = (struct found){ .used = at, .skip = SKIP_STRING, .c1 = c1 };
	return true;
}

/*
 * Sequences of terminfo: the longest that is complete, or an unfinished Esc while one is still
 * possible.
 */
static struct found
parse_known_sequence(const struct keyin *k)
{
	struct found	 best = whole(1, KEY_OF(K_ESC));

	for (size_t i = 0; i < k->nsequences; i++) {
		size_t	 len = strlen(k->sequences[i].seq);

		if (memcmp(k->bytes, k->sequences[i].seq, len < k->n ? len : k->n) != 0)
			continue;
		if (len > best.used && len <= k->n)
			best = whole(len, KEY_OF(k->sequences[i].code));
		else if (best.used == 1 && len > k->n)
			best = part(1, KEY_OF(K_ESC), KEYIN_ESC_MS);
	}
	return best;
}

static struct found
parse_escape(const struct keyin *k)
{
	struct found	 sequences = parse_known_sequence(k), f;

	if (sequences.used > 1)
		return sequences;
	if (k->n == 1)
		return part(1, KEY_OF(K_ESC), KEYIN_ESC_MS);
	if (k->bytes[1] == '\\')		/* the end of a string that was given up */
		return whole(2, KEY_OF(K_NONE));
	if (parse_introduced(k, k->bytes[1], 2, &f))
		return f;
	return sequences;
}

/* Inside a paste only its end mark is a sequence; another ESC is a byte of the text. */
static struct found
parse_pasted_escape(const struct keyin *k)
{
	static const char	 end[] = "\033[201~";
	size_t			 n = k->n < sizeof(end) - 1 ? k->n : sizeof(end) - 1;

	if (memcmp(k->bytes, end, n) != 0)
		return whole(1, KEY_CHR(ESC));
	if (n == sizeof(end) - 1)
		return whole(n, KEY_OF(K_PASTE_END));
	return part(1, KEY_CHR(ESC), KEYIN_HALF_MS);
}

/* ---- characters ------------------------------------------------------------------------------ */

/*
 * Bytes the character has, judged by those at hand; 0: one more is needed to know, -1: no
 * character.
 */
static int
utf8_length(const unsigned char *p, size_t n)
{
	int	 len = 1;

	if (p[0] >= 0x80)
		len = p[0] < 0xc2 || p[0] > 0xf4 ? -1 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	for (int i = 1; i < len && (size_t)i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return -1;
	return len;
}

static int
gb_length(const unsigned char *p, size_t n, enum encoding e)
{
	if (p[0] < 0x80)
		return 1;
	if (p[0] == 0x80 || p[0] == 0xff)
		return -1;
	if (n < 2)
		return 0;
	if (p[1] >= 0x40 && p[1] != 0x7f && p[1] != 0xff)
		return 2;
	if (e == ENC_GBK || p[1] < '0' || p[1] > '9')
		return -1;
	if ((n > 2 && (p[2] < 0x81 || p[2] == 0xff)) || (n > 3 && (p[3] < '0' || p[3] > '9')))
		return -1;
	return 4;
}

/*
 * The 8-bit form of an introducer, where it begins no character of the encoding: in GBK and GB18030
 * most of these bytes can, and then a character they are. Terminals in UTF-8 may send it encoded
 * (C2 9B).
 */
static bool
parse_c1(const struct keyin *k, int len, struct found *f)
{
	size_t	 at = len < 0 ? 1 : 2;

	if (k->paste || (len >= 0 &&
	    (len != 2 || k->bytes[0] != 0xc2 || locale_encoding() != ENC_UTF8)))
		return false;
	if (k->bytes[at - 1] < 0x80 || k->bytes[at - 1] > 0x9f)
		return false;
	return parse_introduced(k, k->bytes[at - 1] - 0x40, at, f);
}

static struct found
parse_character(const struct keyin *k)
{
	enum encoding	 e = locale_encoding();
	int		 len = e == ENC_UTF8 ? utf8_length(k->bytes, k->n) :
	    gb_length(k->bytes, k->n, e);
	struct key	 key = KEY_CHR(0);
	struct found	 f;

	if (len == 0 || (len > 0 && (size_t)len > k->n))
		return part(k->n, KEY_OF(K_GARBLED), KEYIN_HALF_MS);
	if (parse_c1(k, len, &f))
		return f;
	if (len < 0)
		return whole(1, KEY_OF(K_GARBLED));
	if (!locale_decode((const char *)k->bytes, (size_t)len, &key.cp))
		return whole((size_t)len, KEY_OF(K_GARBLED));
	return whole((size_t)len, key);
}

static struct key
control_key(unsigned char c)
{
	switch (c) {
	case '\r':
		return KEY_OF(K_ENTER);
	case '\t':
		return KEY_OF(K_TAB);
	case 0x08:			/* vt220 and older say ^H, PuTTY and xterm DEL */
	case 0x7f:
		return KEY_OF(K_BACKSPACE);
	default:
		return KEY_CTL(c == 0 || c > 26 ? c + '@' : c + 'a' - 1);
	}
}

static struct found
parse(const struct keyin *k)
{
	unsigned char	 c = k->bytes[0];

	if (c == ESC)
		return k->paste ? parse_pasted_escape(k) : parse_escape(k);
	if (c < 0x20 || c == 0x7f)
		return whole(1, k->paste ? KEY_CHR(c) : control_key(c));
	return parse_character(k);
}

/* ---- what is thrown away --------------------------------------------------------------------- */

/* Bytes of the sequence under way, at most one; *over: it ends with this. */
static size_t
skip_byte(const struct keyin *k, bool *over)
{
	unsigned char	 c = k->bytes[0];

	*over = true;
	if (c == ESC)
		return k->skip == SKIP_STRING && k->n > 1 && k->bytes[1] == '\\' ? 2 : 0;
	if (k->skip == SKIP_STRING) {
		*over = c == 0x07 || c == 0x18 || c == 0x1a || (k->skip_c1 && c == 0x9c);
		return 1;
	}
	*over = c < 0x20 || c > 0x3f;
	return c >= 0x20 && c <= 0x7e;
}

/* An ESC that may be half of the string's end stays until the next byte or the pause decides. */
static void
skip_on(struct keyin *k)
{
	bool	 over = false;

	while (k->skip != SKIP_NONE && k->n > 0 && (k->bytes[0] != ESC || k->n > 1)) {
		size_t	 n = skip_byte(k, &over);

		k->bytes += n;
		k->n -= n;
		k->skipped += n;
		if (over || k->skipped >= KEYIN_SKIP_MAX)
			k->skip = SKIP_NONE;
	}
}

/* ---- out ------------------------------------------------------------------------------------- */

static void
consume(struct keyin *k, size_t n)
{
	k->bytes += n;
	k->n -= n;
}

/* A full buffer cannot be waiting: no sequence is that long, but nothing may stop the program. */
static bool
given_up(const struct keyin *k, unsigned pause, uint64_t now)
{
	return now - k->last >= pause || k->n == KEYIN_ROOM;
}

/* The used bytes begin or end the dropped part. */
static void
set_skip(struct keyin *k, const struct found *f, uint64_t now)
{
	k->skip = f->skip;
	k->skip_c1 = f->c1;
	k->skip_since = now;
	k->skipped = 0;
}

/*
 * A string without its end is over; one begun by an 8-bit control was probably text in another
 * encoding.
 */
static bool
end_skip(struct keyin *k, struct key *key)
{
	const bool	 c1 = k->skip == SKIP_STRING && k->skip_c1;

	k->skip = SKIP_NONE;
	*key = KEY_OF(K_GARBLED);
	return c1;
}

bool
keyin_get(struct keyin *k, uint64_t now, struct key *key)
{
	for (skip_on(k); k->n > 0; skip_on(k)) {
		struct found	 f = parse(k);

		if (f.used == 0) {
			if (!given_up(k, f.pause, now))
				return false;
			f.used = f.give_up;
		}
		f.key.seen = k->stamps[k->bytes - k->room];
		consume(k, f.used);
		set_skip(k, &f, now);
		if (f.key.code == K_NONE)
			continue;
		if (f.key.code == K_PASTE_BEGIN || f.key.code == K_PASTE_END)
			k->paste = f.key.code == K_PASTE_BEGIN;
		else
			f.key.paste = k->paste;
		*key = f.key;
		return true;
	}
	if (k->skip != SKIP_NONE)
		return skip_over(k, now) && end_skip(k, key);
	if (!k->paste || !given_up(k, KEYIN_HALF_MS, now))
		return false;
	k->paste = false;		/* the end mark was lost: bytes are keys again */
	*key = KEY_OF(K_PASTE_END);
	key->seen = k->stamp;
	return true;
}

static int
ms_until(uint64_t when, uint64_t now)
{
	return when > now ? (int)(when - now) : 0;
}

int
keyin_wait(const struct keyin *k, uint64_t now)
{
	unsigned	 pause = KEYIN_HALF_MS;

	if (k->n > 0) {
		struct found	 f = parse(k);

		if (f.used > 0)
			return 0;
		pause = f.pause;
	} else if (k->skip != SKIP_NONE) {
		uint64_t	 silent = k->last + KEYIN_ESC_MS,
		    late = k->skip_since + KEYIN_HALF_MS;

		return ms_until(silent < late ? silent : late, now);
	} else if (!k->paste)
		return -1;
	return given_up(k, pause, now) ? 0 : (int)(pause - (now - k->last));
}
