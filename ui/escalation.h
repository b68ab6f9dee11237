/**
 * @file escalation.h  Who asks a supervisor to step in, and why
 */
#ifndef BATON_ESCALATION_H
#define BATON_ESCALATION_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_ESCALATION baton_escalation_get_type()
G_DECLARE_FINAL_TYPE(BatonEscalation, baton_escalation, BATON, ESCALATION,
		     GtkBox)

void baton_escalation_set(BatonEscalation *self,
			  const struct baton_view *view);

#endif
