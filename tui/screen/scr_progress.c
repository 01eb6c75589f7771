#include <stdlib.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/scr.h"
#include "tui/view/list_view.h"
#include "forms/wording.h"

/*
 * Progress of a monthly roll: a line for each place below the person's, the worst first. Enter
 * opens the villages of a township and the roll of a village.
 */
#define COL_PLACE	2
#define COL_ALL		30	/* numbers end at the right of their eight cells */
#define COL_SETTLED	38
#define COL_LEFT	46
#define COL_OVER	54
#define COL_OLDEST	66
#define CELLS		8

enum { TAG_BELOW = LIST_TAG };

struct progress {
	struct list_view	 list;		/* of places */
	const struct clock	*clock;
	struct roll_part	 part;		/* area "": the person's own */
	int64_t			 all, left, overdue;
	int			 month;		/* as the daemon says */
};

static struct progress *
progress_of(const struct view *v)
{
	return (struct progress *)(uintptr_t)v;
}

static struct val *
progress_request(const struct list_view *l, enum list_page page)
{
	const struct progress	*p = progress_of(&l->view);
	struct val		*req = app_request_new("progress");

	(void)page;
	pack_put(req, "book", val_text(p->clock->book->name));
	pack_put(req, "clock", val_text(p->clock->name));
	if (p->part.month != 0)
		pack_put(req, "month", val_int(p->part.month));
	if (p->part.area[0] != '\0')
		pack_put(req, "area", val_text(p->part.area));
	return req;
}

static bool
is_same(const struct val *a, const struct val *b)
{
	return val_same(val_get(a, "area"), val_get(b, "area"));
}

static void
receive(struct list_view *l, const struct val *reply, enum list_page page)
{
	struct progress	*p = progress_of(&l->view);

	(void)page;
	p->all = val_get_num(reply, PK_ALL, 0);
	p->left = val_get_num(reply, PK_LEFT, 0);
	p->overdue = val_get_num(reply, PK_OVER, 0);
	p->month = (int)val_get_num(reply, PK_MONTH, 0);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static const char *
focused_area(const struct view *v)
{
	return val_get_str(list_view_focused(&progress_of(v)->list), PK_AREA);
}

static bool
is_on_place(const struct view *v)
{
	return focused_area(v) != NULL && strlen(focused_area(v)) == AREA_CODE;
}

static bool
is_on_village(const struct view *v)
{
	return is_on_place(v) && area_prefix(focused_area(v)) == AREA_CODE;
}

static void
open_place(struct view *v)
{
	const struct progress	*p = progress_of(v);
	struct roll_part	 part = { .month = p->part.month };

	memcpy(part.area, focused_area(v), sizeof(part.area));
	app_push(v->app,
	    is_on_village(v) ? scr_roll(p->clock, &part) : scr_progress(p->clock, &part), v,
	    TAG_BELOW);
}

static void
other_month(struct progress *p, int by)
{
	int	 now =
	    p->list.view.app->ctx.today / 100, to = civil_add(p->month * 100 + 1, by, 'm') / 100;

	if (p->month == 0 || to > now)
		return;
	p->part.month = to == now ? 0 : to;
	list_view_read_again(&p->list);
}

static void
month_before(struct view *v)
{
	other_month(progress_of(v), -1);
}

static void
month_after(struct view *v)
{
	other_month(progress_of(v), 1);
}

static bool
is_past(const struct view *v)
{
	return progress_of(v)->part.month != 0;
}

const struct command	 scr_progress_commands[] = {
	{ .act = ACT_OPEN, .label = N_("who is left"),
	    .help = N_("Goes one level down, into this place."), .may = is_on_village,
	    .run = open_place },
	{ .act = ACT_OPEN, .label = N_("its villages"),
	    .help = N_("Goes one level down, into this place."), .may = is_on_place,
	    .run = open_place },
	{ .act = ACT_LEFT, .label = N_("month before"), .help = N_("Shows the month before."),
	    .run = month_before },
	{ .act = ACT_RIGHT, .label = N_("month after"), .help = N_("Shows the month after."),
	    .may = is_past, .run = month_after },
	{ .act = ACT_PAGE_DOWN, .may = list_view_has_pages },
	{ .act = ACT_PAGE_UP, .may = list_view_has_pages },
	{ .act = ACT_REFRESH },
	{ .act = ACT_JUMP },
	{ .act = ACT_HELP },
	{ .act = ACT_BACK, .run = list_view_back },
	{ .act = ACT_NONE }
};

/* ---- drawing --------------------------------------------------------------------------------- */

static void
draw_line(const struct list_view *l, struct term *t, int row, size_t i)
{
	const struct val	*v = l->rows.at[i];
	const char		*area = val_get_str(v, PK_AREA);
	int64_t			 all = val_get_num(v, PK_ALL, 0), left = val_get_num(v, PK_LEFT, 0);
	int64_t			 overdue = val_get_num(v, PK_OVER, 0);
	struct buf		 b = BUF_INIT;
	char			 day[11];

	wording_area(&l->view.app->ctx, area != NULL ? area : "", &b);
	term_text(t, row, COL_PLACE, COL_ALL - COL_PLACE - 1, ATTR_NORMAL, buf_str(&b));
	draw_number(t, row, COL_ALL, CELLS, all);
	draw_number(t, row, COL_SETTLED, CELLS, all - left);
	draw_number(t, row, COL_LEFT, CELLS, left);
	if (left > 0) {
		/* a blank is easier to skip than a 0 in a search for overdue ones */
		if (overdue > 0)
			draw_number(t, row, COL_OVER, CELLS, overdue);
		civil_print((int)val_get_num(v, PK_OLDEST, 0), day);
		term_text(t, row, COL_OLDEST, -1, ATTR_NORMAL, day);
	} else
		draw_right(t, row, COL_OVER, CELLS, ATTR_NORMAL, _("all done"));
	buf_free(&b);
}

static void
draw_head(const struct list_view *l, struct term *t, int row)
{
	term_text(t, row, COL_PLACE, term_cols(t) - COL_PLACE, ATTR_DIM, "");
	term_text(t, row, COL_PLACE, -1, ATTR_DIM, _("place"));
	draw_right(t, row, COL_ALL, CELLS, ATTR_DIM, _("in all"));
	draw_right(t, row, COL_SETTLED, CELLS, ATTR_DIM, _("settled"));
	draw_right(
	    t, row, COL_LEFT, CELLS, ATTR_DIM, !is_past(&l->view) ? _("to do") : _("missed"));
	draw_right(t, row, COL_OVER, CELLS, ATTR_DIM, _("overdue"));
	term_text(t, row, COL_OLDEST, -1, ATTR_DIM, _("longest due"));
}

static const char *
empty_text(const struct list_view *l)
{
	(void)l;
	return _("Nobody is on this roll.");
}

static void
progress_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct progress	*p = progress_of(v);

	wording_format(left, _("Progress: {1}"), ARG_TEXT,
	    wording_label(&v->app->ctx, p->clock->label), ARG_END);
	if (p->month == 0)
		return;
	buf_printf(left, "  %d-%02d", p->month / 100, p->month % 100);
	if (p->part.area[0] != '\0') {
		buf_puts(left, "  ");
		wording_area(&v->app->ctx, p->part.area, left);
	}
	scr_roll_counts(p->part.month != 0, p->all, p->left, p->overdue, right);
	list_view_add_more(&p->list, right);
}

static void
progress_note(const struct view *v, struct buf *out)
{
	if (list_view_has_line(v))
		buf_puts(out, !is_past(v) ?
		    _("Settled: done for the month, or on the roll only since this month.") :
		    _("Settled: done for that month, or on the roll only since then."));
}

static void
progress_free(struct view *v)
{
	list_view_release(&progress_of(v)->list);
	free(progress_of(v));
}

static const struct list_ops	 list_ops = {
	.request = progress_request, .rows = "places", .receive = receive, .is_same = is_same,
	.draw_head = draw_head,
	.draw_line = draw_line, .empty = empty_text, .head_rows = 1, .again_flags = APP_SEND_WAIT,
};

static const struct view_ops	 progress_ops = {
	.name = "progress", .title = progress_title, .draw = list_view_draw,
	.commands = scr_progress_commands,
	.note = progress_note, .key = list_view_key, .reply = list_view_reply,
	.shown = list_view_shown,
	.free = progress_free,
};

struct view *
scr_progress(const struct clock *clock, const struct roll_part *part)
{
	struct progress	*p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->clock = clock;
	list_view_init(&p->list, &progress_ops, &list_ops, clock->book);
	if (part != NULL)
		p->part = *part;
	return &p->list.view;
}
