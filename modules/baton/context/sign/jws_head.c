/**
 * @file jws_head.c  The two headers of a signature
 *
 * RFC 7515, section 4. The algorithm is taken from the protected one alone:
 * who takes it from the other one lets a forger choose it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "../json/span.h"
#include "../limits.h"
#include "../text/base64.h"
#include "../text/text.h"
#include "jws_head.h"


enum { SHOWN = 31 };              /* bytes of a foreign word in an error    */


static int fail(int err, const char *why, char *error)
{
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "%s", why);

	return err;
}


/* With a word of the network in it, made fit to show */
static int fail_word(int err, const char *fmt_before, const char *word,
		     size_t len, const char *after, char *error)
{
	char shown[SHOWN + 1];

	shown[text_clean(shown, word, len, SHOWN, true)] = '\0';
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "%s\"%s\"%s", fmt_before,
		       shown, after);

	return err;
}


/**
 * The next member of an object in which no name may come twice: two readers
 * could take two different ones
 *
 * @param doc  Text
 * @param walk Walk through the object
 * @param seen The names so far, as a JSON object, and the values if wanted
 * @param valp NULL: the values are not wanted; else gets it, owned by seen
 * @param name Gets the name, cut if it is none of ours
 * @param val  Gets the value as it stands there
 *
 * @return 0, ENOENT at the end, EBADMSG or E2BIG with the error set, ENOMEM
 */
int jws_member(struct doc *doc, struct walk *walk, struct json_object *seen,
	       struct json_object **valp, char name[JWS_NAME_SIZE],
	       struct span *val)
{
	struct json_object *key = NULL;
	struct json_object *obj = NULL;
	struct span span;
	const char *text;
	size_t len;
	int err;

	err = walk_member(doc, walk, &span, val);
	if (err)
		return err;

	err = doc_parse(&key, doc, &span);
	if (err)
		return err;

	text = json_object_get_string(key);
	len = (size_t)json_object_get_string_len(key);

	if (strlen(text) != len || len > LIMIT_NAME)
		err = fail(EBADMSG, "signed vCon: a name is broken",
			   doc->error);
	else if (json_object_object_get_ex(seen, text, NULL))
		err = fail_word(EBADMSG, "signed vCon: ", text, len,
				" comes twice", doc->error);
	else if (json_object_object_length(seen) >= LIMIT_JWS_NAMES)
		err = fail(E2BIG, "signed vCon: too many names",
			   doc->error);

	if (!err && valp)
		err = doc_parse(&obj, doc, val);
	if (!err && json_object_object_add(seen, text, obj)) {
		json_object_put(obj);
		err = ENOMEM;
	}
	if (!err) {
		(void)snprintf(name, JWS_NAME_SIZE, "%s", text);
		if (valp)
			*valp = obj;
	}
	json_object_put(key);

	return err;
}


static int object_read(struct json_object **objp, struct doc *doc,
		       const struct span *text)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *member;
	char name[JWS_NAME_SIZE];
	struct span val;
	struct walk walk;
	int err;

	if (!obj)
		return ENOMEM;

	walk_init(&walk, text);

	do {
		err = jws_member(doc, &walk, obj, &member, name, &val);
	} while (!err);

	if (err != ENOENT) {
		json_object_put(obj);
		return err;
	}

	*objp = obj;

	return 0;
}


/* base64url of a JSON object */
static int protected_read(struct json_object **objp, const struct span *text,
			  char *error)
{
	char why[CONTEXT_ERROR_SIZE];
	char *buf = NULL;
	struct span top;
	struct doc doc;
	size_t len;
	int err;

	if (!text->p || !text->l)
		return fail(EACCES, "signature without a protected header",
			    error);

	if (text->l > LIMIT_JWS_HEADER / 3 * 4)
		return fail(EMSGSIZE, "a signature's header is too long",
			    error);

	err = base64_strict(&buf, &len, text->p, text->l, BASE64_URL);
	if (err == EBADMSG)
		return fail(err, "protected header is not base64url", error);
	if (err)
		return err;

	err = doc_init(&doc, &top, buf, len, why);
	if (!err) {
		doc.error = error;
		err = object_read(objp, &doc, &top);
		doc_finish(&doc);
	}
	else if (err != ENOMEM) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "protected header: %.100s", why);
	}
	free(buf);

	return err;
}


/* RFC 7515, section 4: a name in both is wrong. Signers of vCons write it
   all the same, as the draft's own examples do; then it must be the same */
static int twins_check(const struct jws_head *head, char *error)
{
	struct json_object *other;

	json_object_object_foreach(head->header, name, val) {
		if (json_object_object_get_ex(head->protected, name, &other)
		    && !json_object_equal(val, other))
			return fail_word(EACCES, "", name, strlen(name),
					 " differs between the two headers",
					 error);
	}

	return 0;
}


/* In either header; what is protected first */
static bool find(struct json_object **valp, const struct jws_head *head,
		 const char *name)
{
	return json_object_object_get_ex(head->protected, name, valp) ||
		json_object_object_get_ex(head->header, name, valp);
}


static int alg_read(struct jws_head *head, char *error)
{
	struct json_object *val = NULL;
	const char *alg;
	size_t len;

	if (!json_object_object_get_ex(head->protected, "alg", &val))
		return fail(EACCES, "the algorithm is not in the protected "
			    "header", error);

	if (!json_object_is_type(val, json_type_string))
		return fail(EBADMSG, "the algorithm (alg) is not a string",
			    error);

	alg = json_object_get_string(val);
	len = (size_t)json_object_get_string_len(val);

	if (len == 5 && !memcmp(alg, "RS256", 5))
		head->alg = JWS_RS256;
	else if (len == 5 && !memcmp(alg, "ES256", 5))
		head->alg = JWS_ES256;
	else
		return fail_word(EPROTONOSUPPORT, "algorithm ", alg, len,
				 " is not accepted, only RS256 and ES256",
				 error);

	return 0;
}


static int extensions_check(const struct jws_head *head, char *error)
{
	struct json_object *val = NULL;

	/* None is known here, so any that must be known is one too many */
	if (find(&val, head, "crit"))
		return fail(EPROTONOSUPPORT, "signature needs an extension "
			    "(crit) that is not known", error);

	/* RFC 7797 */
	if (find(&val, head, "b64") &&
	    (!json_object_is_type(val, json_type_boolean) ||
	     !json_object_get_boolean(val)))
		return fail(EPROTONOSUPPORT, "payload that is not encoded "
			    "(b64) is not accepted", error);

	return 0;
}


static int pick(struct jws_head *head, char *error)
{
	struct json_object *val = NULL;

	if (!find(&head->x5c, head, "x5c")) {
		if (find(&val, head, "x5u"))
			return fail(EPROTONOSUPPORT, "certificate by address "
				    "(x5u) is not fetched", error);
		return fail(EPROTONOSUPPORT, "signature without its "
			    "certificate (x5c)", error);
	}

	if (find(&val, head, "uuid")) {
		if (!json_object_is_type(val, json_type_string))
			return fail(EBADMSG, "uuid in a signature's header "
				    "is not a string", error);
		head->uuid = json_object_get_string(val);
	}

	return 0;
}


/**
 * Read the headers of a signature. Addresses and names of keys (x5u, jku,
 * jwk, kid) are never used: who writes them has not proven anything yet.
 *
 * @param head      Filled in; finish with jws_head_finish() if 0 is returned
 * @param doc       Text that the unprotected header is in
 * @param protected base64url, p = NULL: not there
 * @param header    Unprotected one, an object, p = NULL: not there
 *
 * @return 0; with the error of doc set EACCES, EBADMSG, E2BIG, EMSGSIZE,
 *         EPROTONOSUPPORT; ENOMEM
 */
int jws_head_read(struct jws_head *head, struct doc *doc,
		  const struct span *protected, const struct span *header)
{
	static const struct span none = {"{}", 2};
	char *error = doc->error;
	int err;

	memset(head, 0, sizeof(*head));

	if (header->p && header->l > LIMIT_JWS_HEADER)
		return fail(EMSGSIZE, "a signature's header is too long",
			    error);

	err = protected_read(&head->protected, protected, error);
	if (!err)
		err = object_read(&head->header, doc,
				  header->p ? header : &none);
	if (!err)
		err = twins_check(head, error);
	if (!err)
		err = extensions_check(head, error);
	if (!err)
		err = alg_read(head, error);
	if (!err)
		err = pick(head, error);
	if (err)
		jws_head_finish(head);

	return err;
}


/** Counterpart of jws_head_read() */
void jws_head_finish(struct jws_head *head)
{
	json_object_put(head->protected);
	json_object_put(head->header);
	memset(head, 0, sizeof(*head));
}
