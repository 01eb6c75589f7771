/*
 * What a terminal sends is read by keyin.c, and what is typed into a field goes on to the editor.
 * The pieces in which bytes come do not matter, and no control byte reaches a field.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/edit/edit.h"
#include "tui/term/keyin.h"
#include "tui/term/width.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FUZZ_KEYS	512

/* Encoding and sequences of the terminal are chosen by the first byte. */
static struct keyin *
fuzz_open(unsigned how)
{
	struct keyin	*in = keyin_new();

	if (in == NULL)
		abort();
	if ((how & 4) != 0) {
		keyin_add_sequence(in, "\033[11~", K_F1);
		keyin_add_sequence(in, "\033Ox", K_UP);
	}
	return in;
}

/* All keys of the bytes, fed in pieces of `step` at one moment, and what is left an age later. */
static size_t
fuzz_keys(const uint8_t *p, size_t n, size_t step, unsigned how, struct key *keys)
{
	struct keyin	*in = fuzz_open(how);
	size_t		 got = 0, some;

	for (size_t at = 0; at < n; at += some) {
		some = keyin_feed(in, p + at, step < n - at ? step : n - at, 0);
		while (got < FUZZ_KEYS && keyin_get(in, 0, &keys[got]))
			got++;
	}
	while (got < FUZZ_KEYS && keyin_get(in, 100000, &keys[got]))
		got++;
	if ((keyin_wait(in, 100000) != -1 || keyin_room(in) != KEYIN_ROOM) && got < FUZZ_KEYS)
		abort();
	keyin_free(in);
	return got;
}

/* A control character comes as text only where it was pasted; the editor drops it then. */
static void
expect_key(const struct key *k)
{
	if (k->code <= K_NONE || k->code > K_GARBLED || k->code == K_RESIZE)
		abort();
	if (k->code == K_CHAR && !k->paste && (k->cp < 0x20 || k->cp == 0x7f))
		abort();
	if (k->cp > 0x10ffff || (k->cp >= 0xd800 && k->cp <= 0xdfff) ||
	    (k->cp != 0 && k->code != K_CHAR && k->code != K_CTRL))
		abort();
}

/* What a field would keep of these keys. */
static void
expect_field(const struct key *keys, size_t n, unsigned flags)
{
	struct edit	*e = edit_new(0, flags);
	const char	*text;
	size_t		 len, step;
	uint32_t	 cp;

	if (e == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		edit_key(e, &keys[i]);
	text = edit_text(e);
	len = edit_len(e);
	for (size_t at = 0; at < len; at += step) {
		step = width_utf8_get(text + at, len - at, &cp);
		if (cp == BAD_UTF8 ||
		    (!width_enterable(cp) && !(cp == '\n' && flags == EDIT_MULTI)))
			abort();
	}
	edit_free(e);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct key	 whole[FUZZ_KEYS], pieces[FUZZ_KEYS];
	size_t			 nwhole, step;

	if (n < 2 || n > 256 || !locale_set_encoding((enum encoding)(p[0] % 4 % 3), 0))
		return 0;
	step = 1 + p[0] / 8 % 4;
	nwhole = fuzz_keys(p + 1, n - 1, n - 1, p[0], whole);
	if (fuzz_keys(p + 1, n - 1, step, p[0], pieces) != nwhole)
		abort();
	for (size_t i = 0; i < nwhole; i++) {
		expect_key(&whole[i]);
		if (whole[i].code != pieces[i].code || whole[i].cp != pieces[i].cp ||
		    whole[i].paste != pieces[i].paste)
			abort();
	}
	expect_field(whole, nwhole, EDIT_MULTI);
	expect_field(whole, nwhole, 0);
	return 0;
}
