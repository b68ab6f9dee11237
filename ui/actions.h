/**
 * @file actions.h  The foot of a page: what the person can do now
 */
#ifndef BATON_ACTIONS_H
#define BATON_ACTIONS_H

#include <gtk/gtk.h>
#include "baton.h"
#include "targets.h"

#define BATON_TYPE_ACTIONS baton_actions_get_type()
G_DECLARE_FINAL_TYPE(BatonActions, baton_actions, BATON, ACTIONS, GtkBox)

/** What a key asks for */
enum action {
	ACTION_ACCEPT = 0,
	ACTION_DECLINE,
	ACTION_HANGUP,
	ACTION_NOTE,
	ACTION_DISMISS,
	ACTION_PASSON,
	ACTION_COMPLETE,
	ACTION_SWAP,
	ACTION_MERGE,
	ACTION_BACK,
};

void     baton_actions_set(BatonActions *self, const struct baton_view *view);
gboolean baton_actions_do(BatonActions *self, enum action action);
void     baton_actions_guard(BatonActions *self);
void     baton_actions_targets(BatonActions *self, struct targets *targets);

#endif
