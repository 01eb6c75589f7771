#ifndef FORMS_VEC_H
#define FORMS_VEC_H

#include <stdbool.h>
#include <stddef.h>

#include "forms/attr.h"

/*
 * Arrays that grow by one element at a time: a pointer, the number of elements in use and the
 * number there is room for, all three zero at first. The array belongs to the code that declares it
 * and is freed with free().
 *
 *	if (!VEC_ROOM(rows->at, rows->n, &rows->cap))
 *		return NO_MEMORY;
 *	rows->at[rows->n++] = row;
 *
 * VEC_ROOM makes room for the element with index n. False: no memory (or the size does not fit into
 * size_t); the array and its capacity are as before. New elements hold no defined value.
 */
#define VEC_ROOM(at, n, cap)	vec_room(&(at), (n), (cap), sizeof *(at))

/*
 * What VEC_ROOM calls. `at` is the address of the pointer to the array, whatever the type of its
 * elements.
 */
bool	 vec_room(void *at, size_t n, size_t *cap, size_t size) MUST_USE;

#endif
