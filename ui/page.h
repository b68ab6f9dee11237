/**
 * @file page.h  One hand-off, all of it
 */
#ifndef BATON_PAGE_H
#define BATON_PAGE_H

#include <gtk/gtk.h>
#include "actions.h"
#include "baton.h"
#include "targets.h"

#define BATON_TYPE_PAGE baton_page_get_type()
G_DECLARE_FINAL_TYPE(BatonPage, baton_page, BATON, PAGE, GtkBox)

GtkWidget *baton_page_new(gboolean supervisor);
void       baton_page_set(BatonPage *page, const struct baton_view *view);
void       baton_page_tick(BatonPage *page);
void       baton_page_focus(BatonPage *page);
gboolean   baton_page_do(BatonPage *page, enum action action);
void       baton_page_guard(BatonPage *page);
void       baton_page_targets(BatonPage *page, struct targets *targets);
gboolean   baton_page_busy(BatonPage *page);
gboolean baton_page_keep(BatonPage *page);
const struct baton_view *baton_page_view(BatonPage *page);

#endif
