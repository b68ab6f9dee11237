/*
 * Takes MESSAGE and INFO with 200, tells what came, and keeps it in the folder
 * of --save.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "events.h"
#include "inbox.h"
#include "leg.h"
#include "stats.h"
#include "target.h"
#include "target_call.h"
#include "ua.h"


static const char *ending(const char *type)
{
	static const struct {
		const char *type;
		const char *ending;
	} endings[] = {
		{ "application/vcon",      "vcon" },
		{ "application/vcon+json", "vcon" },
		{ "application/vcon+gzip", "vcon.gz" },
		{ "application/json",      "json" },
		{ "application/jose+json", "jws" },
		{ "application/jose",      "jws" },
		{ "text/plain",            "txt" },
	};
	size_t i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (!str_casecmp(endings[i].type, type))
			return endings[i].ending;

	return "bin";
}


/* The caller frees @pathp */
static int save(char **pathp, struct target *tg, const char *type,
		const struct mbuf *mb)
{
	size_t n = mbuf_get_left(mb);
	FILE *f;
	int err;

	err = re_sdprintf(pathp, "%s/message-%u.%s", tg->opt->save,
			  ++tg->saved, ending(type));
	if (err)
		return err;

	f = fopen(*pathp, "wb");
	if (!f)
		return errno;
	if (fwrite(mbuf_buf(mb), 1, n, f) != n)
		err = EIO;
	if (fclose(f))
		err = EIO;

	return err;
}


/* A MESSAGE or an INFO, of @tc, or of no call that is known when it is NULL */
void inbox_take(struct target *tg, struct ua *ua, const struct sip_msg *msg,
		const struct target_call *tc)
{
	struct json_object *o = event_new("message", tc ? tc->number : 0);
	bool inside = pl_isset(&msg->to.tag);
	char type[LEG_TEXT_MAX], *path = NULL;
	int err = 0;

	(void)re_snprintf(type, sizeof(type), "%r/%r", &msg->ctyp.type,
			  &msg->ctyp.subtype);
	if (tg->opt->save && mbuf_get_left(msg->mb))
		err = save(&path, tg, type, msg->mb);
	if (err)
		fprintf(stderr, "baton-sim: --save %s: %s\n", tg->opt->save,
			strerror(err));

	event_pl(o, "method", &msg->met);
	event_text(o, "content_type", type);
	json_object_object_add(o, "bytes", json_object_new_int64(
			       (int64_t)mbuf_get_left(msg->mb)));
	json_object_object_add(o, "in_dialog",
			       json_object_new_boolean(inside));
	event_header(o, "in_reply_to", msg, SIP_HDR_IN_REPLY_TO);
	json_object_object_add(o, "headers", event_headers(msg));
	event_text(o, "path", err ? NULL : path);
	report_line(o);
	mem_deref(path);

	(void)sip_treply(NULL, ua->sip, msg, 200, "OK");
}
