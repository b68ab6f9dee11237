/**
 * @file style.h  The panel's looks, light or dark as the desktop is
 */
#ifndef BATON_STYLE_H
#define BATON_STYLE_H

#include <gtk/gtk.h>

void style_follow(GtkWidget *window);
void style_drop(void);

#endif
