/**
 * @file body.c  A carrier's bytes in, a context out
 *
 * Looks at media type and first bytes, and hands on to the right reader.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <json-c/json.h>
#include "body.h"
#include "build.h"
#include "json/json.h"
#include "json/span.h"
#include "limits.h"
#include "read.h"
#include "shape.h"
#include "text/inflate.h"
#include "text/text.h"
#include "vcon/vcon.h"


enum kind { KIND_NONE = 0, KIND_JSON, KIND_VCON, KIND_TEXT };


/** Name of a carrier as `sources` of the contract has it */
const char *carrier_name(enum carrier carrier)
{
	switch (carrier) {

	case CARRIER_BODY:      return "body";
	case CARRIER_UUI:       return "uui";
	case CARRIER_HEADER:    return "header";
	case CARRIER_CALL_INFO: return "call-info";
	case CARRIER_MESSAGE:   return "message";
	case CARRIER_REFER:     return "refer";
	}

	return "?";
}


static enum kind kind_of(const char *type, size_t len)
{
	static const struct {
		const char *type;
		enum kind kind;
	} kindv[] = {
		{"application/json",      KIND_JSON},
		{"application/vcon",      KIND_VCON},
		{"application/vcon+json", KIND_VCON},
		{"application/vcon+gzip", KIND_VCON},
		{"text/plain",            KIND_TEXT},
	};
	const char *semi;

	if (!type)
		return KIND_NONE;

	semi = memchr(type, ';', len);
	if (semi)
		len = (size_t)(semi - type);
	text_trim(&type, &len);

	for (size_t i = 0; i < sizeof(kindv) / sizeof(*kindv); i++) {
		if (text_is(type, len, kindv[i].type))
			return kindv[i].kind;
	}

	return KIND_NONE;
}


/**
 * Can context_read() read this media type?
 *
 * @param type Media type, parameters do not matter
 * @param len  Its length
 */
bool context_type_known(const char *type, size_t len)
{
	return kind_of(type, len) != KIND_NONE;
}


/* As read_json(); without rules a signed vCon cannot be read */
static int read_form(struct context *ctx, const char *p, size_t len,
		     bool vcon, const struct context_rules *rules,
		     char error[CONTEXT_ERROR_SIZE])
{
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

	if (shape.payload && shape.signatures && rules) {
		err = read_signed(ctx, &doc, &top, rules, error);
	}
	else if (shape.payload && shape.signatures) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "signed vCon outside of a body is not read");
		err = EPROTONOSUPPORT;
	}
	else if (shape.ciphertext && shape.recipients) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "encrypted vCon not supported");
		err = EPROTONOSUPPORT;
	}
	else if (shape.vcon || shape.lists) {
		err = vcon_read(ctx, &doc, &top);
	}
	else if (vcon) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "not a vCon: no parties, dialog, analysis or "
			       "attachments");
		err = EBADMSG;
	}
	else {
		err = json_read(ctx, &doc, &top);
	}

 out:
	doc_finish(&doc);

	return err;
}


/**
 * Read JSON text, in the normal form or as a vCon, whichever it is
 *
 * @param ctx   Context that is being built
 * @param p     Text
 * @param len   Its length
 * @param vcon  It was said to be a vCon
 * @param error Gets one line if it fails
 *
 * @return 0, EBADMSG, E2BIG, EPROTONOSUPPORT or ENOMEM
 */
int read_json(struct context *ctx, const char *p, size_t len, bool vcon,
	      char error[CONTEXT_ERROR_SIZE])
{
	return read_form(ctx, p, len, vcon, NULL, error);
}


static int read_kind(struct context *ctx, enum kind kind, const char *data,
		     size_t len, const struct context_rules *rules,
		     char error[CONTEXT_ERROR_SIZE])
{
	int err;

	if (kind != KIND_TEXT)
		return read_form(ctx, data, len, kind == KIND_VCON, rules,
				 error);

	err = context_set_text(ctx, &ctx->summary, data, len);
	if (!err && !ctx->summary) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "empty body");
		err = EBADMSG;
	}

	return err;
}


/**
 * Read a body, a fetched file or anything else that has a media type
 *
 * @param ctxp    Context, to be given back by the caller
 * @param type    Media type, with or without parameters
 * @param typelen Its length
 * @param data    Bytes, any
 * @param len     Their number
 * @param rules   The most bytes allowed, and whose signatures count
 * @param error   Gets one line if it fails, else is empty
 *
 * @return 0; EPROTONOSUPPORT: a type or form that is not read; EMSGSIZE: more
 *         than max; E2BIG: nested too deep; EBADMSG: broken; EACCES: a
 *         signature that does not hold; ENOMEM; EINVAL
 */
int context_read(struct context **ctxp, const char *type, size_t typelen,
		 const char *data, size_t len,
		 const struct context_rules *rules,
		 char error[CONTEXT_ERROR_SIZE])
{
	enum kind kind = kind_of(type, typelen);
	struct context *ctx = NULL;
	char *buf = NULL;
	int err = 0;

	if (!ctxp || !error || !rules || (!data && len))
		return EINVAL;

	error[0] = '\0';

	if (kind == KIND_NONE) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "media type is not one of context");
		return EPROTONOSUPPORT;
	}

	if (len > rules->max) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "%zu bytes, at most %zu", len, rules->max);
		return EMSGSIZE;
	}

	if (!len) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "empty body");
		return EBADMSG;
	}

	if (gzip_is(data, len)) {
		err = gzip_inflate(&buf, &len, data, len,
				   rules->max);
		if (err == EMSGSIZE)
			(void)snprintf(error, CONTEXT_ERROR_SIZE,
				       "larger than %zu bytes after "
				       "decompression", rules->max);
		else if (err == EOVERFLOW)
			(void)snprintf(error, CONTEXT_ERROR_SIZE,
				       "gzip data that grows more than %d "
				       "times", LIMIT_RATIO);
		else if (err == EBADMSG)
			(void)snprintf(error, CONTEXT_ERROR_SIZE,
				       "broken gzip data");
		if (err)
			goto out;
		data = buf;
	}

	ctx = context_create();
	if (!ctx) {
		err = ENOMEM;
		goto out;
	}

	err = read_kind(ctx, kind, data, len, rules, error);
	if (err)
		goto out;

	if (context_isempty(ctx)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "nothing in it that is context");
		err = EBADMSG;
	}

 out:
	free(buf);

	if (err == ENOMEM)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "out of memory");

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}
