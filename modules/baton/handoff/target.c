/**
 * @file target.c  Whom a person may pass a caller on to: found, checked, and
 * told to the audit
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "../context/text/text.h"
#include "place.h"
#include "target.h"

enum {
	SHOWN_WHO = 64,           /**< bytes of who, in a sentence          */
	SHOWN_WHY = 96,           /**< bytes of why not                     */
};


/* What was typed may be anything, and a sentence has its bounds */
static const char *shown(char *buf, size_t max, const char *text)
{
	buf[text_clean(buf, text, strlen(text), max, true)] = '\0';

	return buf;
}


static void tell(struct desk *desk, const struct handoff *ho, bool may,
		 const char *rule, const char *to)
{
	const struct leg *leg = ho->caller ? ho->caller : ho->ai;
	const struct invite from = {
		.callid   = leg ? leg->callid : NULL,
		.from_uri = ho->account,
		.account  = to,
	};

	desk_audit(desk, "onward", may ? "allowed" : "refused", ho,
		   may ? 0 : 403, rule, &from);
}


/* A number is one however it is written, and tel: is called at home */
static bool same(const struct place *place, const char *own)
{
	struct place home;

	if (place_decode(&home, own) || home.tel)
		return false;

	if (place->number[0] && 0 == strcmp(place->number, home.number))
		return place->tel || 0 == strcmp(place->host, home.host);

	return !place->tel && 0 == strcmp(place->host, home.host)
		&& 0 == strcmp(place->user, home.user);
}


/* The user of a Contact was made by chance: nobody else has it, whatever host
   stands behind */
static bool is_contact(const struct place *place, const char *own,
		       const char *contact)
{
	struct place home;

	return contact && !place->tel && 0 == strcmp(place->user, contact)
		&& !place_decode(&home, own) && strcmp(contact, home.user);
}


/**
 * Tell whether an address is one of this phone's: to call it would only come
 * back
 *
 * @param desk Desk
 * @param ho   Hand-off
 * @param uri  Address
 *
 * @return True if it is, in whatever way it is written
 */
bool target_is_own(const struct desk *desk, const struct handoff *ho,
		   const char *uri)
{
	const struct leg *leg;
	struct place place;
	const char *own, *contact = NULL;
	size_t i;

	if (place_decode(&place, uri))
		return false;

	for (i=0; (own = desk->ops.own(i, &contact, desk->arg)); i++) {
		if (same(&place, own) || is_contact(&place, own, contact))
			return true;
	}

	if (same(&place, ho->account))
		return true;

	TAILQ_FOREACH(leg, &desk->legs, le) {
		if (same(&place, leg->account))
			return true;
	}

	return false;
}


/* Nothing is left of it that could be called */
static int refuse(struct target_choice *choice, struct desk *desk,
		  const struct handoff *ho, const char *to, int err)
{
	tell(desk, ho, false, choice->rule, to);
	choice->target = NULL;
	choice->uri[0] = '\0';

	return err;
}


static int refuse_bad(struct target_choice *choice, struct desk *desk,
		      const struct handoff *ho, const char *text,
		      const char *why, struct desk_error *error)
{
	(void)order_refuse(error, EINVAL, "bad-target",
			   "That cannot be called: %s.", why);
	(void)snprintf(choice->rule, sizeof(choice->rule), "%s", why);

	return refuse(choice, desk, ho, text, EINVAL);
}


static int refuse_own(struct target_choice *choice, struct desk *desk,
		      const struct handoff *ho, struct desk_error *error)
{
	char who[SHOWN_WHO + 1];

	(void)order_refuse(error, EINVAL, "own-address",
			   "%s is this very phone.",
			   shown(who, SHOWN_WHO, choice->uri));
	(void)snprintf(choice->rule, sizeof(choice->rule),
		       "it is an address of this very phone");

	return refuse(choice, desk, ho, choice->uri, EINVAL);
}


/* As choice->rule says */
static int refuse_policy(struct target_choice *choice, struct desk *desk,
			 const struct handoff *ho, struct desk_error *error)
{
	char who[SHOWN_WHO + 1], why[SHOWN_WHY + 1];

	(void)order_refuse(error, EPERM, "not-allowed",
			   "%s may not be called: %s.",
			   shown(who, SHOWN_WHO, choice->target
				 ? choice->target->label : choice->uri),
			   shown(why, SHOWN_WHY, choice->rule));

	return refuse(choice, desk, ho, choice->uri, EPERM);
}


/* The directory says who is who, not who may be called */
static int decide(struct target_choice *choice, struct desk *desk,
		  const struct handoff *ho, struct desk_error *error)
{
	if (target_is_own(desk, ho, choice->uri))
		return refuse_own(choice, desk, ho, error);

	if (!policy_may_dial(desk->policy, choice->uri, ho->account, false,
			     choice->rule))
		return refuse_policy(choice, desk, ho, error);

	tell(desk, ho, true, choice->rule, choice->uri);

	return 0;
}


/**
 * Find out who is meant, and whether he may be called. Each decision goes to
 * the audit.
 *
 * @param choice Where it goes
 * @param desk   Desk
 * @param ho     Hand-off: numbers are called in the domain of its account
 * @param text   Label of the directory, a sip:, sips: or tel: URI, user@host,
 *               or a number; may be NULL
 * @param error  Where the reason goes if he may not, or nobody is meant:
 *               bad-target, no-such-target, own-address or not-allowed
 *
 * @return 0 if success, EINVAL, ENOENT if nobody has that name, EPERM if the
 *         policy does not allow it
 */
int target_resolve(struct target_choice *choice, struct desk *desk,
		   const struct handoff *ho, const char *text,
		   struct desk_error *error)
{
	char who[SHOWN_WHO + 1];
	const char *why;
	int err;

	memset(choice, 0, sizeof(*choice));

	if (!text)
		text = "";

	/* Tabs at its ends are no blanks of a label */
	if (!strpbrk(text, "\t"))
		choice->target = directory_find(desk->policy, text);

	err = where_complete(choice->uri, choice->target
			      ? choice->target->uri : text, ho->account,
			      &why);
	if (err == ENOENT)
		return order_refuse(error, ENOENT, "no-such-target",
				    "There is nobody called %s in the"
				    " directory.",
				    shown(who, SHOWN_WHO, text));
	if (err)
		return refuse_bad(choice, desk, ho, text, why, error);

	return decide(choice, desk, ho, error);
}


/**
 * Find out who is called when a target cannot be had
 *
 * @param choice Where it goes
 * @param desk   Desk
 * @param ho     Hand-off
 * @param of     Target of the directory, NULL = it was none
 * @param error  Where the reason goes if nobody is: no-fallback, or as of
 *               target_resolve()
 *
 * @return 0 if success, ENOENT if it has none, otherwise errno
 */
int target_fallback(struct target_choice *choice, struct desk *desk,
		    const struct handoff *ho, const struct target *of,
		    struct desk_error *error)
{
	if (!of || !of->fallback) {
		memset(choice, 0, sizeof(*choice));
		return order_refuse(error, ENOENT, "no-fallback",
				    "There is nobody else to call instead.");
	}

	return target_resolve(choice, desk, ho, of->fallback, error);
}


/**
 * Find out who baton_supervisor is
 *
 * @param choice Where it goes
 * @param desk   Desk
 * @param ho     Hand-off
 * @param error  Where the reason goes if nobody is: no-supervisor, or as of
 *               target_resolve()
 *
 * @return 0 if success, ENOENT if there is none, otherwise errno
 */
int target_supervisor(struct target_choice *choice, struct desk *desk,
		      const struct handoff *ho, struct desk_error *error)
{
	if (!desk->policy->supervisor) {
		memset(choice, 0, sizeof(*choice));
		return order_refuse(error, ENOENT, "no-supervisor",
				    "No supervisor is known: baton_supervisor"
				    " names none.");
	}

	return target_resolve(choice, desk, ho, desk->policy->supervisor,
			      error);
}


/**
 * Find out where the AI is that handed over, and whether it may be called
 * back. Whoever baton_allow_from lets hand over may have the caller back,
 * unless a line of baton_deny_to says no.
 *
 * @param choice Where it goes
 * @param desk   Desk
 * @param ho     Hand-off
 * @param error  Where the reason goes if not: no-ai, or as of
 *               target_resolve()
 *
 * @return 0 if success, ENOENT if there was no AI, otherwise errno
 */
int target_ai(struct target_choice *choice, struct desk *desk,
	      const struct handoff *ho, struct desk_error *error)
{
	const char *why;
	int err;

	memset(choice, 0, sizeof(*choice));

	/* From of a direct call is the caller */
	if (ho->direct || !ho->from_uri)
		return order_refuse(error, ENOENT, "no-ai",
				    "It is not known which AI handed over.");

	err = where_complete(choice->uri, ho->from_uri, NULL, &why);
	if (err)
		return refuse_bad(choice, desk, ho, ho->from_uri,
				  err == ENOENT ? "From names no address"
				  : why, error);

	if (!ho->verified)
		return decide(choice, desk, ho, error);

	if (target_is_own(desk, ho, choice->uri))
		return refuse_own(choice, desk, ho, error);

	if (policy_denies(desk->policy, choice->uri, choice->rule))
		return refuse_policy(choice, desk, ho, error);

	(void)snprintf(choice->rule, sizeof(choice->rule),
		       "the AI that handed over");
	tell(desk, ho, true, choice->rule, choice->uri);

	return 0;
}


/**
 * Tell whether a target of the directory is there
 *
 * @param desk   Desk
 * @param target Target
 *
 * @return What is known of it
 */
enum target_presence desk_is_there(const struct desk *desk,
				   const struct target *target)
{
	return desk->ops.is_there
		? desk->ops.is_there(target->uri, desk->arg)
		: TARGET_THERE_UNKNOWN;
}
