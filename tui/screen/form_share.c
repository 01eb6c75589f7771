#include <stdio.h>
#include <string.h>

#include "core/wire/protocol.h"
#include "tui/screen/form_int.h"
#include "tui/view/picker.h"
#include "tui/term/width.h"
#include "forms/wording.h"

#define PATHS_CELLS	24	/* of the fields named in one sentence */

/*
 * A number of a person was changed in a file that links to the person's own record. The change may
 * be right for all files with that link. Asked once, before the save; the safe answer is this
 * record alone.
 */

static bool
differs(const struct entry *e, const struct field *f)
{
	const struct val	*was = val_find(e->base, f->path),
	    *is = val_find(e->fields, f->path);

	return !val_same(was, is) && !(type_value_empty(was) && type_value_empty(is));
}

/* Is the link unchanged while a field filled from it has changed? */
static bool
corrects(const struct entry *e, const struct field *link)
{
	if (type_value_empty(val_find(e->fields, link->path)) || differs(e, link))
		return false;
	for (size_t i = 0; i < link->nautofills; i++)
		if (differs(e, link->autofills[i].target))
			return true;
	return false;
}

static bool
corrects_any(const struct entry *e)
{
	for (size_t i = 0; i < e->book->nall; i++)
		if (corrects(e, e->book->all[i]))
			return true;
	return false;
}

/* A field has changed that links of other records fill in. */
static bool
gives_any(const struct entry *e)
{
	const struct set	*set = e->ctx->set;

	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++) {
			const struct field	*link = set->books[b].all[i];

			for (size_t k = 0; link->link_book == e->book && k < link->nautofills; k++)
				if (differs(e, link->autofills[k].source))
					return true;
		}
	return false;
}

bool
form_ask_shared(struct form *f)
{
	struct val	*req;

	if (f->e->id == 0 || f->e->act != NULL || (!corrects_any(f->e) && !gives_any(f->e)) ||
	    (req = app_request_new("linked")) == NULL)
		return false;
	pack_put(req, PK_BOOK, val_text(book_of(f)->name));
	pack_put(req, PK_ID, val_int(f->e->id));
	pack_put(req, PK_SHARED, val_bool(true));
	pack_put(req, PK_LIMIT, val_int(100));
	app_send(&f->view, TAG_SHARED, req, APP_SEND_WAIT);
	return true;
}

/* ---- how many would change ------------------------------------------------------------------- */

/* Ids by book, each once: {"child": [12, 14], "person": [3]}. */
static void
note(struct val *by_book, const char *book, int64_t id)
{
	struct val	*ids = val_get(by_book, book);

	if (ids == NULL) {
		pack_put(by_book, book, val_list());
		ids = val_get(by_book, book);
	}
	for (size_t i = 0; i < val_len(ids); i++)
		if (val_num(val_at(ids, i), 0) == id)
			return;
	pack_add(ids, val_int(id));
}

static void
note_all(struct val *by_book, const struct val *lines)
{
	for (size_t i = 0; i < val_len(lines); i++)
		note(by_book, val_get_str(val_at(lines, i), PK_BOOK),
		    val_get_num(val_get(val_at(lines, i), PK_ROW), PK_ID, 0));
}

static bool
through(const struct entry *e, const struct val *paths)
{
	for (size_t i = 0; i < val_len(paths); i++) {
		const struct field	*link = book_field(e->book, val_str(val_at(paths, i)));

		if (link != NULL && corrects(e, link))
			return true;
	}
	return false;
}

static struct val *
who_shares(const struct entry *e, const struct val *reply)
{
	struct val		*by_book = val_map();
	const struct val	*shared = val_get(reply, PK_SHARED);

	if (gives_any(e))
		note_all(by_book, val_get(reply, PK_LINKED));
	for (size_t i = 0; i < val_len(shared); i++) {
		const struct val	*one = val_at(shared, i);

		if (!through(e, val_get(one, PK_PATHS)))
			continue;
		note(by_book, val_get_str(one, PK_BOOK), val_get_num(one, PK_ID, 0));
		note_all(by_book, val_get(one, PK_LINKED));
	}
	return by_book;
}

static void
count_text(const struct form *f, const struct val *by_book, struct buf *out)
{
	for (size_t i = 0; i < val_len(by_book); i++) {
		const struct book	*b = set_book(f->e->ctx->set, val_key(by_book, i));

		if (out->n > 0)
			buf_puts(out, f->e->ctx->lang == LANG_EN ? ", " : "、");
		buf_printf(out, "%s %zu", b != NULL ? wording_label(f->e->ctx, b->label) :
		    val_key(by_book, i), val_len(val_value(by_book, i)));
	}
}

static void
add_changed(const struct entry *e, const struct field *f, struct val *paths)
{
	if (differs(e, f) && !val_has(paths, f->path))
		pack_add(paths, val_text(f->path));
}

/*
 * The changed fields that other records share. By then the form may show another page or have
 * further changes.
 */
static void
changed_text(const struct entry *e, struct buf *out)
{
	const struct set	*set = e->ctx->set;
	struct val		*paths = val_list();

	for (size_t i = 0; i < e->book->nall; i++)
		for (size_t k = 0; corrects(e, e->book->all[i]) && k < e->book->all[i]->nautofills;
		    k++)
			add_changed(e, e->book->all[i]->autofills[k].target, paths);
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; i < set->books[b].nall; i++) {
			const struct field	*link = set->books[b].all[i];

			for (size_t k = 0; link->link_book == e->book && k < link->nautofills; k++)
				add_changed(e, link->autofills[k].source, paths);
		}
	wording_paths(e->ctx, e->book, paths, out);
	if (width_of(buf_str(out)) > PATHS_CELLS) {
		buf_reset(out);
		wording_format(out, _("{1} fields"), ARG_NUM, (int64_t)val_len(paths), ARG_END);
	}
	val_free(paths);
}

static void
ask(struct form *f, const struct val *by_book)
{
	struct choices	 all = CHOICES_INIT;
	struct buf	 who = BUF_INIT, label = BUF_INIT, what = BUF_INIT, title = BUF_INIT;

	count_text(f, by_book, &who);
	changed_text(f->e, &what);
	wording_format(&title, _("Others have the same {1}; change it in"), ARG_TEXT,
	    buf_str(&what), ARG_END);
	wording_format(&label, _("All that share it ({1})"), ARG_TEXT, buf_str(&who), ARG_END);
	choices_add(&all, "1", _("This record only"), "zgzyf", "this");
	choices_add(&all, "2", buf_str(&label), "qbg", "all");
	app_push(f->view.app, picker_new(buf_str(&title), &all,
	    PICKER_IMMEDIATE | PICKER_IS_QUESTION, ""), &f->view, TAG_SHARE_PICK);
	buf_free(&who);
	buf_free(&label);
	buf_free(&what);
	buf_free(&title);
}

void
form_receive_shared(struct form *f, const struct val *reply)
{
	struct val	*by_book;

	if (!app_reply_ok(f->view.app, book_of(f), reply))
		return;
	if ((by_book = who_shares(f->e, reply)) != NULL && val_len(by_book) > 0)
		ask(f, by_book);
	else
		form_send_save(f, false);
	val_free(by_book);
}

/* Esc goes back to the form: nothing is saved, nothing is lost. */
void
form_share_result(struct form *f, const struct val *result)
{
	if (val_str(result) != NULL)
		form_send_save(f, strcmp(val_str(result), "all") == 0);
}
