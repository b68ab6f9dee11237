/*
 * Looks at what the command line says: each text for itself, and whether the
 * options fit together. All return 0 or EINVAL, which has been explained.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "check.h"
#include "options.h"


/* One line: nobody slips a second header in */
int line_check(const char *opt, const char *s, const char *forbidden)
{
	const char *p;

	for (p = s; *p; p++) {
		if (iscntrl((unsigned char)*p) || strchr(forbidden, *p)) {
			fprintf(stderr, "baton-sim: --%s: a character that "
				"must not be in it\n", opt);
			return EINVAL;
		}
	}

	return 0;
}


int header_check(const char *s)
{
	size_t n = strcspn(s, ":");
	size_t i;
	bool good = n > 0 && s[n] == ':';

	for (i = 0; i < n; i++)
		good = good && (isalnum((unsigned char)s[i]) ||
				strchr("-.!%*_+`'~", s[i]));
	if (!good) {
		fprintf(stderr, "baton-sim: --header: '%s' is not of the form "
			"'Name: value'\n", s);
		return EINVAL;
	}

	return line_check("header", s, "");
}


int uri_check(const char *opt, const char *s)
{
	if (strncmp(s, "sip:", 4) || !strchr(s, '@')) {
		fprintf(stderr, "baton-sim: %s '%s' is not of the form "
			"sip:user@host\n", opt, s);
		return EINVAL;
	}

	return line_check(opt, s, "<>\" ");
}


/* A context that is fetched, not sent */
bool is_address(const char *context)
{
	return !strncasecmp(context, "https://", 8);
}


/* An address stands in angle brackets on a line of its own */
int address_check(const char *s)
{
	if (!strncasecmp(s, "http://", 7)) {
		fprintf(stderr, "baton-sim: --context %s: an address must "
			"begin with https://\n", s);
		return EINVAL;
	}

	return is_address(s) ? line_check("context", s, "<>\" ") : 0;
}


/* It is sent in a header of its own, and in hexadecimal in User-to-User */
bool id_is_good(const char *s)
{
	size_t n = strlen(s), i;
	bool good = n > 0 && n <= HANDOFF_ID_MAX;

	for (i = 0; i < n; i++)
		good = good && (isalnum((unsigned char)s[i]) ||
				strchr("-._~:@/+", s[i]));

	return good;
}


int id_check(const char *s)
{
	if (id_is_good(s))
		return 0;

	fprintf(stderr, "baton-sim: --handoff-id: wanted are 1 to %d letters, "
		"digits and -._~:@/+\n", HANDOFF_ID_MAX);

	return EINVAL;
}


static int complain(const char *what)
{
	fprintf(stderr, "baton-sim: %s\n", what);

	return EINVAL;
}


/* What each carrier can take */
static int carriers_check(const struct options *o)
{
	const unsigned call_info = o->carriers & CARRIER_CALL_INFO;
	size_t addresses = 0, files, i;

	for (i = 0; i < o->contextc; i++)
		addresses += is_address(o->contextv[i]);
	files = o->contextc - addresses;

	if (addresses && !call_info)
		return complain("--context with an address needs "
				"--carrier call-info");
	if (call_info && !addresses)
		return complain("--carrier call-info needs --context with an "
				"https:// address; a file cannot be sent so");
	if (files && o->carriers == CARRIER_CALL_INFO)
		return complain("--carrier call-info: a file cannot be sent "
				"so; name another carrier for it");
	if (o->carriers & CARRIER_UUI && !files && !o->uui)
		return complain("--carrier uui needs --context or --uui");
	if (o->carriers & CARRIER_HEADER && !files)
		return complain("--carrier header needs --context");
	if (o->carriers & CARRIER_MESSAGE && !files)
		return complain("--carrier message needs --context");
	if (!(o->carriers & CARRIER_MESSAGE) && o->in_dialog)
		return complain("--in-dialog needs --carrier message");
	if (o->fault == FAULT_BROKEN_CONTEXT && !files)
		return complain("--fault broken-context needs --context");

	return 0;
}


/* A fault of the caller's INVITE with Replaces, or of the AI's dialog */
static int fault_check(const struct options *o)
{
	switch (o->fault) {

	case FAULT_NONE: case FAULT_BROKEN_CONTEXT: case FAULT_FLOOD:
		return 0;

	case FAULT_VANISH: case FAULT_REINVITE_IDENTITY:
		if (o->shape == SHAPE_DIRECT)
			return complain("this --fault needs a consultation");
		return 0;

	default:
		if (o->shape != SHAPE_REPLACES)
			return complain("this --fault needs --shape replaces");
	}

	return 0;
}


static int shape_check(const struct options *o)
{
	if (o->sign_given && o->shape != SHAPE_BRIDGE)
		return complain("--sign needs --shape bridge");
	if ((o->correlate_given || o->gap_given) && o->shape != SHAPE_FRESH)
		return complain("--correlate and --gap need --shape fresh");
	if (o->late_given && o->fault != FAULT_LATE_REPLACES)
		return complain("--late needs --fault late-replaces");
	if (o->advice_code != 200 && !o->advice)
		return complain("--advice-code needs --advice");
	if (o->shape == SHAPE_FRESH && o->correlate == CORRELATE_REFERRED_BY &&
	    o->no_referred_by)
		return complain("--correlate referred-by and "
				"--no-referred-by");
	if (o->cancel && o->fault != FAULT_NONE)
		return complain("--cancel-after and --fault");

	return 0;
}


int combination_check(const struct options *o)
{
	int err = fault_check(o);

	if (!err)
		err = shape_check(o);
	if (err)
		return err;
	if (o->referred_by && o->no_referred_by)
		return complain("--referred-by and --no-referred-by");
	if (o->fault != FAULT_FLOOD && o->rate > 1000)
		return complain("--rate over 1000 needs --fault flood");

	return carriers_check(o);
}
