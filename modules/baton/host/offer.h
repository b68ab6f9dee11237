/**
 * @file offer.h  Whether an offer of SRTP brings what it takes
 */
#ifndef BATON_OFFER_H
#define BATON_OFFER_H

struct pl;

bool offer_has_keys(const struct pl *sdp);

#endif
