/**
 * @file escalation.c  Who asks a supervisor to step in, and why
 *
 * Stands first on the page of a supervisor: it is what they are called for.
 */
#include "escalation.h"
#include "access.h"
#include "format.h"


struct _BatonEscalation {
	GtkBox parent_instance;

	GtkLabel *by;
	GtkLabel *why;
};

G_DEFINE_TYPE(BatonEscalation, baton_escalation, GTK_TYPE_BOX)


/** Show a view; there is nothing to see when nobody escalates */
void baton_escalation_set(BatonEscalation *self,
			  const struct baton_view *view)
{
	char *by = view->context ? format_escalated(view->context) : NULL;

	gtk_widget_set_visible(GTK_WIDGET(self), by != NULL);
	access_text(self->why, by ? format_escalated_why(view->context)
		    : NULL);
	access_text(self->by, by);
}


static void baton_escalation_class_init(BatonEscalationClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/escalation.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonEscalation,
					     by);
	gtk_widget_class_bind_template_child(widget_class, BatonEscalation,
					     why);
}


static void baton_escalation_init(BatonEscalation *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->by), "baton-escalated");
	access_hook(GTK_WIDGET(self->why), "baton-escalated-why");
	access_wrap(self->by);
	access_wrap(self->why);

	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->why)), ATK_ROLE_ALERT);
}
