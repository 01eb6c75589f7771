#ifndef CORE_OPS_OPS_INT_H
#define CORE_OPS_OPS_INT_H

#include "core/access/access.h"
#include "core/ops/ops.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "core/record/query.h"
#include "core/wire/protocol.h"

/* For the ops_*.c files only. */

/*
 * What an operation takes, one row an argument. call_start() refuses what does not fit before the operation begins, in
 * words that name the argument and what is allowed. The check looks at the request alone, never at what is stored, so a
 * refusal tells nothing about records.
 */
enum param_type {
	PARAM_BOOL,
	PARAM_NUM,		/* a whole number, min to max */
	PARAM_ID,		/* number of a record or a version: 1 or more */
	PARAM_TEXT,		/* min to max characters; max 0 = any length that fits into a request */
	PARAM_BYTES,		/* min to max bytes; max 0 = any length */
	PARAM_MAP,
	PARAM_DAY,		/* a day of the calendar, yyyymmdd */
	PARAM_MONTH,		/* yyyymm */
	PARAM_AREA,		/* an area code */
	PARAM_CHOICE		/* one of `choices` */
};

enum param_flags {
	PARAM_REQUIRED	= 1,
	PARAM_UNLESS	= 2,	/* required unless `other` is given; `other` given as false counts as left out */
	PARAM_WITH	= 4,	/* required where `other` is given */
	PARAM_CLAMP	= 8,	/* a number outside of its bounds counts as the nearer bound */
	PARAM_LOCAL	= 16,	/* only the local administrator may give it */
	PARAM_SESSION	= 32,	/* read by the session, not by the operation */
	PARAM_SCANS	= 64	/* an operation that has it given reads many records */
};

struct param {
	const char		*key;		/* NULL ends a list */
	enum param_type		 type;
	unsigned		 flags;
	int64_t			 min, max;
	int64_t			 initial;	/* of a number that is left out */
	const char		*other;
	const char *const	*choices;	/* NULL ends them */
	const char		*invalid;	/* what a person typed: then this msgid is said, and the error is "invalid" */
	const char		*help;
};

enum op_flags {
	OP_FIRST	= 1,	/* may come before log-in */
	OP_IDLE		= 2,	/* does not count as activity of the person */
	OP_SCANS	= 4,	/* reads more records than the one it is about */
	OP_PASSWORD	= 8,	/* asks for the password */
	OP_PASSWORD_ACT	= 16,	/* asks for the password where the act named says so */
	OP_WRITES	= 32,	/* changes what is stored */
	OP_LOOK		= 64,	/* shows content of a file: the trail has an entry before the reply goes out */
	OP_TRAIL	= 128	/* reads the trail */
};

/* One operation. start answers (CALL_DONE) or prepares the body (CALL_COMMIT); see struct call. */
struct op {
	const char		*name;
	enum call_step		 (*start)(struct call *);
	unsigned		 flags;
	const struct param	*params;
	const char		*help;		/* what it does */
	const char		*reply;		/* what a reply holds besides "req" and "ok" */
};

/* An error code of the protocol. */
struct op_error {
	const char	*code;
	const char	*help;
};

extern const struct op		 op_table[];		/* a row without a name ends it; so with the next */
extern const struct op_error	 op_errors[];
extern const char		 ops_intro[];	/* what holds for all operations */

const struct op		*op_named(const char *name);		/* NULL: there is none */
const struct param	*op_param(const struct op *, const char *key);	/* NULL: it takes no such argument */

/*
 * What the request does not keep of the operation's contract. NULL: nothing; else an error code, and the sentence for it
 * is added to the problems. local: the local administrator asks.
 */
const char	*op_request_check(const struct op *, const struct val *req, bool local, struct problems *);

/* What the row allows, as a sentence's part: *args, the caller's, go with the msgid. */
const char	*param_allowed(const struct param *, struct val **args);

#define DEADLINE_AHEAD_MAX	366			/* days that the work list looks ahead */
#define ROLL_KEY		(1 + 4 + 8)		/* bytes of the key of a row of a roll: part, day, record */

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
enum call_step	op_job_start(struct call *);
enum call_step	op_job(struct call *);
enum call_step	op_jobs(struct call *);
enum call_step	op_job_cancel(struct call *);
enum call_step	op_job_result(struct call *);

extern const char *const	 ops_job_kinds[];	/* what can be a job, for the contract; NULL ends them */

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

/*
 * ---- taking arguments ------------------------------------------------------------------------------------------
 *
 * The only ways in which an operation reads its request: only what its row names can be read. A key that the row does not
 * name reads as left out, and call_undeclared() tells the tests of it.
 */

const struct val	*call_arg(const struct call *, const char *key);	/* NULL: left out */
const char		*call_arg_text(const struct call *, const char *key);	/* NULL: left out */
int64_t			 call_arg_num(const struct call *, const char *key);	/* clamped; left out: the initial of the row */
uint64_t		 call_arg_id(const struct call *, const char *key);	/* 0: left out */
bool			 call_arg_true(const struct call *, const char *key);
const unsigned char	*call_arg_bytes(const struct call *, const char *key);	/* of a row with one length; NULL: left out */

/* What the tests are told: the operation did what its row does not say. `what` is a constant. */
void			 call_note_undeclared(const char *what);

/* Whether the whole trail is the actor's to read, and with it what verifies the store. */
bool			 ops_reads_trail(const struct actor *);

/* The book that "book" names, one he may see at all. NULL: has answered "missing". */
const struct book	*call_arg_book(struct call *);

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
