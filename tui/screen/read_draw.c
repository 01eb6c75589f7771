#include "core/wire/protocol.h"
#include "tui/screen/read_int.h"
#include "forms/wording.h"

static void
add_stamp(const struct val *stamp, const char *translated, struct buf *out)
{
	const char	*name = val_get_str(stamp, PK_NAME);
	struct buf	 day = BUF_INIT;

	if (stamp == NULL)
		return;
	wording_datetime(val_get_num(stamp, PK_AT, 0), &day);
	wording_format(out, translated, ARG_TEXT, name != NULL && *name != '\0' ? name :
	    _("the program"), ARG_TEXT, buf_str(&day), ARG_END);
	buf_free(&day);
}

/* For a merged record, where it was merged into matters more than its last change. */
static void
add_into(const struct val *into, struct buf *out)
{
	const char	*title = val_get_str(into, PK_TITLE),
	    *number = val_get_str(into, PK_NUMBER);

	if (val_get_true(into, PK_OFFICE))
		buf_puts(out, _("merged into a file outside your area; ask the county office"));
	else
		wording_format(out, _("merged into {1}, No. {2}"), ARG_TEXT, title != NULL ? title :
		    "", ARG_TEXT, number != NULL ? number : "", ARG_END);
}

static void
draw_head(const struct read_view *r, struct term *t)
{
	const struct val	*rec = read_record(r);
	const char		*number = val_get_str(rec, PK_NUMBER);
	struct buf		 b = BUF_INIT;

	wording_state(&r->view.app->ctx, r->book, val_get_str(rec, PK_STATE), &b);
	term_text(t, CONTENT_ROW, 1, -1, ATTR_BOLD, buf_str(&b));
	buf_reset(&b);
	if (number != NULL && *number != '\0')
		wording_format(&b, _("No. {1}"), ARG_TEXT, number, ARG_END);
	if (b.n > 0)
		buf_puts(&b, "   ");
	add_stamp(val_get(rec, PK_MADE), _("made by {1} {2}"), &b);
	term_text(t, CONTENT_ROW, 14, -1, ATTR_NORMAL, buf_str(&b));
	buf_reset(&b);
	if (val_get(rec, PK_INTO) != NULL)
		add_into(val_get(rec, PK_INTO), &b);
	else
		add_stamp(val_get(rec, PK_LAST), _("last changed by {1} {2}"), &b);
	if (val_get(r->reply, PK_EDITING) != NULL) {
		buf_puts(&b, "   ");
		wording_checked_out(&r->view.app->ctx, val_get(r->reply, PK_EDITING), &b);
	}
	term_text(t, CONTENT_ROW + 1, 14, -1, ATTR_NORMAL, buf_str(&b));
	buf_free(&b);
}

void
read_draw(struct view *v, struct term *t)
{
	struct read_view	*r = read_of(v);

	if (r->reply == NULL)
		return;
	draw_head(r, t);
	record_view_draw(&r->record_view, t, CONTENT_ROW + 2, frame_content_rows(t) - 2,
	    r->remarks);
}

void
read_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct read_view	*r = read_of(v);

	wording_as_of(r->how.on, left);
	buf_printf(left, "%s  ", wording_label(&v->app->ctx, r->book->label));
	if (r->reply != NULL)
		read_put_title(r, left);
	if (val_len(r->remarks) > 0)
		wording_format(right, _("{1} remarks"), ARG_NUM, (int64_t)val_len(r->remarks),
		    ARG_END);
}
