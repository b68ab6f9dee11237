/**
 * @file target.h  Whom a person may pass a caller on to (inside the room)
 */
#ifndef BATON_TARGET_H
#define BATON_TARGET_H

#include "handoff.h"
#include "where.h"

/** Who is to be called, once that was decided */
struct target_choice {
	const struct target *target;   /**< the policy's, NULL = none of the
					    directory                       */
	char uri[WHERE_URI_MAX];       /**< empty if it may not be called   */
	char rule[POLICY_RULE];        /**< what decided                    */
};

int  target_resolve(struct target_choice *choice, struct desk *desk,
		    const struct handoff *ho, const char *text,
		    struct desk_error *error);
int  target_fallback(struct target_choice *choice, struct desk *desk,
		     const struct handoff *ho, const struct target *of,
		     struct desk_error *error);
int  target_supervisor(struct target_choice *choice, struct desk *desk,
		       const struct handoff *ho, struct desk_error *error);
int  target_ai(struct target_choice *choice, struct desk *desk,
	       const struct handoff *ho, struct desk_error *error);
bool target_is_own(const struct desk *desk, const struct handoff *ho,
		   const char *uri);

#endif
