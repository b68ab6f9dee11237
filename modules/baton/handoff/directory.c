/**
 * @file directory.c  Who calls can be passed on to: the baton_target lines
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "../context/text/text.h"
#include "place.h"
#include "policy.h"
#include "where.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))


static const char *const kinds[TARGET_KINDS] = {
	[TARGET_OTHER]      = "other",
	[TARGET_DEPARTMENT] = "department",
	[TARGET_PERSON]     = "person",
	[TARGET_SUPERVISOR] = "supervisor",
	[TARGET_VENDOR]     = "vendor",
	[TARGET_AI]         = "ai",
};


static void trim(const char **pp, size_t *lenp)
{
	while (*lenp && strchr(" \t", **pp)) {
		++*pp;
		--*lenp;
	}

	while (*lenp && strchr(" \t", (*pp)[*lenp - 1]))
		--*lenp;
}


static bool is_word(const char *p, size_t len, const char *word)
{
	return len == strlen(word) && 0 == strncasecmp(p, word, len);
}


/* A label or a group: what is not fit to be shown is refused, not changed,
   else two lines could be the same to who reads them */
static int take_text(char **textp, const char *p, size_t len)
{
	if (*textp || len >= DIRECTORY_LABEL || !text_plain(p, len, true))
		return EINVAL;

	*textp = strndup(p, len);

	return *textp ? 0 : ENOMEM;
}


/* In brackets it may have parameters of its own */
static int take_uri(char **urip, const char *p, size_t len)
{
	struct place place;

	if (*urip)
		return EINVAL;

	if (len > 2 && p[0] == '<' && p[len - 1] == '>') {
		++p;
		len -= 2;
	}

	if (len >= WHERE_URI_MAX)
		return EINVAL;

	*urip = strndup(p, len);
	if (!*urip)
		return ENOMEM;

	return place_decode(&place, *urip) ? EINVAL : 0;
}


/* Those of RFC 3261, section 19.1.1: a URI goes on there */
static bool is_uri_param(const char *p, size_t len)
{
	static const char *const names[] = {
		"transport", "user", "maddr", "ttl", "method", "lr",
	};
	size_t i;

	for (i=0; i<COUNT(names); i++) {
		if (is_word(p, len, names[i]))
			return true;
	}

	return false;
}


static int take_uri_param(char **urip, const char *p, size_t len)
{
	char uri[WHERE_URI_MAX];
	int n;

	trim(&p, &len);

	n = *urip ? snprintf(uri, sizeof(uri), "%s;%.*s", *urip, (int)len, p)
		: -1;
	if (n < 0 || (size_t)n >= sizeof(uri))
		return EINVAL;

	free(*urip);
	*urip = NULL;

	return take_uri(urip, uri, (size_t)n);
}


static int take_kind(enum target_kind *kindp, const char *p, size_t len)
{
	size_t i;

	if (*kindp != TARGET_OTHER)
		return EINVAL;

	for (i=TARGET_OTHER+1; i<TARGET_KINDS; i++) {
		if (is_word(p, len, kinds[i])) {
			*kindp = (enum target_kind)i;
			return 0;
		}
	}

	return EINVAL;
}


static int take_param(struct target *target, const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len);
	const char *value = eq ? eq + 1 : p + len;
	size_t nl = eq ? (size_t)(eq - p) : len;
	size_t vl = eq ? len - nl - 1 : 0;

	trim(&p, &nl);
	trim(&value, &vl);

	if (is_uri_param(p, nl))
		return take_uri_param(&target->uri, p, len);
	if (!eq)
		return EINVAL;

	if (is_word(p, nl, "uri"))
		return take_uri(&target->uri, value, vl);
	if (is_word(p, nl, "group"))
		return take_text(&target->group, value, vl);
	if (is_word(p, nl, "fallback"))
		return take_text(&target->fallback, value, vl);
	if (is_word(p, nl, "kind"))
		return take_kind(&target->kind, value, vl);

	return EINVAL;
}


/* Up to the next ; that stands in no brackets */
static size_t part_len(const char *p)
{
	bool inside = false;
	size_t l;

	for (l=0; p[l] && (inside || p[l] != ';'); l++) {
		if (p[l] == '<')
			inside = true;
		else if (p[l] == '>')
			inside = false;
	}

	return l;
}


static int line_decode(struct target *target, const char *line)
{
	const char *p = line;
	size_t l = part_len(p);
	const char *label = p;
	size_t ll = l;
	int err;

	trim(&label, &ll);

	/* # begins the number of a hand-off where a target is typed */
	if (ll && label[0] == '#')
		return EINVAL;

	err = take_text(&target->label, label, ll);

	while (!err && p[l] == ';') {
		p += l + 1;
		l = part_len(p);
		err = take_param(target, p, l);
	}

	return err ? err : target->uri ? 0 : EINVAL;
}


static void target_free(struct target *target)
{
	free(target->label);
	free(target->uri);
	free(target->group);
	free(target->fallback);
}


static const struct target *find(const struct target *v, size_t c,
				 const char *label, size_t len)
{
	size_t i;

	for (i=0; i<c; i++) {
		if (is_word(label, len, v[i].label))
			return &v[i];
	}

	return NULL;
}


/**
 * Add a line of baton_target
 *
 * @param vp   Targets, in memory of malloc()
 * @param cp   How many
 * @param line Label;uri=URI;group=GROUP;fallback=LABEL;kind=KIND, the
 *             parameters in any order, all but uri may be left out; a URI
 *             with parameters of its own stands in < and >
 *
 * @return 0 if success, EINVAL if it is no such line, EEXIST if there is one
 *         with that label, in whatever case its ASCII letters are, ENOSPC if
 *         there are too many
 */
int directory_add(struct target **vp, size_t *cp, const char *line)
{
	struct target target = {0};
	struct target *v;
	int err;

	if (!vp || !cp || !line)
		return EINVAL;

	if (*cp >= DIRECTORY_MAX)
		return ENOSPC;

	err = line_decode(&target, line);
	if (err)
		goto out;

	if (find(*vp, *cp, target.label, strlen(target.label))) {
		err = EEXIST;
		goto out;
	}

	v = realloc(*vp, (*cp + 1) * sizeof(*v));
	if (!v) {
		err = ENOMEM;
		goto out;
	}

	*vp = v;
	v[(*cp)++] = target;

 out:
	if (err)
		target_free(&target);

	return err;
}


/**
 * Check the lines together: each fallback is the label of another. They may
 * lead back to where they began: nobody is called twice for one caller.
 *
 * @param v      Targets
 * @param c      How many
 * @param labelp Where the label goes of a line whose fallback is wrong
 *
 * @return 0 if success, ENOENT if a fallback is no label, ELOOP if it is its
 *         own
 */
int directory_check(const struct target *v, size_t c, const char **labelp)
{
	size_t i;

	*labelp = NULL;

	for (i=0; i<c; i++) {

		const char *label = v[i].fallback;
		const struct target *next;

		if (!label)
			continue;

		next = find(v, c, label, strlen(label));
		if (next && next != &v[i])
			continue;

		*labelp = v[i].label;
		return next ? ELOOP : ENOENT;
	}

	return 0;
}


/**
 * Free targets
 *
 * @param v Targets, may be NULL
 * @param c How many
 */
void directory_finish(struct target *v, size_t c)
{
	size_t i;

	for (i=0; i<c; i++)
		target_free(&v[i]);

	free(v);
}


/**
 * Find a target
 *
 * @param pol   Policy
 * @param label Its label, may be NULL; blanks at its ends do not count, nor
 *              does the case of ASCII letters
 *
 * @return Target, NULL if there is none of that label
 */
const struct target *directory_find(const struct policy *pol,
				    const char *label)
{
	size_t len;

	if (!label)
		return NULL;

	len = strlen(label);
	trim(&label, &len);

	return find(pol->targetv, pol->targetc, label, len);
}


/**
 * Get the name of a kind
 *
 * @param kind Kind
 *
 * @return Its name
 */
const char *target_kind_name(enum target_kind kind)
{
	return kind < TARGET_KINDS ? kinds[kind] : kinds[TARGET_OTHER];
}


/**
 * Get the name of a presence
 *
 * @param presence Presence
 *
 * @return Its name
 */
const char *target_presence_name(enum target_presence presence)
{
	static const char *const names[] = {
		[TARGET_THERE_UNKNOWN] = "unknown",
		[TARGET_THERE]         = "there",
		[TARGET_AWAY]          = "away",
		[TARGET_BUSY]          = "busy",
	};

	return presence < COUNT(names) ? names[presence] : names[0];
}
