#include <stdlib.h>
#include <string.h>

#include "tui/widget/deflist.h"
#include "tui/screen/scr.h"
#include "tui/widget/draw.h"
#include "tui/term/width.h"
#include "tui/wording.h"

/*
 * Text to read: the long help of a field, and the keys of a screen.
 */
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
	return draw_text(NULL, 0, 0, 0, term_cols(r->view.app->term) - 2 * SCR_TEXT_COL, 0, r->text);
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
	int		 cells = term_cols(t) - 2 * SCR_TEXT_COL;

	for (int y = -r->top; n > 0 && y < frame_content_rows(t); y++, s += take, n -= take) {
		take = width_wrap(s, n, cells, &show);
		if (y >= 0)
			term_textn(t, CONTENT_ROW + y, SCR_TEXT_COL, -1, ATTR_NORMAL, s, show);
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
	.name = "text", .title = text_view_title, .draw = text_view_draw, .strip = text_view_strip, .key = text_view_key,
	.free = text_view_free,
};

struct view *
scr_text(const char *title, const char *text)
{
	struct text_view	*r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	*r = (struct text_view){ .view.ops = &text_view_ops, .title = strdup(title), .text = strdup(text) };
	if (r->title == NULL || r->text == NULL) {
		text_view_free(&r->view);
		return NULL;
	}
	return &r->view;
}

/* ---- keys of a screen --------------------------------------------------------------------------------------- */

#define KEY_CELLS	21

/* All keys that do the same are told, not just the one on the strip. */
static void
add_item(struct deflist *out, const struct strip_item *item, enum key_where where)
{
	struct buf	 told = BUF_INIT;
	char		 keys[80];

	if (item->prefix_label)
		wording_format(&told, _("{1}: {2}"), ARG_TEXT, item->label, ARG_TEXT, item->help, ARG_END);
	else
		buf_puts(&told, *item->help != '\0' ? item->help : item->label);
	deflist_add(out, item->act != ACT_NONE ? key_all_for_action(item->act, where, keys, sizeof(keys)) : item->key,
	    buf_str(&told));
	buf_free(&told);
}

/* What works on every screen, where its strip has not said it already. */
static void
add_common(struct deflist *out, const struct strip *s)
{
	static const enum action	 common[] = { ACT_TOP, ACT_END, ACT_REFRESH, ACT_LOCK, ACT_KEYS };

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		struct strip_item	 item = { .act = common[i], .label = "", .help = gettext(key_action_help(common[i])) };
		size_t			 k = 0;

		while (k < s->n && s->at[k].act != common[i])
			k++;
		if (k == s->n && (s->where == WHERE_LIST || (common[i] != ACT_TOP && common[i] != ACT_END)))
			add_item(out, &item, s->where);
	}
}

struct view *
scr_text_help(const struct view *about)
{
	struct strip	 s = { .where = about->ops->where != NULL ? about->ops->where(about) : WHERE_LIST };
	struct deflist	 own = DEFLIST_INIT, common = DEFLIST_INIT;
	struct buf	 b = BUF_INIT;
	struct view	*v;

	if (about->ops->strip != NULL)
		about->ops->strip(about, &s);
	for (size_t i = 0; i < s.n; i++)
		add_item(&own, &s.at[i], s.where);
	add_common(&common, &s);
	deflist_print(&own, KEY_CELLS, &b);
	buf_putc(&b, '\n');
	deflist_print(&common, KEY_CELLS, &b);
	buf_putc(&b, '\n');
	buf_puts(&b, _("Marks: > where you are, ! wrong, * still missing, + before an act, ? worth a look.\n"
	    "Esc never throws away what you typed; it is kept as a draft.\n"
	    "Numbers choose lines of a menu; a full stop and two letters go to any screen."));
	v = scr_text(_("Keys of this screen"), buf_str(&b));
	deflist_free(&own);
	deflist_free(&common);
	buf_free(&b);
	return v;
}

bool
scr_text_answers(struct view *from, const struct book *book, const struct val *version, const char *title)
{
	struct app	*app = from->app;
	struct buf	 text = BUF_INIT, head = BUF_INIT;
	const char	*act = val_get_str(version, "act");

	wording_answers(&app->ctx, book, act, val_get(version, "ask"), "\n", &text);
	wording_remarks(&app->ctx, book, val_get(version, "remarks"), "\n", &text);
	if (text.n > 0) {
		wording_act(&app->ctx, book, act != NULL ? act : "save", &head);
		buf_printf(&head, "  %s", title);
		app_push(app, scr_text(buf_str(&head), buf_str(&text)), from, 0);
	} else
		app_message(app, _("Nothing was written with this."), ARG_END);
	buf_free(&text);
	buf_free(&head);
	return true;
}
