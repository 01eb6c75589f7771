#ifndef TUI_TERM_KEYIN_H
#define TUI_TERM_KEYIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/term/key.h"
#include "tui/term/locale.h"

/*
 * Bytes to keys. Needs no terminal: bytes go in with the time they came, keys come out. A character
 * or an escape sequence may arrive in pieces with pauses between them; nothing is lost and nothing
 * is waited for without an end:
 *   KEYIN_ESC_MS    an unfinished escape sequence is taken for Esc (and what follows for itself) after this pause
 *   KEYIN_HALF_MS   half a character is given up, as K_GARBLED, and a paste without its end mark is over
 * Answers of the terminal to questions that other programs asked are no keys, nor is any part of
 * them: strings (OSC, DCS, APC, PM, SOS; ended by BEL or ST), reports (cursor position, device
 * attributes, modes, focus) and mouse reports, each also behind an 8-bit introducer where that
 * begins no character of the encoding. They are thrown away as they come. A string without its end
 * is over at the next other escape sequence, after KEYIN_ESC_MS without a byte, KEYIN_HALF_MS after
 * its beginning, or after KEYIN_SKIP_MAX bytes: typing is never swallowed for long. Times are
 * milliseconds of any clock that does not go back.
 */
#define KEYIN_ESC_MS	500
#define KEYIN_HALF_MS	2000
#define KEYIN_SKIP_MAX	65536
#define KEYIN_ROOM	4096		/* bytes it holds; a sequence or character is far shorter */

struct keyin;

/* NULL: no memory. The encoding is what locale_encoding() says at each byte. */
struct keyin	*keyin_new(void);
void		 keyin_free(struct keyin *);

/*
 * A sequence of this terminal (from terminfo). Must begin with ESC and be longer; others, and more
 * than 64, are ignored.
 */
void		 keyin_add_sequence(struct keyin *, const char *seq, enum key_code);

/* Takes what fits, returns how much: read no more than keyin_room() bytes at a time. */
size_t		 keyin_feed(struct keyin *, const void *, size_t, uint64_t now);
size_t		 keyin_room(const struct keyin *);

/* Keys of the bytes fed from now on carry this in `seen`; of a key's bytes the first counts. */
void		 keyin_stamp(struct keyin *, uint32_t);
/* The next whole key, false when there is none (yet). */
bool		 keyin_get(struct keyin *, uint64_t now, struct key *);
/*
 * Milliseconds until keyin_get() will have something even when no byte comes; 0 = now, -1 = never.
 */
int		 keyin_wait(const struct keyin *, uint64_t now);

#endif
