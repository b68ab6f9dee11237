/*
 * What protects one medium: SRTP, with keys from the SDP or from DTLS.
 */
#ifndef SIM_SRTP_H
#define SIM_SRTP_H

#include <re.h>
#include "options.h"

struct shield;

const char *shield_protocol(enum keying keying);
int  shield_alloc(struct shield **sp, enum keying keying,
		  struct rtp_sock *rtp, struct sdp_session *sdp,
		  struct sdp_media *medium);
int  shield_offer(struct shield *s);
int  shield_peer(struct shield *s, bool offer);
bool shield_ready(const struct shield *s);
int  shield_encrypt(struct shield *s, struct mbuf *mb);
uint32_t shield_errors(const struct shield *s);
const char *shield_error(const struct shield *s);

#endif
