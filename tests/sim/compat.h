/*
 * What differs between libre 2.0.1 and libre 3.21 to 4.10, and the only
 * place of the simulator that asks which of them it is built against.
 */
#ifndef SIM_COMPAT_H
#define SIM_COMPAT_H

#include <re.h>

/* A descriptor that the loop reads from */
struct compat_fd {
	int fd;
	void *fhs;                 /* the loop's own, on newer libre */
};

/* The handlers of one session; they all get the same argument */
struct compat_handlers {
	sipsess_offer_h *offerh;
	sipsess_answer_h *answerh;
	sipsess_progr_h *progrh;
	sipsess_estab_h *estabh;
	sipsess_close_h *closeh;
};

/* Who calls whom. @body is the whole body, @ctype its type */
struct compat_invite {
	const char *to;
	const char *from_name;
	const char *from;
	const char *contact_user;
	const char *route;         /* NULL: none */
	const char *ctype;
	const char *headers;       /* each line ends in CRLF */
	struct mbuf *body;
};


/* TMR_INIT came after 2.0.1 and before 3.21 */
#ifdef TMR_INIT

#define COMPAT_TLS_METHOD TLS_METHOD_TLS

/* What its sessions take beside what all do, in Allow */
#define COMPAT_ALLOW ", UPDATE"

/* The parameters of a sip_send_h; what a handler does not need */
#define COMPAT_SEND_PARAMS enum sip_transp tp, struct sa *src, \
	const struct sa *dst, struct mbuf *mb, struct mbuf **contp, void *arg
#define COMPAT_SEND_UNUSED ((void)tp, (void)dst, (void)contp, (void)arg)
#define compat_ask_certificate tls_set_verify_client_trust_all

/* Newer libre asks for the body when it knows the path to the peer, and
 * asks again when it has to send again. */
static inline int compat_body_handler(struct mbuf **descp,
				      const struct sa *src,
				      const struct sa *dst, void *arg)
{
	struct mbuf **body = arg;
	(void)src;
	(void)dst;

	(*body)->pos = 0;
	*descp = mem_ref(*body);

	return 0;
}

static inline int compat_fd_read(struct compat_fd *fd, fd_h *h, void *arg)
{
	struct re_fhs *fhs = NULL;
	int err = fd_listen(&fhs, fd->fd, FD_READ, h, arg);

	fd->fhs = fhs;
	return err;
}

static inline void compat_fd_close(struct compat_fd *fd)
{
	fd->fhs = fd_close(fd->fhs);
}

#else

#define COMPAT_TLS_METHOD TLS_METHOD_SSLV23

#define COMPAT_ALLOW ""

#define COMPAT_SEND_PARAMS enum sip_transp tp, const struct sa *src, \
	const struct sa *dst, struct mbuf *mb, void *arg
#define COMPAT_SEND_UNUSED ((void)tp, (void)dst, (void)arg)
#define compat_ask_certificate tls_set_verify_client

static inline int compat_fd_read(struct compat_fd *fd, fd_h *h, void *arg)
{
	return fd_listen(fd->fd, FD_READ, h, arg);
}

static inline void compat_fd_close(struct compat_fd *fd)
{
	fd_close(fd->fd);
}

#endif


/*
 * Sends an INVITE. The object behind @arg must begin with a pointer to the
 * mbuf that is inv->body, and keep it for as long as the session lives.
 */
static inline int compat_invite(struct sipsess **sessp,
				struct sipsess_sock *sock,
				const struct compat_invite *inv,
				const struct compat_handlers *h, void *arg)
{
	const char *routev[1] = { inv->route };

	return sipsess_connect(sessp, sock, inv->to, inv->from_name,
			       inv->from, inv->contact_user,
			       inv->route ? routev : NULL,
			       inv->route ? 1 : 0, inv->ctype,
#ifdef TMR_INIT
			       NULL, NULL, false, NULL, compat_body_handler,
#else
			       inv->body, NULL, NULL, false,
#endif
			       h->offerh, h->answerh, h->progrh, h->estabh,
			       NULL, NULL, h->closeh, arg,
			       "%s", inv->headers);
}


/* How an INVITE is answered, from 101 to 299 */
struct compat_reply {
	uint16_t code;
	const char *reason;
	const char *contact_user;
	const char *headers;       /* each line ends in CRLF */
	struct mbuf *desc;         /* NULL: no SDP */
};

/* Answers an INVITE for the first time */
static inline int compat_accept(struct sipsess **sessp,
				struct sipsess_sock *sock,
				const struct sip_msg *msg,
				const struct compat_reply *r,
				const struct compat_handlers *h, void *arg)
{
	return sipsess_accept(sessp, sock, msg, r->code, r->reason,
#ifdef TMR_INIT
			      REL100_DISABLED,
#endif
			      r->contact_user, "application/sdp", r->desc,
			      NULL, NULL, false, h->offerh, h->answerh,
			      h->estabh, NULL, NULL, h->closeh, arg, "%s",
			      r->headers);
}

#endif
