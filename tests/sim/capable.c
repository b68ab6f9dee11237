/*
 * Supported and Allow, as the options want them.
 */
#include "capable.h"
#include "compat.h"
#include "options.h"

#define METHODS "INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY, MESSAGE, INFO" \
	COMPAT_ALLOW
#define ALLOW "Allow: " METHODS "\r\n"
#define ALLOW_REFER "Allow: " METHODS ", REFER\r\n"
#define SUPPORTED "Supported: replaces\r\n"


bool capable_replaces(const struct options *o)
{
	return !o->no_replaces;
}


bool capable_refer(const struct options *o)
{
	return o->on_refer != ON_REFER_NO_REFER;
}


/* The line with the methods, as a 405 has it too */
const char *capable_allow(const struct options *o)
{
	return capable_refer(o) ? ALLOW_REFER : ALLOW;
}


/* The lines for an INVITE, for the answers to one and to OPTIONS */
const char *capable_lines(const struct options *o)
{
	if (capable_replaces(o))
		return capable_refer(o) ? SUPPORTED ALLOW_REFER
			: SUPPORTED ALLOW;

	return capable_allow(o);
}
