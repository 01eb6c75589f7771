#ifndef CORE_OPS_OPS_INT_H
#define CORE_OPS_OPS_INT_H

#include "core/access/access.h"
#include "core/ops/ops.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "core/record/query.h"

/* For the ops_*.c files only. */

/* One operation. start answers (CALL_DONE) or prepares the body (CALL_COMMIT); see struct call. */
struct op {
	const char	*name;
	enum call_step	 (*start)(struct call *);
	bool		 scans;		/* reads more than the one record it is about; any one does that is named by its number */
};

enum call_step	op_whoami(struct call *);
enum call_step	op_forms(struct call *);
enum call_step	op_menu(struct call *);
enum call_step	op_list(struct call *);
enum call_step	op_count(struct call *);
enum call_step	op_members(struct call *);
enum call_step	op_find(struct call *);
enum call_step	op_near(struct call *);
enum call_step	op_get(struct call *);
enum call_step	op_check(struct call *);
enum call_step	op_save(struct call *);
enum call_step	op_act(struct call *);
enum call_step	op_draft(struct call *);
enum call_step	op_drafts(struct call *);
enum call_step	op_history(struct call *);
enum call_step	op_trail(struct call *);
enum call_step	op_unlock(struct call *);
enum call_step	op_due(struct call *);
enum call_step	op_ack(struct call *);
enum call_step	op_under(struct call *);
enum call_step	op_doubles(struct call *);
enum call_step	op_merge(struct call *);
enum call_step	op_unmerge(struct call *);
enum call_step	op_start(struct call *);
enum call_step	op_edit(struct call *);
enum call_step	op_undo(struct call *);
enum call_step	op_linked(struct call *);
enum call_step	op_file(struct call *);
enum call_step	op_timeline(struct call *);
enum call_step	op_roll(struct call *);
enum call_step	op_progress(struct call *);
enum call_step	op_clock(struct call *);
enum call_step	op_ping(struct call *);

/* ---- the moment of a request: one for all that it reads, checks and writes ------------------------------------- */

/* env_ctx_acquire() with the day of the call; env_ctx_release() ends it. */
void			 call_hold(const struct call *, struct form_ctx *);
/* For a body: the call's moment, which call_body() renewed when the body began. */
struct writer		 call_writer(const struct call *, struct store_txn *);

/* ---- answering: each sets call->reply and returns CALL_DONE ------------------------------------------------- */

enum call_step	call_answer_ok(struct call *, struct val *reply);		/* a map; gets ok: true. NULL: memory */
enum call_step	call_answer_error(struct call *, const char *error, const char *msgid);
/* The same with words for {1} and {2} of the sentence; second may be NULL. */
enum call_step	call_answer_with(struct call *, const char *error, const char *msgid, const char *first, const char *second);
enum call_step	call_answer_problem(struct call *, const char *error, const struct problem *);	/* its words, with what stands in them */
enum call_step	call_answer_problems(struct call *, const char *error, const char *msgid, const struct problems *);
enum call_step	call_answer_clock(struct call *);				/* nothing is saved while env_time_behind() */
enum call_step	call_answer_store(struct call *, int store_err);		/* what a store error means to people */
enum call_step	call_answer_unlogged(struct call *, int store_err);		/* the same where the trail had to have a look */

/* ---- taking arguments: NULL/false has answered bad-request or missing --------------------------------------- */

const struct book	*call_arg_book(struct call *);			/* "book", one he may see at all */
bool			 call_arg_id(struct call *, const char *key, uint64_t *id);
bool			 call_arg_bytes16(struct call *, const char *key, const unsigned char **p);

/* What else a request may hold: a value of another kind is refused, not taken for one that was left out. */
struct arg {
	const char	*key;
	enum val_kind	 kind;
	bool		 must;		/* be there */
};
bool			 call_check_args(struct call *, const struct arg *, size_t n);

/* Reads a record he may see; else answers "missing", also when it exists. */
struct rec	*ops_get_visible(struct call *, const struct book *, uint64_t id);

/* The same by its number; that of a merged one gives the one that stays where he may see that. */
struct rec	*ops_get_by_number(struct call *, const struct book *, const char *number);

/* Members of a list he may see; -1 when the store failed. */
int64_t		 ops_count_list(struct call *, const struct list *);

/* ---- showing ------------------------------------------------------------------------------------------------ */

/* A record as the protocol shows it to the one who calls: unseen fields left out, masked ones masked unless whole. */
struct val	*ops_show_record(const struct call *, const struct rec *, bool whole, const struct form_ctx *, struct val *masked);
/*
 * Answers with what was read of a record, once the trail has it where its book is logged: a read that is not on record did
 * not happen. on: the day it was asked for, 0 = as it is; whole: something masked is told in full. Takes rec and reply.
 */
enum call_step	 ops_answer_read(struct call *, struct rec *, int on, bool whole, struct val *reply);
/* The trail's entry of a look at a record, in a body: for replies that carry its content in another way. A store error. */
int		 ops_audit_read(struct store_txn *, const struct call *, const struct rec *, int on, bool whole);
/* Takes a record as it is; as it was on the day that is shown, or as it is where that is today or it was not made yet. */
struct rec	*ops_rec_as_shown(const struct call *, struct rec *, const struct form_ctx *);
/* Takes {"id",…} under key out of a map where that record is not his to see. */
void		 ops_drop_invisible(const struct call *, struct val *map, const char *key);
/* {write, acts, fields}: what he may do with it. */
struct val	*ops_show_rights(const struct call *, const struct rec *);
/* Why the actor cannot undo his last save of the record today, as a msgid; NULL: he can. txn as in rec_get(). */
const char	*save_undo_refused(struct core *, struct store_txn *, const struct actor *, int today, const struct rec *);
/* A list row with the columns of `list` (NULL: those of the first list he is offered). place may be NULL. */
struct val	*ops_show_row(const struct call *, const struct rec *, const struct list *, const void *place, size_t n,
		    const struct form_ctx *);
/* {"id","title"} of the record such fields of the book stand under, put as "under" where he may see it. False: memory. */
bool		 ops_put_parent(const struct call *, const struct book *, const struct val *fields, const struct form_ctx *,
		    struct val *into);
/* Of a merged record the one that stays, as "into"; of that one what was joined to it, as "joined". False: memory. */
bool		 ops_put_merged_into(const struct call *, const struct rec *, const struct form_ctx *, struct val *out);
bool		 ops_put_merged_from(const struct call *, const struct rec *, const struct form_ctx *, struct val *out);
/* How many he sees that have something in common with it, where these are too many, put as "many". False: the store, memory. */
bool		 ops_put_match_counts(struct call *, const struct rec *, struct val *reply);
/*
 * Records found by their masked fields go into the trail before the reply that shows them goes out. ops_find_note() adds such a record
 * to a list, each once; ops_answer_find() answers once the trail has what is in it. Takes log and reply. False: memory.
 */
bool		 ops_find_note(struct val *log, const struct rec *, const struct term_match *);
enum call_step	 ops_answer_find(struct call *, struct val *log, struct val *reply);
/* {"zh","en"}; NULL: memory. */
struct val	*ops_label(const struct label *);
/* Who else has the record open, put as "editing". False: memory. */
bool		 ops_put_checkout(const struct call *, uint64_t id, struct val *reply);
const struct list *ops_default_list(const struct actor *, const struct book *);
/* A copy of a list of maps, the largest number under key first; NULL: memory. */
struct val	*ops_newest_first(const struct val *list, const char *key);
/* Of such paths (taken) those he may see; NULL: memory. */
struct val	*ops_visible_paths(const struct actor *, const struct book *, struct val *paths);

/* What is said of a duty wherever it is shown: "clock","day","over","since"?,"last"?,"ack"?. False: memory. */
bool		 ops_put_deadline(struct val *into, const struct clock *, int day, const struct rec *, int today);
/* {"over","soon"}: how many duties he has; NULL: the store failed. */
struct val	*ops_count_deadlines(struct call *);

/* What he kept last of this record, or (id 0) of a new one of the book under `owner`, put as "draft". False: the store, memory. */
bool		 ops_put_draft(struct call *, const struct book *, uint64_t id, uint64_t owner, struct val *reply);

#endif
