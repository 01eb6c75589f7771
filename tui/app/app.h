#ifndef TUI_APP_APP_H
#define TUI_APP_APP_H

#include "forms/check.h"
#include "tui/app/view.h"
#include "tui/widget/pack.h"

struct menu_item;

/* The screens that the program itself opens, or a form for a link. A NULL means: no memory. */
struct app_screens {
	struct view	*(*login)(void);
	struct view	*(*menu)(const struct role *);		/* the bottom of the stack */
	struct view	*(*drafts)(bool at_log_in);
	struct view	*(*lock)(void);
	struct view	*(*help)(const struct view *about);	/* keys of that view */
	/* asks for a jump code, in the menu's name */
	void		 (*jump)(struct app *, struct view *menu);
	/* finds a record of the book; with `pick` it answers {"id", "title"} */
	struct view	*(*find)(const struct book *, bool pick, const char *typed);
};

/*
 * The client while it runs: the stack of views, the connection to the daemon, the message row and
 * the person logged in. Screens read the fields below; only app*.c writes them.
 */
struct app {
	struct term		*term;
	const struct app_screens *screens;
	/* definitions, areas, day and language; set at log-in */
	struct form_ctx		 ctx;
	const struct role	*role;
	char			*user;
	char			*name;
	struct val		*areas;		/* list of granted codes */
	bool			 demo;
	int64_t			 drafts;	/* unfinished entries, by the last reply */
	/* "child.mine": n, by the last reply; NULL before */
	struct val		*counts;
	/* deadlines passed and ahead, by the last reply */
	int64_t			 overdue, due_soon;
	/* the server's clock is wrong and it saves nothing */
	bool			 behind;
};

struct app_opts {
	const struct app_screens	*screens;
	const char	*socket;
	const char	*persona;	/* role or user name to be in a demo store; NULL: ask */
	int		 idle_ms;	/* lock after so long without a key; 0 = never */
};

/*
 * Runs until the person leaves. Returns NULL on success, else one plain line (translated, valid
 * until the next call) to print at the shell.
 */
const char	*app_run(const struct app_opts *);

/* ---- the stack ------------------------------------------------------------------------------- */

/*
 * Puts the view on top; when it closes, from->ops->result(from, tag, …) is called. from may be
 * NULL. Takes the view; NULL is fine.
 */
void	 app_push(struct app *, struct view *, struct view *from, int tag);
/*
 * Removes the view and all views above it. The view that opened it gets the result (borrowed, may
 * be NULL). The memory is freed after the key or reply is handled.
 */
void	 app_close(struct view *, const struct val *result);
/*
 * Closes `v` without an answer and puts `next` in its place, opened by the same view under the same
 * tag.
 */
void	 app_replace(struct view *v, struct view *next);
/* Back to the menu, closing all above it; forms leave their drafts. */
void	 app_home(struct app *);
size_t	 app_depth(const struct app *);		/* views on the stack */
bool	 app_is_top(const struct view *);

/* ---- the daemon ------------------------------------------------------------------------------ */

enum {
	APP_SEND_WAIT	= 1,	/* typed keys wait for the answer; Esc gives up waiting */
	APP_SEND_MUST_FINISH	= 2	/* Esc does not: something is being written */
};

/* {"op": op}, never NULL; add to it with pack_put(). */
struct val	*app_request_new(const char *op);
/*
 * Sends the request (taken); the answer comes to view->ops->reply with this tag, also when the line
 * is lost.
 */
void		 app_send(struct view *, int tag, struct val *req, unsigned flags);
/* The same without a view: the reply is dropped. */
void		 app_send_noreply(struct app *, struct val *req);
/* Typed keys wait for the reply of a request that is under way, from now on. */
void		 app_wait_for(struct view *, int tag);
/* Is a request of this view with this tag under way, whose reply will be delivered? */
bool		 app_is_pending(const struct view *, int tag);
/* The replies of this view's requests are not waited for and not delivered. */
void		 app_cancel(struct view *);
/* Asks for the counts of row 1 and of the menu. */
void		 app_refresh_counts(struct app *);

/*
 * Was the request done? If not, or only in part, the message row gets the reason. A lost connection
 * is a no.
 */
bool		 app_reply_ok(struct app *, const struct book *, const struct val *reply);
/* The record does not exist, or is out of this person's reach now. */
bool		 app_reply_not_found(const struct val *reply);
/* "conflict" …, "lost" for NULL, "" when all is well */
const char	*app_reply_code(const struct val *reply);

/* ---- the message row ------------------------------------------------------------------------- */

/*
 * One line for people, already translated, with places: pairs (enum problem_arg, value) up to
 * ARG_END, as problem_add() takes them. It is shown until the next key.
 */
void	 app_message(struct app *, const char *translated, ...);
void	 app_message_text(struct app *, const char *text);	/* as it is */
void	 app_message_clear(struct app *);

/* ---- the person ------------------------------------------------------------------------------ */

/* Logs a person in: takes the reply of whoami, the set and the areas, and opens the menu. */
void	 app_login(struct app *, const struct val *who, struct set *, struct areas *);
void	 app_quit(struct app *);		/* ends the program after drafts are sent */
/*
 * The daemon refuses this person: ends the program; the reason in the reply is printed at the
 * shell.
 */
void	 app_quit_refused(struct app *, const struct val *reply);
void	 app_lock(struct app *);
void	 app_unlock(struct view *lock);		/* the lock screen closes itself */
void	 app_jump_prompt(struct app *);		/* asks for a jump code */
/* the persona asked for on the command line; NULL: none */
const char *app_persona(const struct app *);
/* the village of a person who has exactly one; else NULL */
const struct val *app_own_area(const struct app *);
/* The record of this book that was saved or opened last, for Dup; NULL: none. */
const struct val *app_last_record(const struct app *, const struct book *);
/* `masked` lists paths whose values are masked: they are left out; NULL: none. */
void	 app_remember_record(struct app *, const struct book *, const struct val *fields,
	    const struct val *masked);
/* Unfinished input that belongs to no draft (remarks on a record), kept until log-out. */
void	 app_stash_put(struct app *, const char *key, const struct val *);
/* a look at it; NULL: nothing */
const struct val *app_stash_get(const struct app *, const char *key);
struct val *app_stash_take(struct app *, const char *key);	/* the caller's; NULL: nothing */
/*
 * Titles of linked records by {"person/12": title}, collected from replies until log-out; NULL:
 * none.
 */
void	 app_add_link_titles(struct app *, const struct val *links);
const struct val *app_link_titles(const struct app *);
uint64_t app_now(void);				/* milliseconds that never go back */

#endif
