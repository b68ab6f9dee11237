/**
 * @file conf_target.c  The baton_ lines that say who calls can be passed on to
 */
#include <stdlib.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "../handoff/where.h"
#include "conf.h"


/**
 * Read a line of baton_target
 *
 * @param st    Lines so far
 * @param value Value
 *
 * @return 0 if success, otherwise errno
 */
int conf_target_read(struct conf_state *st, const char *value)
{
	return directory_add(&st->pol->targetv, &st->pol->targetc, value);
}


/**
 * Read the line of baton_supervisor. Which labels there are is only known
 * once all lines are read.
 *
 * @param st    Lines so far
 * @param value Value
 *
 * @return 0 if success, otherwise errno
 */
int conf_supervisor_read(struct conf_state *st, const char *value)
{
	if (!*value)
		return EINVAL;

	st->pol->supervisor = strdup(value);

	return st->pol->supervisor ? 0 : ENOMEM;
}


static int check_supervisor(const struct policy *pol)
{
	char uri[WHERE_URI_MAX];
	const char *why;
	int err;

	if (!pol->supervisor || directory_find(pol, pol->supervisor))
		return 0;

	/* In which domain a number is called shows with the call */
	err = where_complete(uri, pol->supervisor, "sip:localhost", &why);
	if (err)
		warning("baton: baton_supervisor %s: %s, allowed is the label"
			" of a baton_target line, a sip:, sips: or tel:"
			" address, or a number\n", pol->supervisor,
			err == ENOENT ? "there is no such label" : why);

	return err ? EINVAL : 0;
}


/**
 * What the lines make together, once all are read
 *
 * @param pol Policy
 *
 * @return 0 if success, otherwise errno
 */
int conf_target_check(const struct policy *pol)
{
	const struct target *target;
	const char *label;
	int err;

	err = directory_check(pol->targetv, pol->targetc, &label);
	if (!err)
		return check_supervisor(pol);

	target = directory_find(pol, label);
	warning("baton: baton_target %s;fallback=%s: %s, allowed is the label"
		" of another line\n", label,
		target ? target->fallback : "", err == ENOENT
		? "there is no such label" : "it is this line");

	return EINVAL;
}
