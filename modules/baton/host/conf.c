/**
 * @file conf.c  The baton_ lines of the host's configuration
 *
 * A line that is wrong stops the module: one message with key, value and
 * what is allowed.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <re.h>
#include <baresip.h>
#include "host.h"

enum { LINE_MAX_LEN = 4096, PATH_LEN_MAX = 1024 };

struct conf_state {
	struct policy *pol;
	bool accept_given;
};

/** One key: how it is read, and what to say when it cannot be */
struct key {
	const char *name;
	int (*read)(struct conf_state *st, const char *value);
	const char *allowed;
	bool repeat;
};


static int find(const char *value, const char *const *words, size_t n)
{
	size_t i;

	for (i=0; i<n; i++) {
		if (0 == str_casecmp(value, words[i]))
			return (int)i;
	}

	return -1;
}


static int number(uint32_t *np, const char *value, uint32_t min,
		  uint32_t max)
{
	const size_t len = strlen(value);
	struct pl pl;
	uint64_t n;

	if (!len || len > 10 || strspn(value, "0123456789") != len)
		return EINVAL;

	pl_set_str(&pl, value);
	n = pl_u64(&pl);
	if (n < min || n > max)
		return EINVAL;

	*np = (uint32_t)n;

	return 0;
}


static int read_role(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"agent", "supervisor", "kiosk"};
	int i = find(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->role = (enum baton_role)i;

	return 0;
}


static int read_accept(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"manual", "auto"};
	int i = find(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->accept_auto = i == 1;
	st->accept_given = true;

	return 0;
}


static int read_allow_from(struct conf_state *st, const char *value)
{
	int err = policy_add_allow(st->pol, value);

	if (!err && 0 == strncasecmp(value, "tls:", 4))
		warning("baton: baton_allow_from %s: this version does not"
			" look at certificates yet, so it covers nobody\n",
			value);

	return err;
}


static int read_stranger(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"show", "plain", "reject"};
	int i = find(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->stranger = (enum stranger)(STRANGER_SHOW + i);

	return 0;
}


static int read_replaces(struct conf_state *st, const char *value)
{
	static const char *const words[] = {
		"either", "peer", "referred-by", "both"
	};
	int i = find(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->replaces = (enum replaces_rule)i;

	return 0;
}


static int read_ring_timeout(struct conf_state *st, const char *value)
{
	return number(&st->pol->ring_timeout, value, 0, 3600);
}


static int read_context_max(struct conf_state *st, const char *value)
{
	return number(&st->pol->context_max, value, 1024, 67108864);
}


static int read_require_signed(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"no", "yes"};
	int i = find(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->require_signed = i == 1;

	return 0;
}


static const struct key keys[] = {
	{"baton_role", read_role, "agent, supervisor or kiosk", false},
	{"baton_accept", read_accept, "manual or auto", false},
	{"baton_allow_from", read_allow_from,
	 "sip:PATTERN, ip:ADDRESS[/BITS] or tls:NAME", true},
	{"baton_stranger", read_stranger, "show, plain or reject", false},
	{"baton_replaces", read_replaces,
	 "peer, referred-by, either or both", false},
	{"baton_ring_timeout", read_ring_timeout,
	 "0 to 3600 seconds, 0 = never", false},
	{"baton_context_max", read_context_max,
	 "1024 to 67108864 bytes", false},
	{"baton_require_signed", read_require_signed, "yes or no", false},
};


/* Keys of a later version: they would promise what is not done */
static const char *const later[] = {
	"baton_refer", "baton_allow_to", "baton_deny_to", "baton_target",
	"baton_supervisor", "baton_target_timeout", "baton_transfer_timeout",
	"baton_dtmf_accept", "baton_dtmf_decline", "baton_store",
	"baton_store_days", "baton_audit", "baton_webhook",
	"baton_webhook_token", "baton_screenpop", "baton_sound",
	"baton_wrapup_time", "baton_wrapup_busy", "baton_rate_limit",
	"baton_exec", "baton_mask",
};


static int read_key(struct conf_state *st, bool *given, const char *name,
		    const char *value)
{
	const char *allowed = NULL;
	bool known;
	size_t i;
	int err;

	err = conf_context_read(name, value, &known, &allowed);
	if (err == EINVAL)
		warning("baton: %s %s: allowed is %s\n", name,
			*value ? value : "(nothing)", allowed);
	else if (err)
		warning("baton: %s %s: %m, allowed is %s\n", name, value,
			err, allowed);
	if (known)
		return err;

	for (i=0; i<COUNT(keys); i++) {

		if (str_cmp(keys[i].name, name))
			continue;

		if (given[i] && !keys[i].repeat) {
			warning("baton: %s %s: it is given twice, allowed is"
				" one line\n", name, value);
			return EINVAL;
		}
		given[i] = true;

		err = keys[i].read(st, value);
		if (err)
			warning("baton: %s %s: allowed is %s\n", name,
				*value ? value : "(nothing)",
				keys[i].allowed);
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

	name = line + strspn(line, " \t");
	if (strncmp(name, "baton_", 6))
		return 0;

	end = name + strcspn(name, " \t\r\n");
	value = end + strspn(end, " \t\r\n");
	*end = '\0';

	/* A remark behind the value */
	for (end = value; *end; ++end) {
		if (*end == '#' && (end == value || end[-1] == ' '
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

	if (pol->allowc && pol->stranger == STRANGER_SHOW)
		warning("baton: baton_stranger show: beside baton_allow_from"
			" it means plain\n");

	if (mod_find("menu"))
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
	bool given[COUNT(keys)] = {false};
	char path[PATH_LEN_MAX], file[PATH_LEN_MAX];
	char line[LINE_MAX_LEN];
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
				" %u bytes\n", file, LINE_MAX_LEN - 2);
			err = EINVAL;
			break;
		}

		err = read_line(&st, given, line);
	}

	(void)fclose(f);

	/* Nobody sits before a kiosk */
	if (!err && !st.accept_given && pol->role == ROLE_KIOSK)
		pol->accept_auto = true;

	if (!err)
		err = conf_context_check(pol);

	if (!err)
		advise(pol);

	return err;
}
