#include "core/ops/ops_int.h"

#include <stdlib.h>

#include "core/record/match.h"

/*
 * Whoever finds a record by a masked number learns that the number is its own. So the trail has which record it was and by which
 * field, never the number itself, before the reply goes out.
 */

#define NOTED_MAX	200		/* records of one question with an entry each; what a page of any list holds */

struct found {
	struct val	*log;		/* list of {"id","by": paths} */
	struct val	*reply;		/* kept back */
};

static void
found_free(void *p)
{
	struct found	*f = p;

	if (f == NULL)
		return;
	val_free(f->log);
	val_free(f->reply);
	free(f);
}

static bool
is_noted(const struct val *log, uint64_t id)
{
	for (size_t i = 0; i < val_len(log); i++)
		if ((uint64_t)val_get_num(val_at(log, i), "id", 0) == id)
			return true;
	return false;
}

/* The paths of the masked fields that were found by, each once; NULL: memory. */
static struct val *
masked_paths(const struct fit *fit)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < FIND_TERMS; i++)
		if (fit->masked[i] != NULL && !val_has(out, fit->masked[i]->path) && !val_add(out, val_text(fit->masked[i]->path))) {
			val_free(out);
			out = NULL;
		}
	return out;
}

bool
found_note(struct val *log, const struct rec *rec, const struct fit *fit)
{
	struct val	*by = masked_paths(fit), *one;

	if (by == NULL || val_len(by) == 0 || val_len(log) == NOTED_MAX || is_noted(log, rec->id)) {
		bool	 ok = by != NULL;

		val_free(by);
		return ok;
	}
	one = val_map();
	if (!val_put(one, "by", by) || !val_put(one, "id", val_int((int64_t)rec->id))) {
		val_free(one);
		return false;
	}
	return val_add(log, one);
}

static int
found_body(struct store_txn *txn, void *arg)
{
	struct call		*call = arg;
	const struct found	*f = call->job;
	const struct writer	 w = call_writer(call, txn);
	enum store_err		 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < val_len(f->log); i++) {
		const struct val	*one = val_at(f->log, i);
		struct rec		*rec;

		if (rec_get(call->core, txn, (uint64_t)val_get_num(one, "id", 0), &rec) != REC_OK)
			return STORE_BAD;
		e = match_masked(&w, rec, val_get(one, "by"));
		rec_free(rec);
	}
	return (int)e;
}

static void
found_finish(struct call *call, int result)
{
	struct found	*f = call->job;

	if (result != 0)
		answer_store(call, result);
	else {
		answer_ok(call, f->reply);
		f->reply = NULL;
	}
}

enum call_step
answer_found(struct call *call, struct val *log, struct val *reply)
{
	struct found	*f;

	if (val_len(log) == 0) {
		val_free(log);
		return answer_ok(call, reply);
	}
	if ((f = calloc(1, sizeof *f)) == NULL) {
		val_free(log);
		val_free(reply);
		return answer_store(call, STORE_SYS);
	}
	*f = (struct found){ log, reply };
	call->job = f;
	call->job_free = found_free;
	call->body = found_body;
	call->finish = found_finish;
	return CALL_COMMIT;
}
