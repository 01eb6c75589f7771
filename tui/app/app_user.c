#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/wire/protocol.h"
#include "tui/app/app_int.h"
#include "forms/wording.h"

/*
 * The person: the reply to log-in, the counts of what is open, and the ways from any screen to any
 * other.
 */

static char *
text_of(const struct val *map, const char *key)
{
	const char	*s = val_get_str(map, key);

	return strdup(s != NULL ? s : "");
}

void
app_login(struct app *app, const struct val *who, struct set *set, struct areas *areas)
{
	struct app_impl	*own = APP_IMPL(app);
	const char	*role = val_get_str(who, PK_ROLE);

	app->ctx.set = set;
	app->ctx.areas = areas;
	app->ctx.today = (int)val_get_num(who, PK_TODAY, 0);
	app->user = text_of(who, PK_USER);
	app->name = text_of(who, PK_NAME);
	app->areas = val_dup(val_get(who, PK_AREAS));
	app->demo = val_get_true(who, PK_DEMO);
	app->drafts = val_get_num(who, PK_DRAFTS, 0);
	app->role = role != NULL ? set_role(set, role) : NULL;
	if (app->role == NULL) {
		buf_puts(&own->exit_message,
		    _("Your account has a role these forms do not know; ask the administrator."));
		own->leaving = true;
		return;
	}
	own->menu = app->screens->menu(app->role);
	app_replace(own->top, own->menu);
	app_refresh_counts(app);
	if (app->drafts > 0)
		app_push(app, app->screens->drafts(true), NULL, 0);
}

/* A count below 0 is one the store could not make: nothing is shown, which is not the same as 0. */
static void
drop_unknown(struct val *counts)
{
	for (size_t i = val_len(counts); i > 0; i--)
		if (val_num(val_value(counts, i - 1), 0) < 0)
			val_drop(counts, val_key(counts, i - 1));
}

static int64_t
known(int64_t n, int64_t before)
{
	return n >= 0 ? n : before;
}

void
app_user_set_counts(struct app_impl *own, const struct val *reply)
{
	const struct val	*due = val_get(reply, PK_DUE);
	struct app		*a = &own->app;

	if (!val_get_true(reply, PK_OK))
		return;
	val_free(a->counts);
	a->counts = val_dup(val_get(reply, PK_COUNTS));
	drop_unknown(a->counts);
	a->drafts = known(val_get_num(reply, PK_DRAFTS, a->drafts), a->drafts);
	a->overdue = known(val_get_num(due, PK_OVER, 0), a->overdue);
	a->due_soon = known(val_get_num(due, PK_SOON, 0), a->due_soon);
	a->behind = val_get_true(reply, PK_BEHIND);
}

void
app_user_new_day(struct app_impl *own)
{
	if (own->app.role != NULL && !own->app.demo)	/* a demo may have a fixed day */
		own->app.ctx.today = civil_at(time(NULL));
}

void
app_user_free(struct app_impl *own)
{
	struct app	*a = &own->app;

	free(a->user);
	free(a->name);
	val_free(a->areas);
	val_free(a->counts);
	val_free(own->last);
	val_free(own->stash);
	buf_free(&own->message);
	areas_free((struct areas *)(uintptr_t)a->ctx.areas);
	set_free((struct set *)(uintptr_t)a->ctx.set);
}

const char *
app_persona(const struct app *app)
{
	return APP_IMPL(app)->opts.persona;
}

const struct val *
app_own_area(const struct app *app)
{
	const struct val	*only = val_len(app->areas) == 1 ? val_at(app->areas, 0) : NULL;

	return only != NULL && val_str(only) != NULL && area_level(val_str(only)) == AREA_VILLAGE ?
	    only : NULL;
}

/* ---- Dup ------------------------------------------------------------------------------------- */

const struct val *
app_last_record(const struct app *app, const struct book *book)
{
	return val_get(APP_IMPL(app)->last, book->name);
}

static void
drop_path(struct val *fields, const char *path)
{
	const char	*dot = strchr(path, '.');
	char		 group[64];
	struct val	*map;

	if (dot == NULL || (size_t)(dot - path) >= sizeof(group)) {
		val_drop(fields, path);
		return;
	}
	memcpy(group, path, (size_t)(dot - path));
	group[dot - path] = '\0';
	map = val_get(fields, group);
	if (val_kind(map) == VAL_MAP)
		val_drop(map, dot + 1);
	else
		val_drop(fields, group);	/* instances of a repeating group: none of them */
}

void
app_remember_record(struct app *app, const struct book *book, const struct val *fields,
    const struct val *masked)
{
	struct app_impl	*own = APP_IMPL(app);
	struct val	*copy = val_dup(fields);

	if (own->last == NULL)
		own->last = val_map();
	if (own->last == NULL || copy == NULL) {
		val_free(copy);
		return;
	}
	for (size_t i = 0; i < val_len(masked); i++)
		if (val_str(val_at(masked, i)) != NULL)
			drop_path(copy, val_str(val_at(masked, i)));
	pack_put(own->last, book->name, copy);
}

/*
 * ---- kept until log-out
 * ---------------------------------------------------------------------------------
 */

void
app_stash_put(struct app *app, const char *key, const struct val *v)
{
	struct app_impl	*own = APP_IMPL(app);

	if (own->stash == NULL)
		own->stash = val_map();
	if (own->stash != NULL && v != NULL)
		pack_copy(own->stash, key, v);
}

const struct val *
app_stash_get(const struct app *app, const char *key)
{
	return val_get(APP_IMPL(app)->stash, key);
}

struct val *
app_stash_take(struct app *app, const char *key)
{
	return val_take(APP_IMPL(app)->stash, key);
}

#define LINKS_KEY	"links"

void
app_add_link_titles(struct app *app, const struct val *links)
{
	struct app_impl	*own = APP_IMPL(app);
	struct val	*all;

	if (own->stash == NULL)
		own->stash = val_map();
	if ((all = val_get(own->stash, LINKS_KEY)) == NULL &&
	    val_put(own->stash, LINKS_KEY, val_map()))
		all = val_get(own->stash, LINKS_KEY);
	for (size_t i = 0; all != NULL && i < val_len(links); i++)
		pack_copy(all, val_key(links, i), val_value(links, i));
}

const struct val *
app_link_titles(const struct app *app)
{
	return app_stash_get(app, LINKS_KEY);
}

/* ---- lock and jump --------------------------------------------------------------------------- */

void
app_lock(struct app *app)
{
	struct app_impl	*own = APP_IMPL(app);
	struct view	*v;

	if (own->locked || app->role == NULL) {
		app_quit(app);
		return;
	}
	for (v = own->top; v != NULL; v = v->below)
		if (v->ops->leave != NULL)
			v->ops->leave(v);
	own->locked = true;
	app_push(app, app->screens->lock(), NULL, 0);
}

void
app_unlock(struct view *lock)
{
	APP_IMPL(lock->app)->locked = false;
	app_close(lock, NULL);
}

void
app_jump_prompt(struct app *app)
{
	if (app->role != NULL)
		app->screens->jump(app, APP_IMPL(app)->menu);
}
