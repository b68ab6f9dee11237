/**
 * @file window.h  The one window of the panel
 */
#ifndef BATON_WINDOW_H
#define BATON_WINDOW_H

#include <gtk/gtk.h>
#include "actions.h"
#include "baton.h"
#include "targets.h"

#define BATON_TYPE_WINDOW baton_window_get_type()
G_DECLARE_FINAL_TYPE(BatonWindow, baton_window, BATON, WINDOW, GtkWindow)

GtkWidget *baton_window_new(gboolean supervisor);
void baton_window_presence(BatonWindow *window, gboolean available,
			   const char *why, unsigned turned);
void       baton_window_targets(BatonWindow *window,
				struct targets *targets);
void       baton_window_set(BatonWindow *window,
			    const struct baton_view *view);
gboolean   baton_window_do(BatonWindow *window, enum action action);
gboolean   baton_window_step(BatonWindow *window, int step);

#endif
