/**
 * @file datagram.c  Consultations over UDP that are longer than 8 KiB
 *
 * The host takes datagrams up to 8 KiB and cuts off the rest. Its socket can
 * do better when it is told; a message that came through it names it. So the
 * gate sends itself one when it opens.
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum {
	DATAGRAM_MAX = 65536,    /**< the longest that there is             */
	SOCKETS_MAX  = 8,
};

static struct {
	const void *sockv[SOCKETS_MAX];   /**< told already                 */
	size_t sockc;
	char id[40];                      /**< Call-ID of our own probe     */
} datagram;


static void probe(int af)
{
	const struct sa *near = net_laddr_af(baresip_network(), af);
	struct udp_sock *us = NULL;
	struct mbuf *mb = NULL;
	struct sa laddr, any;

	if (!sa_isset(near, SA_ADDR)
	    || sip_transp_laddr(uag_sip(), &laddr, SIP_TRANSP_UDP, near))
		return;

	sa_cpy(&any, &laddr);
	sa_set_port(&any, 0);

	mb = mbuf_alloc(512);
	if (!mb || udp_listen(&us, &any, NULL, NULL))
		goto out;

	(void)mbuf_printf(mb, "OPTIONS sip:%J SIP/2.0\r\n"
			  "Via: SIP/2.0/UDP %J;branch=z9hG4bK%s\r\n"
			  "Max-Forwards: 0\r\n"
			  "From: <sip:baton@%j>;tag=%s\r\n"
			  "To: <sip:baton@%j>\r\n"
			  "Call-ID: %s\r\n"
			  "CSeq: 1 OPTIONS\r\n"
			  "Content-Length: 0\r\n\r\n",
			  &laddr, &laddr, datagram.id, &laddr, datagram.id,
			  &laddr, datagram.id);
	mb->pos = 0;
	(void)udp_send(us, &laddr, mb);

 out:
	mem_deref(us);
	mem_deref(mb);
}


/**
 * Have the host's UDP sockets take long datagrams
 */
void datagram_open(void)
{
	datagram.sockc = 0;
	(void)re_snprintf(datagram.id, sizeof(datagram.id), "%016llx%016llx",
			  rand_u64(), rand_u64());

	probe(AF_INET);
	probe(AF_INET6);
}


static bool told(const void *sock)
{
	size_t i;

	for (i=0; i<datagram.sockc; i++) {
		if (datagram.sockv[i] == sock)
			return true;
	}

	return false;
}


/**
 * Look at a message that came in a datagram
 *
 * @param msg Message
 *
 * @return True if it must go no further: it is our own, or it was cut off
 *         and its sender will send it again
 */
bool datagram_look(const struct sip_msg *msg)
{
	bool cut;

	if (msg->tp != SIP_TRANSP_UDP)
		return false;

	cut = pl_isset(&msg->clen)
		&& pl_u32(&msg->clen) > mbuf_get_left(msg->mb);

	if (!told(msg->sock)) {

		udp_rxsz_set(msg->sock, DATAGRAM_MAX);
		if (datagram.sockc < SOCKETS_MAX)
			datagram.sockv[datagram.sockc++] = msg->sock;

		if (cut && msg->req)
			return true;
	}
	else if (cut) {
		/* A new socket may lie where an old one lay */
		udp_rxsz_set(msg->sock, DATAGRAM_MAX);
	}

	return 0 == pl_strcmp(&msg->callid, datagram.id);
}
