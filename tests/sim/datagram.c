/*
 * libre takes datagrams up to 8 KiB and cuts off the rest. Its socket can do
 * better when it is told; a message that came through it names it. So a stack
 * sends itself one when it opens.
 */
#include <string.h>
#include "datagram.h"
#include "ua.h"

enum {
	DATAGRAM_MAX = 65536,   /* the longest that there is */
};

static const char probe_line[] = "OPTIONS sip:probe@sim.invalid SIP/2.0\r\n";


/* Has the UDP socket of @ua take long datagrams, as soon as the loop runs.
 * Errors: ENOMEM, and those of the socket */
int datagram_open(struct ua *ua)
{
	struct mbuf *mb = mbuf_alloc(512);
	struct sa laddr;
	int err;

	if (!mb)
		return ENOMEM;

	err = sip_transp_laddr(ua->sip, &laddr, SIP_TRANSP_UDP, NULL);
	if (err)
		goto out;
	err = mbuf_printf(mb, "%s"
			  "Via: SIP/2.0/UDP %J;branch=z9hG4bKprobe\r\n"
			  "Max-Forwards: 0\r\n"
			  "From: <sip:probe@sim.invalid>;tag=probe\r\n"
			  "To: <sip:probe@sim.invalid>\r\n"
			  "Call-ID: probe\r\n"
			  "CSeq: 1 OPTIONS\r\n"
			  "Content-Length: 0\r\n\r\n", probe_line, &laddr);
	if (err)
		goto out;
	mb->pos = 0;
	err = sip_send(ua->sip, NULL, SIP_TRANSP_UDP, &laddr, mb);
out:
	mem_deref(mb);
	return err;
}


/* What a stack sends itself is nobody's business */
bool datagram_is_probe(const uint8_t *pkt, size_t len)
{
	return len >= sizeof(probe_line) &&
		!memcmp(pkt, probe_line, sizeof(probe_line) - 1);
}


/*
 * A request, before all others look at it. True: it goes no further, because
 * it is our own, or because its body is shorter than it says (RFC 3261,
 * section 18.3).
 */
bool datagram_request(struct ua *ua, const struct sip_msg *msg)
{
	bool told = ua->long_datagrams;

	if (msg->tp != SIP_TRANSP_UDP)
		return false;

	if (!told) {
		udp_rxsz_set(msg->sock, DATAGRAM_MAX);
		ua->long_datagrams = true;
	}
	if (datagram_is_probe(msg->mb->buf, msg->mb->end))
		return true;
	if (!pl_isset(&msg->clen) ||
	    pl_u32(&msg->clen) <= mbuf_get_left(msg->mb))
		return false;

	/* Cut off by our own socket: it will be sent again. Nobody answers an
	 * ACK, and the dead nothing */
	if (told && !ua->dead && pl_strcmp(&msg->met, "ACK"))
		(void)sip_treply(NULL, ua->sip, msg, 400, "Bad Request");

	return true;
}
