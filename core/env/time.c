#include "core/core.h"

#include <stdlib.h>
#include <time.h>

#include "core/record/audit.h"

int64_t
core_time_wall(const struct core *core)
{
	const char	*fixed = core->demo ? getenv("SHOUWANG_NOW") : NULL;

	return fixed != NULL ? strtoll(fixed, NULL, 10) : (int64_t)time(NULL);
}

int64_t
core_time_newest(const struct core *core)
{
	return atomic_load(&core->newest);
}

int64_t
core_now(const struct core *core)
{
	int64_t	 clock = core_time_wall(core), newest = core_time_newest(core);

	return clock > newest ? clock : newest;
}

int
core_today(const struct core *core)
{
	return civil_at(core_now(core));
}

/* Only the committer writes entries; others read meanwhile. */
void
core_time_stamp(struct core *core, int64_t moment)
{
	atomic_store(&core->newest, moment);
}

static bool
read_moment(const struct val *entry, void *arg)
{
	*(int64_t *)arg = val_get_num(entry, "at", 0);
	return false;
}

static void
log_if_wanted(const struct core *core, enum store_log level, const char *line)
{
	if (core->log != NULL)
		core->log(level, line, core->log_arg);
}

/* A trail that cannot be read is for verify to tell; the day must not hang on it. */
void
core_time_load(struct core *core)
{
	int64_t	 at = 0;

	if (audit_read(core->store, 0, 1, NULL, 0, read_moment, &at) != STORE_OK)
		log_if_wanted(core, STORE_LOG_ALARM, "the newest entry of the audit trail cannot be read: run \"shouwang-admin verify\"");
	atomic_store(&core->newest, at);
	core_time_behind(core);
}

void
core_time_print(int64_t moment, char out[17])
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

	core_time_print(core_time_wall(core), clock);
	core_time_print(core_time_newest(core), newest);
	if (behind)
		buf_printf(&line, "the clock says %s, but the newest entry was made at %s: nothing is saved until the clock is put "
		    "right, or \"shouwang-admin clock accept\" says that it is right", clock, newest);
	else
		buf_printf(&line, "the clock says %s and is no longer behind the newest entry: saving goes on", clock);
	log_if_wanted(core, behind ? STORE_LOG_ALARM : STORE_LOG_INFO, buf_str(&line));
	buf_free(&line);
}

bool
core_time_behind(struct core *core)
{
	bool	 behind = core_time_wall(core) + TIME_SLACK < core_time_newest(core);

	if (atomic_exchange(&core->behind, behind) != behind)
		log_behind(core, behind);
	return behind;
}

void
core_time_accept(struct core *core, int64_t newest)
{
	atomic_store(&core->newest, newest);
	core_time_behind(core);
}
