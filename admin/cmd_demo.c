#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "admin/demo/scenario.h"

static const char *const	 lists[] = {
	"surname", "given-boy", "given-girl", "parent-male", "parent-female", "elder-male",
	    "elder-female", "whole-boy",
	"whole-girl", "ethnicity", "house", "kindergarten", "primary", "junior", "senior",
	    "vocational", "work",
	"citizen-area", "mobile", "note", "remark", "back", "eased",
	"not-seen", "found", "agreed", "changed", "child-words", "better", "ailing", NULL
};

/*
 * Only a store that init --demo has just created: real entries are not mixed with invented ones,
 * and the same seed gives the same store.
 */
static int
must_be_new(struct client *client)
{
	struct val	*accounts;
	int		 code;

	if (!client_core(client)->demo)
		return report_error(EX_USAGE,
		    "this is no demo store: invented people have no place in it");
	if ((code = client_fetch_all(client, "account", &accounts)) != EX_OK)
		return code;
	if (val_len(accounts) > 0)
		code = report_error(EX_USAGE,
		    "this demo store has people already; init --demo makes a new one");
	val_free(accounts);
	return code;
}

static int
read_words(struct wordlist **wordlist)
{
	struct buf	 path = BUF_INIT;
	int		 code;

	buf_printf(&path, "%s/names.txt", admin_demo_dir());
	code = wordlist_read(xtext(&path), wordlist);
	buf_free(&path);
	if (code == EX_OK && !wordlist_require(*wordlist, lists))
		code = EX_DATAERR;
	return code;
}

static int
demo(const struct admin *admin, size_t children, uint64_t seed)
{
	struct scenario	 scenario = { .seed = seed, .children = children };
	struct wordlist	*wordlist = NULL;
	int		 code;

	if ((code = read_words(&wordlist)) == EX_OK &&
	    (code = client_open(admin, true, &scenario.client)) == EX_OK &&
	    (code = must_be_new(scenario.client)) == EX_OK) {
		scenario.wordlist = wordlist;
		scenario.now = env_now(client_core(scenario.client));
		code = scenario_run(&scenario);
	}
	client_close(scenario.client);
	wordlist_free(wordlist);
	if (code == EX_OK)
		printf("%s: %zu children\n", admin->home, children);
	return code;
}

static bool
number(const char *s, uint64_t max, uint64_t *out)
{
	char	*end;

	*out = strtoull(s, &end, 10);
	return *s >= '0' && *s <= '9' && *end == '\0' && *out <= max;
}

int
cmd_demo(const struct admin *admin, int argc, char **argv)
{
	static const struct option	 longs[] = {
		{ "children", required_argument, NULL, 'c' },
		  { "seed", required_argument, NULL, 's' }, { NULL, 0, NULL, 0 }
	};
	uint64_t			 children = 600, seed = 1;
	int				 c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (c == '?')
			return report_usage_error("demo", "demo does not know that option");
		else if (!number(optarg, c == 'c' ? 100000 : UINT64_MAX, c == 'c' ? &children :
		    &seed))
			return report_usage_error("demo", "\"%s\" is no number for --%s", optarg,
			    c == 'c' ? "children" : "seed");
	if (optind != argc)
		return report_usage_error("demo", "demo takes no argument");
	return demo(admin, (size_t)children, seed);
}
