#ifndef ADMIN_FORM_H
#define ADMIN_FORM_H

#include "admin/admin.h"

/* "form upgrade"; argv[0] is "upgrade". */
int	 form_upgrade(int argc, char **argv);

#endif
