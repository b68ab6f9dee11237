/*
 * Keeps each request for a while. The sessions of libre can only take one when
 * it comes, so BYE and re-INVITE are done here in their place.
 */
#include "compat.h"
#include "leg.h"
#include "slow.h"
#include "ua.h"

struct late {
	struct le le;
	struct tmr tmr;
	struct ua *ua;
	struct sip_msg *msg;
};


static void destructor(void *arg)
{
	struct late *late = arg;

	list_unlink(&late->le);
	tmr_cancel(&late->tmr);
	mem_deref(late->msg);
}


static bool is(const struct sip_msg *msg, const char *method)
{
	return !pl_strcmp(&msg->met, method);
}


static void take(struct ua *ua, const struct sip_msg *msg)
{
	if (ua->dead || leg_request(ua, msg))
		return;

	if (is(msg, "BYE") || (is(msg, "INVITE") && pl_isset(&msg->to.tag)))
		leg_late(ua, msg);
	else if (is(msg, "INVITE") && ua->invitedh)
		(void)ua->invitedh(ua, msg, ua->arg);
	else if (ua->strayh && (is(msg, "MESSAGE") || is(msg, "OPTIONS")))
		(void)ua->strayh(ua, msg, ua->arg);
	else
		(void)sip_treply(NULL, ua->sip, msg, 501, "Not Implemented");
}


static void due_handler(void *arg)
{
	struct late *late = arg;
	struct ua *ua = late->ua;
	struct sip_msg *msg = mem_ref(late->msg);

	mem_deref(late);
	take(ua, msg);
	mem_deref(msg);
}


static bool is_waiting(const struct ua *ua, const struct sip_msg *msg)
{
	struct le *le;

	for (le = ua->slowl.head; le; le = le->next) {
		const struct late *late = le->data;

		if (!pl_cmp(&late->msg->via.branch, &msg->via.branch) &&
		    !pl_cmp(&late->msg->met, &msg->met))
			return true;
	}

	return false;
}


/* Puts a request off. False: it is one that cannot wait, or there is no
 * memory */
bool slow_request(struct ua *ua, const struct sip_msg *msg)
{
	struct late *late;

	if (is(msg, "ACK") || is(msg, "CANCEL"))
		return false;
	if (is_waiting(ua, msg))
		return true;
	late = mem_zalloc(sizeof(*late), destructor);
	if (!late)
		return false;

	late->ua = ua;
	late->msg = mem_ref((void *)msg);
	tmr_init(&late->tmr);
	list_append(&ua->slowl, &late->le, late);
	tmr_start(&late->tmr, ua->slow, due_handler, late);

	return true;
}
