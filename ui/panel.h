/**
 * @file panel.h  The panel as its owner sees it
 *
 * A thread of its own with GTK in it. Views go in, orders leave by
 * baton_order(); nothing here knows the host.
 */
#ifndef BATON_PANEL_H
#define BATON_PANEL_H

#include "baton.h"

struct panel;

int  panel_start(struct panel **panelp, const char *role, const char **whyp);
void panel_presence(struct panel *panel, bool available, const char *why,
		    unsigned turned);
void panel_targets(struct panel *panel, const struct baton_target *targetv,
		   size_t targetc, const char *supervisor);
void panel_push(struct panel *panel, const struct baton_view *view);
void panel_stop(struct panel *panel);

#endif
