#include <stdio.h>
#include <string.h>

#include "tui/form/issues.h"
#include "tui/form/sheet.h"
#include "tui/pick.h"
#include "tui/screen/scr.h"
#include "tui/term/width.h"
#include "tui/words.h"

/*
 * Keys on a page of a form.
 */
static struct sheet_line *
focused(const struct sheet *s)
{
	return s->focus < s->n ? &s->lines[s->focus] : NULL;
}

static struct app *
app_of(const struct sheet *s)
{
	return s->owner->app;
}

enum key_where
sheet_where(const struct sheet *s)
{
	return s->edit != NULL ? WHERE_TEXT : WHERE_FIELD;
}

/* The sheet is rebuilt: a value may show or hide lines. */
static void
put(struct sheet *s, const struct sheet_line *l, struct val *v)
{
	struct sheet_line	 line = *l;

	entry_put(s->e, line.field, line.path, v);
	strcpy(s->left, line.path);
	sheet_refresh(s, NULL);
}

/* A value that was chosen, not typed: an act of its own, also behind another at this field. */
static void
choose(struct sheet *s, const struct sheet_line *l, struct val *v)
{
	entry_step(s->e);
	put(s, l, v);
	entry_step(s->e);
}

/* ---- choices ------------------------------------------------------------------------------------------------ */

static const char *
key_of(const struct choices *all, const struct code *code)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->at[i].value, code->code) == 0)
			return all->at[i].key;
	return NULL;
}

/* "1 best, 5 worst": which end is which by the keys as they stand on the screen. Nothing for what is no scale. */
static void
scale_words(const struct sheet *s, const struct sheet_line *l, struct buf *out)
{
	const struct codes	*codes = l->field->codes;
	struct choices		 all = CHOICES_INIT;
	const char		*best, *worst;

	if (codes == NULL || codes->best == NULL || l->field->computed != COMPUTED_NO)
		return;
	sheet_choices(s, l, &all);
	best = all.bad ? NULL : key_of(&all, codes->best);
	worst = all.bad ? NULL : key_of(&all, codes->worst);
	if (best != NULL && worst != NULL)
		words_fill(out, _("{1} best, {2} worst"), ARG_TEXT, best, ARG_TEXT, worst, ARG_END);
	choices_free(&all);
}

static void
open_choices(struct sheet *s, const char *typed)
{
	const struct sheet_line	*l = focused(s);
	struct choices		 all = CHOICES_INIT;
	enum widget		 w = sheet_widget(s, l->field);
	struct buf		 title = BUF_INIT, scale = BUF_INIT;
	struct view		*v;

	if (w == WIDGET_LINK) {
		app_push(app_of(s), scr_find(l->field->to, true, typed), s->owner, SHEET_TAG);
		return;
	}
	entry_step(s->e);
	sheet_choices(s, l, &all);
	scale_words(s, l, &scale);
	buf_printf(&title, scale.n > 0 ? "%s (%s)" : "%s", words_label(s->e->ctx, l->field->label), buf_str(&scale));
	v = pick_new(buf_str(&title), &all, w == WIDGET_TICKS || w == WIDGET_TICKS_LINE ? PICK_MANY : 0, typed);
	buf_free(&scale);
	buf_free(&title);
	pick_beside(v, sheet_focus_row(s, CONTENT_ROW, content_rows(app_of(s)->term)));
	app_push(app_of(s), v, s->owner, SHEET_TAG);
}

/* A record is a number to the daemon; who chose it wants to read whom he chose. */
static void
remember_title(struct sheet *s, const struct field *f, const struct val *answer)
{
	struct val	*links = val_map();
	struct buf	 key = BUF_INIT;

	buf_printf(&key, "%s/%lld", f->to->name, (long long)val_get_num(answer, "id", 0));
	if (val_get(answer, "title") != NULL && val_put(links, buf_str(&key), val_dup(val_get(answer, "title"))))
		app_learn_links(app_of(s), links);
	val_free(links);
	buf_free(&key);
}

static void
add_link(struct sheet *s, const struct sheet_line *l, int64_t id)
{
	struct val	*list;

	if (!l->field->many) {
		choose(s, l, val_int(id));
		return;
	}
	list = entry_value(s->e, l->path) != NULL ? val_dup(entry_value(s->e, l->path)) : val_list();
	if (list != NULL)
		val_add(list, val_int(id));
	choose(s, l, list);
}

const struct field *
sheet_to_fill(struct sheet *s, int64_t *id)
{
	const struct field	*link = s->to_fill;

	*id = s->fill_from;
	s->to_fill = NULL;
	return link;
}

/* Unless something else was chosen meanwhile. What that record does not say stays as it is. */
void
sheet_fill(struct sheet *s, const struct field *link, const struct val *reply)
{
	const struct val	*rec = val_get(reply, "record"), *from = val_get(rec, "fields"), *v;

	if (val_num(entry_value(s->e, link->path), 0) != val_get_num(rec, "id", 0))
		return;
	entry_join(s->e, link->path);
	for (size_t i = 0; i < link->nautofills; i++)
		if (!type_value_empty(v = val_find(from, link->autofills[i].from->path)) &&
		    !entry_locked(s->e, link->autofills[i].to))
			entry_put(s->e, link->autofills[i].to, link->autofills[i].to->path, val_dup(v));
	entry_step(s->e);
	sheet_refresh(s, NULL);
}

/* Several links are chosen one after the other; everything else is answered with that. Whether one goes on. */
static bool
put_answer(struct sheet *s, const struct sheet_line *l, const struct val *answer)
{
	bool	 on = true;

	if (l->field->to != NULL) {
		on = !l->field->many;
		remember_title(s, l->field, answer);
		s->to_fill = l->field->nautofills > 0 ? l->field : NULL;
		s->fill_from = val_get_num(answer, "id", 0);
		add_link(s, l, s->fill_from);
	} else if (val_get(answer, "ticked") != NULL) {
		on = val_get_true(answer, "done");
		put(s, l, val_dup(val_get(answer, "ticked")));	/* all ticks of one list are one act */
	} else
		choose(s, l, choice_value(l->field, val_str(answer)));
	return on;
}

enum sheet_did
sheet_answer(struct sheet *s, const struct val *answer)
{
	const struct sheet_line	*l = focused(s);

	if (answer == NULL || l == NULL || l->kind != LINE_FIELD || !put_answer(s, l, answer))
		return SHEET_DONE;
	return sheet_step(s, 1) || s->to_fill != NULL ? SHEET_DONE : SHEET_PAST_END;
}

static void
toggle(struct sheet *s, const struct sheet_line *l, struct choices *all, const char *code)
{
	struct val	*list = val_list();

	for (size_t i = 0; list != NULL && i < all->n; i++)
		if (all->at[i].chosen != (strcmp(all->at[i].value, code) == 0))
			val_add(list, val_text(all->at[i].value));
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

static enum sheet_did
key_one_line(struct sheet *s, const struct key *k, enum action act)
{
	const struct sheet_line	*l = focused(s);
	bool			 ticks = sheet_widget(s, l->field) == WIDGET_TICKS_LINE;
	struct choices		 all = CHOICES_INIT;
	const struct choice	*c;
	enum sheet_did		 did = SHEET_DONE;

	sheet_choices(s, l, &all);
	c = choices_typed(&all, (const char[]){ (char)key_command(k), '\0' }, true);
	if (all.bad || all.n == 0)
		did = SHEET_NOT_MINE;
	else if (c != NULL && ticks)
		toggle(s, l, &all, c->value);
	else if (act == ACT_TICK && ticks)
		;			/* behind a number, as one is used to from lists: it has ticked already */
	else if (c != NULL)
		choose(s, l, choice_value(l->field, c->value));
	else if (!ticks && (act == ACT_RIGHT || act == ACT_LEFT || act == ACT_TICK))
		choose(s, l, choice_value(l->field, beside_chosen(&all, act == ACT_LEFT ? -1 : 1)));
	else if (k->code == K_CHAR && act == ACT_NONE)
		app_say(app_of(s), type_is(l->field, "yes-no") ? _("Type y or n.") :
		    _("Type the number or the first letter of a choice."), ARG_END);
	else
		did = SHEET_NOT_MINE;
	choices_free(&all);
	return did;
}

/* A number that can mean one choice only needs no list, as on a line of few. Letters open it: nobody sees yet what they begin. */
static bool
take_keyed(struct sheet *s, const struct sheet_line *l, const char *typed)
{
	struct choices		 all = CHOICES_INIT;
	const struct choice	*c;

	if (sheet_widget(s, l->field) != WIDGET_PICK)
		return false;
	sheet_choices(s, l, &all);
	if (!all.bad && (c = choices_typed(&all, typed, false)) != NULL)
		choose(s, l, choice_value(l->field, c->value));
	else
		c = NULL;
	choices_free(&all);
	return c != NULL;
}

static enum sheet_did
key_pick(struct sheet *s, const struct key *k, enum action act)
{
	char	 typed[5] = "";

	if (act == ACT_TICK) {
		open_choices(s, "");
		return SHEET_DONE;
	}
	if (k->code != K_CHAR || act != ACT_NONE || k->cp < ' ')
		return SHEET_NOT_MINE;
	typed[utf8_put(typed, key_command(k) != 0 ? key_command(k) : k->cp)] = '\0';
	if (!take_keyed(s, focused(s), typed))
		open_choices(s, typed);
	return SHEET_DONE;
}

/* ---- headings of instances ---------------------------------------------------------------------------------- */

static enum sheet_did
key_heading(struct sheet *s, const struct key *k)
{
	const struct sheet_line	 l = *focused(s);
	uint32_t		 c = key_command(k);
	char			 first[ENTRY_PATH], group[ENTRY_PATH];

	if (l.kind == LINE_ADD && (c == 'a' || c == ' ')) {
		entry_add(s->e, l.field, l.path);
		snprintf(first, sizeof(first), "%.140s.%zu.", l.path, l.item);
		sheet_refresh(s, first);
		return SHEET_DONE;
	}
	if (l.kind == LINE_ITEM && (c == 'd' || k->code == K_DELETE)) {
		path_parent(l.path, group);
		entry_remove(s->e, group, l.item);
		strcpy(s->left, l.path);
		sheet_refresh(s, NULL);
		app_say(app_of(s), _("Removed; Ctrl-Z brings it back."), ARG_END);
		return SHEET_DONE;
	}
	return SHEET_NOT_MINE;
}

/* ---- text --------------------------------------------------------------------------------------------------- */

#define NUMBER_MAX	100	/* bytes of a citizen number, with blanks and full-width digits */

/* A complete citizen number counts at once, so that birth and sex show while one still looks at it. */
static void
commit_whole_number(struct sheet *s, const struct sheet_line *l)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct val	*v = l->field->type->parse(l->field, l->path, edit_text(s->edit), s->e->ctx, &ps);

	if (v != NULL && ps.n == 0) {
		s->typed = false;
		entry_type(s->e, l->field, l->path, edit_text(s->edit));
		strcpy(s->left, l->path);
	}
	val_free(v);
	problems_free(&ps);
}

static void
text_changed(struct sheet *s)
{
	const struct sheet_line	*l = focused(s);

	if (!s->typed)
		s->typed_at = app_now();
	s->typed = true;
	s->fresh = false;
	s->helped = false;
	entry_redo_forget(s->e);
	if (type_is(l->field, "citizen-number") && edit_len(s->edit) <= NUMBER_MAX)
		commit_whole_number(s, l);
}

static enum sheet_did
key_typed(struct sheet *s, const struct key *k)
{
	const struct sheet_line	*l = focused(s);

	/* A date is typed anew, not mended; Ctrl-Z has the old one. */
	if (s->fresh && type_is(l->field, "date") && k->code == K_CHAR && edit_len(s->edit) > 0)
		edit_replace(s->edit, "", 0);
	switch (edit_key(s->edit, k)) {
	case EDIT_NOT_MINE:
		return SHEET_NOT_MINE;
	case EDIT_CHANGED:
		text_changed(s);
		break;
	case EDIT_FULL:
		app_say(app_of(s), _("More than {1} characters cannot be taken in at once; the rest was left out."),
		    ARG_NUM, (int64_t)EDIT_MAX, ARG_END);
		break;
	case EDIT_REFUSED:
		app_say(app_of(s), _("This character cannot be kept in a record."), ARG_END);
		break;
	case EDIT_MOVED:
		s->fresh = false;
		break;
	}
	return SHEET_DONE;
}

/* ---- keys every field has ----------------------------------------------------------------------------------- */

static bool
act_sets(const struct act *a, const struct field *f)
{
	for (size_t i = 0; i < a->neffects; i++)
		if (a->effects[i].to == f)
			return true;
	return false;
}

/* What an act sets later from a field of the record begins with the act that fills that field. */
static bool
act_leads_to(const struct book *b, const struct act *first, const struct field *f)
{
	for (size_t i = 0; i < b->nacts; i++)
		for (size_t k = 0; k < b->acts[i].neffects; k++)
			if (b->acts[i].effects[k].to == f && b->acts[i].effects[k].from == EFFECT_FIELD &&
			    act_sets(first, b->acts[i].effects[k].source))
				return true;
	return act_sets(first, f);
}

/* The act, or the book of records, by which a field is changed that no save changes in this state; NULL: none. */
static const struct label *
way_to_change(const struct entry *e, const struct field *f)
{
	const struct set	*set = e->ctx->set;
	const struct state	*state = book_state(e->book, e->state);

	if (state == NULL || ((f->fixed | (f->group != NULL ? f->group->fixed : 0)) & STATE_BIT(state)) == 0)
		return NULL;
	for (size_t b = 0; b < set->nbooks; b++)
		for (size_t i = 0; set->books[b].under != NULL && set->books[b].under->to == e->book && i < set->books[b].nacts; i++)
			if (act_sets(&set->books[b].acts[i], f))
				return &set->books[b].label;
	for (size_t i = 0; i < e->book->nacts; i++)
		if ((e->book->acts[i].from & STATE_BIT(state)) != 0 && act_leads_to(e->book, &e->book->acts[i], f))
			return &e->book->acts[i].label;
	return NULL;
}

static void
locked_words(const struct sheet *s, const struct field *f, struct buf *out)
{
	const struct label	*way = way_to_change(s->e, f);

	if (f == s->e->book->under)
		buf_puts(out, _("This stays with the record it was begun under."));
	else if (way != NULL)
		words_fill(out, _("This field is not changed here; \"{1}\" changes it."), ARG_TEXT, words_label(s->e->ctx, *way), ARG_END);
	else
		buf_puts(out, _("Only others may fill in this field."));
}

static void
long_help(struct sheet *s, const struct field *f)
{
	const struct form_ctx	*ctx = s->e->ctx;
	struct buf		 b = BUF_INIT;

	if (*words_label(ctx, f->help) != '\0')
		buf_printf(&b, "%s\n\n", words_label(ctx, f->help));
	if (*words_label(ctx, f->more) != '\0')
		buf_printf(&b, "%s\n\n", words_label(ctx, f->more));
	words_fill(&b, _("What to type: {1}."), ARG_TEXT, gettext(f->type->hint), ARG_END);
	app_push(app_of(s), scr_text(words_label(ctx, f->label), buf_str(&b)), s->owner, 0);
	buf_free(&b);
}

static void
help(struct sheet *s, const struct sheet_line *l)
{
	const struct field	*f = l->field;
	const char		*line = words_label(s->e->ctx, f->help);
	struct buf		 b = BUF_INIT;

	if (s->helped) {
		s->helped = false;
		long_help(s, f);
		return;
	}
	s->helped = true;
	if (entry_locked(s->e, f))
		locked_words(s, f, &b);
	else if (*line != '\0')
		words_fill(&b, _("{1} (help again for more)"), ARG_TEXT, line, ARG_END);
	else
		words_fill(&b, _("What to type: {1}."), ARG_TEXT, gettext(f->type->hint), ARG_END);
	app_say_text(app_of(s), buf_str(&b));
	buf_free(&b);
}

/* From the record saved or opened last in this book: brothers and sisters share most of their file. */
static void
dup_field(struct sheet *s, const struct sheet_line *l)
{
	const struct val	*last = app_last(app_of(s), s->e->book), *v = val_find(last, l->path);

	if (s->e->act != NULL || last == NULL)
		app_say(app_of(s), _("There is no record before this one to copy from."), ARG_END);
	else if (l->field->unique)
		app_say(app_of(s), _("This is different for everybody and cannot be copied."), ARG_END);
	else if (type_value_empty(v))
		app_say(app_of(s), _("The record before has nothing in this field."), ARG_END);
	else
		choose(s, l, val_dup(v));
}

/* Steps of the editor that were taken back are one step of the entry, to be done again there once the editor is left. */
static void
keep_typed(struct sheet *s)
{
	struct entry_went	 went;

	if (s->edit == NULL || !edit_can_redo(s->edit)) {
		sheet_commit(s, false);
		return;
	}
	while (edit_can_redo(s->edit) && edit_key(s->edit, &KEY_CTL('g')) == EDIT_CHANGED)
		;
	s->typed = true;
	sheet_commit(s, false);
	entry_undo(s->e, &went);
}

static void
say_went(struct sheet *s, const struct entry_went *went, bool back)
{
	const struct entry	*e = s->e;
	const char		*key = action_key(back ? ACT_REDO : ACT_UNDO, sheet_where(s));
	struct buf		 what = BUF_INIT;

	if (e->act != NULL)
		buf_puts(&what, words_label(e->ctx, focused(s)->field->label));
	else
		words_path(e->ctx, e->book, went->path, &what);
	if (went->others > 0)
		words_fill(&what, _(" (with {1} more fields)"), ARG_NUM, (int64_t)went->others, ARG_END);
	app_say(app_of(s), back ? _("Taken back: {1}  {2}: do it again") : _("Done again: {1}  {2}: take it back"),
	    ARG_TEXT, buf_str(&what), ARG_TEXT, key, ARG_END);
	buf_free(&what);
}

/* The focus goes to the field of the act, on whatever page it is, and row 23 names it. */
static enum sheet_did
travel(struct sheet *s, bool back)
{
	struct entry_went	 went;
	const struct page	*page;

	if (back)
		keep_typed(s);
	if (!(back ? entry_undo(s->e, &went) : entry_redo(s->e, &went))) {
		if (back)
			sheet_refresh(s, NULL);
		app_say(app_of(s), back ? _("There is nothing to take back.") : _("There is nothing to do again."), ARG_END);
		return SHEET_DONE;
	}
	memcpy(s->left, went.path, sizeof(s->left));
	page = s->e->act == NULL ? issues_page(s->e->book, went.path) : s->page;
	if (page == s->page)
		sheet_refresh(s, went.path);
	say_went(s, &went, back);
	return page == s->page ? SHEET_DONE : SHEET_ELSEWHERE;
}

/* Backspace and Delete empty what is chosen; of several links the last. */
static void
empty(struct sheet *s, const struct sheet_line *l)
{
	const struct val	*now = entry_value(s->e, l->path);
	struct val		*list;

	if (l->field->to == NULL || !l->field->many || val_len(now) < 2) {
		choose(s, l, NULL);
		return;
	}
	if ((list = val_list()) == NULL)
		return;
	for (size_t i = 0; i + 1 < val_len(now); i++)
		val_add(list, val_dup(val_at(now, i)));
	choose(s, l, list);
}

static enum sheet_did
key_choosing(struct sheet *s, const struct key *k, enum action act)
{
	const struct sheet_line	*l = focused(s);

	if (k->code == K_BACKSPACE || k->code == K_DELETE) {
		empty(s, l);
		return SHEET_DONE;
	}
	if (act == ACT_CHOICES) {
		open_choices(s, "");
		return SHEET_DONE;
	}
	switch (sheet_widget(s, l->field)) {
	case WIDGET_ONE_LINE:
	case WIDGET_TICKS_LINE:
		return key_one_line(s, k, act);
	case WIDGET_PICK:
	case WIDGET_TICKS:
	case WIDGET_LINK:
		return key_pick(s, k, act);
	default:
		return SHEET_NOT_MINE;
	}
}

static enum sheet_did
key_of_widget(struct sheet *s, const struct key *k, enum action act)
{
	const struct sheet_line	*l = focused(s);
	struct buf		 b = BUF_INIT;

	if (l->kind != LINE_FIELD)
		return key_heading(s, k);
	if (entry_locked(s->e, l->field)) {
		if (k->code != K_CHAR && k->code != K_BACKSPACE && k->code != K_DELETE)
			return SHEET_NOT_MINE;
		if (act == ACT_HELP)
			return SHEET_NOT_MINE;
		locked_words(s, l->field, &b);
		app_say_text(app_of(s), buf_str(&b));
		buf_free(&b);
		return SHEET_DONE;
	}
	return s->edit != NULL ? key_typed(s, k) : key_choosing(s, k, act);
}

enum sheet_did
sheet_key(struct sheet *s, const struct key *k, enum action act)
{
	const struct sheet_line	*l = focused(s);
	enum sheet_did		 did;

	if (l == NULL)
		return act == ACT_NEXT || act == ACT_DOWN ? SHEET_PAST_END :
		    act == ACT_PREV || act == ACT_UP ? SHEET_PAST_START : SHEET_NOT_MINE;
	if ((did = key_of_widget(s, k, act)) != SHEET_NOT_MINE)
		return did;
	switch (act) {
	case ACT_NEXT:
	case ACT_DOWN:
		return sheet_step(s, 1) ? SHEET_DONE : SHEET_PAST_END;
	case ACT_PREV:
	case ACT_UP:
		return sheet_step(s, -1) ? SHEET_DONE : SHEET_PAST_START;
	case ACT_TOP:
	case ACT_END:
		sheet_end(s, act == ACT_END);
		return SHEET_DONE;
	case ACT_UNDO:
	case ACT_REDO:
		return travel(s, act == ACT_UNDO);
	case ACT_DUP:
		if (l->kind == LINE_FIELD && !entry_locked(s->e, l->field))
			dup_field(s, l);
		return SHEET_DONE;
	case ACT_HELP:
		if (l->kind != LINE_FIELD)
			return SHEET_NOT_MINE;
		help(s, l);
		return SHEET_DONE;
	default:
		return SHEET_NOT_MINE;
	}
}

/* ---- the strip ---------------------------------------------------------------------------------------------- */

static void
strip_widget(const struct sheet *s, const struct sheet_line *l, struct strip *out)
{
	switch (sheet_widget(s, l->field)) {
	case WIDGET_ONE_LINE:
		strip_own(out, type_is(l->field, "yes-no") ? _("y n") : _("number"), _("choose"),
		    _("The number or first letter of a choice takes it; Backspace empties the field."));
		break;
	case WIDGET_TICKS_LINE:
		strip_own(out, _("number"), _("tick"),
		    _("The number or first letter of a choice sets or clears its tick."));
		break;
	case WIDGET_PICK:
	case WIDGET_TICKS:
		strip_own(out, _("letters"), _("choose"),
		    _("Just type: digits, characters or pinyin initials look in the list."));
		break;
	case WIDGET_LINK:
		strip_own(out, _("letters"), _("find"),
		    _("Just type: a name, pinyin or a number finds the record to put here."));
		break;
	default:
		break;
	}
}

void
sheet_strip(const struct sheet *s, struct strip *out)
{
	const struct sheet_line	*l = focused(s);

	if (l == NULL)
		return;
	if (l->kind == LINE_ADD)
		strip_own(out, "a", _("add"), _("Add one more."));
	else if (l->kind == LINE_ITEM)
		strip_own(out, "d", _("remove"), _("Remove this one; Ctrl-Z brings it back."));
	else if (!entry_locked(s->e, l->field))
		strip_widget(s, l, out);
	if (s->edit != NULL && sheet_widget(s, l->field) == WIDGET_LONG)
		strip_own(out, "Tab", _("next"),
		    _("Go to the next field; Enter begins a new line of text here."));
	else
		strip_act(out, ACT_NEXT);
}

void
sheet_strip_more(const struct sheet *s, struct strip *out)
{
	const struct sheet_line	*l = focused(s);

	strip_act(out, ACT_PREV);
	if (l != NULL && l->kind == LINE_FIELD && choices_exist(l->field) && !entry_locked(s->e, l->field))
		strip_act(out, ACT_CHOICES);
	strip_act(out, ACT_UNDO);
	if (entry_can_redo(s->e) || (s->edit != NULL && edit_can_redo(s->edit)))
		strip_act(out, ACT_REDO);
	if (s->e->act == NULL)
		strip_act(out, ACT_DUP);
}

/* Row 23 while nothing else is said: what is wrong with the field the focus is on. */
void
sheet_note(const struct sheet *s, struct buf *out)
{
	const struct sheet_line	*l = focused(s);
	const size_t		 over = sheet_over(s);
	bool			 judged = l != NULL && (s->edit == NULL || s->fresh);
	const struct problem	*p = judged ? entry_problem(s->e, l->path) : NULL;

	if (over > 0)
		words_too_long(words_label(s->e->ctx, l->field->label), over, edit_limit(s->edit), out);
	else if (p != NULL && !entry_missing(s->e, l->path))
		words_problem(s->e->ctx, s->e->book, p, out);
	else if (l != NULL && l->kind == LINE_FIELD && !entry_locked(s->e, l->field))
		scale_words(s, l, out);
}
