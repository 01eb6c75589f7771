#include "core/ops/ops_int.h"

#include <stdlib.h>
#include <string.h>

#include "core/record/match.h"
#include "core/record/merge.h"

/*
 * Search before create, and the search for doubles of an existing record. Records out of the
 * actor's reach are mentioned, so that nobody is registered twice; only match_foreign() tells their
 * place. A rule about a place (an area, a link to a record with a place) finds only records that
 * the actor may see: otherwise entering one village after the other would locate the others.
 */

#define MATCHES_MAX	5		/* most hits shown */
#define MATCHES_FOREIGN	2		/* most of these out of reach */
#define MATCHES_SCANNED	50		/* most rows read for each rule */

struct hit {
	struct rec		*rec;
	const struct match_rule	*rule;
	bool			 foreign;
	char			 place[AREA_CODE + 1];	/* of a record out of reach: the result of
							   match_foreign() */
};

struct match_search {
	struct call		*call;
	const struct book	*book;
	const char		*key;		/* key in the reply */
	uint64_t		 self;	/* not listed where the actor may see it; 0 = none */
	const struct match_rule	*rule;		/* being applied */
	bool			 foreign;	/* which records are searched for: those out of
						   reach, or those within */
	size_t			 limit;
	struct hit		 at[MATCHES_MAX];
	size_t			 n;
};

static void
match_search_free(void *p)
{
	struct match_search	*n = p;

	for (size_t i = 0; n != NULL && i < n->n; i++)
		rec_free(n->at[i].rec);
	free(n);
}

/* ---- searching ------------------------------------------------------------------------------- */

static bool
tells_place(const struct match_rule *rule)
{
	for (size_t i = 0; i < rule->nfields; i++)
		if (type_is(rule->fields[i], "area") || rule->fields[i]->link_book != NULL)
			return true;
	return false;
}

static bool
is_listed(const struct match_search *n, uint64_t id)
{
	for (size_t i = 0; i < n->n; i++)
		if (n->at[i].rec->id == id)
			return true;
	return false;
}

/*
 * own: the matching record is visible to the actor; rec: the record shown for it, which differs
 * after a merge.
 */
static bool
is_wanted(const struct match_search *n, bool own, const struct rec *rec)
{
	bool	 sees = access_allowed(n->call->actor, ACCESS_SEE, rec, NULL);

	if (is_listed(n, rec->id) || (sees && rec->id == n->self))
		return false;
	return n->foreign ? !sees : sees && (own || !tells_place(n->rule));
}

/* For a merged record the remaining one is added. */
static bool
add_match(uint64_t id, void *arg)
{
	struct match_search	*n = arg;
	struct rec	*rec;
	bool		 own;

	if (rec_get(n->call->core, NULL, id, &rec) != REC_OK)
		return true;
	own = access_allowed(n->call->actor, ACCESS_SEE, rec, NULL);
	if ((own && id == n->self) || merge_survivor(n->call->core, NULL, &rec) != REC_OK ||
	    !is_wanted(n, own, rec)) {
		rec_free(rec);
		return true;
	}
	n->at[n->n++] = (struct hit){ .rec = rec, .rule = n->rule, .foreign = n->foreign };
	return n->n < n->limit;
}

static enum store_err
search_rules(struct match_search *n, const struct val *fields, bool foreign, size_t limit)
{
	enum store_err	 e = STORE_OK;

	n->foreign = foreign;
	n->limit = limit;
	for (size_t i = 0; e == STORE_OK && i < n->book->nmatch_rules && n->n < limit; i++) {
		n->rule = &n->book->match_rules[i];
		if (!n->rule->shared && !(foreign && tells_place(n->rule)))
			e = query_matches(n->call->core, n->rule, fields, MATCHES_SCANNED,
			    add_match, n);
	}
	return e;
}

/* ---- answering ------------------------------------------------------------------------------- */

static struct val *
show_hit(const struct match_search *n, const struct hit *h, const struct form_ctx *ctx)
{
	struct val	*entry = val_map();
	bool		 ok = val_put(entry, PK_SAY, ops_label(&h->rule->say));

	if (!h->foreign)
		ok = ok && val_put(entry, PK_ROW,
		    ops_show_row(n->call, h->rec, ops_default_list(n->call->actor, n->book), NULL,
		    0, ctx));
	else if (h->place[0] != '\0')
		ok = ok && val_put(entry, PK_ELSEWHERE, val_text(h->place));
	else
		ok = ok && val_put(entry, PK_OFFICE, val_bool(true));
	if (ok)
		return entry;
	val_free(entry);
	return NULL;
}

/* By the order of rules, the actor's own before others. */
static int
by_reason(const void *a, const void *b)
{
	const struct hit	*x = a, *y = b;

	if (x->rule != y->rule)
		return x->rule->index < y->rule->index ? -1 : 1;
	if (x->foreign != y->foreign)
		return x->foreign ? 1 : -1;
	return (x->rec->id > y->rec->id) - (x->rec->id < y->rec->id);
}

static enum call_step
answer_matches(const struct match_search *n)
{
	struct val	*reply = val_map(), *list = val_list();
	struct form_ctx	 ctx;
	bool		 ok = list != NULL;

	call_hold(n->call, &ctx);
	for (size_t i = 0; ok && i < n->n; i++)
		ok = val_add(list, show_hit(n, &n->at[i], &ctx));
	env_ctx_release(n->call->core);
	ok = val_put(reply, n->key, list) && ok;
	if (!ok) {
		val_free(reply);
		reply = NULL;
	}
	return call_answer_ok(n->call, reply);
}

/* ---- the trail ------------------------------------------------------------------------------- */

/* The paths of a rule, or of its masked fields; the caller's, NULL: memory. */
static struct val *
paths_of(const struct match_rule *rule, bool masked)
{
	struct val	*out = val_list();

	for (size_t i = 0; out != NULL && i < rule->nfields; i++)
		if ((!masked || rule->fields[i]->mask != MASK_NO) &&
		    !val_add(out, val_text(rule->fields[i]->path))) {
			val_free(out);
			out = NULL;
		}
	return out;
}

static bool
is_logged(const struct hit *h)
{
	bool	 masked = false;

	for (size_t i = 0; i < h->rule->nfields; i++)
		masked |= h->rule->fields[i]->mask != MASK_NO;
	return h->foreign || masked;
}

/* Writes the trail entry of each hit that needs one. */
static int
match_body(struct store_txn *txn, void *arg)
{
	struct call	*call = arg;
	struct match_search	*n = call->job;
	struct writer	 w = call_writer(call, txn);
	enum store_err	 e = STORE_OK;

	for (size_t i = 0; e == STORE_OK && i < n->n; i++) {
		struct hit	*h = &n->at[i];
		struct val	*by;

		if (!is_logged(h))
			continue;
		if ((by = paths_of(h->rule, !h->foreign)) == NULL)
			return STORE_SYS;
		e = h->foreign ? match_foreign(&w, h->rec, by, h->place) :
		    match_masked(&w, h->rec, by);
		val_free(by);
	}
	return (int)e;
}

static void
match_finish(struct call *call, int result)
{
	if (result != 0)
		call_answer_store(call, result);
	else
		answer_matches(call->job);
}

/*
 * Applies the rules of the book; the reply waits for a commit when hits need entries in the trail.
 */
static enum call_step
start_match(struct call *call, const char *key, const struct book *book, const struct val *fields,
    uint64_t self)
{
	struct match_search	*n = calloc(1, sizeof *n);
	enum store_err	 e;
	bool		 logged = false;

	if (n == NULL)
		return call_answer_store(call, STORE_SYS);
	call->job = n;
	call->job_free = match_search_free;
	*n = (struct match_search){ .call = call, .book = book, .key = key, .self = self };
	/*
	 * records out of reach first: the number of visible ones must not decide whether they are
	 * mentioned
	 */
	if ((e = search_rules(n, fields, true, MATCHES_FOREIGN)) != STORE_OK ||
	    (e = search_rules(n, fields, false, MATCHES_MAX)) != STORE_OK)
		return call_answer_store(call, (int)e);
	qsort(n->at, n->n, sizeof *n->at, by_reason);
	for (size_t i = 0; i < n->n; i++)
		logged |= is_logged(&n->at[i]);
	if (!logged)
		return answer_matches(n);
	call->body = match_body;
	call->finish = match_finish;
	return CALL_COMMIT;
}

/* ---- the requests ---------------------------------------------------------------------------- */

/* For roles that create or merge records of the book; NULL: has answered. */
static const struct book *
arg_match_book(struct call *call)
{
	const char		*name = call_arg_text(call, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;

	if (book == NULL || match_may_ask(call->actor, book))
		return call_arg_book(call);
	call_answer_error(call, PE_DENIED,
	    N_("Only those who register or merge such records may look for doubles."));
	return NULL;
}

enum call_step
op_near(struct call *call)
{
	const struct book	*book = arg_match_book(call);
	const struct val	*fields = call_arg(call, PK_FIELDS);
	struct problems		 ps = PROBLEMS_INIT;
	bool			 ok;

	if (book == NULL)
		return CALL_DONE;
	if (!(ok = check_shape(book, fields, &ps)))
		call_answer_problems(call, PE_BAD_REQUEST, N_("The fields are not in order."), &ps);
	problems_free(&ps);
	return ok ? start_match(call, PK_NEAR, book, fields, call_arg_id(call, PK_ID)) : CALL_DONE;
}

enum call_step
op_doubles(struct call *call)
{
	const struct book	*book = arg_match_book(call);
	struct rec		*rec;
	uint64_t		 id = call_arg_id(call, PK_ID);
	enum call_step		 step;

	if (book == NULL || (rec = ops_get_visible(call, book, id)) == NULL)
		return CALL_DONE;
	step = start_match(call, PK_DOUBLES, book, rec->fields, id);
	rec_free(rec);
	return step;
}
