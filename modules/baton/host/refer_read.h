/**
 * @file refer_read.h  What a REFER says (RFC 3515, 3892, 4488, 4538)
 */
#ifndef BATON_REFER_READ_H
#define BATON_REFER_READ_H

#include "request.h"

enum {
	TARGETS_MAX  = 4,         /**< more than one is an error anyway     */
	REFERRED_MAX = 1024,      /**< bytes of a Referred-By               */
};

/** What is read of a REFER, in memory of its own */
struct refer_reading {
	struct request *req;
	char *targetv[TARGETS_MAX];
	char *referred;
	char *callid;             /**< of a Target-Dialog                   */
	char *ltag;
	char *rtag;
	struct refer ref;
};

int refer_read(struct refer_reading **rdp, const struct sip_msg *msg);

#endif
