/**
 * @file front.c  Those who look on: told of each change on the loop
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>
#include "handoff/desk.h"
#include "front.h"

struct baton_observer {
	TAILQ_ENTRY(baton_observer) le;
	baton_observe_h *observeh;
	baton_presence_h *presenceh;    /**< NULL = does not care           */
	baton_targets_h *targetsh;      /**< the same                       */
	void *arg;
};

static TAILQ_HEAD(, baton_observer) observers =
	TAILQ_HEAD_INITIALIZER(observers);
static struct desk *front_desk;


/**
 * Let front ends in
 *
 * @param desk What they look at
 */
void front_open(struct desk *desk)
{
	front_desk = desk;
}


/**
 * Close the door; observers stay on the list until they leave themselves
 */
void front_close(void)
{
	front_desk = NULL;
}


/**
 * Tell all observers
 *
 * @param view Hand-off that changed
 */
void front_tell(const struct baton_view *view)
{
	struct baton_observer *obs, *next;

	for (obs = TAILQ_FIRST(&observers); obs; obs = next) {
		next = TAILQ_NEXT(obs, le);
		obs->observeh(view, obs->arg);
	}
}


/**
 * Tell all observers whether the person takes hand-offs, or that one was
 * turned away
 *
 * @param available He does
 * @param why       Why not, may be NULL
 */
void front_presence(bool available, const char *why)
{
	struct baton_observer *obs, *next;

	for (obs = TAILQ_FIRST(&observers); obs; obs = next) {
		next = TAILQ_NEXT(obs, le);
		if (obs->presenceh)
			obs->presenceh(available, why, obs->arg);
	}
}


/* The directory as it stands now, to one of them or, NULL, to all */
static void tell_targets(struct baton_observer *only)
{
	const struct policy *pol = front_desk ? desk_policy(front_desk)
		: NULL;
	struct baton_target targetv[DIRECTORY_MAX];
	const size_t n = pol ? pol->targetc : 0;
	struct baton_observer *obs, *next;
	size_t i;

	for (i=0; i<n; i++) {

		const struct target *target = &pol->targetv[i];

		targetv[i] = (struct baton_target) {
			.label    = target->label,
			.uri      = target->uri,
			.group    = target->group,
			.fallback = target->fallback,
			.kind     = target->kind,
			.presence = desk_is_there(front_desk, target),
		};
	}

	for (obs = TAILQ_FIRST(&observers); obs; obs = next) {
		next = TAILQ_NEXT(obs, le);
		if (obs->targetsh && (!only || obs == only))
			obs->targetsh(targetv, n, pol ? pol->supervisor
				      : NULL, obs->arg);
	}
}


/**
 * See who of the directory is there, and tell all observers
 */
void front_look(void)
{
	tell_targets(NULL);
}


/**
 * Tell whether Baton is there: its module was loaded and its configuration
 * was good
 *
 * @return True if it is
 */
bool baton_running(void)
{
	return front_desk != NULL;
}


/**
 * Get the role that baton_role gives
 *
 * @return agent, supervisor or kiosk
 */
const char *baton_role(void)
{
	return policy_role_name(front_desk ? desk_policy(front_desk)->role
				: ROLE_AGENT);
}


/**
 * Tell whether the person takes consultations. Loop only.
 *
 * @param whyp Where it goes why not, valid until the loop goes on; NULL if
 *             that was not said
 *
 * @return True if he does
 */
bool baton_available(const char **whyp)
{
	*whyp = NULL;

	return front_desk && desk_is_available(front_desk, whyp);
}


/**
 * Tell how many consultations were turned away: nobody was there, somebody
 * was busy, or might not. Loop only.
 *
 * @return Since the start
 */
unsigned baton_turned_away(void)
{
	return front_desk ? desk_turned_all(front_desk) : 0;
}


/**
 * Look on. Loop only.
 *
 * @param obsp     Where the observer goes
 * @param observeh Called for each change of a hand-off
 * @param arg      For observeh
 *
 * @return 0 if success, otherwise errno
 */
int baton_observe(struct baton_observer **obsp, baton_observe_h *observeh,
		  void *arg)
{
	struct baton_observer *obs;

	if (!obsp || !observeh)
		return EINVAL;

	obs = calloc(1, sizeof(*obs));
	if (!obs)
		return ENOMEM;

	obs->observeh = observeh;
	obs->arg = arg;
	TAILQ_INSERT_TAIL(&observers, obs, le);

	*obsp = obs;

	return 0;
}


/**
 * Look also on whether the person takes hand-offs; told at once how it stands
 * now, and at each change. Loop only.
 *
 * @param obs       Observer
 * @param presenceh Called then
 */
void baton_observe_presence(struct baton_observer *obs,
			    baton_presence_h *presenceh)
{
	const char *why;
	bool available = baton_available(&why);

	obs->presenceh = presenceh;
	presenceh(available, why, obs->arg);
}


/**
 * Look also on who a caller can be passed on to; told at once, and after
 * BATON_LOOK. Loop only.
 *
 * @param obs      Observer
 * @param targetsh Called then
 */
void baton_observe_targets(struct baton_observer *obs,
			   baton_targets_h *targetsh)
{
	obs->targetsh = targetsh;
	tell_targets(obs);
}


/**
 * Look on no longer. Loop only.
 *
 * @param obs Observer, may be NULL
 */
void baton_unobserve(struct baton_observer *obs)
{
	if (!obs)
		return;

	TAILQ_REMOVE(&observers, obs, le);
	free(obs);
}


/**
 * Get all hand-offs as they stand now, newest first. Loop only.
 *
 * @param viewvp Where they go, free with baton_views_free()
 * @param countp Where their count goes
 *
 * @return 0 if success, ENOTCONN if Baton does not run, otherwise errno
 */
int baton_views(const struct baton_view ***viewvp, size_t *countp)
{
	if (!viewvp || !countp)
		return EINVAL;

	return front_desk ? desk_views(front_desk, viewvp, countp)
		: ENOTCONN;
}


/**
 * Free what baton_views() gave
 *
 * @param viewv The views
 * @param count How many
 */
void baton_views_free(const struct baton_view **viewv, size_t count)
{
	size_t i;

	for (i=0; viewv && i<count; i++)
		baton_view_unref(viewv[i]);

	free(viewv);
}
