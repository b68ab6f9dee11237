/**
 * @file dummy.h  Hand-offs that are made up, behind the real baton.h
 *
 * Stands in for baton.so, so that the panel runs without a host and without
 * SIP. All functions are for the thread that runs the given context, which
 * plays the part of the host's loop.
 */
#ifndef DUMMY_H
#define DUMMY_H

#include <glib.h>
#include "baton.h"

struct dummy {
	struct baton_view v;      /**< what the next view will say          */
	bool stuck;               /**< orders change nothing                */
	void (*then)(struct dummy *d);  /**< called once, after an order    */
	size_t turns;             /**< said so far, where it is live        */
	GPtrArray *notes;
	struct view_source source;  /**< the only one, if not told else  */
	guint timer;
};

void dummy_init(GMainContext *loop);
void dummy_finish(void);
struct dummy *dummy_offer(struct context *context);
void dummy_presence(bool available, const char *why, unsigned turned);
void dummy_state(struct dummy *d, enum baton_state state,
		 enum baton_outcome outcome);
void dummy_emit(struct dummy *d);
void dummy_note(struct dummy *d, const char *text);
struct context *dummy_read(const char *path);
struct context *dummy_long(size_t turns);
struct context *dummy_parse(const char *json);
void dummy_sources(struct dummy *d, const struct view_source *sourcev,
		   size_t count);
void *dummy_arg(const struct baton_observer *obs);
void dummy_role(const char *role);
void dummy_directory(const struct baton_target *targetv, size_t targetc,
		     const char *supervisor);
void dummy_look(void);
bool dummy_pass(struct dummy *d, enum baton_verb verb, const char *text);
void dummy_onward(struct dummy *d, const char *target);
guint dummy_after(guint ms, GSourceFunc h, gpointer arg);

#endif
