/*
 * shouwang: the client. It holds no data and no rights of its own; all it knows it asks the daemon.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "tui/widget/pack.h"
#include "config.h"
#include "forms/buf.h"
#include "tui/app/app.h"
#include "tui/app/json.h"
#include "tui/screen/scr.h"
#include "tui/term/locale.h"

#define LOCK_AFTER	(15 * 60)	/* seconds */

static const char	usage_text[] =
    "usage: shouwang [-j] [-S socket] [-l zh|en] [-e utf-8|gb18030|gbk]\n"
    "\n"
    "  -S socket   where the daemon listens        [" SHOUWANG_RUNDIR "/socket]\n"
    "  -j          one JSON request a line in, one JSON reply a line out\n"
    "  -l zh|en    language                        [zh]\n"
    "  -e NAME     the terminal's encoding         [from LC_ALL, LC_CTYPE or LANG]\n"
    "\n"
    "  PERSONA             in a demo county: whom to be, a role (director) or a login name\n"
    "  SHOUWANG_LOCK_AFTER seconds without a key until the terminal locks itself; 0 = never [900]\n";

struct plan {
	const char		*socket;
	bool			 json;
	struct locale_want	 locale;
};

static _Noreturn void
usage(const char *why)
{
	if (why == NULL) {
		fputs(usage_text, stdout);
		exit(EX_OK);
	}
	fprintf(stderr, "shouwang: %s; see shouwang --help\n", why);
	exit(EX_USAGE);
}

static void
command_line(int argc, char *argv[], struct plan *p)
{
	static const struct option	 longer[] = { { "help", no_argument, NULL, 'h' },
	    { "version", no_argument, NULL, 'V' }, { 0 } };
	int				 c;

	*p = (struct plan){ .socket = SHOUWANG_RUNDIR "/socket" };
	opterr = 0;
	while ((c = getopt_long(argc, argv, "S:e:hjl:", longer, NULL)) != -1) {
		switch (c) {
		case 'S': p->socket = optarg; break;
		case 'e': p->locale.encoding = optarg; break;
		case 'h': usage(NULL);
		case 'j': p->json = true; break;
		case 'V': puts("shouwang " SHOUWANG_VERSION); exit(EX_OK);
		case 'l': p->locale.language = optarg; break;
		default: usage("there is no such option, or its value is missing");
		}
	}
	if (optind != argc)
		usage("too many words");
	if (p->locale.language != NULL && strcmp(p->locale.language, "zh") != 0 &&
	    strcmp(p->locale.language, "en") != 0)
		usage("the language must be zh or en");
}

/*
 * In a build directory the catalogue is beside the program; an installed one is found by gettext.
 */
static const char *
catalogs_beside(void)
{
	static char	 path[4096];
	ssize_t		 n = readlink("/proc/self/exe", path, sizeof(path) - 64);
	char		*slash;
	struct stat	 st;
	size_t		 dir;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	if ((slash = strrchr(path, '/')) == NULL)
		return NULL;
	dir = (size_t)(slash - path);
	strcpy(path + dir, "/locale/zh_CN/LC_MESSAGES/shouwang.mo");
	if (stat(path, &st) != 0)
		return NULL;
	strcpy(path + dir, "/locale");
	return path;
}

static int
lock_after_ms(void)
{
	const char	*s = getenv("SHOUWANG_LOCK_AFTER");
	long		 n = s != NULL && *s != '\0' ? strtol(s, NULL, 10) : LOCK_AFTER;

	return n < 0 || n > 24 * 3600 ? LOCK_AFTER * 1000 : (int)n * 1000;
}

/* Without a terminal there is nothing to draw on; ssh runs us so when it is given no -t. */
static void
need_terminal(void)
{
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return;
	fprintf(stderr, "%s\n",
	    _("shouwang: this needs a terminal; with ssh use \"ssh -t\", for programs there is -j"));
	exit(EX_USAGE);
}

static const struct app_screens	 screens = {
	.login = scr_login, .menu = scr_menu, .drafts = scr_drafts, .lock = scr_lock,
	.help = scr_help,
	.jump = scr_menu_jump, .find = scr_find,
};

int
main(int argc, char *argv[])
{
	struct plan	 plan;
	const char	*say, *persona = getenv("PERSONA");

	command_line(argc, argv, &plan);
	plan.locale.catalogs = catalogs_beside();
	if ((say = locale_open(&plan.locale)) != NULL) {
		fprintf(stderr, "shouwang: %s\n", say);
		return EX_CONFIG;
	}
	pack_init();
	if (plan.json)
		return json_main(plan.socket);
	need_terminal();
	say = app_run(&(struct app_opts){.screens = &screens,
	    .socket = plan.socket,
	    .idle_ms = lock_after_ms(),
	    .persona = persona != NULL && *persona != '\0' ? persona : NULL});
	if (say != NULL) {
		fprintf(stderr, "%s\n", say);
		return EX_UNAVAILABLE;
	}
	return EX_OK;
}
