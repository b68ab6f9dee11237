/**
 * @file transfer.c  One fetch over https, by libcurl
 *
 * What the server says is taken only as long as it is what was asked for:
 * 200, a media type of context, not encoded, not larger than allowed.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "../context/body.h"
#include "inside.h"

enum { FIRST_BYTES = 16384 };

static const char accept_types[] = "Accept: application/vcon,"
	" application/vcon+gzip, application/vcon+json;q=0.9,"
	" application/json;q=0.8, text/plain;q=0.5";

/** What libcurl's callbacks work on */
struct flow {
	struct transfer *tr;
	struct target target;
	CURL *easy;
	CURLM *multi;             /**< it is one of these                   */
	struct curl_slist *headers;
	size_t max;
	size_t room;
	size_t head;              /**< bytes of headers so far              */
	bool checked;             /**< status and headers are as they must  */
	bool closed;              /**< an address was not public            */
};


static void fail(struct transfer *tr, const char *why)
{
	/* The first reason is the one that counts */
	if (!tr->error[0])
		(void)snprintf(tr->error, sizeof(tr->error), "%s", why);
}


static void fail_size(struct transfer *tr, size_t max)
{
	if (!tr->error[0])
		(void)snprintf(tr->error, sizeof(tr->error),
			       "larger than %zu bytes", max);
}


/* Copies visible text of the server's; it is shown to people */
static void copy_type(char type[FETCH_TYPE], const char *text)
{
	size_t n = 0;

	for (; *text && n + 1 < FETCH_TYPE; ++text) {
		if (*text >= ' ' && *text < 0x7f)
			type[n++] = *text;
	}

	type[n] = '\0';
}


/* No more than was asked for: nothing but gzip that is a media type */
static bool is_encoded(CURL *easy)
{
	struct curl_header *h;
	size_t i = 0;

	while (CURLHE_OK == curl_easy_header(easy, "Content-Encoding", i++,
					     CURLH_HEADER, -1, &h)) {
		if (strcasecmp(h->value, "identity"))
			return true;
	}

	return false;
}


/* Once all headers are there */
static bool check_head(struct flow *flow)
{
	struct transfer *tr = flow->tr;
	char *type = NULL;
	long code = 0;

	if (flow->checked)
		return true;

	(void)curl_easy_getinfo(flow->easy, CURLINFO_RESPONSE_CODE, &code);
	(void)curl_easy_getinfo(flow->easy, CURLINFO_CONTENT_TYPE, &type);

	if (code != 200) {
		if (!tr->error[0])
			(void)snprintf(tr->error, sizeof(tr->error),
				       "server says %ld", code);
		return false;
	}

	copy_type(tr->type, type ? type : "");

	if (!context_type_known(tr->type, strlen(tr->type))) {
		if (!tr->error[0])
			(void)snprintf(tr->error, sizeof(tr->error),
				       "media type %.60s is not one of"
				       " context",
				       tr->type[0] ? tr->type : "(none)");
		return false;
	}

	if (is_encoded(flow->easy)) {
		fail(tr, "it has a Content-Encoding that nobody asked for");
		return false;
	}

	flow->checked = true;

	return true;
}


static size_t head_handler(char *p, size_t size, size_t n, void *arg)
{
	struct flow *flow = arg;
	(void)p;

	flow->head += size * n;
	if (flow->head > FETCH_HEAD_MAX) {
		fail(flow->tr, "the server's headers are too long");
		return 0;
	}

	return size * n;
}


static size_t body_handler(char *p, size_t size, size_t n, void *arg)
{
	struct flow *flow = arg;
	struct transfer *tr = flow->tr;
	const size_t len = size * n;

	if (!check_head(flow))
		return 0;

	if (len > flow->max - tr->len) {
		fail_size(tr, flow->max);
		return 0;
	}

	if (tr->len + len > flow->room) {
		size_t room = flow->room ? flow->room : FIRST_BYTES;
		char *data;

		while (room < tr->len + len)
			room *= 2;

		data = realloc(tr->data, room);
		if (!data) {
			fail(tr, "out of memory");
			return 0;
		}
		tr->data = data;
		flow->room = room;
	}

	memcpy(tr->data + tr->len, p, len);
	tr->len += len;

	return len;
}


/* The very address that would be connected to: a name that says something
   else when it is asked a second time does not help */
static curl_socket_t socket_handler(void *arg, curlsocktype purpose,
				    struct curl_sockaddr *sa)
{
	struct flow *flow = arg;
	struct address addr;
	bool ok;

	if (purpose != CURLSOCKTYPE_IPCXN
	    || !address_of(&addr, &sa->addr, sa->addrlen))
		return CURL_SOCKET_BAD;

	/* A host that is allowed by its address is allowed as that, wherever
	   it stands; all others must be public */
	ok = flow->target.addr.family
		? address_equal(&addr, &flow->target.addr)
		: address_is_public(&addr);
	if (!ok) {
		flow->closed = true;
		return CURL_SOCKET_BAD;
	}

	return socket(sa->family, sa->socktype | SOCK_CLOEXEC, sa->protocol);
}


static void explain(struct flow *flow, CURLcode code)
{
	struct transfer *tr = flow->tr;

	switch (code) {

	case CURLE_FILESIZE_EXCEEDED:
		if (check_head(flow))
			fail_size(tr, flow->max);
		break;

	case CURLE_OPERATION_TIMEDOUT:
		fail(tr, tr->len ? "it did not come whole in time"
		     : "no answer in time");
		tr->silent = !flow->head;
		break;

	case CURLE_COULDNT_RESOLVE_HOST:
		fail(tr, "its name is not known");
		break;

	case CURLE_COULDNT_CONNECT:
		fail(tr, flow->closed ? "its address is not a public one"
		     : "it cannot be reached");
		break;

	case CURLE_PEER_FAILED_VERIFICATION:
		fail(tr, "its certificate does not hold");
		break;

	case CURLE_PARTIAL_FILE:
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
		fail(tr, "the server broke off");
		break;

	default:
		fail(tr, curl_easy_strerror(code));
		break;
	}
}


static int add_header(struct curl_slist **listp, const char *text)
{
	struct curl_slist *list = curl_slist_append(*listp, text);

	if (!list)
		return ENOMEM;

	*listp = list;

	return 0;
}


static int make_headers(struct curl_slist **listp, const char *token)
{
	static const char bearer[] = "Authorization: Bearer ";
	char *line;
	size_t len;
	int err;

	err = add_header(listp, accept_types);
	if (err || !token)
		return err;

	len = sizeof(bearer) + strlen(token);
	line = malloc(len);
	if (!line)
		return ENOMEM;

	(void)snprintf(line, len, "%s%s", bearer, token);
	err = add_header(listp, line);
	explicit_bzero(line, len);
	free(line);

	return err;
}


static CURLcode set_trust(CURL *easy, const struct fetch_rules *rules)
{
	struct curl_blob blob = {
		.data  = rules->ca,
		.len   = rules->calen,
		.flags = CURL_BLOB_NOCOPY,
	};
	CURLcode rc = CURLE_OK;

	rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	rc |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	rc |= curl_easy_setopt(easy, CURLOPT_SSLVERSION,
			       (long)CURL_SSLVERSION_TLSv1_2);

	if (rules->ca) {
		rc |= curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);
		rc |= curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
		rc |= curl_easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
	}

	return rc;
}


/* Nothing but the one request: no other protocol, place, way or secret */
static CURLcode set_options(struct flow *flow, bool quick)
{
	CURL *easy = flow->easy;
	CURLcode rc = CURLE_OK;

	rc |= curl_easy_setopt(easy, CURLOPT_CURLU, flow->target.url);
	rc |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https");
	rc |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			       (long)CURL_HTTP_VERSION_1_1);
	rc |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	rc |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
	rc |= curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	rc |= curl_easy_setopt(easy, CURLOPT_USERAGENT, "baton");
	rc |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	rc |= curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	rc |= curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	rc |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
			       (long)FETCH_CONNECT_MS);
	rc |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
			       (long)FETCH_TIMEOUT_MS);
	rc |= curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
			       (curl_off_t)flow->max);
	rc |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, head_handler);
	rc |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, flow);
	rc |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, body_handler);
	rc |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, flow);
	rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION,
			       socket_handler);
	rc |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, flow);
	rc |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, quick ? 1L : 0L);

	return rc;
}


static void flow_destroy(struct flow *flow)
{
	if (!flow)
		return;

	if (flow->multi)
		(void)curl_multi_remove_handle(flow->multi, flow->easy);

	curl_easy_cleanup(flow->easy);
	curl_slist_free_all(flow->headers);
	target_finish(&flow->target);
	free(flow);
}


/**
 * Begin to fetch one address
 *
 * @param tr    What will come; must stay where it is
 * @param all   What it has in common with others
 * @param url   Address
 * @param token Show the host its bearer token
 * @param arg   CURLINFO_PRIVATE of its handle
 *
 * @return True if it is under way; else the error says why not. To be
 *         finished in either case.
 */
bool transfer_begin(struct transfer *tr, const struct transfers *all,
		    const char *url, bool token, void *arg)
{
	char error[FETCH_ERROR];
	struct flow *flow;

	memset(tr, 0, sizeof(*tr));

	flow = tr->flow = calloc(1, sizeof(*flow));
	if (!flow) {
		fail(tr, "out of memory");
		return false;
	}

	flow->tr = tr;
	flow->max = all->max;

	if (target_read(&flow->target, url, strlen(url), error)
	    || !target_allowed(&flow->target, all->rules, error)) {
		fail(tr, error);
		return false;
	}

	flow->easy = curl_easy_init();
	if (!flow->easy
	    || make_headers(&flow->headers, token
			    ? target_token(&flow->target, all->rules)
			    : NULL)) {
		fail(tr, "out of memory");
		return false;
	}

	if (set_options(flow, all->quick) || set_trust(flow->easy, all->rules)
	    || curl_easy_setopt(flow->easy, CURLOPT_PRIVATE, arg)
	    || curl_easy_setopt(flow->easy, CURLOPT_HTTPHEADER,
				flow->headers)) {
		fail(tr, "this libcurl cannot be told what is needed");
		return false;
	}

	if (curl_multi_add_handle(all->multi, flow->easy)) {
		fail(tr, "out of memory");
		return false;
	}

	flow->multi = all->multi;

	return true;
}


/**
 * libcurl is done with one: it is there, or will not come
 *
 * @param tr   What came
 * @param code libcurl's
 */
void transfer_end(struct transfer *tr, CURLcode code)
{
	if (code)
		explain(tr->flow, code);
	else
		(void)check_head(tr->flow);
}


/**
 * Free what came; what is under way is broken off
 *
 * @param tr What came
 */
void transfer_finish(struct transfer *tr)
{
	flow_destroy(tr->flow);
	free(tr->data);
	tr->flow = NULL;
	tr->data = NULL;
	tr->len = 0;
}
