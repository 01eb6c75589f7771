#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "admin/form.h"
#include "forms/upgrade.h"

struct run {
	bool	 dry;
	bool	 quiet;			/* the changes are counted, not printed */
	size_t	 changed;		/* files */
	size_t	 changes, left;		/* lines */
	int	 code;
};

static bool
write_all(FILE *f, const struct buf *text)
{
	return fwrite(text->p, 1, text->n, f) == text->n && fflush(f) == 0 && fsync(fileno(f)) == 0;
}

/* The file is always the complete old or the complete new one; mode and owner stay. */
static bool
replace_file(const char *path, const struct buf *text)
{
	struct buf	 temp = BUF_INIT;
	struct stat	 st;
	FILE		*f;
	int		 fd;
	bool		 ok = stat(path, &st) == 0;

	buf_printf(&temp, "%s.XXXXXX", path);
	xtext(&temp);
	if (!ok || (fd = mkstemp(temp.p)) == -1) {
		buf_free(&temp);
		return false;
	}
	ok = fchmod(fd, st.st_mode & 07777) == 0 && (fchown(fd, st.st_uid, st.st_gid) == 0 ||
	    geteuid() != 0);
	if ((f = fdopen(fd, "w")) == NULL)
		close(fd);
	ok = f != NULL && ok && write_all(f, text);
	ok = f != NULL && fclose(f) == 0 && ok;
	ok = ok && rename(temp.p, path) == 0;
	if (!ok)
		unlink(temp.p);
	buf_free(&temp);
	return ok;
}

static void
fail(struct run *r, int code)
{
	if (r->code == EX_OK)
		r->code = code;
}

static void
upgrade_file(const char *path, const char *shown, void *arg)
{
	struct run	*r = arg;
	struct buf	 text = BUF_INIT, out = BUF_INIT;
	struct lint	 changes = { BUF_INIT, 0 }, left = { BUF_INIT, 0 };

	if (!upgrade_read(path, shown, &text, &left) ||
	    !upgrade_text(text.p, text.n, shown, &out, &changes, &left)) {
		fail(r, left.n > 0 ? EX_DATAERR : EX_OSERR);
		report_lines(&left.out);
	} else if (changes.n > 0 && !r->dry && !replace_file(path, &out)) {
		fail(r, EX_IOERR);
		report_error(EX_IOERR, "%s: cannot be written, it is as it was: %s", path,
		    strerror(errno));
	} else {
		fputs(changes.n > 0 && !r->quiet ? xtext(&changes.out) : "", stdout);
		report_lines(&left.out);
		r->changed += changes.n > 0;
		r->changes += changes.n;
		r->left += left.n;
	}
	buf_free(&text);
	buf_free(&out);
	buf_free(&changes.out);
	buf_free(&left.out);
}

static void
upgrade_path(const char *path, struct run *r)
{
	struct stat	 st;

	if (stat(path, &st) != 0) {
		fail(r, EX_NOINPUT);
		report_error(EX_NOINPUT, "%s: %s", path, strerror(errno));
	} else if (S_ISDIR(st.st_mode))
		upgrade_each_file(path, upgrade_file, r);
	else
		upgrade_file(path, path, r);
}

static int
report_result(struct run *r)
{
	printf("%zu changes in %zu files%s\n", r->changes, r->changed, r->dry && r->changes > 0 ?
	    ", not written" : "");
	if (r->left > 0)
		fail(r, report_error(EX_DATAERR, "%zu lines are left to be changed by hand",
		    r->left));
	return r->code;
}

int
form_upgrade_dir(const char *dir, bool quiet)
{
	struct run	 r = { .quiet = quiet, .code = EX_OK };

	upgrade_path(dir, &r);
	return report_result(&r);
}

int
form_upgrade(int argc, char **argv)
{
	static const struct option	 longs[] = { { "dry-run", no_argument, NULL, 'n' },
	    { NULL, 0, NULL, 0 } };
	struct run			 r = { .code = EX_OK };
	int				 c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c != 'n')
			return report_usage_error("form", "form upgrade does not know that option");
		r.dry = true;
	}
	if (optind == argc)
		return report_usage_error("form",
		    "form upgrade takes files or folders of definitions");
	for (; optind < argc; optind++)
		upgrade_path(argv[optind], &r);
	return report_result(&r);
}
