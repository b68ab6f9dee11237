/*
 * Contexts that follow the INVITE, one SIP MESSAGE each.
 */
#ifndef SIM_MESSAGE_H
#define SIM_MESSAGE_H

#include <re.h>
#include "report.h"

struct leg;
struct messages;
struct scene;

int  message_send(struct sip_request **reqp, const struct scene *sc,
		  struct leg *leg, bool inside, const char *ctype,
		  const void *body, size_t size, sip_resp_h *resph, void *arg);
int  messages_start(struct messages **msp, const struct scene *sc,
		    struct leg *leg);
void messages_stop(struct messages *ms);
size_t messages_results(const struct messages *ms,
			const struct message_result **v);
const char *messages_error(const struct messages *ms);

#endif
