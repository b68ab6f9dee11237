/**
 * @file conf_context.c  The baton_ lines that say how context is read
 *
 * Headers, roots, and what may be fetched. Files that they name are read
 * here, once.
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../context/header/header.h"
#include "../context/sign/jws.h"
#include "../fetch/fetch.h"
#include "host.h"

enum {
	PEM_MAX   = 1024 * 1024,  /**< bytes of a file with roots           */
	FIELD_SIZE = 512,
};

static struct {
	struct context_rules rules;
	struct header_map *headers;
	struct trust_roots *roots;
	struct fetch_rules *fetch;
} conf;

/** One key, all of which may repeat unless it is said */
struct key {
	const char *name;
	int (*read)(const char *value);
	const char *allowed;
};


/* All of a file, at most max bytes; free with mem_deref() */
static int load(char **textp, size_t *lenp, const char *file, size_t max)
{
	FILE *f = fopen(file, "r");
	char *text;
	size_t n;
	int err = 0;

	if (!f)
		return errno;

	text = mem_zalloc(max + 2, NULL);
	if (!text) {
		(void)fclose(f);
		return ENOMEM;
	}

	n = fread(text, 1, max + 1, f);
	if (ferror(f))
		err = EIO;
	else if (n > max)
		err = EFBIG;
	(void)fclose(f);

	if (err) {
		mem_deref(text);
		return err;
	}

	text[n] = '\0';
	*textp = text;
	*lenp = n;

	return 0;
}


static int read_header(const char *value)
{
	return header_map_add(&conf.headers, value);
}


static int read_fetch_allow(const char *value)
{
	return fetch_rules_allow(conf.fetch, value);
}


static int read_fetch_token(const char *value)
{
	char host[FIELD_SIZE];
	const size_t l = strcspn(value, " \t");
	const char *file = value + l + strspn(value + l, " \t");
	char *text = NULL;
	size_t len;
	int err;

	if (!l || l >= sizeof(host) || !*file)
		return EINVAL;

	memcpy(host, value, l);
	host[l] = '\0';

	err = load(&text, &len, file, FETCH_TOKEN_MAX);
	if (err)
		return err;

	/* An editor ends the line */
	while (len && strchr(" \t\r\n", text[len - 1]))
		text[--len] = '\0';

	err = fetch_rules_token(conf.fetch, host, text);
	explicit_bzero(text, len);
	mem_deref(text);

	return err;
}


static int read_fetch_ca(const char *value)
{
	return fetch_rules_ca(conf.fetch, value);
}


static int read_lookup_url(const char *value)
{
	return fetch_rules_lookup(conf.fetch, value);
}


static int read_trust_root(const char *value)
{
	char *text = NULL;
	size_t len;
	int err;

	err = load(&text, &len, value, PEM_MAX);
	if (err)
		return err;

	err = trust_roots_add(&conf.roots, text, len);
	mem_deref(text);

	return err;
}


static const struct key keys[] = {
	{"baton_header", read_header,
	 "HEADER-NAME FIELD, not a header of SIP's own and no secret"},
	{"baton_fetch_allow", read_fetch_allow, "HOST[:PORT] or ADDRESS"},
	{"baton_fetch_token", read_fetch_token,
	 "HOST FILE, with the token in the file"},
	{"baton_fetch_ca", read_fetch_ca, "a PEM FILE with certificates"},
	{"baton_lookup_url", read_lookup_url, "https://HOST/...{id}..."},
	{"baton_trust_root", read_trust_root, "a PEM FILE with certificates"},
};


/**
 * Read a line of the configuration if it is one of ours
 *
 * @param name     Key
 * @param value    Value
 * @param knownp   Whether it is ours
 * @param allowedp What is allowed, if so
 *
 * @return 0 if success, otherwise errno
 */
int conf_context_read(const char *name, const char *value, bool *knownp,
		      const char **allowedp)
{
	size_t i;
	int err = 0;

	*knownp = false;

	for (i=0; i<COUNT(keys); i++) {

		if (str_cmp(keys[i].name, name))
			continue;

		*knownp = true;
		*allowedp = keys[i].allowed;
		if (!conf.fetch)
			err = fetch_rules_create(&conf.fetch);

		return err ? err : keys[i].read(value);
	}

	return 0;
}


/**
 * What the lines make together, once all are read
 *
 * @param pol Policy
 *
 * @return 0 if success, otherwise errno
 */
int conf_context_check(const struct policy *pol)
{
	int err = 0;

	if (!conf.fetch)
		err = fetch_rules_create(&conf.fetch);

	conf.rules.max     = pol->context_max;
	conf.rules.roots   = conf.roots;
	conf.rules.headers = conf.headers;

	if (!err && pol->require_signed && !conf.roots) {
		warning("baton: baton_require_signed yes: it needs a"
			" baton_trust_root, else no context is ever shown\n");
		err = EINVAL;
	}

	return err;
}


/**
 * Free what was read
 */
void conf_context_finish(void)
{
	header_map_destroy(conf.headers);
	trust_roots_destroy(conf.roots);
	fetch_rules_destroy(conf.fetch);
	memset(&conf, 0, sizeof(conf));
}


/**
 * What context is read by
 *
 * @return Rules
 */
const struct context_rules *conf_context_rules(void)
{
	return &conf.rules;
}


/**
 * What may be fetched
 *
 * @return Rules
 */
const struct fetch_rules *conf_fetch_rules(void)
{
	return conf.fetch;
}
