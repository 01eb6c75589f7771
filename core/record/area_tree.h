#ifndef CORE_RECORD_AREA_TREE_H
#define CORE_RECORD_AREA_TREE_H

#include "core/env/env.h"
#include "forms/attr.h"

/* Makes the area tree (env_ctx_acquire()) from the records of the book "area": at start, and when one of these was saved. False: the tree stays. */
bool	 area_tree_load(struct core *) MUST_USE;

#endif
