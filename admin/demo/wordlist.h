#ifndef ADMIN_DEMO_WORDLIST_H
#define ADMIN_DEMO_WORDLIST_H

#include <stdbool.h>
#include <stdint.h>

/* Random numbers, the same on all machines for the same seed: splitmix64. */
struct rng {
	uint64_t	 s;
};

uint64_t	 rng_next(struct rng *);
uint64_t	 rng_below(struct rng *, uint64_t n);		/* 0 .. n-1; n is at least 1 */
int		 rng_between(struct rng *, int lo, int hi);	/* both ends included */
bool		 rng_chance(struct rng *, int percent);
/* One of n rows, with probabilities by weight. */
int		 rng_weighted(struct rng *, const int weight[], int n);

/* The lists in names.txt: [list] lines, each followed by its entries with their weights. */
struct wordlist;

int		 wordlist_read(const char *path, struct wordlist **);	/* a sysexits.h code; an
									   error has been
									   reported */
void		 wordlist_free(struct wordlist *);
/* An entry, borrowed; the list must be there (wordlist_require tells at the start). */
const char	*wordlist_pick(const struct wordlist *, const char *list, struct rng *);
/* Whether all these lists exist; reports the one that does not. NULL ends them. */
bool		 wordlist_require(const struct wordlist *, const char *const lists[]);

#endif
