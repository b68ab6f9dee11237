/**
 * @file uui.c  User-to-User, RFC 7433, in the dialects that are spoken
 *
 * Hex is the standard; text, base64, a leading protocol discriminator and
 * semicolons inside of the payload are what platforms really send. Whatever
 * cannot be made out is shown as it came: this never fails on odd input.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "body.h"
#include "build.h"
#include "names.h"
#include "read.h"
#include "text.h"
#include "value.h"
#include "vcon.h"


enum {
	DISCRIMINATOR_MAX = 0x08, /* Q.931 table 4-26 ends here             */
	ID_MAX = 256,             /* bytes; what is longer is a text        */
};

enum encoding { ENC_NONE = 0, ENC_HEX, ENC_TEXT, ENC_BASE64, ENC_OTHER };

/* The value taken apart */
struct uui {
	const char *p;            /* payload, not decoded                   */
	size_t l;
	enum encoding enc;
	bool pd;                  /* the discriminator is a parameter       */
};


static enum encoding encoding_of(const char *p, size_t len)
{
	if (text_is(p, len, "hex"))
		return ENC_HEX;
	if (text_is(p, len, "ascii") || text_is(p, len, "text") ||
	    text_is(p, len, "utf-8") || text_is(p, len, "utf8") ||
	    text_is(p, len, "none") || text_is(p, len, "plain"))
		return ENC_TEXT;
	if (text_is(p, len, "base64") || text_is(p, len, "base64url") ||
	    text_is(p, len, "b64"))
		return ENC_BASE64;

	return ENC_OTHER;
}


/*
 * Parameters are taken from the right, and only those that are known, since
 * the payload itself may have semicolons
 */
static void split(struct uui *uui, const char *p, size_t len)
{
	memset(uui, 0, sizeof(*uui));
	text_trim(&p, &len);

	for (;;) {
		const char *name, *eq;
		size_t at = len;
		size_t l, namelen;

		while (at && p[at-1] != ';')
			--at;
		if (!at)
			break;

		name = p + at;
		l = len - at;
		eq = memchr(name, '=', l);
		namelen = eq ? (size_t)(eq - name) : l;
		text_trim(&name, &namelen);

		if (text_is(name, namelen, "encoding") && eq) {
			const char *val = eq + 1;
			size_t vlen = (size_t)(p + len - val);

			text_trim(&val, &vlen);
			if (vlen >= 2 && *val == '"' && val[vlen-1] == '"') {
				++val;
				vlen -= 2;
			}
			uui->enc = encoding_of(val, vlen);
		}
		else if (text_is(name, namelen, "pd") && eq) {
			uui->pd = true;
		}
		else if (!text_is(name, namelen, "purpose") &&
			 !text_is(name, namelen, "content")) {
			break;
		}

		len = at - 1;
		text_trim(&p, &len);
	}

	uui->p = p;
	uui->l = len;
}


static int nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;

	return -1;
}


/* false = not hex */
static bool hex_read(char *out, size_t *outlen, const char *p, size_t len)
{
	if (!len || len % 2)
		return false;

	for (size_t i = 0; i < len; i += 2) {
		int hi = nibble(p[i]);
		int lo = nibble(p[i+1]);

		if (hi < 0 || lo < 0)
			return false;
		out[i / 2] = (char)(hi << 4 | lo);
	}
	*outlen = len / 2;

	return true;
}


/* Text of Refer-To comes escaped; only what is escaped throughout is */
static size_t percent_read(char *out, const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] == '%' && i + 2 < len &&
		    nibble(p[i+1]) >= 0 && nibble(p[i+2]) >= 0) {
			out[n++] = (char)(nibble(p[i+1]) << 4 |
					  nibble(p[i+2]));
			i += 2;
		}
		else if (p[i] == '%') {
			return 0;
		}
		else {
			out[n++] = p[i];
		}
	}

	return n;
}


/* Is it text that a person could read? */
static bool readable(const char *p, size_t len)
{
	size_t at;

	if (!len || text_check(&at, p, len) != TEXT_GOOD)
		return false;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if ((c < 0x20 && c != '\t' && c != '\r' && c != '\n') ||
		    c == 0x7f)
			return false;
	}

	return true;
}


static bool is_discriminator(char c)
{
	return (unsigned char)c <= DISCRIMINATOR_MAX;
}


static bool all_digits(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
	}

	return len > 0;
}


static bool is_uuid(const char *p, size_t len)
{
	if (len != 36)
		return false;

	for (size_t i = 0; i < len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? p[i] != '-' : nibble(p[i]) < 0)
			return false;
	}

	return true;
}


static int fact(struct context *ctx, const char *name, size_t namelen,
		const char *value, size_t len)
{
	int err = context_add_fact(ctx, name, namelen, value, len);

	return err == E2BIG ? context_left_out(ctx, "facts", LIMIT_FACTS)
			    : err;
}


/* One name=value: a field if we know the name and it is free, else a fact */
static int pair(struct context *ctx, const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len);
	const char **field;
	const char *val;
	size_t namelen, vallen;

	namelen = (size_t)(eq - p);
	val = eq + 1;
	vallen = len - namelen - 1;
	text_trim(&p, &namelen);
	text_trim(&val, &vallen);
	if (vallen >= 2 && *val == '"' && val[vallen-1] == '"') {
		++val;
		vallen -= 2;
	}

	field = name_field(ctx, p, namelen);
	if (field && !*field)
		return context_set(ctx, field, val, vallen);

	return fact(ctx, p, namelen, val, vallen);
}


/* "12345678 | 5a1f...": an account and the conversation, without names */
static int bare(struct context *ctx, const char *p, size_t len)
{
	text_trim(&p, &len);
	if (!len)
		return 0;

	if (is_uuid(p, len) && !ctx->handoff_id)
		return context_set(ctx, &ctx->handoff_id, p, len);
	if (all_digits(p, len) && !ctx->caller.account)
		return context_set(ctx, &ctx->caller.account, p, len);
	if (!ctx->reason)
		return context_set(ctx, &ctx->reason, p, len);

	return fact(ctx, "User-to-User", 12, p, len);
}


/* A name before the = is a short word, not half a sentence */
static bool is_pair(const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len);
	unsigned blanks = 0;
	size_t l;

	if (!eq || eq == p)
		return false;

	l = (size_t)(eq - p);
	text_trim(&p, &l);
	if (!l || l > 64)
		return false;

	for (size_t i = 0; i < l; i++) {
		char c = p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		      c == '.' || c == ' '))
			return false;
		if (c == ' ' && ++blanks > 2)
			return false;
	}

	return true;
}


/*
 * A list: the separator is the one of ; | & that gives pairs. EINVAL = it is
 * no list. Pieces without a = belong to the value before them.
 */
static int list(struct context *ctx, const char *p, size_t len)
{
	static const char seps[] = ";|&";
	char sep = 0;
	size_t i = 0;
	int err = 0;

	for (const char *s = seps; *s && !sep; s++) {
		if (memchr(p, *s, len))
			sep = *s;
	}

	if (!is_pair(p, len)) {
		if (!memchr(p, '|', len) || memchr(p, '=', len))
			return EINVAL;
		sep = '|';
	}
	else if (!sep) {
		return pair(ctx, p, len);
	}

	while (i < len && !err) {
		bool paired = is_pair(p + i, len - i);
		size_t end = i;

		for (;;) {
			while (end < len && p[end] != sep)
				++end;
			/* No pair follows: the separator was of the value */
			if (end == len || !paired ||
			    is_pair(p + end + 1, len - end - 1) ||
			    end + 1 == len)
				break;
			++end;
		}

		if (paired)
			err = pair(ctx, p + i, end - i);
		else
			err = bare(ctx, p + i, end - i);
		i = end + 1;
	}

	return err;
}


static bool is_id(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == ' ' || p[i] == '\t' || p[i] == '\r' ||
		    p[i] == '\n')
			return false;
	}

	return len > 0 && len <= ID_MAX;
}


/* Payload that has become text */
static int read_text(struct context *ctx, const char *p, size_t len)
{
	char error[CONTEXT_ERROR_SIZE];
	int err;

	text_trim(&p, &len);

	if (len > 1 && *p == '{' && p[len-1] == '}') {
		struct context *probe = context_create();

		if (!probe)
			return ENOMEM;

		/* Into a fresh one first: half of it must not stay */
		err = read_json(probe, p, len, false, error);
		context_unref(probe);
		if (!err)
			return read_json(ctx, p, len, false, error);
		if (err == ENOMEM)
			return err;
		return fact(ctx, "User-to-User", 12, p, len);
	}

	if ((len > 8 && !strncasecmp(p, "https://", 8)) ||
	    (len > 7 && !strncasecmp(p, "http://", 7)))
		return value_link(ctx, "User-to-User", 12, p, len);

	err = list(ctx, p, len);
	if (err != EINVAL)
		return err;

	if (len > 1 && *p == '+' && all_digits(p + 1, len - 1))
		return context_set(ctx, &ctx->caller.tel, p, len);
	if (is_id(p, len))
		return context_set(ctx, &ctx->handoff_id, p, len);

	return context_set(ctx, &ctx->reason, p, len);
}


/* Does text stand for more than itself, so that a prefix can be told? */
static bool is_structured(const char *p, size_t len)
{
	return len && (*p == '{' || is_pair(p, len));
}


/* Bytes that hex gave: true = they were text */
static bool from_hex(const struct uui *uui, const char **pp, size_t *lenp)
{
	const char *p = *pp;
	size_t len = *lenp;

	if (!uui->pd && len > 1 && is_discriminator(*p)) {
		++p;
		--len;
	}
	/* Some end their text in zeros as C does */
	while (len && !p[len-1])
		--len;

	if (!readable(p, len))
		return false;

	*pp = p;
	*lenp = len;

	return true;
}


/*
 * Is hex without a parameter really hex? By the RFC it is, but an id of
 * digits alone is far more often a number than letters in hex.
 */
static bool hex_likely(const struct uui *uui, const char *p, size_t len)
{
	if (!all_digits(uui->p, uui->l) || uui->l < 4)
		return uui->l >= 4;

	return all_digits(p, len) || (*uui->p == '0' && uui->l > 24);
}


static int decode(struct context *ctx, const struct uui *uui, char *buf,
		  const char *raw, size_t rawlen)
{
	const char *p = buf;
	char *dec = NULL;
	size_t len = 0;
	int err;

	switch (uui->enc) {

	case ENC_HEX:
		if (hex_read(buf, &len, uui->p, uui->l) &&
		    from_hex(uui, &p, &len))
			return read_text(ctx, p, len);
		return fact(ctx, "User-to-User", 12, raw, rawlen);

	case ENC_BASE64:
		err = base64_read(&dec, &len, uui->p, uui->l);
		if (err == ENOMEM)
			return err;
		p = dec;
		if (!err && from_hex(uui, &p, &len))
			err = read_text(ctx, p, len);
		else
			err = fact(ctx, "User-to-User", 12, raw, rawlen);
		free(dec);
		return err;

	case ENC_OTHER:
		return fact(ctx, "User-to-User", 12, raw, rawlen);

	case ENC_NONE:
		if (hex_read(buf, &len, uui->p, uui->l) &&
		    from_hex(uui, &p, &len) && hex_likely(uui, p, len))
			return read_text(ctx, p, len);
		p = buf;

		/* JSON in base64 begins with these two for any {" or { */
		if (uui->l > 8 && (!strncmp(uui->p, "ey", 2) ||
				   !strncmp(uui->p, "ew", 2)) &&
		    !base64_read(&dec, &len, uui->p, uui->l)) {
			if (readable(dec, len) && *dec == '{')
				err = read_text(ctx, dec, len);
			else
				err = read_text(ctx, uui->p, uui->l);
			free(dec);
			return err;
		}
		/* fall through */

	case ENC_TEXT:
		break;
	}

	/* "00ATX-Location=...": the discriminator as two digits of hex */
	if (!uui->pd && uui->l > 2 && uui->p[0] == '0' &&
	    nibble(uui->p[1]) >= 0 && nibble(uui->p[1]) <= DISCRIMINATOR_MAX &&
	    is_structured(uui->p + 2, uui->l - 2) &&
	    !(uui->p[2] >= '0' && uui->p[2] <= '9'))
		return read_text(ctx, uui->p + 2, uui->l - 2);

	if (!uui->pd && uui->l > 1 && is_discriminator(*uui->p))
		return read_text(ctx, uui->p + 1, uui->l - 1);

	return read_text(ctx, uui->p, uui->l);
}


/* A quoted string, RFC 3261 section 25.1, without quotes and backslashes */
static size_t unquote(char *out, const char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 1; i + 1 < len; i++) {
		if (p[i] == '\\' && i + 2 < len)
			++i;
		out[n++] = p[i];
	}

	return n;
}


/**
 * Read one User-to-User value; a token becomes handoff_id, a sentence the
 * reason, names and values fields and facts
 *
 * @param ctxp  Context, to be given back by the caller
 * @param value Header's value with its parameters
 * @param len   Its length
 * @param error Gets one line if it fails, else is empty
 *
 * @return 0; EMSGSIZE: more than LIMIT_UUI; EBADMSG: empty; ENOMEM; EINVAL
 */
int context_read_uui(struct context **ctxp, const char *value, size_t len,
		     char error[CONTEXT_ERROR_SIZE])
{
	struct context *ctx = NULL;
	char *plain = NULL;
	char *buf = NULL;
	struct uui uui;
	size_t n;
	int err;

	if (!ctxp || !error || (!value && len))
		return EINVAL;

	error[0] = '\0';

	if (len > LIMIT_UUI) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "User-to-User of %zu bytes, at most %d", len,
			       LIMIT_UUI);
		return EMSGSIZE;
	}

	if (value)
		text_trim(&value, &len);

	ctx = context_create();
	plain = malloc(len + 1);
	buf = malloc(len + 1);
	if (!ctx || !plain || !buf) {
		err = ENOMEM;
		goto out;
	}

	/* Escaped as in Refer-To? Then all that is special would be */
	n = 0;
	if (len && memchr(value, '%', len) && !memchr(value, ' ', len))
		n = percent_read(plain, value, len);
	if (n)
		split(&uui, plain, n);
	else
		split(&uui, value, len);

	if (uui.l >= 2 && uui.p[0] == '"' && uui.p[uui.l-1] == '"') {
		/* plain may be what uui.p points to: never written ahead */
		uui.l = unquote(buf, uui.p, uui.l);
		memcpy(plain, buf, uui.l);
		uui.p = plain;
	}

	if (!uui.l) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "empty User-to-User");
		err = EBADMSG;
		goto out;
	}

	err = decode(ctx, &uui, buf, value, len);

	/* All of it secrets, or blank */
	if (!err && context_isempty(ctx)) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE,
			       "nothing in it that is context");
		err = EBADMSG;
	}

 out:
	free(plain);
	free(buf);

	if (err == ENOMEM)
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "out of memory");

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}
