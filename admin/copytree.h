#ifndef ADMIN_COPYTREE_H
#define ADMIN_COPYTREE_H

/*
 * Copies the files below `from` into `to`, which is made and must not be there yet: directories 0700, files 0600, all of it
 * on disk on return. Names beginning with a dot are left out, links are followed. A sysexits.h code; what is not
 * EX_OK has been said.
 */
int	 copytree(const char *from, const char *to);

#endif
