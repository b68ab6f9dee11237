/**
 * @file conf_policy.c  The baton_ lines that say who may, and when
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include <re.h>
#include <baresip.h>
#include "../handoff/where.h"
#include "conf.h"

static char audit_path[CONF_PATH_MAX];


static int word(const char *value, const char *const *words, size_t n)
{
	size_t i;

	for (i=0; i<n; i++) {
		if (0 == str_casecmp(value, words[i]))
			return (int)i;
	}

	return -1;
}


static int yes_no(bool *yesp, const char *value)
{
	static const char *const words[] = {"no", "yes"};
	int i = word(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	*yesp = i == 1;

	return 0;
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
	int i = word(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->role = (enum baton_role)i;

	return 0;
}


static int read_accept(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"manual", "auto"};
	int i = word(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->accept_auto = i == 1;
	st->accept_given = true;

	return 0;
}


static int read_allow_from(struct conf_state *st, const char *value)
{
	return policy_add_allow(st->pol, value);
}


static int read_stranger(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"show", "plain", "reject"};
	int i = word(value, words, COUNT(words));

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
	int i = word(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->replaces = (enum replaces_rule)i;

	return 0;
}


static int read_refer(struct conf_state *st, const char *value)
{
	static const char *const words[] = {"ask", "known", "never"};
	int i = word(value, words, COUNT(words));

	if (i < 0)
		return EINVAL;

	st->pol->refer = (enum refer_rule)i;

	return 0;
}


static int read_allow_to(struct conf_state *st, const char *value)
{
	return where_add(&st->pol->allow_to, &st->pol->allow_toc, value);
}


static int read_deny_to(struct conf_state *st, const char *value)
{
	return where_add(&st->pol->deny_to, &st->pol->deny_toc, value);
}


static int read_ring_timeout(struct conf_state *st, const char *value)
{
	return number(&st->pol->ring_timeout, value, 0, 3600);
}


static int read_target_timeout(struct conf_state *st, const char *value)
{
	return number(&st->pol->target_timeout, value, 1, 600);
}


static int read_transfer_timeout(struct conf_state *st, const char *value)
{
	return number(&st->pol->transfer_timeout, value, 1, 600);
}


static int read_context_max(struct conf_state *st, const char *value)
{
	return number(&st->pol->context_max, value, 1024, 67108864);
}


static int read_require_signed(struct conf_state *st, const char *value)
{
	return yes_no(&st->pol->require_signed, value);
}


static int digits(char buf[POLICY_DIGITS + 1], const char *value)
{
	const size_t len = strlen(value);
	size_t i;

	/* A pause alone would tell nobody anything */
	if (len > POLICY_DIGITS || strspn(value, ",") == len
	    || strspn(value, "0123456789ABCDabcd*#,") != len)
		return EINVAL;

	for (i=0; i<=len; i++)
		buf[i] = (value[i] >= 'a' && value[i] <= 'd')
			? (char)(value[i] - 'a' + 'A') : value[i];

	return 0;
}


static int read_dtmf_accept(struct conf_state *st, const char *value)
{
	return digits(st->pol->dtmf_accept, value);
}


static int read_dtmf_decline(struct conf_state *st, const char *value)
{
	return digits(st->pol->dtmf_decline, value);
}


static int read_rate_limit(struct conf_state *st, const char *value)
{
	return number(&st->pol->rate_limit, value, 0, 100000);
}


static int read_wrapup_time(struct conf_state *st, const char *value)
{
	st->wrapup_given = true;

	return number(&st->pol->wrapup_time, value, 0, 3600);
}


static int read_wrapup_busy(struct conf_state *st, const char *value)
{
	return yes_no(&st->pol->wrapup_busy, value);
}


/* A decision that cannot be written down shall be noticed at the start */
static int read_audit(struct conf_state *st, const char *value)
{
	char home[CONF_PATH_MAX] = "";
	int fd, n, err;
	(void)st;

	audit_path[0] = '\0';

	if (!*value)
		return EINVAL;

	if (0 == str_casecmp(value, "off"))
		return 0;

	if (value[0] == '~' && value[1] == '/') {

		const char *env = getenv("HOME");

		if (env && *env)
			str_ncpy(home, env, sizeof(home));
		else {
			err = fs_gethome(home, sizeof(home));
			if (err)
				return err;
		}

		++value;
	}

	n = snprintf(audit_path, sizeof(audit_path), "%s%s", home, value);
	if (n < 0 || (size_t)n >= sizeof(audit_path)) {
		audit_path[0] = '\0';
		return ENAMETOOLONG;
	}

	fd = open(audit_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC
		  | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0) {
		err = errno;
		audit_path[0] = '\0';
		return err;
	}

	(void)close(fd);

	return 0;
}


/** All of them */
const struct conf_key conf_policy_keys[CONF_POLICY_KEYS] = {
	{"baton_role", read_role, "agent, supervisor or kiosk", false},
	{"baton_accept", read_accept, "manual or auto", false},
	{"baton_allow_from", read_allow_from,
	 "sip:PATTERN, ip:ADDRESS[/BITS] or tls:NAME", true},
	{"baton_stranger", read_stranger, "show, plain or reject", false},
	{"baton_replaces", read_replaces,
	 "peer, referred-by, either or both", false},
	{"baton_refer", read_refer, "ask, known or never", false},
	{"baton_allow_to", read_allow_to,
	 "sip:PATTERN or tel:PATTERN, at most 256 lines", true},
	{"baton_deny_to", read_deny_to,
	 "sip:PATTERN or tel:PATTERN, at most 256 lines", true},
	{"baton_target", conf_target_read,
	 "LABEL;uri=URI;group=GROUP;fallback=LABEL;kind=department, person,"
	 " supervisor, vendor or ai, each label once, at most 256 lines",
	 true},
	{"baton_supervisor", conf_supervisor_read,
	 "a label of a baton_target line, a sip:, sips: or tel: address, or"
	 " a number", false},
	{"baton_target_timeout", read_target_timeout,
	 "1 to 600 seconds", false},
	{"baton_transfer_timeout", read_transfer_timeout,
	 "1 to 600 seconds", false},
	{"baton_ring_timeout", read_ring_timeout,
	 "0 to 3600 seconds, 0 = never", false},
	{"baton_context_max", read_context_max,
	 "1024 to 67108864 bytes", false},
	{"baton_require_signed", read_require_signed, "yes or no", false},
	{"baton_dtmf_accept", read_dtmf_accept,
	 "1 to 32 of 0 to 9, A to D, * and #, a comma is a pause", false},
	{"baton_dtmf_decline", read_dtmf_decline,
	 "1 to 32 of 0 to 9, A to D, * and #, a comma is a pause", false},
	{"baton_rate_limit", read_rate_limit,
	 "0 to 100000 a second, 0 = no limit", false},
	{"baton_wrapup_time", read_wrapup_time,
	 "0 to 3600 seconds, 0 = none", false},
	{"baton_wrapup_busy", read_wrapup_busy, "yes or no", false},
	{"baton_audit", read_audit,
	 "off or a FILE that can be written to", false},
};


/**
 * Where decisions are written down
 *
 * @return Path, NULL = nowhere
 */
const char *conf_audit_path(void)
{
	return audit_path[0] ? audit_path : NULL;
}


/**
 * Forget what was read. The policy itself is its owner's.
 */
void conf_policy_finish(void)
{
	audit_path[0] = '\0';
}
