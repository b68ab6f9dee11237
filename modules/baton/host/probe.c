/**
 * @file probe.c  Is the dialog of a silent leg still there? An OPTIONS within
 * it tells (RFC 3261, section 11.2; RFC 5057, section 5)
 */
#include <errno.h>
#include <re.h>
#include <baresip.h>
#include "host.h"
#include "record.h"

struct probe {
	struct le le;
	unsigned leg;
	struct sip_request *req;  /**< NULL = answered, or never sent       */
	struct tmr tmr;
};

static struct {
	struct desk *desk;
	struct list probes;
} probing;


static void destructor(void *arg)
{
	struct probe *probe = arg;

	tmr_cancel(&probe->tmr);
	list_unlink(&probe->le);

	/* The response is not waited for any more */
	mem_deref(probe->req);
}


static struct probe *find(unsigned leg)
{
	struct le *le;

	for (le = probing.probes.head; le; le = le->next) {
		struct probe *probe = le->data;

		if (probe->leg == leg)
			return probe;
	}

	return NULL;
}


static void over(struct probe *probe, uint16_t code)
{
	const unsigned leg = probe->leg;

	mem_deref(probe);

	if (probing.desk)
		desk_leg_probed(probing.desk, leg, code);
}


static void response_handler(int err, const struct sip_msg *msg, void *arg)
{
	struct probe *probe = arg;

	if (!err && msg && msg->scode < 200)
		return;

	/* The stack itself is being closed */
	if (err == ECONNABORTED) {
		mem_deref(probe);
		return;
	}

	over(probe, !err && msg ? msg->scode : 0);
}


static void refused_handler(void *arg)
{
	over(arg, 0);
}


/* Nobody is there, as against: we could not ask */
static bool is_refused(int err)
{
	return err == ECONNREFUSED || err == ECONNRESET || err == ENOTCONN
		|| err == EPIPE || err == EHOSTUNREACH || err == ENETUNREACH;
}


/**
 * Begin to probe
 *
 * @param desk Who is told what comes of it
 */
void probe_open(struct desk *desk)
{
	probing.desk = desk;
	list_init(&probing.probes);
}


/**
 * Probe no more
 */
void probe_close(void)
{
	probing.desk = NULL;
	list_flush(&probing.probes);
}


/**
 * Ask the other side of a leg whether it is there, unless it is being asked
 * already
 *
 * @param leg Leg
 * @param arg Not used
 */
void probe_send(unsigned leg, void *arg)
{
	const struct record *rec = record_find_leg(leg);
	struct sip_dialog *dlg;
	struct probe *probe;
	int err;
	(void)arg;

	dlg = rec && rec->call ? dialogs_of(rec->callid, rec->ltag, rec->rtag)
		: NULL;
	if (!dlg || find(leg))
		return;

	probe = mem_zalloc(sizeof(*probe), destructor);
	if (!probe)
		return;

	probe->leg = leg;
	tmr_init(&probe->tmr);
	list_append(&probing.probes, &probe->le, probe);

	err = sip_drequestf(&probe->req, uag_sip(), true, "OPTIONS", dlg, 0,
			    NULL, NULL, response_handler, probe,
			    "Accept: application/sdp\r\n"
			    "Content-Length: 0\r\n\r\n");
	if (!err)
		return;

	if (is_refused(err)) {
		/* Not from inside of who asked */
		tmr_start(&probe->tmr, 0, refused_handler, probe);
		return;
	}

	warning("baton: cannot ask whether a silent call is still there:"
		" %m\n", err);
	mem_deref(probe);
}


/**
 * A leg is over: nobody asks any more
 *
 * @param leg Leg
 */
void probe_leg_gone(unsigned leg)
{
	mem_deref(find(leg));
}
