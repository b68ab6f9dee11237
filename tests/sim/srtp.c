/*
 * SRTP of one medium: writes and reads the SDP's lines about it, encrypts
 * what is sent, decrypts what comes, and counts what cannot be decrypted.
 */
#include <string.h>
#include "dtls.h"
#include "srtp.h"

enum {
	LAYER_SRTP = 10,        /* of UDP helpers */
	KEY_TEXT   = 64,        /* a key in base64, with its NUL */
	TAG_MAX    = 10,        /* digits of a=crypto's tag: RFC 4568, 9.1 */
};

static const char suite_name[] = "AES_CM_128_HMAC_SHA1_80";

/* RTP on one socket; with DTLS, RTCP has the same on another */
struct channel {
	struct shield *shield;
	struct udp_sock *us;
	struct udp_helper *uh;
	struct handshake *hs;
	struct srtp *tx;
	struct srtp *rx;
};

enum {
	CH_RTP,
	CH_RTCP,
	CHANNELS,
};

struct shield {
	struct channel chv[CHANNELS];
	struct sdp_session *sdp;        /* both belong to the medium */
	struct sdp_media *medium;
	struct tls *identity;
	char fingerprint[FINGERPRINT_TEXT];
	uint8_t key_tx[SRTP_KEY_SIZE];
	uint8_t key_rx[SRTP_KEY_SIZE];
	uint32_t tag;                   /* of the a=crypto that was taken */
	uint32_t errors;
	const char *error;
	enum keying keying;
	bool active;                    /* DTLS: we are the client */
	bool agreed;                    /* ... as the peer knows */
};


static void destructor(void *arg)
{
	struct shield *s = arg;
	int i;

	/* All of them lean on the sockets */
	for (i = 0; i < CHANNELS; i++) {
		mem_deref(s->chv[i].uh);
		mem_deref(s->chv[i].hs);
		mem_deref(s->chv[i].us);
		mem_deref(s->chv[i].tx);
		mem_deref(s->chv[i].rx);
	}
	mem_deref(s->identity);
}


/* RFC 7983: RTP and RTCP begin with these bytes, DTLS with others */
static bool is_rtp(const struct mbuf *mb)
{
	return mbuf_get_left(mb) >= 2 && mbuf_buf(mb)[0] >> 6 == 2;
}


/* RFC 5761, section 4 */
static bool is_rtcp(const struct mbuf *mb)
{
	uint8_t pt = mbuf_buf(mb)[1] & 0x7f;

	return pt >= 64 && pt <= 95;
}


/* True: nobody else gets the packet */
static bool receive_handler(struct sa *src, struct mbuf *mb, void *arg)
{
	struct channel *ch = arg;
	int err;
	(void)src;

	if (!is_rtp(mb))
		return false;

	/* Nobody here reads RTCP. Media may be here before the answer, or
	 * before the last message of the handshake: lost, but no fault */
	if (is_rtcp(mb) || !ch->rx)
		return true;

	err = srtp_decrypt(ch->rx, mb);

	/* A packet that the network doubled is none either */
	if (err && err != EALREADY)
		++ch->shield->errors;

	return err;
}


static int keys_apply(struct channel *ch, const uint8_t *tx, const uint8_t *rx)
{
	int err = 0;

	if (tx)
		err = srtp_alloc(&ch->tx, SRTP_AES_CM_128_HMAC_SHA1_80, tx,
				 SRTP_KEY_SIZE, 0);
	if (!err && rx) {
		ch->rx = mem_deref(ch->rx);
		err = srtp_alloc(&ch->rx, SRTP_AES_CM_128_HMAC_SHA1_80, rx,
				 SRTP_KEY_SIZE, 0);
	}

	return err;
}


static void handshake_handler(const char *error, const uint8_t *tx,
			      const uint8_t *rx, void *arg)
{
	struct channel *ch = arg;

	if (!error && keys_apply(ch, tx, rx))
		error = "SRTP does not take the keys";
	if (error)
		ch->shield->error = error;
}


static int channel_init(struct channel *ch, struct shield *s, void *us)
{
	int err;

	ch->shield = s;
	ch->us = mem_ref(us);
	err = udp_register_helper(&ch->uh, us, LAYER_SRTP, NULL,
				  receive_handler, ch);
	if (!err && s->keying == KEYING_DTLS)
		err = handshake_alloc(&ch->hs, s->identity, us,
				      handshake_handler, ch);
	return err;
}


/* The protocol of the m-line */
const char *shield_protocol(enum keying keying)
{
	switch (keying) {

	case KEYING_SDES: return sdp_proto_rtpsavp;
	case KEYING_DTLS: return "UDP/TLS/RTP/SAVP";
	default:          return sdp_proto_rtpavp;
	}
}


/*
 * Protects what @rtp receives from now on. The three must outlive it; with
 * DTLS, @rtp needs an RTCP socket. Freed with mem_deref(). Errors: ENOMEM,
 * and those of OpenSSL.
 */
int shield_alloc(struct shield **sp, enum keying keying,
		 struct rtp_sock *rtp, struct sdp_session *sdp,
		 struct sdp_media *medium)
{
	struct shield *s = mem_zalloc(sizeof(*s), destructor);
	bool dtls = keying == KEYING_DTLS;
	int err;

	if (!s)
		return ENOMEM;

	s->keying = keying;
	s->sdp = sdp;
	s->medium = medium;
	s->tag = 1;
	rand_bytes(s->key_tx, sizeof(s->key_tx));

	/* An offer with feedback (RFC 4585) is as good */
	err = sdp_media_set_alt_protos(medium, 1, dtls ? "UDP/TLS/RTP/SAVPF"
				       : "RTP/SAVPF");
	if (!err && dtls)
		err = identity_alloc(&s->identity, s->fingerprint);
	if (!err)
		err = channel_init(&s->chv[CH_RTP], s, rtp_sock(rtp));
	if (!err && dtls)
		err = channel_init(&s->chv[CH_RTCP], s, rtcp_sock(rtp));
	if (!err && !dtls)
		err = keys_apply(&s->chv[CH_RTP], s->key_tx, NULL);
	if (err)
		mem_deref(s);
	else
		*sp = s;
	return err;
}


static int crypto_write(struct shield *s)
{
	char key[KEY_TEXT];
	size_t n = sizeof(key);
	int err;

	err = base64_encode(s->key_tx, sizeof(s->key_tx), key, &n);

	return err ? err : sdp_media_set_lattr(s->medium, true, "crypto",
					       "%u %s inline:%b", s->tag,
					       suite_name, key, n);
}


static int setup_write(struct shield *s, const char *setup)
{
	int err;

	err  = sdp_media_set_lattr(s->medium, true, "setup", "%s", setup);
	err |= sdp_media_set_lattr(s->medium, true, "fingerprint", "%s",
				   s->fingerprint);
	/* RTCP is not sent, and needs no handshake then */
	err |= sdp_media_set_lattr(s->medium, true, "rtcp-mux", NULL);

	return err;
}


/* Puts what an offer needs into the SDP, and what a new one does */
int shield_offer(struct shield *s)
{
	if (!s)
		return 0;

	/* RFC 5763, section 5 */
	return s->keying == KEYING_DTLS ? setup_write(s, "actpass")
		: crypto_write(s);
}


/* One a=crypto of the peer. True: it is the one */
static bool crypto_handler(const char *name, const char *value, void *arg)
{
	struct shield *s = arg;
	struct pl tag, suite, key, rest;
	uint8_t buf[KEY_TEXT];
	size_t n = sizeof(buf);
	(void)name;

	if (re_regex(value, str_len(value),
		     "[0-9]+[ ]+[^ ]+[ ]+inline:[^ |]+[^]*", &tag, NULL,
		     &suite, NULL, &key, &rest))
		return false;

	/* A lifetime may follow, but no MKI, and no session parameters */
	if (tag.l >= TAG_MAX || pl_strcasecmp(&suite, suite_name) ||
	    key.l >= KEY_TEXT || pl_strchr(&rest, ' ') ||
	    pl_strchr(&rest, ':') ||
	    base64_decode(key.p, key.l, buf, &n) || n != SRTP_KEY_SIZE)
		return false;

	s->tag = pl_u32(&tag);
	if (!s->chv[CH_RTP].rx || memcmp(s->key_rx, buf, n)) {
		memcpy(s->key_rx, buf, n);
		if (keys_apply(&s->chv[CH_RTP], NULL, s->key_rx))
			return false;
	}

	return true;
}


/* Who begins the handshake: RFC 4145, section 4. An agreement stays */
static int role_choose(struct shield *s, bool offer)
{
	const char *setup = sdp_media_session_rattr(s->medium, s->sdp,
						    "setup");
	if (s->agreed)
		return 0;

	if (!setup || !str_casecmp(setup, "active"))
		s->active = false;
	else if (!str_casecmp(setup, "passive") ||
		 (offer && !str_casecmp(setup, "actpass")))
		s->active = true;
	else
		return EPROTO;
	s->agreed = true;

	return 0;
}


static int dtls_peer_read(struct shield *s, bool offer)
{
	uint8_t md[FINGERPRINT_SIZE];
	struct sa rtcp;
	int err;

	err = fingerprint_read(md, sdp_media_session_rattr(s->medium, s->sdp,
							   "fingerprint"));
	if (!err)
		err = role_choose(s, offer);
	if (!err)
		err = handshake_peer(s->chv[CH_RTP].hs, md, s->active,
				     sdp_media_raddr(s->medium));
	if (!err && !sdp_media_rattr(s->medium, "rtcp-mux")) {
		sdp_media_raddr_rtcp(s->medium, &rtcp);
		err = handshake_peer(s->chv[CH_RTCP].hs, md, s->active,
				     &rtcp);
	}
	if (!err && offer)
		err = setup_write(s, s->active ? "active" : "passive");

	return err;
}


/*
 * The peer's SDP has been decoded: takes its keys, and when it was an offer,
 * puts ours into the answer. EPROTO: no keys that we can use.
 */
int shield_peer(struct shield *s, bool offer)
{
	int err = 0;

	if (!s)
		return 0;

	if (s->keying == KEYING_DTLS)
		err = dtls_peer_read(s, offer);
	else if (!sdp_media_rattr_apply(s->medium, "crypto", crypto_handler,
					s))
		err = EPROTO;
	else if (offer)
		err = crypto_write(s);

	if (err)
		s->error = "no keys for SRTP in the peer's SDP";

	return err;
}


/* There are keys to encrypt with, or nothing is to be encrypted */
bool shield_ready(const struct shield *s)
{
	return !s || (s->chv[CH_RTP].tx && s->chv[CH_RTP].rx);
}


/* Turns the RTP packet at the position of @mb into one of SRTP */
int shield_encrypt(struct shield *s, struct mbuf *mb)
{
	return s ? srtp_encrypt(s->chv[CH_RTP].tx, mb) : 0;
}


/* Packets that came and could not be decrypted */
uint32_t shield_errors(const struct shield *s)
{
	return s ? s->errors : 0;
}


/* What went wrong, in words that live for ever; NULL: nothing */
const char *shield_error(const struct shield *s)
{
	if (!s)
		return NULL;
	if (s->error)
		return s->error;

	return s->errors ? "SRTP came that could not be decrypted" : NULL;
}
