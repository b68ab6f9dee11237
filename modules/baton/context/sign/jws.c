/**
 * @file jws.c  Signed vCons: JWS General JSON Serialization, RFC 7515
 *
 * Takes the form apart and says in which order things are believed; what
 * certificates and signatures are worth is chain.c's, roots.c's, verify.c's.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include <openssl/err.h>
#include "../json/span.h"
#include "../limits.h"
#include "../text/base64.h"
#include "../text/inflate.h"
#include "../text/text.h"
#include "chain.h"
#include "jws_head.h"


enum { SIGNATURE_TEXT = 1400 };   /* digits: those of RSA with 8192 bits    */

/* The object as it came */
struct form {
	struct span payload;      /* base64url                              */
	struct span signatures;   /* a list                                 */
};

/* One element of `signatures` as it came */
struct element {
	struct span protected;    /* base64url                              */
	struct span header;       /* an object, p = NULL: not there         */
	struct span signature;    /* base64url                              */
};

/* What all signatures together have said so far */
struct verdict {
	struct jws_proof *proof;
	const struct context_rules *rules;
	char *error;
	char why[CONTEXT_ERROR_SIZE];  /* of the first without a root       */
};


static int fail(int err, const char *why, char *error)
{
	(void)snprintf(error, CONTEXT_ERROR_SIZE, "%s", why);

	return err;
}


/* What is between the quotes of a string; escapes are no base64url */
static bool inside(struct span *text, const struct span *val)
{
	if (*val->p != '"')
		return false;

	text->p = val->p + 1;
	text->l = val->l - 2;

	return true;
}


static int form_read(struct form *form, struct doc *doc,
		     const struct span *top)
{
	struct json_object *seen = json_object_new_object();
	char name[JWS_NAME_SIZE];
	struct span val;
	struct walk walk;
	int err;

	memset(form, 0, sizeof(*form));
	if (!seen)
		return ENOMEM;

	walk_init(&walk, top);

	while (!(err = jws_member(doc, &walk, seen, NULL, name, &val))) {
		if (!strcmp(name, "payload")) {
			if (!inside(&form->payload, &val))
				err = fail(EBADMSG, "payload is not a string",
					   doc->error);
		}
		else if (!strcmp(name, "signatures")) {
			form->signatures = val;
			if (*val.p != '[')
				err = fail(EBADMSG, "signatures is not a "
					   "list", doc->error);
		}
		else if (!strcmp(name, "signature") ||
			 !strcmp(name, "protected") ||
			 !strcmp(name, "header")) {
			/* RFC 7515, section 7.2.2: one form or the other */
			err = fail(EBADMSG, "signed in two forms at once",
				   doc->error);
		}
		if (err)
			break;
	}

	json_object_put(seen);
	if (err != ENOENT)
		return err;

	if (!form->payload.p || !form->signatures.p)
		return fail(EBADMSG, "signed, but without payload or "
			    "signatures", doc->error);

	return 0;
}


static int element_read(struct element *elem, struct doc *doc,
			const struct span *obj)
{
	struct json_object *seen;
	char name[JWS_NAME_SIZE];
	struct span val;
	struct walk walk;
	int err;

	memset(elem, 0, sizeof(*elem));
	if (*obj->p != '{')
		return fail(EBADMSG, "a signature is not an object",
			    doc->error);

	seen = json_object_new_object();
	if (!seen)
		return ENOMEM;

	walk_init(&walk, obj);

	while (!(err = jws_member(doc, &walk, seen, NULL, name, &val))) {
		bool good = true;

		if (!strcmp(name, "protected"))
			good = inside(&elem->protected, &val);
		else if (!strcmp(name, "signature"))
			good = inside(&elem->signature, &val);
		else if (!strcmp(name, "header")) {
			elem->header = val;
			good = *val.p == '{';
		}
		if (!good) {
			(void)snprintf(doc->error, CONTEXT_ERROR_SIZE,
				       "%s of a signature has the wrong type",
				       name);
			err = EBADMSG;
			break;
		}
	}

	json_object_put(seen);
	if (err != ENOENT)
		return err;

	if (!elem->signature.p || !elem->signature.l)
		return fail(EBADMSG, "a signature is empty", doc->error);

	return 0;
}


/* The signature holds: whose is it, and who vouches for that? */
static int believe(struct verdict *verdict, const struct chain *chain)
{
	const struct context_rules *rules = verdict->rules;
	struct jws_proof *proof = verdict->proof;
	char why[CONTEXT_ERROR_SIZE] = "";
	int err = 0;

	if (proof->chained)
		return 0;

	if (rules->roots) {
		err = chain_check(chain, rules->roots, rules->now, why);
		if (err == ENOMEM)
			return err;
		proof->chained = !err;
	}

	/* The first that is believed, else the first */
	if (proof->chained || !proof->signer[0])
		(void)chain_name(proof->signer, JWS_SIGNER_SIZE - 1,
				 chain->leaf);
	if (err && !verdict->why[0])
		memcpy(verdict->why, why, sizeof(why));

	return 0;
}


/* All headers must name the same vCon */
static int uuid_keep(struct jws_proof *proof, const struct jws_head *head,
		     char *error)
{
	if (!head->uuid)
		return 0;

	if (proof->uuid) {
		if (!text_is(head->uuid, strlen(head->uuid), proof->uuid))
			return fail(EACCES, "the signatures name different "
				    "vCons (uuid)", error);
		return 0;
	}

	proof->uuid = strdup(head->uuid);

	return proof->uuid ? 0 : ENOMEM;
}


static int element_check(struct verdict *verdict, struct doc *doc,
			 const struct span *payload, const struct span *obj)
{
	struct chain chain = {NULL, NULL};
	struct signed_text text;
	struct jws_head head;
	struct element elem;
	char *sig = NULL;
	size_t siglen;
	int err;

	err = element_read(&elem, doc, obj);
	if (err)
		return err;

	err = jws_head_read(&head, doc, &elem.protected, &elem.header);
	if (err)
		return err;

	if (elem.signature.l > SIGNATURE_TEXT) {
		err = fail(EMSGSIZE, "a signature is too long",
			   verdict->error);
		goto out;
	}
	err = base64_strict(&sig, &siglen, elem.signature.p,
			    elem.signature.l, BASE64_URL);
	if (err == EBADMSG)
		(void)fail(err, "a signature is not base64url",
			   verdict->error);
	if (err)
		goto out;

	err = chain_read(&chain, head.x5c, verdict->error);
	if (err)
		goto out;

	text.protected = elem.protected.p;
	text.protectedl = elem.protected.l;
	text.payload = payload->p;
	text.payloadl = payload->l;

	err = signature_check(chain.leaf, head.alg, &text, sig, siglen,
			      verdict->error);
	if (!err)
		err = uuid_keep(verdict->proof, &head, verdict->error);
	if (!err)
		err = believe(verdict, &chain);

 out:
	chain_finish(&chain);
	jws_head_finish(&head);
	free(sig);

	return err;
}


/*
 * Every signature must hold: one that does not is a sign that somebody was at
 * the text, and RFC 8725, section 3.3, refuses the whole then. But only one
 * must lead to a root: others may sign beside the one that is known, a
 * notary for one, and an unknown signature more takes nothing from it (nor
 * does it add anything: anybody can put his own beside it). The signer shown
 * is the first that leads to a root.
 */
static int signatures_check(struct verdict *verdict, struct doc *doc,
			    const struct form *form)
{
	struct span obj;
	struct walk walk;
	unsigned count = 0;
	int err;

	walk_init(&walk, &form->signatures);

	while (!(err = walk_element(doc, &walk, &obj))) {
		if (count++ == LIMIT_SIGNATURES) {
			(void)snprintf(verdict->error, CONTEXT_ERROR_SIZE,
				       "more than %d signatures",
				       LIMIT_SIGNATURES);
			return E2BIG;
		}
		err = element_check(verdict, doc, &form->payload, &obj);
		if (err)
			return err;
	}
	if (err != ENOENT)
		return err;

	if (!count)
		return fail(EACCES, "signed vCon without a signature",
			    verdict->error);

	if (verdict->rules->roots && !verdict->proof->chained)
		return fail(EACCES, verdict->why, verdict->error);

	return 0;
}


/* Decode, and unpack if it is packed: section 5.2 of the vCon draft */
static int payload_read(char **payloadp, size_t *lenp,
			const struct span *text, size_t max, char *error)
{
	char *buf = NULL;
	char *packed;
	size_t len;
	int err;

	err = base64_strict(&buf, &len, text->p, text->l, BASE64_URL);
	if (err == EBADMSG)
		return fail(err, "payload is not base64url", error);
	if (err)
		return err;

	if (gzip_is(buf, len)) {
		packed = buf;
		buf = NULL;
		err = gzip_inflate(&buf, &len, packed, len, max);
		free(packed);
		if (err == EMSGSIZE)
			(void)snprintf(error, CONTEXT_ERROR_SIZE,
				       "payload larger than %zu bytes after "
				       "decompression", max);
		else if (err == EOVERFLOW)
			(void)fail(err, "payload of gzip data that grows too "
				   "many times", error);
		else if (err == EBADMSG)
			(void)fail(err, "broken gzip data in the payload",
				   error);
	}
	if (err)
		return err;

	*payloadp = buf;
	*lenp = len;

	return 0;
}


/**
 * Free what a proof holds
 *
 * @param proof Proof
 */
void jws_proof_finish(struct jws_proof *proof)
{
	free(proof->uuid);
	memset(proof, 0, sizeof(*proof));
}


/**
 * Check the signatures, and only then give the payload
 *
 * Without roots a signature must still hold, with the key it brought: then
 * it is whole, but chained is false, for nobody vouches for who signed it.
 *
 * @param payloadp The payload decoded, to be freed by the caller
 * @param lenp     Its length
 * @param proof    Who signed, see jws_proof_finish(); empty if it fails
 * @param doc      Text
 * @param top      Its top object
 * @param rules    Roots, time and size
 * @param error    Gets one line if it fails
 *
 * @return 0; EACCES: a signature does not hold, or nobody vouches for it;
 *         EBADMSG: broken; EMSGSIZE, E2BIG: more than a limit allows;
 *         EPROTONOSUPPORT: an algorithm or form that is not accepted; ENOMEM
 */
int jws_open(char **payloadp, size_t *lenp, struct jws_proof *proof,
	     struct doc *doc, const struct span *top,
	     const struct context_rules *rules,
	     char error[CONTEXT_ERROR_SIZE])
{
	struct verdict verdict = {
		.proof = proof, .rules = rules, .error = error,
	};
	struct form form;
	int err;

	memset(proof, 0, sizeof(*proof));
	doc->error = error;

	/* What OpenSSL notes of its errors is nobody else's */
	(void)ERR_set_mark();

	err = form_read(&form, doc, top);
	if (!err)
		err = signatures_check(&verdict, doc, &form);
	if (!err)
		err = payload_read(payloadp, lenp, &form.payload, rules->max,
				   error);

	(void)ERR_pop_to_mark();

	if (err)
		jws_proof_finish(proof);

	return err;
}
