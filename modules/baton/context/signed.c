/**
 * @file signed.c  A signed vCon read into the normal form
 *
 * Only what the signature covers is read, and only after it holds: nothing
 * that stands beside the payload is anybody's word.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "build.h"
#include "json/span.h"
#include "read.h"
#include "shape.h"
#include "sign/jws.h"
#include "text/text.h"
#include "vcon/vcon.h"


/* What its signature says of it must be so: `uuid`, draft section 5.2 */
static int uuid_check(struct doc *doc, const struct span *top,
		      const char *uuid)
{
	struct span name, val;
	struct walk walk;
	int err;

	walk_init(&walk, top);

	while (!(err = walk_member(doc, &walk, &name, &val))) {
		struct json_object *obj;

		if (!span_is(&name, "uuid"))
			continue;

		err = doc_parse(&obj, doc, &val);
		if (err)
			return err;
		if (!json_object_is_type(obj, json_type_string) ||
		    !text_is(json_object_get_string(obj),
			     (size_t)json_object_get_string_len(obj), uuid)) {
			(void)snprintf(doc->error, CONTEXT_ERROR_SIZE,
				       "signed for another vCon: the uuid "
				       "differs");
			err = EACCES;
		}
		json_object_put(obj);
		if (err)
			return err;
	}

	return err == ENOENT ? 0 : err;
}


/* What a signature that holds was made over: a vCon and nothing else */
static int read_payload(struct context *ctx, const char *p, size_t len,
			const struct jws_proof *proof,
			char error[CONTEXT_ERROR_SIZE])
{
	const char *why = NULL;
	struct shape shape;
	struct span top;
	struct doc doc;
	int err;

	err = doc_init(&doc, &top, p, len, error);
	if (err)
		return err;

	err = shape_read(&shape, &doc, &top);
	if (err)
		goto out;

	if (shape.payload && shape.signatures)
		why = "signed vCon inside of a signed one is not read";
	else if (shape.ciphertext && shape.recipients)
		why = "encrypted vCon inside of a signed one is not read";
	else if (!shape.vcon && !shape.lists)
		why = "what is signed is not a vCon";
	if (why) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "%s", why);
		err = EPROTONOSUPPORT;
		goto out;
	}

	if (proof->uuid)
		err = uuid_check(&doc, &top, proof->uuid);
	if (!err)
		err = vcon_read(ctx, &doc, &top);

 out:
	doc_finish(&doc);

	return err;
}


static int note_signer(struct context *ctx, const struct jws_proof *proof)
{
	char line[JWS_SIGNER_SIZE + CONTEXT_ERROR_SIZE];

	if (proof->chained)
		return context_set_line(ctx, &ctx->signer, proof->signer,
					strlen(proof->signer));

	(void)snprintf(line, sizeof(line),
		       "It is signed by %s, but no baton_trust_root says "
		       "whether that is to be believed", proof->signer);

	return context_set_line(ctx, &ctx->remark, line, strlen(line));
}


/**
 * Read a signed vCon: first what is outside of it, then, if that holds, what
 * is inside
 *
 * @param ctx   Context that is being built; signer or remark is set
 * @param doc   Text
 * @param top   Its top object
 * @param rules Roots, time and size
 * @param error Gets one line if it fails
 *
 * @return 0, or what jws_open() and vcon_read() return
 */
int read_signed(struct context *ctx, struct doc *doc, const struct span *top,
		const struct context_rules *rules,
		char error[CONTEXT_ERROR_SIZE])
{
	struct jws_proof proof;
	char *payload = NULL;
	size_t len;
	int err;

	err = jws_open(&payload, &len, &proof, doc, top, rules, error);
	if (err)
		return err;

	err = read_payload(ctx, payload, len, &proof, error);
	if (!err)
		err = note_signer(ctx, &proof);

	free(payload);
	jws_proof_finish(&proof);

	return err;
}
