/**
 * @file fake_host.h  A host for the unit tests: calls, a clock and a memory
 *
 * Carries out what the desk orders, remembers it, and fails the test at once
 * when the desk orders what no host can do.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <cmocka.h>
#include "handoff/desk.h"

enum {
	FAKE_MAX = 8192,          /**< legs and hand-offs of one test       */
};

enum fake_state {
	FAKE_NONE = 0,
	FAKE_EXPECTED,            /**< the INVITE went to the host          */
	FAKE_RINGING,
	FAKE_ANSWERED,            /**< 200 sent                             */
	FAKE_UP,                  /**< ACK received                         */
	FAKE_GONE,
};

struct fake_call {
	enum fake_state state;
	unsigned n;               /**< number of its dialog                 */
	bool replaces;
	bool answered;
	bool rejected;
	bool hungup;
	uint16_t code;
	char reason[256];
	char decision[32];
};

struct fake_host {
	struct policy policy;     /**< may be changed by the test           */
	struct desk *desk;
	int64_t now;              /**< ms, both clocks are moved by hand    */
	int64_t wall;

	int answer_err;           /**< what the next answers return         */
	bool answer_breaks;       /**< answer says 0, but the call is gone  */
	bool echo;                /**< hangup and reject tell of the end at
				       once, from inside, as baresip does   */

	bool late;                /**< hangup does nothing to a call that
				       the host has not told of yet         */

	struct fake_call callv[FAKE_MAX];
	uint32_t ringv[FAKE_MAX]; /**< seconds, 0 = no clock runs           */
	const struct baton_view *viewv[FAKE_MAX];   /**< newest of each     */
	unsigned legs;            /**< the highest leg seen                 */
	unsigned handoffs;        /**< the highest hand-off seen            */

	unsigned changes;
	unsigned states;          /**< changes with DESK_STATE              */
	unsigned contexts;        /**< changes with DESK_CONTEXT            */
	unsigned orders;          /**< answer, reject and hangup together   */
	unsigned resumes;
	unsigned resumed;         /**< leg of the last resume               */

	unsigned lookups;
	unsigned lookup_handoff;  /**< of the last one                      */
	char lookup_id[64];

	int hold_err;             /**< what the next holds return           */
	unsigned holds;
	unsigned hold_leg;
	bool hold_on;

	unsigned dtmfs;
	unsigned dtmf_leg;
	bool dtmf_hangup;
	char dtmf[64];

	int advise_err;
	unsigned advices;
	unsigned advice_leg;
	size_t advice_number;
	char advice[8192];
	char advice_id[64];
	char advice_decision[32];

	int dial_err;
	unsigned dials;
	unsigned dial_leg;
	char dial_uri[512];
	char dial_replaces[512];

	char dial_referred_by[512];
	char dial_id[64];

	int refer_err;
	unsigned refers;
	unsigned refer_leg;
	unsigned refer_number;
	char refer_uri[512];
	char refer_replaces[512];
	bool refer_require;
	char refer_id[64];
	unsigned refer_ends;

	int pass_err;
	unsigned passes;
	unsigned pass_leg;
	unsigned pass_number;
	unsigned pass_ends;

	const char *own;          /**< address of another account, NULL     */
	const char *own_contact;  /**< user of its Contact, NULL            */
	char pass_uri[512];

	int mix_err;
	bool mixing;
	unsigned mixes;
	unsigned mix_a;
	unsigned mix_b;

	unsigned ids;             /**< that were made                       */
	struct desk_ability *abilityv;   /**< of each leg, FAKE_MAX         */

	unsigned notifies;
	unsigned notify_leg;
	uint16_t notify_code;

	unsigned transfers;
	uint16_t transfer_code;

	enum target_presence there;   /**< what is known of whom it asks for*/
	unsigned looks;
	char look_uri[512];

	unsigned probes;
	unsigned presences;
	bool available;           /**< as of the last of those              */
	unsigned audits;
	unsigned audited;         /**< decisions that those were about      */
	char audit[512];          /**< what, verdict, code and rule         */
	char audit_from[256];     /**< who asked, and whom: of the last     */
	char audit_to[512];
	char audit_callid[64];
	uint32_t timerv[DESK_TIMERS][FAKE_MAX];

	unsigned alerts;
	unsigned alert_id;
	char alert_code[64];
	char alert_text[1024];
};

/** An INVITE of dialog number n: Call-ID c<n>, tags l<n> and r<n> */
struct fake_invite {
	struct invite inv;
	char callid[32];
	char ltag[32];
	char rtag[32];
	char replaces[128];
	const char *valuev[2];
};

#define WITH_HOST(f) \
	cmocka_unit_test_setup_teardown(f, fake_setup, fake_teardown)

int  fake_setup(void **state);
int  fake_teardown(void **state);

void fake_invite_init(struct fake_invite *fi, unsigned n);
void fake_invite_replaces(struct fake_invite *fi, unsigned old);

/* The host's side of a call, by the desk's leg */
void fake_send(struct fake_host *fh, const struct fake_invite *fi,
	       struct desk_verdict *verdict);
void fake_ring(struct fake_host *fh, unsigned leg);
void fake_up(struct fake_host *fh, unsigned leg);
void fake_end(struct fake_host *fh, unsigned leg, enum leg_end end,
	      const char *text);
void fake_refuse(struct fake_host *fh, unsigned leg);

/* Whole ways, each gives the leg; the hand-off's id if idp is set */
unsigned fake_offered(struct fake_host *fh, unsigned n, unsigned *idp);
unsigned fake_direct(struct fake_host *fh, unsigned n, unsigned *idp);
unsigned fake_consulting(struct fake_host *fh, unsigned n, unsigned *idp);
unsigned fake_coming(struct fake_host *fh, unsigned n, unsigned old);
unsigned fake_connected(struct fake_host *fh, unsigned n, unsigned *idp);
unsigned fake_ordinary(struct fake_host *fh, unsigned n);

/* fake_onward.c */
struct desk_ability *fake_ability(struct fake_host *fh, unsigned leg);
void fake_onward_ops(struct desk_ops *ops);

/* What the desk says of a hand-off */
const struct baton_view *fake_view(struct fake_host *fh, unsigned id);
void fake_assert(struct fake_host *fh, unsigned id, enum baton_state state,
		 enum baton_outcome outcome);
void fake_check(struct fake_host *fh);

struct json_object;
struct json_object *fake_json(const char *text);
const char *fake_get(struct json_object *obj, const char *key);

#endif
