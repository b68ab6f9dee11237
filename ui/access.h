/**
 * @file access.h  Hooks for style sheets, screen readers and tests
 *
 * A hook such as "baton-caller" is the widget's CSS name and its accessible
 * id (AT-SPI: Accessible.AccessibleId). The accessible name is left to what a
 * person should hear: the text of a label, the word on a button.
 *
 * baton-panel        the window
 * baton-switcher     the list of hand-offs, only with two or more
 * baton-presence     whether the person takes hand-offs
 * baton-turned       how many were turned away, if any
 * baton-state        the state of the call, in one line
 * baton-time         the running time
 * baton-alert        the newest alert, while there is one
 * baton-alert-title  of what kind it is, where that is known
 * baton-caller       the caller's name
 * baton-contact      number, address, account, language
 * baton-route        who is calling for whom
 * baton-trust        "Unverified", "Signed by ...", "Partly signed by ...",
 *                    "Verified connection"
 * baton-trust-detail the same in sentences
 * baton-loading      "Loading context...", while it is
 * baton-missing      "No context received"
 * baton-intent, baton-sentiment, baton-priority, baton-confidence,
 * baton-escalation, baton-reason, baton-summary   one value each
 * baton-suggestions, baton-facts, baton-actions, baton-history,
 * baton-links, baton-notes   a list each
 * baton-from         "From: message body, ...", opens baton-sources
 * baton-sources      the list of what each source brought
 * baton-source-errors   the list of what could not be read
 * baton-transcript   the text of the conversation
 * baton-no-transcript   in its place while there is none
 * baton-accept, baton-decline, baton-hangup, baton-dismiss,
 * baton-note-add     buttons: Accept, Decline, Hang up, Dismiss, Add note
 * baton-note         the entry for a note
 * baton-why-busy ... -unavailable, -wrong-team, -need-info, -policy, -other,
 * baton-why-text     what Decline opens
 * baton-escalated, baton-escalated-why   who calls a supervisor, and why
 * baton-passon       "Pass on", or "Hand back" while the assistant has the
 *                    caller; opens what follows
 * baton-target       the entry to search in, or for an address
 * baton-targets      the list; baton-target-1 ... in the order of the
 *                    configuration, baton-target-call for what was typed
 * baton-no-target    in its place while nobody is found
 * baton-consult, baton-transfer   buttons: Talk first, Send directly
 * baton-handback, baton-escalate  buttons: Back to the assistant, Escalate
 *                    to ...; each opens baton-say-title, baton-say (the entry
 *                    for words), baton-say-send, baton-say-cancel
 * baton-onward-to    who is called, baton-onward-address where
 * baton-onward-state, baton-onward-caller   how it stands with the two
 * baton-onward-instead   why somebody else is called than was asked for
 * baton-onward-context   how far the context has come
 * baton-no-complete  why the caller cannot be handed over
 * baton-onward-back, baton-swap, baton-merge, baton-complete   buttons: Back
 *                    to the caller, Talk to ..., All three, Complete
 */
#ifndef BATON_ACCESS_H
#define BATON_ACCESS_H

#include <gtk/gtk.h>

void access_hook(GtkWidget *widget, const char *hook);
void access_name(GtkWidget *widget, const char *name);
void access_class(GtkWidget *widget, const char **nowp, const char *next);
void access_text(GtkLabel *label, char *text);
void access_wrap(GtkLabel *label);

#endif
