#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include <sysexits.h>

#include "forms/def.h"
#include "forms/type/type.h"
#include "forms/vec.h"

/*
 * shouwang-admin: what its commands share. A command returns a sysexits.h code after reporting the
 * reason on standard error, one line for each error. When memory runs out the program ends: a new
 * run can repeat its work.
 */

struct admin {
	const char	*home;
	const char	*socket;	/* socket of the daemon that runs on the home */
};

struct command {
	const char	*name;
	const char	*usage;		/* one line for each form, without the program's name */
	const char	*says;		/* one line, for the list of commands */
	const char	*help;		/* lines about options and conditions */
	/* argv[0] is the command's name */
	int		 (*run)(const struct admin *, int argc, char **argv);
};

int	cmd_account(const struct admin *, int, char **);
int	cmd_area(const struct admin *, int, char **);
int	cmd_audit(const struct admin *, int, char **);
int	cmd_clock(const struct admin *, int, char **);
int	cmd_demo(const struct admin *, int, char **);
int	cmd_form(const struct admin *, int, char **);
int	cmd_grant(const struct admin *, int, char **);
int	cmd_init(const struct admin *, int, char **);
int	cmd_upgrade(const struct admin *, int, char **);
int	cmd_job(const struct admin *, int, char **);
int	cmd_jobs(const struct admin *, int, char **);
int	cmd_status(const struct admin *, int, char **);
int	cmd_verify(const struct admin *, int, char **);

/* ---- reports --------------------------------------------------------------------------------- */

extern bool	 report_verbose;	/* -v: messages of the store's library go to standard error,
					   too */

/* Prints "shouwang-admin: " and the line on standard error; returns code. */
int	 report_error(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for a wrong use of the present command; refers to its --help and returns EX_USAGE. */
int	 report_usage_error(const char *command, const char *fmt,
	    ...) __attribute__((format(printf, 2, 3)));
/* Prints lines of another part unchanged; adds a newline where the last has none. */
void	 report_lines(const struct buf *);

/*
 * One problem as a sentence in English: `set` and `book` give the labels of what it names and may
 * be NULL.
 */
void	 report_problem(const struct problem *, const struct set *, const struct book *,
	    struct buf *);

/* ---- memory ---------------------------------------------------------------------------------- */

/* Returns p, or ends the program when it is NULL. */
void	*xcheck(void *p);
/* Makes room for the element with index n of an array (forms/vec.h), or ends the program. */
#define XROOM(at, n, cap)	xroom(VEC_ROOM(at, n, cap))
void	 xroom(bool there);
/* Puts into a map or adds to a list, or ends the program. */
void	 xput(struct val *map, const char *key, struct val *);
void	 xadd(struct val *list, struct val *);
/* The text of a buffer; ends the program when it is bad. */
const char *xtext(const struct buf *);

/* ---- paths ----------------------------------------------------------------------------------- */

/*
 * The county's definitions that are installed with the program, and the word lists for invented
 * people. Borrowed.
 */
const char	*admin_forms_dir(void);		/* SHOUWANG_FORMS, else the installed ones */
const char	*admin_demo_dir(void);		/* SHOUWANG_DEMO_DATA, else the installed ones */

#endif
