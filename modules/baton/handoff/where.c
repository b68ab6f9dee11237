/**
 * @file where.c  baton_allow_to and baton_deny_to: where the phone may call
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "place.h"
#include "where.h"

/** A line, taken apart */
struct where {
	char *line;               /**< as it was given                      */
	char *user;               /**< pattern, NULL = none was given       */
	char *host;               /**< pattern, NULL = tel:, in `user`      */
	char *number;             /**< pattern for numbers that a sip: line
				       gives in place of a user, or of a
				       host; NULL = it gives none           */
};


static void line_finish(struct where *w)
{
	free(w->line);
	free(w->user);
	free(w->host);
	free(w->number);
}


/* A pattern for hosts: as the hosts that it is held against are written */
static int host_pattern(char **hostp, const char *text)
{
	char host[PLACE_PART];
	int err;

	if (strchr(text, '*')) {

		/* No brackets, ports or parameters between its stars */
		if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789.-_*")])
			return EINVAL;

		*hostp = strdup(text);
	}
	else {
		err = place_host(host, text, strlen(text));
		if (err)
			return EINVAL;

		*hostp = strdup(host);
	}

	return *hostp ? 0 : ENOMEM;
}


/* sip:0900* and sip:0900*@gw.example mean a number, however it is written;
   sip:10.* means a host */
static int number_pattern(char **numberp, const char *text)
{
	char number[PLACE_PART];

	if (!text[strcspn(text, "0123456789")]
	    || !place_number(number, text, strlen(text)))
		return 0;

	*numberp = strdup(number);

	return *numberp ? 0 : ENOMEM;
}


/* An escaped character is the character itself (RFC 3261, section 19.1.4), but
   an escaped star is none of ours */
static int user_pattern(char **userp, const char *text, size_t len)
{
	char user[PLACE_PART];
	size_t i;

	for (i=0; i + 2 < len; i++) {
		if (0 == strncasecmp(&text[i], "%2a", 3))
			return EINVAL;
	}

	if (place_unescape(user, sizeof(user), text, len))
		return EINVAL;

	*userp = strdup(user);

	return *userp ? 0 : ENOMEM;
}


static int line_decode(struct where *w, const char *line)
{
	const char *text = strchr(line, ':');
	const char *at;
	char number[PLACE_PART];
	int err;

	if (!text || !text[1])
		return EINVAL;
	++text;

	if (0 == strncasecmp(line, "tel:", 4)) {

		if (!place_number(number, text, strlen(text)))
			return EINVAL;

		w->user = strdup(number);
		return w->user ? 0 : ENOMEM;
	}

	if ((strncasecmp(line, "sip:", 4) && strncasecmp(line, "sips:", 5))
	    || strpbrk(text, ";?<>\" \t\r\n"))
		return EINVAL;

	at = strrchr(text, '@');
	if (at == text || (at && !at[1]))
		return EINVAL;

	if (at) {
		err = user_pattern(&w->user, text, (size_t)(at - text));
		if (err)
			return err;
		text = at + 1;
	}

	err = w->user ? number_pattern(&w->number, w->user)
		: strchr(text, '.') ? 0 : number_pattern(&w->number, text);

	return err ? err : host_pattern(&w->host, text);
}


/**
 * Add a line of baton_allow_to or baton_deny_to
 *
 * @param vp   Lines, in memory of malloc()
 * @param cp   How many
 * @param line sip:HOST, sip:USER@HOST or tel:NUMBER, * for any run of
 *             characters
 *
 * @return 0 if success, EINVAL if it is none of them, ENOSPC if there are too
 *         many
 */
int where_add(struct where **vp, size_t *cp, const char *line)
{
	struct where w = {NULL, NULL, NULL, NULL};
	struct where *v;
	int err;

	if (!vp || !cp || !line)
		return EINVAL;

	if (*cp >= WHERE_MAX)
		return ENOSPC;

	err = line_decode(&w, line);
	if (err)
		goto out;

	w.line = strdup(line);
	v = realloc(*vp, (*cp + 1) * sizeof(*v));
	if (v)
		*vp = v;
	if (!v || !w.line) {
		err = ENOMEM;
		goto out;
	}

	v[(*cp)++] = w;

 out:
	if (err)
		line_finish(&w);

	return err;
}


/**
 * Free lines
 *
 * @param v Lines, may be NULL
 * @param c How many
 */
void where_finish(struct where *v, size_t c)
{
	size_t i;

	for (i=0; i<c; i++)
		line_finish(&v[i]);

	free(v);
}


/* User and host each for itself: a star never reaches over the @ */
static bool matches(const struct where *w, const struct place *place)
{
	if (!w->host)
		return place->tel && policy_glob(w->user, place->number);

	return !place->tel && policy_glob(w->host, place->host)
		&& (!w->user || policy_glob(w->user, place->user));
}


/* The number, or what a user begins with that is one: as it is dialled, and
   with the + that 00 stands for */
static bool is_number(const char *pattern, const struct place *place)
{
	const char *lead = place->lead;
	char plus[PLACE_PART];

	if (!pattern)
		return false;

	if ((place->number[0] && policy_glob(pattern, place->number))
	    || (lead[0] && policy_glob(pattern, lead)))
		return true;

	if (strncmp(lead, "00", 2) || !lead[2])
		return false;

	(void)snprintf(plus, sizeof(plus), "+%s", lead + 2);

	return policy_glob(pattern, plus);
}


/* What is denied is so in every way of writing it: a number is one behind
   sip: too, and a word without @ may be a user as well as a host */
static bool denies(const struct where *w, const struct place *place)
{
	if (matches(w, place))
		return true;

	if (!w->host)
		return is_number(w->user, place);

	if (place->tel)
		return is_number(w->user, place)
			|| is_number(w->number, place);

	if (!w->user)
		return (place->user[0] && policy_glob(w->host, place->user))
			|| is_number(w->number, place);

	return policy_glob(w->host, place->host)
		&& (is_number(w->user, place) || is_number(w->number, place));
}


static bool decided(bool may, char rule[POLICY_RULE], const char *why,
		    const char *what)
{
	int n = snprintf(rule, POLICY_RULE, "%s%s", why, what);

	/* It says that it is cut */
	if (n >= POLICY_RULE)
		memcpy(rule + POLICY_RULE - 4, "...", 4);

	return may;
}


/* The address, if it is one that could be called */
static bool readable(struct place *place, const char *uri,
		     char rule[POLICY_RULE])
{
	switch (place_decode(place, uri)) {

	case 0:
		return true;

	case EPROTONOSUPPORT:
		return decided(false, rule, "only sip:, sips: and tel:"
			       " addresses are called", "");

	default:
		return decided(false, rule, "the address is malformed", "");
	}
}


static bool denied(const struct policy *pol, const struct place *place,
		   char rule[POLICY_RULE])
{
	size_t i;

	for (i=0; i<pol->deny_toc; i++) {
		if (denies(&pol->deny_to[i], place))
			return decided(true, rule, "baton_deny_to ",
				       pol->deny_to[i].line);
	}

	return false;
}


/**
 * Tell whether the phone may not call an address whatever else is allowed
 *
 * @param pol  Policy
 * @param uri  Address, no headers inside
 * @param rule Where it goes why not, one line for the audit; empty if it is
 *             not denied
 *
 * @return True if a line of baton_deny_to covers it, or it is malformed
 */
bool policy_denies(const struct policy *pol, const char *uri,
		   char rule[POLICY_RULE])
{
	struct place place;

	rule[0] = '\0';

	return !readable(&place, uri, rule) || denied(pol, &place, rule);
}


/**
 * Tell whether the phone may call an address
 *
 * @param pol   Policy
 * @param uri   Address, no headers inside
 * @param own   Our own address: its domain is what is allowed when there is
 *              no baton_allow_to
 * @param asked A person is asked besides: without baton_allow_to lines he may
 *              say yes to any
 * @param rule  Where it goes what decided, one line for the audit
 *
 * @return True if it may
 */
bool policy_may_dial(const struct policy *pol, const char *uri,
		     const char *own, bool asked, char rule[POLICY_RULE])
{
	struct place place, home;
	size_t i;

	if (!readable(&place, uri, rule) || denied(pol, &place, rule))
		return false;

	for (i=0; i<pol->allow_toc; i++) {
		if (matches(&pol->allow_to[i], &place))
			return decided(true, rule, "baton_allow_to ",
				       pol->allow_to[i].line);
	}

	if (pol->allow_toc)
		return decided(false, rule, "no baton_allow_to line covers ",
			       uri);

	if (!place.tel && 0 == place_decode(&home, own)
	    && !home.tel && 0 == strcmp(home.host, place.host))
		return decided(true, rule, "own domain ", place.host);

	if (asked)
		return decided(true, rule, "no baton_allow_to line, a person"
			       " is asked", "");

	return decided(false, rule, "no baton_allow_to line, and not the own"
		       " domain: ", place.tel ? place.number : place.host);
}
