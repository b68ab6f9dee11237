/*
 * A SIP stack with one identity: the AI has one, the caller another, with an
 * address of its own each.
 */
#ifndef SIM_UA_H
#define SIM_UA_H

#include <re.h>

struct leg;
struct ua;

/* An INVITE, or another request, that belongs to no leg. False: it was not
 * dealt with */
typedef bool (ua_request_h)(struct ua *ua, const struct sip_msg *msg,
			    void *arg);

struct ua {
	struct sip *sip;
	struct sipsess_sock *sock;
	struct sip_lsnr *lsnr;
	struct sip_lsnr *rlsnr; /* responses */
	struct list legl;       /* struct leg */
	struct list referl;     /* struct refer: who may be referred to us */
	struct leg *inviting;   /* its INVITE is being sent right now */
	struct sa laddr;        /* IP address; the port is the socket's */
	enum sip_transp tp;
	const char *name;       /* in the trace */
	ua_request_h *invitedh; /* may be NULL */
	ua_request_h *strayh;   /* may be NULL */
	void *arg;
	bool dead;              /* takes nothing any more */
	bool long_datagrams;    /* its UDP socket takes them */
	uint32_t slow;          /* milliseconds until a request is looked at */
	struct list slowl;
	bool trace;
	bool reachable;         /* others may connect to where it listens */
};

/* How the signalling travels */
struct ua_config {
	enum sip_transp tp;
	uint16_t port;          /* 0: a free one */
	const char *ca;         /* PEM; NULL: the peer is not verified */
	const char *cert;       /* PEM with key; NULL: self-signed */
	bool trace;             /* all messages on stderr */
	bool stream_too;        /* udp: the same port of TCP as well */
};

int ua_contact(char **urip, const struct ua *ua, const char *user,
	       const struct sa *src);
int ua_alloc(struct ua **uap, const char *name, const struct sa *local,
	     const struct ua_config *cfg);

#endif
