/**
 * @file alert.c  The newest alert of a hand-off
 *
 * With a title where the code says what kind it is; a remark is no alarm and
 * does not look like one.
 */
#include "alert.h"
#include "access.h"
#include "format.h"


struct _BatonAlert {
	GtkBox parent_instance;

	GtkLabel *title;
	GtkLabel *text;
	const char *style;
};

G_DEFINE_TYPE(BatonAlert, baton_alert, GTK_TYPE_BOX)


/** Show a view */
void baton_alert_set(BatonAlert *self, const struct baton_view *view)
{
	char *text = format_alert(view);

	gtk_widget_set_visible(GTK_WIDGET(self), text != NULL);
	access_class(GTK_WIDGET(self), &self->style,
		     format_alert_class(view));
	access_text(self->title, format_alert_title(view));
	access_text(self->text, text);
}


static void baton_alert_class_init(BatonAlertClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/alert.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonAlert, title);
	gtk_widget_class_bind_template_child(widget_class, BatonAlert, text);
}


static void baton_alert_init(BatonAlert *self)
{
	gtk_widget_init_template(GTK_WIDGET(self));

	access_hook(GTK_WIDGET(self->title), "baton-alert-title");
	access_hook(GTK_WIDGET(self->text), "baton-alert");
	access_wrap(self->text);

	atk_object_set_role(gtk_widget_get_accessible(
				    GTK_WIDGET(self->text)), ATK_ROLE_ALERT);
}
