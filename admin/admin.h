#ifndef ADMIN_ADMIN_H
#define ADMIN_ADMIN_H

#include <sysexits.h>

#include "forms/def.h"
#include "forms/type/type.h"
#include "forms/vec.h"

/*
 * shouwang-admin: what its commands share. A command returns a sysexits.h code and has then said why on standard error,
 * one line an error. Memory that runs out ends the program: it holds nothing that a new run could not do again.
 */

struct admin {
	const char	*home;
	const char	*socket;	/* where a daemon that runs on the home listens */
};

struct command {
	const char	*name;
	const char	*usage;		/* one line a form, without the program's name */
	const char	*says;		/* one line, for the list of commands */
	const char	*help;		/* options and what to know, lines */
	int		 (*run)(const struct admin *, int argc, char **argv);	/* argv[0] is the command's name */
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
int	cmd_status(const struct admin *, int, char **);
int	cmd_verify(const struct admin *, int, char **);

/* ---- saying ------------------------------------------------------------------------------------------------- */

extern bool	 report_verbose;	/* -v: what the store's library says goes to standard error, too */

/* "shouwang-admin: " and the line, on standard error; gives code back. */
int	 report_error(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for a wrong use of the command at hand; points at its --help and gives EX_USAGE. */
int	 report_usage_error(const char *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Lines of others as they are, each with a newline; one more is added where the last lacks it. */
void	 report_lines(const struct buf *);

/* One problem as words, in English: `set` and `book` name what it refers to and may be NULL. */
void	 report_problem(const struct problem *, const struct set *, const struct book *, struct buf *);

/* ---- memory ------------------------------------------------------------------------------------------------- */

/* p, or the end of the program when it is NULL. */
void	*xcheck(void *p);
/* Room for the element with index n of an array (forms/vec.h), or the end of the program. */
#define XROOM(at, n, cap)	xroom(VEC_ROOM(at, n, cap))
void	 xroom(bool there);
/* Puts into a map or adds to a list, or ends the program. */
void	 xput(struct val *map, const char *key, struct val *);
void	 xadd(struct val *list, struct val *);
/* The text of a buffer, or the end when it is bad. */
const char *xtext(const struct buf *);

/* ---- where things are --------------------------------------------------------------------------------------- */

/* The county's definitions that come with the program, and the lists people are invented from. Borrowed. */
const char	*admin_forms_dir(void);		/* SHOUWANG_FORMS, else the installed ones */
const char	*admin_demo_dir(void);		/* SHOUWANG_DEMO_DATA, else the installed ones */

#endif
