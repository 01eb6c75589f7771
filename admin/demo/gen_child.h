#ifndef ADMIN_DEMO_GEN_CHILD_H
#define ADMIN_DEMO_GEN_CHILD_H

#include "admin/demo/wordlist.h"
#include "forms/val.h"

/* Where a child is registered, as its director knows it. */
struct gen_child_place {
	const char	*county, *township, *village;	/* names */
	const char	*filler, *checker, *head;	/* people of the village */
	int		 today;
};

/*
 * What brothers and sisters have in common that no field of their files says. Zeroed but for what is marked so; learnt from
 * the first of them, who is the eldest.
 */
#define SIBLINGS_MAX		3

struct siblings {
	size_t		 size;			/* set: how many they are, 1 to SIBLINGS_MAX */
	bool		 left;			/* set: both parents are away and somebody looks after them */
	size_t		 n;			/* those there are */
	int		 why, age;		/* why there are files; of the youngest so far */
	bool		 poor, entrusted;
	const char	*guardianship;		/* a code */
	char		 surname[16], ethnicity[8];
	char		 name[SIBLINGS_MAX][64];
};

/*
 * What is known of one invented child: facts for generate_record(), by the paths of the county's first definitions. Age,
 * schooling, parents, who is away and who looks after the child agree with each other. `taken` is the map of citizen
 * numbers given so far, which grows. The child is one more of `kin`.
 */
struct val	*gen_child_facts(const struct gen_child_place *, const struct wordlist *, struct rng *, struct val *taken, struct siblings *);

/* What stands for the address of somebody who lives with the child. */
#define SAME_HOME	"同住"

/* The first grandparent who lives, by the file: the name, borrowed, and the code of what he or she is. NULL: none. */
const char	*gen_child_grandparent(const struct val *fields, const char **relation);

/* A grown-up's name: surname and one or two characters. The caller's. */
char		*gen_child_adult_name(const struct wordlist *, struct rng *, bool male);

#endif
