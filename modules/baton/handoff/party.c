/**
 * @file party.c  Whether an address is somebody who is known by another one:
 * numbers as they are dialled, SIP addresses as they are routed
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "handoff.h"

enum {
	DIGITS_MAX = 32,          /**< of a number, longer ones are none    */
	NUMBER_MIN = 7,           /**< digits; what is shorter may be an
				       extension                            */
	TAIL_MIN   = 9,           /**< digits of a number without its
				       country that tell whose it is        */
	USER_MAX   = 256,
};

/** A telephone number taken apart */
struct number {
	char v[DIGITS_MAX + 1];   /**< its digits, no prefix before them    */
	size_t l;
	bool country;             /**< + or 00 stood before it              */
	bool area;                /**< 0 stood before it                    */
};


/* The user part of a SIP address, or a tel URI or bare number as it is */
static size_t user_of(const char **pp, const char *uri)
{
	const char *p = strchr(uri, '<');
	size_t l;

	if (p)
		uri = p + 1;

	if (!strncasecmp(uri, "sip:", 4) || !strncasecmp(uri, "sips:", 5)) {
		uri = strchr(uri, ':') + 1;
		l = strcspn(uri, "@>");
		*pp = uri;
		/* Without a user it is a host */
		return uri[l] == '@' ? strcspn(uri, "@;:") : 0;
	}

	if (!strncasecmp(uri, "tel:", 4))
		uri += 4;

	*pp = uri;

	return strcspn(uri, ";>");
}


static bool number_read(struct number *num, const char *uri)
{
	char digits[DIGITS_MAX + 1];
	const char *p;
	size_t i, n = 0, skip = 0, l;

	memset(num, 0, sizeof(*num));

	if (!uri)
		return false;

	l = user_of(&p, uri);

	for (i=0; i<l; i++) {

		if (isdigit((unsigned char)p[i])) {
			if (n == DIGITS_MAX)
				return false;
			digits[n++] = p[i];
		}
		else if (p[i] == '+' && !n) {
			num->country = true;
		}
		else if (!strchr(" -.()/", p[i])) {
			return false;
		}
	}

	if (!num->country && n > 2 && digits[0] == '0' && digits[1] == '0') {
		num->country = true;
		skip = 2;
	}
	else if (!num->country && n > 1 && digits[0] == '0') {
		num->area = true;
		skip = 1;
	}

	num->l = n - skip;
	memcpy(num->v, digits + skip, num->l);

	return num->l > 0;
}


/* One with its country and one without are the same where the end of the
   longer one is the shorter, and that is long enough */
static bool number_same(const struct number *a, const struct number *b)
{
	const struct number *longer = a->l >= b->l ? a : b;
	const struct number *other = a->l >= b->l ? b : a;

	if (a->country == b->country && a->area == b->area)
		return a->l == b->l && !memcmp(a->v, b->v, a->l);

	return other->l >= TAIL_MIN
		&& !memcmp(longer->v + longer->l - other->l, other->v,
			   other->l)
		&& (!other->country || other->l == longer->l);
}


/**
 * Tell whether two addresses may name the same party, however each is
 * written: a gateway puts its own host behind the user
 *
 * @param a One, may be NULL
 * @param b The other, may be NULL
 *
 * @return True if so
 */
bool party_same(const char *a, const char *b)
{
	struct number na, nb;
	const char *pa, *pb;
	size_t la, lb;

	if (!a || !b)
		return false;

	if (!strcmp(a, b) || uri_same_party(a, b))
		return true;

	if (number_read(&na, a) && number_read(&nb, b))
		return number_same(&na, &nb);

	la = user_of(&pa, a);
	lb = user_of(&pb, b);

	return la && la == lb && !strncasecmp(pa, pb, la);
}


/**
 * Tell whether an address is a telephone number, no extension
 *
 * @param uri Address, may be NULL
 *
 * @return True if so
 */
bool party_is_number(const char *uri)
{
	struct number num;

	return number_read(&num, uri) && num.l >= NUMBER_MIN;
}


static bool is_anonymous(const char *uri)
{
	const char *host = strchr(uri, '@');

	return !strncasecmp(uri, "sip:anonymous@", 14)
		|| (host && !strncasecmp(host + 1, "anonymous.invalid", 17));
}


/**
 * Tell whether an address is the caller's that a context names
 *
 * @param ctx Context, may be NULL
 * @param uri Address, may be NULL
 *
 * @return True if so
 */
bool party_is_caller(const struct context *ctx, const char *uri)
{
	struct number caller, num;

	if (!ctx || !uri || is_anonymous(uri))
		return false;

	if (ctx->caller.sip && (!strcmp(ctx->caller.sip, uri)
				|| uri_same_party(ctx->caller.sip, uri)))
		return true;

	/* Who rings by an extension may be anybody of that name */
	return number_read(&num, uri) && num.l >= NUMBER_MIN
		&& ((number_read(&caller, ctx->caller.tel)
		     && number_same(&caller, &num))
		    || (number_read(&caller, ctx->caller.sip)
			&& number_same(&caller, &num)));
}


/**
 * Tell whether an address is a telephone number, and another one than the
 * context names as the caller's
 *
 * @param ctx Context, may be NULL
 * @param uri Address, may be NULL
 *
 * @return True if so
 */
bool party_numbers_differ(const struct context *ctx, const char *uri)
{
	return ctx && party_is_number(ctx->caller.tel) && party_is_number(uri)
		&& !party_is_caller(ctx, uri);
}


/**
 * Tell whether who calls says that he refers: a person who consults another
 * one, and no caller who was referred (RFC 3892, section 2.1)
 *
 * @param inv INVITE
 *
 * @return True if so
 */
bool party_consults(const struct invite *inv)
{
	return inv->referred_by && inv->from_uri
		&& uri_same_party(inv->referred_by, inv->from_uri);
}
