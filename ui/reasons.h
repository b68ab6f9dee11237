/**
 * @file reasons.h  What Decline opens: the reasons, and words for the AI
 */
#ifndef BATON_REASONS_H
#define BATON_REASONS_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_REASONS baton_reasons_get_type()
G_DECLARE_FINAL_TYPE(BatonReasons, baton_reasons, BATON, REASONS, GtkPopover)

#endif
