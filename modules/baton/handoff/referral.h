/**
 * @file referral.h  A REFER that is under way, between refer.c (may it?),
 * asked.c (what does the person say?) and referred.c (the call that comes of
 * it)
 */
#ifndef BATON_REFERRAL_H
#define BATON_REFERRAL_H

#include "handoff.h"
#include "where.h"

enum {
	REFERRAL_LINGER = 5,      /**< seconds for the referrer's own BYE   */
};

enum referral_phase {
	REFERRAL_TAKEN = 0,       /**< allowed, its answer is being sent    */
	REFERRAL_ASKED,           /**< the person is asked                  */
	REFERRAL_DIALLING,
	REFERRAL_DONE,            /**< who was called is there; the referrer
				       has not left yet                     */
};

struct referral {
	enum referral_phase phase;
	unsigned by;              /**< leg of the referrer                  */
	unsigned leg;             /**< that was dialled, 0 = none yet       */
	bool ask;
	int64_t until;            /**< ms, of REFERRAL_ASKED                */
	char uri[WHERE_URI_MAX];
	char *replaces;           /**< value of the header, NULL = none     */
	char *referred_by;        /**< as it came, NULL = none              */
	char *from_uri;           /**< who sent it, for the audit           */
	char *peer;
	char *callid;
	uint16_t told;            /**< what the referrer heard last         */
	uint16_t code;            /**< the call was refused with this       */
	char reason[DESK_REASON];
};

/* refer.c */
struct handoff *referral_by(const struct desk *desk, unsigned leg);
void referral_end(struct desk *desk, struct handoff *ho);
void referral_tell(struct desk *desk, const struct handoff *ho,
		   uint16_t code, const char *reason);
void referral_audit(struct desk *desk, const struct handoff *ho,
		    const char *verdict, uint16_t code, const char *rule);

/* referred.c */
int  referral_dial(struct desk *desk, struct handoff *ho);

#endif
