/**
 * @file members.c  An object less its long lists
 */
#include <errno.h>
#include <stdbool.h>
#include <json-c/json.h>
#include "members.h"


/* Which of the lists a member is; of those names the text is the key */
static bool list_find(size_t *at, const struct members *lists,
		      const struct span *name)
{
	for (size_t i = 0; lists->names[i]; i++) {
		if (span_is(name, lists->names[i])) {
			*at = i;
			return true;
		}
	}

	return false;
}


static int member(struct json_object *obj, struct doc *doc,
		  const struct span *name, const struct span *val)
{
	struct json_object *key = NULL;
	struct json_object *sub = NULL;
	int err;

	err = doc_parse(&key, doc, name);
	if (!err)
		err = doc_parse(&sub, doc, val);
	if (!err) {
		/* The last one has its place too */
		json_object_object_del(obj, json_object_get_string(key));
		if (json_object_object_add(obj, json_object_get_string(key),
					   sub))
			err = ENOMEM;
	}
	if (err)
		json_object_put(sub);
	json_object_put(key);

	return err;
}


/**
 * Build an object but for the lists and objects that are named
 *
 * @param objp  The object, to be put by the caller. Where one was left out
 *              it has null, so that the order of members stays
 * @param doc   Text
 * @param span  The object's text
 * @param lists What is left out, and where it is told
 *
 * @return 0, EBADMSG with the error of doc set, or ENOMEM
 */
int members_read(struct json_object **objp, struct doc *doc,
		 const struct span *span, const struct members *lists)
{
	struct json_object *obj = json_object_new_object();
	struct span name, val;
	struct walk walk;
	int err;

	if (!obj)
		return ENOMEM;

	for (size_t i = 0; lists->names[i]; i++)
		lists->spanv[i].p = NULL;

	walk_init(&walk, span);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		struct span null = {"null ", 4};
		bool listed;
		size_t i = 0;

		listed = list_find(&i, lists, &name);
		if (listed)
			lists->spanv[i].p = NULL;

		if (listed && val.l > lists->least &&
		    (*val.p == '[' || *val.p == '{')) {
			lists->spanv[i] = val;
			val = null;
		}

		err = member(obj, doc, &name, &val);
		if (err)
			break;
	}

	if (err != ENOENT) {
		json_object_put(obj);
		return err;
	}

	*objp = obj;

	return 0;
}
