/**
 * @file loading.h  Context is on its way
 */
#ifndef BATON_LOADING_H
#define BATON_LOADING_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_LOADING baton_loading_get_type()
G_DECLARE_FINAL_TYPE(BatonLoading, baton_loading, BATON, LOADING, GtkBox)

void baton_loading_set(BatonLoading *self, const struct baton_view *view);

#endif
