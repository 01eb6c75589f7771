#ifndef ADMIN_DEMO_KID_H
#define ADMIN_DEMO_KID_H

#include "admin/demo/words.h"
#include "forms/val.h"

/* Where a child is registered, as its director knows it. */
struct kid_place {
	const char	*county, *township, *village;	/* names */
	const char	*filler, *checker, *head;	/* people of the village */
	int		 today;
};

/*
 * What is known of one invented child: facts for invent_record(), by the paths of the county's first definitions. Age,
 * schooling, parents, who is away and who looks after the child agree with each other. `taken` is the map of citizen
 * numbers given so far, which grows.
 */
struct val	*kid_facts(const struct kid_place *, const struct words *, struct rng *, struct val *taken);

/* A grown-up's name: surname and one or two characters. The caller's. */
char		*grown_name(const struct words *, struct rng *, bool male);

#endif
