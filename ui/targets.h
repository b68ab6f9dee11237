/**
 * @file targets.h  The directory of those a caller can be passed on to
 *
 * A copy that is never changed and counted by reference: made on the host's
 * loop, read by the panel.
 */
#ifndef BATON_TARGETS_H
#define BATON_TARGETS_H

#include <glib.h>
#include "baton.h"

struct targets {
	gatomicrefcount refs;
	struct baton_target *v;
	size_t c;
	char *supervisor;         /**< label or address, NULL = nobody      */
};

struct targets *targets_new(const struct baton_target *targetv,
			    size_t targetc, const char *supervisor);
struct targets *targets_ref(struct targets *targets);
void targets_unref(struct targets *targets);

gboolean targets_same(const struct targets *a, const struct targets *b);
gboolean target_matches(const struct baton_target *target, const char *text);
char *targets_callable(const struct targets *targets, const char *text);

#endif
