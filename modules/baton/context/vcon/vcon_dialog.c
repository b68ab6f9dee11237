/**
 * @file vcon_dialog.c  What was said, recorded, tried and passed on
 *
 * Text dialogs become turns of the transcript. Of each dialog a little is
 * remembered, for transfers, transcripts and notes refer to it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/date.h"
#include "../text/text.h"
#include "vcon.h"


/* The members of a dialog that are read here */
enum member {
	M_TYPE = 0, M_START, M_PARTIES, M_ORIGINATOR, M_BODY, M_URL,
	M_DURATION, M_DISPOSITION, M_HISTORY,
	M_SKILL, M_CAMPAIGN, M_INTERACTION, M_MAX
};

static const char *const member_names[] = {
	"type", "start", "parties", "originator", "body", "url", "duration",
	"disposition", "party_history", "skill", "campaign",
	"interaction_id", NULL
};

/* Of the CC extension: the same in most dialogs, told once */
static const char *const fact_names[] = {
	"Skill", "Campaign", "Interaction ID",
};


/* Old files have dialogs without a type: what they hold tells */
static enum vcon_dialog_type type_guess(struct json_object *elem,
					struct json_object **valv)
{
	static const char *const mediatypes[] = {
		"mediatype", "mimetype", NULL
	};
	size_t len;
	const char *p = value_text(value_member(elem, mediatypes), &len);

	if (!valv[M_BODY] && !valv[M_URL])
		return VCON_OTHER;
	if (p && (!strncasecmp(p, "audio/", 6) ||
		  !strncasecmp(p, "video/", 6)))
		return VCON_RECORDING;

	return (!p || !strncasecmp(p, "text/", 5)) && valv[M_BODY] ?
		VCON_TEXT : VCON_OTHER;
}


static enum vcon_dialog_type type_of(struct json_object *elem,
				     struct json_object **valv)
{
	static const struct {
		const char *name;
		enum vcon_dialog_type type;
	} v[] = {
		{"text",          VCON_TEXT},
		{"recording",     VCON_RECORDING},
		{"recording-set", VCON_RECORDING},
		{"incomplete",    VCON_INCOMPLETE},
		{"transfer",      VCON_TRANSFER},
	};
	size_t len;
	const char *p = value_text(valv[M_TYPE], &len);

	if (!p || !len)
		return type_guess(elem, valv);

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (text_is(p, len, v[i].name))
			return v[i].type;
	}

	return VCON_OTHER;
}


static double seconds_of(struct json_object *val)
{
	char date[DATE_SIZE];
	double seconds;
	const char *p;
	size_t len;

	p = json_object_is_type(val, json_type_string) ?
		value_text(val, &len) : NULL;
	if (!p || date_read(date, p, len) || date_seconds(&seconds, date))
		return (double)NAN;

	return seconds;
}


/* Who spoke on which channel: the place in parties is the channel */
static void channels(struct vcon_dialog *dialog, const struct vcon *vcon,
		     struct json_object *val)
{
	size_t n = json_object_is_type(val, json_type_array) ?
		json_object_array_length(val) : 0;

	for (size_t i = 0; i < PARTY_CHANNELS; i++) {
		size_t party;

		dialog->channelv[i] = -1;
		if (i < n && value_one_index(&party, json_object_array_get_idx(
						val, i), vcon->parties.c))
			dialog->channelv[i] = (signed char)party;
	}
}


static struct vcon_dialog *remember(struct vcon_dialogs *dialogs)
{
	if (dialogs->c == dialogs->size) {
		size_t size = dialogs->size ? 2 * dialogs->size : 32;
		struct vcon_dialog *v;

		v = realloc(dialogs->v, size * sizeof(*v));
		if (!v)
			return NULL;
		dialogs->v = v;
		dialogs->size = size;
	}

	return &dialogs->v[dialogs->c++];
}


/**
 * Read one dialog, section 4.3 of the draft
 *
 * @param vcon vCon
 * @param elem The dialog, any JSON
 *
 * @return 0 or ENOMEM
 */
int vcon_dialog(struct vcon *vcon, struct json_object *elem)
{
	struct vcon_dialogs *dialogs = &vcon->dialogs;
	struct json_object *valv[M_MAX];
	struct vcon_dialog *dialog;
	enum vcon_dialog_type type;
	double duration;
	int err;

	/* What is no dialog has its place in the order too */
	dialog = remember(dialogs);
	if (!dialog)
		return ENOMEM;

	value_pick(valv, elem, member_names);
	type = type_of(elem, valv);

	dialog->type = (unsigned char)type;
	dialog->start = (double)NAN;
	dialog->duration = NAN;
	dialog->disposition = 0;
	dialog->told = false;

	if (type == VCON_TEXT) {
		const struct vcon_members m = {
			valv[M_START], valv[M_PARTIES], valv[M_ORIGINATOR],
			valv[M_BODY], valv[M_URL],
		};

		err = vcon_text(vcon, elem, &m);
		goto out;
	}

	channels(dialog, vcon, valv[M_PARTIES]);
	dialog->start = seconds_of(valv[M_START]);
	dialog->disposition = vcon_disposition(valv[M_DISPOSITION]);
	if (value_number(&duration, valv[M_DURATION], 0.0, 1e7))
		dialog->duration = (float)duration;

	switch (type) {

	case VCON_RECORDING:
		err = vcon_recording(vcon, elem, dialog);
		break;

	case VCON_INCOMPLETE:
	case VCON_TRANSFER:
		/* It may refer to dialogs further down */
		if (dialogs->callc == VCON_CALLS)
			return context_left_out(vcon->ctx, "transfers",
						VCON_CALLS);
		dialogs->callv[dialogs->callc].elem = json_object_get(elem);
		dialogs->callv[dialogs->callc++].dialog = dialogs->c - 1;
		err = 0;
		break;

	default:
		err = valv[M_URL] ?
			vcon_elsewhere(vcon, elem, "Recording") : 0;
		break;
	}

 out:
	for (size_t i = M_SKILL; i < M_MAX && !err; i++) {
		if (valv[i])
			err = vcon_fact_once(vcon->ctx,
					     fact_names[i - M_SKILL], valv[i]);
	}
	if (!err && valv[M_HISTORY])
		err = vcon_party_history(vcon, valv[M_HISTORY]);

	return err;
}


/** Free what is remembered of dialogs */
void vcon_dialogs_finish(struct vcon_dialogs *dialogs)
{
	while (dialogs->callc)
		json_object_put(dialogs->callv[--dialogs->callc].elem);
	free(dialogs->v);
	memset(dialogs, 0, sizeof(*dialogs));
}
