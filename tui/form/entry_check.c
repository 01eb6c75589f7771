#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/form/entry_int.h"

/* The problems of an entry. */

/* ---- problems -------------------------------------------------------------------------------- */

static void
copy_problem(struct problems *into, const struct problem *p)
{
	struct problem	*copy = problem_add(into, p->field, p->say, ARG_END);

	if (copy == NULL)
		return;
	val_free(copy->args);
	copy->args = val_dup(p->args);
	copy->gap = p->gap;
	copy->warn = p->warn;
	copy->act = p->act;
}

static void
copy_problems(struct problems *into, const struct problems *from, const struct val *except)
{
	for (size_t i = 0; i < from->n; i++)
		if (from->at[i].field == NULL || val_get(except, from->at[i].field) == NULL)
			copy_problem(into, &from->at[i]);
}

/* The field a path leads to, among an act's questions or in the book. */
static const struct field *
field_at(const struct entry *e, const char *path)
{
	if (e->act == NULL)
		return book_field(e->book, path);
	for (size_t i = 0; i < e->act->nask; i++)
		if (strcmp(e->act->ask[i].name, path) == 0)
			return &e->act->ask[i];
	return NULL;
}

static void
check_raw(struct entry *e)
{
	for (size_t i = 0; i < val_len(e->raw); i++) {
		const char		*path = val_key(e->raw, i);
		const struct field	*f = field_at(e, path);

		if (f != NULL)
			val_free(f->type->parse(f, path, val_str(val_value(e->raw, i)), e->ctx,
			    &e->problems));
	}
}

/*
 * The checker does not see raw text. Raw text has a problem already, so the field is not reported
 * as missing too.
 */
void
entry_check(struct entry *e)
{
	struct problems	 found = PROBLEMS_INIT;

	if (e->act != NULL)
		check_fields(e->act->ask, e->act->nask, e->fields, e->ctx, &found);
	else {
		check_record(e->book, e->fields, e->state, e->ctx, &found);
		check_warnings(e->book, e->fields, NULL, e->state, e->ctx, NULL, NULL, &found);
	}
	problems_free(&e->problems);
	e->problems = (struct problems)PROBLEMS_INIT;
	check_raw(e);
	copy_problems(&e->problems, &found, e->raw);
	copy_problems(&e->problems, &e->server_problems, NULL);
	problems_free(&found);
}

static bool
known(const struct problems *ps, const struct problem *p)
{
	for (size_t i = 0; i < ps->n; i++)
		if (strcmp(ps->at[i].say, p->say) == 0 && val_same(ps->at[i].args, p->args) &&
		    (ps->at[i].field == NULL) == (p->field == NULL) &&
		    (p->field == NULL || strcmp(ps->at[i].field, p->field) == 0))
			return true;
	return false;
}

/* Client and daemon have the same checks, so most problems of the daemon are known here already. */
void
entry_add_server_problems(struct entry *e, const struct val *list)
{
	struct problems	 ps = PROBLEMS_INIT;

	problems_free(&e->server_problems);
	e->server_problems = (struct problems)PROBLEMS_INIT;
	entry_check(e);
	if (list != NULL && problems_from_val(list, &ps))
		for (size_t i = 0; i < ps.n; i++)
			if (!known(&e->problems, &ps.at[i]))
				copy_problem(&e->server_problems, &ps.at[i]);
	problems_free(&ps);
	entry_check(e);
}

void
entry_forget_server_problems(struct entry *e, const char *path)
{
	struct problems	 rest = PROBLEMS_INIT;

	for (size_t i = 0; i < e->server_problems.n; i++)
		if (e->server_problems.at[i].field != NULL &&
		    strcmp(e->server_problems.at[i].field, path) != 0)
			copy_problem(&rest, &e->server_problems.at[i]);
	problems_free(&e->server_problems);
	e->server_problems = rest;
}

static int
weight(const struct problem *p)
{
	return p->warn ? 1 : p->gap ? 2 : 3;
}

const struct problem *
entry_problem(const struct entry *e, const char *path)
{
	const struct problem	*worst = NULL;

	for (size_t i = 0; i < e->problems.n; i++) {
		const struct problem	*p = &e->problems.at[i];

		if (p->field != NULL && strcmp(p->field, path) == 0 &&
		    (worst == NULL || weight(p) > weight(worst)))
			worst = p;
	}
	return worst;
}

bool
entry_missing(const struct entry *e, const char *path)
{
	return type_value_empty(entry_value(e, path)) && entry_raw(e, path) == NULL;
}

/* A problem that blocked an act is judged by the daemon again; it never blocks a save. */
bool
entry_has_errors(const struct entry *e, bool gaps_too)
{
	return problems_block_save(&e->problems, gaps_too);
}
