/**
 * @file alert.h  The newest alert of a hand-off
 */
#ifndef BATON_ALERT_H
#define BATON_ALERT_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_ALERT baton_alert_get_type()
G_DECLARE_FINAL_TYPE(BatonAlert, baton_alert, BATON, ALERT, GtkBox)

void baton_alert_set(BatonAlert *self, const struct baton_view *view);

#endif
