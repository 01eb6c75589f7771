#include "tui/edit/edit_int.h"

#include <stdlib.h>
#include <string.h>

#include "tui/term/width.h"

/* ---- the text -------------------------------------------------------------------------------- */

/* Clusters it can hold at all. */
static size_t
most_of(const struct edit *e)
{
	return e->flags & EDIT_ALLOW_EXCESS ? EDIT_MAX : e->limit;
}

static size_t
cap_of(const struct edit *e)
{
	return 4 * most_of(e);
}

/* Does a cluster begin at code point i? Only its neighbour before matters. */
static bool
starts(const struct edit *e, size_t i)
{
	return i == 0 || e->cp[i - 1] == '\n' || !width_is_mark(e->cp[i]);
}

static size_t
count_starts(const struct edit *e, size_t from, size_t to)
{
	size_t	 count = 0;

	for (; from < to && from < e->n; from++)
		count += starts(e, from);
	return count;
}

size_t
edit_prev(const struct edit *e, size_t at)
{
	while (at > 0 && !starts(e, --at))
		;
	return at;
}

size_t
edit_next(const struct edit *e, size_t at)
{
	if (at < e->n)
		at++;
	while (at < e->n && !starts(e, at))
		at++;
	return at;
}

/* A secret must not stay behind in memory that realloc() gave back. */
static bool
reserve(struct edit *e, size_t need)
{
	size_t		 cap = e->cap != 0 ? e->cap : 32;
	uint32_t	*cp;

	if (need <= e->cap)
		return true;
	while (cap < need)
		cap *= 2;
	if ((cp = reallocarray(NULL, cap, sizeof(*cp))) == NULL)
		return false;
	if (e->n > 0)
		memcpy(cp, e->cp, e->n * sizeof(*cp));
	if (e->cp != NULL)
		explicit_bzero(e->cp, e->cap * sizeof(*cp));
	free(e->cp);
	e->cp = cp;
	e->cap = cap;
	return true;
}

bool
edit_splice(struct edit *e, size_t at, size_t ndel, const uint32_t *ins, size_t nins)
{
	if (!reserve(e, e->n - ndel + nins))
		return false;
	/* with the mark behind, whose base may go */
	e->clusters -= count_starts(e, at, at + ndel + 1);
	memmove(e->cp + at + nins, e->cp + at + ndel, (e->n - at - ndel) * sizeof(*e->cp));
	if (nins > 0)
		memcpy(e->cp + at, ins, nins * sizeof(*e->cp));
	e->n = e->n - ndel + nins;
	e->clusters += count_starts(e, at, at + nins + 1);
	e->text_stale = e->view_stale = true;
	e->target_col = -1;
	return true;
}

/* After a deletion a mark without a base may have one: the cursor goes behind it. */
static void
set_pos(struct edit *e, size_t pos)
{
	while (pos < e->n && !starts(e, pos))
		pos++;
	e->pos = pos;
	e->view_stale = true;
}

struct edit *
edit_new(size_t limit, unsigned flags)
{
	struct edit	*e = calloc(1, sizeof(*e));

	if (e == NULL)
		return NULL;
	e->flags = flags;
	e->limit = limit == 0 || limit > EDIT_MAX ? EDIT_MAX : limit;
	e->cells = 80;
	e->rows = 1;
	e->lost = EDIT_MOVED;
	e->target_col = -1;
	if (!reserve(e, 1) || !edit_view_reserve(e)) {
		edit_free(e);
		return NULL;
	}
	return e;
}

void
edit_free(struct edit *e)
{
	if (e == NULL)
		return;
	edit_undo_clear(e);
	if (e->cp != NULL)
		explicit_bzero(e->cp, e->cap * sizeof(*e->cp));
	free(e->cp);
	free(e->row);
	buf_wipe(&e->text);
	free(e);
}

bool
edit_set(struct edit *e, const char *utf8, size_t n)
{
	size_t		 used, count = 0;
	uint32_t	*cps, cp;
	bool		 done;

	if ((cps = reallocarray(NULL, n + 1, sizeof(*cps))) == NULL)
		return false;
	for (; (used = width_utf8_get(utf8, n, &cp)) > 0; utf8 += used, n -= used)
		cps[count++] = cp == BAD_UTF8 ? 0xFFFD : cp;
	if ((done = edit_splice(e, 0, e->n, cps, count))) {
		edit_undo_clear(e);
		e->changes = 0;
		e->left = e->top = 0;
		e->pos = e->n;
	}
	explicit_bzero(cps, count * sizeof(*cps));
	free(cps);
	return done;
}

const char *
edit_text(struct edit *e)
{
	char	 utf8[4];

	if (e->text_stale) {
		buf_wipe(&e->text);
		for (size_t i = 0; i < e->n; i++)
			buf_put(&e->text, utf8, width_utf8_put(utf8, e->cp[i]));
		e->text_stale = e->text.bad;
	}
	return buf_str(&e->text);
}

size_t
edit_len(struct edit *e)
{
	edit_text(e);
	return e->text.n;
}

size_t
edit_clusters(const struct edit *e)
{
	return e->clusters;
}

size_t
edit_limit(const struct edit *e)
{
	return e->limit;
}

static bool
is_blank(uint32_t cp)
{
	return cp == ' ' || cp == '\n' || cp == 0x3000;
}

size_t
edit_excess(const struct edit *e)
{
	size_t	 from = 0, to = e->n;

	while (to > 0 && is_blank(e->cp[to - 1]))
		to--;
	while (from < to && is_blank(e->cp[from]))
		from++;
	return to - from > e->limit ? to - from : 0;
}

bool
edit_can_redo(const struct edit *e)
{
	return e->nundone > 0;
}

bool
edit_dirty(const struct edit *e)
{
	return e->changes > 0;
}

/* ---- changes --------------------------------------------------------------------------------- */

/*
 * The limit is reached and this would be one more cluster: known without trying, for a long paste
 * tries often.
 */
static bool
is_full(const struct edit *e, uint32_t cp)
{
	return e->n >= cap_of(e) || (e->clusters >= most_of(e) && !width_is_mark(cp) &&
	    (e->pos == e->n || !width_is_mark(e->cp[e->pos])));
}

/* One code point at the cursor. */
static enum edit_outcome
put(struct edit *e, uint32_t cp, enum run run)
{
	size_t	 clusters = e->clusters, at = e->pos;

	if (cp != '\n' && !width_enterable(cp))
		return EDIT_REFUSED;
	if (width_is_mark(cp) && (at == 0 || e->cp[at - 1] == '\n'))
		return EDIT_REFUSED;
	if (is_full(e, cp) || !edit_splice(e, at, 0, &cp, 1))
		return EDIT_FULL;
	if (e->clusters > clusters && e->clusters > most_of(e)) {
		edit_splice(e, at, 1, NULL, 0);
		return EDIT_FULL;
	}
	edit_undo_record(e, run, at, 0, 1);
	set_pos(e, at + 1);
	return EDIT_CHANGED;
}

static enum edit_outcome
erase(struct edit *e, size_t from, size_t to, enum run run)
{
	if (from == to)
		return EDIT_MOVED;
	edit_undo_record(e, run, from, to - from, 0);
	edit_splice(e, from, to - from, NULL, 0);
	set_pos(e, from);
	return EDIT_CHANGED;
}

static enum edit_outcome
put_one_pasted(struct edit *e, uint32_t cp)
{
	bool		 lf_of_crlf = cp == '\n' && e->after_cr;
	enum edit_outcome	 did;

	e->after_cr = cp == '\r';
	if (lf_of_crlf)
		return EDIT_MOVED;
	if (cp == '\r' || cp == '\n') {
		if (e->flags & EDIT_MULTI)
			return put(e, '\n', RUN_PASTED);
		e->held_blank = true;
		return EDIT_MOVED;
	}
	if (e->held_blank && (did = put(e, ' ', RUN_PASTED)) != EDIT_CHANGED)
		return did;
	e->held_blank = false;
	if (cp == '\t')
		cp = ' ';
	did = put(e, cp, RUN_PASTED);
	return did == EDIT_REFUSED && cp < 0x20 ? EDIT_MOVED : did;
}

/* A loss is reported at the end of the paste: a message in between would not be seen. */
static enum edit_outcome
put_pasted(struct edit *e, uint32_t cp)
{
	enum edit_outcome	 did = put_one_pasted(e, cp);

	if (did == EDIT_FULL || (did == EDIT_REFUSED && e->lost != EDIT_FULL))
		e->lost = did;
	return did;
}

/* A paste begins or ends: its text is one step of the undo. */
static void
paste_mark(struct edit *e)
{
	edit_undo_break(e);
	e->lost = EDIT_MOVED;
	e->after_cr = e->held_blank = false;
}

/* What to report for a whole text: that it did not all fit matters most, then that something went
 * in. */
static enum edit_outcome
paste(struct edit *e, const char *utf8, size_t n)
{
	enum edit_outcome	 all = EDIT_MOVED, did;
	uint32_t	 cp;
	size_t		 used;

	for (; all != EDIT_FULL && (used = width_utf8_get(utf8, n, &cp)) > 0; utf8 += used,
	    n -= used) {
		did = put_pasted(e, cp == BAD_UTF8 ? 0xFFFD : cp);
		if (did == EDIT_FULL || did == EDIT_CHANGED ||
		    (did == EDIT_REFUSED && all == EDIT_MOVED))
			all = did;
	}
	paste_mark(e);
	return all;
}

enum edit_outcome
edit_insert(struct edit *e, const char *utf8, size_t n)
{
	paste_mark(e);
	return paste(e, utf8, n);
}

/* The deletion opens a step that the insertion extends, so one undo brings the old text back. */
enum edit_outcome
edit_replace(struct edit *e, const char *utf8, size_t n)
{
	enum edit_outcome	 erased, did;

	paste_mark(e);
	erased = erase(e, 0, e->n, RUN_PASTED);
	did = paste(e, utf8, n);
	return did == EDIT_MOVED || did == EDIT_REFUSED ? (erased == EDIT_CHANGED ? erased : did) :
	    did;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static enum edit_outcome
go(struct edit *e, size_t pos)
{
	edit_undo_break(e);
	e->target_col = -1;
	set_pos(e, pos);
	return EDIT_MOVED;
}

static size_t
line_start(const struct edit *e)
{
	size_t	 at = e->pos;

	while (at > 0 && e->cp[at - 1] != '\n')
		at--;
	return at;
}

static size_t
line_end(const struct edit *e)
{
	size_t	 at = e->pos;

	while (at < e->n && e->cp[at] != '\n')
		at++;
	return at;
}

static bool
is_word(uint32_t cp)
{
	return (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z') || (cp >= 'a' && cp <= 'z');
}

/*
 * Blanks, then a run of ASCII letters and digits, or one other cluster: ideographs have no word
 * ends to see.
 */
static size_t
word_before(const struct edit *e)
{
	size_t	 at = e->pos;

	while (at > 0 && e->cp[at - 1] == ' ')
		at--;
	if (at > 0 && !is_word(e->cp[at - 1]))
		return edit_prev(e, at);
	while (at > 0 && is_word(e->cp[at - 1]))
		at--;
	return at;
}

static enum edit_outcome
on_left(struct edit *e)
{
	return e->pos == 0 ? EDIT_UNHANDLED : go(e, edit_prev(e, e->pos));
}

static enum edit_outcome
on_right(struct edit *e)
{
	return e->pos == e->n ? EDIT_UNHANDLED : go(e, edit_next(e, e->pos));
}

static enum edit_outcome
on_home(struct edit *e)
{
	go(e, e->pos);
	edit_view_row_start(e);
	return EDIT_MOVED;
}

static enum edit_outcome
on_end(struct edit *e)
{
	go(e, e->pos);
	edit_view_row_end(e);
	return EDIT_MOVED;
}

/* Terminals without an End key get there with the same key twice. */
static enum edit_outcome
on_home_or_end(struct edit *e)
{
	size_t	 before = e->pos;

	on_home(e);
	return e->pos == before ? on_end(e) : EDIT_MOVED;
}

static enum edit_outcome
on_backspace(struct edit *e)
{
	return erase(e, edit_prev(e, e->pos), e->pos, RUN_BACKSPACED);
}

static enum edit_outcome
on_delete(struct edit *e)
{
	return erase(e, e->pos, edit_next(e, e->pos), RUN_DELETED);
}

static enum edit_outcome
on_kill_back(struct edit *e)
{
	return erase(e, line_start(e), e->pos, RUN_NONE);
}

/* At the end of a line: the line end itself. */
static enum edit_outcome
on_kill(struct edit *e)
{
	size_t	 end = line_end(e);

	return erase(e, e->pos, end == e->pos ? edit_next(e, end) : end, RUN_NONE);
}

static enum edit_outcome
on_kill_word(struct edit *e)
{
	return erase(e, word_before(e), e->pos, RUN_NONE);
}

static enum edit_outcome
on_undo(struct edit *e)
{
	return edit_undo(e) ? EDIT_CHANGED : EDIT_UNHANDLED;
}

static enum edit_outcome
on_redo(struct edit *e)
{
	return edit_redo(e) ? EDIT_CHANGED : EDIT_UNHANDLED;
}

static enum edit_outcome
move_rows(struct edit *e, int rows)
{
	if (!(e->flags & EDIT_MULTI) || !edit_view_move_rows(e, rows))
		return EDIT_UNHANDLED;
	edit_undo_break(e);
	return EDIT_MOVED;
}

static enum edit_outcome
on_up(struct edit *e)
{
	return move_rows(e, -1);
}

static enum edit_outcome
on_down(struct edit *e)
{
	return move_rows(e, 1);
}

static enum edit_outcome
on_page_up(struct edit *e)
{
	return move_rows(e, e->rows > 1 ? 1 - e->rows : -1);
}

static enum edit_outcome
on_page_down(struct edit *e)
{
	return move_rows(e, e->rows > 1 ? e->rows - 1 : 1);
}

static enum edit_outcome
on_enter(struct edit *e)
{
	return e->flags & EDIT_MULTI ? put(e, '\n', RUN_TYPED) : EDIT_UNHANDLED;
}

static enum edit_outcome
on_paste_mark(struct edit *e)
{
	enum edit_outcome	 lost = e->lost;

	paste_mark(e);
	return lost;
}

static const struct {
	enum key_code	 code;
	uint32_t	 cp;
	enum edit_outcome	(*fn)(struct edit *);
	bool		 keeps_goal;	/* the column Up and Down aim at */
} keys[] = {
	{ K_LEFT, 0, on_left, false }, { K_RIGHT, 0, on_right, false },
	{ K_UP, 0, on_up, true }, { K_DOWN, 0, on_down, true },
	{ K_PGUP, 0, on_page_up, true }, { K_PGDN, 0, on_page_down, true },
	{ K_HOME, 0, on_home, false }, { K_END, 0, on_end, false },
	  { K_CTRL, 'a', on_home_or_end, false },
	{ K_BACKSPACE, 0, on_backspace, false }, { K_DELETE, 0, on_delete, false },
	{ K_CTRL, 'k', on_kill, false }, { K_CTRL, 'u', on_kill_back, false },
	{ K_CTRL, 'w', on_kill_word, false },
	{ K_CTRL, 'z', on_undo, false }, { K_CTRL, 'g', on_redo, false },
	  { K_ENTER, 0, on_enter, false },
	{ K_PASTE_BEGIN, 0, on_paste_mark, false }, { K_PASTE_END, 0, on_paste_mark, false },
};

#define NKEYS	(sizeof(keys) / sizeof(keys[0]))

enum edit_outcome
edit_key(struct edit *e, const struct key *k)
{
	size_t	 i = 0;

	while (i < NKEYS && (keys[i].code != k->code || keys[i].cp != k->cp))
		i++;
	if (i == NKEYS || !keys[i].keeps_goal)
		e->target_col = -1;
	if (k->code == K_CHAR)
		return k->paste ? put_pasted(e, k->cp) : put(e, k->cp, RUN_TYPED);
	return i < NKEYS ? keys[i].fn(e) : EDIT_UNHANDLED;
}

void
edit_to_start(struct edit *e)
{
	go(e, 0);
}

void
edit_to_end(struct edit *e)
{
	go(e, e->n);
}
