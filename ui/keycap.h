/**
 * @file keycap.h  The key on a button, only where there is room for it
 */
#ifndef BATON_KEYCAP_H
#define BATON_KEYCAP_H

#include <gtk/gtk.h>

#define BATON_TYPE_KEYCAP baton_keycap_get_type()
G_DECLARE_FINAL_TYPE(BatonKeycap, baton_keycap, BATON, KEYCAP, GtkLabel)

#endif
