/**
 * @file words.h  What the person writes: notes, and words for the assistant
 */
#ifndef BATON_WORDS_H
#define BATON_WORDS_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_WORDS baton_words_get_type()
G_DECLARE_FINAL_TYPE(BatonWords, baton_words, BATON, WORDS, GtkBox)

void     baton_words_set(BatonWords *self, const struct baton_view *view);
gboolean baton_words_focus(BatonWords *self);
gboolean baton_words_busy(BatonWords *self);
const char *baton_words_text(BatonWords *self);
void     baton_words_clear(BatonWords *self);

#endif
