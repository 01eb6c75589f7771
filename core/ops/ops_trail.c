#include "core/ops/ops_int.h"
#include "core/record/reads.h"

#include <string.h>

/* The audit trail, without what the reader may not see in the records themselves. */

struct trail {
	struct call	*call;
	bool		 whole;		/* the actor may read the whole trail; else only that of one
					   visible record */
	struct val	*entries;
	size_t		 limit;
	bool		 more, bad;
};

/*
 * The machine of the person, which follows the words for administrators ("uid 1001 pid 77 pts/3
 * 10.0.0.5").
 */
static const char *
machine_of(const char *from)
{
	for (int i = 0; from != NULL && i < 5; i++)
		if ((from = strchr(from, ' ')) != NULL)
			from++;
	return from;
}

/*
 * Readers see people by name and role; only the auditor sees login names and processes. False:
 * memory.
 */
static bool
plain_words(struct val *entry)
{
	const char	*machine = machine_of(val_get_str(entry, PK_FROM));
	struct val	*from = machine != NULL ? val_text(machine) : NULL;

	val_drop(entry, PK_USER);
	val_drop(entry, PK_FROM);
	return machine == NULL || val_put(entry, PK_FROM, from);
}

/*
 * Answers, remarks, notes and reasons are content of the file: to a reader who may not see the
 * file, the trail shows only who did what to which record, when and from where.
 */
static void
drop_content(struct val *detail)
{
	static const char *const	 plain[] = { "agreed", "changed", "clock", "from", "n",
	    "on", "since", "told", "until", "with", NULL };

	for (size_t i = val_len(detail); i-- > 0;) {
		size_t	 k = 0;

		while (plain[k] != NULL && strcmp(plain[k], val_key(detail, i)) != 0)
			k++;
		if (plain[k] == NULL)
			val_drop(detail, val_key(detail, i));
	}
}

/*
 * Whether a reader of the whole trail may see the record of an entry; accounts and areas are no
 * case data.
 */
static bool
sees_content(struct call *call, const struct val *entry)
{
	const char		*name = val_get_str(entry, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;
	struct rec		*rec;
	bool			 yes;

	if (name == NULL || book == NULL || !book->logged)
		return name == NULL || book != NULL;
	if (!access_see_book(call->actor, book) ||
	    rec_get(call->core, NULL, (uint64_t)val_get_num(entry, PK_RECORD, 0), &rec) != REC_OK)
		return false;
	yes = access_allowed(call->actor, ACCESS_SEE, rec, NULL);
	rec_free(rec);
	return yes;
}

/*
 * Removes what the reader would not see in the record: names of fields, and other records. False:
 * memory.
 */
static bool
redact(const struct call *call, struct val *entry)
{
	const char		*name = val_get_str(entry, PK_BOOK);
	const struct book	*book = name != NULL ? set_book(call->core->set, name) : NULL;
	struct val		*detail = val_get(entry, PK_DETAIL),
	    *changed = val_get(detail, PK_CHANGED), *agreed = val_get(detail, PK_AGREED);

	ops_drop_invisible(call, detail, PK_WITH);
	ops_drop_invisible(call, detail, PK_FROM);
	if (!plain_words(entry) || (agreed != NULL && book != NULL &&
	    !val_put(detail, PK_AGREED, ops_visible_paths(call->actor, book, val_dup(agreed)))))
		return false;
	if (changed == NULL)
		return true;
	if (book != NULL)
		return val_put(detail, PK_CHANGED, ops_visible_paths(call->actor, book,
		    val_dup(changed)));
	val_drop(detail, PK_CHANGED);
	return true;
}

static struct val *
trail_entry(const struct trail *t, const struct val *entry)
{
	struct val	*copy = val_dup(entry);

	if (copy != NULL && !reads_add_count(t->call->core->store, copy)) {
		val_free(copy);
		return NULL;
	}
	if (copy != NULL && t->whole && !sees_content(t->call, copy))
		drop_content(val_get(copy, PK_DETAIL));
	if (copy == NULL || t->whole || redact(t->call, copy))
		return copy;
	val_free(copy);
	return NULL;
}

static bool
trail_each(const struct val *entry, void *arg)
{
	struct trail	*t = arg;

	if (val_len(t->entries) == t->limit)
		t->more = true;
	else
		t->bad |= !val_add(t->entries, trail_entry(t, entry));
	return !t->more && !t->bad;
}

/*
 * The whole trail is for roles with the trail in their menu; the trail of one record for everybody
 * who may see the record.
 */
bool
ops_reads_trail(const struct actor *actor)
{
	return actor->local || ops_has_screen(actor, "trail");
}

/* The record, if the actor may see it; NULL: there is none, or it is out of reach. */
static struct rec *
seen_record(struct call *call, uint64_t id)
{
	struct rec	*rec;

	if (id == 0 || rec_get(call->core, NULL, id, &rec) != REC_OK)
		return NULL;
	if (access_allowed(call->actor, ACCESS_SEE, rec, NULL))
		return rec;
	rec_free(rec);
	return NULL;
}

enum call_step
op_trail(struct call *call)
{
	uint64_t	 record = call_arg_id(call, PK_RECORD);
	struct trail	 t = { .call = call, .whole = ops_reads_trail(call->actor),
	    .limit = (size_t)call_arg_num(call, PK_LIMIT) };
	struct rec	*rec = t.whole ? NULL : seen_record(call, record);
	struct val	*reply;
	enum store_err	 e;

	if (!t.whole && rec == NULL)
		return call_answer_error(call, PE_DENIED,
		    N_("The audit trail is for the auditor."));
	t.entries = val_list();
	e = audit_read(call->core->store, call_arg_id(call, PK_BEFORE), 0,
	    call_arg_text(call, PK_USER), record, trail_each, &t);
	reply = val_map();
	if (!val_put(reply, PK_ENTRIES, t.entries) || e != STORE_OK || t.bad ||
	    !val_put(reply, PK_MORE, val_bool(t.more))) {
		val_free(reply);
		rec_free(rec);
		return call_answer_store(call, e != STORE_OK ? (int)e : STORE_SYS);
	}
	/*
	 * answers and remarks of acts are in the trail of a record, so this is a read of the record
	 */
	return rec != NULL ? ops_answer_read(call, rec, 0, false, reply) :
	    call_answer_ok(call, reply);
}
