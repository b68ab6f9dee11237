/**
 * @file target-row.h  Somebody a caller can be passed on to, in the list
 */
#ifndef BATON_TARGET_ROW_H
#define BATON_TARGET_ROW_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_TARGET_ROW baton_target_row_get_type()
G_DECLARE_FINAL_TYPE(BatonTargetRow, baton_target_row, BATON, TARGET_ROW,
		     GtkListBoxRow)

GtkWidget *baton_target_row_new(void);
void baton_target_row_set(BatonTargetRow *row,
			  const struct baton_target *target);
void baton_target_row_call(BatonTargetRow *row, const char *typed,
			   const char *address);
const struct baton_target *baton_target_row_target(BatonTargetRow *row);
const char *baton_target_row_text(BatonTargetRow *row);

#endif
