/**
 * @file switch-row.h  One hand-off in the list of several
 */
#ifndef BATON_SWITCH_ROW_H
#define BATON_SWITCH_ROW_H

#include <gtk/gtk.h>
#include "page.h"

#define BATON_TYPE_SWITCH_ROW baton_switch_row_get_type()
G_DECLARE_FINAL_TYPE(BatonSwitchRow, baton_switch_row, BATON, SWITCH_ROW,
		     GtkListBoxRow)

GtkWidget *baton_switch_row_new(BatonPage *page);
BatonPage *baton_switch_row_page(BatonSwitchRow *row);
void       baton_switch_row_update(BatonSwitchRow *row);

#endif
