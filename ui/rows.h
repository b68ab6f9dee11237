/**
 * @file rows.h  A titled list of short texts, each with a word before it
 */
#ifndef BATON_ROWS_H
#define BATON_ROWS_H

#include <gtk/gtk.h>

#define BATON_TYPE_ROWS baton_rows_get_type()
G_DECLARE_FINAL_TYPE(BatonRows, baton_rows, BATON, ROWS, GtkBox)

void baton_rows_begin(BatonRows *rows);
void baton_rows_add(BatonRows *rows, char *name, char *text);
void baton_rows_end(BatonRows *rows);

#endif
