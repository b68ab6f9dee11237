/**
 * @file conf.c  The baton_ lines of the host's configuration
 *
 * A line that is wrong stops the module: one message with key, value and
 * what is allowed.
 */
#include <stdio.h>
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "conf.h"


/* Keys of a later version: they would promise what is not done */
static const char *const later[] = {
	"baton_store", "baton_store_days", "baton_webhook",
	"baton_webhook_token", "baton_screenpop", "baton_sound",
	"baton_exec", "baton_mask",
};


static void say_allowed(int err, const char *name, const char *value,
			const char *allowed)
{
	if (err == EINVAL)
		warning("baton: %s %s: allowed is %s\n", name,
			*value ? value : "(nothing)", allowed);
	else if (err == ENOSPC)
		warning("baton: %s %s: there are too many such lines, allowed"
			" is %s\n", name, value, allowed);
	else if (err == EEXIST)
		warning("baton: %s %s: another line has that label, allowed"
			" is %s\n", name, value, allowed);
	else if (err)
		warning("baton: %s %s: %m, allowed is %s\n", name, value,
			err, allowed);
}


static int read_key(struct conf_state *st, bool *given, const char *name,
		    const char *value)
{
	const struct conf_key *key = conf_policy_keys;
	const char *allowed = NULL;
	bool known;
	size_t i;
	int err;

	err = conf_context_read(name, value, &known, &allowed);
	if (known) {
		say_allowed(err, name, value, allowed);
		return err;
	}

	for (i=0; i<CONF_POLICY_KEYS; i++, key++) {

		if (str_cmp(key->name, name))
			continue;

		if (given[i] && !key->repeat) {
			warning("baton: %s %s: it is given twice, allowed is"
				" one line\n", name, value);
			return EINVAL;
		}
		given[i] = true;

		err = key->read(st, value);
		say_allowed(err, name, value, key->allowed);
		return err;
	}

	for (i=0; i<COUNT(later); i++) {
		if (0 == str_cmp(later[i], name)) {
			warning("baton: %s %s: this version does not do it"
				" yet, take the line out\n", name, value);
			return ENOTSUP;
		}
	}

	warning("baton: %s %s: there is no such key, allowed are those of"
		" the manual\n", name, value);

	return EINVAL;
}


/* A line as the host reads it: blanks, key, blanks, value. The host's own
   functions end a value at the first blank and cannot tell unknown keys. */
static int read_line(struct conf_state *st, bool *given, char *line)
{
	char *name, *value, *end;
	bool dial;

	name = line + strspn(line, " \t");
	if (strncmp(name, "baton_", 6))
		return 0;

	end = name + strcspn(name, " \t\r\n");
	value = end + strspn(end, " \t\r\n");
	*end = '\0';

	/* A remark behind the value; # is also a key of a telephone */
	dial = 0 == strncmp(name, "baton_dtmf_", 11);
	for (end = value; *end; ++end) {
		if (*end == '#' && (end == value ? !dial : end[-1] == ' '
				    || end[-1] == '\t'))
			break;
	}
	*end = '\0';

	while (end > value && strchr(" \t\r\n", end[-1]))
		*--end = '\0';

	return read_key(st, given, name, value);
}


/* Allowed, but hardly what is wanted */
static void advise(const struct policy *pol)
{
	bool by_peer = false;
	size_t i;

	for (i=0; i<pol->allowc; i++)
		by_peer |= pol->allowv[i].kind != ALLOW_SIP;

	if (pol->accept_auto && pol->allowc && !by_peer)
		warning("baton: calls are answered by what From says alone,"
			" and anybody can write that: add baton_allow_from"
			" ip:ADDRESS\n");

	if (pol->accept_auto && !pol->allowc)
		warning("baton: there is no baton_allow_from line, and only"
			" whom one covers is answered by baton_accept auto or"
			" a kiosk: nothing will ever be answered by itself\n");

	if (pol->allowc && pol->stranger == STRANGER_SHOW)
		warning("baton: baton_stranger show: beside baton_allow_from"
			" it means plain\n");

	if (mod_find("menu.so"))
		warning("baton: menu.so is loaded before baton.so: put it"
			" behind, else it may ring or refuse first\n");
}


/**
 * Read the configuration. Says what is wrong itself.
 *
 * @param pol Policy, with its defaults
 *
 * @return 0 if success, otherwise errno
 */
int conf_read(struct policy *pol)
{
	struct conf_state st = {.pol = pol};
	bool given[CONF_POLICY_KEYS] = {false};
	char path[CONF_PATH_MAX], file[CONF_PATH_MAX];
	char line[CONF_LINE_MAX];
	FILE *f;
	int err;

	err = conf_path_get(path, sizeof(path));
	if (err)
		return err;

	if (re_snprintf(file, sizeof(file), "%s/config", path) < 0)
		return ENAMETOOLONG;

	f = fopen(file, "r");
	if (!f) {
		err = errno;
		warning("baton: %s cannot be read: %m\n", file, err);
		return err;
	}

	while (!err && fgets(line, sizeof(line), f)) {

		if (!strchr(line, '\n') && !feof(f)) {
			warning("baton: %s: a line is too long, allowed are"
				" %u bytes\n", file, CONF_LINE_MAX - 2);
			err = EINVAL;
			break;
		}

		err = read_line(&st, given, line);
	}

	(void)fclose(f);

	/* Nobody sits before a kiosk */
	if (!err && !st.accept_given && pol->role == ROLE_KIOSK)
		pol->accept_auto = true;
	if (!err && !st.wrapup_given && pol->role == ROLE_KIOSK)
		pol->wrapup_time = 0;

	if (!err)
		err = conf_context_check(pol);
	if (!err)
		err = conf_target_check(pol);

	if (!err)
		advise(pol);

	return err;
}
