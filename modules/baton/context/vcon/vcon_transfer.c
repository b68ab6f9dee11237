/**
 * @file vcon_transfer.c  Who handed whom to whom, section 4.3.14 of the draft
 *
 * A transfer is an entry of the history. The dialogs that it refers to say
 * whether there was a consultation, and whether it came about.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <json-c/json.h>
#include "../json/value.h"
#include "vcon.h"


/* Members, with the names that they had before 0.3.0 */
enum member {
	M_START = 0, M_TRANSFEREE, M_TRANSFEROR, M_TARGET, M_OLD_TARGET,
	M_CONSULTATION, M_DIALOG, M_OLD_DIALOG, M_ORIGINAL, M_MAX
};

static const char *const member_names[] = {
	"start", "transferee", "transferor", "transfer_target",
	"transfer-target", "consultation", "target_dialog", "target-dialog",
	"original", NULL
};


static struct vcon_dialog *refers(struct vcon *vcon, struct json_object *val)
{
	size_t i;

	return value_one_index(&i, val, vcon->dialogs.c) ? &vcon->dialogs.v[i]
						    : NULL;
}


/* The calls that a transfer is made of are part of its own line */
static void mark(struct vcon *vcon, struct json_object *elem)
{
	static const char *const partv[] = {
		"consultation", "target_dialog", "target-dialog",
	};

	for (size_t i = 0; i < sizeof(partv) / sizeof(*partv); i++) {
		const char *const names[] = {partv[i], NULL};
		struct vcon_dialog *dialog;

		dialog = refers(vcon, value_member(elem, names));
		if (dialog)
			dialog->told = true;
	}
}


static bool is_who(const struct vcon *vcon, struct json_object *val,
		   const char *who)
{
	size_t i;

	return value_one_index(&i, val, vcon->parties.c) &&
		!strcmp(vcon->parties.v[i].who, who);
}


/* "Bo handed Anna to Cy"; of a person "Cy passed Anna on to Dana" */
static size_t sentence(char *text, size_t size, const struct vcon *vcon,
		       struct json_object **valv)
{
	struct json_object *target = valv[M_TARGET] ? valv[M_TARGET]
						    : valv[M_OLD_TARGET];
	const size_t count = vcon->parties.c;
	const bool person = is_who(vcon, valv[M_TRANSFEROR], "agent");
	const bool back = person && is_who(vcon, target, "ai");
	size_t i;
	int n;

	n = snprintf(text, size, "%.150s %s ",
		     value_one_index(&i, valv[M_TRANSFEROR], count) ?
		     vcon_party_label(vcon, i) : "Somebody",
		     person && !back ? "passed" : "handed");
	n += snprintf(text + n, size - (size_t)n, "%.150s ",
		      value_one_index(&i, valv[M_TRANSFEREE], count) ?
		      vcon_party_label(vcon, i) : "the caller");

	if (value_one_index(&i, target, count))
		n += snprintf(text + n, size - (size_t)n, "%s%.150s",
			      back ? "back to " : person ? "on to " : "to ",
			      vcon_party_label(vcon, i));
	else
		n += snprintf(text + n, size - (size_t)n, "on");

	vcon_capital(text);

	return (size_t)n;
}


static int transfer(struct vcon *vcon, struct json_object *elem)
{
	char text[3 * VCON_LABEL + 128];
	char title[64] = "Transfer";
	const struct vcon_dialog *consult, *target;
	struct json_object *valv[M_MAX];
	char duration[16];
	size_t n;

	value_pick(valv, elem, member_names);

	consult = refers(vcon, valv[M_CONSULTATION]);
	target = refers(vcon, valv[M_DIALOG] ? valv[M_DIALOG]
					     : valv[M_OLD_DIALOG]);

	n = sentence(text, sizeof(text), vcon, valv);

	if (consult && consult->type == VCON_INCOMPLETE)
		(void)snprintf(text + n, sizeof(text) - n,
			       "; no consultation: %s",
			       vcon_disposition_words(consult->disposition ?
						      consult->disposition :
						      1));
	else if (consult && !isnan(consult->duration))
		(void)snprintf(text + n, sizeof(text) - n,
			       " after a consultation of %s",
			       vcon_duration(duration, consult->duration));
	else if (consult)
		(void)snprintf(text + n, sizeof(text) - n,
			       " after a consultation");

	/* The draft's "failed" is what is not known, or still open */
	if (target && target->type == VCON_INCOMPLETE)
		(void)snprintf(title, sizeof(title),
			       "Transfer not completed%s%s",
			       target->disposition > 1 ? ": " : "",
			       target->disposition > 1 ?
			       vcon_disposition_words(target->disposition)
			       : "");

	return vcon_event(vcon, valv[M_START], title, text, strlen(text));
}


/* The same two, and the same call that it grew out of? */
static bool same_transfer(struct json_object **a, struct json_object **b,
			  const struct vcon *vcon)
{
	static const enum member rolev[] = {
		M_TRANSFEREE, M_TRANSFEROR, M_TARGET, M_ORIGINAL,
	};

	for (size_t i = 0; i < sizeof(rolev) / sizeof(*rolev); i++) {
		const size_t count = rolev[i] == M_ORIGINAL ?
			vcon->dialogs.c : vcon->parties.c;
		size_t x, y;

		if (!value_one_index(&x, a[rolev[i]], count) ||
		    !value_one_index(&y, b[rolev[i]], count) || x != y)
			return false;
	}

	return true;
}


/* Who passed the caller on could not tell how it ended; who got the caller
   tells of the same transfer once more, and all of it */
static bool told_later(const struct vcon *vcon, size_t at)
{
	const struct vcon_dialogs *dialogs = &vcon->dialogs;
	struct json_object *a[M_MAX], *b[M_MAX];

	value_pick(a, dialogs->callv[at].elem, member_names);
	if (a[M_DIALOG] || a[M_OLD_DIALOG])
		return false;

	for (size_t i = at + 1; i < dialogs->callc; i++) {
		const struct vcon_call *call = &dialogs->callv[i];

		if (dialogs->v[call->dialog].type != VCON_TRANSFER)
			continue;
		value_pick(b, call->elem, member_names);
		if (same_transfer(a, b, vcon))
			return true;
	}

	return false;
}


/**
 * Tell of transfers and failed calls, once all dialogs are known
 *
 * @return 0 or ENOMEM
 */
int vcon_calls(struct vcon *vcon)
{
	struct vcon_dialogs *dialogs = &vcon->dialogs;
	int err = 0;

	for (size_t i = 0; i < dialogs->callc; i++) {
		const struct vcon_call *call = &dialogs->callv[i];

		if (dialogs->v[call->dialog].type == VCON_TRANSFER)
			mark(vcon, call->elem);
	}

	for (size_t i = 0; i < dialogs->callc && !err; i++) {
		const struct vcon_call *call = &dialogs->callv[i];

		if (dialogs->v[call->dialog].type == VCON_TRANSFER)
			err = told_later(vcon, i) ? 0 :
				transfer(vcon, call->elem);
		else if (!dialogs->v[call->dialog].told)
			err = vcon_incomplete(vcon, call->elem);
	}

	return err;
}
