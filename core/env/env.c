#include "core/env/env.h"

#include <stdlib.h>
#include <time.h>

int64_t
env_time_wall(const struct core *core)
{
	const char	*fixed = core->demo ? getenv("SHOUWANG_NOW") : NULL;

	return fixed != NULL ? strtoll(fixed, NULL, 10) : (int64_t)time(NULL);
}

int64_t
env_time_newest(const struct core *core)
{
	return atomic_load(&core->newest);
}

int64_t
env_now(const struct core *core)
{
	int64_t	 clock = env_time_wall(core), newest = env_time_newest(core);

	return clock > newest ? clock : newest;
}

int
env_today(const struct core *core)
{
	return civil_at(env_now(core));
}

/* Only the committer writes this, while others read it. */
void
env_time_stamp(struct core *core, int64_t moment)
{
	atomic_store(&core->newest, moment);
}

void
env_log(const struct core *core, enum store_log level, const char *line)
{
	if (core->log != NULL)
		core->log(level, line, core->log_arg);
}

void
env_time_print(int64_t moment, char out[17])
{
	time_t		 t = (time_t)moment + 8 * 3600;
	struct tm	 tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(out, 17, "%Y-%m-%d %H:%M", &tm) == 0)
		out[0] = '\0';
}

static void
log_behind(const struct core *core, bool behind)
{
	struct buf	 line = BUF_INIT;
	char		 clock[17], newest[17];

	env_time_print(env_time_wall(core), clock);
	env_time_print(env_time_newest(core), newest);
	if (behind)
		buf_printf(&line,
		    "the clock says %s, but the newest entry was made at %s: nothing is saved until the clock is put "
		    "right, or \"shouwang-admin clock accept\" says that it is right", clock,
		    newest);
	else
		buf_printf(&line,
		    "the clock says %s and is no longer behind the newest entry: saving goes on",
		    clock);
	env_log(core, behind ? STORE_LOG_ALARM : STORE_LOG_INFO, buf_str(&line));
	buf_free(&line);
}

bool
env_time_behind(struct core *core)
{
	bool	 behind = env_time_wall(core) + TIME_SLACK < env_time_newest(core);

	if (atomic_exchange(&core->behind, behind) != behind)
		log_behind(core, behind);
	return behind;
}

void
env_time_accept(struct core *core, int64_t newest)
{
	atomic_store(&core->newest, newest);
	env_time_behind(core);
}

/* ---- the area tree --------------------------------------------------------------------------- */

/* An area tree that was replaced while somebody held it. */
struct retired {
	struct areas	*areas;
	struct retired	*next;
};

static void
free_retired(struct core *core)
{
	struct retired	*r;

	while ((r = core->retired) != NULL) {
		core->retired = r->next;
		areas_free(r->areas);
		free(r);
	}
}

bool
env_replace_areas(struct core *core, struct areas *fresh)
{
	struct retired	*old = malloc(sizeof *old);

	if (old == NULL) {
		areas_free(fresh);
		return false;
	}
	pthread_mutex_lock(&core->areas_lock);
	*old = (struct retired){ core->areas, core->retired };
	core->areas = fresh;
	core->retired = old;
	if (core->holders == 0)
		free_retired(core);
	pthread_mutex_unlock(&core->areas_lock);
	return true;
}

void
env_free_areas(struct core *core)
{
	free_retired(core);
	areas_free(core->areas);
	core->areas = NULL;
}

void
env_ctx_acquire(struct core *core, enum lang lang, struct form_ctx *ctx)
{
	pthread_mutex_lock(&core->areas_lock);
	core->holders++;
	*ctx = (struct form_ctx){ core->set, core->areas, 0, lang, false };
	pthread_mutex_unlock(&core->areas_lock);
	ctx->today = env_today(core);
}

void
env_ctx_release(struct core *core)
{
	pthread_mutex_lock(&core->areas_lock);
	if (--core->holders == 0)
		free_retired(core);
	pthread_mutex_unlock(&core->areas_lock);
}
