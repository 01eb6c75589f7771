#include <stdio.h>
#include <string.h>

#include "tui/widget/pack.h"
#include "tui/form/problem_list.h"
#include "core/wire/protocol.h"
#include "tui/form/page.h"
#include "tui/view/picker.h"
#include "tui/term/width.h"
#include "tui/view/text.h"
#include "forms/wording.h"

/*
 * Keys on a page of a form.
 */
static struct page_line *
focused(const struct form_page *s)
{
	return s->focus < s->n ? &s->lines[s->focus] : NULL;
}

static struct app *
app_of(const struct form_page *s)
{
	return s->view->app;
}

enum key_where
page_where(const struct form_page *s)
{
	return s->edit != NULL ? WHERE_TEXT : WHERE_FIELD;
}

/* Builds the lines again: a value may show or hide some. */
static void
put(struct form_page *s, const struct page_line *l, struct val *v)
{
	struct page_line	 line = *l;

	entry_put(s->e, line.field, line.path, v);
	strcpy(s->left, line.path);
	page_refresh(s, NULL);
}

/* A chosen value is a step of its own, also after another change of this field. */
static void
choose(struct form_page *s, const struct page_line *l, struct val *v)
{
	entry_undo_step(s->e);
	put(s, l, v);
	entry_undo_step(s->e);
}

/* ---- choices --------------------------------------------------------------------------------- */

static const char *
key_of(const struct choices *all, const struct code *code)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->at[i].value, code->code) == 0)
			return all->at[i].key;
	return NULL;
}

/*
 * "1 best, 5 worst": the meaning of both ends of a scale by its keys on the screen; nothing for
 * other fields.
 */
static void
scale_text(const struct form_page *s, const struct page_line *l, struct buf *out)
{
	const struct codes	*codes = l->field->codes;
	struct choices		 all = CHOICES_INIT;
	const char		*best, *worst;

	if (codes == NULL || codes->best == NULL || l->field->computed != COMPUTED_NO)
		return;
	page_choices(s, l, &all);
	best = all.bad ? NULL : key_of(&all, codes->best);
	worst = all.bad ? NULL : key_of(&all, codes->worst);
	if (best != NULL && worst != NULL)
		wording_format(out, _("{1} best, {2} worst"), ARG_TEXT, best, ARG_TEXT, worst,
		    ARG_END);
	choices_free(&all);
}

static void
open_choices(struct form_page *s, const char *typed)
{
	const struct page_line	*l = focused(s);
	struct choices		 all = CHOICES_INIT;
	enum widget		 w = page_widget(s, l->field);
	struct buf		 title = BUF_INIT, scale = BUF_INIT;
	struct view		*v;

	if (w == WIDGET_LINK) {
		app_push(app_of(s), app_of(s)->screens->find(l->field->link_book, true, typed),
		    s->view, PAGE_TAG);
		return;
	}
	entry_undo_step(s->e);
	page_choices(s, l, &all);
	scale_text(s, l, &scale);
	buf_printf(&title, scale.n > 0 ? "%s (%s)" : "%s",
	    wording_label(s->e->ctx, l->field->label), buf_str(&scale));
	v = picker_new(buf_str(&title), &all, w == WIDGET_TICKS || w == WIDGET_TICKS_LINE ?
	    PICKER_MULTI : 0, typed);
	buf_free(&scale);
	buf_free(&title);
	picker_keep_visible(v, page_focus_row(s, CONTENT_ROW, frame_content_rows(app_of(s)->term)));
	app_push(app_of(s), v, s->view, PAGE_TAG);
}

/* The value of a link is a number; the person has to read the name of the record chosen. */
static void
remember_title(struct form_page *s, const struct field *f, const struct val *result)
{
	struct val	*links = val_map();
	struct buf	 key = BUF_INIT;

	buf_printf(&key, "%s/%lld", f->link_book->name, (long long)val_get_num(result, "id", 0));
	if (val_get(result, "title") != NULL &&
	    val_put(links, buf_str(&key), val_dup(val_get(result, "title"))))
		app_add_link_titles(app_of(s), links);
	val_free(links);
	buf_free(&key);
}

static void
add_link(struct form_page *s, const struct page_line *l, int64_t id)
{
	struct val	*list;

	if (!l->field->many) {
		choose(s, l, val_int(id));
		return;
	}
	list = entry_value(s->e, l->path) != NULL ? val_dup(entry_value(s->e, l->path)) :
	    val_list();
	if (list != NULL)
		pack_add(list, val_int(id));
	choose(s, l, list);
}

const struct field *
page_autofill_pending(struct form_page *s, int64_t *id)
{
	const struct field	*link = s->autofill_link;

	*id = s->autofill_id;
	s->autofill_link = NULL;
	return link;
}

/*
 * Unless another record was chosen meanwhile. Values that the record does not have stay as they
 * are.
 */
void
page_autofill(struct form_page *s, const struct field *link, const struct val *reply)
{
	const struct val	*rec = val_get(reply, PK_RECORD), *from = val_get(rec, PK_FIELDS),
	    *v;

	if (val_num(entry_value(s->e, link->path), 0) != val_get_num(rec, PK_ID, 0))
		return;
	entry_undo_join(s->e, link->path);
	for (size_t i = 0; i < link->nautofills; i++)
		if (!type_value_empty(v = val_find(from, link->autofills[i].source->path)) &&
		    !entry_locked(s->e, link->autofills[i].target))
			entry_put(s->e, link->autofills[i].target, link->autofills[i].target->path,
			    val_dup(v));
	entry_undo_step(s->e);
	page_refresh(s, NULL);
}

/*
 * Several links are chosen one after the other; every other field is complete then. Returns whether
 * more can be chosen.
 */
static bool
put_popup_value(struct form_page *s, const struct page_line *l, const struct val *result)
{
	bool	 on = true;

	if (l->field->link_book != NULL) {
		on = !l->field->many;
		remember_title(s, l->field, result);
		s->autofill_link = l->field->nautofills > 0 ? l->field : NULL;
		s->autofill_id = val_get_num(result, "id", 0);
		add_link(s, l, s->autofill_id);
	} else if (val_get(result, "ticked") != NULL) {
		on = val_get_true(result, "done");
		put(s, l, val_dup(val_get(result, "ticked")));	/* all ticks of one list are one
								   act */
	} else
		choose(s, l, choice_value(l->field, val_str(result)));
	return on;
}

enum page_outcome
page_popup_result(struct form_page *s, const struct val *result)
{
	const struct page_line	*l = focused(s);

	if (result == NULL || l == NULL || l->kind != LINE_FIELD || !put_popup_value(s, l, result))
		return PAGE_HANDLED;
	return page_step(s, 1) || s->autofill_link != NULL ? PAGE_HANDLED : PAGE_PAST_END;
}

static void
toggle(struct form_page *s, const struct page_line *l, struct choices *all, const char *code)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < all->n; i++)
		if (all->at[i].chosen != (strcmp(all->at[i].value, code) == 0))
			pack_add(list, val_text(all->at[i].value));
	choose(s, l, list);
}

/* The choice after the chosen one (or before it): arrows and Space on a line of few. */
static const char *
beside_chosen(const struct choices *all, int by)
{
	size_t	 at = by > 0 ? all->n - 1 : 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->at[i].chosen)
			at = i;
	return all->at[(at + all->n + (size_t)by) % all->n].value;
}

static enum page_outcome
key_one_line(struct form_page *s, const struct key *k, enum action act)
{
	const struct page_line	*l = focused(s);
	bool			 ticks = page_widget(s, l->field) == WIDGET_TICKS_LINE;
	struct choices		 all = CHOICES_INIT;
	const struct choice	*c;
	enum page_outcome		 did = PAGE_HANDLED;

	page_choices(s, l, &all);
	c = choices_match(&all, (const char[]){ (char)key_command(k), '\0' }, true);
	if (all.bad || all.n == 0)
		did = PAGE_UNHANDLED;
	else if (c != NULL && ticks)
		toggle(s, l, &all, c->value);
	else if (act == ACT_TICK && ticks)
		/* after a number, as in lists: the number has ticked already */
		;
	else if (c != NULL)
		choose(s, l, choice_value(l->field, c->value));
	else if (!ticks && (act == ACT_RIGHT || act == ACT_LEFT || act == ACT_TICK))
		choose(s, l, choice_value(l->field, beside_chosen(&all, act == ACT_LEFT ? -1 : 1)));
	else if (k->code == K_CHAR && act == ACT_NONE)
		app_message(app_of(s), type_is(l->field, "yes-no") ? _("Type y or n.") :
		    _("Type the number or the first letter of a choice."), ARG_END);
	else
		did = PAGE_UNHANDLED;
	choices_free(&all);
	return did;
}

/*
 * A number with a single meaning needs no list, as on a line with few choices. Letters open the
 * list, because the choices they narrow to are not visible yet.
 */
static bool
take_keyed(struct form_page *s, const struct page_line *l, const char *typed)
{
	struct choices		 all = CHOICES_INIT;
	const struct choice	*c;

	if (page_widget(s, l->field) != WIDGET_PICK)
		return false;
	page_choices(s, l, &all);
	if (!all.bad && (c = choices_match(&all, typed, false)) != NULL)
		choose(s, l, choice_value(l->field, c->value));
	else
		c = NULL;
	choices_free(&all);
	return c != NULL;
}

static enum page_outcome
key_pick(struct form_page *s, const struct key *k, enum action act)
{
	char	 typed[5] = "";

	if (act == ACT_TICK) {
		open_choices(s, "");
		return PAGE_HANDLED;
	}
	if (k->code != K_CHAR || act != ACT_NONE || k->cp < ' ')
		return PAGE_UNHANDLED;
	typed[width_utf8_put(typed, key_command(k) != 0 ? key_command(k) : k->cp)] = '\0';
	if (!take_keyed(s, focused(s), typed))
		open_choices(s, typed);
	return PAGE_HANDLED;
}

/* ---- headings of instances ------------------------------------------------------------------- */

static enum page_outcome
key_heading(struct form_page *s, const struct key *k)
{
	const struct page_line	 l = *focused(s);
	uint32_t		 c = key_command(k);
	char			 first[ENTRY_PATH], group[ENTRY_PATH];

	if (l.kind == LINE_ADD && (c == 'a' || c == ' ')) {
		entry_add(s->e, l.field, l.path);
		snprintf(first, sizeof(first), "%.140s.%zu.", l.path, l.item);
		page_refresh(s, first);
		return PAGE_HANDLED;
	}
	if (l.kind == LINE_ITEM && (c == 'd' || k->code == K_DELETE)) {
		entry_path_parent(l.path, group);
		entry_remove(s->e, group, l.item);
		strcpy(s->left, l.path);
		page_refresh(s, NULL);
		app_message(app_of(s), _("Removed; Ctrl-Z brings it back."), ARG_END);
		return PAGE_HANDLED;
	}
	return PAGE_UNHANDLED;
}

/* ---- text ------------------------------------------------------------------------------------ */

#define NUMBER_MAX	100	/* bytes of a citizen number, with blanks and full-width digits */

/* A complete citizen number is stored at once, so that birth date and sex show during typing. */
static void
commit_whole_number(struct form_page *s, const struct page_line *l)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = l->field->type->parse(l->field, l->path, edit_text(s->edit), s->e->ctx,
	    &ps);

	if (v != NULL && ps.n == 0) {
		s->typed = false;
		entry_put_text(s->e, l->field, l->path, edit_text(s->edit));
		strcpy(s->left, l->path);
	}
	val_free(v);
	problems_free(&ps);
}

static void
text_changed(struct form_page *s)
{
	const struct page_line	*l = focused(s);

	if (!s->typed)
		s->typed_at = app_now();
	s->typed = true;
	s->fresh = false;
	s->helped = false;
	entry_redo_forget(s->e);
	if (type_is(l->field, "citizen-number") && edit_len(s->edit) <= NUMBER_MAX)
		commit_whole_number(s, l);
}

static enum page_outcome
key_typed(struct form_page *s, const struct key *k)
{
	const struct page_line	*l = focused(s);

	/* A date is replaced, not edited; Ctrl-Z restores the old one. */
	if (s->fresh && type_is(l->field, "date") && k->code == K_CHAR && edit_len(s->edit) > 0)
		edit_replace(s->edit, "", 0);
	switch (edit_key(s->edit, k)) {
	case EDIT_UNHANDLED:
		return PAGE_UNHANDLED;
	case EDIT_CHANGED:
		text_changed(s);
		break;
	case EDIT_FULL:
		app_message(app_of(s),
		    _("More than {1} characters cannot be taken in at once; the rest was left out."),
		    ARG_NUM, (int64_t)EDIT_MAX, ARG_END);
		break;
	case EDIT_REFUSED:
		app_message(app_of(s), _("This character cannot be kept in a record."), ARG_END);
		break;
	case EDIT_MOVED:
		s->fresh = false;
		break;
	}
	return PAGE_HANDLED;
}

/* ---- keys every field has -------------------------------------------------------------------- */

static bool
act_sets(const struct act *a, const struct field *f)
{
	for (size_t i = 0; i < a->neffects; i++)
		if (a->effects[i].target == f)
			return true;
	return false;
}

/*
 * Fields that an act sets later from a field of the record begin with the act that fills that
 * field.
 */
static bool
act_leads_to(const struct book *b, const struct act *first, const struct field *f)
{
	for (size_t i = 0; i < b->nacts; i++)
		for (size_t k = 0; k < b->acts[i].neffects; k++)
			if (b->acts[i].effects[k].target == f &&
			    b->acts[i].effects[k].kind == EFFECT_FIELD &&
			    act_sets(first, b->acts[i].effects[k].source))
				return true;
	return act_sets(first, f);
}

/* The act or the book that changes a field which saves may not change in this state; NULL: none. */
static const struct label *
way_to_change(const struct entry *e, const struct field *f)
{
	const struct set	*set = e->ctx->set;
	const struct state	*state = book_state(e->book, e->state);

	if (state == NULL || ((f->fixed | (f->group != NULL ? f->group->fixed : 0)) &
	    STATE_BIT(state)) == 0)
		return NULL;
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; set->books[b].under != NULL &&
		    set->books[b].under->link_book == e->book && i < set->books[b].nacts; i++)
			if (act_sets(&set->books[b].acts[i], f))
				return &set->books[b].label;
	for (size_t i = 0; i < e->book->nacts; i++)
		if ((e->book->acts[i].from & STATE_BIT(state)) != 0 &&
		    act_leads_to(e->book, &e->book->acts[i], f))
			return &e->book->acts[i].label;
	return NULL;
}

static void
locked_text(const struct form_page *s, const struct field *f, struct buf *out)
{
	const struct label	*way = way_to_change(s->e, f);

	if (f == s->e->book->under)
		buf_puts(out, _("This stays with the record it was begun under."));
	else if (way != NULL)
		wording_format(out, _("This field is not changed here; \"{1}\" changes it."),
		    ARG_TEXT, wording_label(s->e->ctx, *way), ARG_END);
	else
		buf_puts(out, _("Only others may fill in this field."));
}

static void
long_help(struct form_page *s, const struct field *f)
{
	const struct form_ctx	*ctx = s->e->ctx;
	struct buf		 b = BUF_INIT;

	if (*wording_label(ctx, f->help) != '\0')
		buf_printf(&b, "%s\n\n", wording_label(ctx, f->help));
	if (*wording_label(ctx, f->more) != '\0')
		buf_printf(&b, "%s\n\n", wording_label(ctx, f->more));
	wording_format(&b, _("What to type: {1}."), ARG_TEXT, gettext(f->type->hint), ARG_END);
	app_push(app_of(s), text_new(wording_label(ctx, f->label), buf_str(&b)), s->view, 0);
	buf_free(&b);
}

static void
help(struct form_page *s, const struct page_line *l)
{
	const struct field	*f = l->field;
	const char		*line = wording_label(s->e->ctx, f->help);
	struct buf		 b = BUF_INIT;

	if (s->helped) {
		s->helped = false;
		long_help(s, f);
		return;
	}
	s->helped = true;
	if (entry_locked(s->e, f))
		locked_text(s, f, &b);
	else if (*line != '\0')
		wording_format(&b, _("{1} (help again for more)"), ARG_TEXT, line, ARG_END);
	else
		wording_format(&b, _("What to type: {1}."), ARG_TEXT, gettext(f->type->hint),
		    ARG_END);
	app_message_text(app_of(s), buf_str(&b));
	buf_free(&b);
}

/*
 * Copies from the record of this book that was saved or opened last: siblings have most of it in
 * common.
 */
static void
dup_field(struct form_page *s, const struct page_line *l)
{
	const struct val	*last = app_last_record(app_of(s), s->e->book),
	    *v = val_find(last, l->path);

	if (s->e->act != NULL || last == NULL)
		app_message(app_of(s), _("There is no record before this one to copy from."),
		    ARG_END);
	else if (l->field->unique)
		app_message(app_of(s), _("This is different for everybody and cannot be copied."),
		    ARG_END);
	else if (type_value_empty(v))
		app_message(app_of(s), _("The record before has nothing in this field."), ARG_END);
	else
		choose(s, l, val_dup(v));
}

/*
 * Undone steps of the editor become one step of the entry that can be redone after the editor is
 * left.
 */
static void
keep_typed(struct form_page *s)
{
	struct entry_undo_info	 went;

	if (s->edit == NULL || !edit_can_redo(s->edit)) {
		page_commit(s, false);
		return;
	}
	while (edit_can_redo(s->edit) && edit_key(s->edit, &KEY_CTL('g')) == EDIT_CHANGED)
		;
	s->typed = true;
	page_commit(s, false);
	entry_undo(s->e, &went);
}

static void
say_went(struct form_page *s, const struct entry_undo_info *went, bool back)
{
	const struct entry	*e = s->e;
	const char		*key = key_for_action(back ? ACT_REDO : ACT_UNDO, page_where(s));
	struct buf		 what = BUF_INIT;

	if (e->act != NULL)
		buf_puts(&what, wording_label(e->ctx, focused(s)->field->label));
	else
		wording_path(e->ctx, e->book, went->path, &what);
	if (went->others > 0)
		wording_format(&what, _(" (with {1} more fields)"), ARG_NUM, (int64_t)went->others,
		    ARG_END);
	app_message(app_of(s), back ? _("Taken back: {1}  {2}: do it again") :
	    _("Done again: {1}  {2}: take it back"),
	    ARG_TEXT, buf_str(&what), ARG_TEXT, key, ARG_END);
	buf_free(&what);
}

/* Moves the focus to the field of the step, on any page; row 23 names it. */
static enum page_outcome
undo_or_redo(struct form_page *s, bool back)
{
	struct entry_undo_info	 went;
	const struct page	*page;

	if (back)
		keep_typed(s);
	if (!(back ? entry_undo(s->e, &went) : entry_redo(s->e, &went))) {
		if (back)
			page_refresh(s, NULL);
		app_message(app_of(s), back ? _("There is nothing to take back.") :
		    _("There is nothing to do again."), ARG_END);
		return PAGE_HANDLED;
	}
	memcpy(s->left, went.path, sizeof(s->left));
	page = s->e->act == NULL ? problem_list_page(s->e->book, went.path) : s->page;
	if (page == s->page)
		page_refresh(s, went.path);
	say_went(s, &went, back);
	return page == s->page ? PAGE_HANDLED : PAGE_OTHER_PAGE;
}

/* Backspace and Delete empty a choice, or remove the last of several links. */
static void
empty(struct form_page *s, const struct page_line *l)
{
	const struct val	*now = entry_value(s->e, l->path);
	struct val		*list;

	if (l->field->link_book == NULL || !l->field->many || val_len(now) < 2) {
		choose(s, l, NULL);
		return;
	}
	if ((list = val_list()) == NULL)
		return;
	for (size_t i = 0; i + 1 < val_len(now); i++)
		pack_add(list, val_dup(val_at(now, i)));
	choose(s, l, list);
}

static enum page_outcome
key_choosing(struct form_page *s, const struct key *k, enum action act)
{
	const struct page_line	*l = focused(s);

	if (k->code == K_BACKSPACE || k->code == K_DELETE) {
		empty(s, l);
		return PAGE_HANDLED;
	}
	if (act == ACT_CHOICES) {
		open_choices(s, "");
		return PAGE_HANDLED;
	}
	switch (page_widget(s, l->field)) {
	case WIDGET_ONE_LINE:
	case WIDGET_TICKS_LINE:
		return key_one_line(s, k, act);
	case WIDGET_PICK:
	case WIDGET_TICKS:
	case WIDGET_LINK:
		return key_pick(s, k, act);
	default:
		return PAGE_UNHANDLED;
	}
}

static enum page_outcome
key_of_widget(struct form_page *s, const struct key *k, enum action act)
{
	const struct page_line	*l = focused(s);
	struct buf		 b = BUF_INIT;

	if (l->kind != LINE_FIELD)
		return key_heading(s, k);
	if (entry_locked(s->e, l->field)) {
		if (k->code != K_CHAR && k->code != K_BACKSPACE && k->code != K_DELETE)
			return PAGE_UNHANDLED;
		if (act == ACT_HELP)
			return PAGE_UNHANDLED;
		locked_text(s, l->field, &b);
		app_message_text(app_of(s), buf_str(&b));
		buf_free(&b);
		return PAGE_HANDLED;
	}
	return s->edit != NULL ? key_typed(s, k) : key_choosing(s, k, act);
}

enum page_outcome
page_key(struct form_page *s, const struct key *k, enum action act)
{
	const struct page_line	*l = focused(s);
	enum page_outcome		 did;

	if (l == NULL)
		return act == ACT_NEXT || act == ACT_DOWN ? PAGE_PAST_END :
		    act == ACT_PREV || act == ACT_UP ? PAGE_PAST_START : PAGE_UNHANDLED;
	if ((did = key_of_widget(s, k, act)) != PAGE_UNHANDLED)
		return did;
	switch (act) {
	case ACT_NEXT:
	case ACT_DOWN:
		return page_step(s, 1) ? PAGE_HANDLED : PAGE_PAST_END;
	case ACT_PREV:
	case ACT_UP:
		return page_step(s, -1) ? PAGE_HANDLED : PAGE_PAST_START;
	case ACT_TOP:
	case ACT_END:
		page_focus_end(s, act == ACT_END);
		return PAGE_HANDLED;
	case ACT_UNDO:
	case ACT_REDO:
		return undo_or_redo(s, act == ACT_UNDO);
	case ACT_DUP:
		if (l->kind == LINE_FIELD && !entry_locked(s->e, l->field))
			dup_field(s, l);
		return PAGE_HANDLED;
	case ACT_HELP:
		if (l->kind != LINE_FIELD)
			return PAGE_UNHANDLED;
		help(s, l);
		return PAGE_HANDLED;
	default:
		return PAGE_UNHANDLED;
	}
}

/* ---- the strip ------------------------------------------------------------------------------- */

static void
strip_widget(const struct form_page *s, const struct page_line *l, struct strip *out)
{
	switch (page_widget(s, l->field)) {
	case WIDGET_ONE_LINE:
		strip_add_key(out, type_is(l->field, "yes-no") ? _("y n") : _("number"),
		    _("choose"),
		    _("The number or first letter of a choice takes it; Backspace empties the field."));
		break;
	case WIDGET_TICKS_LINE:
		strip_add_key(out, _("number"), _("tick"),
		    _("The number or first letter of a choice sets or clears its tick."));
		break;
	case WIDGET_PICK:
	case WIDGET_TICKS:
		strip_add_key(out, _("letters"), _("choose"),
		    _("Just type: digits, characters or pinyin initials look in the list."));
		break;
	case WIDGET_LINK:
		strip_add_key(out, _("letters"), _("find"),
		    _("Just type: a name, pinyin or a number finds the record to put here."));
		break;
	default:
		break;
	}
}

void
page_strip(const struct form_page *s, struct strip *out)
{
	const struct page_line	*l = focused(s);

	if (l == NULL)
		return;
	if (l->kind == LINE_ADD)
		strip_add_key(out, "a", _("add"), _("Add one more."));
	else if (l->kind == LINE_ITEM)
		strip_add_key(out, "d", _("remove"), _("Remove this one; Ctrl-Z brings it back."));
	else if (!entry_locked(s->e, l->field))
		strip_widget(s, l, out);
	if (s->edit != NULL && page_widget(s, l->field) == WIDGET_MULTILINE)
		strip_add_key(out, "Tab", _("next"),
		    _("Go to the next field; Enter begins a new line of text here."));
	else
		strip_add(out, ACT_NEXT);
}

void
page_strip_more(const struct form_page *s, struct strip *out)
{
	const struct page_line	*l = focused(s);

	strip_add(out, ACT_PREV);
	if (l != NULL && l->kind == LINE_FIELD && choices_available(l->field) &&
	    !entry_locked(s->e, l->field))
		strip_add(out, ACT_CHOICES);
	strip_add(out, ACT_UNDO);
	if (entry_can_redo(s->e) || (s->edit != NULL && edit_can_redo(s->edit)))
		strip_add(out, ACT_REDO);
	if (s->e->act == NULL)
		strip_add(out, ACT_DUP);
}

/* Row 23 without a message: the problem of the focused field. */
void
page_note(const struct form_page *s, struct buf *out)
{
	const struct page_line	*l = focused(s);
	const size_t		 over = page_excess(s);
	bool			 judged = l != NULL && (s->edit == NULL || s->fresh);
	const struct problem	*p = judged ? entry_problem(s->e, l->path) : NULL;

	if (over > 0)
		wording_too_long(wording_label(s->e->ctx, l->field->label), over,
		    edit_limit(s->edit), out);
	else if (p != NULL && !entry_missing(s->e, l->path))
		wording_problem(s->e->ctx, s->e->book, p, out);
	else if (l != NULL && l->kind == LINE_FIELD && !entry_locked(s->e, l->field))
		scale_text(s, l, out);
}
