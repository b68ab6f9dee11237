/**
 * @file rows.c  A titled list of short texts, each with a word before it
 *
 * A long list shows its first rows and a button for the rest: the loop of
 * the panel is not held by labels that nobody looks at.
 */
#include "rows.h"
#include "access.h"
#include "intl.h"

enum { ROWS_FIRST = 12 };

struct row {
	char *name;
	char *text;
};

struct _BatonRows {
	GtkBox parent_instance;

	GtkLabel *title;
	GtkGrid *grid;
	GtkButton *more;

	GArray *rowv;             /**< of struct row                        */
	GArray *nextv;            /**< between begin and end                */
	guint shown;
	gboolean all;
};

G_DEFINE_TYPE(BatonRows, baton_rows, GTK_TYPE_BOX)

enum {
	PROP_TITLE = 1,
	PROP_HOOK,
};


static void row_clear(gpointer arg)
{
	struct row *row = arg;

	g_free(row->name);
	g_free(row->text);
}


static GArray *rows_new(void)
{
	GArray *rowv = g_array_new(FALSE, TRUE, sizeof(struct row));

	g_array_set_clear_func(rowv, row_clear);

	return rowv;
}


static GtkWidget *cell(const char *text, const char *style)
{
	GtkWidget *label = gtk_label_new(text);

	gtk_label_set_xalign(GTK_LABEL(label), 0);
	gtk_label_set_yalign(GTK_LABEL(label), 0);
	gtk_label_set_line_wrap(GTK_LABEL(label), TRUE);
	gtk_label_set_line_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
	gtk_label_set_selectable(GTK_LABEL(label), TRUE);
	access_wrap(GTK_LABEL(label));
	gtk_style_context_add_class(gtk_widget_get_style_context(label),
				    style);
	gtk_widget_show(label);

	return label;
}


static void rows_show(BatonRows *rows)
{
	const guint want = rows->all ? rows->rowv->len
		: MIN(rows->rowv->len, (guint)ROWS_FIRST);

	for (; rows->shown < want; rows->shown++) {
		const struct row *row = &g_array_index(rows->rowv, struct row,
						       rows->shown);
		GtkWidget *text = cell(row->text, "text"), *name;
		const gint y = (gint)rows->shown;

		gtk_widget_set_hexpand(text, TRUE);

		if (row->name) {
			name = cell(row->name, "name");
			gtk_label_set_width_chars(GTK_LABEL(name), 14);
			gtk_label_set_max_width_chars(GTK_LABEL(name), 14);
			atk_object_add_relationship(
				gtk_widget_get_accessible(text),
				ATK_RELATION_LABELLED_BY,
				gtk_widget_get_accessible(name));
			gtk_grid_attach(rows->grid, name, 0, y, 1, 1);
			gtk_grid_attach(rows->grid, text, 1, y, 1, 1);
		}
		else
			gtk_grid_attach(rows->grid, text, 0, y, 2, 1);
	}

	if (want < rows->rowv->len) {
		const guint left = rows->rowv->len - want;
		char *s = g_strdup_printf(ngettext_("Show %u more",
						    "Show %u more", left),
					  left);

		gtk_button_set_label(rows->more, s);
		g_free(s);
	}

	gtk_widget_set_visible(GTK_WIDGET(rows->more),
			       want < rows->rowv->len);
	gtk_widget_set_visible(GTK_WIDGET(rows), rows->rowv->len > 0);
}


static void on_more(GtkButton *button, BatonRows *rows)
{
	(void)button;

	rows->all = TRUE;
	rows_show(rows);
}


static void baton_rows_set_property(GObject *object, guint id,
				    const GValue *value, GParamSpec *spec)
{
	BatonRows *rows = BATON_ROWS(object);

	switch (id) {

	case PROP_TITLE:
		gtk_label_set_text(rows->title, g_value_get_string(value));
		gtk_widget_show(GTK_WIDGET(rows->title));
		access_name(GTK_WIDGET(rows->grid),
			    g_value_get_string(value));
		break;

	case PROP_HOOK:
		access_hook(GTK_WIDGET(rows->grid),
			    g_value_get_string(value));
		break;

	default:
		G_OBJECT_WARN_INVALID_PROPERTY_ID(object, id, spec);
		break;
	}
}


static void baton_rows_finalize(GObject *object)
{
	BatonRows *rows = BATON_ROWS(object);

	g_array_unref(rows->rowv);
	g_array_unref(rows->nextv);

	G_OBJECT_CLASS(baton_rows_parent_class)->finalize(object);
}


static void baton_rows_class_init(BatonRowsClass *klass)
{
	GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);
	GObjectClass *object_class = G_OBJECT_CLASS(klass);
	const GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

	object_class->set_property = baton_rows_set_property;
	object_class->finalize = baton_rows_finalize;

	g_object_class_install_property(object_class, PROP_TITLE,
		g_param_spec_string("title", NULL, NULL, NULL, flags));
	g_object_class_install_property(object_class, PROP_HOOK,
		g_param_spec_string("hook", NULL, NULL, NULL, flags));

	gtk_widget_class_set_template_from_resource(widget_class,
		"/org/baton/panel/rows.ui");
	gtk_widget_class_bind_template_child(widget_class, BatonRows, title);
	gtk_widget_class_bind_template_child(widget_class, BatonRows, grid);
	gtk_widget_class_bind_template_child(widget_class, BatonRows, more);
	gtk_widget_class_bind_template_callback(widget_class, on_more);
}


static void baton_rows_init(BatonRows *rows)
{
	rows->rowv = rows_new();
	rows->nextv = rows_new();

	gtk_widget_init_template(GTK_WIDGET(rows));
}


/** Begin to say anew what is in the list */
void baton_rows_begin(BatonRows *rows)
{
	g_array_set_size(rows->nextv, 0);
}


/**
 * One row
 *
 * @param rows The list
 * @param name The word before the text, is freed; NULL = none
 * @param text The text, is freed; without one there is no row
 */
void baton_rows_add(BatonRows *rows, char *name, char *text)
{
	const struct row row = {name, text};

	if (!text) {
		g_free(name);
		return;
	}

	g_array_append_val(rows->nextv, row);
}


static gboolean row_equal(const struct row *a, const struct row *b)
{
	return g_strcmp0(a->name, b->name) == 0 &&
		g_strcmp0(a->text, b->text) == 0;
}


/** Show what was said since baton_rows_begin(); equal rows stay untouched */
void baton_rows_end(BatonRows *rows)
{
	GArray *old = rows->rowv;
	guint same = 0;

	while (same < old->len && same < rows->nextv->len &&
	       row_equal(&g_array_index(old, struct row, same),
			 &g_array_index(rows->nextv, struct row, same)))
		++same;

	rows->rowv = rows->nextv;
	rows->nextv = old;
	g_array_set_size(old, 0);

	while (rows->shown > same)
		gtk_grid_remove_row(rows->grid, (gint)--rows->shown);

	rows_show(rows);
}
