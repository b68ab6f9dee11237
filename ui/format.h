/**
 * @file format.h  A view in words
 *
 * Between the view and the widgets: everything that the panel says is made
 * here, without a widget in sight. Each char * is the caller's to g_free();
 * NULL says that there is nothing to show.
 */
#ifndef BATON_FORMAT_H
#define BATON_FORMAT_H

#include <stdint.h>
#include <glib.h>
#include "baton.h"

/* Long texts are cut, in words, for widgets that lay out all they hold */
enum {
	FORMAT_LINE_MAX = 200,    /**< characters of a name or an address   */
	FORMAT_TEXT_MAX = 4000,   /**< characters of a summary              */
	FORMAT_CELL_MAX = 1000,   /**< characters of a fact                 */
};

/* Single values */
char *format_clip(const char *text, size_t max);
char *format_address(const char *uri);
char *format_duration(int64_t ms);
char *format_clock(const char *date);
char *format_day(const char *date);
char *format_clock_ms(int64_t at);
char *format_language(const char *tag);

/* The call */
char *format_title(const struct baton_view *view);
char *format_caller(const struct baton_view *view);
char *format_sender(const struct baton_view *view);
char *format_line(const struct baton_view *view);
char *format_contact(const struct baton_view *view);
char *format_route(const struct baton_view *view);
char *format_state(const struct baton_view *view);
bool  format_ismissed(const struct baton_view *view);
char *format_short_state(const struct baton_view *view);
char *format_running(const struct baton_view *view, int64_t now);
char *format_trust(const struct baton_view *view);
char *format_trust_detail(const struct baton_view *view);
char *format_missing(const struct baton_view *view);
char *format_advice_name(const struct view_advice *advice);
char *format_question(const struct baton_view *view);
char *format_left(const struct baton_view *view, int64_t now);
char *format_order_error(enum baton_verb verb, int err);
const char *format_state_class(const struct baton_view *view);
const char *format_trust_class(const struct baton_view *view);

/* The context */
char *format_intent(const struct context *ctx);
char *format_confidence(const struct context *ctx);
char *format_sentiment(const struct context *ctx);
const char *format_sentiment_class(const struct context *ctx);
char *format_priority(const struct context *ctx);
char *format_escalation(const struct context *ctx);
char *format_escalated(const struct context *ctx);
char *format_escalated_why(const struct context *ctx);
char *format_who(const struct context_turn *turn);
char *format_event_name(const struct context_event *event);
char *format_event_text(const struct context_event *event);
char *format_status(const char *status);

/* On the way to somebody else */
bool  format_isonward(const struct baton_view *view);
char *format_onward_state(const struct baton_view *view);
char *format_onward_name(const struct baton_view *view);
char *format_onward_address(const struct baton_view *view);
const char *format_onward_role(const struct baton_view *view);
char *format_onward_caller(const struct baton_view *view);
char *format_onward_target(const struct baton_view *view);
const char *format_onward_caller_class(const struct baton_view *view);
const char *format_onward_target_class(const struct baton_view *view);
char *format_onward_instead(const struct baton_view *view);
char *format_onward_context(const struct baton_view *view);
const char *format_onward_context_class(const struct baton_view *view);
char *format_onward_no_complete(const struct baton_view *view);
char *format_swap(const struct baton_view *view);

/* Who else could take the call */
const char *format_target_kind(enum target_kind kind);
const char *format_target_heading(const struct baton_target *target);
char *format_target_name(const struct baton_target *target);
char *format_fallback(const struct baton_target *target);
const char *format_presence(enum target_presence presence);
const char *format_presence_mark(enum target_presence presence);
const char *format_presence_class(enum target_presence presence);

/* Where it came from, and what is still to come */
char *format_fields(unsigned fields);
char *format_source_name(const struct view_source *source);
char *format_source(const struct view_source *source);
char *format_source_error(const struct view_source *source);
char *format_from(const struct baton_view *view);
char *format_loading(const struct baton_view *view);
char *format_alert(const struct baton_view *view);
char *format_alert_title(const struct baton_view *view);
const char *format_alert_class(const struct baton_view *view);

#endif
