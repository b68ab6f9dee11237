/**
 * @file calls.c  Legs of the desk and calls of the host, side by side
 *
 * What the host tells of its calls, and the desk's orders to them. See
 * record.h; hold.c is for holds, dial.c for calls that the phone makes.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"
#include "record.h"

static struct {
	struct desk *desk;
	struct tmr tmr;
	const struct call *current;   /**< the host tells of it just now    */
} calls;


static void unquiet(struct record *rec)
{
	struct le *le;

	if (rec->room) {
		rec->room = false;
		if (conf_config()->call.max_calls)
			--conf_config()->call.max_calls;
	}

	if (!rec->quieted)
		return;

	/* The account may have been removed since */
	for (le = list_head(uag_list()); le; le = le->next) {
		if (le->data == rec->quieted)
			(void)compat_quiet(rec->quieted, false);
	}

	rec->quieted = NULL;
}


static bool told(enum compat_event ev, struct record *rec, const char *text);


static void settle_handler(void *arg)
{
	(void)arg;

	calls_settle();
}


/**
 * See after a while what the host made of it all
 *
 * @param ms Milliseconds, 0 = when the host is done with what it does now
 */
void calls_settle_in(uint32_t ms)
{
	tmr_start(&calls.tmr, ms, settle_handler, NULL);
}


/* Ends a call, but not while the host still hands it around in an event */
static void finish(struct record *rec)
{
	struct call *call = record_call(rec);

	if (!call)
		return;

	if (call == calls.current) {
		rec->doomed = true;
		calls_settle_in(0);
		return;
	}

	/* No CANCEL may go out before (RFC 3261, section 9.1), and a host that
	   is told to end the call now forgets to send it later: it would ring
	   there for nobody */
	if (rec->outgoing && !rec->heard
	    && call_state(call) == CALL_STATE_OUTGOING) {
		rec->withdrawn = true;
		return;
	}

	/* First with headers: what the host says then is not said again */
	if (rec->code) {
		parting_reject(rec->leg, rec->code, rec->reason,
			       rec->decision);
		compat_reject(call, rec->code, rec->reason, rec->decision);
	}
	else {
		ua_hangup(call_get_ua(call), call, 0, NULL);
	}
}


static void settle_one(struct record *rec)
{
	struct call *call;

	rec->fresh = false;
	unquiet(rec);

	if (rec->call)
		return;

	call = record_call(rec);
	if (!call) {
		unsigned leg = rec->leg;

		mem_deref(rec);
		media_gone(leg);
		mix_leg_gone(leg);
		desk_leg_refused(calls.desk, leg);
		reader_tidy();
		return;
	}

	/* Where the host answered by itself it tells only when that is
	   confirmed. Else it was left ringing though it should not. */
	if (rec->replaces && !rec->answers
	    && call_state(call) == CALL_STATE_INCOMING)
		desk_leg_ringing(calls.desk, rec->leg);
}


static struct record *find_unsettled(void)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (rec->doomed || rec->fresh)
			return rec;
	}

	return NULL;
}


/**
 * See what the host made of the INVITEs that it was given
 */
void calls_settle(void)
{
	struct record *rec;

	tmr_cancel(&calls.tmr);

	while ((rec = record_lost())) {
		rec->lost = false;
		(void)told(COMPAT_CLOSED, rec, "the account is gone");
	}

	hold_look(calls.desk);

	/* From the start each time: the end of one call may end others, and
	   their records go */
	while ((rec = find_unsettled())) {

		if (rec->doomed) {
			rec->doomed = false;
			finish(rec);
		}
		else {
			settle_one(rec);
		}
	}

	hold_settle();
	hold_look(calls.desk);
	hold_tell(calls.desk);
}


/**
 * An INVITE goes to the host: expect a call
 *
 * @param leg      Its leg
 * @param inv      What was read of it
 * @param take     It is a hand-off's
 * @param replaces To be answered at once, without a ring
 * @param msg      The INVITE
 *
 * @return 0 if success, otherwise errno
 */
int calls_expect(unsigned leg, const struct invite *inv, bool take,
		 bool replaces, const struct sip_msg *msg)
{
	struct record *rec;
	struct ua *ua;
	int err;

	err = record_add(&rec, leg, inv->callid, inv->ltag, inv->rtag);
	if (err)
		return err;

	rec->fresh = true;
	rec->replaces = replaces;
	/* Its menu may have a reason to refuse: do not disturb, for one. Who
	   replaces a call is let in all the same. */
	rec->take = replaces || (take && !mod_find("menu.so"));

	ua = replaces ? uag_find_msg(msg) : NULL;
	if (ua) {
		rec->answers = compat_answers(ua);
		if (!rec->answers && compat_quiet(ua, true)) {
			rec->answers = true;
			rec->quieted = ua;
		}
	}

	/* It takes the place of a call: the limit need not stop it */
	if (replaces && conf_config()->call.max_calls) {
		++conf_config()->call.max_calls;
		rec->room = true;
	}

	calls_settle_in(0);

	return 0;
}


static bool is_peers(const struct record *rec, const struct sip_msg *msg)
{
	return 0 == pl_strcmp(&msg->callid, rec->callid)
		&& 0 == pl_strcmp(&msg->from.tag, rec->rtag);
}


static void note_said(const struct record *rec, const struct sip_msg *msg)
{
	char text[PHRASE_MAX];

	if (parting_said(text, sizeof(text), msg))
		desk_leg_said(calls.desk, rec->leg, text);
}


/**
 * The peer withdraws its INVITE
 *
 * @param msg       CANCEL
 * @param elsewhere Another phone took it (RFC 3326)
 */
void calls_note_cancel(const struct sip_msg *msg, bool elsewhere)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (is_peers(rec, msg)) {
			rec->peer_ended = true;
			rec->elsewhere = elsewhere;
			note_said(rec, msg);
		}
	}
}


/**
 * The peer ends a call
 *
 * @param msg BYE
 */
void calls_note_bye(const struct sip_msg *msg)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (is_peers(rec, msg)
		    && 0 == pl_strcmp(&msg->to.tag, rec->ltag)) {
			rec->peer_ended = true;
			note_said(rec, msg);
		}
	}
}


static enum leg_end how_ended(const struct record *rec, const char *text)
{
	if (rec->no_media)
		return LEG_END_ERROR;

	if (rec->elsewhere)
		return LEG_END_ELSEWHERE;

	if (rec->peer_ended)
		return LEG_END_PEER;

	if (!str_isset(text) || 0 == str_cmp(text, "Connection reset by user")
	    || 0 == str_cmp(text, "Rejected by user"))
		return LEG_END_PERSON;

	if (0 == str_cmp(text, "Local timeout"))
		return LEG_END_TIMEOUT;

	return LEG_END_ERROR;
}


static bool arrived(const struct sip_msg *msg)
{
	struct le *le;

	for (le = list_head(records()); le; le = le->next) {
		struct record *rec = le->data;

		if (rec->fresh && rec->take && !rec->call
		    && 0 == pl_strcmp(&msg->callid, rec->callid)) {
			(void)compat_take(msg);
			return true;
		}
	}

	return false;
}


/* A caller who cannot be heard is not there: nothing is ended for that */
static bool has_media(const struct call *call)
{
	const struct sdp_media *m =
		stream_sdpmedia(audio_strm(call_audio(call)));

	return m && sdp_media_rformat(m, NULL)
		&& sa_port(sdp_media_raddr(m));
}


/* Early media looks the same, on accounts that are set to it */
static bool is_answer(const struct call *call)
{
	const enum answermode mode = account_answermode(call_account(call));

	return mode == ANSWERMODE_MANUAL || mode == ANSWERMODE_AUTO;
}


/* What a call of ours failed with; 0 where nobody has said anything */
static uint16_t refused(struct record *rec, const char *text)
{
	char timeout[64];

	if (rec->scode || rec->code)
		return rec->scode;

	/* No answer at all (RFC 3261, section 8.1.3.1) */
	(void)re_snprintf(timeout, sizeof(timeout), "%m", ETIMEDOUT);
	if (0 != str_cmp(text, timeout) && 0 != str_cmp(text, "Local timeout"))
		return 0;

	str_ncpy(rec->sreason, "Request Timeout", sizeof(rec->sreason));

	return 408;
}


static bool told(enum compat_event ev, struct record *rec, const char *text)
{
	const unsigned leg = rec->leg;
	const bool quiet = rec->replaces;
	enum leg_end end;

	switch (ev) {

	case COMPAT_INCOMING:
		media_ringing(leg);
		desk_leg_ringing(calls.desk, leg);
		return quiet;

	case COMPAT_ANSWERED:
		if (!rec->outgoing && is_answer(rec->call)) {
			media_answered(leg);
			desk_leg_answered(calls.desk, leg);
		}
		break;

	case COMPAT_ESTABLISHED:
		if (rec->replaces && !has_media(rec->call)) {
			rec->no_media = true;
			rec->code = 0;
			finish(rec);
			break;
		}
		media_up(leg);
		desk_leg_up(calls.desk, leg);
		break;

	case COMPAT_CLOSED:
		end = how_ended(rec, text);
		if (rec->no_media)
			text = "no common audio";
		if (rec->outgoing && !rec->final)
			desk_leg_failed(calls.desk, leg, refused(rec, text),
					rec->sreason);
		unquiet(rec);
		mem_deref(rec);
		media_gone(leg);
		mix_leg_gone(leg);
		probe_leg_gone(leg);
		refer_out_leg_gone(leg);
		dtmf_leg_gone(leg);
		desk_leg_closed(calls.desk, leg, end, text);
		break;

	default:
		break;
	}

	return false;
}


/* The host frees all calls of an account that goes, and tells of none of
   their ends: here they end before it does, by whoever ends the phone */
static void account_gone(const struct ua *ua)
{
	struct le *le = list_head(records());

	while (le) {
		struct record *rec = le->data;

		le = le->next;

		if (rec->quieted == ua)
			unquiet(rec);

		if (!rec->call || call_get_ua(rec->call) != ua)
			continue;

		calls.current = rec->call;
		(void)told(COMPAT_CLOSED, rec, NULL);

		/* The end of one may end others */
		le = list_head(records());
	}
}


static bool event_handler(enum compat_event ev, struct ua *ua,
			  struct call *call, const struct sip_msg *msg,
			  const char *text)
{
	const struct call *outer = calls.current;
	struct record *rec;
	bool quiet;

	if (ev == COMPAT_ARRIVED)
		return msg ? arrived(msg) : false;

	/* The host waits with its end for all who still have to say
	   something */
	if (ev == COMPAT_SHUTDOWN) {
		referrals_end();
		account_gone(ua);
		calls.current = outer;
		return false;
	}

	rec = call ? record_find_call(call) : NULL;
	if (!rec)
		return false;

	calls.current = call;
	quiet = told(ev, rec, text);
	calls.current = outer;

	/* When the host's other modules have seen it too */
	if (ev == COMPAT_ESTABLISHED || ev == COMPAT_CLOSED
	    || ev == COMPAT_ANSWERED)
		calls_settle_in(0);

	return quiet;
}


/**
 * Start to follow the host's calls
 *
 * @param desk Who is told
 *
 * @return 0 if success, otherwise errno
 */
int calls_start(struct desk *desk)
{
	calls.desk = desk;
	tmr_init(&calls.tmr);

	return compat_listen(event_handler);
}


/**
 * The desk that is told of calls
 *
 * @return Desk, NULL before calls_start()
 */
struct desk *calls_desk(void)
{
	return calls.desk;
}


/**
 * Follow them no longer; the calls themselves are left alone
 */
void calls_stop(void)
{
	struct le *le;

	if (!calls.desk)
		return;

	compat_unlisten();
	tmr_cancel(&calls.tmr);

	for (le = list_head(records()); le; le = le->next)
		unquiet(le->data);

	list_flush(records());
	calls.desk = NULL;
}


/**
 * Answer a leg
 *
 * @param leg Leg
 * @param arg Not used
 *
 * @return 0 if success, otherwise errno
 */
int calls_answer(unsigned leg, void *arg)
{
	struct record *rec = record_find_leg(leg);
	(void)arg;

	if (!rec || !rec->call)
		return ENOENT;

	/* As the host's own button does. Who takes the place of a call needs
	   no hold: that one ends. */
	media_answering(leg);
	if (!rec->replaces)
		(void)uag_hold_others(rec->call);

	return ua_answer(call_get_ua(rec->call), rec->call, VIDMODE_OFF);
}


/* The host uses the phrase as a format in places */
static void phrase(char *buf, size_t size, const char *reason)
{
	size_t i = 0;

	for (; *reason && i + 1 < size; ++reason) {

		if (*reason == '%') {
			if (i + 9 > size)
				break;
			memcpy(&buf[i], " percent", 8);
			i += 8;
		}
		else if (*reason == '"' || *reason == '\\') {
			buf[i++] = '\'';
		}
		else {
			buf[i++] = *reason;
		}
	}

	buf[i] = '\0';
}


/**
 * Reject a leg that rings
 *
 * @param leg      Leg
 * @param code     Status code
 * @param reason   Reason phrase
 * @param decision One word of it, for machines
 * @param arg      Not used
 */
void calls_reject(unsigned leg, uint16_t code, const char *reason,
		  const char *decision, void *arg)
{
	struct record *rec = record_find_leg(leg);
	(void)arg;

	if (!rec)
		return;

	rec->code = code;
	phrase(rec->reason, sizeof(rec->reason), reason);
	str_ncpy(rec->decision, decision, sizeof(rec->decision));
	finish(rec);
}


/**
 * End a leg
 *
 * @param leg Leg
 * @param arg Not used
 */
void calls_hangup(unsigned leg, void *arg)
{
	struct record *rec = record_find_leg(leg);
	(void)arg;

	if (!rec)
		return;

	rec->code = 0;
	finish(rec);
}


/**
 * Find the call of a leg
 *
 * @param leg Leg
 *
 * @return The call, not to be kept; NULL if there is none
 */
struct call *calls_call(unsigned leg)
{
	const struct record *rec = record_find_leg(leg);

	return rec ? rec->call : NULL;
}
