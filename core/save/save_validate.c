#include "core/save/save.h"

#include <stdio.h>
#include <string.h>

#include "core/record/builtin.h"
#include "core/record/link.h"
#include "core/record/match.h"
#include "forms/pred.h"

/* Marks a problem as one of the act only: the record itself may be right as it is. */
static void
mark_act_problem(struct problem *p)
{
	if (p != NULL)
		p->act = true;
}

static void
check_needs(struct save *s)
{
	const struct pred_ctx	 ctx = { s->now->fields, NULL, s->now->state->name, s->w.today };

	for (size_t i = 0; i < s->act->nneeds; i++)
		if (!pred_holds(s->act->needs[i].holds, &ctx))
			mark_act_problem(problem_add(&s->problems, NULL, "{1}", ARG_TEXT,
			    LABEL(s->act->needs[i].say, s->lang), ARG_END));
}

static void
check_remarks(struct save *s)
{
	if (s->act->remarks == REMARKS_REQUIRED && val_len(s->remarks) == 0)
		mark_act_problem(problem_add(&s->problems, NULL,
		    N_("Say at least at one field what is to be put right."), ARG_END));
	for (size_t i = 0; i < val_len(s->remarks); i++) {
		const char	*path = val_key(s->remarks, i),
		    *text = val_str(val_value(s->remarks, i));

		if (book_field(s->book, path) == NULL || text == NULL || text[0] == '\0' ||
		    type_text_chars(text) > 500)
			mark_act_problem(problem_add(&s->problems, path,
			    N_("A remark needs one to 500 characters at a field of this form."),
			    ARG_END));
	}
}

/* ---- problems about other records ------------------------------------------------------------ */

int
save_result(struct save *s, int r)
{
	if (r != REFUSED_INVALID || val_len(s->disclosed) == 0)
		return r;
	s->refusal = r;
	return 0;
}

/*
 * {id: place} remembers each record that was mentioned, so that it gets one trail entry for each
 * save.
 */
static int
disclose(struct save *s, const struct rec *other, const char *by, bool seen,
    char place[AREA_CODE + 1])
{
	struct buf	 key = BUF_INIT;
	struct val	*paths = val_list();
	const char	*before;
	int		 r = STORE_SYS;

	place[0] = '\0';
	buf_printf(&key, "%llu", (unsigned long long)other->id);
	if (s->disclosed == NULL)
		s->disclosed = val_map();
	if ((before = val_get_str(s->disclosed, buf_str(&key))) != NULL) {
		snprintf(place, AREA_CODE + 1, "%s", before);
		r = 0;
	} else if (val_add(paths, val_text(by)))
		r = (int)(seen ? match_masked(&s->w, other, paths) :
		    match_foreign(&s->w, other, paths, place));
	if (r == 0 && before == NULL && !val_put(s->disclosed, buf_str(&key), val_text(place)))
		r = STORE_SYS;
	val_free(paths);
	buf_free(&key);
	return r;
}

int
save_foreign_area(struct save *s, const struct rec *other, const char *by,
    char place[AREA_CODE + 1])
{
	return disclose(s, other, by, false, place);
}

int
save_add_duplicate(struct save *s, const struct rec *other, const struct field *f,
    const struct save_duplicate_text *say, struct problems *ps)
{
	bool	 seen = access_allowed(s->actor, ACCESS_SEE, other, NULL);
	char	 place[AREA_CODE + 1];
	int	 r = seen && f->mask == MASK_NO ? 0 : disclose(s, other, f->path, seen, place);

	if (r != 0)
		return r;
	if (seen)
		problem_add(ps, f->path, say->seen, ARG_FIELD, f->path, ARG_TEXT,
		    other->number[0] != '\0' ? other->number : "-", ARG_END);
	else if (place[0] != '\0')
		problem_add(ps, f->path, say->township, ARG_FIELD, f->path, ARG_AREA, place,
		    ARG_END);
	else
		problem_add(ps, f->path, say->office, ARG_FIELD, f->path, ARG_END);
	return 0;
}

static const struct save_duplicate_text	 duplicate_text = {
	N_("{1} is registered already, under {2}. Open that record instead."),
	N_("{1} is registered already, in {2}. Ask the supervisor there or the county office."),
	N_("{1} is registered already. Ask the county office."),
};

/* Adds a problem for each unique value that another record has already. */
static int
check_unique(struct store_txn *txn, struct save *s, const struct rec *rec, struct problems *ps)
{
	int	 r = 0;

	for (size_t i = 0; r == 0 && i < rec->book->nall; i++) {
		const struct field	*f = rec->book->all[i];
		const struct val	*v = val_find(rec->fields, f->path);
		struct rec		*other;
		uint64_t		 id;

		if (!f->unique || v == NULL)
			continue;
		if (query_unique(s->core, txn, f, v, rec->id, &id) != STORE_OK)
			return STORE_SYS;
		if (id == 0 || id == s->merged_id)
			continue;
		if (rec_get(s->core, txn, id, &other) != REC_OK)
			return STORE_BAD;
		r = save_add_duplicate(s, other, f, &duplicate_text, ps);
		rec_free(other);
	}
	return r;
}

/* ---- the record ------------------------------------------------------------------------------ */

static bool
field_visible(const struct field *f, const void *actor)
{
	return access_see_field(actor, f);
}

/*
 * Adds warnings about the record, alone and together with its parent as far as the person may see
 * that.
 */
static int
check_consistency(struct store_txn *txn, const struct save *s, const struct rec *rec,
    const struct state *to, const struct form_ctx *ctx, struct problems *ps)
{
	struct rec	*parent = NULL;

	if (rec->book->under != NULL && check_reads_parent(rec->book)) {
		if (rec_get(s->core, txn, (uint64_t)val_get_num(rec->fields, rec->book->under->name,
		    0), &parent) != REC_OK)
			return STORE_BAD;
		if (!access_allowed(s->actor, ACCESS_SEE, parent, NULL)) {
			rec_free(parent);
			parent = NULL;
		}
	}
	check_warnings(rec->book, rec->fields, parent != NULL ? parent->fields : NULL, to->name,
	    ctx, field_visible, s->actor, ps);
	rec_free(parent);
	return 0;
}

int
save_check(struct store_txn *txn, struct save *s, const struct rec *was, const struct rec *rec,
    const struct state *to, const struct form_ctx *ctx, struct problems *ps)
{
	int	 r;

	check_record(rec->book, rec->fields, rec->state->name, ctx, ps);
	builtin_check(rec->book, rec->fields, ctx, ps);
	if ((r = (int)link_check(s->core, txn, s->actor, was, rec, ps)) != 0 ||
	    (r = check_unique(txn, s, rec, ps)) != 0 ||
	    (r = save_exclusive_check(txn, s, was, rec, to, ctx, ps)) != 0 ||
	    (r = check_consistency(txn, s, rec, to, ctx, ps)) != 0)
		return r;
	return (int)builtin_check_others(s->core, txn, ctx->today, rec, to, ps);
}

static bool
contains_problem(const struct problems *ps, const struct problem *p)
{
	for (size_t i = 0; i < ps->n; i++) {
		const struct problem	*q = &ps->at[i];

		if (strcmp(p->say, q->say) == 0 && val_same(p->args, q->args) &&
		    (p->field == NULL) == (q->field == NULL) &&
		    (p->field == NULL || strcmp(p->field, q->field) == 0))
			return true;
	}
	return false;
}

static void
add_copy(struct problems *ps, const struct problem *p)
{
	struct problem	*copy = problem_add(ps, p->field, p->say, ARG_END);

	if (copy == NULL)
		return;
	val_free(copy->args);
	copy->gap = p->gap;
	copy->warn = p->warn;
	copy->act = p->act;
	ps->bad |= (copy->args = val_dup(p->args)) == NULL;
}

void
save_add_problem(struct problems *ps, const struct problem *p)
{
	if (!contains_problem(ps, p))
		add_copy(ps, p);
}

int
save_check_change(struct store_txn *txn, struct save *s, const struct rec *was,
    const struct rec *now, const struct form_ctx *ctx, struct problems *ps)
{
	struct problems	 before = PROBLEMS_INIT, after = PROBLEMS_INIT;
	int		 r;

	if ((r = save_check(txn, s, was, was, was->state, ctx, &before)) == 0 &&
	    (r = save_check(txn, s, was, now, now->state, ctx, &after)) == 0)
		for (size_t i = 0; i < after.n; i++)
			if (!contains_problem(&before, &after.at[i]))
				add_copy(ps, &after.at[i]);
	ps->bad |= before.bad || after.bad;
	problems_free(&before);
	problems_free(&after);
	return r;
}

/* ---- the parent ------------------------------------------------------------------------------ */

static void
print_parent_field(const struct book *book, const char *path, enum lang lang, struct buf *out)
{
	const struct field	*f = book_field(book, path);

	if (f != NULL && f->group != NULL)
		buf_printf(out, "%s ", LABEL(f->group->label, lang));
	buf_puts(out, f != NULL ? LABEL(f->label, lang) : path);
}

/*
 * Names of another book's fields and states have no label for this book's reader, so their labels
 * are sent as text.
 */
static struct val *
translate_args(const struct book *book, const struct val *args, enum lang lang)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < val_len(args); i++) {
		const struct val	*arg = val_at(args, i);
		const char		*path = val_get_str(arg, "field"),
		    *name = val_get_str(arg, "state");
		const struct state	*state = name != NULL ? book_state(book, name) : NULL;
		struct buf		 b = BUF_INIT;

		if (path != NULL)
			print_parent_field(book, path, lang, &b);
		else if (state != NULL)
			buf_puts(&b, LABEL(state->label, lang));
		if (b.bad || !val_add(out, b.n > 0 ? val_text(buf_str(&b)) : val_dup(arg))) {
			val_free(out);
			out = NULL;
		}
		buf_free(&b);
	}
	return out;
}

static bool
comes_with(const struct field *to, const char *path)
{
	return strcmp(to->path, path) == 0 ||
	    (to->birth_target != NULL && strcmp(to->birth_target->path, path) == 0) ||
	    (to->sex_target != NULL && strcmp(to->sex_target->path, path) == 0);
}

/*
 * The field of this record or the answer from which an effect takes the value, so that it can be
 * corrected. NULL: there is none here.
 */
static const char *
source_path(const struct act *act, const char *path)
{
	for (size_t i = 0; path != NULL && i < act->neffects; i++)
		if (act->effects[i].parent && act->effects[i].source != NULL &&
		    comes_with(act->effects[i].target, path))
			return act->effects[i].kind == EFFECT_ASK ? act->effects[i].source->name :
			    act->effects[i].source->path;
	return NULL;
}

/* Adds a problem of the parent to those of the record, at the field or answer that causes it. */
static void
add_parent_problem(struct save *s, const struct rec *parent, const struct problem *p)
{
	const char	*label = LABEL(parent->book->label, s->lang),
	    *at = source_path(s->act, p->field);
	struct val	*args = translate_args(parent->book, p->args, s->lang);
	struct problem	*mine;
	struct buf	 field = BUF_INIT;

	if (p->field != NULL)
		print_parent_field(parent->book, p->field, s->lang, &field);
	if (p->field != NULL)
		mine = problem_add(&s->problems, at, N_("{1}, {2}: {3}"), ARG_TEXT, label, ARG_TEXT,
		    buf_str(&field), ARG_SENTENCE, p->say, args, ARG_END);
	else
		mine = problem_add(&s->problems, NULL, N_("{1}: {2}"), ARG_TEXT, label,
		    ARG_SENTENCE, p->say, args, ARG_END);
	mark_act_problem(mine);
	if (mine != NULL)
		mine->warn = p->warn;
	val_free(args);
	buf_free(&field);
}

/*
 * A problem that the effects cause in the parent refuses the act; one that existed before does not.
 */
static int
validate_parent(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	struct problems	 ps = PROBLEMS_INIT;
	struct rec	*was, *now;
	int		 r;

	if ((r = save_effects_parent(txn, s, ctx, &was, &now)) == 0 && now != NULL &&
	    (r = save_check_change(txn, s, was, now, ctx, &ps)) == 0)
		for (size_t i = 0; i < ps.n; i++)
			if (!ps.at[i].gap || !now->state->open)
				add_parent_problem(s, now, &ps.at[i]);
	s->problems.bad |= ps.bad;
	problems_free(&ps);
	rec_free(was);
	rec_free(now);
	return r;
}

/* ---- the result ------------------------------------------------------------------------------ */

static int
validate_record(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	const struct state	*to = s->act != NULL && s->act->to != NULL ? s->act->to :
	    s->now->state;
	struct rec		 was = *s->now;
	int			 r;

	if ((r = (int)builtin_check_change(s->core, txn, ctx->today, s->old, s->now, to,
	    &s->problems)) != 0)
		return r;
	if (s->act == NULL || s->act->check || val_len(s->set) > 0)
		return save_check(txn, s, s->old, s->now, to, ctx, &s->problems);
	/*
	 * an act without check ("return") leaves the fields as they are, valid or not, and is
	 * checked for its effects only
	 */
	if ((r = save_exclusive_check(txn, s, s->old, s->now, to, ctx, &s->problems)) != 0 ||
	    s->before == NULL)
		return r;
	was.fields = s->before;
	return save_check_change(txn, s, &was, s->now, ctx, &s->problems);
}

int
save_validate(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	bool	 gaps_too = s->act != NULL ? s->act->check : !s->now->state->open;
	bool	 asked = true;	/* the answers of the act itself are checked, gaps included */
	int	 r;

	if (s->act != NULL) {
		check_fields(s->act->ask, s->act->nask, s->ask, ctx, &s->problems);
		check_remarks(s);
		check_needs(s);
		asked = !problems_block(&s->problems, true);
	}
	if (s->act != NULL && s->act->neffects > 0) {
		if (!asked)
			return REFUSED_INVALID;
		if ((r = save_effects(s, ctx)) != 0 || (r = validate_parent(txn, s, ctx)) != 0)
			return r;
	}
	if ((r = validate_record(txn, s, ctx)) != 0)
		return r;
	return !asked || problems_block(&s->problems, gaps_too) ? REFUSED_INVALID : 0;
}
