#ifndef FORMS_PROBLEM_H
#define FORMS_PROBLEM_H

#include "forms/val.h"

#ifndef N_
#define N_(s)	(s)		/* marks a sentence for translation; the client looks it up */
#endif

/*
 * What is wrong with an entry, for people. A sentence is an English msgid with numbered places, "{1} is after {2}",
 * translated by the client only; its arguments are either words as typed or references the reader's side names in
 * his own language. Checkers add all they find, so a screen is corrected once.
 */
enum problem_arg {
	ARG_END,
	ARG_TEXT,	/* const char *: as it is */
	ARG_NUM,	/* int64_t */
	ARG_DATE,	/* int, yyyymmdd */
	ARG_FIELD,	/* const char *: path of a field of the book in question, shown by its label */
	ARG_CODE,	/* const char *list, const char *code */
	ARG_AREA,	/* const char *: area code */
	ARG_STATE,	/* const char * */
	ARG_ACT,	/* const char * */
	ARG_SENTENCE	/* const char *msgid, const struct val *args: a sentence inside the sentence */
};

struct problem {
	char		*field;		/* path, or NULL for the record as a whole */
	char		*say;		/* msgid */
	/* list of text | int | {"date": int} | {"field":…} | {"code":…,"list":…} | {"area":…} | {"state":…} | {"act":…}
	   | {"say": msgid, "args": […]} */
	struct val	*args;
	bool		 gap;		/* something required is still missing: blocks leaving an open state only */
	bool		 warn;		/* worth a look; blocks nothing */
	bool		 act;		/* hinders the act that was asked for; the record can be saved as it is */
};

struct problems {
	struct problem	*at;
	size_t		 n;
	size_t		 cap;
	bool		 bad;		/* memory ran out: treat as a problem */
};

#define PROBLEMS_INIT	{ NULL, 0, 0, false }
/*
 * So many are kept; the list says enough. A further one takes the place of a warning, then of a gap, and is dropped only
 * when all are plainly wrong: a full list blocks whatever the whole would have blocked.
 */
#define PROBLEMS_MAX	200

/*
 * Adds one; arguments follow as pairs (enum problem_arg, value) up to ARG_END. `field` may be NULL; strings are copied. The
 * problem is good until the next is added, for setting gap or warn; NULL when memory ran out or it was dropped.
 */
struct problem	*problem_add(struct problems *, const char *field, const char *msgid, ...);
void		 problems_free(struct problems *);
bool		 problems_block(const struct problems *, bool gaps_too);	/* any that is no warning (nor, unless asked, a gap) */
bool		 problems_block_save(const struct problems *, bool gaps_too);	/* … nor hinders an act only */

/*
 * As travels on the wire: list of {"field"?,"say","args","kind":"wrong"|"gap"|"act"|"warning"}; NULL: memory. Back, into an empty
 * list: false (and empty again) when it is malformed, longer than PROBLEMS_MAX, or memory ran out.
 */
struct val	*problems_to_val(const struct problems *);
bool		 problems_from_val(const struct val *, struct problems *);

/*
 * Fills a translated sentence. name() writes what a reference is called (see struct problem.args) and may be NULL,
 * then the bare codes show. Places without an argument stay as they are; no printf is involved.
 */
typedef void	 problem_name_fn(const struct val *ref, void *arg, struct buf *);
void		 problem_format(struct buf *, const char *translated, const struct val *args, problem_name_fn *name, void *arg);

#endif
