/*
 * The DTLS handshake on the socket of one medium (RFC 5764), with the peer
 * that the SDP names by the fingerprint of its certificate (RFC 8122).
 */
#ifndef SIM_DTLS_H
#define SIM_DTLS_H

#include <re.h>

enum {
	FINGERPRINT_SIZE = 32,  /* bytes of SHA-256 */
	FINGERPRINT_TEXT = 128, /* "sha-256 AB:CD:..." with its NUL */
	SRTP_KEY_SIZE    = 30,  /* key and salt of AES_CM_128_HMAC_SHA1_80 */
};

struct handshake;

/* @error is NULL, then there are keys of SRTP_KEY_SIZE bytes */
typedef void (handshake_h)(const char *error, const uint8_t *tx,
			   const uint8_t *rx, void *arg);

int  fingerprint_read(uint8_t md[FINGERPRINT_SIZE], const char *attr);
int  identity_alloc(struct tls **tlsp, char text[FINGERPRINT_TEXT]);
int  handshake_alloc(struct handshake **hp, struct tls *identity,
		     struct udp_sock *us, handshake_h *h, void *arg);
int  handshake_peer(struct handshake *hs, const uint8_t *fingerprint,
		    bool active, const struct sa *peer);

#endif
