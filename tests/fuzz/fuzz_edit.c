/*
 * Keys, pastes and windows for the text editor. After each step its text is UTF-8, the cursor
 * stands between clusters and inside the window, and every row is as wide as the window. In the end
 * undo leads back to the first text, and redo to the last.
 *
 * The first byte has the flags of the editor, the second its limit; each byte after them is one
 * step, some take the bytes that follow.
 */
#include <stdlib.h>
#include <string.h>

#include "tui/edit/edit_int.h"
#include "tui/term/width.h"

int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

struct input {
	const uint8_t	*p;
	size_t		 n;
};

static int	 cells, rows;			/* of the window */

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static uint8_t
next(struct input *in)
{
	return in->n > 0 ? (in->n--, *in->p++) : 0;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* What matters to clusters, widths and line ends; all else comes in with the bytes of a text. */
static const uint32_t	 characters[] = { 'a', ' ', 0x738b, 0x301, 0x4e00, '\n', '\t', 0xff21,
    0x200d,
	0x1f600, 0xb7, 0x3000, '\r', 0x7f, 0xfe0f, 0x20000, 0xfffd, 0x1b, 0x80, 0x2028, 0xac00,
	    0x300, '-',
	'.' };

static const struct key	 keys[] = {
	{ .code = K_BACKSPACE }, { .code = K_DELETE }, { .code = K_LEFT }, { .code = K_RIGHT },
	{ .code = K_UP }, { .code = K_DOWN }, { .code = K_HOME }, { .code = K_END },
	{ .code = K_PGUP }, { .code = K_PGDN }, { .code = K_ENTER }, { .code = K_PASTE_BEGIN },
	{ .code = K_PASTE_END }, { .code = K_CTRL, .cp = 'a' }, { .code = K_CTRL, .cp = 'k' },
	{ .code = K_CTRL, .cp = 'u' }, { .code = K_CTRL, .cp = 'w' }, { .code = K_CTRL, .cp = 'z' },
	{ .code = K_CTRL, .cp = 'g' }, { .code = K_TAB }, { .code = K_ESC }, { .code = K_GARBLED },
};

#define CHARACTERS	(sizeof(characters) / sizeof(characters[0]))
#define KEYS		(sizeof(keys) / sizeof(keys[0]))

static void
give_text(struct edit *e, struct input *in,
    enum edit_outcome (*give)(struct edit *, const char *, size_t))
{
	size_t	 n = next(in) % 32u;

	n = n < in->n ? n : in->n;
	give(e, (const char *)in->p, n);
	in->p += n;
	in->n -= n;
}

static void
resize(struct edit *e, unsigned how)
{
	cells = 2 + (int)(how % 23);
	rows = (e->flags & EDIT_MULTI) != 0 ? 1 + (int)(how / 23 % 5) : 1;
	edit_view(e, cells, rows);
}

static void
step(struct edit *e, struct input *in, bool *paste)
{
	unsigned	 op = next(in);
	struct key	 k;

	if (op < 4 * CHARACTERS) {
		k = KEY_CHR(characters[op % CHARACTERS]);
		k.paste = *paste;
		edit_key(e, &k);
	} else if (op < 4 * CHARACTERS + 4 * KEYS) {
		k = keys[op % KEYS];
		*paste = k.code == K_PASTE_BEGIN || (*paste && k.code != K_PASTE_END);
		edit_key(e, &k);
	} else if (op % 5 == 0)
		give_text(e, in, edit_insert);
	else if (op % 5 == 1)
		give_text(e, in, edit_replace);
	else if (op % 5 == 2)
		resize(e, next(in));
	else
		(op % 5 == 3 ? edit_to_start : edit_to_end)(e);
}

/* ---- what always holds ----------------------------------------------------------------------- */

static void
expect_utf8(const char *text, size_t n)
{
	uint32_t	 cp;
	size_t		 used;

	expect(text[n] == '\0');
	for (size_t at = 0; at < n; at += used) {
		used = width_utf8_get(text + at, n - at, &cp);
		expect(cp != BAD_UTF8);
	}
}

/* A boundary divides the clusters: those before it and those behind it are all there are. */
static void
expect_boundary(const struct edit *e, const char *text, size_t n)
{
	size_t	 at = 0;
	char	 one[4];

	expect(e->pos <= e->n);
	for (size_t i = 0; i < e->pos; i++)
		at += width_utf8_put(one, e->cp[i]);
	expect(at <= n);
	expect(width_clusters(text, at) + width_clusters(text + at, n - at) == width_clusters(text,
	    n));
	expect(edit_clusters(e) == width_clusters(text, n));
}

static void
expect_window(struct edit *e)
{
	struct buf	 out = BUF_INIT;
	int		 row, col;

	edit_cursor(e, &row, &col);
	expect(row >= 0 && row < rows && col >= 0 && col < cells && edit_rows(e) >= 1);
	for (int r = 0; r < rows; r++) {
		buf_reset(&out);
		edit_draw(e, r, &out);
		expect(!out.bad && width_of(buf_str(&out)) == cells);
		expect_utf8(buf_str(&out), out.n);
		for (size_t i = 0; i < out.n; i++)
			expect((unsigned char)out.p[i] >= 0x20 && out.p[i] != 0x7f);
	}
	buf_free(&out);
}

static void
expect_sound(struct edit *e)
{
	const char	*text = edit_text(e);
	size_t		 n = edit_len(e);

	expect_utf8(text, n);
	expect_boundary(e, text, n);
}

static char *
copy_of(struct edit *e)
{
	char	*text = strdup(edit_text(e));

	expect(text != NULL);
	return text;
}

/* To be called while the editor has had room for all steps. */
static void
there_and_back(struct edit *e, const char *first)
{
	char	*last;

	while (edit_key(e, &KEY_CTL('g')) == EDIT_CHANGED)
		;
	last = copy_of(e);
	while (edit_key(e, &KEY_CTL('z')) == EDIT_CHANGED)
		expect_sound(e);
	expect(strcmp(edit_text(e), first) == 0 && !edit_dirty(e));
	while (edit_key(e, &KEY_CTL('g')) == EDIT_CHANGED)
		expect_sound(e);
	expect(strcmp(edit_text(e), last) == 0 && !edit_can_redo(e));
	free(last);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct input	 in = { p, n };
	unsigned	 flags = next(&in) & (EDIT_MULTI | EDIT_ALLOW_EXCESS | EDIT_SECRET);
	struct edit	*e = edit_new(next(&in) % 40u, flags);
	bool		 paste = false, forgotten = false;
	size_t		 length = next(&in) % 16u;
	char		*first;

	expect(e != NULL);
	length = length < in.n ? length : in.n;
	expect(edit_set(e, (const char *)in.p, length));
	in.p += length;
	in.n -= length;
	first = copy_of(e);
	resize(e, 7);
	while (in.n > 0) {
		step(e, &in, &paste);
		expect_sound(e);
		if (in.n % 8 == 0)	/* the view catches up with several steps as well */
			expect_window(e);
		forgotten |= e->nsteps + e->nundone == STEPS_MAX;
	}
	edit_key(e, &KEY_OF(K_PASTE_END));
	if ((flags & EDIT_SECRET) == 0 && !forgotten)
		there_and_back(e, first);
	free(first);
	edit_free(e);
	return 0;
}
