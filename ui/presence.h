/**
 * @file presence.h  Whether the person takes hand-offs, and the switch for it
 */
#ifndef BATON_PRESENCE_H
#define BATON_PRESENCE_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_PRESENCE baton_presence_get_type()
G_DECLARE_FINAL_TYPE(BatonPresence, baton_presence, BATON, PRESENCE, GtkBox)

void     baton_presence_set(BatonPresence *self, gboolean available,
			    const char *why, unsigned turned);
gboolean baton_presence_away(BatonPresence *self);

#endif
