/**
 * @file calls.c  Legs of the desk and calls of the host, side by side
 *
 * The only file that holds pointers to calls. A record lives from the INVITE
 * to the host's CLOSED event.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "compat.h"
#include "host.h"

struct record {
	struct le le;
	unsigned leg;
	char *callid;
	struct call *call;      /**< NULL until the host tells of it        */
	struct ua *quieted;     /**< its answer mode is to be restored      */
	bool fresh;             /**< not settled yet                        */
	bool replaces;
	bool take;              /**< taken from the host's other modules    */
	bool peer_ended;        /**< its BYE or CANCEL was seen             */
	bool elsewhere;
};

static struct {
	struct desk *desk;
	struct list records;
	struct tmr tmr;
} calls;


static void destructor(void *arg)
{
	struct record *rec = arg;

	list_unlink(&rec->le);
	mem_deref(rec->callid);
}


static struct record *find_leg(unsigned leg)
{
	struct le *le;

	for (le = calls.records.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->leg == leg)
			return rec;
	}

	return NULL;
}


/* A host that answers by itself tells only when that is confirmed */
static struct call *record_call(struct record *rec)
{
	if (!rec->call)
		rec->call = uag_call_find(rec->callid);

	return rec->call;
}


/* By the call; else the first without one that has its Call-ID */
static struct record *find_call(struct call *call)
{
	const char *id = call_id(call);
	struct le *le;

	for (le = calls.records.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->call == call)
			return rec;
	}

	for (le = calls.records.head; id && le; le = le->next) {
		struct record *rec = le->data;

		if (!rec->call && 0 == str_cmp(rec->callid, id)) {
			rec->call = call;
			return rec;
		}
	}

	return NULL;
}


static void unquiet(struct record *rec)
{
	struct le *le;

	if (!rec->quieted)
		return;

	/* The account may have been removed since */
	for (le = list_head(uag_list()); le; le = le->next) {
		if (le->data == rec->quieted)
			(void)compat_quiet(rec->quieted, false);
	}

	rec->quieted = NULL;
}


static void settle_one(struct record *rec)
{
	const bool answered = rec->quieted != NULL;
	struct call *call;

	rec->fresh = false;
	unquiet(rec);

	if (rec->call)
		return;

	call = uag_call_find(rec->callid);
	if (!call) {
		unsigned leg = rec->leg;

		mem_deref(rec);
		desk_leg_refused(calls.desk, leg);
		return;
	}

	/* Where the host answered by itself it tells only when that is
	   confirmed. Else it was left ringing though it should not. */
	if (rec->replaces && !answered
	    && call_state(call) == CALL_STATE_INCOMING) {
		rec->call = call;
		desk_leg_ringing(calls.desk, rec->leg);
	}
}


/**
 * See what the host made of the INVITEs that it was given
 */
void calls_settle(void)
{
	struct le *le = calls.records.head;

	tmr_cancel(&calls.tmr);

	while (le) {
		struct record *rec = le->data;

		le = le->next;
		if (rec->fresh)
			settle_one(rec);
	}
}


static void settle_handler(void *arg)
{
	(void)arg;

	calls_settle();
}


/**
 * An INVITE goes to the host: expect a call
 *
 * @param leg      Its leg
 * @param callid   Call-ID
 * @param take     It is a hand-off's
 * @param replaces To be answered at once, without a ring
 * @param msg      The INVITE
 *
 * @return 0 if success, otherwise errno
 */
int calls_expect(unsigned leg, const char *callid, bool take, bool replaces,
		 const struct sip_msg *msg)
{
	struct record *rec;
	struct ua *ua;
	int err;

	rec = mem_zalloc(sizeof(*rec), destructor);
	if (!rec)
		return ENOMEM;

	err = str_dup(&rec->callid, callid);
	if (err) {
		mem_deref(rec);
		return err;
	}

	rec->leg = leg;
	rec->fresh = true;
	rec->replaces = replaces;
	/* Its menu may have a reason to refuse: do not disturb, for one. Who
	   replaces a call is let in all the same. */
	rec->take = replaces || (take && !mod_find("menu"));
	list_append(&calls.records, &rec->le, rec);

	ua = replaces ? uag_find_msg(msg) : NULL;
	if (ua && compat_quiet(ua, true))
		rec->quieted = ua;

	tmr_start(&calls.tmr, 0, settle_handler, NULL);

	return 0;
}


/**
 * The peer withdraws its INVITE
 *
 * @param callid    Call-ID
 * @param elsewhere Another phone took it (RFC 3326)
 */
void calls_note_cancel(const struct pl *callid, bool elsewhere)
{
	struct le *le;

	for (le = calls.records.head; le; le = le->next) {
		struct record *rec = le->data;

		if (0 == pl_strcmp(callid, rec->callid)) {
			rec->peer_ended = true;
			rec->elsewhere = elsewhere;
		}
	}
}


/**
 * The peer ends a call
 *
 * @param callid Call-ID
 */
void calls_note_bye(const struct pl *callid)
{
	calls_note_cancel(callid, false);
}


static enum leg_end how_ended(const struct record *rec, const char *text)
{
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

	for (le = calls.records.head; le; le = le->next) {
		struct record *rec = le->data;

		if (rec->fresh && rec->take && !rec->call
		    && 0 == pl_strcmp(&msg->callid, rec->callid)) {
			(void)compat_take(msg);
			return true;
		}
	}

	return false;
}


static bool event_handler(enum compat_event ev, struct ua *ua,
			  struct call *call, const struct sip_msg *msg,
			  const char *text)
{
	struct record *rec;
	enum leg_end end;
	unsigned leg;
	bool quiet;
	(void)ua;

	if (ev == COMPAT_ARRIVED)
		return msg ? arrived(msg) : false;

	rec = call ? find_call(call) : NULL;
	if (!rec)
		return false;

	leg = rec->leg;

	switch (ev) {

	case COMPAT_INCOMING:
		quiet = rec->replaces;
		desk_leg_ringing(calls.desk, leg);
		return quiet;

	case COMPAT_ESTABLISHED:
		desk_leg_up(calls.desk, leg);
		break;

	case COMPAT_CLOSED:
		end = how_ended(rec, text);
		unquiet(rec);
		mem_deref(rec);
		desk_leg_closed(calls.desk, leg, end, text);
		break;

	default:
		break;
	}

	return false;
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
	list_init(&calls.records);
	tmr_init(&calls.tmr);

	return compat_listen(event_handler);
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

	for (le = calls.records.head; le; le = le->next)
		unquiet(le->data);

	list_flush(&calls.records);
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
	struct record *rec = find_leg(leg);
	(void)arg;

	if (!rec || !rec->call)
		return ENOENT;

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
		else if (*reason == '"') {
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
	struct record *rec = find_leg(leg);
	char buf[256];
	(void)arg;

	if (!rec || !record_call(rec))
		return;

	phrase(buf, sizeof(buf), reason);
	compat_reject(rec->call, code, buf, decision);
}


/**
 * End a leg
 *
 * @param leg Leg
 * @param arg Not used
 */
void calls_hangup(unsigned leg, void *arg)
{
	struct record *rec = find_leg(leg);
	(void)arg;

	if (!rec || !record_call(rec))
		return;

	ua_hangup(call_get_ua(rec->call), rec->call, 0, NULL);
}
