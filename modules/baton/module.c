/**
 * @file module.c  Load and unload, and where the rooms are joined
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <re.h>
#include <baresip.h>
#include "control/event.h"
#include "host/host.h"
#include "record/audit.h"
#include "record/latency.h"
#include "record/tally.h"
#include "front.h"

static struct {
	struct policy policy;
	struct desk *desk;
} baton;


static int64_t op_clock(void *arg)
{
	(void)arg;

	return clock_ms();
}


static int64_t op_wall(void *arg)
{
	(void)arg;

	return wall_ms();
}


/* Everything that a hand-off does is told here, to whoever wants to know */
static void op_changed(const struct baton_view *view, unsigned what,
		       void *arg)
{
	char buf[EVENT_MAX];
	(void)arg;

	if (what & DESK_STATE) {
		tally_state(view);
		latency_state(view);
		media_moved();
	}

	/* What is still to be fetched for it is of no use any more */
	if ((what & DESK_STATE) && view->state == BATON_CLOSED)
		lookup_cancel(view->id);

	if ((what & DESK_STATE) && 0 == event_handoff(buf, view))
		commands_event("handoff", buf);

	if ((what & DESK_CONTEXT) && 0 == event_context(buf, view))
		commands_event("context", buf);

	front_tell(view);
}


static void op_alert(unsigned handoff, const char *code, const char *message,
		     void *arg)
{
	char buf[EVENT_MAX];
	(void)arg;

	warning("baton: #%u %s: %s\n", handoff, code, message);

	if (0 == event_alert(buf, handoff, code, message))
		commands_event("alert", buf);
}


static void op_transfer(unsigned handoff, const char *target, uint16_t code,
			const char *reason, void *arg)
{
	char buf[EVENT_MAX];
	(void)arg;

	info("baton: #%u call to %s: %u %s\n", handoff, target, code, reason);

	if (0 == event_transfer(buf, handoff, target, code, reason))
		commands_event("transfer", buf);
}


static void op_ring_timer(unsigned handoff, uint32_t seconds, void *arg)
{
	(void)arg;

	timer_ring(handoff, seconds, baton.desk);
}


static void op_presence(bool available, const char *why, void *arg)
{
	(void)arg;

	front_presence(available, why);
}


static void op_timer(unsigned handoff, enum desk_timer which,
		     uint32_t seconds, void *arg)
{
	(void)arg;

	timer_start(handoff, which, seconds, baton.desk);
}


static void op_audit(const struct desk_audit *audit, void *arg)
{
	(void)arg;

	audit_write(audit, wall_ms());
}


/* Nobody can guess it: it lets the context of a hand-off in */
static int op_id_make(char id[DESK_ID], void *arg)
{
	uint8_t v[16];
	(void)arg;

	if (getrandom(v, sizeof(v), 0) != (ssize_t)sizeof(v))
		return errno ? errno : EIO;

	/* RFC 9562, version 4 */
	v[6] = (v[6] & 0x0f) | 0x40;
	v[8] = (v[8] & 0x3f) | 0x80;

	(void)re_snprintf(id, DESK_ID, "%02x%02x%02x%02x-%02x%02x-%02x%02x-"
			  "%02x%02x-%02x%02x%02x%02x%02x%02x", v[0], v[1],
			  v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9],
			  v[10], v[11], v[12], v[13], v[14], v[15]);

	return 0;
}




static void audit_failed(const char *message, void *arg)
{
	op_alert(0, "audit-failed", message, arg);
}


static int audit_begin(void)
{
	const char *path = conf_audit_path();
	int err;

	if (!path)
		return 0;

	err = audit_open(path, audit_failed, NULL);
	if (err)
		warning("baton: baton_audit %s: %m\n", path, err);

	return err;
}


static const struct desk_ops ops = {
	.clock      = op_clock,
	.wall       = op_wall,
	.answer     = calls_answer,
	.reject     = calls_reject,
	.part       = parting_note,
	.hangup     = calls_hangup,
	.resume     = calls_resume,
	.hold       = calls_hold,
	.dtmf       = dtmf_send,
	.advise     = advise_send,
	.dial       = calls_dial,
	.notify     = referral_notify,
	.id_make    = op_id_make,
	.refer      = refer_out_send,
	.refer_end  = refer_out_end,
	.pass       = pass_send,
	.pass_end   = pass_end,
	.own        = dial_own,
	.ability    = ability_get,
	.transfer   = op_transfer,
	.mix        = mix_start,
	.unmix      = mix_stop,
	.is_there   = presence_of,
	.probe      = probe_send,
	.audit      = op_audit,
	.timer      = op_timer,
	.ring_timer = op_ring_timer,
	.lookup     = lookup_id,
	.presence   = op_presence,
	.changed    = op_changed,
	.alert      = op_alert,
};


static int module_close(void)
{
	if (baton.desk) {
		desk_leave(baton.desk);
		calls_settle();
	}

	gate_close();
	live_close();
	front_close();
	inbox_close();
	commands_close();
	refer_out_close();
	referrals_close();
	responses_close();
	advise_close();
	pass_close();
	dtmf_close();
	calls_stop();
	mix_close();
	probe_close();
	media_close();
	tls_close();
	lookup_stop();
	reader_stop();
	timer_stop();
	desk_destroy(baton.desk);
	baton.desk = NULL;
	audit_close();
	policy_finish(&baton.policy);
	conf_policy_finish();
	conf_context_finish();

	return 0;
}


static int module_init(void)
{
	int err;

	policy_init(&baton.policy);

	err = conf_read(&baton.policy);
	if (err)
		goto out;

	err = audit_begin();
	if (err)
		goto out;

	err = desk_create(&baton.desk, &baton.policy, &ops, NULL);
	if (err)
		goto out;

	err = calls_start(baton.desk);
	if (err)
		goto out;

	err = mix_open(baton.desk);
	if (err)
		goto out;

	media_open(baton.desk);
	probe_open(baton.desk);
	tls_open(&baton.policy);
	dtmf_open(baton.desk);

	err = responses_open(baton.desk);
	if (err)
		goto out;

	err = referrals_open(baton.desk);
	if (err)
		goto out;

	err = refer_out_open(baton.desk);
	if (err)
		goto out;

	err = advise_open(baton.desk);
	if (err)
		goto out;

	pass_open(baton.desk);

	err = reader_start(baton.desk, conf_context_rules());
	if (err)
		goto out;

	err = lookup_start(baton.desk);
	if (err)
		goto out;

	err = live_open(baton.desk);
	if (err)
		goto out;

	err = inbox_open(baton.desk);
	if (err)
		goto out;

	err = commands_open(baton.desk);
	if (err)
		goto out;

	/* Last: from here on calls are looked at */
	err = gate_open(baton.desk);
	if (err)
		goto out;

	front_open(baton.desk);
	info("baton: version %s, role %s\n", BATON_VERSION, baton_role());

 out:
	if (err)
		(void)module_close();

	return err;
}


BATON_API const struct mod_export DECL_EXPORTS(baton) = {
	"baton",
	"application",
	module_init,
	module_close,
};
