/**
 * @file fresh_case.h  A hand-off whose caller follows, and what he may have
 * in common with it
 */
#ifndef FRESH_CASE_H
#define FRESH_CASE_H

#include "update_case.h"

#define ID   "ho-4711"
#define TEL  "+49 30 1234567"
#define SIP  "sip:carl@example.net"
#define UUID "ab30317f1a784dc48ff824d0d3715d86"
#define SECRET "5f1c9a3e-77b2-4d0e-8a41-c2d9e6b0f713"

struct context *case_about(const char *id, const char *tel,
			   const char *sip);
unsigned case_consulting(struct fake_host *fh, unsigned n,
			 const char *id, unsigned *hop);
unsigned case_left(struct fake_host *fh, unsigned n, unsigned *hop);
void case_caller(struct fake_invite *fi);
void case_with_id(struct fake_invite *fi);
void case_with_referred(struct fake_invite *fi);
void case_with_tel(struct fake_invite *fi);
void case_with_asserted(struct fake_invite *fi);
void case_with_sip(struct fake_invite *fi);

#endif
