#include "tui/screen/scr.h"

#include <stdio.h>
#include <string.h>

#include "tests/harness.h"
#include "tui/term/locale.h"

static void
each_row(void (*fn)(const struct scr_table *, const struct command *))
{
	for (const struct scr_table *t = scr_tables; t->name != NULL; t++)
		for (const struct command *c = t->commands; !command_is_end(c); c++)
			fn(t, c);
}

/* The letter an action has in lists, menus and records; 0: another key. */
static char
letter_of(enum action act)
{
	const char	*key = key_for_action(act, WHERE_LIST);

	return key != NULL && strlen(key) == 1 && key[0] >= 'a' && key[0] <= 'z' ? key[0] : '\0';
}

/* Does a table ask a question that y and n answer? */
static bool
has_question(const struct scr_table *t)
{
	for (const struct command *c = t->commands; !command_is_end(c); c++)
		if (c->keys != NULL && c->keys[0] == 'y')
			return true;
	return false;
}

static bool
has_action(const struct scr_table *t, enum action act)
{
	for (const struct command *c = t->commands; !command_is_end(c); c++)
		if (c->act == act)
			return true;
	return false;
}

/*
 * A sign of one view only may not be the key of an action, or the letter would mean something else
 * on the cover, in the reader and in a list. n answers a question; there nothing can be found.
 */
static void
sign_is_free(const struct scr_table *t, char sign)
{
	if (sign == 'n') {
		ck_assert_msg(has_question(t), "%s: n answers no question", t->name);
		ck_assert_msg(!has_action(t, ACT_FIND_NEXT), "%s: n finds the next line", t->name);
		return;
	}
	ck_assert_msg(key_action(&KEY_CHR(sign), WHERE_LIST) == ACT_NONE,
	    "%s: %c is the key of an action", t->name, sign);
	ck_assert_msg(sign == 'y' || (sign >= '0' && sign <= '9'),
	    "%s: %c is a letter of this view alone", t->name, sign);
}

/* The key on the strip does what the row says, so no letter can have two meanings. */
static void
key_is_true(const struct scr_table *t, const struct command *c)
{
	const char	 letter = letter_of(c->act);

	for (const char *sign = c->keys; sign != NULL && *sign != '\0'; sign++)
		sign_is_free(t, *sign);
	if (c->act == ACT_NONE) {
		ck_assert_msg(c->run != NULL || c->choose != NULL, "%s: %s does nothing", t->name,
		    c->keys);
		return;
	}
	ck_assert_msg(key_for_action(c->act, WHERE_LIST) != NULL ||
		key_for_action(c->act, WHERE_TEXT) != NULL, "%s: action %d has no key",
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
	if (c->unlisted)
		return;
	ck_assert_msg(c->act != ACT_NONE || (c->help != NULL && (c->label != NULL ||
	    c->choice != NULL)), "%s: a row without words", t->name);
	if (c->label != NULL || c->choice == NULL)
		has_chinese_words(t->name, c->label != NULL ? c->label : key_action_label(c->act));
	has_chinese_words(t->name, c->help != NULL ? c->help : key_action_help(c->act));
}

/* What the keys of a view reach, where a list or a question has the focus. */
static struct {
	int	 ran, chosen;
	bool	 possible;
} probe;

static bool
is_possible(const struct view *v)
{
	(void)v;
	return probe.possible;
}

static void
run_first(struct view *v)
{
	(void)v;
	probe.ran = 1;
}

static void
run_second(struct view *v)
{
	(void)v;
	probe.ran = 2;
}

static void
choose(struct view *v, size_t i)
{
	(void)v;
	probe.chosen = (int)i;
}

static const char *
two_choices(const struct view *v, size_t i)
{
	static const char *const	 labels[] = { "one", "two" };

	(void)v;
	return i < 2 ? labels[i] : NULL;
}

static enum key_where	 where_now;

static enum key_where
where(const struct view *v)
{
	(void)v;
	return where_now;
}

static const struct command	 probe_commands[] = {
	{ .act = ACT_OPEN, .label = "first", .help = "", .may = is_possible, .run = run_first },
	{ .act = ACT_OPEN, .label = "second", .help = "", .run = run_second, .keys = "n" },
	{ .help = "", .keys = COMMAND_DIGITS, .choose = choose, .choice = two_choices },
	{ .act = ACT_NONE }
};

static const struct view_ops	 probe_ops = { .where = where, .commands = probe_commands };

static bool
type(const struct key *k)
{
	struct view	 v = { .ops = &probe_ops };

	probe.ran = 0;
	probe.chosen = -1;
	return command_run(probe_commands, &v, k, key_action(k, where_now));
}

/* Of two rows for a key the first that is possible counts; a digit without a choice is no key. */
START_TEST(keys_run_the_row_that_is_possible)
{
	where_now = WHERE_LIST;
	probe.possible = true;
	ck_assert(type(&KEY_OF(K_ENTER)) && probe.ran == 1);
	ck_assert(type(&KEY_CHR('n')) && probe.ran == 2);
	probe.possible = false;
	ck_assert(type(&KEY_OF(K_ENTER)) && probe.ran == 2);
	ck_assert(type(&KEY_CHR('2')) && probe.chosen == 1);
	ck_assert(!type(&KEY_CHR('3')) && probe.chosen == -1);
	where_now = WHERE_TEXT;
	ck_assert(!type(&KEY_CHR('n')) && probe.ran == 0);
	ck_assert(!type(&KEY_CHR('2')) && probe.chosen == -1);
}
END_TEST

/* The strip shows the same rows, a choice each, and none of them where it is not possible. */
START_TEST(the_strip_shows_what_the_keys_do)
{
	struct view	 v = { .ops = &probe_ops };
	struct strip	 s = { .where = WHERE_LIST };

	probe.possible = false;
	command_add_strip(probe_commands, &v, &s);
	ck_assert_uint_eq(s.n, 3);
	ck_assert_str_eq(s.at[0].key, "n");
	ck_assert_str_eq(s.at[0].label, "second");
	ck_assert_str_eq(s.at[1].key, "1");
	ck_assert_str_eq(s.at[2].label, "two");
}
END_TEST

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

/* Nothing is explained and nobody can go back before log-in and on a locked terminal. */
static bool
is_closed(const struct scr_table *t)
{
	return strcmp(t->name, "login") == 0 || strcmp(t->name, "lock") == 0;
}

/* They close the strip of every screen. */
START_TEST(help_and_back_are_everywhere)
{
	for (const struct scr_table *t = scr_tables; t->name != NULL; t++) {
		bool	 help = false, back = false;

		for (const struct command *c = t->commands; !command_is_end(c); c++) {
			help |= c->act == ACT_HELP;
			back |= c->act == ACT_BACK && c->run != NULL;
		}
		ck_assert_msg((help && back) == !is_closed(t), "%s", t->name);
	}
}
END_TEST

/* 0 begins the number of a part; the other digits are acts, as in the reader. */
START_TEST(zero_opens_parts_of_a_cover)
{
	bool	 zero = false;

	for (const struct command *c = scr_cover_commands; !command_is_end(c); c++)
		zero |= c->keys != NULL && strcmp(c->keys, "0") == 0 && !c->unlisted;
	ck_assert(zero);
	ck_assert_ptr_null(strchr(COMMAND_DIGITS, '0'));
}
END_TEST

/* The digits of acts mean the same on cover and reader: both tables have the same row. */
START_TEST(acts_are_digits_on_cover_and_reader)
{
	const struct command *const	 tables[] = { scr_cover_commands, scr_read_commands };
	const struct command		*found[2] = { NULL, NULL };

	for (size_t i = 0; i < 2; i++)
		for (const struct command *c = tables[i]; !command_is_end(c); c++)
			if (c->keys != NULL && strcmp(c->keys, COMMAND_DIGITS) == 0)
				found[i] = c;
	ck_assert(found[0] != NULL && found[1] != NULL);
	ck_assert_str_eq(found[0]->help, found[1]->help);
}
END_TEST

TEST_SUITE(commands, "tui/command", one_meaning_to_a_letter, keys_run_the_row_that_is_possible,
    the_strip_shows_what_the_keys_do, each_row_has_words_in_both_languages,
    help_and_back_are_everywhere, zero_opens_parts_of_a_cover, acts_are_digits_on_cover_and_reader)
TEST_MAIN(commands)
