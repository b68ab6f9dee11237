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
#include "../context/context.h"
#include "dialog.h"
#include "directory.h"

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

/** What becomes of a REFER to the phone */
enum refer_rule { REFER_ASK = 0, REFER_KNOWN, REFER_NEVER };

enum {
	POLICY_DIGITS = 32,    /**< of baton_dtmf_accept and _decline       */
	POLICY_RULE   = 256,   /**< bytes of what decided, for the audit    */
};

enum allow_kind { ALLOW_SIP = 0, ALLOW_IP, ALLOW_TLS, ALLOW_KINDS };

struct allow {
	enum allow_kind kind;
	char *line;            /**< as it was given, for the audit          */
	char *pattern;         /**< of a sip: or tls: line                  */
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
	enum refer_rule refer;
	uint32_t rate_limit;     /**< consultations a second of one peer,
				      0 = as many as they like              */
	uint32_t wrapup_time;    /**< seconds, 0 = none                     */
	bool wrapup_busy;
	char dtmf_accept[POLICY_DIGITS + 1];    /**< empty = none           */
	char dtmf_decline[POLICY_DIGITS + 1];
	struct allow *allowv;
	size_t allowc;
	struct where *allow_to;  /**< baton_allow_to, in where.c            */
	size_t allow_toc;
	struct where *deny_to;
	size_t deny_toc;
	struct target *targetv;  /**< baton_target, in directory.c          */
	size_t targetc;
	char *supervisor;        /**< label or address, NULL = none         */
	uint32_t target_timeout;     /**< seconds from the INVITE to it     */
	uint32_t transfer_timeout;   /**< seconds from a REFER to the end   */
};

struct invite;

void policy_init(struct policy *pol);
void policy_finish(struct policy *pol);
int  policy_add_allow(struct policy *pol, const char *line);

bool policy_covers(const struct policy *pol, const struct invite *inv);
bool policy_covers_why(const struct policy *pol, const struct invite *inv,
		       char rule[POLICY_RULE]);
enum context_trust policy_trust(const struct policy *pol,
				const struct invite *inv);
bool policy_may_dial(const struct policy *pol, const char *uri,
		     const char *own, bool asked, char rule[POLICY_RULE]);
bool policy_denies(const struct policy *pol, const char *uri,
		   char rule[POLICY_RULE]);
enum stranger policy_stranger(const struct policy *pol);
bool policy_may_replace(const struct policy *pol, const struct invite *inv,
			const struct leg *leg, const char **whyp);
const char *policy_role_name(enum baton_role role);

bool policy_glob(const char *pat, const char *text);

enum { URI_USER_MAX = 256, URI_HOST_MAX = 256 };

bool uri_split(const char *uri, char user[URI_USER_MAX],
	       char host[URI_HOST_MAX]);
bool uri_same_party(const char *a, const char *b);

#endif
