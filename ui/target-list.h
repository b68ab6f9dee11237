/**
 * @file target-list.h  Whom a caller can be passed on to: a list to search in
 */
#ifndef BATON_TARGET_LIST_H
#define BATON_TARGET_LIST_H

#include <gtk/gtk.h>
#include "targets.h"

#define BATON_TYPE_TARGET_LIST baton_target_list_get_type()
G_DECLARE_FINAL_TYPE(BatonTargetList, baton_target_list, BATON, TARGET_LIST,
		     GtkBox)

const char *baton_target_list_text(BatonTargetList *self);
void baton_target_list_set(BatonTargetList *self, struct targets *targets);
void baton_target_list_clear(BatonTargetList *self, int height);

#endif
