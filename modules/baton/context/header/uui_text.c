/**
 * @file uui_text.c  What the text of a User-to-User says
 *
 * JSON, names and values, an address, an id, or a sentence: told apart by
 * their looks, for nothing else says which it is.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "../build.h"
#include "../json/value.h"
#include "../read.h"
#include "../text/escape.h"
#include "../text/names.h"
#include "../text/text.h"
#include "fill_json.h"
#include "uui.h"


enum {
	ID_MAX   = 256,           /* bytes; what is longer is a text        */
	NAME_LEN = 64,            /* of the name before a =                 */
	NAME_ROOM = 80,           /* the same with blanks around it         */
	PLUS_MAX = 512,           /* bytes of a value that has blanks as +  */
	NAME_BLANKS  = 2,         /* blanks in it, more make it a sentence  */
};


/** Digits, and nothing else? */
bool text_digits(const char *p, size_t len)
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

		if (dash ? p[i] != '-' : hex_digit(p[i]) < 0)
			return false;
	}

	return true;
}


/* As forms are sent: "Dana+Smith". The + of a number or of a mail address
   stays, and so does that of prose. */
static bool less_plus(char out[PLUS_MAX], const char *p, size_t len)
{
	if (len < 2 || len > PLUS_MAX || !memchr(p + 1, '+', len - 1) ||
	    memchr(p, ' ', len) || memchr(p, '@', len))
		return false;

	out[0] = p[0];
	for (size_t i = 1; i < len; i++)
		out[i] = p[i] == '+' ? ' ' : p[i];

	return true;
}


/*
 * Is it an id? One word, without the marks of any language of data, that no
 * dictionary has: with a digit, or a mark inside.
 */
static bool is_id(const char *p, size_t len)
{
	bool odd = false;

	for (size_t i = 0; i < len; i++) {
		if (p[i] && strchr(" \t\r\n<>{}[]\"\\,;|", p[i]))
			return false;

		odd |= (p[i] >= '0' && p[i] <= '9') ||
			(i && i + 1 < len && p[i] &&
			 strchr("-_:.", p[i]));
	}

	return odd && len <= ID_MAX;
}


/* One name=value: a field if we know the name and it is free, else a fact */
static int pair(struct context *ctx, const char *p, size_t len, char sep)
{
	char plus[PLUS_MAX];
	const char *eq = memchr(p, '=', len);
	const char *val = eq + 1;
	size_t namelen = (size_t)(eq - p);
	size_t vallen = len - namelen - 1;
	enum fill fill;

	text_trim(&p, &namelen);
	text_trim(&val, &vallen);
	if (vallen >= 2 && *val == '"' && val[vallen-1] == '"') {
		++val;
		vallen -= 2;
	}

	if (sep == '&' && less_plus(plus, val, vallen))
		val = plus;

	/* No secret under whatever name it is given */
	if (name_secret(p, namelen))
		return 0;

	/* A list within a list would have no end */
	fill = name_fill(p, namelen);
	if (fill == FILL_UUI || fill == FILL_LIST)
		fill = FILL_FACT;

	return fill_any(ctx, fill, p, namelen, val, vallen);
}


/* "12345678 | 5a1f...": an account and the conversation, without names */
static int bare(struct context *ctx, const char *title, size_t titlelen,
		const char *p, size_t len)
{
	text_trim(&p, &len);
	if (!len)
		return 0;

	if (is_uuid(p, len) && !ctx->handoff_id)
		return context_set(ctx, &ctx->handoff_id, p, len);
	if (text_digits(p, len) && !ctx->caller.account)
		return context_set(ctx, &ctx->caller.account, p, len);

	return fill_value(ctx, FILL_REASON, title, titlelen, p, len);
}


/* A name before the = is a short word, not half a sentence */
static bool is_pair(const char *p, size_t len)
{
	const char *eq = memchr(p, '=', len < NAME_ROOM ? len : NAME_ROOM);
	unsigned blanks = 0;
	size_t l;

	if (!eq || eq == p)
		return false;

	l = (size_t)(eq - p);
	text_trim(&p, &l);
	if (!l || l > NAME_LEN)
		return false;

	for (size_t i = 0; i < l; i++) {
		char c = p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		      c == '.' || c == ' '))
			return false;
		if (c == ' ' && ++blanks > NAME_BLANKS)
			return false;
	}

	return true;
}


/* How many of the pieces are pairs */
static size_t pair_count(const char *p, size_t len, char sep, size_t *pieces)
{
	size_t count = 0;

	*pieces = 0;
	while (len) {
		const char *at = memchr(p, sep, len);
		size_t l = at ? (size_t)(at - p) : len;

		count += is_pair(p, l);
		++*pieces;
		if (!at)
			break;
		p += l + 1;
		len -= l + 1;
	}

	return count;
}


/* The one of ; | & that gives most pairs; a comma if it gives nothing else */
static char separator(const char *p, size_t len)
{
	static const char seps[] = ";|&";
	size_t best = 0, pieces, count;
	char sep = 0;

	for (const char *s = seps; *s; s++) {
		if (!memchr(p, *s, len))
			continue;

		count = pair_count(p, len, *s, &pieces);
		if (!sep || count > best) {
			best = count;
			sep = *s;
		}
	}

	if (!sep && memchr(p, ',', len) &&
	    pair_count(p, len, ',', &pieces) == pieces)
		sep = ',';

	return sep;
}


/* "conv-1;intent=refund;Tier=Gold" */
static bool id_leads(const struct context *ctx, const char *p, size_t len,
		     char sep)
{
	const char *at = sep && !ctx->handoff_id ? memchr(p, sep, len) : NULL;
	size_t l = at ? (size_t)(at - p) : 0, pieces;

	return at && !is_pair(p, l) && is_id(p, l) &&
		pair_count(p, len, sep, &pieces) + 1 == pieces && pieces > 1;
}


/**
 * Read a list of names and values; pieces without a = belong to the value
 * before them
 *
 * @param ctx      Context that is being built
 * @param title    Name of what is no pair
 * @param titlelen Its length
 * @param p        Text
 * @param len      Its length
 *
 * @return 0; EINVAL: it is no list; ENOMEM
 */
int uui_list(struct context *ctx, const char *title, size_t titlelen,
	     const char *p, size_t len)
{
	char sep = separator(p, len);
	size_t i = 0;
	int err = 0;

	if (id_leads(ctx, p, len, sep)) {
		size_t l = (size_t)((const char *)memchr(p, sep, len) - p);

		err = context_set(ctx, &ctx->handoff_id, p, l);
		i = l + 1;
	}
	else if (!is_pair(p, len)) {
		if (!memchr(p, '|', len) || memchr(p, '=', len))
			return EINVAL;
		sep = '|';
	}
	else if (!sep) {
		return pair(ctx, p, len, 0);
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
			err = pair(ctx, p + i, end - i, sep);
		else
			err = bare(ctx, title, titlelen, p + i, end - i);
		i = end + 1;
	}

	return err;
}


/** Does text stand for more than itself, so that a prefix can be told? */
bool uui_structured(const char *p, size_t len)
{
	return len && (*p == '{' || is_pair(p, len));
}


/**
 * Read a JSON object as a body is read: into fields and facts
 *
 * @param ctx Context that is being built
 * @param p   Text
 * @param len Its length
 *
 * @return 0; EINVAL: it is none, or broken; ENOMEM
 */
int uui_object(struct context *ctx, const char *p, size_t len)
{
	char error[CONTEXT_ERROR_SIZE];
	struct context *probe;
	int err;

	if (len < 2 || *p != '{' || p[len-1] != '}')
		return EINVAL;

	/* Into a fresh one first: half of a broken one must not stay */
	probe = context_create();
	if (!probe)
		return ENOMEM;

	err = read_json(probe, p, len, false, error);
	context_unref(probe);
	if (!err)
		err = read_json(ctx, p, len, false, error);

	return err && err != ENOMEM ? EINVAL : err;
}


/*
 * An address, though RFC 7433 section 3.1 forbids it: shown, and never
 * fetched. Google's says which conversation it is.
 */
static int link_read(struct context *ctx, const char *title, size_t titlelen,
		     const char *p, size_t len)
{
	static const char host[] = "dialogflow.googleapis.com/";
	static const char folder[] = "/conversations/";
	size_t at = p[4] == 's' || p[4] == 'S' ? 8 : 7;
	size_t n = sizeof(folder) - 1;

	if (len > at + sizeof(host) &&
	    !strncasecmp(p + at, host, sizeof(host) - 1)) {
		for (; at + n < len; at++) {
			if (!memcmp(p + at, folder, n))
				break;
		}
		if (at + n < len && !memchr(p + at + n, '/', len - at - n) &&
		    !ctx->handoff_id) {
			int err = context_set(ctx, &ctx->handoff_id,
					      p + at + n, len - at - n);

			if (err)
				return err;
		}
	}

	return value_link(ctx, title, titlelen, p, len);
}


/* [{"role":"user","content":...}]: what was said so far */
static int turns(struct context *ctx, const char *p, size_t len)
{
	size_t i = 1;

	while (i < len && (p[i] == ' ' || p[i] == '\n'))
		++i;
	if (ctx->turnc || i >= len || p[i] != '{')
		return EINVAL;

	return fill_json(ctx, FILL_TRANSCRIPT, p, len);
}


/* "conv-1;{"intent":...}" */
static int id_and_object(struct context *ctx, const char *p, size_t len)
{
	const char *at = len ? memchr(p, '{', len) : NULL;
	size_t l = at ? (size_t)(at - p) : 0;
	const char *id = p;
	int err;

	if (l < 2 || !p[l-1] || !strchr(";|, ", p[l-1]) || ctx->handoff_id)
		return EINVAL;

	for (--l; l && (p[l-1] == ' ' || p[l-1] == ';'); --l)
		;
	if (!is_id(id, l))
		return EINVAL;

	err = uui_object(ctx, at, len - (size_t)(at - p));
	if (!err)
		err = fill_value(ctx, FILL_HANDOFF_ID, "Id", 2, id, l);

	return err;
}


/**
 * Read a payload that has become text
 *
 * @param ctx      Context that is being built
 * @param title    Name of a fact or link that it may become
 * @param titlelen Its length
 * @param p        Text
 * @param len      Its length
 *
 * @return 0 or ENOMEM
 */
int uui_text(struct context *ctx, const char *title, size_t titlelen,
	     const char *p, size_t len)
{
	enum fill fill;
	int err;

	text_trim(&p, &len);

	/* One that was cut on its way is no id either */
	if (len && *p && strchr("{[<", *p)) {
		err = *p == '{' ? uui_object(ctx, p, len)
			: *p == '[' ? turns(ctx, p, len) : EINVAL;

		return err == EINVAL ? fill_fact(ctx, title, titlelen, p, len)
				     : err;
	}

	err = id_and_object(ctx, p, len);
	if (err != EINVAL)
		return err;

	if ((len > 8 && !strncasecmp(p, "https://", 8)) ||
	    (len > 7 && !strncasecmp(p, "http://", 7)))
		return link_read(ctx, title, titlelen, p, len);

	err = uui_list(ctx, title, titlelen, p, len);
	if (err != EINVAL)
		return err;

	if (len > 1 && *p == '+' && text_digits(p + 1, len - 1))
		fill = FILL_CALLER_TEL;
	else
		fill = is_id(p, len) ? FILL_HANDOFF_ID : FILL_REASON;

	return fill_any(ctx, fill, title, titlelen, p, len);
}
