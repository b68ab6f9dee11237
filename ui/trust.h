/**
 * @file trust.h  How far to trust what is shown, in a few words
 */
#ifndef BATON_TRUST_H
#define BATON_TRUST_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_TRUST baton_trust_get_type()
G_DECLARE_FINAL_TYPE(BatonTrust, baton_trust, BATON, TRUST, GtkBox)

void baton_trust_set(BatonTrust *self, const struct baton_view *view);

#endif
