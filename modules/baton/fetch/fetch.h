/**
 * @file fetch.h  Context by reference: fetched over https, by libcurl
 *
 * The door of the room fetch/. A thread of its own; only hosts that are
 * allowed, only public addresses unless an address itself is allowed, no
 * redirects, little time and little room. It knows nothing of the host.
 */
#ifndef BATON_FETCH_H
#define BATON_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FETCH_URL_MAX    = 2048,   /**< bytes of an address, with its NUL   */
	FETCH_HOST_MAX   = 256,    /**< bytes of a host's name, likewise    */
	FETCH_ALLOW_MAX  = 64,     /**< baton_fetch_allow lines             */
	FETCH_TOKEN_MAX  = 4096,   /**< bytes of a bearer token             */
	FETCH_CA_MAX     = 1024 * 1024, /**< bytes of all baton_fetch_ca    */
	FETCH_ID_MAX     = 256,    /**< bytes of an id that is looked up    */
	FETCH_HASH_MAX   = 128,    /**< bytes of a content_hash             */
	FETCH_QUEUE_MAX  = 64,     /**< fetches that wait; for those that
				        are known the same again            */
	FETCH_AT_ONCE    = 4,      /**< fetches at the same time, one of a
				        group                               */
	FETCH_STRANGERS  = 3,      /**< of them, for who is not known       */
	FETCH_ONE_HOST   = 2,      /**< of these, from one host             */
	FETCH_BACKOFF_MS = 30000,  /**< a host that said nothing is left
				        alone, but for who is known         */
	FETCH_HEAD_MAX   = 65536,  /**< bytes of an answer's headers        */
	FETCH_CONNECT_MS = 3000,   /**< name, TCP and TLS, of              */
	FETCH_TIMEOUT_MS = 5000,   /**< the whole of one fetch              */
	FETCH_ERROR      = 128,
	FETCH_TYPE       = 128,
};

struct fetch_rules;
struct fetcher;

/** What a value of Call-Info is to us */
enum reference_kind {
	REFERENCE_OTHER = 0,       /**< icon, card, ringtone ...            */
	REFERENCE_VCON,
	REFERENCE_INFO,            /**< anything, a page for people too     */
	REFERENCE_CONVERSATION,    /**< its last segment is an id           */
};

/** One value of Call-Info (RFC 3261, section 20.9), views into it */
struct reference {
	const char *url;
	size_t urllen;
	const char *purpose;       /**< NULL = none                         */
	size_t purposelen;
	const char *hash;          /**< content_hash, NULL = none           */
	size_t hashlen;
};

/** Something to fetch */
struct fetch_order {
	const char *url;
	size_t urllen;
	const char *hash;          /**< content_hash it must have, or NULL  */
	size_t hashlen;
	unsigned group;            /**< they take turns, and are cancelled
				        together                            */
	bool known;                /**< for who may hand over: goes first   */
	bool token;                /**< with the host's bearer token        */
	void *tag;                 /**< comes back with the result          */
};

/** What a fetch gave; good during the call only */
struct fetch_result {
	const char *type;          /**< Content-Type                        */
	const char *data;
	size_t len;
	const char *error;         /**< NULL = it came                      */
	void *tag;                 /**< of fetcher_push()                   */
};

/** Called on the fetcher's thread, once for each that was pushed */
typedef void (fetch_done_h)(const struct fetch_result *result, void *arg);

/* rules.c: what the configuration says */
int  fetch_rules_create(struct fetch_rules **rulesp);
void fetch_rules_destroy(struct fetch_rules *rules);
int  fetch_rules_allow(struct fetch_rules *rules, const char *line);
int  fetch_rules_token(struct fetch_rules *rules, const char *host,
		       const char *token);
int  fetch_rules_lookup(struct fetch_rules *rules, const char *url);
int  fetch_rules_ca(struct fetch_rules *rules, const char *file);
bool fetch_rules_has_lookup(const struct fetch_rules *rules);
int  fetch_rules_lookup_url(char url[FETCH_URL_MAX],
			    const struct fetch_rules *rules, const char *id);

/* target.c: what an address says */
bool fetch_rules_covers(const struct fetch_rules *rules, const char *url,
			size_t len, char error[FETCH_ERROR]);
void fetch_host(char host[FETCH_HOST_MAX], const char *url, size_t len);

/* reference.c */
bool reference_next(struct reference *ref, const char **pp, size_t *lenp);
enum reference_kind reference_kind(const struct reference *ref);
bool reference_id(char id[FETCH_ID_MAX], const struct reference *ref);

/* hash.c */
bool fetch_hash_known(const char *hash, size_t len);
bool fetch_hash_holds(const char *hash, size_t len, const void *data,
		      size_t datalen);

/* fetch.c */
int  fetcher_start(struct fetcher **fetcherp, const struct fetch_rules *rules,
		   size_t max, fetch_done_h *doneh, void *arg);
void fetcher_stop(struct fetcher *fetcher);
int  fetcher_push(struct fetcher *fetcher, const struct fetch_order *order);
void fetcher_cancel(struct fetcher *fetcher, unsigned group);

#endif
