#include "core/save.h"

#include "core/link.h"
#include "core/own.h"
#include "forms/pred.h"

static void
check_needs(struct save *s)
{
	const struct pred_ctx	 ctx = { s->now->fields, NULL, s->now->state->name, core_today(s->core) };

	for (size_t i = 0; i < s->act->nneeds; i++)
		if (!pred_holds(s->act->needs[i].holds, &ctx))
			problem_add(&s->problems, NULL, "{1}", SAY_TEXT, LABEL(s->act->needs[i].say, s->lang), SAY_END);
}

static void
check_remarks(struct save *s)
{
	if (s->act->remarks == REMARKS_NO && val_len(s->remarks) > 0)
		problem_add(&s->problems, NULL, N_("This act takes no remarks on single fields."), SAY_END);
	if (s->act->remarks == REMARKS_REQUIRED && val_len(s->remarks) == 0)
		problem_add(&s->problems, NULL, N_("Say at least at one field what is to be put right."), SAY_END);
	for (size_t i = 0; i < val_len(s->remarks); i++) {
		const char	*path = val_key(s->remarks, i), *text = val_str(val_value(s->remarks, i));

		if (book_field(s->book, path) == NULL || text == NULL || text[0] == '\0' || text_chars(text) > 500)
			problem_add(&s->problems, path, N_("A remark needs one to 500 characters at a field of this form."),
			    SAY_END);
	}
}

static int
check_unique(struct store_txn *txn, struct save *s)
{
	for (size_t i = 0; i < s->book->nall; i++) {
		const struct field	*f = s->book->all[i];
		const struct val	*v = val_find(s->now->fields, f->path);
		struct rec		*other;
		uint64_t		 id;

		if (!f->unique || v == NULL)
			continue;
		if (lookup_unique(s->core, txn, f, v, s->now->id, &id) != STORE_OK)
			return STORE_SYS;
		if (id == 0 || id == s->joins)
			continue;
		if (rec_get(s->core, txn, id, &other) != REC_OK)
			return STORE_BAD;
		if (may(s->actor, VERB_SEE, other, NULL))
			problem_add(&s->problems, f->path, N_("{1} is registered already, under {2}. Open that record instead."),
			    SAY_FIELD, f->path, SAY_TEXT, other->number[0] != '\0' ? other->number : "-", SAY_END);
		else
			problem_add(&s->problems, f->path,
			    N_("{1} is registered already, in {2}. Ask the supervisor there or the county office."),
			    SAY_FIELD, f->path, SAY_AREA, rec_area(other), SAY_END);
		rec_free(other);
	}
	return 0;
}

int
save_judge(struct store_txn *txn, struct save *s, const struct form_ctx *ctx)
{
	bool	 gaps_too = s->act != NULL ? s->act->check : !s->now->state->open;
	bool	 asked = true;		/* what the act itself asks is answered, gaps included */
	int	 r;

	if (s->act != NULL) {
		check_fields(s->act->ask, s->act->nask, s->ask, ctx, &s->problems);
		check_remarks(s);
		check_needs(s);
		asked = !problems_block(&s->problems, true);
	}
	/* an act that changes nothing and asks for no check ("return") leaves the fields as they are, good or bad */
	if (s->act == NULL || s->act->check || val_len(s->set) > 0) {
		check_record(s->book, s->now->fields, s->now->state->name, ctx, &s->problems);
		own_check(s->book, s->now->fields, ctx, &s->problems);
		if ((r = (int)link_check(s->core, txn, s->actor, s->old, s->now, &s->problems)) != 0 ||
		    (r = check_unique(txn, s)) != 0 || (r = (int)own_check_others(s->core, txn, s->now,
		    s->act != NULL && s->act->to != NULL ? s->act->to : s->now->state, &s->problems)) != 0)
			return r;
	}
	return !asked || problems_block(&s->problems, gaps_too) ? REFUSED_INVALID : 0;
}
