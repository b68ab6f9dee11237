/*
 * DTLS for the keys of SRTP. Nobody vouches for the certificates: each leg
 * makes its own, and the peer's must be the one that the SDP tells of.
 */
#include <string.h>
#include "compat.h"
#include "dtls.h"

enum {
	LAYER_DTLS = 20,        /* of UDP helpers; above SRTP */
	CONN_HASH  = 2,
};

struct handshake {
	struct tls *tls;
	struct dtls_sock *sock;
	struct tls_conn *conn;
	handshake_h *h;
	void *arg;
	uint8_t fingerprint[FINGERPRINT_SIZE];
	bool known;             /* the fingerprint is */
	bool active;            /* we are the client */
	bool up;                /* DTLS has done its part */
	bool done;              /* keys or failure have been told */
};


static void destructor(void *arg)
{
	struct handshake *hs = arg;

	mem_deref(hs->conn);
	mem_deref(hs->sock);
	mem_deref(hs->tls);
}


static void failed(struct handshake *hs, const char *error)
{
	hs->done = true;
	hs->h(error, NULL, NULL, hs->arg);
}


/* The handshake is over, and the peer's SDP is here: is it the peer? */
static void judge(struct handshake *hs)
{
	uint8_t client[SRTP_KEY_SIZE], server[SRTP_KEY_SIZE];
	uint8_t md[FINGERPRINT_SIZE];
	enum srtp_suite suite;
	int err;

	err = tls_peer_fingerprint(hs->conn, TLS_FINGERPRINT_SHA256, md,
				   sizeof(md));
	if (err || memcmp(md, hs->fingerprint, sizeof(md))) {
		failed(hs, "the peer of the DTLS handshake has not the "
		       "fingerprint of the SDP");
		return;
	}

	err = tls_srtp_keyinfo(hs->conn, &suite, client, sizeof(client),
			       server, sizeof(server));
	if (err || suite != SRTP_AES_CM_128_HMAC_SHA1_80) {
		failed(hs, "the DTLS handshake agreed on no SRTP suite");
		return;
	}

	hs->done = true;
	hs->h(NULL, hs->active ? client : server,
	      hs->active ? server : client, hs->arg);
}


static void estab_handler(void *arg)
{
	struct handshake *hs = arg;

	/* The handshake may be faster than the answer with the fingerprint */
	hs->up = true;
	if (hs->known && !hs->done)
		judge(hs);
}


static void close_handler(int err, void *arg)
{
	struct handshake *hs = arg;
	(void)err;

	hs->conn = mem_deref(hs->conn);
	if (!hs->done)
		failed(hs, "the DTLS handshake failed");
}


static void conn_handler(const struct sa *peer, void *arg)
{
	struct handshake *hs = arg;
	(void)peer;

	if (hs->conn || hs->done)
		return;
	if (dtls_accept(&hs->conn, hs->tls, hs->sock, estab_handler, NULL,
			close_handler, hs))
		failed(hs, "the DTLS handshake could not begin");
}


static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;

	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}


/* Reads a=fingerprint. EPROTO: broken, or of another kind than SHA-256 */
int fingerprint_read(uint8_t md[FINGERPRINT_SIZE], const char *attr)
{
	static const char kind[] = "sha-256 ";
	size_t i;
	const char *p;
	struct pl pl;

	if (!attr)
		return EPROTO;
	pl_set_str(&pl, attr);
	if (pl.l != sizeof(kind) - 1 + FINGERPRINT_SIZE * 3 - 1)
		return EPROTO;
	pl.l = sizeof(kind) - 1;
	if (pl_strcasecmp(&pl, kind))
		return EPROTO;

	p = attr + sizeof(kind) - 1;
	for (i = 0; i < FINGERPRINT_SIZE; i++, p += 3) {
		int high = hex(p[0]), low = hex(p[1]);

		if (high < 0 || low < 0 ||
		    (i + 1 < FINGERPRINT_SIZE && p[2] != ':'))
			return EPROTO;
		md[i] = (uint8_t)(high << 4 | low);
	}

	return 0;
}


/*
 * A new certificate for one leg, and its a=fingerprint. Freed with
 * mem_deref(). Errors: those of OpenSSL.
 */
int identity_alloc(struct tls **tlsp, char text[FINGERPRINT_TEXT])
{
	uint8_t md[FINGERPRINT_SIZE];
	struct tls *tls = NULL;
	size_t i;
	int err, n;

	err = tls_alloc(&tls, TLS_METHOD_DTLS, NULL, NULL);
	if (err)
		return err;
	err = tls_set_selfsigned_ec(tls, "baton-sim", "prime256v1");
	if (err)
		goto out;
	compat_ask_certificate(tls);
	err = tls_set_srtp(tls, "SRTP_AES128_CM_SHA1_80");
	if (err)
		goto out;
	err = tls_fingerprint(tls, TLS_FINGERPRINT_SHA256, md, sizeof(md));
	if (err)
		goto out;

	n = re_snprintf(text, FINGERPRINT_TEXT, "sha-256 ");
	for (i = 0; i < sizeof(md) && n > 0; i++)
		n += re_snprintf(text + n, FINGERPRINT_TEXT - (size_t)n,
				 "%s%02X", i ? ":" : "", md[i]);
out:
	if (err)
		mem_deref(tls);
	else
		*tlsp = tls;
	return err;
}


/*
 * Waits for a DTLS client on @us. @h is called once, with keys or an error.
 * Freed with mem_deref(). Errors: ENOMEM.
 */
int handshake_alloc(struct handshake **hp, struct tls *identity,
		    struct udp_sock *us, handshake_h *h, void *arg)
{
	struct handshake *hs = mem_zalloc(sizeof(*hs), destructor);
	int err;

	if (!hs)
		return ENOMEM;

	hs->tls = mem_ref(identity);
	hs->h = h;
	hs->arg = arg;
	err = dtls_listen(&hs->sock, NULL, us, CONN_HASH, LAYER_DTLS,
			  conn_handler, hs);
	if (err)
		mem_deref(hs);
	else
		*hp = hs;
	return err;
}


/*
 * What the peer's SDP says: who it is, and whether we are the client. To be
 * called for each SDP. EPROTO: the peer has become another one.
 */
int handshake_peer(struct handshake *hs, const uint8_t *fingerprint,
		   bool active, const struct sa *peer)
{
	if (hs->known)
		return memcmp(hs->fingerprint, fingerprint, FINGERPRINT_SIZE)
			? EPROTO : 0;

	memcpy(hs->fingerprint, fingerprint, FINGERPRINT_SIZE);
	hs->known = true;
	hs->active = active;

	if (hs->up && !hs->done)
		judge(hs);
	else if (active && !hs->conn && !hs->done)
		return dtls_connect(&hs->conn, hs->tls, hs->sock, peer,
				    estab_handler, NULL, close_handler, hs);

	return 0;
}
