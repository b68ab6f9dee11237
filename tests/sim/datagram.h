/*
 * What comes over UDP is taken whole, or not at all.
 */
#ifndef SIM_DATAGRAM_H
#define SIM_DATAGRAM_H

#include <re.h>

struct ua;

int  datagram_open(struct ua *ua);
bool datagram_is_probe(const uint8_t *pkt, size_t len);
bool datagram_request(struct ua *ua, const struct sip_msg *msg);

#endif
