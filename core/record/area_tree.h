#ifndef CORE_RECORD_AREA_TREE_H
#define CORE_RECORD_AREA_TREE_H

#include "core/env/env.h"
#include "forms/attr.h"

/*
 * Builds the area tree (env_ctx_acquire()) from the records of the book "area": at start, and when
 * one of these records was saved. False: the present tree stays.
 */
bool	 area_tree_load(struct core *) MUST_USE;

#endif
