/**
 * @file pass.c  The context of a hand-off goes to who is called: a vCon in a
 * MESSAGE (RFC 3428), or the little of it that a datagram holds
 *
 * What is to go, and where to; see pass_way.c, pass_answer.c.
 */
#include <stdlib.h>
#include <string.h>
#include "hop.h"
#include "pass.h"
#include "record.h"

enum { AGAIN_MAX = 20000 };       /* ms until the target's call is there    */

static struct {
	struct list list;
	struct desk *desk;
} passes;


static void destructor(void *arg)
{
	struct passing *ps = arg;

	list_unlink(&ps->le);
	tmr_cancel(&ps->tmr);
	writer_forget(ps->writing);
	mem_deref(ps->req);
	mem_deref(ps->auth);
	mem_deref(ps->dlg);
	mem_deref(ps->own);
	mem_deref(ps->uri);
	mem_deref(ps->other);
	mem_deref(ps->route);
	mem_deref(ps->aor);
	mem_deref(ps->reply);
	baton_view_unref(ps->view);
	free(ps->text.data);
}


static int auth_handler(char **user, char **pass, const char *realm,
			void *arg)
{
	return account_auth(arg, user, pass, realm);
}


/**
 * It is done: tell the desk
 *
 * @param ps   It, gone then; ps->why is told, unless it is empty
 * @param code Status code of the answer, 0 = none
 */
void pass_over(struct passing *ps, uint16_t code)
{
	const unsigned handoff = ps->handoff, number = ps->number;
	char why[PASS_WHY_MAX];

	str_ncpy(why, ps->why, sizeof(why));
	mem_deref(ps);
	desk_passed(passes.desk, handoff, number, code,
		    why[0] ? why : NULL);
}


static void not_written(struct passing *ps, int err)
{
	(void)re_snprintf(ps->why, sizeof(ps->why),
			  "it could not be written: %s", strerror(err));
	pass_over(ps, 0);
}


static void written_handler(int err, const struct written *done, void *arg)
{
	struct passing *ps = arg;

	ps->writing = NULL;
	ps->text = *done;

	if (err)
		not_written(ps, err);
	else
		pass_go(ps);
}


/**
 * Have it written; it goes when that is done
 *
 * @param ps  It
 * @param max Bytes of what matters most of it, 0 = all of it
 */
void pass_write(struct passing *ps, size_t max)
{
	int err;

	free(ps->text.data);
	ps->text.data = NULL;

	err = writer_push(&ps->writing, ps->view, max, !ps->plain,
			  written_handler, ps);
	if (err)
		not_written(ps, err);
}


/**
 * Send no more of a hand-off's context: nothing is told of it any more either
 *
 * @param handoff Hand-off
 * @param arg     Not used
 */
void pass_end(unsigned handoff, void *arg)
{
	struct le *le = list_head(&passes.list);
	(void)arg;

	while (le) {
		struct passing *ps = le->data;

		le = le->next;
		if (ps->handoff == handoff)
			mem_deref(ps);
	}
}


/* Without its brackets */
static int set_uri(char **urip, struct ua *ua, const char *uri)
{
	struct sip_addr addr;
	char *text = NULL;
	struct pl pl;
	int err;

	if (!uri || strpbrk(uri, "\r\n<>?"))
		return EBADMSG;

	err = dial_address(&text, ua, uri);
	if (err)
		return err;

	pl_set_str(&pl, text);
	err = sip_addr_decode(&addr, &pl);
	if (!err)
		err = pl_strdup(urip, &addr.auri);

	mem_deref(text);

	return err;
}


static bool is_elsewhere(const struct desk_ability *able,
			 const struct desk_pass *pass)
{
	char rule[POLICY_RULE];

	return able->contact[0]
		&& (policy_denies(desk_policy(passes.desk), able->contact,
				  rule)
		    || (hop_is_secret(pass->uri)
			&& !hop_is_secret(able->contact)));
}


static int where(struct passing *ps, struct ua *ua,
		 const struct desk_pass *pass)
{
	const struct record *rec = record_find_leg(pass->leg);
	struct desk_ability able;
	struct sip_dialog *dlg;
	bool elsewhere;

	/* Wherever the other side says to be: what may not be called gets no
	   context either, nor does who is called in secret get it in clear */
	ability_get(pass->leg, &able, NULL);
	elsewhere = is_elsewhere(&able, pass);
	ps->contact = able.contact[0] && !elsewhere;

	if (rec && str_dup(&ps->reply, rec->callid))
		return ENOMEM;

	if (!elsewhere && rec && rec->call
	    && call_state(rec->call) == CALL_STATE_ESTABLISHED) {
		dlg = dialogs_of(rec->callid, rec->ltag, rec->rtag);
		ps->dlg = mem_ref(dlg);
		ps->route_room = rec->route_len + strlen(able.contact);
	}

	ps->beside = !ps->dlg;

	if (!ps->contact)
		return set_uri(&ps->uri, ua, pass->uri);

	/* By this one its INVITE came there, whatever stands between */
	if (set_uri(&ps->other, ua, pass->uri)
	    || hop_is_same(ps->other, able.contact))
		ps->other = mem_deref(ps->other);

	return set_uri(&ps->uri, ua, able.contact);
}


/**
 * Send the context of a hand-off to who is called; what becomes of it goes to
 * desk_passed(). Takes the place of one for the same hand-off that is not
 * done yet: nothing is told of that any more.
 *
 * @param pass Of which hand-off, and where to
 * @param arg  Not used
 *
 * @return 0 if it is on its way, otherwise errno
 */
int pass_send(const struct desk_pass *pass, void *arg)
{
	struct ua *ua = dial_account(pass->by);
	struct desk_error error;
	const char *route;
	struct passing *ps;
	int err;
	(void)arg;

	/* A new one says more, or goes to somebody else */
	pass_end(pass->handoff, NULL);

	if (!ua)
		return ENOENT;

	ps = mem_zalloc(sizeof(*ps), destructor);
	if (!ps)
		return ENOMEM;

	list_append(&passes.list, &ps->le, ps);
	tmr_init(&ps->tmr);
	ps->handoff = pass->handoff;
	ps->number  = pass->number;
	ps->leg     = pass->leg;
	ps->until   = clock_ms() + AGAIN_MAX;
	request_id(ps->id, pass->handoff_id);

	err = where(ps, ua, pass);
	if (err)
		goto out;

	route = account_outbound(ua_account(ua), 0);
	err  = str_dup(&ps->aor, account_aor(ua_account(ua)));
	err |= str_isset(route) ? str_dup(&ps->route, route) : 0;
	err |= sip_auth_alloc(&ps->auth, auth_handler, ua_account(ua), true);
	if (err) {
		err = ENOMEM;
		goto out;
	}

	err = desk_view(passes.desk, pass->handoff, &ps->view, &error);
	if (err)
		goto out;

	err = writer_push(&ps->writing, ps->view, 0, true, written_handler,
			  ps);

 out:
	if (err)
		mem_deref(ps);

	return err;
}


/**
 * Begin
 *
 * @param desk Whose hand-offs are passed on
 */
void pass_open(struct desk *desk)
{
	list_init(&passes.list);
	passes.desk = desk;
}


/**
 * Send nothing any more, and wait for no answer
 */
void pass_close(void)
{
	list_flush(&passes.list);
	writer_stop();
	passes.desk = NULL;
}
