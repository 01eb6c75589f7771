#ifndef TUI_APP_INT_H
#define TUI_APP_INT_H

#include "tui/app.h"
#include "tui/link.h"

/*
 * The program's own side of struct app, for app*.c and frame.c only.
 */
#define TYPED_MAX	1024		/* keys that wait for an answer; a longer paste waits in the terminal */
#define KEYS_FULL_MS	50
#define WORD_AFTER_MS	300		/* waiting shorter than this is not worth a word */
#define WAY_OUT_AFTER_MS 3000		/* after this the way out is shown too */
#define RETRY_MS	1000		/* between two tries to reach the daemon again */
/*
 * Is the daemon there? Asked when it has said nothing for BEAT_MS; when an answer does not come within SILENT_MS it is
 * away as if the line were lost. Together less than two seconds.
 */
#define BEAT_MS		600
#define SILENT_MS	1300
#define GOODBYE_MS	2000		/* for sending what is left when the terminal is gone */

struct asked {				/* a request under way */
	struct asked	*next;
	struct app_own	*own;
	struct view	*view;		/* NULL: nobody waits any more */
	int		 tag;
	unsigned	 flags;
	uint64_t	 since;		/* when it was asked */
	bool		 lost;		/* will never be answered: the view hears so in the next round */
};

struct app_own {
	struct app		 app;
	struct app_opts		 opts;
	struct view		*top;
	struct view		*dead;		/* closed, freed at the end of the round */
	struct view		*menu;		/* bottom of the stack once somebody is logged in */

	struct link		*link;		/* NULL while the line is lost */
	const char		*why_lost;	/* constant, translated */
	struct link		*greeting;	/* a new line on which the daemon has not yet said that it knows us */
	struct val		*welcome;	/* what it said there */
	uint64_t		 heard_at;	/* when the daemon last answered anything */
	struct asked		*asked;
	uint64_t		 retry_at;
	uint64_t		 waiting_since;	/* 0 = nobody waits */

	struct key		 typed[TYPED_MAX];
	size_t			 ntyped;

	struct buf		 message;
	size_t			 strip_page;	/* turned so often since the last other key; drawn modulo the pages there are */
	struct val		*last;		/* book name: fields */
	struct val		*aside;		/* what app_put_aside() keeps */
	struct {
		const struct view	*view;		/* on top when it was last looked */
		unsigned		 which;		/* of its questions; 0: none */
		bool			 drawn;
		uint32_t		 paint;		/* term_paints() once it had been drawn */
	} question;
	bool			 hidden;	/* the window is too small: the notice is shown instead */
	uint32_t		 seen_from;	/* keys read before this paint were typed behind the notice */
	uint64_t		 last_key;
	bool			 locked;
	bool			 leaving;	/* the person wants to leave */
	bool			 hung_up;
	struct buf		 goodbye;	/* the line to print at the shell */
};

#define OWN(a)	((struct app_own *)(a))

/* app_ask.c */
bool	 ask_connect(struct app_own *, const char **say);	/* false: why not, in *say */
void	 ask_pump(struct app_own *);			/* takes in answers; hands out those of a lost line */
void	 ask_drop_view(struct app_own *, struct view *);	/* the view is going */
int	 ask_fd(const struct app_own *);		/* to be polled; -1: none */
int	 ask_due(const struct app_own *, uint64_t now);	/* milliseconds until ask_tend() or a paint is due, -1 = never */
void	 ask_tend(struct app_own *, uint64_t now);	/* asks whether the daemon is there, reaches for it when it is not */
bool	 ask_away(const struct app_own *, uint64_t now);	/* nothing said to the daemon arrives, or nobody knows */
bool	 ask_pending(const struct app_own *);
void	 ask_close(struct app_own *);

/* app_seen.c */
void	 seen_follow(struct app_own *);
void	 seen_drawn(struct app_own *, bool whole);
/* May this key act? If not it is thrown away; why is said where that is not plain to see. */
bool	 seen_allows(struct app_own *, const struct key *, enum key_where, enum action);

/* frame.c */
void	 frame_draw(struct app_own *);

/* app_who.c */
void	 who_free(struct app_own *);
void	 who_counted(struct app_own *, const struct val *reply);
void	 who_new_day(struct app_own *);			/* sessions last past midnight */

/* Tags of the program's own requests. */
enum { TAG_COUNT = -100, TAG_BEAT };

#endif
