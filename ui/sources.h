/**
 * @file sources.h  Where the context came from, in one line and in detail
 */
#ifndef BATON_SOURCES_H
#define BATON_SOURCES_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_SOURCES baton_sources_get_type()
G_DECLARE_FINAL_TYPE(BatonSources, baton_sources, BATON, SOURCES, GtkBox)

void baton_sources_set(BatonSources *self, const struct baton_view *view);

#endif
