/*
 * Names of hosts: libre gets addresses only.
 */
#ifndef SIM_RESOLVE_H
#define SIM_RESOLVE_H

#include <re.h>

const char *resolve_param(enum sip_transp tp);
int resolve_host(struct sa *dst, bool *numeric, const struct pl *host,
		 uint16_t port);
int resolve_route(char **routep, const char *uri, enum sip_transp tp);

#endif
