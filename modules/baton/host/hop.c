/**
 * @file hop.c  The way that an address asks for, and TCP in place of UDP
 */
#include <strings.h>
#include <re.h>
#include <baresip.h>
#include "hop.h"

static const char param[] = ";transport=";


static bool asks(struct pl *val, const char *uri)
{
	struct uri parts;
	struct pl pl;

	pl_set_str(&pl, uri);

	return 0 == uri_decode(&parts, &pl)
		&& 0 == msg_param_decode(&parts.params, "transport", val);
}


/**
 * Tell whether an address asks for a way that takes long messages
 *
 * @param uri SIP URI, no brackets
 *
 * @return True if so; false if the host may choose UDP, or has to
 */
bool hop_is_stream(const char *uri)
{
	struct pl val;

	return asks(&val, uri) && pl_strcasecmp(&val, "udp");
}


/**
 * Tell whether an address asks for a way that nobody listens in on
 *
 * @param uri SIP URI, no brackets
 *
 * @return True if so
 */
bool hop_is_secret(const char *uri)
{
	struct pl val;

	return 0 == strncasecmp(uri, "sips:", 5)
		|| (asks(&val, uri) && 0 == pl_strcasecmp(&val, "tls"));
}


/**
 * Tell whether two addresses are reached at the same place
 *
 * @param a SIP URI, no brackets
 * @param b The other
 *
 * @return True if so
 */
bool hop_is_same(const char *a, const char *b)
{
	struct uri ua, ub;
	struct pl pl;

	pl_set_str(&pl, a);
	if (uri_decode(&ua, &pl))
		return false;

	pl_set_str(&pl, b);

	return 0 == uri_decode(&ub, &pl)
		&& 0 == pl_casecmp(&ua.host, &ub.host)
		&& ua.port == ub.port;
}


/**
 * Make an address ask for TCP (RFC 3261, section 18.1.1)
 *
 * @param outp Where it goes, free with mem_deref()
 * @param uri  SIP URI, no brackets, no headers in it
 *
 * @return 0 if success, otherwise errno
 */
int hop_tcp(char **outp, const char *uri)
{
	const size_t len = sizeof(param) - 1;
	struct pl val, head, tail;

	pl_set_str(&head, uri);
	tail.p = uri + head.l;
	tail.l = 0;

	if (asks(&val, uri) && val.p >= uri + len
	    && 0 == strncasecmp(val.p - len, param, len)) {
		tail.l = (size_t)(uri + head.l - (val.p + val.l));
		tail.p = val.p + val.l;
		head.l = (size_t)(val.p - len - uri);
	}

	return re_sdprintf(outp, "%r%r%stcp", &head, &tail, param);
}
