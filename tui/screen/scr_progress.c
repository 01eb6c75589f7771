#include <stdlib.h>
#include <string.h>

#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/wording.h"

/*
 * How far a month's roll has come: one line for each place below one's own, the worst first. Enter goes down, from
 * townships to villages and from a village to its roll.
 */
#define COL_PLACE	2
#define COL_ALL		30	/* numbers end at the right of their eight cells */
#define COL_SETTLED	38
#define COL_LEFT	46
#define COL_OVER	54
#define COL_OLDEST	66
#define CELLS		8

enum { TAG_PLACES = 1, TAG_BELOW };

struct progress {
	struct view		 view;
	const struct clock	*clock;
	struct roll_part	 part;		/* area "" = from where he looks */
	struct val		*places;	/* NULL: not here yet */
	int64_t			 all, left, overdue;
	int			 month;		/* as the daemon says */
	struct lines		 lines;
};

static struct progress *
progress_of(const struct view *v)
{
	return (struct progress *)(uintptr_t)v;
}

static int
rows_shown(const struct progress *p)
{
	return frame_content_rows(p->view.app->term) - 1;
}

static const struct val *
focused(const struct progress *p)
{
	return val_at(p->places, p->lines.focus);
}

static void
progress_read(struct progress *p)
{
	struct val	*req = app_request_new("progress");

	if (req != NULL) {
		val_put(req, "book", val_text(p->clock->book->name));
		val_put(req, "clock", val_text(p->clock->name));
		if (p->part.month != 0)
			val_put(req, "month", val_int(p->part.month));
		if (p->part.area[0] != '\0')
			val_put(req, "area", val_text(p->part.area));
	}
	app_send(&p->view, TAG_PLACES, req, APP_SEND_WAIT);
}

static void
progress_shown(struct view *v)
{
	if (v->waiting == 0)
		progress_read(progress_of(v));
}

/* Read again the worst may be another; the focus stays on its place. */
static void
stay(struct progress *p, const struct val *was)
{
	for (size_t i = 0; was != NULL && i < val_len(p->places); i++)
		if (val_same(val_get(val_at(p->places, i), "area"), val_get(was, "area")))
			p->lines.focus = i;
}

static void
progress_reply(struct view *v, int tag, const struct val *reply)
{
	struct progress	*p = progress_of(v);
	struct val	*was;

	(void)tag;
	if (!app_reply_ok(v->app, p->clock->book, reply))
		return;
	was = val_dup(focused(p));
	val_free(p->places);
	p->places = val_dup(val_get(reply, "places"));
	p->all = val_get_num(reply, "all", 0);
	p->left = val_get_num(reply, "left", 0);
	p->overdue = val_get_num(reply, "over", 0);
	p->month = (int)val_get_num(reply, "month", 0);
	lines_resize(&p->lines, val_len(p->places));
	stay(p, was);
	val_free(was);
}

/* ---- keys --------------------------------------------------------------------------------------------------- */

static void
go_down(struct progress *p)
{
	const char		*area = val_get_str(focused(p), "area");
	struct roll_part	 part = { .month = p->part.month };
	bool			 village = area != NULL && area_prefix(area) == AREA_CODE;

	if (area == NULL || strlen(area) != AREA_CODE)
		return;
	memcpy(part.area, area, sizeof(part.area));
	app_push(p->view.app, village ? scr_roll(p->clock, &part) : scr_progress(p->clock, &part), &p->view, TAG_BELOW);
}

static void
other_month(struct progress *p, int by)
{
	int	 now = p->view.app->ctx.today / 100, to = civil_add(p->month * 100 + 1, by, 'm') / 100;

	if (p->month == 0 || to > now)
		return;
	p->part.month = to == now ? 0 : to;
	progress_read(p);
}

static bool
progress_key(struct view *v, const struct key *k, enum action act)
{
	struct progress	*p = progress_of(v);

	(void)k;
	if (act == ACT_BACK)
		app_close(v, NULL);
	else if (act == ACT_OPEN && p->lines.n > 0)
		go_down(p);
	else if (act == ACT_LEFT || act == ACT_RIGHT)
		other_month(p, act == ACT_LEFT ? -1 : 1);
	else
		return lines_move(&p->lines, act, rows_shown(p));
	return true;
}

/* ---- drawing ------------------------------------------------------------------------------------------------ */

static void
draw_line(const struct progress *p, struct term *t, int row, size_t i)
{
	const struct val	*v = val_at(p->places, i);
	const char		*area = val_get_str(v, "area");
	int64_t			 all = val_get_num(v, "all", 0), left = val_get_num(v, "left", 0);
	int64_t			 overdue = val_get_num(v, "over", 0);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	if (i == p->lines.focus) {
		term_text(t, row, 0, -1, ATTR_BOLD, FOCUS_MARK);
		term_cursor(t, row, 0);
	}
	wording_area(&p->view.app->ctx, area != NULL ? area : "", &b);
	term_text(t, row, COL_PLACE, COL_ALL - COL_PLACE - 1, ATTR_NORMAL, buf_str(&b));
	draw_number(t, row, COL_ALL, CELLS, all);
	draw_number(t, row, COL_SETTLED, CELLS, all - left);
	draw_number(t, row, COL_LEFT, CELLS, left);
	if (left > 0) {
		if (overdue > 0)		/* a blank says more than a nought where one looks for the late ones */
			draw_number(t, row, COL_OVER, CELLS, overdue);
		civil_print((int)val_get_num(v, "oldest", 0), day);
		term_text(t, row, COL_OLDEST, -1, ATTR_NORMAL, day);
	} else
		draw_right(t, row, COL_OVER, CELLS, ATTR_NORMAL, _("all done"));
	buf_free(&b);
}

static void
draw_head(const struct progress *p, struct term *t, int row)
{
	term_text(t, row, COL_PLACE, term_cols(t) - COL_PLACE, ATTR_DIM, "");
	term_text(t, row, COL_PLACE, -1, ATTR_DIM, _("place"));
	draw_right(t, row, COL_ALL, CELLS, ATTR_DIM, _("in all"));
	draw_right(t, row, COL_SETTLED, CELLS, ATTR_DIM, _("settled"));
	draw_right(t, row, COL_LEFT, CELLS, ATTR_DIM, p->part.month == 0 ? _("to do") : _("missed"));
	draw_right(t, row, COL_OVER, CELLS, ATTR_DIM, _("overdue"));
	term_text(t, row, COL_OLDEST, -1, ATTR_DIM, _("longest due"));
}

static void
progress_draw(struct view *v, struct term *t)
{
	struct progress	*p = progress_of(v);
	size_t		 top = lines_top(&p->lines, rows_shown(p));

	if (p->places != NULL && p->lines.n == 0) {
		term_text(t, CONTENT_ROW + 2, 2, -1, ATTR_NORMAL, _("Nobody is on this roll."));
		return;
	}
	draw_head(p, t, CONTENT_ROW);
	for (int i = 0; i < rows_shown(p) && top + (size_t)i < p->lines.n; i++)
		draw_line(p, t, CONTENT_ROW + 1 + i, top + (size_t)i);
}

static void
progress_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct progress	*p = progress_of(v);

	wording_format(left, _("Progress: {1}"), ARG_TEXT, wording_label(&v->app->ctx, p->clock->label), ARG_END);
	if (p->places == NULL)
		return;
	buf_printf(left, "  %d-%02d", p->month / 100, p->month % 100);
	if (p->part.area[0] != '\0') {
		buf_puts(left, "  ");
		wording_area(&v->app->ctx, p->part.area, left);
	}
	scr_roll_counts(p->part.month != 0, p->all, p->left, p->overdue, right);
	if (lines_more_below(&p->lines, rows_shown(p)))
		buf_printf(right, "  %s", _("more below"));
}

static void
progress_note(const struct view *v, struct buf *out)
{
	if (progress_of(v)->lines.n > 0)
		buf_puts(out, progress_of(v)->part.month == 0 ?
		    _("Settled: done for the month, or on the roll only since this month.") :
		    _("Settled: done for that month, or on the roll only since then."));
}

static void
progress_strip(const struct view *v, struct strip *s)
{
	const struct progress	*p = progress_of(v);
	const char		*area = val_get_str(focused(p), "area");

	if (area != NULL)
		strip_add_described(s, ACT_OPEN, area_prefix(area) == AREA_CODE ? _("who is left") : _("its villages"),
		    _("Goes one level down, into this place."));
	scr_roll_strip_months(s, p->part.month != 0);
	strip_add_page_keys(s, lines_overflow(&p->lines, rows_shown(p)));
	strip_add(s, ACT_REFRESH);
	strip_add(s, ACT_JUMP);
	strip_add(s, ACT_HELP);
	strip_add(s, ACT_BACK);
}

static void
progress_free(struct view *v)
{
	val_free(progress_of(v)->places);
	free(progress_of(v));
}

static const struct view_ops progress_ops = {
	.name = "progress", .title = progress_title, .draw = progress_draw, .strip = progress_strip, .note = progress_note,
	.key = progress_key, .reply = progress_reply, .shown = progress_shown, .free = progress_free,
};

struct view *
scr_progress(const struct clock *clock, const struct roll_part *part)
{
	struct progress	*p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	*p = (struct progress){ .view.ops = &progress_ops, .clock = clock };
	if (part != NULL)
		p->part = *part;
	return &p->view;
}
