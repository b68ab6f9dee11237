/**
 * @file compat.h  One name for each thing that differs between hosts
 *
 * The only file with a test of the host's version (HOST_MAJOR, of the build).
 * Old is baresip before 4: 1.1.0 and 3.x. New is 4.
 */
#ifndef BATON_COMPAT_H
#define BATON_COMPAT_H

#include <re.h>
#include <rem.h>
#include <baresip.h>


/** The events of the host that Baton looks at */
enum compat_event {
	COMPAT_OTHER = 0,
	COMPAT_ARRIVED,          /**< an INVITE waits to be taken           */
	COMPAT_INCOMING,
	COMPAT_ANSWERED,         /**< the host made its answer              */
	COMPAT_ESTABLISHED,
	COMPAT_CLOSED,
	COMPAT_SHUTDOWN,         /**< an account goes, with all its calls   */
};

/**
 * Called for events of the host
 *
 * @param ev   Which
 * @param ua   Account, may be NULL
 * @param call Call, may be NULL
 * @param msg  The INVITE, of COMPAT_ARRIVED only
 * @param text What the host says of it, may be NULL
 *
 * @return True if nobody else shall see the event, where the host can do that
 */
typedef bool (compat_event_h)(enum compat_event ev, struct ua *ua,
			      struct call *call, const struct sip_msg *msg,
			      const char *text);

/** Called with a frame to be filled */
typedef void (compat_frame_h)(struct auframe *af, void *arg);


#if HOST_MAJOR >= 4

static compat_event_h *compat_eventh;


static inline void compat_handler(enum bevent_ev value, struct bevent *event,
				  void *arg)
{
	enum compat_event ev;
	(void)arg;

	switch (value) {

	case BEVENT_SIPSESS_CONN:     ev = COMPAT_ARRIVED;     break;
	case BEVENT_CALL_INCOMING:    ev = COMPAT_INCOMING;    break;
	case BEVENT_CALL_LOCAL_SDP:   ev = COMPAT_ANSWERED;    break;
	case BEVENT_CALL_ESTABLISHED: ev = COMPAT_ESTABLISHED; break;
	case BEVENT_CALL_CLOSED:      ev = COMPAT_CLOSED;      break;
	case BEVENT_SHUTDOWN:         ev = COMPAT_SHUTDOWN;    break;
	default:
		return;
	}

	if (compat_eventh(ev, bevent_get_ua(event), bevent_get_call(event),
			  bevent_get_msg(event), bevent_get_text(event)))
		bevent_stop(event);
}


static inline int compat_listen(compat_event_h *eventh)
{
	compat_eventh = eventh;

	return bevent_register(compat_handler, NULL);
}


static inline void compat_unlisten(void)
{
	bevent_unregister(compat_handler);
}


/* Takes an INVITE that arrived: no other module is needed for it */
static inline int compat_take(const struct sip_msg *msg)
{
	struct ua *ua = uag_find_msg(msg);

	return ua ? ua_accept(ua, msg) : ENOENT;
}


/* A rejection that says why, for machines as well (RFC 3326) */
static inline void compat_reject(struct call *call, uint16_t code,
				 const char *reason, const char *decision)
{
	ua_hangupf(call_get_ua(call), call, code, reason,
		   "Reason: SIP;cause=%u;text=\"%s\"\r\n"
		   "X-Baton-Decision: %s\r\n"
		   "Content-Length: 0\r\n\r\n",
		   code, reason, decision);
}


/* What a sip_send_h is given */
#define COMPAT_SEND_ARGS						\
	enum sip_transp tp, struct sa *src, const struct sa *dst,	\
	struct mbuf *mb, struct mbuf **contp, void *arg
#define COMPAT_SEND_UNUSED (void)contp


/* The way that requests of a dialog take */
static inline enum sip_transp compat_dialog_tp(const struct sip_dialog *dlg)
{
	return sip_dialog_tp(dlg);
}


/* This host drops a change while another is under way */
enum { COMPAT_DROPS_CHANGES = true };

static inline bool compat_may_modify(const struct call *call)
{
	return call_refresh_allowed(call);
}


/* This host has it in its menu only */
static inline bool compat_dnd(void)
{
	return false;
}


/* Accounts that answer by themselves are left to its menu */
static inline bool compat_answers(struct ua *ua)
{
	(void)ua;

	return false;
}


/* The host stops its other modules from ringing by itself: see the return
   value of compat_event_h */
static inline bool compat_quiet(struct ua *ua, bool quiet)
{
	(void)ua;
	(void)quiet;

	return false;
}


/* This host makes the filters of a stream again when it threw them away */
static inline bool compat_renews_filters(void)
{
	return true;
}


/* A frame says what it is */
static inline void compat_frame_format(const struct auframe *af,
				       uint32_t *srate, unsigned *ch)
{
	if (af->srate)
		*srate = af->srate;
	if (af->ch)
		*ch = af->ch;
}


/* The mixer asks for what it needs of a source. Returns true if so. */
static inline bool compat_mix_asks(struct aumix_source *src,
				   compat_frame_h *readh)
{
	aumix_source_readh(src, readh);

	return true;
}

#else

static compat_event_h *compat_eventh;


static inline void compat_handler(struct ua *ua, enum ua_event value,
				  struct call *call, const char *prm,
				  void *arg)
{
	enum compat_event ev;
	(void)arg;

	switch (value) {

	case UA_EVENT_CALL_INCOMING:    ev = COMPAT_INCOMING;    break;
	case UA_EVENT_CALL_LOCAL_SDP:   ev = COMPAT_ANSWERED;    break;
	case UA_EVENT_CALL_ESTABLISHED: ev = COMPAT_ESTABLISHED; break;
	case UA_EVENT_CALL_CLOSED:      ev = COMPAT_CLOSED;      break;
	case UA_EVENT_SHUTDOWN:         ev = COMPAT_SHUTDOWN;    break;
	default:
		return;
	}

	(void)compat_eventh(ev, ua, call, NULL, prm);
}


static inline int compat_listen(compat_event_h *eventh)
{
	compat_eventh = eventh;

	return uag_event_register(compat_handler, NULL);
}


static inline void compat_unlisten(void)
{
	uag_event_unregister(compat_handler);
}


/* This host takes each INVITE by itself */
static inline int compat_take(const struct sip_msg *msg)
{
	(void)msg;

	return ENOSYS;
}


/* This host puts no headers on a rejection */
static inline void compat_reject(struct call *call, uint16_t code,
				 const char *reason, const char *decision)
{
	(void)decision;

	ua_hangup(call_get_ua(call), call, code, reason);
}


/* What a sip_send_h is given */
#define COMPAT_SEND_ARGS						\
	enum sip_transp tp, const struct sa *src, const struct sa *dst,	\
	struct mbuf *mb, void *arg
#define COMPAT_SEND_UNUSED do {} while (0)


/* This host says no more than when it goes: see sip_send_h */
static inline enum sip_transp compat_dialog_tp(const struct sip_dialog *dlg)
{
	(void)dlg;

	return SIP_TRANSP_NONE;
}


/* This host keeps a change until the one before is answered */
enum { COMPAT_DROPS_CHANGES = false };

static inline bool compat_may_modify(const struct call *call)
{
	(void)call;

	return true;
}


/* Do not disturb, for all accounts */
static inline bool compat_dnd(void)
{
	return uag_dnd();
}


/* Does this account answer by itself, in the host's core? */
static inline bool compat_answers(struct ua *ua)
{
	return account_answermode(ua_account(ua)) == ANSWERMODE_AUTO;
}


/* An account that answers by itself is the only way to keep the host's other
   modules from ringing. Returns true if the account was changed. */
static inline bool compat_quiet(struct ua *ua, bool quiet)
{
	struct account *acc = ua_account(ua);

	if (quiet && account_answermode(acc) != ANSWERMODE_MANUAL)
		return false;

	return 0 == account_set_answermode(acc, quiet ? ANSWERMODE_AUTO
					   : ANSWERMODE_MANUAL);
}


/* This host throws away the filters of a stream that is held, for good */
static inline bool compat_renews_filters(void)
{
	return false;
}


/* What a frame is was said when its filter was made */
static inline void compat_frame_format(const struct auframe *af,
				       uint32_t *srate, unsigned *ch)
{
	(void)af;
	(void)srate;
	(void)ch;
}


/* The mixer has to be given it before */
static inline bool compat_mix_asks(struct aumix_source *src,
				   compat_frame_h *readh)
{
	(void)src;
	(void)readh;

	return false;
}

#endif

#endif
