/**
 * @file ask.h  A question that somebody asks the person: may this phone call?
 */
#ifndef BATON_ASK_H
#define BATON_ASK_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_ASK baton_ask_get_type()
G_DECLARE_FINAL_TYPE(BatonAsk, baton_ask, BATON, ASK, GtkBox)

void     baton_ask_set(BatonAsk *self, const struct baton_view *view);
void     baton_ask_tick(BatonAsk *self, const struct baton_view *view);
gboolean baton_ask_do(BatonAsk *self, gboolean yes);

#endif
