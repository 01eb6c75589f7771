#ifndef TUI_FORM_CHOICE_H
#define TUI_FORM_CHOICE_H

#include "forms/type/type.h"

/*
 * What can be chosen in a field: codes, places within reach, yes and no. `key` is what is typed and
 * shown before it: the code where all codes of a list are numbers, else a running number, so no
 * code without words reaches the screen.
 */
struct choice {
	char	*key;
	char	*label;
	char	*py;		/* pinyin initials, "" */
	char	*value;		/* code */
	bool	 chosen;
};

struct choices {
	struct choice	*at;
	size_t		 n;
	size_t		 cap;
	bool		 bad;	/* memory ran out */
};

#define CHOICES_INIT	{ NULL, 0, 0, false }

/* copies */
void	 choices_add(struct choices *, const char *key, const char *label, const char *py, const char *value);
void	 choices_free(struct choices *);

/*
 * Those of a field of type choice, many-of, yes-no or area; nothing for others. Retired ones only
 * when `now` holds them, which are marked chosen. `reach` is a list of area codes (NULL: the
 * county).
 */
void	 choices_of(const struct field *, const struct form_ctx *, const struct val *reach,
    const struct val *now, struct choices *);
bool	 choices_exist(const struct field *);		/* of such a type */

/*
 * How well typed text fits: 0 not at all, 1 somewhere, 2 from the beginning, 3 it is the key. ""
 * fits everything.
 */
int	 choice_fits(const struct choice *, const char *typed);
/*
 * The choice whose key this is, in full; NULL when there is none or another choice begins so, too. Initials do not count:
 * where keys are letters, jump codes, they would hide them.
 */
const struct choice *choices_keyed(const struct choices *, const char *typed);
/*
 * The only choice a single typed character can mean: its key, or the first letter of its initials
 * or label. NULL: none or several.
 */
const struct choice *choices_of_key(const struct choices *, uint32_t typed);

/* A choice's code as a value of the field; NULL: memory. */
struct val *choice_value(const struct field *, const char *code);
#define CHOICE_YES	"y"
#define CHOICE_NO	"n"

#endif
