/**
 * @file aftercall.h  The work after a call: what it came to, and its end
 */
#ifndef BATON_AFTERCALL_H
#define BATON_AFTERCALL_H

#include <gtk/gtk.h>
#include "baton.h"

#define BATON_TYPE_AFTERCALL baton_aftercall_get_type()
G_DECLARE_FINAL_TYPE(BatonAftercall, baton_aftercall, BATON, AFTERCALL, GtkBox)

void     baton_aftercall_set(BatonAftercall *self,
			     const struct baton_view *view);
void     baton_aftercall_tick(BatonAftercall *self,
			      const struct baton_view *view);
gboolean baton_aftercall_do(BatonAftercall *self);
gboolean baton_aftercall_busy(BatonAftercall *self);

#endif
