/**
 * @file uui.c  User-to-User, RFC 7433, in the dialects that are spoken
 *
 * Hex is the standard; text, base64, a leading protocol discriminator and
 * semicolons inside of the payload are what platforms really send. Whatever
 * cannot be made out is shown as it came: this never fails on odd input.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "../text/base64.h"
#include "../body.h"
#include "../build.h"
#include "../text/escape.h"
#include "../text/text.h"
#include "../vcon/vcon.h"
#include "../fill.h"
#include "uui.h"


enum {
	DISCRIMINATOR_MAX = 0x08, /* Q.931 table 4-26 ends here             */
	HEX_LONG   = 24,          /* digits alone, longer than any number   */
	BASE64_MIN = 8,
	UCID_HEX   = 20,          /* digits of Avaya's FA 08 and its id     */
};

/* What it is called where it is shown */
struct title {
	const char *p;
	size_t l;
};


/*
 * Is hex without a parameter really hex? By the RFC it is, but an id of
 * digits alone is far more often a number than letters in hex.
 */
static bool hex_likely(const struct uui *uui, const char *p, size_t len)
{
	if (uui->l < UUI_HEX_MIN)
		return false;
	if (!text_digits(uui->p, uui->l))
		return true;

	return text_digits(p, len) || (*uui->p == '0' && uui->l > HEX_LONG);
}


static int read_hex(struct context *ctx, const struct title *title,
		    const struct uui *uui, char *buf)
{
	size_t len, skip;

	if (!hex_read(buf, &len, uui->p, uui->l))
		return EINVAL;

	skip = !uui->pd && len > 1 &&
		(unsigned char)*buf <= DISCRIMINATOR_MAX;
	if (uui->enc == UUI_NONE && !hex_likely(uui, buf + skip, len - skip))
		return EINVAL;

	return uui_bytes(ctx, title->p, title->l, buf, len, uui->pd, false);
}


static int read_base64(struct context *ctx, const struct title *title,
		       const struct uui *uui, bool json)
{
	char *dec = NULL;
	size_t len = 0;
	int err;

	if (uui->l < BASE64_MIN && json)
		return EINVAL;

	err = base64_read(&dec, &len, uui->p, uui->l);
	if (err)
		return err == ENOMEM ? err : EINVAL;

	err = len ? uui_bytes(ctx, title->p, title->l, dec, len, uui->pd,
			      json) : EINVAL;
	free(dec);

	return err;
}


/* Text: the discriminator may be a byte, or two digits of hex */
static int read_plain(struct context *ctx, const struct title *title,
		      const struct uui *uui)
{
	const char *p = uui->p;
	size_t len = uui->l;
	char *buf = NULL;
	int err;

	if (!uui->pd && len > 2 && p[0] == '0' && hex_digit(p[1]) >= 0 &&
	    hex_digit(p[1]) <= DISCRIMINATOR_MAX &&
	    uui_structured(p + 2, len - 2) && !(p[2] >= '0' && p[2] <= '9')) {
		p += 2;
		len -= 2;
	}
	else if (!uui->pd && len > 1 &&
		 (unsigned char)*p <= DISCRIMINATOR_MAX) {
		++p;
		--len;
	}

	err = latin_read(&buf, &len, p, len);
	if (err == ENOMEM)
		return err;

	err = uui_text(ctx, title->p, title->l, buf ? buf : p, len);
	free(buf);

	return err;
}


/* EINVAL = it is not what it says that it is */
static int decode(struct context *ctx, const struct title *title,
		  const struct uui *uui, char *buf)
{
	int err;

	switch (uui->enc) {

	case UUI_HEX:
		return read_hex(ctx, title, uui, buf);

	case UUI_BASE64:
		return read_base64(ctx, title, uui, false);

	case UUI_NONE:
		err = read_hex(ctx, title, uui, buf);
		if (err == EINVAL)
			err = read_base64(ctx, title, uui, true);
		return err == EINVAL ? read_plain(ctx, title, uui) : err;

	case UUI_TEXT:
		return read_plain(ctx, title, uui);

	case UUI_OTHER:
		break;
	}

	return EINVAL;
}


/* One value with its parameters; nothing is done for an empty one */
static int value_read(struct context *ctx, const struct title *title,
		      const char *value, size_t len)
{
	struct uui uui;
	char *plain, *buf;
	size_t n;
	int err = 0;

	uui_split(&uui, value, len);
	if (!uui.l)
		return 0;

	plain = malloc(uui.l);
	buf = malloc(uui.l);
	if (!plain || !buf) {
		err = ENOMEM;
		goto out;
	}

	n = quoted_read(plain, uui.p, uui.l);
	if (n) {
		uui.p = plain;
		uui.l = n;
	}
	else if (uui.l == 2 && !memcmp(uui.p, "\"\"", 2)) {
		goto out;
	}

	err = decode(ctx, title, &uui, buf);
	if (err == EINVAL)
		err = fill_fact(ctx, title->p, title->l, value, len);

 out:
	free(plain);
	free(buf);

	return err;
}


/**
 * Read a value that is written as a User-to-User is, or several of them
 * with commas between
 *
 * @param ctx      Context that is being built
 * @param title    Name of what cannot be understood
 * @param titlelen Its length
 * @param value    Header's value with its parameters
 * @param len      Its length
 *
 * @return 0 or ENOMEM; the context stays as it is if there is nothing in it
 */
int uui_read(struct context *ctx, const char *title, size_t titlelen,
	     const char *value, size_t len)
{
	const struct title t = {title, titlelen};
	const char *p = value, *v;
	char *plain, *folded;
	size_t n, l;
	int err = 0;

	text_trim(&p, &len);
	if (!len)
		return 0;

	plain = malloc(len);
	folded = malloc(len);
	if (!plain || !folded) {
		err = ENOMEM;
		goto out;
	}

	len = unfold_read(folded, p, len);
	p = folded;
	n = percent_read(plain, p, len);
	if (n) {
		p = plain;
		len = n;
	}

	if (uui_several(p, len)) {
		while (!err && uui_next(&p, &len, &v, &l))
			err = value_read(ctx, &t, v, l);
	}
	else {
		err = value_read(ctx, &t, p, len);
	}

 out:
	free(folded);
	free(plain);

	return err;
}


/* Is a value nothing but the call's id, as Avaya gives one to each call? */
static bool is_ucid(const char *p, size_t len)
{
	size_t digits = 0, l;

	while (len && (*p == '"' || *p == ' ')) {
		++p;
		--len;
	}
	while (digits < len && hex_digit(p[digits]) >= 0)
		++digits;

	/* Parameters follow, maybe escaped, but no more of a payload */
	l = digits;
	while (l < len && (p[l] == '"' || p[l] == ' '))
		++l;
	if (l < len && p[l] != ';' && p[l] != '%')
		return false;

	/* A discriminator leads, or is a parameter */
	if (digits % UCID_HEX == 2) {
		if (*p != '0')
			return false;
		p += 2;
		digits -= 2;
	}

	for (l = 0; l < digits; l += UCID_HEX) {
		if (digits - l < UCID_HEX || strncasecmp(p + l, "FA08", 4))
			return false;
	}

	return digits;
}


/**
 * Does a User-to-User say that somebody hands over? Avaya's own id of the
 * call, which it gives to all calls, does not; nor does one with no payload.
 *
 * @param value Header's value with its parameters
 * @param len   Its length
 *
 * @return True if so
 */
bool uui_speaks(const char *value, size_t len)
{
	const char *v;
	size_t l;

	while (value && uui_next(&value, &len, &v, &l)) {
		if (l && *v != ';' && !is_ucid(v, l) &&
		    !(l == 2 && !memcmp(v, "\"\"", 2)))
			return true;
	}

	return false;
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
	static const char title[] = "User-to-User";
	struct context *ctx;
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
	err = ctx ? uui_read(ctx, title, sizeof(title) - 1,
			     len ? value : "", len) : ENOMEM;

	if (err == ENOMEM) {
		(void)snprintf(error, CONTEXT_ERROR_SIZE, "out of memory");
	}
	else if (!err && context_isempty(ctx)) {
		/* All of it parameters, blanks or secrets */
		(void)snprintf(error, CONTEXT_ERROR_SIZE, len && *value != ';'
			       ? "nothing in it that is context"
			       : "empty User-to-User");
		err = EBADMSG;
	}

	if (err)
		context_unref(ctx);
	else
		*ctxp = ctx;

	return err;
}
