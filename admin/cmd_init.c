#include <getopt.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "admin/copytree.h"
#include "admin/area_import.h"
#include "core/core.h"

struct init {
	const struct admin	*admin;
	const char		*forms;
	struct buf		 areas;	/* path of areas.csv there, empty when there is none */
	bool			 demo;
};

/* Checks everything that is to be copied before anything is created. */
static int
check_first(struct init *in)
{
	struct buf	 err = BUF_INIT;
	struct set	*set = core_set_load(in->forms, &err);
	struct area_import	 area_import;
	int		 code = EX_OK;

	if (set == NULL) {
		report_lines(&err);
		code = report_error(EX_DATAERR,
		    "the definitions in %s are not in order; nothing was made", in->forms);
	}
	buf_printf(&in->areas, "%s/areas.csv", in->forms);
	if (access(xtext(&in->areas), F_OK) != 0)
		buf_reset(&in->areas);
	else if (set != NULL) {
		code = area_import_read(in->areas.p, set, NULL, civil_at((int64_t)time(NULL)),
		    &area_import);
		area_import_free(&area_import);
	}
	set_free(set);
	buf_free(&err);
	return code;
}

static int
make_home(const struct init *in)
{
	struct buf	 err = BUF_INIT;
	enum home_err	 e;
	int		 code = EX_OK;

	if ((e = home_create(in->admin->home, in->demo, &err)) != HOME_OK)
		code = report_error(e == HOME_UNSAFE ? EX_NOPERM : EX_CANTCREAT, "%s%s",
		    xtext(&err),
		    e == HOME_SYS ? "; what was made until then must go before the next try" : "");
	buf_free(&err);
	return code;
}

static int
copy_forms(const struct init *in)
{
	struct buf	 forms = BUF_INIT;
	int		 code;

	buf_printf(&forms, "%s/forms", in->admin->home);
	code = copytree(in->forms, xtext(&forms));
	buf_free(&forms);
	return code;
}

static int
fill_home(const struct init *in)
{
	struct client	*client;
	int		 code;

	if ((code = client_open(in->admin, true, &client)) != EX_OK)
		return code;
	if (in->areas.n > 0)
		code = area_import_load(client, in->areas.p, false);
	client_close(client);
	return code;
}

static int
init(struct init *in)
{
	int	 code;

	if ((code = check_first(in)) != EX_OK)
		return code;
	if (!client_become_owner(in->admin->home))
		return EX_OSERR;
	if ((code = make_home(in)) == EX_OK && ((code = copy_forms(in)) != EX_OK ||
	    (code = fill_home(in)) != EX_OK))
		return report_error(code, "%s is not whole: remove it before the next try",
		    in->admin->home);
	if (code != EX_OK)
		return code;
	printf("%s: a %s store is ready. Its key is %s/key: without it neither the store nor a backup can be read; keep a "
	    "copy elsewhere.\n", in->admin->home, in->demo ? "demo" : "new", in->admin->home);
	return EX_OK;
}

int
cmd_init(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "demo", no_argument, NULL, 'd' }, { "forms", required_argument, NULL, 'f' },
		  { NULL, 0, NULL, 0 }
	};
	struct init			 in = { .admin = admin, .forms = admin_forms_dir(),
	    .areas = BUF_INIT };
	int				 c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		switch (c) {
		case 'd':
			in.demo = true;
			break;
		case 'f':
			in.forms = optarg;
			break;
		default:
			return report_usage_error("init", "init does not know that option");
		}
	if (optind != argc)
		return report_usage_error("init",
		    "init takes no argument; the home is named by -d");
	c = init(&in);
	buf_free(&in.areas);
	return c;
}
