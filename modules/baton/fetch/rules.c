/**
 * @file rules.c  What may be fetched, from whom, and with which token
 */
#include <errno.h>
#include <stdlib.h>
#include "fetch.h"

struct fetch_rules {
	int dummy;
};


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
	free(rules);
}


/**
 * Add a line of baton_fetch_allow: `host`, `host:port` or an address
 *
 * @return 0, EINVAL, ENOSPC or ENOMEM
 */
int fetch_rules_allow(struct fetch_rules *rules, const char *line)
{
	(void)rules;
	(void)line;

	return EINVAL;
}


/**
 * Add the bearer token of a host
 *
 * @return 0, EINVAL, ENOSPC or ENOMEM
 */
int fetch_rules_token(struct fetch_rules *rules, const char *host,
		      const char *token)
{
	(void)rules;
	(void)host;
	(void)token;

	return EINVAL;
}


/**
 * Set baton_lookup_url: https, with {id} once behind the host. Its host is
 * allowed by that.
 *
 * @return 0, EINVAL or ENOMEM
 */
int fetch_rules_lookup(struct fetch_rules *rules, const char *url)
{
	(void)rules;
	(void)url;

	return EINVAL;
}


/**
 * Set the file with the roots that servers are checked against, instead of
 * the system's
 *
 * @return 0, ENOENT or ENOMEM
 */
int fetch_rules_ca(struct fetch_rules *rules, const char *file)
{
	(void)rules;
	(void)file;

	return ENOENT;
}


/**
 * May this address be fetched, as far as its text tells?
 *
 * @param rules Rules
 * @param url   Address
 * @param len   Its length
 * @param error Gets one line if not
 *
 * @return True if it may
 */
bool fetch_rules_covers(const struct fetch_rules *rules, const char *url,
			size_t len, char error[FETCH_ERROR])
{
	(void)rules;
	(void)url;
	(void)len;
	error[0] = '\0';

	return false;
}


/** Is there a baton_lookup_url? */
bool fetch_rules_has_lookup(const struct fetch_rules *rules)
{
	(void)rules;

	return false;
}


/**
 * The address that an id is looked up at
 *
 * @param url   Where it goes
 * @param rules Rules
 * @param id    Id, escaped as RFC 3986 wants
 *
 * @return 0, ENOENT: no baton_lookup_url; EINVAL: no such id; EMSGSIZE
 */
int fetch_rules_lookup_url(char url[FETCH_URL_MAX],
			   const struct fetch_rules *rules, const char *id)
{
	(void)url;
	(void)rules;
	(void)id;

	return ENOENT;
}
