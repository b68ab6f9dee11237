/**
 * @file rules.c  What may be fetched, from whom, and with which token
 *
 * Made while the configuration is read, never changed after that: so the
 * fetcher's thread reads it as it is.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include "inside.h"

enum { LABEL_MAX = 63, PORT_HTTPS = 443 };

static const char place[] = "{id}";


/**
 * Make rules that allow nothing
 *
 * @param rulesp Where they go
 *
 * @return 0 or ENOMEM
 */
int fetch_rules_create(struct fetch_rules **rulesp)
{
	*rulesp = calloc(1, sizeof(**rulesp));

	return *rulesp ? 0 : ENOMEM;
}


/**
 * Free rules
 *
 * @param rules Rules, may be NULL
 */
void fetch_rules_destroy(struct fetch_rules *rules)
{
	if (!rules)
		return;

	while (rules->tokens) {
		struct token *token = rules->tokens;

		rules->tokens = token->next;
		explicit_bzero(token->text, strlen(token->text));
		free(token->text);
		free(token);
	}

	free(rules->before);
	free(rules->ca);
	free(rules);
}


static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}


/* Digits only, or 0x: resolvers take it for a number, and so for an
   address */
static bool is_number(const char *p, size_t len)
{
	size_t i;

	if (len >= 2 && p[0] == '0' && p[1] == 'x')
		return true;

	for (i=0; i<len; i++) {
		if (!is_digit(p[i]))
			return false;
	}

	return true;
}


/* Labels of letters, digits, hyphens; some have underscores */
static bool is_name(const char *host)
{
	const char *p = host;

	for (;;) {
		const size_t l = strcspn(p, ".");

		if (!l || l > LABEL_MAX || p[0] == '-' || p[l - 1] == '-'
		    || strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789-_")
		    < l)
			return false;

		if (!p[l])
			return !is_number(p, l);

		p += l + 1;
	}
}


static int read_port(uint16_t *portp, const char *text)
{
	const size_t len = strlen(text);
	unsigned n = 0;
	size_t i;

	if (!len || len > 5 || !is_number(text, len))
		return EINVAL;

	for (i=0; i<len; i++) {
		if (!is_digit(text[i]))
			return EINVAL;
		n = 10 * n + (unsigned)(text[i] - '0');
	}

	if (!n || n > UINT16_MAX)
		return EINVAL;

	*portp = (uint16_t)n;

	return 0;
}


/* `host`, `host:port`, an address likewise, one of IPv6 in brackets */
static int read_host(char host[FETCH_HOST_MAX], struct address *addr,
		     uint16_t *portp, const char *line)
{
	const bool brackets = line[0] == '[';
	const char *begin = line + brackets;
	const size_t len = strcspn(begin, brackets ? "]" : ":");
	const char *end = begin + len;
	size_t i;

	if (!len || len >= FETCH_HOST_MAX || (brackets && *end++ != ']'))
		return EINVAL;

	for (i=0; i<len; i++) {
		const char c = begin[i];

		host[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
	}
	host[len] = '\0';

	(void)address_read(addr, host);
	if (brackets != (addr->family == AF_INET6)
	    || (!addr->family && !is_name(host)))
		return EINVAL;

	*portp = PORT_HTTPS;
	if (!*end)
		return 0;

	return *end == ':' ? read_port(portp, end + 1) : EINVAL;
}


/**
 * Add a line of baton_fetch_allow: `host`, `host:port` or an address, one of
 * IPv6 in brackets. `*.host` is all names below that host, not itself.
 *
 * @param rules Rules
 * @param line  Line
 *
 * @return 0, EINVAL or ENOSPC
 */
int fetch_rules_allow(struct fetch_rules *rules, const char *line)
{
	struct allow allow = {.port = PORT_HTTPS};
	int err;

	allow.below = 0 == strncmp(line, "*.", 2);

	err = read_host(allow.host, &allow.addr, &allow.port,
			allow.below ? line + 2 : line);
	if (err)
		return err;

	/* All of a top level domain would be anybody */
	if (allow.below && (allow.addr.family || !strchr(allow.host, '.')))
		return EINVAL;

	if (rules->allowc >= FETCH_ALLOW_MAX)
		return ENOSPC;

	rules->allowv[rules->allowc++] = allow;

	return 0;
}


/**
 * Add the bearer token of a host; only that very host gets to see it
 *
 * @param rules Rules
 * @param host  `host` or `host:port`, as baton_fetch_allow but without `*`
 * @param token Token, visible ASCII (RFC 6750, section 2.1, and what is
 *              given out beside it)
 *
 * @return 0, EINVAL, EEXIST: it has one already; or ENOMEM
 */
int fetch_rules_token(struct fetch_rules *rules, const char *host,
		      const char *token)
{
	const size_t len = strlen(token);
	struct token *tok, *other;
	size_t i;
	int err;

	if (!len || len > FETCH_TOKEN_MAX)
		return EINVAL;

	for (i=0; i<len; i++) {
		if (token[i] <= ' ' || token[i] >= 0x7f)
			return EINVAL;
	}

	tok = calloc(1, sizeof(*tok));
	if (!tok)
		return ENOMEM;

	err = read_host(tok->host, &tok->addr, &tok->port, host);
	if (err)
		goto out;

	for (other = rules->tokens; other; other = other->next) {
		if (other->port == tok->port
		    && !strcmp(other->host, tok->host)) {
			err = EEXIST;
			goto out;
		}
	}

	tok->text = strdup(token);
	if (!tok->text) {
		err = ENOMEM;
		goto out;
	}

	tok->next = rules->tokens;
	rules->tokens = tok;
	tok = NULL;

 out:
	free(tok);

	return err;
}


/**
 * Set baton_lookup_url: https, with {id} once behind the host. Its host is
 * allowed by that.
 *
 * @param rules Rules
 * @param url   Address
 *
 * @return 0, EINVAL, EEXIST: there is one already; ENOSPC or ENOMEM
 */
int fetch_rules_lookup(struct fetch_rules *rules, const char *url)
{
	const size_t len = strlen(url), idlen = sizeof(place) - 1;
	struct allow allow = {.below = false};
	const char *at = strstr(url, place);
	const char *path;
	char error[FETCH_ERROR];
	struct target target;
	char *copy;
	int err;

	if (rules->before)
		return EEXIST;

	/* The path begins at the first slash behind the two of `https://` */
	if (!at || strstr(at + idlen, place) || len >= FETCH_URL_MAX
	    || len < 8)
		return EINVAL;

	path = url + 8 + strcspn(url + 8, "/?#");
	if (at < path || memchr(url, '#', (size_t)(at - url)))
		return EINVAL;

	copy = strdup(url);
	if (!copy)
		return ENOMEM;

	/* As it will be with an id in it */
	memcpy(copy + (at - url), "0000", idlen);
	err = target_read(&target, copy, len, error);
	if (err)
		goto out;

	if (rules->allowc >= FETCH_ALLOW_MAX) {
		err = ENOSPC;
	}
	else {
		memcpy(allow.host, target.host, sizeof(allow.host));
		allow.addr = target.addr;
		allow.port = target.port;
		rules->allowv[rules->allowc++] = allow;

		copy[at - url] = '\0';
		rules->before = copy;
		rules->after = copy + (at - url) + idlen;
		copy = NULL;
	}

	target_finish(&target);

 out:
	free(copy);

	return err;
}


static bool has_certificates(const char *pem, size_t len)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)len);
	unsigned n = 0;
	X509 *cert;

	while (bio && (cert = PEM_read_bio_X509(bio, NULL, NULL, NULL))) {
		X509_free(cert);
		++n;
	}

	/* How it finds that there is no more of them */
	ERR_clear_error();
	BIO_free(bio);

	return n > 0;
}


/**
 * Set a file with the roots that servers are checked against, instead of
 * the system's; several add up
 *
 * @param rules Rules
 * @param file  PEM, read now
 *
 * @return 0, EINVAL: no certificate in it; EFBIG, ENOMEM, or why it cannot
 *         be read
 */
int fetch_rules_ca(struct fetch_rules *rules, const char *file)
{
	FILE *f = fopen(file, "r");
	char *all = NULL;
	size_t n;
	int err = 0;

	if (!f)
		return errno;

	/* One byte more than allowed tells that there is more */
	all = realloc(rules->ca, FETCH_CA_MAX + 1);
	if (!all) {
		err = ENOMEM;
		goto out;
	}
	rules->ca = all;

	n = fread(all + rules->calen, 1, FETCH_CA_MAX + 1 - rules->calen, f);
	if (ferror(f))
		err = EIO;
	else if (rules->calen + n > FETCH_CA_MAX - 1)
		err = EFBIG;
	else if (!has_certificates(all + rules->calen, n))
		err = EINVAL;
	if (err)
		goto out;

	rules->calen += n;
	all[rules->calen++] = '\n';

 out:
	(void)fclose(f);

	return err;
}


/** Is there a baton_lookup_url? */
bool fetch_rules_has_lookup(const struct fetch_rules *rules)
{
	return rules->before != NULL;
}


/**
 * The address that an id is looked up at
 *
 * @param url   Where it goes
 * @param rules Rules
 * @param id    Id, escaped as RFC 3986, section 2 wants
 *
 * @return 0, ENOENT: no baton_lookup_url; EINVAL: it is none, has control
 *         characters, would be another folder, or is longer than
 *         FETCH_ID_MAX; EMSGSIZE
 */
int fetch_rules_lookup_url(char url[FETCH_URL_MAX],
			   const struct fetch_rules *rules, const char *id)
{
	static const char unreserved[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~";
	static const char hex[] = "0123456789ABCDEF";
	const size_t len = strlen(id);
	size_t n, i, l;

	if (!rules->before)
		return ENOENT;

	if (!len || len > FETCH_ID_MAX
	    || !strcmp(id, ".") || !strcmp(id, ".."))
		return EINVAL;

	n = strlen(rules->before);
	memcpy(url, rules->before, n);

	for (i=0; i<len; i++) {
		const unsigned char c = (unsigned char)id[i];

		if (c < ' ' || c == 0x7f)
			return EINVAL;

		if (n + 3 >= FETCH_URL_MAX)
			return EMSGSIZE;

		if (strchr(unreserved, c)) {
			url[n++] = (char)c;
			continue;
		}

		url[n++] = '%';
		url[n++] = hex[c >> 4];
		url[n++] = hex[c & 15];
	}

	l = strlen(rules->after);
	if (n + l >= FETCH_URL_MAX)
		return EMSGSIZE;

	memcpy(url + n, rules->after, l + 1);

	return 0;
}
