/**
 * @file card.h  The head of a page: who calls for whom, and how it stands
 */
#ifndef BATON_CARD_H
#define BATON_CARD_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_CARD baton_card_get_type()
G_DECLARE_FINAL_TYPE(BatonCard, baton_card, BATON, CARD, GtkBox)

void baton_card_set(BatonCard *card, const struct baton_view *view);
void baton_card_tick(BatonCard *card, const struct baton_view *view);

#endif
