#ifndef TUI_WIDGET_CHOICE_H
#define TUI_WIDGET_CHOICE_H

#include "forms/type/type.h"

/*
 * The choices of a field: codes, places within reach, yes and no. `key` is typed and shown before
 * it: the code where all codes of a list are numbers, else a running number, so that no code
 * appears without words.
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
void	 choices_add(struct choices *, const char *key, const char *label, const char *py,
	    const char *value);
void	 choices_free(struct choices *);

/*
 * Those of a field of type choice, many-of, yes-no or area; nothing for others. Retired ones only
 * when `now` holds them, which are marked chosen. `reach` is a list of area codes (NULL: the
 * county).
 */
void	 choices_for_field(const struct field *, const struct form_ctx *, const struct val *reach,
    const struct val *now, struct choices *);
bool	 choices_available(const struct field *);		/* of such a type */

/*
 * The one rule of choosing, on a line of few and in every list:
 *   - a key typed in full takes its choice; numbers are compared as numbers, so 1 is 01;
 *   - where another choice begins with what was typed (1 and 10), nothing is taken yet: Enter ends it, and what was typed
 *     in full then goes before what only begins so;
 *   - where every key is one character, nothing can follow it; there a letter that only one choice's label or pinyin
 *     initials begin with takes that one, too (`letters`). Where keys are longer, as jump codes are, where the list is not
 *     yet in sight, and where several are ticked one after the other, letters narrow the list.
 */

/*
 * How well typed text fits: 0 not at all, 1 somewhere, 2 from the beginning, 3 it is the key. ""
 * fits everything.
 */
int	 choice_match_rank(const struct choice *, const char *typed);
/*
 * The choice that this takes at once, by the rule above; NULL: none, or more is to be typed.
 * Full-width signs are folded.
 */
const struct choice *choices_match(const struct choices *, const char *typed, bool letters);

/* A choice's code as a value of the field; NULL: memory. */
struct val *choice_value(const struct field *, const char *code);
#define CHOICE_YES	"y"
#define CHOICE_NO	"n"

#endif
