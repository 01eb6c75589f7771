#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/builtin.h"
#include "core/record/reads.h"

/* ---- get: every read is an entry in the trail ------------------------------------------------ */

struct reading {
	struct rec	*rec;
	bool		 whole;
};

static void
reading_free(void *p)
{
	struct reading	*r = p;

	if (r == NULL)
		return;
	rec_free(r->rec);
	free(r);
}

static enum call_step
answer_record(struct call *call, const struct rec *rec, bool whole)
{
	struct val	*reply = val_map(), *masked = val_list();
	struct form_ctx	 ctx;
	bool		 ok;

	call_hold(call, &ctx);
	ok = val_put(reply, PK_RECORD, ops_show_record(call, rec, whole, &ctx, masked));
	env_ctx_release(call->core);
	ok = val_put(reply, PK_MASKED, masked) && ok;
	ok = val_put(reply, PK_MAY, ops_show_rights(call, rec)) &&
	    ops_put_checkout(call, rec->id, reply) && ok;
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(call, reply);
}

int
ops_audit_read(struct store_txn *txn, const struct call *call, const struct rec *rec, int on,
    bool whole)
{
	struct val	*detail = on != 0 ? val_map() : NULL;
	enum store_err	 e = STORE_SYS;

	store_small(txn, true);
	env_time_stamp(call->core, call->moment);
	if (on == 0 || val_put(detail, PK_ON, val_int(on)))
		e = reads_put(txn, call->actor, call->moment, &(struct audit_entry){
		    .act = whole ? "whole" : "read", .book = rec->book->name, .id = rec->id,
		    .number = rec->number,
		    .ver = rec->ver, .area = rec_area(rec), .detail = detail });
	store_small(txn, false);
	val_free(detail);
	return (int)e;
}

static int
reading_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;
	struct reading	*r = call->job;

	return ops_audit_read(txn, call, r->rec, 0, r->whole);
}

/* The reply is sent only after the entry in the trail, because every read must be recorded. */
static void
finish_read(struct call *call, int result)
{
	struct reading	*r = call->job;

	if (result != 0)
		call_answer_unlogged(call, result);
	else
		answer_record(call, r->rec, r->whole);
}

static enum call_step
logged_read(struct call *call, struct rec *rec, bool whole)
{
	struct reading	*r = calloc(1, sizeof *r);

	if (r == NULL) {
		rec_free(rec);
		return call_answer_store(call, STORE_SYS);
	}
	*r = (struct reading){ rec, whole };
	call->job = r;
	call->job_free = reading_free;
	call->body = reading_body;
	call->finish = finish_read;
	return CALL_COMMIT;
}

enum call_step
op_get(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	const char		*number = call_arg_text(call, PK_NUMBER);
	bool			 whole = call_arg_true(call, PK_WHOLE);
	struct rec		*rec;

	if (book == NULL)
		return CALL_DONE;
	rec = number != NULL ? ops_get_by_number(call, book, number) :
	    ops_get_visible(call, book, call_arg_id(call, PK_ID));
	if (rec == NULL)
		return CALL_DONE;
	if (book->logged)
		return logged_read(call, rec, whole);
	answer_record(call, rec, whole);
	rec_free(rec);
	return CALL_DONE;
}

/* ---- looks at a file by other operations ----------------------------------------------------- */

struct logged_reply {
	struct rec	*rec;
	int		 on;
	bool		 whole;		/* a masked value is shown in full */
	struct val	*reply;		/* held back until the trail has the entry */
};

static void
logged_reply_free(void *p)
{
	struct logged_reply	*l = p;

	if (l == NULL)
		return;
	rec_free(l->rec);
	val_free(l->reply);
	free(l);
}

static int
logged_reply_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;
	struct logged_reply	*l = call->job;

	return ops_audit_read(txn, call, l->rec, l->on, l->whole);
}

static void
logged_reply_finish(struct call *call, int result)
{
	struct logged_reply	*l = call->job;

	if (result != 0)
		call_answer_unlogged(call, result);
	else {
		call_answer_ok(call, l->reply);
		l->reply = NULL;
	}
}

enum call_step
ops_answer_read(struct call *call, struct rec *rec, int on, bool whole, struct val *reply)
{
	struct logged_reply	*l = rec->book->logged ? calloc(1, sizeof *l) : NULL;

	if (l == NULL) {
		bool	 logged = rec->book->logged;

		rec_free(rec);
		if (!logged)
			return call_answer_ok(call, reply);
		val_free(reply);
		return call_answer_store(call, STORE_SYS);
	}
	*l = (struct logged_reply){ rec, on, whole, reply };
	call->job = l;
	call->job_free = logged_reply_free;
	call->body = logged_reply_body;
	call->finish = logged_reply_finish;
	return CALL_COMMIT;
}

/* ---- check: a save without saving ------------------------------------------------------------ */

/* Checks a record as a save would, without saving it. */
enum call_step
op_check(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	const struct val	*fields = call_arg(call, PK_FIELDS);
	const char		*state = call_arg_text(call, PK_STATE);
	struct problems		 ps = PROBLEMS_INIT;
	struct form_ctx		 ctx;
	struct val		*reply;

	if (book == NULL)
		return CALL_DONE;
	if (check_shape(book, fields, &ps)) {
		call_hold(call, &ctx);
		check_record(book, fields, state != NULL ? state : book->start->name, &ctx, &ps);
		builtin_check(book, fields, &ctx, &ps);
		check_warnings(book, fields, NULL, state != NULL ? state : book->start->name, &ctx,
		    NULL, NULL, &ps);
		env_ctx_release(call->core);
	}
	reply = val_map();
	if (!val_put(reply, PK_PROBLEMS, problems_to_val(&ps))) {
		val_free(reply);
		reply = NULL;
	}
	problems_free(&ps);
	return call_answer_ok(call, reply);
}

/* ---- history --------------------------------------------------------------------------------- */

struct versions {
	const struct call	*call;
	struct val		*list;
	struct rec		*before;	/* the version read before this one, or NULL */
	bool			 bad;
};

/* One line: what this version changed in the one before. Takes rec. */
static void
add_version(struct versions *v, struct rec *rec)
{
	struct val		*line = val_map(), *none = val_map();
	const struct val	*last = val_get(rec->env, PK_LAST),
	    *ask = val_get(rec->env, PK_ASK);
	const struct form_ctx	 ctx = { v->call->core->set, NULL, v->call->today, v->call->lang,
	    false };
	bool			 ok;

	ok = line != NULL && none != NULL && val_put(line, PK_VER, val_int((int64_t)rec->ver)) &&
	    val_put(line, PK_STATE, val_text(rec->state->name)) &&
	    val_put(line, PK_CHANGED, ops_visible_paths(v->call->actor, rec->book,
	    change_paths(rec->book, v->before != NULL ? v->before->fields : none, rec->fields))) &&
	    val_merge(line, last) && (ask == NULL ||
	    val_put(line, PK_ASK, masked_answers(rec->book, val_get_str(last, PK_ACT), ask, &ctx)));
	val_free(none);
	if (ok) {
		ops_drop_invisible(v->call, line, PK_WITH);
		val_drop(line, "taught");
		ok = val_add(v->list, line);
	} else
		val_free(line);
	v->bad |= !ok;
	rec_free(v->before);
	v->before = rec;
}

static bool
version_each(const void *key, size_t klen, const void *p, size_t n, void *arg)
{
	struct versions	*v = arg;
	struct rec	*rec;

	if (klen == REC_VERSION_KEY && rec_decode(v->call->core->set, buf_get_u64(key), p, n,
	    &rec) == REC_OK)
		add_version(v, rec);
	return !v->bad;
}

/* Versions contain the answers of acts, so this is a look at the file. Takes rec. */
static enum call_step
list_versions(struct call *call, struct rec *rec)
{
	struct versions	 v = { call, val_list(), NULL, false };
	unsigned char	 lo[REC_VERSION_KEY], hi[REC_VERSION_KEY];
	struct rec	*last = rec_dup(rec);
	struct val	*reply = val_map();
	enum store_err	 e;

	rec_version_key(rec->id, 0, lo);
	rec_version_key(rec->id + 1, 0, hi);
	e = store_scan(call->core->store, NULL, STORE_VER,
	    &(struct store_range){ .lo = lo, .lolen = sizeof lo, .hi = hi,
	    .hilen = sizeof hi }, version_each, &v);
	if (last != NULL)
		add_version(&v, last);
	rec_free(v.before);
	if (val_put(reply, PK_VERSIONS, v.list) && last != NULL && e == STORE_OK && !v.bad)
		return ops_answer_read(call, rec, 0, false, reply);
	val_free(reply);
	rec_free(rec);
	return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
}

/* The record as it was in that version; the right is checked on the record as it is now. */
enum call_step
op_history(struct call *call)
{
	const struct book	*book = call_arg_book(call);
	uint64_t		 id = call_arg_id(call, PK_ID), ver = call_arg_id(call, PK_VER);
	bool			 whole = call_arg_true(call, PK_WHOLE);
	struct rec		*rec, *then;

	if (book == NULL || (rec = ops_get_visible(call, book, id)) == NULL)
		return CALL_DONE;
	if (ver == 0)
		return list_versions(call, rec);
	rec_free(rec);
	if (rec_get_at(call->core, id, ver, &then) != REC_OK)
		return call_answer_error(call, PE_MISSING, N_("There is no such version."));
	if (book->logged)
		return logged_read(call, then, whole);
	answer_record(call, then, whole);
	rec_free(then);
	return CALL_DONE;
}
