#include "tui/screen/scr.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tui/term/locale.h"

static void
each_row(void (*fn)(const struct scr_table *, const struct command *))
{
	for (const struct scr_table *t = scr_tables; t->name != NULL; t++)
		for (const struct command *c = t->commands; c->act != ACT_NONE; c++)
			fn(t, c);
}

/* The letter an action has in lists, menus and records; 0: another key. */
static char
letter_of(enum action act)
{
	const char	*key = key_for_action(act, WHERE_LIST);

	return key != NULL && strlen(key) == 1 && key[0] >= 'a' && key[0] <= 'z' ? key[0] : '\0';
}

/* The key on the strip does what the row says, so no letter can stand for two things. */
static void
key_is_true(const struct scr_table *t, const struct command *c)
{
	const char	 letter = letter_of(c->act);

	ck_assert_msg(key_for_action(c->act, WHERE_LIST) != NULL, "%s: action %d has no key",
	    t->name, (int)c->act);
	if (letter != '\0')
		ck_assert_msg(
		    key_action(&KEY_CHR(letter), WHERE_LIST) == c->act, "%s: %c", t->name, letter);
}

START_TEST(one_meaning_to_a_letter)
{
	for (enum action a = ACT_NONE + 1; a < ACT_MAX; a++)
		for (enum action b = a + 1; b < ACT_MAX; b++)
			ck_assert_msg(letter_of(a) == '\0' || letter_of(a) != letter_of(b),
			    "%c means %d and %d", letter_of(a), (int)a, (int)b);
	each_row(key_is_true);
}
END_TEST

static void
has_chinese_words(const char *table, const char *msgid)
{
	char	 english[400];

	ck_assert_msg(*msgid != '\0', "%s: a row without words", table);
	locale_set_language(LANG_EN);
	snprintf(english, sizeof(english), "%s", gettext(msgid));
	locale_set_language(LANG_ZH);
	ck_assert_str_eq(english, msgid);
	ck_assert_msg(
	    strcmp(gettext(msgid), msgid) != 0, "%s: \"%s\" is not translated", table, msgid);
}

static void
has_words(const struct scr_table *t, const struct command *c)
{
	has_chinese_words(t->name, c->label != NULL ? c->label : key_action_label(c->act));
	has_chinese_words(t->name, c->help != NULL ? c->help : key_action_help(c->act));
}

START_TEST(each_row_has_words_in_both_languages)
{
	struct locale_want	 want = { .encoding = "utf-8" };
	char			 catalogs[4096];

	snprintf(catalogs, sizeof(catalogs), "%s/locale", getenv("BUILD"));
	want.catalogs = catalogs;
	ck_assert_ptr_null(locale_open(&want));
	each_row(has_words);
}
END_TEST

/* They close the strip of every screen. */
START_TEST(help_and_back_are_everywhere)
{
	for (const struct scr_table *t = scr_tables; t->name != NULL; t++) {
		bool	 help = false, back = false;

		for (const struct command *c = t->commands; c->act != ACT_NONE; c++) {
			help |= c->act == ACT_HELP;
			back |= c->act == ACT_BACK && c->run != NULL;
		}
		ck_assert_msg(help && back, "%s", t->name);
	}
}
END_TEST

/* A part of a cover has a letter of its own, which none of the cover's commands may take. */
START_TEST(letters_a_cover_needs)
{
	for (const struct command *c = scr_cover_commands; c->act != ACT_NONE; c++)
		if (letter_of(c->act) != '\0')
			ck_assert_msg(
			    strchr(COVER_KEYS, letter_of(c->act)) != NULL, "%c", letter_of(c->act));
	ck_assert_ptr_null(strchr(COVER_KEYS, 'v'));
}
END_TEST

TEST_SUITE(commands, "tui/command", one_meaning_to_a_letter, each_row_has_words_in_both_languages,
    help_and_back_are_everywhere, letters_a_cover_needs)
TEST_MAIN(commands)
