#include "tui/screen/scr.h"
#include "tui/view/text.h"
#include "tui/widget/deflist.h"
#include "forms/wording.h"

/*
 * The keys of a screen, from its strip, and those that work everywhere.
 */
#define KEY_CELLS	21

/* Lists all keys of an action, not only the one on the strip. */
static void
add_item(struct deflist *out, const struct strip_item *item, enum key_where where)
{
	struct buf	 told = BUF_INIT;
	char		 keys[80];

	if (item->prefix_label)
		wording_format(
		    &told, _("{1}: {2}"), ARG_TEXT, item->label, ARG_TEXT, item->help, ARG_END);
	else
		buf_puts(&told, *item->help != '\0' ? item->help : item->label);
	deflist_add(out,
	    item->act != ACT_NONE ? key_all_for_action(item->act, where, keys, sizeof(keys)) :
				    item->key,
	    buf_str(&told));
	buf_free(&told);
}

/* Keys of every screen that its strip does not have. */
static void
add_common(struct deflist *out, const struct strip *s)
{
	static const enum action common[] = {ACT_TOP, ACT_END, ACT_REFRESH, ACT_LOCK, ACT_KEYS};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		struct strip_item	 item =
		    { .act = common[i], .label = "", .help = gettext(key_action_help(common[i])) };
		size_t			 k = 0;

		while (k < s->n && s->at[k].act != common[i])
			k++;
		if (k == s->n &&
		    (s->where == WHERE_LIST || (common[i] != ACT_TOP && common[i] != ACT_END)))
			add_item(out, &item, s->where);
	}
}

struct view *
scr_help(const struct view *about)
{
	struct strip	 s;
	struct deflist	 own = DEFLIST_INIT, common = DEFLIST_INIT;
	struct buf	 b = BUF_INIT;
	struct view	*v;

	strip_of_view(about, &s);
	for (size_t i = 0; i < s.n; i++)
		add_item(&own, &s.at[i], s.where);
	add_common(&common, &s);
	deflist_print(&own, KEY_CELLS, TEXT_CELLS, &b);
	buf_putc(&b, '\n');
	deflist_print(&common, KEY_CELLS, TEXT_CELLS, &b);
	buf_putc(&b, '\n');
	buf_puts(&b,
	    _("Marks: > where you are, ! wrong, * still missing, + before an act, ? worth a look.\n"
	      "Esc never throws away what you typed; it is kept as a draft.\n"
	      "Numbers choose lines of a menu; a full stop and two letters go to any screen."));
	v = text_new(_("Keys of this screen"), buf_str(&b));
	deflist_free(&own);
	deflist_free(&common);
	buf_free(&b);
	return v;
}
