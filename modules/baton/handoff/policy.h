/**
 * @file policy.h  Who may hand over, and who may replace a call
 *
 * Read from the configuration once, then only asked.
 */
#ifndef BATON_POLICY_H
#define BATON_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "dialog.h"

enum { POLICY_ALLOW_MAX = 256 };   /**< baton_allow_from lines              */

enum baton_role {
	ROLE_AGENT = 0,
	ROLE_SUPERVISOR,
	ROLE_KIOSK,
};

/** What becomes of a consultation that baton_allow_from does not cover */
enum stranger {
	STRANGER_DEFAULT = 0,  /**< show; plain once there is an allow line */
	STRANGER_SHOW,
	STRANGER_PLAIN,
	STRANGER_REJECT,
};

/** Who may replace a call whose dialog id he knows */
enum replaces_rule {
	REPLACES_EITHER = 0,
	REPLACES_PEER,
	REPLACES_REFERRED_BY,
	REPLACES_BOTH,
};

enum allow_kind { ALLOW_SIP = 0, ALLOW_IP, ALLOW_TLS, ALLOW_KINDS };

struct allow {
	enum allow_kind kind;
	char *pattern;         /**< of a sip: line                          */
	uint8_t addr[16];      /**< of an ip: line                          */
	int family;
	unsigned prefix;       /**< bits of addr that count                 */
};

struct policy {
	enum baton_role role;
	bool accept_auto;
	enum stranger stranger;
	enum replaces_rule replaces;
	uint32_t ring_timeout;   /**< seconds, 0 = never                    */
	uint32_t context_max;    /**< bytes                                 */
	bool require_signed;     /**< only contexts whose signature holds   */
	struct allow *allowv;
	size_t allowc;
};

struct invite;

void policy_init(struct policy *pol);
void policy_finish(struct policy *pol);
int  policy_add_allow(struct policy *pol, const char *line);

bool policy_covers(const struct policy *pol, const struct invite *inv);
enum stranger policy_stranger(const struct policy *pol);
bool policy_may_replace(const struct policy *pol, const struct invite *inv,
			const struct leg *leg, const char **whyp);
const char *policy_role_name(enum baton_role role);
bool uri_same_party(const char *a, const char *b);

#endif
