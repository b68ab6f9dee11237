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
struct pl;

int64_t clock_ms(void);
int64_t wall_ms(void);

/* conf.c */
int  conf_read(struct policy *pol);

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

int  carriers_find(struct carriers **carp, const struct sip_msg *msg,
		   size_t max);
bool carriers_no_offer(const struct carriers *car);
size_t carriers_count(const struct carriers *car);
void carriers_narrow(struct carriers *car, struct sip_msg *msg);
void carriers_refuse_video(const struct sip_msg *msg);
void carriers_read(struct carriers *car, unsigned handoff, bool believed);

/* reader.c */
int  reader_start(struct desk *desk);
void reader_stop(void);
int  reader_push(struct mbuf *mb, unsigned handoff, enum carrier carrier,
		 const char *type, const char *data, size_t len, size_t max,
		 const char *broken);

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
