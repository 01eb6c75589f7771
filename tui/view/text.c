#include "tui/view/text.h"

#include <stdlib.h>
#include <string.h>

#include "tui/app/app.h"
#include "tui/term/width.h"
#include "tui/widget/draw.h"

struct text_view {
	struct view	 view;
	char		*title;
	char		*text;
	int		 top;
};

static struct text_view *
text_view_of(const struct view *v)
{
	return (struct text_view *)(uintptr_t)v;
}

static int
text_rows(const struct text_view *r)
{
	return draw_text(NULL, 0, 0, 0, term_cols(r->view.app->term) - 2 * TEXT_COL, 0, r->text);
}

static bool
text_view_key(struct view *v, const struct key *k, enum action act)
{
	struct text_view	*r = text_view_of(v);
	int		 rows = frame_content_rows(v->app->term), last = text_rows(r) - rows;

	(void)k;
	switch (act) {
	case ACT_BACK:
	case ACT_OPEN:
	case ACT_HELP:
		app_close(v, NULL);
		return true;
	case ACT_DOWN:
	case ACT_PAGE_DOWN:
		r->top += act == ACT_DOWN ? 1 : rows - 1;
		break;
	case ACT_UP:
	case ACT_PAGE_UP:
		r->top -= act == ACT_UP ? 1 : rows - 1;
		break;
	case ACT_TOP:
		r->top = 0;
		break;
	case ACT_END:
		r->top = last;
		break;
	default:
		return false;
	}
	r->top = r->top > last ? last : r->top;
	r->top = r->top < 0 ? 0 : r->top;
	return true;
}

static void
text_view_draw(struct view *v, struct term *t)
{
	struct text_view	*r = text_view_of(v);
	const char	*s = r->text;
	size_t		 n = strlen(s), take, show;
	int		 cells = term_cols(t) - 2 * TEXT_COL;

	for (int y = -r->top; n > 0 && y < frame_content_rows(t); y++, s += take, n -= take) {
		take = width_wrap(s, n, cells, &show);
		if (y >= 0)
			term_textn(t, CONTENT_ROW + y, TEXT_COL, -1, ATTR_NORMAL, s, show);
	}
}

static void
text_view_title(const struct view *v, struct buf *left, struct buf *right)
{
	const struct text_view	*r = text_view_of(v);

	buf_puts(left, r->title);
	if (text_rows(r) > r->top + frame_content_rows(v->app->term))
		buf_puts(right, _("more below"));
}

static void
text_view_strip(const struct view *v, struct strip *s)
{
	const struct text_view	*r = text_view_of(v);

	strip_add_page_keys(s, text_rows(r) > frame_content_rows(v->app->term));
	strip_add_labelled(s, ACT_OPEN, gettext(key_action_label(ACT_BACK)));
	strip_add(s, ACT_BACK);
}

static void
text_view_free(struct view *v)
{
	struct text_view	*r = text_view_of(v);

	free(r->title);
	free(r->text);
	free(r);
}

static const struct view_ops text_view_ops = {
	.name = "text", .title = text_view_title, .draw = text_view_draw, .strip = text_view_strip,
	    .key = text_view_key,
	.free = text_view_free,
};

struct view *
text_new(const char *title, const char *text)
{
	struct text_view	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	*r = (struct text_view){ .view.ops = &text_view_ops, .title = strdup(title),
	    .text = strdup(text) };
	if (r->title == NULL || r->text == NULL) {
		text_view_free(&r->view);
		return NULL;
	}
	return &r->view;
}
