/**
 * @file field.h  A value with its title above it
 */
#ifndef BATON_FIELD_H
#define BATON_FIELD_H

#include <gtk/gtk.h>

#define BATON_TYPE_FIELD baton_field_get_type()
G_DECLARE_FINAL_TYPE(BatonField, baton_field, BATON, FIELD, GtkBox)

void baton_field_set(BatonField *field, char *text, const char *style);

#endif
