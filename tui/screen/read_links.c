#include "core/wire/protocol.h"
#include "tui/screen/child_records.h"
#include "tui/screen/read_int.h"

/*
 * Where one gets from the record: to records under it, to those that share something with it, to
 * the one a line names, to its parent, to the one it was merged into, to its history.
 */

/* With the title while fn runs. */
static void
with_parent(struct read_view *r, const struct val *result,
    void (*fn)(struct read_view *, const struct child_parent *, const struct val *))
{
	struct buf	 title = BUF_INIT;

	read_put_title(r, &title);
	fn(r, &(struct child_parent){ r->book, r->id, buf_str(&title) }, result);
	buf_free(&title);
}

static void
list_under(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	(void)result;
	app_push(r->view.app, scr_children(&(struct children_filter){ .of = of, .on = r->how.on }),
	    &r->view, READ_UNDER);
}

static void
list_linked(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	(void)result;
	app_push(r->view.app, scr_related(of->book, of->id, of->title), &r->view, READ_UNDER);
}

static void
add_under(struct read_view *r, const struct child_parent *of, const struct val *result)
{
	if (result != NULL)
		child_records_chosen(&r->view, of, result, READ_UNDER);
	else
		child_records_new(&r->view, of, READ_UNDER_BOOK, READ_UNDER);
}

void
read_links_add_chosen(struct read_view *r, const struct val *book)
{
	with_parent(r, book, add_under);
}

/* What is new belongs under the one that stays. */
bool
read_links_may_create(const struct view *v)
{
	const struct read_view	*r = read_of(v);

	return read_is_loaded(v) && r->how.on == 0 && val_get(read_record(r), PK_INTO) == NULL &&
	    child_records_creatable(v->app, r->book);
}

void
read_links_create(struct view *v)
{
	with_parent(read_of(v), NULL, add_under);
}

bool
read_links_may_list_children(const struct view *v)
{
	return read_is_loaded(v) && child_records_exist(v->app, read_of(v)->book);
}

void
read_links_list_children(struct view *v)
{
	with_parent(read_of(v), NULL, list_under);
}

bool
read_links_may_list_related(const struct view *v)
{
	return read_is_loaded(v) && read_of(v)->how.on == 0 &&
	    scr_related_exist(v->app, read_of(v)->book);
}

void
read_links_list_related(struct view *v)
{
	with_parent(read_of(v), NULL, list_linked);
}

static int64_t
survivor(const struct read_view *r)
{
	return val_get_num(val_get(read_record(r), PK_INTO), PK_ID, 0);
}

bool
read_links_has_survivor(const struct view *v)
{
	return survivor(read_of(v)) != 0;
}

void
read_links_open_survivor(struct view *v)
{
	app_push(v->app, scr_cover_open(read_of(v)->book, survivor(read_of(v))), v, READ_DOUBLE);
}

/*
 * The record linked from the focused line, else the parent, if this person may see it; NULL: none.
 */
static const struct book *
leads_to(const struct read_view *r, int64_t *id)
{
	const struct record_view_line	*l = record_view_focused(&r->record_view);
	const struct val		*v = l != NULL && l->field->link_book != NULL &&
	    l->field != r->book->under ?
	    val_find(val_get(read_record(r), PK_FIELDS), l->path) : NULL;
	struct buf			 key = BUF_INIT;
	bool				 seen = false;

	if (val_kind(v) == VAL_INT) {
		buf_printf(&key, "%s/%lld", l->field->link_book->name, (long long)val_num(v, 0));
		seen = val_get(val_get(read_record(r), PK_LINKS), buf_str(&key)) != NULL;
	}
	buf_free(&key);
	*id = seen ? val_num(v, 0) : val_get_num(val_get(read_record(r), PK_UNDER), PK_ID, 0);
	return seen ? l->field->link_book : *id != 0 && r->book->under != NULL ?
	    r->book->under->link_book : NULL;
}

bool
read_links_leads_to_parent(const struct view *v)
{
	const struct read_view	*r = read_of(v);
	int64_t			 id;
	const struct book	*b = leads_to(r, &id);

	return b != NULL && r->book->under != NULL && b == r->book->under->link_book;
}

bool
read_links_leads_somewhere(const struct view *v)
{
	int64_t	 id;

	return leads_to(read_of(v), &id) != NULL;
}

void
read_links_follow(struct view *v)
{
	struct read_view	*r = read_of(v);
	int64_t			 id;
	const struct book	*b = leads_to(r, &id);

	app_push(v->app,
	    r->how.on != 0 ? scr_cover_open_past(b, id, r->how.on) : scr_cover_open(b, id), v,
	    READ_DOUBLE);
}

void
read_links_show_history(struct view *v)
{
	const struct read_view	*r = read_of(v);
	struct buf		 title = BUF_INIT;

	read_put_title(r, &title);
	app_push(v->app, scr_history(r->book, r->id, buf_str(&title)), v, READ_HISTORY);
	buf_free(&title);
}
