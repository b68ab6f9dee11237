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

/* conf.c, conf_policy.c, conf_context.c */
int  conf_read(struct policy *pol);
const char *conf_audit_path(void);
void conf_policy_finish(void);
int  conf_context_read(const char *name, const char *value, bool *knownp,
		       const char **allowedp);
int  conf_context_check(const struct policy *pol);
void conf_context_finish(void);
const struct context_rules *conf_context_rules(void);
const struct fetch_rules *conf_fetch_rules(void);

/* presence.c */
enum target_presence presence_of(const char *uri, void *arg);

/* listener.c */
struct sip_lsnr;

int  listener_open(struct sip_lsnr **lsnrp, bool req,
		   bool (*h)(const struct sip_msg *msg, void *arg));

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
void seen_rejected(struct seen *seen, uint16_t code, const char *reason,
		   uint32_t retry_after);
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
bool carriers_keyed(const struct carriers *car, const struct sip_msg *msg);
void carriers_narrow(struct carriers *car, struct sip_msg *msg);
void carriers_refuse_video(const struct sip_msg *msg);
size_t carriers_ids(const struct carriers *car, char **idv, size_t max,
		    bool *morep);
void carriers_read(struct carriers *car, unsigned handoff,
		   enum desk_belief belief, enum context_trust trust);

/* finished.c */
struct finished;

/** Called on the loop with what a thread has done */
typedef void (finished_h)(void *work);

int  finished_alloc(struct finished **finp, finished_h *h);
void finished_push(struct finished *fin, struct le *le, void *work);

/* worker.c */
struct worker;
struct list;

/** Does a piece of work, on the worker's thread */
typedef void (worker_h)(void *work);

int  worker_alloc(struct worker **wp, worker_h *h, finished_h *doneh);
void worker_push(struct worker *w, struct le *le, void *work);
void worker_take_back(struct worker *w, struct list *gone,
		      bool (*h)(const void *work));

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

/* writer.c */
struct writing;

/** A hand-off as it goes to others */
struct written {
	const char *type;         /**< media type                           */
	char *data;
	size_t len;
	size_t whole;             /**< bytes before it was packed           */
	bool packed;
};

typedef void (written_h)(int err, const struct written *done, void *arg);

int  writer_push(struct writing **wrp, const struct baton_view *view,
		 size_t max, bool pack_all, written_h *h, void *arg);
void writer_forget(struct writing *wr);
void writer_stop(void);

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

/* calls.c, hold.c, dial.c */
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

struct call *calls_call(unsigned leg);
int  calls_hold(unsigned leg, bool hold, void *arg);
int  calls_dial(const struct desk_dial *dial, void *arg);
bool dial_is_ours(const struct sip_msg *msg);

/* ability.c: what the other sides of legs can */
void ability_invite(unsigned leg, const struct sip_msg *msg);
void ability_request(const struct sip_msg *msg);
void ability_response(const struct sip_msg *msg);
void ability_said(unsigned leg, const struct sip_msg *msg);
void ability_get(unsigned leg, struct desk_ability *ability, void *arg);

/* dialogs.c */
struct sip_dialog;
struct sipsess;

bool dialogs_known(void);
struct sip_dialog *dialogs_find(const struct sip_msg *msg);
struct sipsess *dialogs_session(const char *callid, const char *ltag,
				const char *rtag);
struct sip_dialog *dialogs_of(const char *callid, const char *ltag,
			      const char *rtag);

/* identity.c: re-INVITE and UPDATE within a dialog */
void identity_handler(struct desk *desk, const struct sip_msg *msg);

/* response.c: what the host's own INVITEs are answered */
int  responses_open(struct desk *desk);
void responses_close(void);

/* referral.c: REFER to the phone, and the NOTIFYs that answer it */
int  referrals_open(struct desk *desk);
void referrals_end(void);
void referrals_close(void);
bool referral_handler(const struct sip_msg *msg);
void referral_notify(unsigned leg, uint16_t code, const char *reason,
		     void *arg);

/* refer_out.c: REFERs of ours */
int  refer_out_open(struct desk *desk);
void refer_out_close(void);
int  refer_out_send(const struct desk_refer_out *order, void *arg);
void refer_out_end(unsigned leg, void *arg);
void refer_out_leg_gone(unsigned leg);
bool refer_out_notified(const struct sip_msg *msg);

/* advise.c, dtmf.c */
int  advise_open(struct desk *desk);
void advise_close(void);
int  advise_send(const struct desk_advice *advice, void *arg);
void dtmf_send(unsigned leg, const char *digits, bool then_hangup, void *arg);
void dtmf_leg_gone(unsigned leg);
void dtmf_open(struct desk *desk);
void dtmf_close(void);

/* pass.c: the context, to who is called */
void pass_open(struct desk *desk);
void pass_close(void);
int  pass_send(const struct desk_pass *pass, void *arg);
void pass_end(unsigned handoff, void *arg);
const char *dial_own(size_t i, const char **contactp, void *arg);

/* parting.c: the last words on a leg, ours and the other side's */
void parting_note(unsigned leg, uint16_t code, const char *reason,
		  const char *decision, void *arg);
void parting_reject(unsigned leg, uint16_t code, const char *reason,
		    const char *decision);
void parting_quotable(char *buf, size_t size, const char *reason);
bool parting_said(char *buf, size_t size, const struct sip_msg *msg);

/* media.c: what is heard and sent on the legs; probe.c */
void media_open(struct desk *desk);
void media_close(void);
void media_arrived(void);
void media_invited(unsigned leg, bool replaces, uint32_t expires);
void media_ringing(unsigned leg);
void media_answering(unsigned leg);
void media_answered(unsigned leg);
void media_up(unsigned leg);
void media_moved(void);
void media_refreshed(unsigned leg);
void media_gone(unsigned leg);
void probe_open(struct desk *desk);
void probe_close(void);
void probe_send(unsigned leg, void *arg);
void probe_leg_gone(unsigned leg);

/* mix.c */
int  mix_open(struct desk *desk);
void mix_close(void);
int  mix_start(unsigned leg_a, unsigned leg_b, void *arg);
void mix_stop(void *arg);
void mix_leg_gone(unsigned leg);

/* tls.c: whose certificate a TLS peer has shown */
enum { TLS_NAMES = 16, TLS_NAME_MAX = 255 };

struct tls_names {
	char v[TLS_NAMES][TLS_NAME_MAX + 1];
	const char *p[TLS_NAMES];
	size_t c;
};

void tls_open(const struct policy *pol);
void tls_close(void);
void tls_names(struct tls_names *names, const struct sip_msg *msg);

/* timer.c */
void timer_start(unsigned handoff, enum desk_timer which, uint32_t seconds,
		 void *arg);
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
