#include "core/access/actor.h"

#include <stdlib.h>
#include <string.h>

#include "forms/fold.h"

struct actor *
actor_ref(struct actor *actor)
{
	atomic_fetch_add(&actor->refs, 1);
	return actor;
}

void
actor_unref(struct actor *actor)
{
	if (actor == NULL || atomic_fetch_sub(&actor->refs, 1) != 1)
		return;
	free(actor->scopes);
	free(actor->user);
	free(actor->name);
	free(actor->from);
	free(actor);
}

struct actor *
actor_new(const char *user, const char *name, const char *from, uid_t uid)
{
	struct actor	*actor = calloc(1, sizeof *actor);

	if (actor == NULL)
		return NULL;
	atomic_init(&actor->refs, 1);
	actor->uid = uid;
	actor->user = strdup(user);
	actor->name = strdup(name);
	actor->from = strdup(from);
	if (actor->user != NULL && actor->name != NULL && actor->from != NULL)
		return actor;
	actor_unref(actor);
	return NULL;
}

struct actor *
actor_local(uid_t uid, const char *from)
{
	struct actor	*actor = actor_new("local", "", from, uid);

	if (actor != NULL)
		actor->local = true;
	return actor;
}

const char *
actor_own_area(const struct actor *actor)
{
	return actor->nscopes == 1 ? scope_area(&actor->scopes[0]) : NULL;
}

const char *
actor_err_text(enum actor_err e)
{
	static const char *const	 say[] = {
		[ACTOR_OK]		= "",
		[ACTOR_UNKNOWN]		= N_("This account has no role in Shouwang. Ask the security administrator to grant one."),
		[ACTOR_SUSPENDED]	= N_("This account is suspended. Ask the security administrator."),
		[ACTOR_PROPOSED]	= N_("The role of this account still waits for a second administrator to confirm it."),
		[ACTOR_OUT_OF_DATE]		= N_("This account is not valid today. Ask the security administrator."),
		[ACTOR_BROKEN]		= N_("The role or the areas of this account are not in order. Ask the security administrator."),
		[ACTOR_SYS]		= N_("The server could not read the account. Try again, then tell the system administrator."),
	};

	return say[e];
}

/* ---- names ----------------------------------------------------------------------------------- */

/* Folds a name: without blanks, letters of one width. */
static void
normalize_name(const char *name, struct buf *out)
{
	struct buf	 narrow = BUF_INIT;

	fold_width(name, &narrow);
	for (size_t i = 0; i < narrow.n; i++)
		if (narrow.p[i] != ' ')
			buf_putc(out, narrow.p[i]);
	out->bad |= narrow.bad;
	buf_free(&narrow);
}

bool
actor_same_name(const char *a, const char *b)
{
	struct buf	 x = BUF_INIT, y = BUF_INIT;
	bool		 same;

	if (a == NULL || b == NULL || *a == '\0' || *b == '\0')
		return false;
	normalize_name(a, &x);
	normalize_name(b, &y);
	same = x.bad || y.bad || strcmp(buf_str(&x), buf_str(&y)) == 0;	/* out of memory: report the
									   same name, which refuses,
									   rather than another */
	buf_free(&x);
	buf_free(&y);
	return same;
}
