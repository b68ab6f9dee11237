/**
 * @file dtmf.c  Digits for platforms that listen for them
 *
 * One after the other, each held and followed by a gap; a comma is a pause.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	PRESS = 100,              /**< ms that a digit is held              */
	GAP   = 100,              /**< ms between two                       */
	PAUSE = 500,              /**< ms of a comma                        */
};

struct dialling {
	struct le le;
	struct tmr tmr;
	unsigned leg;
	char *digits;
	size_t pos;
	bool pressed;
	bool then_hangup;
};

static struct {
	struct list list;
	struct desk *desk;
} dtmf;


static void destructor(void *arg)
{
	struct dialling *d = arg;

	tmr_cancel(&d->tmr);
	list_unlink(&d->le);
	mem_deref(d->digits);
}


/* The host drops them without a word when the other side takes none */
static bool is_heard(const struct call *call)
{
	const struct stream *strm = audio_strm(call_audio(call));

	if (account_dtmfmode(call_account(call)) != DTMFMODE_RTP_EVENT)
		return true;

	return sdp_media_rformat(stream_sdpmedia(strm), telev_rtpfmt);
}


static void over(struct dialling *d)
{
	const unsigned leg = d->leg;
	const bool then_hangup = d->then_hangup;

	mem_deref(d);
	if (then_hangup)
		calls_hangup(leg, NULL);
}


static void step(void *arg)
{
	struct dialling *d = arg;
	struct call *call = calls_call(d->leg);
	uint32_t wait = GAP;
	int err = 0;
	char digit;

	if (!call) {
		mem_deref(d);
		return;
	}

	if (d->pressed) {
		d->pressed = false;
		err = call_send_digit(call, KEYCODE_REL);
	}
	else {
		digit = d->digits[d->pos++];
		if (!digit) {
			over(d);
			return;
		}

		if (digit == ',') {
			wait = PAUSE;
		}
		else {
			wait = PRESS;
			d->pressed = true;
			err = call_send_digit(call, digit);
		}
	}

	if (err) {
		char why[64];

		(void)re_snprintf(why, sizeof(why), "%m", err);
		desk_leg_digits_lost(dtmf.desk, d->leg, why);
		over(d);
		return;
	}

	tmr_start(&d->tmr, wait, step, d);
}


/**
 * Send digits on a leg. The leg's end ends them.
 *
 * @param leg         Leg, confirmed
 * @param digits      Digits and commas
 * @param then_hangup End the leg when they are through
 * @param arg         Not used
 */
void dtmf_send(unsigned leg, const char *digits, bool then_hangup, void *arg)
{
	const struct call *call = calls_call(leg);
	struct dialling *d = NULL;
	const char *why = NULL;
	(void)arg;

	/* The new ones count */
	dtmf_leg_gone(leg);

	if (!call)
		why = "the call is gone";
	else if (!is_heard(call))
		why = "it takes no telephone-events";
	else
		d = mem_zalloc(sizeof(*d), destructor);

	if (d && str_dup(&d->digits, digits))
		d = mem_deref(d);

	if (!d) {
		desk_leg_digits_lost(dtmf.desk, leg,
				     why ? why : "out of memory");
		if (then_hangup)
			calls_hangup(leg, NULL);
		return;
	}

	d->leg = leg;
	d->then_hangup = then_hangup;
	list_append(&dtmf.list, &d->le, d);

	/* Not from inside of what the host tells */
	tmr_start(&d->tmr, 0, step, d);
}


/**
 * A leg is over: so are its digits
 *
 * @param leg Leg
 */
void dtmf_leg_gone(unsigned leg)
{
	struct le *le = dtmf.list.head;

	while (le) {
		struct dialling *d = le->data;

		le = le->next;
		if (d->leg == leg)
			mem_deref(d);
	}
}


/**
 * Begin
 *
 * @param desk Who is told when they are lost
 */
void dtmf_open(struct desk *desk)
{
	list_init(&dtmf.list);
	dtmf.desk = desk;
}


/**
 * Send no more digits
 */
void dtmf_close(void)
{
	list_flush(&dtmf.list);
	dtmf.desk = NULL;
}
