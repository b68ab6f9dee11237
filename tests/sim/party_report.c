/*
 * What is said of a side in the end.
 */
#include <json-c/json.h>
#include "events.h"
#include "party.h"
#include "referred.h"
#include "stats.h"


/* Adds whom it talked with, what it was asked to do, and what it heard */
void party_tell(const struct party *p, struct json_object *o)
{
	size_t i, n = p->referredc;
	struct json_object *arr;

	json_object_object_add(o, "referred", n ? referred_json(
			       p->referredv[n - 1]) : NULL);
	if (n > 1) {
		arr = json_object_new_array();
		for (i = 0; i < n; i++)
			json_object_array_add(arr, referred_json(
					      p->referredv[i]));
		json_object_object_add(o, "referrals", arr);
	}
	json_object_object_add(o, "replaced",
			       json_object_new_int((int)p->replaced));
	if (p->refused)
		json_object_object_add(o, "replaces_refused",
				       json_object_new_int((int)p->refused));
	if (p->replaced_at)
		json_object_object_add(o, "replaced_ms", report_ms(
			(double)(p->replaced_at - p->replace_at) / 1000));
	json_object_object_add(o, "holds",
			       json_object_new_int((int)p->holds));
	event_text(o, "talking_to", p->alone ? NULL : p->with);
	ear_tell(&p->ear, o);
}
