/*
 * One SIP leg: an INVITE that we send, its dialog, and its end.
 */
#ifndef SIM_LEG_H
#define SIM_LEG_H

#include <re.h>

struct media;
struct leg;
struct ua;

enum leg_event {
	LEG_RINGING,    /* the first 18x */
	LEG_UP,         /* 200, media runs */
	LEG_ANSWERED,   /* 200 that is not acknowledged: leg_deafen() */
	LEG_PROGRESS,   /* each 18x: see leg->progress */
	LEG_HELD,       /* the peer does not want to hear us */
	LEG_RESUMED,    /* ... and wants to again */
	LEG_DOWN,       /* the last event of a leg: see leg->end */
};

enum leg_end {
	LEG_ALIVE,
	LEG_REFUSED,    /* the INVITE got a final error */
	LEG_PEER_BYE,
	LEG_OUR_BYE,    /* our BYE was answered */
	LEG_CANCELLED,  /* before the answer; ours was answered with 487 */
	LEG_ERROR,      /* transport, timeout, broken answer */
};

enum {
	LEG_TEXT_MAX = 256,
};

typedef void (leg_h)(struct leg *leg, enum leg_event ev, void *arg);

/* A request of the peer that belongs to a leg, but not to its session, or is
 * to be looked at before: a re-INVITE, or an INVITE that replaces the leg.
 * False: it was not dealt with */
typedef bool (leg_request_h)(struct leg *leg, const struct sip_msg *msg,
			     void *arg);

/* Times in microseconds of clock.h, 0: has not happened */
struct leg {
	struct mbuf *body;      /* first: see compat.h */
	struct le le;
	struct ua *ua;
	struct sipsess *sess;
	struct media *media;
	struct tmr tmr;
	leg_h *h;
	leg_request_h *requesth;        /* may be NULL */
	void *arg;
	struct sip_request *raw;        /* its INVITE, see unacked.c */
	struct sip_msg *answer;         /* ... and the 200 to it */
	struct sip_msg *invite;         /* of a call to us, not answered yet */
	struct mbuf *desc;              /* the SDP that we rang with */
	struct reanswer *reanswer;      /* to the newest re-INVITE */
	const char *from;               /* of our INVITE, which outlives it */

	enum leg_end end;
	bool up;
	bool closing;           /* our BYE or CANCEL is on its way */
	bool silent;            /* plays dead: answers nothing */
	bool mute;              /* has no media, whatever is agreed */
	bool unacked;           /* never sends its ACK */
	bool incoming;          /* the peer called */
	bool multipart;         /* our INVITE had more than SDP */
	bool held;              /* the peer does not want to hear us */
	uint32_t probes;        /* OPTIONS in its dialog */
	uint32_t answers;       /* how often the 200 came then */
	uint32_t ack_again;     /* CSeq of a re-INVITE of ours, see sign.c */
	int err;

	uint64_t invited_at;
	uint64_t ringing_at;
	uint64_t answered_at;
	uint64_t bye_at;        /* the peer's */
	size_t invite_size;     /* bytes of the message */

	uint16_t progress;      /* newest 18x */
	uint16_t code;          /* final answer to the INVITE */
	char reason[LEG_TEXT_MAX];
	char reason_header[LEG_TEXT_MAX];   /* of the answer or the BYE */
	char decision[LEG_TEXT_MAX];        /* X-Baton-Decision */
	char answer_type[LEG_TEXT_MAX];     /* media type of the answer */
	char call_id[LEG_TEXT_MAX];
	char tag[LEG_TEXT_MAX];             /* ours */
	char peer_tag[LEG_TEXT_MAX];
};

/* What a leg's INVITE says */
struct leg_invite {
	const char *to;
	const char *route;      /* NULL: none */
	const char *from_name;
	const char *from;       /* outlives the leg */
	const char *ctype;      /* NULL: application/sdp */
	struct mbuf *body;
	const char *headers;    /* lines with CRLF */
};

int  leg_alloc(struct leg **legp, struct ua *ua, struct media *media,
	       leg_h *h, void *arg);
int  leg_invite(struct leg *leg, const struct leg_invite *inv);
int  leg_ring(struct leg *leg, const struct sip_msg *msg, uint16_t code,
	      const char *user, const char *headers);
int  leg_answer(struct leg *leg, const char *headers);
void leg_reject(struct leg *leg, uint16_t code, const char *reason);
int  leg_accept(struct leg *leg, const struct sip_msg *msg, const char *user,
		const char *headers);
int  leg_offered(struct leg *leg, const struct sip_msg *msg,
		 struct mbuf **descp);
int  leg_contact(struct mbuf *mb, const struct ua *ua, const char *from,
		 const struct sa *src);
void leg_hangup(struct leg *leg);
void leg_play_dead(struct leg *leg);
void leg_forget(struct leg *leg);

void leg_trace(struct ua *ua, bool tx, const uint8_t *pkt, size_t len);
bool leg_request(struct ua *ua, const struct sip_msg *msg);
void leg_late(struct ua *ua, const struct sip_msg *msg);
struct leg *leg_replaced(struct ua *ua, const struct pl *call_id,
			 const struct pl *our_tag, const struct pl *peer_tag);
bool leg_response(struct ua *ua, const struct sip_msg *msg);
void leg_ended(struct leg *leg, enum leg_end end);
void leg_answer_keep(struct leg *leg, const struct sip_msg *msg);

#endif
