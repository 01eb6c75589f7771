#include "core/access/checkout.h"

#include <sys/queue.h>

#include <stdlib.h>
#include <string.h>

struct checkout {
	TAILQ_ENTRY(checkout)	 link;
	uint64_t		 record, session;
	char			*user, *name;
	int64_t			 since, renew;
	bool			 stolen;		/* stolen: ended until the person opens the
							   record again */
	struct val		*stolen_by;		/* the person who stole it, until this is
							   reported */
};

/*
 * In the order of their begin. A county has a few hundred people at work at once, so a linear
 * search is fast enough.
 */
struct checkouts {
	pthread_mutex_t		 lock;
	TAILQ_HEAD(, checkout)	 all;
};

struct checkouts *
checkout_new(void)
{
	struct checkouts	*e = calloc(1, sizeof *e);

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
remove_checkout(struct checkouts *e, struct checkout *one)
{
	TAILQ_REMOVE(&e->all, one, link);
	val_free(one->stolen_by);
	free(one->user);
	free(one->name);
	free(one);
}

void
checkout_free(struct checkouts *e)
{
	if (e == NULL)
		return;
	while (!TAILQ_EMPTY(&e->all))
		remove_checkout(e, TAILQ_FIRST(&e->all));
	pthread_mutex_destroy(&e->lock);
	free(e);
}

static struct checkout *
find_checkout(struct checkouts *e, uint64_t record, const char *user)
{
	struct checkout	*one;

	TAILQ_FOREACH(one, &e->all, link)
		if (one->record == record && strcmp(one->user, user) == 0)
			return one;
	return NULL;
}

static void
expire_checkouts(struct checkouts *e, int64_t now)
{
	struct checkout	*one = TAILQ_FIRST(&e->all), *next;

	for (; one != NULL; one = next) {
		next = TAILQ_NEXT(one, link);
		if (one->renew + CHECKOUT_TIMEOUT <= now)
			remove_checkout(e, one);
	}
}

static struct checkout *
add_checkout(struct checkouts *e, uint64_t record, const struct actor *actor, int64_t now)
{
	struct checkout	*one = calloc(1, sizeof *one);

	if (one == NULL)
		return NULL;
	*one = (struct checkout){ .record = record, .user = strdup(actor->user),
	    .name = strdup(actor->name), .since = now };
	TAILQ_INSERT_TAIL(&e->all, one, link);
	if (one->user != NULL && one->name != NULL)
		return one;
	remove_checkout(e, one);
	return NULL;
}

static struct checkout *
renew(struct checkouts *e, uint64_t record, const struct actor *actor, uint64_t session,
    int64_t now)
{
	struct checkout	*one;

	expire_checkouts(e, now);
	if ((one = find_checkout(e, record, actor->user)) == NULL &&
	    (one = add_checkout(e, record, actor, now)) == NULL)
		return NULL;
	one->renew = now;
	one->session = session;
	return one;
}

static struct checkout *
reopen(struct checkouts *e, uint64_t record, const struct actor *actor, uint64_t session,
    int64_t now)
{
	struct checkout	*one = renew(e, record, actor, session, now);

	if (one == NULL || !one->stolen)
		return one;
	remove_checkout(e, one);
	return renew(e, record, actor, session, now);
}

bool
checkout_open(struct checkouts *e, uint64_t record, const struct actor *actor, uint64_t session,
    int64_t now)
{
	bool	 ok;

	pthread_mutex_lock(&e->lock);
	ok = reopen(e, record, actor, session, now) != NULL;
	pthread_mutex_unlock(&e->lock);
	return ok;
}

bool
checkout_renew(struct checkouts *e, uint64_t record, const struct actor *actor, uint64_t session,
    int64_t now)
{
	bool	 ok;

	pthread_mutex_lock(&e->lock);
	ok = renew(e, record, actor, session, now) != NULL;
	pthread_mutex_unlock(&e->lock);
	return ok;
}

static struct val *
describe(const char *user, const char *name, const char *key, int64_t when)
{
	struct val	*v = val_map();

	if (val_put(v, "by", val_text(user)) && val_put(v, "name", val_text(name)) &&
	    val_put(v, key, val_int(when)))
		return v;
	val_free(v);
	return NULL;
}

bool
checkout_steal(struct checkouts *e, uint64_t record, const struct actor *actor, uint64_t session,
    int64_t now)
{
	struct checkout	*mine, *one;

	pthread_mutex_lock(&e->lock);
	if ((mine = reopen(e, record, actor, session, now)) != NULL)
		TAILQ_FOREACH(one, &e->all, link)
			if (one != mine && one->record == record && !one->stolen) {
				one->stolen = true;
				one->stolen_by = describe(actor->user, actor->name, "at", now);
			}
	pthread_mutex_unlock(&e->lock);
	return mine != NULL;
}

void
checkout_release(struct checkouts *e, uint64_t record, const char *user)
{
	struct checkout	*one;

	pthread_mutex_lock(&e->lock);
	if ((one = find_checkout(e, record, user)) != NULL)
		remove_checkout(e, one);
	pthread_mutex_unlock(&e->lock);
}

void
checkout_end_session(struct checkouts *e, uint64_t session)
{
	struct checkout	*one, *next;

	pthread_mutex_lock(&e->lock);
	for (one = TAILQ_FIRST(&e->all); one != NULL; one = next) {
		next = TAILQ_NEXT(one, link);
		if (one->session == session)
			remove_checkout(e, one);
	}
	pthread_mutex_unlock(&e->lock);
}

struct val *
checkout_other(struct checkouts *e, uint64_t record, const char *user, int64_t now)
{
	struct checkout	*one;
	struct val	*v = NULL;

	pthread_mutex_lock(&e->lock);
	expire_checkouts(e, now);
	TAILQ_FOREACH(one, &e->all, link)
		if (one->record == record && !one->stolen && strcmp(one->user, user) != 0) {
			v = describe(one->user, one->name, "since", one->since);
			break;
		}
	pthread_mutex_unlock(&e->lock);
	return v;
}

struct val *
checkout_stolen(struct checkouts *e, uint64_t record, const char *user)
{
	struct checkout	*one;
	struct val	*v = NULL;

	pthread_mutex_lock(&e->lock);
	if ((one = find_checkout(e, record, user)) != NULL) {
		v = one->stolen_by;
		one->stolen_by = NULL;
	}
	pthread_mutex_unlock(&e->lock);
	return v;
}
