/**
 * @file tls.c  Whose certificate a TLS peer has shown
 *
 * The host does not say by which TLS connection a message came, so the
 * connections are watched, each by the buffer that the host writes into what
 * it has received of it. The host reads, decrypts and hands over before it
 * turns to another connection: what was written into last is what speaks.
 */
#include <pthread.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "tls_cert.h"

/** A TLS connection that is watched */
struct watched {
	struct le le;
	SSL *ssl;
	BIO *rbio;                /**< what is received is written into it  */
	const void *tc;           /**< connection of its first message, only
				       compared                             */
	struct sa peer;           /**< ... and who sent that                */
	bool refused;             /**< something in its chain was wrong     */
	bool bad;                 /**< two connections came together        */
};

static struct {
	SSL_CTX *ctx;             /**< the host's, a reference of ours      */
	int idx;                  /**< of our data on an SSL, -1 = none     */
	bool blind;               /**< one could not be watched             */
	struct list watched;
	struct watched *speaks;   /**< into which was written last          */
} tls = {.idx = -1};

/* That was made last on the loop, for find_ctx(); threads that fetch make some
   too. No memory of threads for that: sanitizers die of what a library that is
   closed has of it. */
static SSL *latest;
static pthread_t loop;


/* SSL_free() comes here: nobody speaks by it any more */
static void forget(struct watched *w)
{
	list_unlink(&w->le);
	if (tls.speaks == w)
		tls.speaks = NULL;
	mem_deref(w);
}


static void ex_new(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx,
		   long argl, void *argp)
{
	(void)ptr;
	(void)ad;
	(void)idx;
	(void)argl;
	(void)argp;

	if (pthread_equal(pthread_self(), loop))
		latest = parent;
}


static void ex_free(void *parent, void *ptr, CRYPTO_EX_DATA *ad, int idx,
		    long argl, void *argp)
{
	(void)parent;
	(void)ad;
	(void)idx;
	(void)argl;
	(void)argp;

	if (ptr)
		forget(ptr);
}


/* The handshake goes on with any certificate, or the host would lose calls
   that it took before; what it is worth is asked for later */
static int verify_handler(int ok, X509_STORE_CTX *store)
{
	if (!ok) {
		const SSL *ssl = X509_STORE_CTX_get_ex_data(store,
				SSL_get_ex_data_X509_STORE_CTX_idx());
		struct watched *w = ssl ? SSL_get_ex_data(ssl, tls.idx)
			: NULL;

		if (w)
			w->refused = true;
	}

	return 1;
}


static long bio_handler(BIO *bio, int oper, const char *p, size_t len,
			int argi, long argl, int ret, size_t *processed)
{
	(void)p;
	(void)len;
	(void)argi;
	(void)argl;
	(void)processed;

	if (oper == BIO_CB_WRITE)
		tls.speaks = (struct watched *)BIO_get_callback_arg(bio);

	return ret;
}


static void watch(SSL *ssl)
{
	static const unsigned char context[] = "baton";
	struct watched *w;

	w = mem_zalloc(sizeof(*w), NULL);
	if (w) {
		w->ssl = ssl;
		w->rbio = SSL_get_rbio(ssl);
	}

	if (!w || !w->rbio || !SSL_set_ex_data(ssl, tls.idx, w)) {
		warning("baton: a TLS connection cannot be watched:"
			" baton_allow_from tls: lines cover nobody any more"
			"\n");
		tls.blind = true;
		mem_deref(w);
		return;
	}

	list_append(&tls.watched, &w->le, w);

	/* Set on the read side alone: the other is the host's own */
	BIO_set_callback_arg(w->rbio, (char *)w);
	BIO_set_callback_ex(w->rbio, bio_handler);

	/* This very handshake runs on what was written already */
	tls.speaks = w;

	/* A peer stays who he was (it is so in TLS 1.3 anyway) */
	SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);

	if (!SSL_is_server(ssl) || SSL_get_verify_mode(ssl) & SSL_VERIFY_PEER)
		return;

	/* Who calls is asked for his certificate. Sessions of before, where
	   he was not, do not count. */
	SSL_set_verify(ssl, SSL_VERIFY_PEER, verify_handler);
	(void)SSL_set_session_id_context(ssl, context, sizeof(context) - 1);
}


static void info_handler(const SSL *ssl, int where, int ret)
{
	(void)ret;

	if (where & SSL_CB_HANDSHAKE_START
	    && !SSL_get_ex_data(ssl, tls.idx))
		watch((SSL *)ssl);
}


static void estab_handler(void *arg)
{
	(void)arg;
}


/* No host hands its SSL_CTX out by the same call, but each makes an SSL of it
   for a connection, be it one that never goes anywhere */
static int find_ctx(SSL_CTX **ctxp, struct tls *host)
{
	struct tls_conn *sc = NULL;
	struct tcp_conn *tc = NULL;
	struct sa sa;
	int err;

	err = sa_set_str(&sa, "127.0.0.1", 9);
	if (err)
		return err;

	err = tcp_conn_alloc(&tc, &sa, estab_handler, NULL, NULL, NULL);
	if (err)
		goto out;

	latest = NULL;
	err = tls_start_tcp(&sc, host, tc, 0);
	if (err)
		goto out;

	*ctxp = latest ? SSL_get_SSL_CTX(latest) : NULL;
	if (!*ctxp || !SSL_CTX_up_ref(*ctxp)) {
		*ctxp = NULL;
		err = ENOENT;
	}

 out:
	latest = NULL;
	mem_deref(sc);
	mem_deref(tc);
	ERR_clear_error();

	return err;
}


static bool has_tls_line(const struct policy *pol)
{
	size_t i;

	for (i=0; i<pol->allowc; i++) {
		if (pol->allowv[i].kind == ALLOW_TLS)
			return true;
	}

	return false;
}


static void stop_watching(void)
{
	while (tls.watched.head) {
		struct watched *w = tls.watched.head->data;

		BIO_set_callback_ex(w->rbio, NULL);
		BIO_set_callback_arg(w->rbio, NULL);
		if (SSL_get_verify_callback(w->ssl) == verify_handler)
			SSL_set_verify(w->ssl, SSL_VERIFY_NONE, NULL);
		(void)SSL_set_ex_data(w->ssl, tls.idx, NULL);
		forget(w);
	}
}


/**
 * Begin to watch the TLS connections, if baton_allow_from has a tls: line.
 * Says itself where that is of no use.
 *
 * @param pol Policy
 */
void tls_open(const struct policy *pol)
{
	static const char what[] = "baton: baton_allow_from tls: lines cover"
		" nobody";
	const struct config *cfg = conf_config();
	int err;

	list_init(&tls.watched);

	if (!has_tls_line(pol))
		return;

	if (!uag_tls()) {
		warning("%s: this host has no TLS transport (sip_transports)"
			"\n", what);
		return;
	}

	if (!cfg || (!cfg->sip.cafile[0] && !cfg->sip.capath[0]))
		warning("%s: no certificate can be verified without"
			" sip_cafile or sip_capath\n", what);

	loop = pthread_self();
	tls.idx = SSL_get_ex_new_index(0, NULL, ex_new, NULL, ex_free);
	if (tls.idx < 0) {
		warning("%s: OpenSSL has no room\n", what);
		return;
	}

	err = find_ctx(&tls.ctx, uag_tls());
	if (err) {
		warning("%s: this host hides its TLS: %m\n", what, err);
		return;
	}

	/* A connection of before would not be noticed when it speaks, and be
	   taken for another */
	if (SSL_CTX_sess_accept(tls.ctx) || SSL_CTX_sess_connect(tls.ctx)
	    || SSL_CTX_get_info_callback(tls.ctx)) {
		warning("%s: there were TLS connections before baton.so was"
			" loaded; start the phone again\n", what);
		SSL_CTX_free(tls.ctx);
		tls.ctx = NULL;
		return;
	}

	SSL_CTX_set_info_callback(tls.ctx, info_handler);
}


/**
 * Watch no longer
 */
void tls_close(void)
{
	if (tls.ctx) {
		SSL_CTX_set_info_callback(tls.ctx, NULL);
		stop_watching();
		SSL_CTX_free(tls.ctx);
		tls.ctx = NULL;
	}

	/* Nothing of ours is called any more, for what still lives either */
	if (tls.idx >= 0)
		(void)CRYPTO_free_ex_index(CRYPTO_EX_INDEX_SSL, tls.idx);
	tls.idx = -1;
	tls.speaks = NULL;
	tls.blind = false;
}


/* Whether that is the connection by which it always spoke. It is the same
   for as long as it lives; anything else is a fault, and covers nobody. */
static bool same_connection(struct watched *w, const struct sip_msg *msg)
{
	const void *tc = sip_msg_tcpconn(msg);
	struct le *le;

	if (!tc || w->bad)
		return false;

	if (!w->tc) {

		for (le = tls.watched.head; le; le = le->next) {
			struct watched *other = le->data;

			if (other->tc == tc)
				other->bad = w->bad = true;
		}

		w->tc = tc;
		w->peer = msg->src;
	}

	if (w->tc != tc || !sa_cmp(&w->peer, &msg->src, SA_ALL))
		w->bad = true;

	if (w->bad)
		warning("baton: two TLS connections came together: %J covers"
			" nobody any more\n", &msg->src);

	return !w->bad;
}


/**
 * Get the names in the certificate of who sent a message
 *
 * @param names Where they go; none if it did not come over TLS, or the peer
 *              has shown no certificate that the host's CA has signed
 * @param msg   Message that is being handed over by the host
 */
void tls_names(struct tls_names *names, const struct sip_msg *msg)
{
	struct watched *w = tls.speaks;
	X509 *cert;

	names->c = 0;

	if (!tls.ctx || tls.blind || !w || msg->tp != SIP_TRANSP_TLS
	    || !same_connection(w, msg) || w->refused
	    || !SSL_is_init_finished(w->ssl)
	    || SSL_get_verify_result(w->ssl) != X509_V_OK)
		return;

	cert = SSL_get_peer_certificate(w->ssl);
	if (!cert)
		return;

	/* It may have ended since, or have been of a session of before */
	if (X509_cmp_current_time(X509_get0_notBefore(cert)) < 0
	    && X509_cmp_current_time(X509_get0_notAfter(cert)) > 0)
		tls_cert_names(names, cert);

	X509_free(cert);
}
