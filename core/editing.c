#include "core/editing.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

struct editor {
	TAILQ_ENTRY(editor)	 link;
	uint64_t		 record, session;
	char			*user, *name;
	int64_t			 since, sign;
	bool			 out;		/* taken over: no editor any more, until he opens it anew */
	struct val		*taken;		/* who did, until he is told */
};

/* In the order they began. A county has a few hundred people at work at once, so a walk will do. */
struct editing {
	pthread_mutex_t		 lock;
	TAILQ_HEAD(, editor)	 all;
};

struct editing *
editing_new(void)
{
	struct editing	*e = calloc(1, sizeof *e);

	if (e == NULL)
		return NULL;
	if (pthread_mutex_init(&e->lock, NULL) != 0) {
		free(e);
		return NULL;
	}
	TAILQ_INIT(&e->all);
	return e;
}

static void
forget(struct editing *e, struct editor *one)
{
	TAILQ_REMOVE(&e->all, one, link);
	val_free(one->taken);
	free(one->user);
	free(one->name);
	free(one);
}

void
editing_free(struct editing *e)
{
	if (e == NULL)
		return;
	while (!TAILQ_EMPTY(&e->all))
		forget(e, TAILQ_FIRST(&e->all));
	pthread_mutex_destroy(&e->lock);
	free(e);
}

static struct editor *
find(struct editing *e, uint64_t record, const char *user)
{
	struct editor	*one;

	TAILQ_FOREACH(one, &e->all, link)
		if (one->record == record && strcmp(one->user, user) == 0)
			return one;
	return NULL;
}

static void
forget_silent(struct editing *e, int64_t now)
{
	struct editor	*one = TAILQ_FIRST(&e->all), *next;

	for (; one != NULL; one = next) {
		next = TAILQ_NEXT(one, link);
		if (one->sign + EDITING_SILENT <= now)
			forget(e, one);
	}
}

static struct editor *
enter(struct editing *e, uint64_t record, const struct actor *actor, int64_t now)
{
	struct editor	*one = calloc(1, sizeof *one);

	if (one == NULL)
		return NULL;
	*one = (struct editor){ .record = record, .user = strdup(actor->user), .name = strdup(actor->name), .since = now };
	TAILQ_INSERT_TAIL(&e->all, one, link);
	if (one->user != NULL && one->name != NULL)
		return one;
	forget(e, one);
	return NULL;
}

static struct editor *
sign(struct editing *e, uint64_t record, const struct actor *actor, uint64_t session, int64_t now)
{
	struct editor	*one;

	forget_silent(e, now);
	if ((one = find(e, record, actor->user)) == NULL && (one = enter(e, record, actor, now)) == NULL)
		return NULL;
	one->sign = now;
	one->session = session;
	return one;
}

static struct editor *
open_anew(struct editing *e, uint64_t record, const struct actor *actor, uint64_t session, int64_t now)
{
	struct editor	*one = sign(e, record, actor, session, now);

	if (one == NULL || !one->out)
		return one;
	forget(e, one);
	return sign(e, record, actor, session, now);
}

bool
editing_open(struct editing *e, uint64_t record, const struct actor *actor, uint64_t session, int64_t now)
{
	bool	 ok;

	pthread_mutex_lock(&e->lock);
	ok = open_anew(e, record, actor, session, now) != NULL;
	pthread_mutex_unlock(&e->lock);
	return ok;
}

bool
editing_sign(struct editing *e, uint64_t record, const struct actor *actor, uint64_t session, int64_t now)
{
	bool	 ok;

	pthread_mutex_lock(&e->lock);
	ok = sign(e, record, actor, session, now) != NULL;
	pthread_mutex_unlock(&e->lock);
	return ok;
}

static struct val *
who(const char *user, const char *name, const char *key, int64_t when)
{
	struct val	*v = val_map();

	if (val_put(v, "by", val_text(user)) && val_put(v, "name", val_text(name)) && val_put(v, key, val_int(when)))
		return v;
	val_free(v);
	return NULL;
}

bool
editing_take(struct editing *e, uint64_t record, const struct actor *actor, uint64_t session, int64_t now)
{
	struct editor	*mine, *one;

	pthread_mutex_lock(&e->lock);
	if ((mine = open_anew(e, record, actor, session, now)) != NULL)
		TAILQ_FOREACH(one, &e->all, link)
			if (one != mine && one->record == record && !one->out) {
				one->out = true;
				one->taken = who(actor->user, actor->name, "at", now);
			}
	pthread_mutex_unlock(&e->lock);
	return mine != NULL;
}

void
editing_done(struct editing *e, uint64_t record, const char *user)
{
	struct editor	*one;

	pthread_mutex_lock(&e->lock);
	if ((one = find(e, record, user)) != NULL)
		forget(e, one);
	pthread_mutex_unlock(&e->lock);
}

void
editing_session_over(struct editing *e, uint64_t session)
{
	struct editor	*one, *next;

	pthread_mutex_lock(&e->lock);
	for (one = TAILQ_FIRST(&e->all); one != NULL; one = next) {
		next = TAILQ_NEXT(one, link);
		if (one->session == session)
			forget(e, one);
	}
	pthread_mutex_unlock(&e->lock);
}

struct val *
editing_other(struct editing *e, uint64_t record, const char *user, int64_t now)
{
	struct editor	*one;
	struct val	*v = NULL;

	pthread_mutex_lock(&e->lock);
	forget_silent(e, now);
	TAILQ_FOREACH(one, &e->all, link)
		if (one->record == record && !one->out && strcmp(one->user, user) != 0) {
			v = who(one->user, one->name, "since", one->since);
			break;
		}
	pthread_mutex_unlock(&e->lock);
	return v;
}

struct val *
editing_taken(struct editing *e, uint64_t record, const char *user)
{
	struct editor	*one;
	struct val	*v = NULL;

	pthread_mutex_lock(&e->lock);
	if ((one = find(e, record, user)) != NULL) {
		v = one->taken;
		one->taken = NULL;
	}
	pthread_mutex_unlock(&e->lock);
	return v;
}
