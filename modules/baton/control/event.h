/**
 * @file event.h  The module events: short JSON, never cut
 *
 * The host cuts an event at 256 bytes with its name before it; what is made
 * here is shorter and points to baton_show for the rest.
 */
#ifndef BATON_EVENT_H
#define BATON_EVENT_H

#include "../handoff/view.h"

enum {
	EVENT_HOST_MAX = 256,      /**< where the host cuts                 */
	EVENT_MAX      = 224,      /**< and 32 for "baton,NAME," before it  */
};

int event_handoff(char buf[EVENT_MAX], const struct baton_view *view);
int event_context(char buf[EVENT_MAX], const struct baton_view *view);
int event_alert(char buf[EVENT_MAX], unsigned id, const char *code,
		const char *message);
int event_transfer(char buf[EVENT_MAX], unsigned id, const char *target,
		   uint16_t code, const char *reason);

#endif
