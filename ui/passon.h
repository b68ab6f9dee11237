/**
 * @file passon.h  What Pass on opens: to whom the caller can go
 */
#ifndef BATON_PASSON_H
#define BATON_PASSON_H

#include <gtk/gtk.h>
#include "baton.h"
#include "targets.h"

#define BATON_TYPE_PASSON baton_passon_get_type()
G_DECLARE_FINAL_TYPE(BatonPasson, baton_passon, BATON, PASSON, GtkPopover)

gboolean baton_passon_set(BatonPasson *self, const struct baton_view *view);
void     baton_passon_targets(BatonPasson *self, struct targets *targets);

#endif
