/*
 * A SIP stack with one identity: the AI has one, the caller another, with an
 * address of its own each.
 */
#ifndef SIM_UA_H
#define SIM_UA_H

#include <re.h>

struct leg;

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
	bool trace;
};

/* How the signalling travels */
struct ua_config {
	enum sip_transp tp;
	const char *ca;         /* PEM; NULL: the peer is not verified */
	const char *cert;       /* PEM with key; NULL: self-signed */
	bool trace;             /* all messages on stderr */
};

int ua_alloc(struct ua **uap, const char *name, const struct sa *local,
	     const struct ua_config *cfg);

#endif
