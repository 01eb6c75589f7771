#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/maint/job_int.h"

#define OUTBOX	"outbox"

/* ---- directories ----------------------------------------------------------------------------- */

/*
 * A login name as the name of a folder: other characters than plain ones become %XX, so that no
 * name leads out of the outbox.
 */
static void
folder_of(const char *owner, char name[3 * sizeof ((struct job_view *)NULL)->owner])
{
	static const char	 plain[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-@.";
	size_t			 n = 0;

	for (const char *p = owner; *p != '\0'; p++)
		if (strchr(plain, *p) != NULL && (*p != '.' || p != owner))
			name[n++] = *p;
		else
			n += (size_t)sprintf(name + n, "%%%02X", (unsigned char)*p);
	name[n] = '\0';
}

/* -1: errno. */
static int
open_dir(int at, const char *name, bool make)
{
	if (make && mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
open_folder(const struct core *core, const char *owner, bool make)
{
	char	 name[3 * sizeof ((struct job_view *)NULL)->owner];
	int	 out, fd, e;

	if (owner[0] == '\0') {
		errno = EINVAL;
		return -1;
	}
	folder_of(owner, name);
	if ((out = open_dir(home_dir(core->home), OUTBOX, make)) == -1)
		return -1;
	fd = open_dir(out, name, make);
	e = errno;
	close(out);
	errno = e;
	return fd;
}

/* ---- the file of a job ----------------------------------------------------------------------- */

static void
state_name(uint64_t id, char name[64])
{
	snprintf(name, 64, "job-%" PRIu64, id);
}

void
job_file_name(const struct job_view *view, char name[64])
{
	snprintf(name, 64, "%.31s-%" PRIu64 ".txt", view->kind, view->id);
}

static void
part_name(const struct job_view *view, char name[64])
{
	snprintf(name, 64, ".%.31s-%" PRIu64 ".part", view->kind, view->id);
}

static void
print_state(const struct job *job, struct buf *b)
{
	const struct job_view	*v = &job->view;

	buf_printf(b, "kind %s\nowner %s\nlocal %d\nstate %s\n", v->kind, v->owner, job->local,
	    job_state_name(v->state));
	buf_printf(b, "asked %" PRId64 "\nbegun %" PRId64 "\nended %" PRId64 "\n", v->asked,
	    v->begun, v->ended);
	buf_printf(b, "status %d\nfile %s\nsize %" PRIu64 "\nsay %s\n", v->status, v->file, v->size,
	    v->say);
}

static int
write_all(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->n;) {
		const ssize_t	 n = write(fd, b->p + at, b->n - at);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return errno;
		at += (size_t)n;
	}
	return fsync(fd) == -1 ? errno : 0;
}

static void
new_name(uint64_t id, char name[64])
{
	snprintf(name, 64, ".job-%" PRIu64 ".new", id);
}

/*
 * Written under a temporary name of its own, because several jobs of one owner may be written at
 * once, and renamed when complete.
 */
static int
replace(int dir, uint64_t id, const struct buf *b)
{
	char	 name[64], temp[64];
	int	 fd, e;

	state_name(id, name);
	new_name(id, temp);
	if ((fd = openat(dir, temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
	    0600)) == -1)
		return errno;
	e = b->bad ? ENOMEM : write_all(fd, b);
	close(fd);
	if (e == 0 && renameat(dir, temp, dir, name) == -1)
		e = errno;
	if (e != 0)
		unlinkat(dir, temp, 0);
	return e;
}

int
job_file_put(const struct core *core, const struct job *job)
{
	const int	 dir = open_folder(core, job->view.owner, true);
	struct buf	 b = BUF_INIT;
	int		 e;

	if (dir == -1)
		return errno;
	print_state(job, &b);
	e = replace(dir, job->view.id, &b);
	buf_free(&b);
	close(dir);
	return e;
}

void
job_file_remove(const struct core *core, const struct job_view *view)
{
	const int	 dir = open_folder(core, view->owner, false);
	char		 name[64];

	if (dir == -1)
		return;
	job_file_name(view, name);
	unlinkat(dir, name, 0);
	part_name(view, name);
	unlinkat(dir, name, 0);
	new_name(view->id, name);
	unlinkat(dir, name, 0);
	state_name(view->id, name);
	unlinkat(dir, name, 0);
	close(dir);
}

/* ---- results --------------------------------------------------------------------------------- */

FILE *
job_file_open(const struct core *core, const struct job_view *view)
{
	const int	 dir = open_folder(core, view->owner, true);
	char		 name[64];
	FILE		*f = NULL;
	int		 fd, e;

	if (dir == -1)
		return NULL;
	part_name(view, name);
	unlinkat(dir, name, 0);
	if ((fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0600)) != -1 && (f = fdopen(fd, "w")) == NULL)
		close(fd);
	e = errno;
	close(dir);
	errno = e;
	return f;
}

int
job_file_close(const struct core *core, const struct job_view *view, FILE *f, bool keep,
    uint64_t *size)
{
	const int	 dir = open_folder(core, view->owner, false);
	char		 part[64], name[64];
	struct stat	 st = { .st_size = 0 };
	int		 e = dir == -1 ? errno : 0;

	if (e == 0 && keep && (fflush(f) == EOF || fsync(fileno(f)) == -1 ||
	    fstat(fileno(f), &st) == -1))
		e = errno;
	if (fclose(f) == EOF && e == 0)
		e = errno;
	if (dir == -1)
		return e;
	part_name(view, part);
	job_file_name(view, name);
	if (e == 0 && keep && renameat(dir, part, dir, name) == -1)
		e = errno;
	if (e != 0 || !keep)
		unlinkat(dir, part, 0);
	else if (fsync(dir) == -1)
		e = errno;
	close(dir);
	*size = (uint64_t)st.st_size;
	return e;
}

int
job_file_read(const struct core *core, const struct job_view *view)
{
	const int	 dir = open_folder(core, view->owner, false);
	char		 name[64];
	int		 fd, e;

	if (dir == -1)
		return -1;
	job_file_name(view, name);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	e = errno;
	close(dir);
	errno = e;
	return fd;
}

/* ---- files of earlier processes -------------------------------------------------------------- */

static void
take_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

static bool
take_state(struct job_view *v, const char *name)
{
	for (int i = 0; i < JOB_STATES; i++)
		if (strcmp(job_state_name((enum job_state)i), name) == 0) {
			v->state = (enum job_state)i;
			return true;
		}
	return false;
}

/* Unknown lines are of a later version and are skipped. */
static bool
take_line(struct job *job, const char *key, const char *text)
{
	struct job_view	*v = &job->view;
	const long long	 n = strtoll(text, NULL, 10);

	if (strcmp(key, "kind") == 0)
		take_text(v->kind, sizeof v->kind, text);
	else if (strcmp(key, "owner") == 0)
		take_text(v->owner, sizeof v->owner, text);
	else if (strcmp(key, "say") == 0)
		take_text(v->say, sizeof v->say, text);
	else if (strcmp(key, "file") == 0)
		take_text(v->file, sizeof v->file, text);
	else if (strcmp(key, "local") == 0)
		job->local = n != 0;
	else if (strcmp(key, "asked") == 0)
		v->asked = n;
	else if (strcmp(key, "begun") == 0)
		v->begun = n;
	else if (strcmp(key, "ended") == 0)
		v->ended = n;
	else if (strcmp(key, "status") == 0)
		v->status = (int)n;
	else if (strcmp(key, "size") == 0)
		v->size = (uint64_t)n;
	return strcmp(key, "state") != 0 || take_state(v, text);
}

/* The name of a result is made from kind and id, never taken from the file. */
static bool
read_state(FILE *f, struct job *job)
{
	char	 line[512], name[64], *text;
	bool	 ok = true;

	while (ok && fgets(line, sizeof line, f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if ((text = strchr(line, ' ')) != NULL) {
			*text++ = '\0';
			ok = take_line(job, line, text);
		}
	}
	job_file_name(&job->view, name);
	if (job->view.file[0] != '\0')
		take_text(job->view.file, sizeof job->view.file, name);
	return ok && job->view.kind[0] != '\0' && strchr(job->view.kind, '/') == NULL &&
	    job->view.owner[0] != '\0';
}

static uint64_t
id_of(const char *name)
{
	char		*end;
	const uint64_t	 id = strncmp(name, "job-", 4) == 0 && name[4] >= '1' &&
	    name[4] <= '9' ? strtoull(name + 4, &end, 10) : 0;

	return id != 0 && id < UINT64_MAX && *end == '\0' ? id : 0;
}

static bool
read_file(int dir, const char *name, struct job *job)
{
	const int	 fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	FILE		*f = fd != -1 ? fdopen(fd, "r") : NULL;
	bool		 ok;

	if (f == NULL) {
		if (fd != -1)
			close(fd);
		return false;
	}
	ok = read_state(f, job);
	fclose(f);
	return ok;
}

/* A file that names another owner than that of its folder is ignored. */
static bool
is_in_place(const struct job *job, const char *folder)
{
	char	 name[3 * sizeof job->view.owner];

	folder_of(job->view.owner, name);
	return strcmp(name, folder) == 0;
}

/* Takes fd. */
static void
each_in_folder(struct core *core, int fd, const char *folder,
    void (*fn)(const struct job *, void *), void *arg)
{
	DIR		*d = fdopendir(fd);
	struct dirent	*e;
	char		 line[400];

	while (d != NULL && (e = readdir(d)) != NULL) {
		struct job	 job = { .view.id = id_of(e->d_name) };

		if (job.view.id == 0)
			continue;
		if (read_file(dirfd(d), e->d_name, &job) && is_in_place(&job, folder)) {
			fn(&job, arg);
			continue;
		}
		snprintf(line, sizeof line,
		    OUTBOX "/%.100s/%.100s is no job of this program and is left alone", folder,
		    e->d_name);
		env_log(core, STORE_LOG_ALARM, line);
	}
	if (d != NULL)
		closedir(d);
	else
		close(fd);
}

void
job_file_each(struct core *core, void (*fn)(const struct job *, void *), void *arg)
{
	const int	 out = open_dir(home_dir(core->home), OUTBOX, false);
	DIR		*d = out != -1 ? fdopendir(out) : NULL;
	struct dirent	*e;
	int		 fd;

	if (d == NULL && out != -1)
		close(out);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.' && (fd = open_dir(dirfd(d), e->d_name, false)) != -1)
			each_in_folder(core, fd, e->d_name, fn, arg);
	if (d != NULL)
		closedir(d);
}
