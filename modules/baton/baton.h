/**
 * @file baton.h  What a front end may call
 *
 * A front end (the panel, the commands) observes hand-offs and gives orders.
 * It never sees a call of the host.
 */
#ifndef BATON_H
#define BATON_H

#include "handoff/directory.h"
#include "handoff/view.h"

/** What a front end can ask for */
enum baton_verb {
	BATON_ACCEPT = 0,
	BATON_DECLINE,            /**< with why and text                    */
	BATON_HANGUP,
	BATON_NOTE,               /**< with text                            */
	BATON_HERE,               /**< the caller is on this very call      */
	BATON_HOLD,
	BATON_RESUME,
	BATON_ADVISE,             /**< with text, for the AI                */
	BATON_DONE,               /**< after-call work; text: disposition   */
	BATON_AVAILABLE,          /**< no hand-off                          */
	BATON_AWAY,               /**< no hand-off; text: why               */
	BATON_CONSULT,            /**< text: target                         */
	BATON_SWAP,               /**< talk to the other of the two         */
	BATON_MERGE,              /**< all three hear each other            */
	BATON_COMPLETE,           /**< the caller goes to the target        */
	BATON_BACK,               /**< the target goes, back to the caller  */
	BATON_TRANSFER,           /**< blind; text: target                  */
	BATON_HANDBACK,           /**< to the AI; text may be NULL          */
	BATON_ESCALATE,           /**< to the supervisor; text: why, or NULL*/
	BATON_LOOK,               /**< no hand-off: see who is there of the
				       targets, then baton_targets_h        */
};

enum { BATON_TEXT_MAX = 4096 };   /**< bytes of an order's text             */

/**
 * Called on the host's loop, each time when anything of a hand-off changed
 *
 * @param view The hand-off; take a reference to keep it
 * @param arg  As given to baton_observe()
 */
typedef void (baton_observe_h)(const struct baton_view *view, void *arg);

/**
 * Called on the host's loop when the person begins or ends to take hand-offs,
 * and when somebody was turned away: see baton_turned_away()
 *
 * @param available He does
 * @param why       Why not, NULL if that was not said
 * @param arg       As given to baton_observe()
 */
typedef void (baton_presence_h)(bool available, const char *why, void *arg);

/** Somebody a caller can be passed on to, as the directory has it */
struct baton_target {
	const char *label;
	const char *uri;
	const char *group;        /**< NULL = none                          */
	const char *fallback;     /**< label, NULL = none                   */
	enum target_kind kind;
	enum target_presence presence;
};

/**
 * Called on the host's loop with the directory: at once, and after BATON_LOOK
 *
 * @param targetv    Targets in the order of the configuration; valid only
 *                   until it returns
 * @param targetc    How many
 * @param supervisor Label or address that escalate means, NULL = nobody
 * @param arg        As given to baton_observe()
 */
typedef void (baton_targets_h)(const struct baton_target *targetv,
			       size_t targetc, const char *supervisor,
			       void *arg);

struct baton_observer;


/* On the host's loop only */
BATON_API bool baton_running(void);
BATON_API const char *baton_role(void);
BATON_API bool baton_available(const char **whyp);
BATON_API unsigned baton_turned_away(void);
BATON_API int  baton_observe(struct baton_observer **obsp,
			     baton_observe_h *observeh, void *arg);
BATON_API void baton_observe_presence(struct baton_observer *obs,
				      baton_presence_h *presenceh);
BATON_API void baton_observe_targets(struct baton_observer *obs,
				     baton_targets_h *targetsh);
BATON_API void baton_unobserve(struct baton_observer *obs);
BATON_API int  baton_views(const struct baton_view ***viewvp,
			   size_t *countp);
BATON_API void baton_views_free(const struct baton_view **viewv,
				size_t count);

/* From any thread */
BATON_API int  baton_order(unsigned id, enum baton_verb verb,
			   enum baton_why why, const char *text);

#endif
