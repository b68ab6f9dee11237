/**
 * @file quiet.c  Who is not heard any more, or does not renew the session
 *
 * A look each second, only while a leg of a hand-off is up. Silence alone
 * ends nothing: many a peer sends no packets while nobody speaks.
 */
#include <re.h>
#include <baresip.h>
#include "media.h"

enum {
	QUIET_LOOK  = 1000,       /**< ms                                   */
	EXPIRES_MIN = 10,         /**< seconds; RFC 4028 wants 90 or more   */
};

static struct {
	struct desk *desk;
	struct tmr tmr;
} quiet;


/* Is the other side expected to be heard? Not on hold, by whomever */
static bool on_the_line(const struct call *call, const struct stream *strm)
{
	const struct sdp_media *m = stream_sdpmedia(strm);

	return call && m && call_state(call) == CALL_STATE_ESTABLISHED
		&& !call_is_onhold(call)
		&& sdp_media_rdir(m) == SDP_SENDRECV
		&& sa_isset(sdp_media_raddr(m), SA_ADDR);
}


static void listen_to(struct media_leg *ml, int64_t now)
{
	const struct stream *strm = media_stream(ml->leg);
	const uint32_t packets = stream_metric_get_rx_n_packets(strm);
	const int64_t since = ml->counted ? now - ml->looked : 0;
	const bool heard = ml->counted && packets != ml->packets;

	ml->looked = now;
	ml->packets = packets;

	if (!on_the_line(calls_call(ml->leg), strm)) {
		/* Who was silent is so until heard: nobody was listening */
		ml->counted = false;
		ml->silence = (int64_t)ml->told * MEDIA_SECOND;
		return;
	}

	ml->counted = true;

	if (heard) {
		const uint32_t told = ml->told;

		ml->silence = 0;
		ml->told = 0;
		if (told)
			desk_leg_silent(quiet.desk, ml->leg, 0);
		return;
	}

	ml->silence += since;
	if (ml->silence < (int64_t)(ml->told + DESK_SILENCE) * MEDIA_SECOND)
		return;

	/* Again and again while it lasts: each asks whether it is there */
	ml->told += DESK_SILENCE;
	desk_leg_silent(quiet.desk, ml->leg, ml->told);
}


/* RFC 4028, section 10: who refreshes it no more may be gone */
static void check_session(struct media_leg *ml, int64_t now)
{
	uint32_t expires = ml->expires;

	if (!expires)
		return;

	if (expires < EXPIRES_MIN)
		expires = EXPIRES_MIN;

	if (now - ml->refreshed < (int64_t)expires * MEDIA_SECOND)
		return;

	ml->refreshed = now;
	probe_send(ml->leg, NULL);
}


static struct media_leg *next_due(void)
{
	struct le *le;

	for (le = list_head(media_legs()); le; le = le->next) {
		struct media_leg *ml = le->data;

		if (ml->due)
			return ml;
	}

	return NULL;
}


static void look_handler(void *arg)
{
	const int64_t now = media_now();
	struct media_leg *ml;
	struct le *le;
	bool any = false;
	(void)arg;

	for (le = list_head(media_legs()); le; le = le->next) {
		bool at_once;

		ml = le->data;
		ml->due = ml->up && desk_leg_role(quiet.desk, ml->leg,
						  &at_once) != LEG_ROLE_NONE;
		any = any || ml->due;
	}

	if (any)
		tmr_start(&quiet.tmr, QUIET_LOOK, look_handler, NULL);

	/* From the start each time: what is told may end legs */
	while ((ml = next_due())) {
		ml->due = false;
		check_session(ml, now);
		listen_to(ml, now);
	}
}


/**
 * Begin to listen
 *
 * @param desk Who is told
 */
void quiet_open(struct desk *desk)
{
	quiet.desk = desk;
	tmr_init(&quiet.tmr);
}


/**
 * Listen no more
 */
void quiet_close(void)
{
	tmr_cancel(&quiet.tmr);
	quiet.desk = NULL;
}


/**
 * A leg of a hand-off is up: look each second for as long as there is one
 */
void quiet_start(void)
{
	if (!tmr_isrunning(&quiet.tmr))
		tmr_start(&quiet.tmr, QUIET_LOOK, look_handler, NULL);
}
