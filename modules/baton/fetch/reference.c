/**
 * @file reference.c  Call-Info, RFC 3261 section 20.9
 */
#include "fetch.h"


/**
 * The next value of a Call-Info header
 *
 * @param ref  The value, views into the header
 * @param pp   What is left of the header; moved on
 * @param lenp Its length
 *
 * @return False if there is none any more
 */
bool reference_next(struct reference *ref, const char **pp, size_t *lenp)
{
	(void)ref;
	(void)pp;
	(void)lenp;

	return false;
}
