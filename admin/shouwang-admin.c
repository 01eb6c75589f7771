/*
 * shouwang-admin: the administrator's commands at the server. One row of the table for each
 * command; the commands are in cmd_*.c.
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "config.h"
#include "admin/admin.h"

static const struct command commands[] = {
	{ "init", "init [--demo] [--forms DIR]", "make a new home",
	  "  --forms DIR  definitions to copy into the home (else those that came with the program)\n"
	  "  --demo       a store that offers personas and invented people; never for real data\n"
	  "\n"
	  "The home is empty or not there yet. DIR/areas.csv, when there, is loaded as by \"area load\".\n",
	  cmd_init },
	{ "form",
	  "form check DIR\nform check [DIR] --against HOME\nform upgrade [--dry-run] FILE...|DIR",
	  "check definitions, or change them to today's keys",
	  "  --against HOME  name also the records of HOME that DIR (else HOME/forms) would find faulty\n"
	  "  --dry-run       print the changes and leave the files alone\n"
	  "\n"
	  "check prints each mistake, upgrade each change as file:line: what.\n",
	  cmd_form },
	{ "area", "area load [--dry-run] FILE.csv", "enter the places of the county",
	  "  --dry-run    say what would be done\n"
	  "\n"
	  "Columns code and name, and until for places that were dissolved. Nothing is written while any row is wrong.\n",
	  cmd_area },
	{ "account",
	  "account add USER --name NAME --role ROLE [--area CODE]... [--from DAY] [--until DAY] [--unit UNIT] [--phone PHONE]\n"
	  "account list\naccount suspend USER --why REASON\naccount resume USER",
	  "who may do what where",
	  "  --role ROLE  director, supervisor ...: a role of the definitions\n"
	  "  --area CODE  12-digit code of a place the role is held for; more than one may be given\n"
	  "  --from DAY   first day it is valid (else today)\n"
	  "  --until DAY  last day it is valid (else without end)\n"
	  "\n"
	  "USER is the login name of a system account, made with the system's own tools.\n",
	  cmd_account },
	{ "grant", "grant USER ROLE [AREA]...", "give an account another role or other places", "",
	  cmd_grant },
	{ "clock", "clock\nclock accept",
	  "compare the clock with the newest entry of the audit trail",
	  "While the clock is more than a minute behind the newest entry nothing is saved. Put the clock right. Only when it is\n"
	  "right, and was ahead when that entry was made, \"clock accept\" lets work go on; the audit trail tells of it.\n",
	  cmd_clock },
	{ "demo", "demo [--children N] [--seed S]", "fill a demo store with invented people",
	  "  --children N  how many (600)\n"
	  "  --seed S      another seed, other people (1)\n",
	  cmd_demo },
	{ "verify", "verify\nverify --accept-loss\nverify --cancel JOB",
	  "recompute all that was computed and compare",
	  "  --accept-loss  go on with a store whose newest entries are lost: the audit trail gets an entry of it\n"
	  "  --cancel JOB   end a verify that runs in the daemon\n"
	  "\n"
	  "Index rows and counts are made anew from the records and compared with what is stored, every record is checked\n"
	  "against the definitions and the audit trail, and the chain of the trail is walked to the end that HOME/head\n"
	  "names. No record is touched. A running daemon does it as a job, while people work; Ctrl-C leaves the job running.\n",
	  cmd_verify },
	{ "upgrade", "upgrade [--dry-run]\nupgrade --undo\nupgrade --done",
	  "bring a home of an earlier version up to this one",
	  "  --dry-run  try it on a copy, say what was found, and leave the home as it is\n"
	  "  --undo     go back to the content of before, as long as nothing new was written\n"
	  "  --done     remove the content of before\n"
	  "\n"
	  "A copy is made, brought up to date and verified, and then put in place; the content of before is kept in\n"
	  "HOME/before. A home of this version is left alone. The daemon must be stopped.\n",
	  cmd_upgrade },
	{ "jobs", "jobs", "list the daemon's jobs, newest first", "", cmd_jobs },
	{ "job", "job JOB [--cancel | --result]", "show one job, end it, or print its result",
	  "  --cancel  end it\n"
	  "  --result  print what it found\n",
	  cmd_job },
	{ "audit", "audit [--user USER] [--record NUMBER] [-n COUNT]",
	  "print the audit trail, newest first", "  --user USER      entries of one person\n"
	  "  --record NUMBER  entries of one record, by its number or id\n"
	  "  -n COUNT         at most so many (20; 0 = all)\n",
	  cmd_audit },
	{ "status", "status", "what is in the home and how it fares", "", cmd_status },
};

#define NCOMMANDS	(sizeof commands / sizeof *commands)

static void
usage(FILE *f)
{
	fputs("usage: shouwang-admin [-v] [-d HOME] [-S SOCKET] COMMAND ...\n\n", f);
	for (size_t i = 0; i < NCOMMANDS; i++)
		fprintf(f, "  %-9s %s\n", commands[i].name, commands[i].says);
	fprintf(f, "\n  -d HOME    the store's directory (%s)\n"
	    "  -S SOCKET  where its daemon listens (%s)\n"
	    "  -v         say also what Berkeley DB says about a fault\n"
	    "\nshouwang-admin COMMAND --help tells more; so does shouwang-admin(8).\n",
	    SHOUWANG_STATEDIR, SHOUWANG_RUNDIR "/socket");
}

static int
help(const struct command *c)
{
	const char	*lead = "usage:";

	for (const char *s = c->usage, *end; *s != '\0'; s = *end != '\0' ? end + 1 : end) {
		end = s + strcspn(s, "\n");
		printf("%-6s shouwang-admin [-d HOME] [-S SOCKET] %.*s\n", lead, (int)(end - s), s);
		lead = "";
	}
	printf("\n%s%s%s", c->says, c->help[0] != '\0' ? "\n\n" : "\n", c->help);
	return EX_OK;
}

static bool
wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0)
			return true;
	return false;
}

static int
dispatch(const struct admin *admin, int argc, char **argv)
{
	for (size_t i = 0; i < NCOMMANDS; i++)
		if (strcmp(commands[i].name, argv[0]) == 0) {
			optind = 0;
			return wants_help(argc, argv) ? help(&commands[i]) :
			    commands[i].run(admin, argc, argv);
		}
	report_error(EX_USAGE, "there is no command \"%s\"", argv[0]);
	fputs("See: shouwang-admin --help\n", stderr);
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	static const struct option	 longs[] = { { "help", no_argument, NULL, 'h' },
	    { "version", no_argument, NULL, 'V' }, { NULL, 0, NULL, 0 } };
	struct admin			 admin = { SHOUWANG_STATEDIR, SHOUWANG_RUNDIR "/socket" };
	int				 c;

	setlocale(LC_CTYPE, "");
	while ((c = getopt_long(argc, argv, "+d:S:hv", longs, NULL)) != -1)
		switch (c) {
		case 'd':
			admin.home = optarg;
			break;
		case 'S':
			admin.socket = optarg;
			break;
		case 'v':
			report_verbose = true;
			break;
		case 'h':
			usage(stdout);
			return EX_OK;
		case 'V':
			puts("shouwang-admin " SHOUWANG_VERSION);
			return EX_OK;
		default:
			usage(stderr);
			return EX_USAGE;
		}
	if (optind == argc) {
		usage(stderr);
		return EX_USAGE;
	}
	c = dispatch(&admin, argc - optind, argv + optind);
	if (fflush(stdout) != 0 || ferror(stdout))
		return c != EX_OK ? c : report_error(EX_IOERR, "writing to standard output failed");
	return c;
}
