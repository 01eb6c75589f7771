#include "tui/edit/edit_int.h"

#include <stdlib.h>
#include <string.h>

/* A change drops the steps that could be redone. */
static void
forget_undone(struct edit *e)
{
	while (e->nundone > 0) {
		struct step	*s = &e->steps[e->nsteps + --e->nundone];

		e->ncps -= s->ndel;
		free(s->del);
	}
}

static void
drop_oldest(struct edit *e)
{
	e->ncps -= e->steps[0].ndel;
	free(e->steps[0].del);
	memmove(e->steps, e->steps + 1, --e->nsteps * sizeof(e->steps[0]));
}

void
edit_undo_clear(struct edit *e)
{
	forget_undone(e);
	while (e->nsteps > 0)
		free(e->steps[--e->nsteps].del);
	e->ncps = 0;
}

void
edit_undo_break(struct edit *e)
{
	if (e->nsteps > 0)
		e->steps[e->nsteps - 1].run = RUN_NONE;
}

/* Adds n code points to the removed text of a step, in front or behind. */
static bool
keep(struct edit *e, struct step *s, const uint32_t *cp, size_t n, bool in_front)
{
	uint32_t	*del;

	if (n == 0)
		return true;
	if ((del = reallocarray(s->del, s->ndel + n, sizeof(*del))) == NULL)
		return false;
	if (in_front)
		memmove(del + n, del, s->ndel * sizeof(*del));
	memcpy(in_front ? del : del + s->ndel, cp, n * sizeof(*del));
	s->del = del;
	s->ndel += n;
	e->ncps += n;
	return true;
}

/* Continues the last step when this change is of the same kind and lies where that one ended. */
static bool
extends(const struct step *s, enum run run, size_t at, size_t ndel)
{
	if (s->run != run)
		return false;
	switch (run) {
	case RUN_TYPED:
	case RUN_PASTED:
		return ndel == 0 && at == s->at + s->nins;
	case RUN_BACKSPACED:
		return at + ndel == s->at;
	case RUN_DELETED:
		return at == s->at;
	default:
		return false;
	}
}

static struct step *
step_for(struct edit *e, enum run run, size_t at, size_t ndel)
{
	struct step	*s;

	if (e->nsteps > 0 && extends(&e->steps[e->nsteps - 1], run, at, ndel)) {
		s = &e->steps[e->nsteps - 1];
		s->at = run == RUN_BACKSPACED ? at : s->at;
		return s;
	}
	if (e->nsteps == STEPS_MAX)
		drop_oldest(e);
	s = &e->steps[e->nsteps++];
	*s = (struct step){ .run = run, .at = at, .pos = e->pos };
	e->changes++;
	return s;
}

/* Without memory for the step the change is made and cannot be undone. */
void
edit_undo_record(struct edit *e, enum run run, size_t at, size_t ndel, size_t nins)
{
	struct step	*s;

	forget_undone(e);
	if (e->flags & EDIT_SECRET) {
		e->changes++;
		return;
	}
	s = step_for(e, run, at, ndel);
	s->nins += nins;
	if (!keep(e, s, e->cp + at, ndel, run == RUN_BACKSPACED))
		edit_undo_clear(e);
	while (e->nsteps > 1 && e->ncps > STEPS_CPS)
		drop_oldest(e);
}

/* Exchanges the text with what the step holds: the step then leads the other way. */
static bool
swap(struct edit *e, struct step *s)
{
	uint32_t	*out = reallocarray(NULL, s->nins + 1, sizeof(*out));
	size_t		 pos = e->pos;

	if (out == NULL)
		return false;
	memcpy(out, e->cp + s->at, s->nins * sizeof(*out));
	if (!edit_splice(e, s->at, s->nins, s->del, s->ndel)) {
		free(out);
		return false;
	}
	free(s->del);
	e->ncps += s->nins - s->ndel;
	e->pos = s->pos;
	*s = (struct step){ .run = RUN_NONE, .at = s->at, .nins = s->ndel, .del = out,
	    .ndel = s->nins, .pos = pos };
	return true;
}

bool
edit_undo(struct edit *e)
{
	if (e->nsteps == 0 || !swap(e, &e->steps[e->nsteps - 1]))
		return false;
	e->nsteps--;
	e->nundone++;
	e->changes--;
	edit_undo_break(e);
	return true;
}

bool
edit_redo(struct edit *e)
{
	if (e->nundone == 0 || !swap(e, &e->steps[e->nsteps]))
		return false;
	e->nsteps++;
	e->nundone--;
	e->changes++;
	return true;
}
