/**
 * @file host.h  What the files of this room say to each other
 *
 * The only room that knows baresip and libre. Everything here runs on the
 * host's loop, but for the reading in reader.c.
 */
#ifndef BATON_HOST_H
#define BATON_HOST_H

#include "../handoff/desk.h"
#include "../baton.h"

#define COUNT(v) (sizeof(v) / sizeof((v)[0]))

struct sip_msg;
struct mbuf;
struct le;
struct pl;

int64_t clock_ms(void);
int64_t wall_ms(void);

/* conf.c, conf_context.c */
int  conf_read(struct policy *pol);
int  conf_context_read(const char *name, const char *value, bool *knownp,
		       const char **allowedp);
int  conf_context_check(const struct policy *pol);
void conf_context_finish(void);
const struct context_rules *conf_context_rules(void);
const struct fetch_rules *conf_fetch_rules(void);

/* gate.c */
int  gate_open(struct desk *desk);
void gate_close(void);

/* seen.c */
struct seen;

void seen_open(struct desk *desk);
void seen_close(void);
struct seen *seen_find(const struct sip_msg *msg);
int  seen_add(struct seen **seenp, const struct sip_msg *msg);
void seen_taken(struct seen *seen, unsigned leg);
void seen_rejected(struct seen *seen, uint16_t code, const char *reason);
bool seen_again(const struct seen *seen, const struct sip_msg *msg);

/* datagram.c */
void datagram_open(void);
bool datagram_look(const struct sip_msg *msg);

/* carrier.c */
struct carriers;

int  carriers_find(struct carriers **carp, const struct sip_msg *msg);
bool carriers_no_offer(const struct carriers *car);
bool carriers_speak(const struct carriers *car);
bool carriers_body(const struct carriers *car, size_t *ip, struct pl *type,
		   struct pl *data, const char **brokenp);
const struct body_form *carriers_form(const struct carriers *car,
				      const struct pl *data);
void carriers_narrow(struct carriers *car, struct sip_msg *msg);
void carriers_refuse_video(const struct sip_msg *msg);
void carriers_read(struct carriers *car, unsigned handoff,
		   enum desk_belief belief);

/* finished.c */
struct finished;

/** Called on the loop with what a thread has done */
typedef void (finished_h)(void *work);

int  finished_alloc(struct finished **finp, finished_h *h);
void finished_push(struct finished *fin, struct le *le, void *work);

/* reader.c */

/** How the bytes of a carrier are read */
enum reading_kind { READ_BODY = 0, READ_HEADERS };

/** Called on the loop when it was read; takes the context over */
typedef void (reading_done_h)(struct context *ctx,
			      const struct desk_source *src, void *arg);

struct reading_order {
	enum reading_kind kind;
	enum carrier carrier;
	enum context_trust trust;
	unsigned handoff;
	const char *type;         /**< media type or header name, copied    */
	const char *data;         /**< inside of the buffer                 */
	size_t len;
	/** READ_HEADERS instead of `type` and `data`: all that one message
	    has, copied; `carrier` counts for none but CARRIER_REFER */
	const struct header_line *headerv;
	size_t headerc;           /**< DESK_SOURCES at most                 */
	const struct body_form *form;   /**< copied, may be NULL            */
	const char *broken;       /**< what is wrong already, NULL = nothing*/
	bool loading;             /**< desk_loading() was told already      */
	bool beneath;             /**< for desk_source                      */
	reading_done_h *doneh;    /**< NULL = it goes to the hand-off       */
	void *arg;
};

int  reader_start(struct desk *desk, const struct context_rules *rules);
void reader_stop(void);
int  reader_push(struct mbuf *mb, const struct reading_order *order);
void reader_tidy(void);

/* lookup.c */
int  lookup_start(struct desk *desk);
void lookup_stop(void);
bool lookup_speaks(const char *call_info, size_t len);
void lookup_call_info(unsigned handoff, const char *value, size_t len,
		      bool beneath);
void lookup_id(unsigned handoff, const char *id, void *arg);
void lookup_cancel(unsigned handoff);

/* live.c */
int  live_open(struct desk *desk);
void live_close(void);
bool live_handler(const struct sip_msg *msg);

/* calls.c */
int  calls_start(struct desk *desk);
void calls_stop(void);
int  calls_expect(unsigned leg, const struct invite *inv, bool take,
		  bool replaces, const struct sip_msg *msg);
void calls_settle(void);
void calls_note_cancel(const struct sip_msg *msg, bool elsewhere);
void calls_note_bye(const struct sip_msg *msg);
int  calls_answer(unsigned leg, void *arg);
void calls_reject(unsigned leg, uint16_t code, const char *reason,
		  const char *decision, void *arg);
void calls_hangup(unsigned leg, void *arg);
void calls_resume(unsigned leg, void *arg);

/* timer.c */
void timer_ring(unsigned handoff, uint32_t seconds, void *arg);
void timer_stop(void);

/* inbox.c */
int  inbox_open(struct desk *desk);
void inbox_close(void);

/* commands.c */
int  commands_open(struct desk *desk);
void commands_close(void);
void commands_event(const char *event, const char *json);

#endif
