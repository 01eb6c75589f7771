#include "tui/screen/cover.h"

#include <stdio.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/term/width.h"
#include "forms/wording.h"

#define LABEL_CELLS	22
#define VALUE_CELLS	17
#define STATE_CELLS	13
#define HALF		40		/* where the second column of fields begins */
#define PARTS_ACROSS	3
#define PART_CELLS	26
#define NUMBER_CELLS	3
#define DUTIES_MIN	3		/* so many are shown before the page is made to scroll */
#define DEADLINES_AHEAD	366		/* days */
#define EVENTS_MAX	4

/* The context with the day that the cover shows. */
static struct form_ctx
ctx_of(const struct cover_page *p, const struct form_ctx *now)
{
	struct form_ctx	 ctx = *now;

	ctx.today = (int)val_get_num(p->reply, PK_ON, now->today);
	return ctx;
}

static const struct val *
fields_of(const struct cover_page *p)
{
	return val_get(val_get(p->reply, PK_RECORD), PK_FIELDS);
}

void
cover_title(const struct cover_page *p, const struct form_ctx *now, struct buf *out)
{
	struct form_ctx	 ctx = ctx_of(p, now);

	record_title(p->book, fields_of(p), &ctx, out);
}

/* ---- a pen that only moves when it measures -------------------------------------------------- */

struct draw_ctx {
	struct term		*t;		/* NULL: measure */
	const struct cover_page	*page;
	const struct app	*app;
	struct form_ctx		 ctx;
	int			 row;		/* of the page, from 0 */
	int			 rows;		/* of the window */
};

static void
put(const struct draw_ctx *p, int col, int cells, unsigned attr, const char *text)
{
	int	 at = p->row - p->page->top;

	if (p->t != NULL && at >= 0 && at < p->rows)
		term_text(p->t, CONTENT_ROW + at, col, cells, attr, text);
}

/* ---- its head and fields --------------------------------------------------------------------- */

static void
draw_heading(struct draw_ctx *p)
{
	const struct val	*rec = val_get(p->page->reply, PK_RECORD),
	    *last = val_get(rec, PK_LAST);
	const struct val	*other = val_get(p->page->reply, PK_EDITING);
	const char		*number = val_get_str(rec, PK_NUMBER),
	    *name = val_get_str(last, PK_NAME);
	struct buf		 b = BUF_INIT, day = BUF_INIT;

	wording_state(&p->ctx, p->page->book, val_get_str(rec, PK_STATE), &b);
	put(p, 1, STATE_CELLS - 1, ATTR_BOLD, buf_str(&b));
	buf_reset(&b);
	if (number != NULL && *number != '\0') {
		wording_format(&b, _("No. {1}"), ARG_TEXT, number, ARG_END);
		buf_puts(&b, "   ");
	}
	/* the row has room for one of the two; a checkout matters more before a change */
	if (other != NULL)
		wording_checked_out(&p->ctx, other, &b);
	else {
		wording_date(val_get_num(last, PK_AT, 0), &day);
		wording_format(&b, _("last changed by {1} {2}"), ARG_TEXT, name != NULL &&
		    *name != '\0' ? name : _("the program"), ARG_TEXT, buf_str(&day), ARG_END);
	}
	put(p, 1 + STATE_CELLS, -1, ATTR_NORMAL, buf_str(&b));
	p->row++;
	buf_free(&day);
	buf_free(&b);
}

/*
 * The answers of the last act: why the file is closed, where the child went. They are shown only if
 * there is room: the history has all of them, and deadlines come first.
 */
static void
draw_remark_line(struct draw_ctx *p)
{
	const struct val	*rec = val_get(p->page->reply, PK_RECORD);
	struct buf		 b = BUF_INIT;

	wording_answers(&p->ctx, p->page->book, val_get_str(val_get(rec, PK_LAST), PK_ACT),
	    val_get(rec, PK_ASK), "  ", &b);
	if (val_get(rec, PK_REMARKS) == NULL)		/* else they are shown among the remarks */
		wording_remarks(&p->ctx, p->page->book, val_get(val_get(rec, PK_LAST), PK_REMARKS),
		    "  ", &b);
	if (b.n > 0) {
		put(p, 1, -1, ATTR_NORMAL, buf_str(&b));
		p->row++;
	}
	buf_free(&b);
}

static bool
value_text(const struct draw_ctx *p, const struct field *f, struct buf *out)
{
	const struct val	*rec = val_get(p->page->reply, PK_RECORD),
	    *fields = fields_of(p->page), *v;
	const struct val	*scope = f->group != NULL ? val_get(fields, f->group->name) : NULL;
	struct pred_ctx		 pc = { fields, scope, val_get_str(rec, PK_STATE), p->ctx.today };
	struct val		*made = NULL;
	bool			 shown = check_shown(f, &pc) &&
	    (f->see & ROLE_BIT(p->app->role)) != 0;

	if (!shown)
		return false;
	if (f->group != NULL) {
		pc.scope = NULL;
		shown = check_shown(f->group, &pc);
	}
	v = record_value(f, fields, &p->ctx, &made);
	if (f->link_book != NULL)
		wording_links(&p->ctx, f, v, val_get(rec, PK_LINKS), out);
	else
		wording_value(&p->ctx, f, v, out);
	val_free(made);
	/* no child record: the count of the part shows it */
	if (out->n == 0 && f->rollup != NULL)
		return false;
	if (out->n == 0)
		buf_puts(out, "-");
	return shown;
}

/* Two beside each other where both are short. */
static void
draw_fields(struct draw_ctx *p)
{
	const struct cover	*c = p->page->book->cover;
	struct buf		 label = BUF_INIT, value = BUF_INIT;
	int			 col = 1;

	for (size_t i = 0; i < c->nfields; i++) {
		bool	 wide;

		buf_reset(&value);
		if (!value_text(p, c->fields[i], &value))
			continue;
		buf_reset(&label);
		wording_path(&p->ctx, p->page->book, c->fields[i]->path, &label);
		wide = width_of(buf_str(&value)) > VALUE_CELLS;
		if (wide && col > 1) {
			p->row++;
			col = 1;
		}
		put(p, col, LABEL_CELLS - 1, ATTR_DIM, buf_str(&label));
		put(p, col + LABEL_CELLS, wide ? -1 : VALUE_CELLS, ATTR_NORMAL, buf_str(&value));
		if (wide || col > 1) {
			p->row++;
			col = 1;
		} else
			col = HALF;
	}
	p->row += col > 1;
	buf_free(&label);
	buf_free(&value);
}

/* ---- what is to be noted --------------------------------------------------------------------- */

struct viewer {
	roles_t	 me;
	bool	 all;
};

static void
sees_field(const struct field *f, void *arg)
{
	struct viewer	*s = arg;

	s->all = s->all && (f->see & s->me) != 0 &&
	    (f->group == NULL || (f->group->see & s->me) != 0);
}

/* A field the person may not see is empty here and would be taken for missing. */
static bool
alert_holds(const struct draw_ctx *p, const struct alert *a)
{
	const struct pred_ctx	 pc = { fields_of(p->page), NULL,
	    val_get_str(val_get(p->page->reply, PK_RECORD), PK_STATE),
				    p->ctx.today };
	struct viewer		 s = { ROLE_BIT(p->app->role), true };

	pred_fields(a->when, sees_field, &s);
	return s.all && pred_holds(a->when, &pc);
}

/* Remarks of the act that returned the record come before everything else. */
static void
draw_remarks(struct draw_ctx *p)
{
	const struct val	*remarks = val_get(val_get(p->page->reply, PK_RECORD), PK_REMARKS);
	struct buf		 b = BUF_INIT;

	for (size_t i = 0; i < val_len(remarks); i++) {
		buf_reset(&b);
		buf_puts(&b, "! ");
		wording_path(&p->ctx, p->page->book, val_key(remarks, i), &b);
		buf_putc(&b, ' ');
		wording_format(&b, _("to put right: {1}"), ARG_TEXT, val_str(val_value(remarks, i)),
		    ARG_END);
		put(p, 1, -1, ATTR_BOLD, buf_str(&b));
		p->row++;
	}
	buf_free(&b);
}

static void
draw_alerts(struct draw_ctx *p)
{
	const struct cover	*c = p->page->book->cover;
	const bool		 past = p->ctx.today != p->app->ctx.today;

	for (size_t i = 0; i < c->nalerts; i++)
		if (alert_holds(p, &c->alerts[i])) {
			put(p, 1, -1, ATTR_BOLD, "!");
			put(p, 3, -1, ATTR_BOLD, wording_label(&p->ctx, past ? c->alerts[i].past :
			    c->alerts[i].say));
			p->row++;
		}
}

/* As "! 一人照料的孩子过多：5个". */
static void
draw_groups(struct draw_ctx *p)
{
	const struct val	*many = val_get(p->page->reply, PK_MANY);
	struct buf		 b = BUF_INIT;

	for (size_t i = 0; i < val_len(many); i++) {
		const struct val	*one = val_at(many, i);
		const char		*say = wording_bilingual(&p->ctx, val_get(one, PK_SAY));

		buf_reset(&b);
		buf_puts(&b, "! ");
		wording_format(&b, val_get_true(one, PK_MORE) ? _("{1}: more than {2} of them") :
		    _("{1}: {2} of them"), ARG_TEXT,
		    say != NULL ? say : "", ARG_NUM, val_get_num(one, PK_N, 0), ARG_END);
		put(p, 1, -1, ATTR_BOLD, buf_str(&b));
		p->row++;
	}
	buf_free(&b);
}

/*
 * ---- deadlines
 * ----------------------------------------------------------------------------------------------
 */

/* The responsible roles, and the start of the deadline or the roles it has escalated to. */
static void
deadline_text(const struct draw_ctx *p, const struct clock *c, const struct val *deadline,
    struct buf *out)
{
	int64_t	 overdue = val_get_num(deadline, PK_OVER, 0);
	roles_t	 told = 0;

	for (size_t i = 0; i < c->nescalation; i++)
		if (overdue >= c->escalation[i].overdue)
			told = c->escalation[i].notify;
	if (val_get(deadline, PK_ACK) != NULL)
		buf_puts(out, _("acknowledged"));
	else if (told == 0)
		wording_counted_from(&p->ctx, c, deadline, out);
	if (out->n > 0)
		buf_puts(out, "  ");
	wording_roles(&p->ctx, c->by, out);
	if (told != 0) {
		buf_puts(out, " > ");
		wording_roles(&p->ctx, told, out);
	}
}

static void
draw_deadline(struct draw_ctx *p, const struct val *deadline)
{
	const char		*name = val_get_str(deadline, PK_CLOCK),
	    *under = val_get_str(deadline, PK_BOOK);
	const struct book	*book = under != NULL ? set_book(p->ctx.set, under) : p->page->book;
	const struct clock	*c = name != NULL && book != NULL ? book_clock(book, name) : NULL;
	struct buf		 b = BUF_INIT;
	char			 day[11];

	if (c == NULL)
		return;
	wording_lateness(val_get_num(deadline, PK_OVER, 0), &b);
	put(p, 1, 13, ATTR_NORMAL, buf_str(&b));
	civil_print((int)val_get_num(deadline, PK_DAY, 0), day);
	put(p, 15, 10, ATTR_NORMAL, day);
	put(p, 26, 16, ATTR_NORMAL, wording_label(&p->ctx, c->label));
	buf_reset(&b);
	deadline_text(p, c, deadline, &b);
	put(p, 43, -1, ATTR_NORMAL, buf_str(&b));
	p->row++;
	buf_free(&b);
}

/*
 * Number of deadlines within a year, the nearest first: a deadline at the age of 18 does not help
 * while the child is 8.
 */
static size_t
deadlines_ahead(const struct cover_page *page)
{
	const struct val	*due = val_get(page->reply, PK_DUE);
	size_t			 n = 0;

	while (n < val_len(due) && val_get_num(val_at(due, n), PK_OVER, 0) >= -DEADLINES_AHEAD)
		n++;
	return n;
}

static void
draw_deadlines(struct draw_ctx *p, size_t most)
{
	const struct val	*due = val_get(p->page->reply, PK_DUE),
	    *unknown = val_get(p->page->reply, PK_UNKNOWN);
	struct buf		 b = BUF_INIT;
	size_t			 n = deadlines_ahead(p->page);

	for (size_t i = 0; i < n && i < most; i++)
		draw_deadline(p, val_at(due, i));
	if (n > most)
		wording_format(&b, _("and {1} more duties, later ones"), ARG_NUM,
		    (int64_t)(n - most), ARG_END);
	for (size_t i = 0; i < val_len(unknown); i++) {
		const struct clock	*c = book_clock(p->page->book, val_str(val_at(unknown, i)));

		if (i == 0)
			buf_printf(&b, "%s%s", b.n > 0 ? "  " : "", _("not known of that day: "));
		if (c != NULL)
			buf_printf(&b, "%s%s", i > 0 ? " " : "", wording_label(&p->ctx, c->label));
	}
	if (b.n > 0) {
		put(p, 1, -1, ATTR_DIM, buf_str(&b));
		p->row++;
	}
	buf_free(&b);
}

/* ---- its parts ------------------------------------------------------------------------------- */

static const struct val *
counted(const struct cover_page *p, const struct book *b)
{
	const struct val	*parts = val_get(p->reply, PK_PARTS);

	for (size_t i = 0; i < val_len(parts); i++)
		if (strcmp(val_get_str(val_at(parts, i), PK_BOOK), b->name) == 0)
			return val_at(parts, i);
	return NULL;
}

static bool
part_shown(const struct cover_page *p, const struct cover_part *part)
{
	return part->page != NULL || counted(p, part->book) != NULL;
}

size_t
cover_parts(const struct cover_page *p)
{
	const struct cover	*c = p->book->cover;
	size_t			 n = 0;

	for (size_t i = 0; i < c->nparts; i++)
		n += part_shown(p, &c->parts[i]);
	return n;
}

const struct cover_part *
cover_part(const struct cover_page *p, size_t number)
{
	const struct cover	*c = p->book->cover;
	size_t			 n = 0;

	for (size_t i = 0; i < c->nparts; i++)
		if (part_shown(p, &c->parts[i]) && ++n == number)
			return &c->parts[i];
	return NULL;
}

/* " 6 走访记录    12 03-02"; of another year its month. */
static void
part_text(const struct draw_ctx *p, size_t number, struct buf *out)
{
	const struct cover_part	*part = cover_part(p->page, number);
	const struct val	*n = part->book != NULL ? counted(p->page, part->book) : NULL;
	const char		*label = wording_label(&p->ctx, part->book != NULL ?
	    part->book->label : part->page->label);
	int			 day = (int)val_get_num(n, PK_DAY, 0);
	char			 text[11], count[24];

	buf_printf(out, "%2zu ", number);
	if (n == NULL) {
		width_fit(out, label, strlen(label), PART_CELLS - 1 - NUMBER_CELLS);
		return;
	}
	snprintf(count, sizeof(count), "%lld", (long long)val_get_num(n, PK_N, 0));
	width_fit(out, label, strlen(label), 11);
	width_fit_right(out, count, strlen(count), 3);
	civil_print(day, text);
	if (day != 0 && day / 10000 == p->ctx.today / 10000)
		buf_printf(out, " %s", text + 5);
	else if (day != 0)
		buf_printf(out, " %.7s", text);
}

static void
draw_part_focus(const struct draw_ctx *p, int col)
{
	const int	 row = CONTENT_ROW + p->row - p->page->top;

	put(p, col, 1, ATTR_BOLD, ">");
	if (p->t != NULL && row >= CONTENT_ROW && row < CONTENT_ROW + p->rows)
		term_cursor(p->t, row, col);
}

static void
draw_parts(struct draw_ctx *p)
{
	const size_t	 n = cover_parts(p->page);
	struct buf	 b = BUF_INIT;
	int		 at = 0;

	for (size_t i = 1; i <= n; i++) {
		buf_reset(&b);
		part_text(p, i, &b);
		put(p, 1 + at * PART_CELLS, PART_CELLS - 1, ATTR_NORMAL, buf_str(&b));
		if (i == p->page->focus)
			draw_part_focus(p, at * PART_CELLS);
		if (++at == PARTS_ACROSS) {
			at = 0;
			p->row++;
		}
	}
	p->row += at > 0;
	buf_free(&b);
}

/* ---- what happened last ---------------------------------------------------------------------- */

static void
draw_events(struct draw_ctx *p, size_t most)
{
	const struct val	*events = val_get(p->page->reply, PK_EVENTS);
	struct buf		 b = BUF_INIT;

	for (size_t i = 0; i < val_len(events) && i < most; i++) {
		const struct val	*e = val_at(events, i);
		const char		*name = val_get_str(e, PK_NAME),
		    *act = val_get_str(e, PK_ACT), *of = val_get_str(e, PK_BOOK);
		const struct book	*book = of != NULL ? set_book(p->ctx.set, of) : NULL;

		buf_reset(&b);
		wording_date(val_get_num(e, PK_AT, 0), &b);
		buf_printf(&b, "  %s  ", name != NULL ? name : "");
		wording_act(&p->ctx, book, act != NULL ? act : "save", &b);
		if (book != NULL && book != p->page->book)
			buf_printf(&b, " %s", wording_label(&p->ctx, book->label));
		put(p, 1, -1, ATTR_DIM, buf_str(&b));
		p->row++;
	}
	buf_free(&b);
}

/* ---- the whole ------------------------------------------------------------------------------- */

struct layout {
	size_t	 deadlines, events;
	bool	 gaps, said;
};

static int
draw_content(struct draw_ctx *p, const struct layout *l)
{
	int	 was;

	p->row = 0;
	draw_heading(p);
	if (l->said)
		draw_remark_line(p);
	draw_fields(p);
	was = p->row += l->gaps;
	draw_remarks(p);
	draw_alerts(p);
	draw_groups(p);
	draw_deadlines(p, l->deadlines);
	p->row += l->gaps && p->row > was;
	draw_parts(p);
	if (l->events > 0) {
		p->row += l->gaps;
		draw_events(p, l->events);
	}
	return p->row;
}

/* Distributes the rows: deadlines first, then blank lines, then events. Returns the rows needed. */
static int
plan(const struct cover_page *page, const struct app *app, struct layout *l)
{
	struct draw_ctx	 p = { NULL, page, app, ctx_of(page, &app->ctx), 0,
	    frame_content_rows(app->term) };
	size_t		 happened = val_len(val_get(page->reply, PK_EVENTS));
	int		 rows;

	*l = (struct layout){ deadlines_ahead(page), 0, false, false };
	while ((rows = draw_content(&p, l)) > p.rows && l->deadlines > DUTIES_MIN)
		l->deadlines--;
	l->gaps = rows + 3 <= p.rows;
	l->said = l->gaps && rows + 4 <= p.rows;
	if (l->gaps) {
		rows = draw_content(&p, l) + 1;
		l->events = rows < p.rows ? (size_t)(p.rows - rows) : 0;
		l->events = l->events > EVENTS_MAX ? EVENTS_MAX : l->events > happened ? happened :
		    l->events;
		rows = draw_content(&p, l);
	}
	return rows;
}

void
cover_draw(const struct cover_page *page, const struct app *app, struct term *t)
{
	struct draw_ctx	 p = { t, page, app, ctx_of(page, &app->ctx), 0, frame_content_rows(t) };
	struct layout	 l;

	plan(page, app, &l);
	draw_content(&p, &l);
}

bool
cover_below(const struct cover_page *page, const struct app *app)
{
	struct layout	 l;

	return plan(page, app, &l) - page->top > frame_content_rows(app->term);
}

bool
cover_move(struct cover_page *page, const struct app *app, enum action act)
{
	struct layout	 l;
	int		 rows = frame_content_rows(app->term), most = plan(page, app, &l) - rows;

	switch (act) {
	case ACT_DOWN:
		page->top++;
		break;
	case ACT_UP:
		page->top--;
		break;
	case ACT_PAGE_DOWN:
		page->top += rows - 1;
		break;
	case ACT_PAGE_UP:
		page->top -= rows - 1;
		break;
	case ACT_TOP:
		page->top = 0;
		break;
	case ACT_END:
		page->top = most;
		break;
	default:
		return false;
	}
	if (page->top > most)
		page->top = most;
	if (page->top < 0)
		page->top = 0;
	return true;
}
