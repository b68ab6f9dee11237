/**
 * @file inside.h  What the files of this room say to each other
 *
 * libcurl takes addresses apart here as well, so that what was checked is
 * what it connects to.
 */
#ifndef BATON_FETCH_INSIDE_H
#define BATON_FETCH_INSIDE_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <curl/curl.h>
#include "fetch.h"

/** An IP address, of either family */
struct address {
	int family;                /**< AF_INET, AF_INET6; 0 = none         */
	union {
		struct in_addr v4;
		struct in6_addr v6;
	} u;
};

/** A host that may be fetched from */
struct allow {
	char host[FETCH_HOST_MAX]; /**< lower case, without a leading `*.`  */
	bool below;                /**< it is what stands before that       */
	struct address addr;       /**< the host is an address              */
	uint16_t port;
};

/** A bearer token, and to whom it may be shown */
struct token {
	char host[FETCH_HOST_MAX];
	struct address addr;
	uint16_t port;
	char *text;
	struct token *next;
};

struct fetch_rules {
	struct allow allowv[FETCH_ALLOW_MAX];
	size_t allowc;
	struct token *tokens;
	char *before;              /**< baton_lookup_url up to {id}         */
	const char *after;         /**< and what follows it                 */
	char *ca;                  /**< PEM, NULL = the system's            */
	size_t calen;
};

/** An address that was taken apart */
struct target {
	CURLU *url;
	char host[FETCH_HOST_MAX]; /**< lower case, no brackets             */
	struct address addr;       /**< the host is an address              */
	uint16_t port;
};

/* address.c */
bool address_read(struct address *addr, const char *text);
bool address_of(struct address *addr, const struct sockaddr *sa, size_t len);
bool address_equal(const struct address *a, const struct address *b);
bool address_is_public(const struct address *addr);

/* target.c */
int  target_read(struct target *target, const char *url, size_t len,
		 char error[FETCH_ERROR]);
void target_finish(struct target *target);
bool target_allowed(const struct target *target,
		    const struct fetch_rules *rules, char error[FETCH_ERROR]);
const char *target_token(const struct target *target,
			 const struct fetch_rules *rules);

/* transfer.c */
struct flow;

struct transfer {
	struct flow *flow;         /**< while it is under way               */
	char *data;
	size_t len;
	char type[FETCH_TYPE];
	char error[FETCH_ERROR];   /**< empty = it came                     */
	bool silent;               /**< the host did not say a word         */
};

/** What all transfers of a fetcher have in common */
struct transfers {
	CURLM *multi;
	const struct fetch_rules *rules;
	size_t max;                /**< bytes that may come                 */
	bool quick;                /**< not to wait for a name server when
				        it is broken off                    */
};

bool transfer_begin(struct transfer *tr, const struct transfers *all,
		    const char *url, bool token, void *arg);
void transfer_end(struct transfer *tr, CURLcode code);
void transfer_finish(struct transfer *tr);

#endif
