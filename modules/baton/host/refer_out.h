/**
 * @file refer_out.h  REFERs of ours, and what is written into them
 */
#ifndef BATON_REFER_OUT_H
#define BATON_REFER_OUT_H

#include "host.h"

enum {
	UUI_MAX  = 128,           /**< bytes that every receiver can take
				       (RFC 7433, section 4.1)              */
	UUI_ID   = 64,            /**< ... of an id in it                   */
	UUI_STEP = 8,
};

/* refer_to.c */
int  refer_to_print(char **valuep, struct desk *desk,
		    const struct desk_refer_out *order);
int  uui_print(char **valuep, struct desk *desk, unsigned handoff,
	       const char *id);

#endif
