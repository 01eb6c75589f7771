#ifndef CORE_OPS_OPS_INT_H
#define CORE_OPS_OPS_INT_H

#include "core/access/access.h"
#include "core/ops/ops.h"
#include "core/record/change.h"
#include "core/record/index.h"
#include "core/record/query.h"
#include "core/wire/protocol.h"
#include "forms/attr.h"

/* For the ops_*.c files only. */

/*
 * The arguments of an operation, one row each. call_start() refuses a request that does not fit
 * before the operation begins, with a sentence that names the argument and what is allowed. The
 * check reads the request only, never the store, so a refusal tells nothing about records.
 */
enum param_type {
	PARAM_BOOL,
	PARAM_NUM,		/* a whole number, min to max */
	PARAM_ID,		/* id of a record or a version: 1 or more */
	PARAM_TEXT,	/* min to max characters; max 0 = any length that fits into a request */
	PARAM_BYTES,		/* min to max bytes; max 0 = any length */
	PARAM_MAP,
	PARAM_DAY,		/* a day of the calendar, yyyymmdd */
	PARAM_MONTH,		/* yyyymm */
	PARAM_AREA,		/* an area code */
	PARAM_CHOICE		/* one of `choices` */
};

enum param_flags {
	PARAM_REQUIRED	= 1,
	PARAM_UNLESS	= 2,	/* required unless `other` is given; `other` given as false counts
				   as not given */
	PARAM_WITH	= 4,	/* required where `other` is given */
	PARAM_CLAMP	= 8,	/* a number outside its bounds counts as the nearest bound */
	PARAM_LOCAL	= 16,	/* only the local administrator may give it */
	PARAM_SESSION	= 32,	/* read by the session, not by the operation */
	PARAM_SCANS	= 64	/* with this argument the operation reads many records */
};

struct param {
	const char		*key;		/* NULL ends a list */
	enum param_type		 type;
	unsigned		 flags;
	int64_t			 min, max;
	int64_t			 initial;	/* of a number that is not given */
	const char		*other;
	const char *const	*choices;	/* NULL ends them */
	const char		*invalid;	/* typed by a person: the msgid of the error, whose
						   code is "invalid" */
	const char		*help;
};

enum op_flags {
	OP_FIRST	= 1,	/* may come before log-in */
	OP_IDLE		= 2,	/* does not count as activity of the person */
	OP_SCANS	= 4,	/* reads more records than its own */
	OP_PASSWORD	= 8,	/* asks for the password */
	OP_PASSWORD_ACT	= 16,	/* asks for the password where the named act does */
	OP_WRITES	= 32,	/* changes what is stored */
	OP_LOOK		= 64,	/* shows content of a file: an entry is written to the trail before
				   the reply is sent */
	OP_TRAIL	= 128	/* reads the trail */
};

/* One operation. start answers (CALL_DONE) or prepares the body (CALL_COMMIT); see struct call. */
struct op {
	const char		*name;
	enum call_step		 (*start)(struct call *);
	unsigned		 flags;
	const struct param	*params;
	const char		*help;		/* what it does */
	const char		*reply;		/* what a reply has besides "req" and "ok" */
};

/* An error code of the protocol. */
struct op_error {
	const char	*code;
	const char	*help;
};

extern const struct op		 op_table[];	/* ends with a row without a name; the next too */
extern const struct op_error	 op_errors[];
extern const char		 ops_intro[];	/* what holds for all operations */

const struct op		*op_named(const char *name);		/* NULL: there is none */
const struct param	*op_param(const struct op *, const char *key);	/* NULL: it takes no such
									   argument */

/*
 * Where the request does not fit the contract of its operation. NULL: it fits; else an error code,
 * and its sentence is added to the problems. local: the local administrator asks.
 */
const char	*op_request_check(const struct op *, const struct val *req, bool local,
		    struct problems *);

/* What the row allows, as part of a sentence: a msgid with *args, which are the caller's. */
const char	*param_allowed(const struct param *, struct val **args);

#define DEADLINE_AHEAD_MAX	366			/* days that the work list looks ahead */
#define ROLL_KEY		(1 + 4 + 8)		/* bytes of the key of a row of a roll:
							   part, day, record */

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

extern const char *const	 ops_job_kinds[];	/* what can be a job, for the contract;
							   NULL ends them */

/* ---- the moment of a request ----------------------------------------------------------------- */

/* env_ctx_acquire() with the day of the call; env_ctx_release() ends it. */
void			 call_hold(const struct call *, struct form_ctx *);
/* For a body: with the moment of the call, which call_body() set when the body began. */
struct writer		 call_writer(const struct call *, struct store_txn *);

/* ---- answering: each sets call->reply and returns CALL_DONE ---------------------------------- */

enum call_step	call_answer_ok(struct call *, struct val *reply);	/* a map; gets ok: true.
									   NULL: memory */
enum call_step	call_answer_error(struct call *, const char *error, const char *msgid);
/* The same with words for {1} and {2} of the sentence; second may be NULL. */
enum call_step	call_answer_with(struct call *, const char *error, const char *msgid,
		    const char *first, const char *second);
/* its sentence with its arguments */
enum call_step	call_answer_problem(struct call *, const char *error, const struct problem *);
enum call_step	call_answer_problems(struct call *, const char *error, const char *msgid,
		    const struct problems *);
enum call_step	call_answer_clock(struct call *);	/* nothing is saved while
							   env_time_behind() */
enum call_step	call_answer_store(struct call *, int store_err);	/* the sentence for a store
									   error */
enum call_step	call_answer_unlogged(struct call *, int store_err);	/* the same where the trail
									   could not record a look
									   at a file */

/*
 * ---- taking arguments
 * ------------------------------------------------------------------------------------------
 *
 * An operation reads its request only with these functions, and only keys in its row. A key that
 * the row does not have is returned as not given, and call_undeclared() reports it to the tests.
 */

/* NULL: not given */
const struct val	*call_arg(const struct call *, const char *key);
/* NULL: not given */
const char		*call_arg_text(const struct call *, const char *key);
/* within bounds; not given: `initial` of the row */
int64_t			 call_arg_num(const struct call *, const char *key);
uint64_t		 call_arg_id(const struct call *, const char *key);	/* 0: not given */
bool			 call_arg_true(const struct call *, const char *key);
/* of a row with one length; NULL: not given */
const unsigned char	*call_arg_bytes(const struct call *, const char *key);

/*
 * For tests: notes that the operation did something its row does not declare. `what` is a constant.
 */
void			 call_note_undeclared(const char *what);

/* Whether the menu of the actor's role, or a menu below it, leads to the screen of this name. */
bool			 ops_has_screen(const struct actor *, const char *screen);
/* Whether the whole trail is the actor's to read, and with it what verifies the store. */
bool			 ops_reads_trail(const struct actor *);

/* The book named by "book", if the actor may see it. NULL: has answered "missing". */
const struct book	*call_arg_book(struct call *);

/* Reads a record that the actor may see; else answers "missing", whether it exists or not. */
struct rec	*ops_get_visible(struct call *, const struct book *, uint64_t id);

/*
 * The same by its number; the number of a merged record gives the remaining one if the actor may
 * see that.
 */
struct rec	*ops_get_by_number(struct call *, const struct book *, const char *number);

/* Number of records in a list that the actor may see; -1 when the store failed. */
int64_t		 ops_count_list(struct call *, const struct list *);

/* ---- showing --------------------------------------------------------------------------------- */

/*
 * A record as the protocol shows it to the actor: without fields the actor may not see, masked ones
 * masked unless `whole`.
 */
struct val	*ops_show_record(const struct call *, const struct rec *, bool whole,
		    const struct form_ctx *, struct val *masked) MUST_USE;
/*
 * Answers with a reply read from a record, after the entry in the trail where its book is logged,
 * because every read must be recorded. on: the day shown, 0 = the present; whole: a masked value is
 * shown in full. Takes rec and reply.
 */
enum call_step	 ops_answer_read(struct call *, struct rec *, int on, bool whole,
		    struct val *reply);
/*
 * Writes the trail's entry for a look at a record, in a body: for replies that have its content in
 * another form. A store error.
 */
int		 ops_audit_read(struct store_txn *, const struct call *, const struct rec *, int on,
		    bool whole) MUST_USE;
/*
 * Takes a record as it is; returns it as on the day that is shown, or unchanged where that is today
 * or before it was created.
 */
struct rec	*ops_rec_as_shown(const struct call *, struct rec *, const struct form_ctx *);
/* Removes {"id",…} under the key from a map when the actor may not see that record. */
void		 ops_drop_invisible(const struct call *, struct val *map, const char *key);
/* {write, acts, fields}: what the actor may do with it. */
struct val	*ops_show_rights(const struct call *, const struct rec *) MUST_USE;
/*
 * Why the actor cannot undo the last save of the record today, as a msgid; NULL: undo is possible.
 * txn as in rec_get().
 */
const char	*save_undo_refused(struct core *, struct store_txn *, const struct actor *,
		    int today, const struct rec *);
/*
 * A list row with the columns of `list` (NULL: of the first list offered to the actor). place may
 * be NULL.
 */
struct val	*ops_show_row(const struct call *, const struct rec *, const struct list *,
		    const void *place, size_t n, const struct form_ctx *) MUST_USE;
/* Puts {"id","title"} of the parent as "under", where the actor may see it. False: memory. */
bool		 ops_put_parent(const struct call *, const struct book *, const struct val *fields,
		    const struct form_ctx *, struct val *into) MUST_USE;
/*
 * Puts the remaining record of a merged one as "into", and the merged ones of a remaining record as
 * "joined". False: memory.
 */
bool		 ops_put_merged_into(const struct call *, const struct rec *,
		    const struct form_ctx *, struct val *out) MUST_USE;
bool		 ops_put_merged_from(const struct call *, const struct rec *,
		    const struct form_ctx *, struct val *out) MUST_USE;
/*
 * Puts as "many" how many visible records share a value with it, where a threshold is reached.
 * False: the store, memory.
 */
bool		 ops_put_match_counts(struct call *, const struct rec *,
		    struct val *reply) MUST_USE;
/*
 * Records found by masked fields are entries in the trail before the reply is sent. ops_find_note()
 * adds such a record to a list, each once; ops_answer_find() answers after the entries of the list
 * are written. Takes log and reply. False: memory.
 */
bool		 ops_find_note(struct val *log, const struct rec *,
		    const struct term_match *) MUST_USE;
enum call_step	 ops_answer_find(struct call *, struct val *log, struct val *reply);
/* {"zh","en"}; NULL: memory. */
struct val	*ops_label(const struct label *) MUST_USE;
/* Puts who else has the record open as "editing". False: memory. */
bool		 ops_put_checkout(const struct call *, uint64_t id, struct val *reply) MUST_USE;
const struct list *ops_default_list(const struct actor *, const struct book *);
/* A copy of a list of maps, in descending order of the number under the key; NULL: memory. */
struct val	*ops_newest_first(const struct val *list, const char *key) MUST_USE;
/* Those of the paths (taken) that the actor may see; NULL: memory. */
struct val	*ops_visible_paths(const struct actor *, const struct book *,
		    struct val *paths) MUST_USE;

/*
 * Puts the keys of a deadline, the same wherever one is shown:
 * "clock","day","over","since"?,"last"?,"ack"?. False: memory.
 */
bool		 ops_put_deadline(struct val *into, const struct clock *, int day,
		    const struct rec *, int today) MUST_USE;
/* {"over","soon"}: the numbers of the actor's deadlines; NULL: the store failed. */
struct val	*ops_count_deadlines(struct call *) MUST_USE;

/*
 * Puts the actor's newest draft of this record, or (id 0) of a new one of the book under `parent`,
 * as "draft". False: the store, memory.
 */
bool		 ops_put_draft(struct call *, const struct book *, uint64_t id, uint64_t parent,
		    struct val *reply) MUST_USE;

#endif
