/**
 * @file baton.h  What a front end may call
 *
 * A front end (the panel, the commands) observes hand-offs and gives orders.
 * It never sees a call of the host.
 */
#ifndef BATON_H
#define BATON_H

#include "handoff/view.h"

/** What a front end can ask for */
enum baton_verb {
	BATON_ACCEPT = 0,
	BATON_DECLINE,            /**< with why and text                    */
	BATON_HANGUP,
	BATON_NOTE,               /**< with text                            */
};

enum { BATON_TEXT_MAX = 4096 };   /**< bytes of an order's text             */

/**
 * Called on the host's loop, each time when anything of a hand-off changed
 *
 * @param view The hand-off; take a reference to keep it
 * @param arg  As given to baton_observe()
 */
typedef void (baton_observe_h)(const struct baton_view *view, void *arg);

struct baton_observer;


/* On the host's loop only */
BATON_API bool baton_running(void);
BATON_API const char *baton_role(void);
BATON_API int  baton_observe(struct baton_observer **obsp,
			     baton_observe_h *observeh, void *arg);
BATON_API void baton_unobserve(struct baton_observer *obs);
BATON_API int  baton_views(const struct baton_view ***viewvp,
			   size_t *countp);
BATON_API void baton_views_free(const struct baton_view **viewv,
				size_t count);

/* From any thread */
BATON_API int  baton_order(unsigned id, enum baton_verb verb,
			   enum baton_why why, const char *text);

#endif
