/*
 * The media of one leg: an SDP session, an RTP socket, G.711 both ways, and
 * what is measured of it.
 */
#ifndef SIM_RTP_H
#define SIM_RTP_H

#include <stdbool.h>
#include <stdint.h>
#include "options.h"

struct mbuf;
struct sa;
struct ear;
struct media;
struct recorder;
struct speech;

enum {
	DIGITS_MAX = 32,        /* DTMF digits kept of a leg */
};

/* All times in microseconds of clock.h; 0: has not happened */
struct media_stats {
	uint32_t sent;          /* RTP packets */
	uint32_t recv;          /* RTP packets with G.711 */
	uint32_t loud;          /* ... loud enough to be heard */
	uint64_t first_at;      /* first packet since media_watch() */
	uint64_t longest_gap;   /* since media_watch() */
	char digits[DIGITS_MAX + 1];
};

int  media_alloc(struct media **mp, const struct sa *local,
		 const struct speech *say, enum keying keying);
void media_record(struct media *m, struct recorder *rec);
void media_record_on(struct media *m, struct media *from);
void media_listen(struct media *m, struct ear *ear);
bool media_held(const struct media *m);
int  media_offer(struct media *m, struct mbuf **sdp);
int  media_answer(struct media *m, struct mbuf *sdp);
int  media_reoffer(struct media *m, struct mbuf *offer,
		   struct mbuf **answer);
void media_watch(struct media *m, uint64_t since);
void media_stop(struct media *m);
const struct media_stats *media_stats(const struct media *m);
bool media_heard(const struct media *m);
uint32_t media_srtp_errors(const struct media *m);
const char *media_error(const struct media *m);

#endif
