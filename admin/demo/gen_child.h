#ifndef ADMIN_DEMO_GEN_CHILD_H
#define ADMIN_DEMO_GEN_CHILD_H

#include "admin/demo/wordlist.h"
#include "forms/val.h"

/* The place where a child is registered. */
struct gen_child_place {
	const char	*county, *township, *village;	/* names */
	const char	*filler, *checker, *head;	/* people of the village */
	int		 today;
};

/*
 * What siblings share beyond the fields of their files. Zeroed but for the members marked "set";
 * filled from the first, who is the eldest.
 */
#define SIBLINGS_MAX		3

struct siblings {
	size_t		 size;			/* set: number of siblings, 1 to SIBLINGS_MAX */
	bool		 left;	/* set: both parents are away and somebody looks after them */
	size_t		 n;			/* number created so far */
	int		 why, age;	/* reason for the files; age of the youngest so far */
	bool		 poor, entrusted;
	const char	*guardianship;		/* a code */
	char		 surname[16], ethnicity[8];
	char		 name[SIBLINGS_MAX][64];
};

/*
 * One invented child: facts for generate_record(), by the paths of the county's first definitions.
 * Age, schooling, parents, who is away and who cares for the child agree with each other. `taken`
 * is the map of citizen numbers given so far, which grows. The child is added to `kin`.
 */
struct val	*gen_child_facts(const struct gen_child_place *, const struct wordlist *,
		    struct rng *, struct val *taken, struct siblings *);

/* The address of somebody who lives with the child. */
#define SAME_HOME	"同住"

/*
 * The first living grandparent in the file: the name, borrowed, and the code of the relation. NULL:
 * none.
 */
const char	*gen_child_grandparent(const struct val *fields, const char **relation);

/* An adult's name: surname and one or two characters. The caller's. */
char		*gen_child_adult_name(const struct wordlist *, struct rng *, bool male);

#endif
