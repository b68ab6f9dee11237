/**
 * @file trust.c  How far to trust what is shown, in a few words
 *
 * The mark before the words is for the eye only: the words say all of it.
 */
#include "trust.h"
#include "access.h"
#include "format.h"


struct _BatonTrust {
	GtkBox parent_instance;

	GtkLabel *mark;
	GtkLabel *label;
	const char *style;
};

G_DEFINE_TYPE(BatonTrust, baton_trust, GTK_TYPE_BOX)


/** Show a view */
void baton_trust_set(BatonTrust *self, const struct baton_view *view)
{
	char *detail = format_trust_detail(view);

	access_class(GTK_WIDGET(self), &self->style,
		     format_trust_class(view));
	access_text(self->label, format_trust(view));
	gtk_widget_set_visible(GTK_WIDGET(self->mark),
			       view->trust == CONTEXT_SIGNED);
	gtk_widget_set_tooltip_text(GTK_WIDGET(self), detail);
	g_free(detail);
}


static void baton_trust_class_init(BatonTrustClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/trust.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonTrust, mark);
	gtk_widget_class_bind_template_child(widget_class, BatonTrust, label);
}


static void baton_trust_init(BatonTrust *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->label), "baton-trust");
	access_wrap(self->label);

	/* Nothing to be read out */
	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->mark)), ATK_ROLE_ICON);
}
