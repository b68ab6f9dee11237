/**
 * @file onward.h  The way of a caller to somebody else, and its buttons
 */
#ifndef BATON_ONWARD_H
#define BATON_ONWARD_H

#include <gtk/gtk.h>
#include "actions.h"
#include "baton.h"

#define BATON_TYPE_ONWARD baton_onward_get_type()
G_DECLARE_FINAL_TYPE(BatonOnward, baton_onward, BATON, ONWARD, GtkBox)

void     baton_onward_set(BatonOnward *self, const struct baton_view *view);
void     baton_onward_narrow(BatonOnward *self, gboolean narrow);
gboolean baton_onward_do(BatonOnward *self, enum action action);

#endif
