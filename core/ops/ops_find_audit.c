#include "core/ops/ops_int.h"

#include <stdlib.h>

#include "core/record/match.h"

/*
 * Who finds a record by a masked number learns that the record has this number. So the trail gets
 * an entry with the record and the field, never the number, before the reply is sent.
 */

#define FIND_LOG_MAX	200		/* most records with an entry for one request; no page of a
					   list has more */

struct find_log {
	struct val	*log;		/* list of {"id","by": paths} */
	struct val	*reply;		/* held back until the entries are written */
};

static void
found_free(void *p)
{
	struct find_log	*f = p;

	if (f == NULL)
		return;
	val_free(f->log);
	val_free(f->reply);
	free(f);
}

static bool
is_listed(const struct val *log, uint64_t id)
{
	for (size_t i = 0; i < val_len(log); i++)
		if ((uint64_t)val_get_num(val_at(log, i), PK_ID, 0) == id)
			return true;
	return false;
}

/* The paths of the masked fields in the search result, each once; NULL: memory. */
static struct val *
masked_paths(const struct term_match *term_match)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < QUERY_TERMS_MAX; i++)
		if (term_match->masked[i] != NULL && !val_has(out, term_match->masked[i]->path) &&
		    !val_add(out, val_text(term_match->masked[i]->path))) {
			val_free(out);
			out = NULL;
		}
	return out;
}

bool
ops_find_note(struct val *log, const struct rec *rec, const struct term_match *term_match)
{
	struct val	*by = masked_paths(term_match), *one;

	if (by == NULL || val_len(by) == 0 || val_len(log) == FIND_LOG_MAX ||
	    is_listed(log, rec->id)) {
		bool	 ok = by != NULL;

		val_free(by);
		return ok;
	}
	one = val_map();
	if (!val_put(one, PK_BY, by) || !val_put(one, PK_ID, val_int((int64_t)rec->id))) {
		val_free(one);
		return false;
	}
	return val_add(log, one);
}

static int
found_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct find_log	*f = call->job;
	const struct writer	 w = call_writer(call, txn);
	enum store_err		 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < val_len(f->log); i++) {
		const struct val	*one = val_at(f->log, i);
		struct rec		*rec;

		if (rec_get(call->core, txn, (uint64_t)val_get_num(one, PK_ID, 0), &rec) != REC_OK)
			return STORE_BAD;
		e = match_masked(&w, rec, val_get(one, PK_BY));
		rec_free(rec);
	}
	return (int)e;
}

static void
found_finish(struct call *call, int result)
{
	struct find_log	*f = call->job;

	if (result != 0)
		call_answer_store(call, result);
	else {
		call_answer_ok(call, f->reply);
		f->reply = NULL;
	}
}

enum call_step
ops_answer_find(struct call *call, struct val *log, struct val *reply)
{
	struct find_log	*f;

	if (val_len(log) == 0) {
		val_free(log);
		return call_answer_ok(call, reply);
	}
	if ((f = calloc(1, sizeof *f)) == NULL) {
		val_free(log);
		val_free(reply);
		return call_answer_store(call, STORE_SYS);
	}
	*f = (struct find_log){ log, reply };
	call->job = f;
	call->job_free = found_free;
	call->body = found_body;
	call->finish = found_finish;
	return CALL_COMMIT;
}
