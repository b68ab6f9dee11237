/**
 * @file refer_to.c  What is written into Refer-To, and into User-to-User
 */
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include <re.h>
#include <baresip.h>
#include "../record/short_out.h"
#include "record.h"
#include "refer_out.h"


/* RFC 3261, section 25.1: hnv-unreserved and unreserved stay, all else is
   escaped */
static int escape_handler(struct re_printf *pf, void *arg)
{
	const char *p = arg;
	int err = 0;

	for (; *p && !err; ++p) {
		const unsigned char c = (unsigned char)*p;

		if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')
		    || (c >= 'a' && c <= 'z') || strchr("-_.!~*'()", c))
			err = pf->vph(p, 1, pf->arg);
		else
			err = re_hprintf(pf, "%%%02X", c);
	}

	return err;
}


/* Headers go into an address that has none, and brackets around it stay what
   they are */
static bool is_plain(const char *uri)
{
	return *uri && !strpbrk(uri, "<>\"?\r\n\t ");
}


static int hex_handler(struct re_printf *pf, void *arg)
{
	const char *p = arg;
	int err = 0;

	for (; *p && !err; ++p)
		err = re_hprintf(pf, "%02x", (unsigned char)*p);

	return err;
}


static const char *print(struct json_object *obj)
{
	return json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN
					| JSON_C_TO_STRING_NOSLASHESCAPE);
}


/**
 * Print the value of a User-to-User header: the id of the hand-off and a line
 * of its context, as JSON in hexadecimal (RFC 7433)
 *
 * @param valuep  Where it goes, free with mem_deref()
 * @param desk    Desk
 * @param handoff Hand-off
 * @param id      The id if it has none of its own
 *
 * @return 0 if success, otherwise errno
 */
int uui_print(char **valuep, struct desk *desk, unsigned handoff,
	      const char *id)
{
	struct json_object *obj = json_object_new_object();
	const struct baton_view *view = NULL;
	char line[UUI_MAX] = "";
	size_t room;
	int err;

	if (!obj)
		return ENOMEM;

	err = desk_view(desk, handoff, &view, NULL);
	if (err)
		goto out;

	/* Its own, for whoever keeps records by that */
	if (view->context && view->context->handoff_id
	    && strlen(view->context->handoff_id) <= UUI_ID)
		id = view->context->handoff_id;
	json_object_object_add(obj, "handoff_id", json_object_new_string(id));

	/* As much of the line as there is room for, as a fact: no field of the
	   whole context that follows is covered by it */
	for (room=UUI_MAX; room>=UUI_STEP; room-=UUI_STEP) {
		(void)vcon_line(line, room, view);
		if (line[0])
			json_object_object_add(obj, "brief",
					       json_object_new_string(line));
		if (strlen(print(obj)) <= UUI_MAX)
			break;
		json_object_object_del(obj, "brief");
	}

	err = re_sdprintf(valuep, "%H;encoding=hex", hex_handler, print(obj));

 out:
	baton_view_unref(view);
	json_object_put(obj);

	return err;
}


/**
 * Print the value of Refer-To: in brackets, with the headers that the call
 * shall have, escaped (RFC 3515, section 2.1; RFC 3891, section 4)
 *
 * @param valuep Where it goes, free with mem_deref()
 * @param desk   Desk
 * @param ua     Account whose domain numbers are called in
 * @param order  Who shall call whom
 *
 * @return 0 if success, EBADMSG if the address is none, otherwise errno
 */
int refer_to_print(char **valuep, struct desk *desk, struct ua *ua,
		   const struct desk_refer_out *order)
{
	char *addr = NULL, *uui = NULL;
	struct pl uri;
	int err;

	if (!is_plain(order->uri))
		return EBADMSG;

	pl_set_str(&uri, order->uri);

	/* A tel URI has no headers (RFC 3966, section 3) */
	if (0 == strncasecmp(order->uri, "tel:", 4)) {
		err = dial_address(&addr, ua, order->uri);
		if (err)
			return err;
		uri.p = addr + 1;
		uri.l = strlen(addr) - 2;
	}

	if (order->replaces) {
		err = re_sdprintf(valuep, "<%r?Replaces=%H%s>", &uri,
				  escape_handler, order->replaces,
				  order->require ? "&Require=replaces" : "");
		goto out;
	}

	if (!order->handoff_id) {
		err = re_sdprintf(valuep, "<%r>", &uri);
		goto out;
	}

	err = uui_print(&uui, desk, order->handoff, order->handoff_id);
	if (err)
		goto out;

	err = re_sdprintf(valuep, "<%r?User-to-User=%H&X-Baton-Handoff=%H>",
			  &uri, escape_handler, uui, escape_handler,
			  order->handoff_id);

 out:
	mem_deref(addr);
	mem_deref(uui);

	return err;
}
