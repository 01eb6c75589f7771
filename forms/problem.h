#ifndef FORMS_PROBLEM_H
#define FORMS_PROBLEM_H

#include "forms/attr.h"
#include "forms/val.h"

#ifndef N_
#define N_(s)	(s)		/* marks a sentence for translation; the client looks it up */
#endif

/*
 * What is wrong with an entry, for people. A sentence is an English msgid with numbered places,
 * "{1} is after {2}"; only the client translates it. Its arguments are typed words, or references
 * that the client shows by their label in the reader's language. Checkers add every problem they
 * find, so a screen is corrected once.
 */
enum problem_arg {
	ARG_END,
	ARG_TEXT,	/* const char *: as it is */
	ARG_NUM,	/* int64_t */
	ARG_DATE,	/* int, yyyymmdd */
	ARG_FIELD,	/* const char *: path of a field of the book in question, shown by its
			   label */
	ARG_CODE,	/* const char *list, const char *code */
	ARG_AREA,	/* const char *: area code */
	ARG_STATE,	/* const char * */
	ARG_ACT,	/* const char * */
	ARG_SENTENCE	/* const char *msgid, const struct val *args: a sentence within the
			   sentence */
};

struct problem {
	char		*field;		/* path, or NULL for the record as a whole */
	char		*say;		/* msgid */
	/*
	 * list of text | int | {"date": int} | {"field":…} | {"code":…,"list":…} | {"area":…} |
	 * {"state":…} | {"act":…}
	 *	   | {"say": msgid, "args": […]}
	 */
	struct val	*args;
	bool		 gap;		/* a required field is empty: only leaving an open state is
					   refused */
	bool		 warn;		/* a hint; refuses nothing */
	bool		 act;	/* refuses the requested act; the record can be saved as it is */
};

struct problems {
	struct problem	*at;
	size_t		 n;
	size_t		 cap;
	bool		 bad;	/* memory ran out: the caller must refuse what was checked */
};

#define PROBLEMS_INIT	{ NULL, 0, 0, false }
/*
 * At most this many problems are kept. A further one replaces a warning, then a gap, and is dropped
 * only when all are wrong values: a full list refuses whatever the complete one would.
 */
#define PROBLEMS_MAX	200

/*
 * Adds a problem; arguments follow as pairs (enum problem_arg, value) up to ARG_END. `field` may be
 * NULL; strings are copied. The result may be changed (gap, warn) until the next one is added; NULL
 * when memory ran out or the problem was dropped.
 */
struct problem	*problem_add(struct problems *, const char *field, const char *msgid, ...);
void		 problems_free(struct problems *);
/* any but a warning (or, unless asked, a gap) */
bool		 problems_block(const struct problems *, bool gaps_too);
/* … and but those of an act only */
bool		 problems_block_save(const struct problems *, bool gaps_too);

/*
 * The form on the wire: list of {"field"?,"say","args","kind":"wrong"|"gap"|"act"|"warning"}; NULL:
 * memory. And back, into an empty list: false (and empty again) when it is malformed, longer than
 * PROBLEMS_MAX, or memory ran out.
 */
struct val	*problems_to_val(const struct problems *) MUST_USE;
bool		 problems_from_val(const struct val *, struct problems *) MUST_USE;

/*
 * Fills a translated sentence. name() writes the label of a reference (see struct problem.args);
 * NULL: the bare codes are shown. Places without an argument stay as they are; no printf is
 * involved.
 */
typedef void	 problem_name_fn(const struct val *ref, void *arg, struct buf *);
void		 problem_format(struct buf *, const char *translated, const struct val *args,
		    problem_name_fn *name, void *arg);

#endif
