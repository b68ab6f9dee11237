/**
 * @file module.c  Load and unload, and where the rooms are joined
 */
#include <re.h>
#include <baresip.h>
#include "control/event.h"
#include "host/host.h"
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

	if (what & DESK_STATE)
		tally_state(view);

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


static void op_ring_timer(unsigned handoff, uint32_t seconds, void *arg)
{
	(void)arg;

	timer_ring(handoff, seconds, baton.desk);
}


static const struct desk_ops ops = {
	.clock      = op_clock,
	.wall       = op_wall,
	.answer     = calls_answer,
	.reject     = calls_reject,
	.hangup     = calls_hangup,
	.resume     = calls_resume,
	.ring_timer = op_ring_timer,
	.lookup     = lookup_id,
	.changed    = op_changed,
	.alert      = op_alert,
};


static int module_close(void)
{
	gate_close();
	live_close();
	front_close();
	inbox_close();
	commands_close();
	calls_stop();
	lookup_stop();
	reader_stop();
	timer_stop();
	desk_destroy(baton.desk);
	baton.desk = NULL;
	policy_finish(&baton.policy);
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

	err = desk_create(&baton.desk, &baton.policy, &ops, NULL);
	if (err)
		goto out;

	err = calls_start(baton.desk);
	if (err)
		goto out;

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
