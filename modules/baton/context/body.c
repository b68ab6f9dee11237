/**
 * @file body.c  A carrier's bytes in, a context out
 *
 * Looks at media type and first bytes, and hands on to the right reader.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <json-c/json.h>
#include "body.h"
#include "build.h"
#include "decode.h"
#include "json/json.h"
#include "json/span.h"
#include "limits.h"
#include "multipart.h"
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
		/* A JWS in JSON, RFC 7515 section 9.2.1: a signed vCon */
		{"application/jose+json", KIND_VCON},
		{"text/json",             KIND_JSON},
		{"text/plain",            KIND_TEXT},
	};
	static const char vendor[] = "application/vnd.";
	static const char json[] = "+json";
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

	/* A vendor's own, RFC 6839 section 3.1 */
	if (len > sizeof(vendor) + sizeof(json) &&
	    !strncasecmp(type, vendor, sizeof(vendor) - 1) &&
	    text_is(type + len - sizeof(json) + 1, sizeof(json) - 1, json))
		return KIND_JSON;

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


/**
 * What is told of a body beside its media type
 *
 * @param form     Filled in
 * @param type     Content-Type with its parameters
 * @param typelen  Its length
 * @param transfer Content-Transfer-Encoding, empty if there is none
 * @param len      Its length
 */
void body_form_read(struct body_form *form, const char *type, size_t typelen,
		    const char *transfer, size_t len)
{
	static const char endless[] = "?";

	if (multipart_param(form->charset, sizeof(form->charset), type,
			    typelen, "charset") == E2BIG)
		memcpy(form->charset, endless, sizeof(endless));

	text_trim(&transfer, &len);
	if (len >= sizeof(form->transfer)) {
		transfer = endless;
		len = sizeof(endless) - 1;
	}
	memcpy(form->transfer, transfer, len);
	form->transfer[len] = '\0';
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


/* Bytes that are on their way from the wire to the reader */
struct bytes {
	const char *p;
	size_t l;
	char *own;                /* freed at the end, NULL = another's     */
};


static void bytes_set(struct bytes *bytes, char *buf, size_t len)
{
	if (!buf)
		return;

	free(bytes->own);
	bytes->p = bytes->own = buf;
	bytes->l = len;
}


static int unpack(struct bytes *bytes, size_t max,
		  char error[CONTEXT_ERROR_SIZE])
{
	char *buf = NULL;
	size_t len = 0;
	int err;

	if (!gzip_is(bytes->p, bytes->l))
		return 0;

	err = gzip_inflate(&buf, &len, bytes->p, bytes->l, max);
	switch (err) {

	case 0:
		bytes_set(bytes, buf, len);
		break;

	case EMSGSIZE:
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "larger than %zu "
			       "bytes after decompression", max);
		break;

	case EOVERFLOW:
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "gzip data that "
			       "grows more than %d times", LIMIT_RATIO);
		err = EMSGSIZE;
		break;

	case EBADMSG:
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "broken gzip data");
		break;

	default:
		break;
	}

	return err;
}


/* What came, as it was meant: decoded, decompressed, in UTF-8 */
static int bytes_ready(struct bytes *bytes, const struct body_form *form,
		       size_t max, char error[CONTEXT_ERROR_SIZE])
{
	char *buf = NULL;
	size_t len = 0;
	int err;

	err = transfer_decode(&buf, &len, form->transfer, bytes->p,
			      bytes->l);
	if (err == EPROTONOSUPPORT)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "its Content-"
			       "Transfer-Encoding %s is not known",
			       form->transfer);
	else if (err == EBADMSG)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "broken %s",
			       form->transfer);
	if (err)
		return err;
	bytes_set(bytes, buf, len);

	err = unpack(bytes, max, error);
	if (err)
		return err;

	err = charset_decode(&buf, &len, form->charset, bytes->p, bytes->l);
	if (err == EPROTONOSUPPORT)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "text in %s is not "
			       "read", form->charset);
	if (err)
		return err;
	bytes_set(bytes, buf, len);

	if (bytes->l > max) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "%zu bytes, at most %zu", bytes->l, max);
		return EMSGSIZE;
	}

	return 0;
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
 *         than max, or gzip that grows too much; E2BIG: nested too deep;
 *         EBADMSG: broken; EACCES: a signature that does not hold; ENOMEM;
 *         EINVAL
 */
int context_read(struct context **ctxp, const char *type, size_t typelen,
		 const char *data, size_t len,
		 const struct context_rules *rules,
		 char error[CONTEXT_ERROR_SIZE])
{
	enum kind kind = kind_of(type, typelen);
	struct bytes bytes = {data, len, NULL};
	struct body_form form = {"", ""};
	struct context *ctx = NULL;
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

	if (rules->form)
		form = *rules->form;
	if (!form.charset[0])
		(void)multipart_param(form.charset, sizeof(form.charset),
				      type, typelen, "charset");

	err = bytes_ready(&bytes, &form, rules->max, error);
	if (err)
		goto out;

	ctx = context_create();
	if (!ctx) {
		err = ENOMEM;
		goto out;
	}

	err = read_kind(ctx, kind, bytes.p, bytes.l, rules, error);
	if (err)
		goto out;

	if (context_isempty(ctx)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "nothing in it that is context");
		err = EBADMSG;
	}

 out:
	free(bytes.own);

	if (err == ENOMEM)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "out of memory");

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}
