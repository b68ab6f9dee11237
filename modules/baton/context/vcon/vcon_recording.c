/**
 * @file vcon_recording.c  Calls of a vCon that are no text
 *
 * A recording is a link or, when it came inside or not at all, an entry of
 * the history; its bytes are never shown. So are calls that failed, and who
 * was put on hold.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../build.h"
#include "../json/value.h"
#include "../text/text.h"
#include "vcon.h"


/* Table 1 of the draft's section 4.3, and how a person says it */
static const struct {
	const char *name;
	const char *words;
} dispositions[] = {
	{"", ""},
	{"failed",               "failed"},
	{"no-answer",            "no answer"},
	{"congestion",           "network congested"},
	{"busy",                 "busy"},
	{"hung-up",              "hung up"},
	{"voicemail-no-message", "voicemail, no message left"},
};

enum { DISPOSITIONS = sizeof(dispositions) / sizeof(*dispositions) };


/** Why a dialog is incomplete, as a number; 0 = it does not say */
unsigned char vcon_disposition(struct json_object *val)
{
	size_t len;
	const char *p = value_text(val, &len);

	for (unsigned char i = 1; p && i < DISPOSITIONS; i++) {
		if (text_is(p, len, dispositions[i].name))
			return i;
	}

	/* The draft's word for what is not known */
	return p && len ? 1 : 0;
}


/** The same in words, empty if it is 0 */
const char *vcon_disposition_words(unsigned char disposition)
{
	return disposition < DISPOSITIONS ?
		dispositions[disposition].words : "";
}


/** Seconds as "1:23" or "1:02:03" */
const char *vcon_duration(char buf[16], double seconds)
{
	unsigned s = seconds < 1e7 ? (unsigned)(seconds + 0.5) : 0;

	if (s >= 3600)
		(void)snprintf(buf, 16, "%u:%02u:%02u", s / 3600,
			       s / 60 % 60, s % 60);
	else
		(void)snprintf(buf, 16, "%u:%02u", s / 60, s % 60);

	return buf;
}


/**
 * Add an entry to the history
 *
 * @param vcon  vCon
 * @param at    When, any JSON
 * @param title Title
 * @param text  What else there is to say, may be empty
 * @param len   Its length
 *
 * @return 0 or ENOMEM
 */
int vcon_event(struct vcon *vcon, struct json_object *at, const char *title,
	       const char *text, size_t len)
{
	struct context *ctx = vcon->ctx;
	struct context_event *event;
	int err = context_add_event(ctx, &event);

	if (err)
		return err == E2BIG ?
			context_left_out(ctx, "history", LIMIT_LIST) : err;

	(void)value_date(ctx, &event->at, at);
	err = context_set_line(ctx, &event->title, title, strlen(title));
	if (!err)
		err = context_set_text(ctx, &event->text, text, len);

	return err;
}


/**
 * Read a dialog of type recording or recording-set
 *
 * @return 0 or ENOMEM
 */
int vcon_recording(struct vcon *vcon, struct json_object *elem,
		   const struct vcon_dialog *dialog)
{
	static const char *const names[] = {
		"url", "body", "filename", "start", "recordings", NULL
	};
	struct json_object *valv[5];
	char title[48] = "Recording";
	char text[VCON_LABEL];
	char duration[16];
	const char *url, *file, *body;
	size_t urllen, filelen, bodylen;
	int n;

	value_pick(valv, elem, names);

	if (!isnan(dialog->duration) && dialog->duration > 0)
		(void)snprintf(title, sizeof(title), "Recording (%s)",
			       vcon_duration(duration, dialog->duration));

	url = value_text(valv[0], &urllen);
	if (url && urllen)
		return value_link(vcon->ctx, title, strlen(title), url,
				  urllen);

	body = value_text(valv[1], &bodylen);
	file = value_text(valv[2], &filelen);
	if (file)
		file = vcon_basename(file, &filelen);

	/* One that says nothing only holds the place of a call */
	if (!(body && bodylen) && !(file && filelen) && !valv[4] &&
	    isnan(dialog->duration))
		return 0;

	if (valv[4])
		n = snprintf(text, sizeof(text), "in %zu parts",
			     json_object_is_type(valv[4], json_type_array) ?
			     json_object_array_length(valv[4]) : (size_t)1);
	else
		n = snprintf(text, sizeof(text), "%s", body && bodylen ?
			     "inside the vCon, cannot be played here" :
			     "not part of the vCon");
	if (file && filelen)
		(void)snprintf(text + n, sizeof(text) - (size_t)n, ": %.*s",
			       (int)(filelen < 100 ? filelen : 100), file);

	return vcon_event(vcon, valv[3], title, text, strlen(text));
}


/* "Bo to Cy": who called whom */
static void calls_whom(char text[2 * VCON_LABEL + 8],
		       const struct vcon *vcon, struct json_object *elem)
{
	static const char *const names[] = {"parties", "originator", NULL};
	struct json_object *valv[2];
	size_t from = LIMIT_PARTIES, to = LIMIT_PARTIES;
	size_t n;

	value_pick(valv, elem, names);
	(void)value_index(&from, valv[1], vcon->parties.c);

	n = json_object_is_type(valv[0], json_type_array) ?
		json_object_array_length(valv[0]) : 0;
	for (size_t i = 0; i < n; i++) {
		struct json_object *one = json_object_array_get_idx(valv[0],
								    i);
		size_t party;

		if (!value_one_index(&party, one, vcon->parties.c) ||
		    party == from)
			continue;
		if (from == LIMIT_PARTIES)
			from = party;
		else if (to == LIMIT_PARTIES)
			to = party;
	}

	*text = '\0';
	if (from != LIMIT_PARTIES && to != LIMIT_PARTIES)
		(void)snprintf(text, 2 * VCON_LABEL + 8, "%.150s to %.150s",
			       vcon_party_label(vcon, from),
			       vcon_party_label(vcon, to));
}


/**
 * Read a dialog of type incomplete: a call that was not set up
 *
 * @return 0 or ENOMEM
 */
int vcon_incomplete(struct vcon *vcon, struct json_object *elem)
{
	static const char *const names[] = {"start", "disposition", NULL};
	char text[2 * VCON_LABEL + 8];
	struct json_object *valv[2];
	unsigned char why;
	char title[64];

	value_pick(valv, elem, names);
	why = vcon_disposition(valv[1]);

	(void)snprintf(title, sizeof(title), "Call not completed%s%s",
		       why ? ": " : "", vcon_disposition_words(why));
	calls_whom(text, vcon, elem);
	vcon_capital(text);

	return vcon_event(vcon, valv[0], title, text, strlen(text));
}


/**
 * Read who joined, left or was put on hold; keys and muting stay in the vCon
 *
 * @param vcon vCon
 * @param list party_history of a dialog
 *
 * @return 0 or ENOMEM
 */
int vcon_party_history(struct vcon *vcon, struct json_object *list)
{
	static const struct {
		const char *event;
		const char *title;
	} v[] = {
		{"join", "Joined"}, {"drop", "Left"}, {"hold", "On hold"},
		{"unhold", "Back from hold"},
	};
	static const char *const names[] = {"party", "time", "event", NULL};
	size_t n = json_object_is_type(list, json_type_array) ?
		json_object_array_length(list) : 0;
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		struct json_object *valv[3];
		const char *event, *label;
		size_t len, party;

		value_pick(valv, json_object_array_get_idx(list, i), names);
		event = value_text(valv[2], &len);
		if (!event || !value_index(&party, valv[0], vcon->parties.c))
			continue;
		label = vcon_party_label(vcon, party);

		for (size_t j = 0; j < sizeof(v) / sizeof(*v); j++) {
			if (text_is(event, len, v[j].event))
				err = vcon_event(vcon, valv[1], v[j].title,
						 label, strlen(label));
		}
	}

	return err;
}
