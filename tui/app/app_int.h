#ifndef TUI_APP_APP_INT_H
#define TUI_APP_APP_INT_H

#include "core/wire/conn.h"
#include "tui/app/app.h"

/*
 * The program's own side of struct app, for app*.c and frame.c only.
 */
#define TYPED_MAX	1024		/* keys that wait for an answer; a longer paste waits in the terminal */
#define KEYS_FULL_MS	50
#define WAIT_NOTICE_MS	300		/* a shorter wait is not shown */
#define WAIT_ESCAPE_MS 3000		/* after this the way out is shown too */
#define RETRY_MS	1000		/* between two attempts to connect */
/*
 * A heartbeat is sent after HEARTBEAT_MS without data from the daemon. Without a reply within
 * SILENCE_MS the connection counts as lost. Together less than two seconds.
 */
#define HEARTBEAT_MS		600
#define SILENCE_MS	1300
#define FLUSH_MS	2000		/* for sending what is left when the terminal is gone */

struct pending_request {				/* a request under way */
	struct pending_request	*next;
	struct app_impl	*own;
	struct view	*view;		/* NULL: the view is closed */
	int		 tag;
	unsigned	 flags;
	uint64_t	 since;		/* when it was asked */
	bool		 lost;		/* gets no reply: the view is told in the next round */
};

struct app_impl {
	struct app		 app;
	struct app_opts		 opts;
	struct view		*top;
	struct view		*closed_views;		/* closed, freed at the end of the round */
	struct view		*menu;		/* bottom of the stack after log-in */

	struct conn		*conn;		/* NULL without a connection */
	char			*lost_reason;	/* translated; NULL: none */
	/* a new connection, before the daemon has accepted the person */
	struct conn		*new_conn;
	struct val		*new_conn_reply;	/* its reply there */
	uint64_t		 last_reply_at;	/* when the daemon last answered anything */
	struct pending_request		*pending_request;
	uint64_t		 retry_at;
	uint64_t		 waiting_since;	/* 0 = no view waits */

	struct key		 typed[TYPED_MAX];
	size_t			 ntyped;

	struct buf		 message;
	size_t			 strip_pages_turned;	/* turned so often since the last other
							   key; drawn modulo the pages there are */
	struct val		*last;		/* book name: fields */
	struct val		*stash;		/* what app_stash_put() keeps */
	struct {
		const struct view	*view;		/* on top when it was last looked */
		unsigned		 which;		/* of its questions; 0: none */
		bool			 drawn;
		uint32_t		 paint;		/* term_paints() once it had been drawn */
	} question;
	bool			 hidden;	/* the window is too small: the notice is shown
						   instead */
	uint32_t		 seen_from;	/* keys read before this paint were typed behind
						   the notice */
	uint64_t		 last_key;
	bool			 locked;
	bool			 leaving;	/* the person wants to leave */
	bool			 terminal_lost;
	struct buf		 exit_message;	/* the line to print at the shell */
};

#define APP_IMPL(a)	((struct app_impl *)(a))

/* app_conn.c */
bool	 app_conn_open(struct app_impl *, const char **say);	/* false: why not, in *say */
/* reads replies; reports requests of a lost connection */
void	 app_conn_pump(struct app_impl *);
void	 app_conn_drop_view(struct app_impl *, struct view *);	/* the view is going */
int	 app_conn_fd(const struct app_impl *);		/* to be polled; -1: none */
/* milliseconds until app_conn_tick() or a paint is due, -1 = never */
int	 app_conn_timeout(const struct app_impl *, uint64_t now);
/* sends the heartbeat, or tries to connect */
void	 app_conn_tick(struct app_impl *, uint64_t now);
/* the connection is lost, or may be */
bool	 app_conn_is_down(const struct app_impl *, uint64_t now);
bool	 app_conn_has_pending(const struct app_impl *);
void	 app_conn_close(struct app_impl *);

/* app_typeahead.c */
void	 app_typeahead_update(struct app_impl *);
void	 app_typeahead_painted(struct app_impl *, bool whole);
/*
 * May this key act? If not it is dropped; the message row gives the reason where it is not obvious.
 */
bool	 app_typeahead_allows(struct app_impl *, const struct key *, enum key_where, enum action);

/* frame.c */
void	 frame_draw(struct app_impl *);

/* app_user.c */
void	 app_user_free(struct app_impl *);
void	 app_user_set_counts(struct app_impl *, const struct val *reply);
void	 app_user_new_day(struct app_impl *);			/* sessions last past midnight */

/* Tags of the program's own requests. */
enum { TAG_COUNT = -100, TAG_HEARTBEAT };

#endif
