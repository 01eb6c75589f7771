#include "admin/demo/wordlist.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/admin.h"

/* ---- random numbers -------------------------------------------------------------------------- */

uint64_t
rng_next(struct rng *r)
{
	uint64_t	 z = r->s += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

uint64_t
rng_below(struct rng *r, uint64_t n)
{
	return rng_next(r) % n;
}

int
rng_between(struct rng *r, int lo, int hi)
{
	return hi <= lo ? lo : lo + (int)rng_below(r, (uint64_t)(hi - lo) + 1);
}

bool
rng_chance(struct rng *r, int percent)
{
	return rng_below(r, 100) < (uint64_t)percent;
}

int
rng_weighted(struct rng *r, const int weight[], int n)
{
	int	 sum = 0, at;

	for (int i = 0; i < n; i++)
		sum += weight[i];
	at = (int)rng_below(r, (uint64_t)sum);
	for (int i = 0; i < n; i++)
		if ((at -= weight[i]) < 0)
			return i;
	return n - 1;
}

/* ---- lists ----------------------------------------------------------------------------------- */

struct entry {
	char		*text;
	unsigned	 until;		/* sum of the weights up to and including this one */
};

struct word_list {
	char		*name;
	struct entry	*at;
	size_t		 n, cap;
};

struct wordlist {
	struct word_list	*at;
	size_t			 n, cap;
};

static struct word_list *
find(const struct wordlist *w, const char *name)
{
	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->at[i].name, name) == 0)
			return &w->at[i];
	return NULL;
}

static void
open_list(struct wordlist *w, const char *name, size_t n)
{
	XROOM(w->at, w->n, &w->cap);
	w->at[w->n++] = (struct word_list){ .name = xcheck(strndup(name, n)) };
}

static void
add_entry(struct word_list *l, char *line)
{
	char		*tab = strchr(line, '\t');
	unsigned	 weight = 1, before = l->n > 0 ? l->at[l->n - 1].until : 0;

	if (tab != NULL) {
		*tab = '\0';
		weight = (unsigned)strtoul(tab + 1, NULL, 10);
	}
	XROOM(l->at, l->n, &l->cap);
	l->at[l->n++] = (struct entry){ xcheck(strdup(line)), before + weight };
}

static int
take_line(struct wordlist *w, char *line, const char *path, unsigned at)
{
	size_t	 n = strcspn(line, "\r\n");

	line[n] = '\0';
	if (n == 0 || line[0] == '#')
		return EX_OK;
	if (line[0] == '[' && line[n - 1] == ']')
		open_list(w, line + 1, n - 2);
	else if (w->n == 0)
		return report_error(EX_DATAERR, "%s:%u: an entry stands before the first [list]",
		    path, at);
	else
		add_entry(&w->at[w->n - 1], line);
	return EX_OK;
}

int
wordlist_read(const char *path, struct wordlist **out)
{
	struct wordlist	*w = xcheck(calloc(1, sizeof *w));
	FILE		*f = fopen(path, "r");
	char		*line = NULL;
	size_t		 cap = 0;
	int		 code = EX_OK;

	*out = NULL;
	if (f == NULL) {
		free(w);
		return report_error(EX_NOINPUT, "%s: %s", path, strerror(errno));
	}
	for (unsigned at = 1; code == EX_OK && getline(&line, &cap, f) != -1; at++)
		code = take_line(w, line, path, at);
	free(line);
	fclose(f);
	if (code == EX_OK)
		*out = w;
	else
		wordlist_free(w);
	return code;
}

void
wordlist_free(struct wordlist *w)
{
	if (w == NULL)
		return;
	for (size_t i = 0; i < w->n; i++) {
		for (size_t k = 0; k < w->at[i].n; k++)
			free(w->at[i].at[k].text);
		free(w->at[i].at);
		free(w->at[i].name);
	}
	free(w->at);
	free(w);
}

const char *
wordlist_pick(const struct wordlist *w, const char *list, struct rng *r)
{
	const struct word_list	*l = find(w, list);
	unsigned		 at = (unsigned)rng_below(r, l->at[l->n - 1].until);
	size_t			 i = 0;

	while (l->at[i].until <= at)
		i++;
	return l->at[i].text;
}

bool
wordlist_require(const struct wordlist *w, const char *const lists[])
{
	bool	 all = true;

	for (size_t i = 0; lists[i] != NULL; i++) {
		const struct word_list	*l = find(w, lists[i]);

		if (l != NULL && l->n > 0 && l->at[l->n - 1].until > 0)
			continue;
		report_error(EX_DATAERR, "the word lists have no entries under [%s]", lists[i]);
		all = false;
	}
	return all;
}
