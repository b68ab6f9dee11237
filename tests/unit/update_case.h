/**
 * @file update_case.h  Requests that bring context later, for tests of them
 */
#ifndef BATON_UPDATE_CASE_H
#define BATON_UPDATE_CASE_H

#include "fake_host.h"

#define HOME "192.0.2.10"          /* of fake_invite_init()                 */
#define AWAY "198.51.100.7"

/** A request, in memory of its own */
struct request {
	struct update upd;
	char callid[32], ltag[32], rtag[32];
	const char *replyv[2];
};

extern const struct desk_source upd_message;

struct request *upd_request(struct request *req, const char *peer);
struct request *upd_within(struct request *req, const char *peer,
			      unsigned n);
struct request *upd_reply(struct request *req, const char *peer,
			     unsigned n);
void upd_expect(struct fake_host *fh, const struct request *req,
		   enum update_action action, unsigned handoff,
		   uint16_t code);
unsigned upd_find(struct fake_host *fh, const struct request *req,
		     const struct context *ctx);
void upd_expect_alert(struct fake_host *fh, unsigned *alertsp,
			 unsigned handoff);
struct context *upd_context(const char *id, const char *uuid,
			       const char *summary);
struct context *upd_turn(const char *at, const char *text);
uint16_t upd_update(struct fake_host *fh, unsigned id, struct context *ctx);
void upd_given(struct fake_host *fh, unsigned id, struct context *ctx);

#endif
