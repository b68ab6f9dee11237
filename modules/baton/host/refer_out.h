/**
 * @file refer_out.h  REFERs of ours, and what is written into them
 */
#ifndef BATON_REFER_OUT_H
#define BATON_REFER_OUT_H

#include <re.h>
#include "host.h"

enum {
	UUI_MAX  = 128,           /**< bytes that every receiver can take
				       (RFC 7433, section 4.1)              */
	UUI_ID   = 64,            /**< ... of an id in it                   */
	UUI_STEP = 8,
};

/** One of them */
struct refer_out {
	struct le le;
	struct sip_request *req;
	struct sip_dialog *dlg;
	struct sip_auth *auth;
	char *cuser;
	char *headers;
	unsigned leg;
	unsigned number;
	uint32_t first;           /**< CSeq of the first try                */
	uint32_t last;            /**< ... and of the last                  */
	unsigned tries;
	bool given_up;            /**< nobody waits for what comes of it    */
	bool told;                /**< something has come of it             */
	bool over;                /**< its subscription has ended           */
	uint16_t final;           /**< status, 0 = none yet                 */
};

/* refer_out.c */
bool refer_out_find(struct refer_out **refp, struct refer_out **oldp,
		    const struct sip_msg *msg);
void refer_out_tell(struct refer_out *ref, uint16_t code, const char *reason,
		    bool over);
void refer_out_late(struct refer_out *ref, uint16_t code, bool sure);

/* refer_to.c */
int  refer_to_print(char **valuep, struct desk *desk, struct ua *ua,
		    const struct desk_refer_out *order);
int  uui_print(char **valuep, struct desk *desk, unsigned handoff,
	       const char *id);

#endif
