/**
 * @file dialog.c  Legs, their dialog ids, and the rules of RFC 3891
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "dialog.h"


/**
 * Make a leg from its dialog id
 *
 * @param callid Call-ID
 * @param ltag   Our tag
 * @param rtag   The peer's tag, empty = none (RFC 2543)
 *
 * @return New leg, NULL if out of memory
 */
struct leg *leg_create(const char *callid, const char *ltag, const char *rtag)
{
	struct leg *leg;

	if (!callid || !ltag)
		return NULL;

	leg = calloc(1, sizeof(*leg));
	if (!leg)
		return NULL;

	leg->callid = strdup(callid);
	leg->ltag   = strdup(ltag);
	leg->rtag   = strdup(rtag ? rtag : "");

	if (!leg->callid || !leg->ltag || !leg->rtag) {
		leg_destroy(leg);
		return NULL;
	}

	return leg;
}


/**
 * Free a leg, which must be in no list
 *
 * @param leg Leg, may be NULL
 */
void leg_destroy(struct leg *leg)
{
	if (!leg)
		return;

	free(leg->callid);
	free(leg->ltag);
	free(leg->rtag);
	free(leg->peer);
	free(leg->remote_name);
	free(leg->remote_uri);
	free(leg->account);
	free(leg);
}


/**
 * Find a leg by its id
 *
 * @param legs Legs
 * @param id   Id
 *
 * @return The leg, NULL if there is none
 */
struct leg *leg_find(const struct leg_list *legs, unsigned id)
{
	struct leg *leg;

	TAILQ_FOREACH(leg, legs, le) {
		if (leg->id == id)
			return leg;
	}

	return NULL;
}


/* A header may be folded (RFC 3261, section 7.3.1) */
static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


static void trim(const char **p, size_t *l)
{
	while (*l && is_blank(**p)) {
		++*p;
		--*l;
	}

	while (*l && is_blank((*p)[*l - 1]))
		--*l;
}


static bool name_is(const char *p, size_t l, const char *name)
{
	return l == strlen(name) && 0 == strncasecmp(p, name, l);
}


/* Where a separator stands that is not inside quotes; the end if nowhere */
static const char *delimiter(const char *p, size_t l, char c)
{
	bool quoted = false;
	size_t i;

	for (i=0; i<l; i++) {
		if (quoted && p[i] == '\\')
			++i;
		else if (p[i] == '"')
			quoted = !quoted;
		else if (!quoted && p[i] == c)
			return p + i;
	}

	return p + l;
}


/* Something, and no blank in it */
static bool is_word(const char *p, size_t l)
{
	size_t i;

	for (i=0; i<l; i++) {
		if (is_blank(p[i]))
			return false;
	}

	return l > 0;
}


/**
 * Take a Replaces value apart (RFC 3891, section 6.1)
 *
 * @param rep   Where the views go
 * @param value Value of the header
 * @param len   Its length
 *
 * @return 0 if success, EBADMSG if malformed: two values, no Call-ID, or not
 *         exactly one to-tag and one from-tag
 */
int replaces_parse(struct replaces *rep, const char *value, size_t len)
{
	const char *end;
	const char *p;

	if (!rep || !value)
		return EINVAL;

	memset(rep, 0, sizeof(*rep));

	if (memchr(value, '\0', len))
		return EBADMSG;

	end = value + len;

	/* A comma cannot stand in a Call-ID: it is a second value */
	if (delimiter(value, len, ',') < end)
		return EBADMSG;

	p = delimiter(value, len, ';');
	if (p == end)
		return EBADMSG;

	rep->callid = value;
	rep->callid_len = (size_t)(p - value);
	trim(&rep->callid, &rep->callid_len);
	if (!is_word(rep->callid, rep->callid_len))
		return EBADMSG;

	while (p < end) {

		const char *name = ++p;
		const char *next = delimiter(p, (size_t)(end - p), ';');
		size_t l = (size_t)(next - p);
		const char *eq = memchr(name, '=', l);
		size_t namelen = eq ? (size_t)(eq - name) : l;
		const char *val = eq ? eq + 1 : NULL;
		size_t vallen = eq ? l - namelen - 1 : 0;

		trim(&name, &namelen);
		if (val)
			trim(&val, &vallen);

		if (name_is(name, namelen, "to-tag")) {
			if (rep->to_tag || !val || !is_word(val, vallen))
				return EBADMSG;
			rep->to_tag = val;
			rep->to_tag_len = vallen;
		}
		else if (name_is(name, namelen, "from-tag")) {
			if (rep->from_tag || !val || !is_word(val, vallen))
				return EBADMSG;
			rep->from_tag = val;
			rep->from_tag_len = vallen;
		}
		else if (name_is(name, namelen, "early-only")) {
			rep->early_only = true;
		}
		else if (!namelen) {
			return EBADMSG;
		}

		p = next;
	}

	return rep->to_tag && rep->from_tag ? 0 : EBADMSG;
}


/* "0" in a Replaces stands for a peer without a tag (RFC 3891, section 3) */
static bool tag_equal(const char *tag, const char *p, size_t l)
{
	if (l == 1 && *p == '0' && !*tag)
		return true;

	return strlen(tag) == l && 0 == strncasecmp(tag, p, l);
}


static bool leg_matches(const struct leg *leg, const struct replaces *rep)
{
	return strlen(leg->callid) == rep->callid_len
		&& 0 == memcmp(leg->callid, rep->callid, rep->callid_len)
		&& tag_equal(leg->ltag, rep->to_tag, rep->to_tag_len)
		&& tag_equal(leg->rtag, rep->from_tag, rep->from_tag_len);
}


/* Why nothing matched: a topology-hiding proxy is the usual cause */
static const char *mismatch(const struct leg_list *legs,
			    const struct replaces *rep)
{
	const struct leg *leg;

	TAILQ_FOREACH(leg, legs, le) {
		if (strlen(leg->callid) == rep->callid_len
		    && 0 == memcmp(leg->callid, rep->callid,
				   rep->callid_len))
			return "it names a call of this phone, but with"
				" other tags";
	}

	return "it names a call that this phone does not have";
}


/**
 * Decide about an INVITE with Replaces, all but who may do it: RFC 3891
 * section 3, in its order
 *
 * @param verdict      What to answer
 * @param legs         All legs of the phone, ended ones as well
 * @param valuev       Values of all Replaces headers of the INVITE
 * @param valuec       How many
 * @param contradicted A header with contradictory meaning is there (Join)
 */
void replaces_decide(struct replaces_verdict *verdict,
		     const struct leg_list *legs,
		     const char *const *valuev, size_t valuec,
		     bool contradicted)
{
	struct replaces rep;
	struct leg *leg, *found = NULL;
	unsigned matches = 0;

	memset(verdict, 0, sizeof(*verdict));

	if (valuec != 1 || contradicted) {
		verdict->code = 400;
		verdict->reason = "Bad Request";
		verdict->why = contradicted
			? "it has both Replaces and Join"
			: "it has more than one Replaces";
		return;
	}

	if (replaces_parse(&rep, valuev[0], strlen(valuev[0]))) {
		verdict->code = 400;
		verdict->reason = "Bad Replaces";
		verdict->why = "its Replaces is malformed";
		return;
	}

	TAILQ_FOREACH(leg, legs, le) {
		if (leg->state == LEG_NEW || !leg_matches(leg, &rep))
			continue;

		/* A live dialog counts before the tombstone of another */
		if (leg->state != LEG_ENDED)
			++matches;
		if (!found || found->state == LEG_ENDED)
			found = leg;
	}

	if (!found || matches > 1) {
		verdict->code = 481;
		verdict->reason = "Call/Transaction Does Not Exist";
		verdict->why = matches > 1 ? "it names more than one call"
			: mismatch(legs, &rep);
		return;
	}

	verdict->leg = found;

	switch (found->state) {

	case LEG_ENDED:
		verdict->code = 603;
		verdict->reason = "Decline";
		verdict->why = "it names a call that has ended";
		break;

	case LEG_ANSWERED:
	case LEG_UP:
		if (rep.early_only) {
			verdict->code = 486;
			verdict->reason = "Busy Here";
			verdict->why = "it wanted the call only while that"
				" was not answered";
		}
		break;

	default:
		/* Early: only an outgoing one may be replaced */
		if (!found->outgoing) {
			verdict->code = 481;
			verdict->reason = "Call/Transaction Does Not Exist";
			verdict->why = "the call that it names still rings"
				" here";
		}
		break;
	}
}
