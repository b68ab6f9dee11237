/**
 * @file field.c  A value with its title above it
 *
 * Gone while there is no value. The value can be selected and wraps wherever
 * it must.
 */
#include "field.h"
#include "access.h"


struct _BatonField {
	GtkBox parent_instance;

	GtkLabel *title;
	GtkLabel *value;
	const char *style;
};

G_DEFINE_TYPE(BatonField, baton_field, GTK_TYPE_BOX)

enum {
	PROP_TITLE = 1,
	PROP_HOOK,
};


static void baton_field_set_property(GObject *object, guint id,
				     const GValue *value, GParamSpec *spec)
{
	BatonField *field = BATON_FIELD(object);

	switch (id) {

	case PROP_TITLE:
		gtk_label_set_text(field->title, g_value_get_string(value));
		break;

	case PROP_HOOK:
		access_hook(GTK_WIDGET(field->value),
			    g_value_get_string(value));
		break;

	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
		break;
	}
}


static void baton_field_class_init(BatonFieldClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);
	GObjectClass *object_class = G_OBJECT_CLASS(klass);
	const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

	object_class->set_property = baton_field_set_property;

	g_object_class_install_property(object_class, PROP_TITLE,
		g_param_spec_string("title", NULL, NULL, NULL, flags));
	g_object_class_install_property(object_class, PROP_HOOK,
		g_param_spec_string("hook", NULL, NULL, NULL, flags));

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/field.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonField, title);
	gtk_widget_class_bind_template_child(widget_class, BatonField, value);
}


static void baton_field_init(BatonField *field)
{
	gtk_widget_init_template(GTK_WIDGET(field));
	access_wrap(field->value);
}


/**
 * Show a value
 *
 * @param field The field
 * @param text  The value, is freed; NULL hides the field
 * @param style Style class of the value, a static string, or NULL
 */
void baton_field_set(BatonField *field, char *text, const char *style)
{
	gtk_widget_set_visible(GTK_WIDGET(field), text && *text);
	access_class(GTK_WIDGET(field->value), &field->style, style);
	access_text(field->value, text);
}
