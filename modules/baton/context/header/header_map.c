/**
 * @file header_map.c  Lines of baton_header: names that a deployment adds
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "../text/names.h"
#include "../text/text.h"
#include "header_rule.h"


enum { NAME_MAX_LEN = 64 };        /* bytes of a header's name             */

struct line {
	char *name;
	enum fill fill;
	char *label;              /* of a fact, NULL = the header's name    */
};

struct header_map {
	struct line v[HEADER_MAP_MAX];
	size_t c;
};


/* token, RFC 3261 section 25.1 */
static bool is_token(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c >= 0x80 || (!isalnum(c) && !strchr("-.!%*_+`'~", c)))
			return false;
	}

	return len > 0;
}


/*
 * What makes SIP work, says who somebody is, or is read elsewhere. Names of
 * one letter are the short forms of such. "Call_ID" would fit Call-ID.
 */
static bool is_own(const char *name, size_t len)
{
	static const char *const v[] = {
		"Accept", "Accept-Encoding", "Alert-Info", "Allow",
		"Allow-Events", "Authentication-Info", "Authorization",
		"Call-ID", "Call-Info", "Contact", "Content-Disposition",
		"Content-Encoding", "Content-Length", "Content-Type", "CSeq",
		"Date", "Event", "Expires", "From", "Identity",
		"Identity-Info", "Join", "Max-Forwards", "MIME-Version",
		"Min-Expires", "Min-SE", "P-Asserted-Identity",
		"P-Preferred-Identity", "Path", "Privacy",
		"Proxy-Authenticate", "Proxy-Authorization", "Proxy-Require",
		"RAck", "Record-Route", "Refer-To", "Referred-By",
		"Remote-Party-ID", "Replaces", "Require", "Retry-After",
		"Route", "RSeq", "Security-Client", "Security-Server",
		"Security-Verify", "Server", "Service-Route",
		"Session-Expires", "Supported", "To", "Unsupported",
		"User-Agent", "Via", "Warning", "WWW-Authenticate",
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (name_is(name, len, v[i]))
			return true;
	}

	return len == 1;
}


/* A field as the normal form names it */
static enum fill fill_of(const char *p, size_t len)
{
	static const struct {
		const char *name;
		enum fill fill;
	} v[] = {
		{"uui",               FILL_UUI},
		{"list",              FILL_LIST},
		{"fact",              FILL_FACT},
		{"facts",             FILL_FACT},
		{"handoff_id",        FILL_HANDOFF_ID},
		{"caller.name",       FILL_CALLER_NAME},
		{"caller.tel",        FILL_CALLER_TEL},
		{"caller.sip",        FILL_CALLER_SIP},
		{"caller.mailto",     FILL_CALLER_MAILTO},
		{"caller.account",    FILL_CALLER_ACCOUNT},
		{"caller.language",   FILL_CALLER_LANGUAGE},
		{"intent",            FILL_INTENT},
		{"confidence",        FILL_CONFIDENCE},
		{"sentiment",         FILL_SENTIMENT},
		{"sentiment.label",   FILL_SENTIMENT},
		{"sentiment.score",   FILL_SENTIMENT},
		{"priority",          FILL_PRIORITY},
		{"reason",            FILL_REASON},
		{"summary",           FILL_SUMMARY},
		{"transcript",        FILL_TRANSCRIPT},
		{"suggestion",        FILL_SUGGESTION},
		{"suggestions",       FILL_SUGGESTION},
		{"link",              FILL_LINK},
		{"links",             FILL_LINK},
		{"escalation.level",  FILL_ESCALATION_LEVEL},
		{"escalation.reason", FILL_ESCALATION_REASON},
		{"escalation.by",     FILL_ESCALATION_BY},
		{"handover",          FILL_HANDOVER},
	};

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (text_is(p, len, v[i].name))
			return v[i].fill;
	}

	return FILL_NONE;
}


/* "summary", "fact:Order" or "facts.Order" */
static enum fill field_read(const char **label, size_t *labellen,
			    const char *p, size_t len)
{
	static const char *const heads[] = {"fact:", "fact.", "facts:",
					    "facts."};

	*label = NULL;
	*labellen = 0;

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		size_t l = strlen(heads[i]);

		if (len <= l || strncasecmp(p, heads[i], l))
			continue;

		*label = p + l;
		*labellen = len - l;
		text_trim(label, labellen);
		if (!*labellen || *labellen > LIMIT_NAME ||
		    name_secret(*label, *labellen))
			return FILL_NONE;
		return FILL_FACT;
	}

	return fill_of(p, len);
}


/**
 * Add a line of baton_header; a later line on the same header counts
 *
 * @param mapp Map, made when it is NULL
 * @param line `Header-Name field`: a field of the normal form such as
 *             `caller.name`, `fact:Name`, `list` or `uui`
 *
 * @return 0, EINVAL: not such a line, a header of SIP's own, or a secret;
 *         ENOSPC or ENOMEM
 */
int header_map_add(struct header_map **mapp, const char *line)
{
	const char *name, *field, *label;
	size_t len, namelen = 0, labellen;
	struct line add = {NULL, FILL_NONE, NULL};

	if (!mapp || !line)
		return EINVAL;

	name = line;
	len = strlen(line);
	text_trim(&name, &len);
	while (namelen < len && name[namelen] != ' ' && name[namelen] != '\t')
		++namelen;

	field = name + namelen;
	len -= namelen;
	text_trim(&field, &len);

	add.fill = field_read(&label, &labellen, field, len);
	if (add.fill == FILL_NONE || !is_token(name, namelen) ||
	    namelen > NAME_MAX_LEN || is_own(name, namelen) ||
	    name_secret(name, namelen))
		return EINVAL;

	if (!*mapp) {
		*mapp = calloc(1, sizeof(**mapp));
		if (!*mapp)
			return ENOMEM;
	}
	if ((*mapp)->c >= HEADER_MAP_MAX)
		return ENOSPC;

	add.name = strndup(name, namelen);
	add.label = label ? strndup(label, labellen) : NULL;
	if (!add.name || (label && !add.label)) {
		free(add.name);
		free(add.label);
		return ENOMEM;
	}

	(*mapp)->v[(*mapp)->c++] = add;

	return 0;
}


/**
 * Free a map
 *
 * @param map Map, may be NULL
 */
void header_map_destroy(struct header_map *map)
{
	if (!map)
		return;

	for (size_t i = 0; i < map->c; i++) {
		free(map->v[i].name);
		free(map->v[i].label);
	}
	free(map);
}


/**
 * What the configuration says of a header
 *
 * @param rule What is built in, gets what is said instead
 * @param map  Lines of baton_header, may be NULL
 * @param name Name of the header, any case
 * @param len  Its length
 *
 * @return False if it says nothing
 */
bool header_mapped(struct header_rule *rule, const struct header_map *map,
		   const char *name, size_t len)
{
	const struct line *line = NULL;

	for (size_t i = map ? map->c : 0; i && !line; i--) {
		if (text_is(name, len, map->v[i-1].name))
			line = &map->v[i-1];
	}
	for (size_t i = map ? map->c : 0; i && !line; i--) {
		if (name_is(name, len, map->v[i-1].name))
			line = &map->v[i-1];
	}
	if (!line)
		return false;

	/* A fact alone does not say that somebody hands over, if its header
	   does not. Neither does an id in what any call may have: Session-ID,
	   or what the table knows as a network's */
	if (line->fill == FILL_UUI)
		rule->role = HEADER_UUI;
	else if (line->fill != FILL_FACT &&
		 (line->fill != FILL_HANDOFF_ID || rule->open))
		rule->role = HEADER_CONTEXT;
	else if (rule->role == HEADER_NONE)
		rule->role = HEADER_FACT;

	rule->fill = line->fill;
	rule->label = line->label;
	rule->mapped = true;

	return true;
}
