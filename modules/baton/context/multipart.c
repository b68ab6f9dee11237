/**
 * @file multipart.c  A body taken apart, RFC 2046 and RFC 5621
 *
 * The body is bytes: NUL is one like any other. Line ends may be LF alone,
 * and the last boundary may be missing.
 */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "multipart.h"
#include "text/text.h"


/** The line that parts the parts, without what may follow it */
struct boundary {
	char v[LIMIT_BOUNDARY];
	size_t l;
};


static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}


/**
 * A parameter of a Content-Type, quoted or not
 *
 * @param buf  Its value, without a terminator
 * @param lenp Room in buf; gets the length of the value
 * @param p    Content-Type
 * @param len  Its length
 * @param word Name of the parameter
 *
 * @return 0, ENOENT, E2BIG (no room) or EBADMSG
 */
static int param_read(char *buf, size_t *lenp, const char *p, size_t len,
		      const char *word)
{
	const char *end = p + len;
	const char *name;
	size_t size = *lenp;
	size_t l, n = 0;

	*lenp = 0;

	for (;;) {
		bool wanted, quoted;

		/* To the next ; outside of quotes */
		for (quoted = false; p < end && (quoted || *p != ';'); p++) {
			if (quoted && *p == '\\' && p + 1 < end)
				++p;
			else if (*p == '"')
				quoted = !quoted;
		}
		if (p == end)
			return ENOENT;

		name = ++p;
		while (p < end && *p != '=' && *p != ';')
			++p;
		l = (size_t)(p - name);
		text_trim(&name, &l);
		if (p == end || *p == ';')
			continue;

		wanted = text_is(name, l, word);

		++p;
		while (p < end && is_blank(*p))
			++p;
		if (!wanted)
			continue;

		quoted = p < end && *p == '"';
		if (quoted)
			++p;

		while (p < end && (quoted ? *p != '"' :
				   *p != ';' && !is_blank(*p))) {
			if (quoted && *p == '\\' && p + 1 < end)
				++p;
			if (n == size)
				return E2BIG;
			buf[n++] = *p++;
		}
		if (quoted && p == end)
			return EBADMSG;

		/* RFC 2046: a boundary does not end in white space */
		while (n && is_blank(buf[n-1]))
			--n;
		*lenp = n;

		return n ? 0 : EBADMSG;
	}
}


/**
 * A parameter of a Content-Type
 *
 * @param buf  Gets its value, empty if there is none
 * @param size Room there
 * @param ctype Content-Type
 * @param len  Its length
 * @param name Name of the parameter
 *
 * @return 0, ENOENT, E2BIG or EBADMSG
 */
int multipart_param(char *buf, size_t size, const char *ctype, size_t len,
		    const char *name)
{
	size_t n = size - 1;
	int err = param_read(buf, &n, ctype, len, name);

	buf[err ? 0 : n] = '\0';

	return err;
}


static int boundary_read(struct boundary *b, const char *p, size_t len)
{
	b->l = sizeof(b->v);

	return param_read(b->v, &b->l, p, len, "boundary");
}


enum line { LINE_OTHER = 0, LINE_DELIM, LINE_CLOSE };

/* What the line at p is; nextp gets where the one after it begins */
static enum line line_read(const struct boundary *b, const char *p,
			   const char *end, const char **nextp)
{
	const char *nl;
	enum line line = LINE_DELIM;

	if ((size_t)(end - p) < b->l + 2 || p[0] != '-' || p[1] != '-' ||
	    memcmp(p + 2, b->v, b->l))
		return LINE_OTHER;

	p += b->l + 2;
	if (end - p >= 2 && p[0] == '-' && p[1] == '-') {
		line = LINE_CLOSE;
		p += 2;
	}

	nl = memchr(p, '\n', (size_t)(end - p));
	*nextp = nl ? nl + 1 : end;

	for (; p < *nextp; p++) {
		/* Else a longer word that begins like the boundary */
		if (!is_blank(*p))
			return LINE_OTHER;
	}

	return line;
}


/* The next line of the boundary from p on; NULL = there is none */
static const char *find_line(const struct boundary *b, const char *p,
			     const char *end, enum line *linep,
			     const char **nextp)
{
	while (p < end) {
		const char *nl;

		*linep = line_read(b, p, end, nextp);
		if (*linep != LINE_OTHER)
			return p;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			break;
		p = nl + 1;
	}

	return NULL;
}


/* Is there a header's name before a colon? */
static const char *header_colon(const char *p, size_t len)
{
	const char *colon = memchr(p, ':', len);

	if (!colon || colon == p)
		return NULL;

	for (const char *c = p; c < colon; c++) {
		if ((unsigned char)*c < 0x21 || (unsigned char)*c > 0x7e) {
			/* White space may stand before the colon only */
			if (c == p || !is_blank(*c) || *c == '\n')
				return NULL;
		}
	}

	return colon;
}


/* The value up to a ; outside of quotes */
static struct view_bytes first_word(const char *p, size_t len)
{
	struct view_bytes v = {p, len};
	const char *semi = memchr(p, ';', len);

	if (semi)
		v.l = (size_t)(semi - p);
	text_trim(&v.p, &v.l);

	return v;
}


static void header_set(struct part *part, struct view_bytes *ctype,
		       const char *name, size_t namelen, const char *val,
		       size_t len)
{
	text_trim(&name, &namelen);
	text_trim(&val, &len);

	/* The short forms are SIP's, RFC 3261 section 7.3.3 */
	if (text_is(name, namelen, "content-type") ||
	    text_is(name, namelen, "c")) {
		ctype->p = val;
		ctype->l = len;
		part->type = first_word(val, len);
		part->full = *ctype;
	}
	else if (text_is(name, namelen, "content-disposition")) {
		part->disposition = first_word(val, len);
	}
	else if (text_is(name, namelen, "content-encoding") ||
		 text_is(name, namelen, "e")) {
		part->encoding.p = val;
		part->encoding.l = len;
	}
	else if (text_is(name, namelen, "content-transfer-encoding")) {
		part->transfer = first_word(val, len);
	}
	else if (text_is(name, namelen, "content-id")) {
		part->id.p = val;
		part->id.l = len;
	}
}


/* Where the line ends; pp steps to the next one */
static const char *line_end(const char **pp, const char *end)
{
	const char *nl = memchr(*pp, '\n', (size_t)(end - *pp));

	*pp = nl ? nl + 1 : end;

	return nl ? nl : end;
}


/*
 * The headers of a part, and where its data begins. A part whose first line
 * is no header has none, RFC 2046 section 5.1: then it is text.
 */
static int part_read(struct part *part, struct view_bytes *ctype,
		     const char *p, const char *end)
{
	static const char text_plain[] = "text/plain";
	static const char none[] = "";
	const char *start = p;

	part->disposition = part->encoding = part->transfer = part->id =
		(struct view_bytes){none, 0};
	part->type = (struct view_bytes){text_plain, sizeof(text_plain) - 1};
	*ctype = part->full = part->type;
	part->data = (struct view_bytes){p, (size_t)(end - p)};

	while (p < end) {
		const char *colon;
		const char *line = p;
		const char *stop = line_end(&p, end);

		/* The empty line */
		if (stop == line || (stop == line + 1 && *line == '\r')) {
			part->data.p = p;
			part->data.l = (size_t)(end - p);
			return 0;
		}

		/* A header may be folded over more lines */
		while (p < end && (*p == ' ' || *p == '\t'))
			stop = line_end(&p, end);

		colon = header_colon(line, (size_t)(stop - line));
		if (!colon) {
			/* Not a header: all of it is text, or broken */
			return line == start ? 0 : EBADMSG;
		}

		if (p - start > LIMIT_PART_HEAD)
			return E2BIG;

		header_set(part, ctype, line, (size_t)(colon - line),
			   colon + 1, (size_t)(stop - colon - 1));
	}

	/* Headers alone */
	part->data.p = end;
	part->data.l = 0;

	return 0;
}


static int split(struct part_list *parts, const char *ctype, size_t tlen,
		 const char *body, size_t len, unsigned depth);


/* One part goes to the list, or is taken apart itself */
static int part_add(struct part_list *parts, const char *p, const char *end,
		    unsigned depth)
{
	struct view_bytes ctype;
	struct part part;
	int err;

	err = part_read(&part, &ctype, p, end);
	if (err)
		return err;

	if (part.type.l > 10 && !strncasecmp(part.type.p, "multipart/", 10)) {
		size_t had = parts->c;

		if (depth >= LIMIT_NESTING)
			return E2BIG;

		err = split(parts, ctype.p, ctype.l, part.data.p, part.data.l,
			    depth + 1);
		if (err != EBADMSG || parts->c != had)
			return err;
		/* Broken inside, but what stands beside it is not */
	}

	if (parts->c == LIMIT_PARTS)
		return E2BIG;

	parts->v[parts->c++] = part;

	return 0;
}


static int split(struct part_list *parts, const char *ctype, size_t tlen,
		 const char *body, size_t len, unsigned depth)
{
	const char *end = body + len;
	const char *start = NULL;
	struct boundary b;
	int first = 0;
	int err;

	err = boundary_read(&b, ctype, tlen);
	if (err)
		return err == ENOENT ? EBADMSG : err;

	for (;;) {
		const char *next = end;
		const char *stop;
		const char *at;
		enum line line = LINE_OTHER;

		at = find_line(&b, start ? start : body, end, &line, &next);

		if (start) {
			/* The line end before the boundary belongs to it */
			stop = at ? at : end;
			if (at && stop > start && stop[-1] == '\n') {
				--stop;
				if (stop > start && stop[-1] == '\r')
					--stop;
			}

			/* Nothing at all after the last one: no part */
			if (at || stop > start)
				err = part_add(parts, start, stop, depth);
			if (err && !first)
				first = err;
			if (err && parts->c == LIMIT_PARTS)
				break;
			err = 0;
		}

		if (!at) {
			if (!start)
				return EBADMSG;
			break;
		}
		if (line == LINE_CLOSE)
			break;
		start = next;
	}

	return first;
}


/**
 * Take a multipart body apart, up to LIMIT_NESTING levels of it
 *
 * @param parts The leaf parts in their order, views into body and ctype
 * @param ctype Content-Type with its parameters
 * @param tlen  Its length
 * @param body  Body, need not end in 0, may hold it
 * @param len   Its length
 *
 * @return 0; EBADMSG if it is malformed; E2BIG if it has more than
 *         LIMIT_PARTS parts, LIMIT_NESTING levels, LIMIT_PART_HEAD bytes of
 *         headers or LIMIT_BOUNDARY of boundary. In each case parts has what
 *         could be had, so that the SDP is not lost with the context.
 */
int multipart_split(struct part_list *parts, const char *ctype, size_t tlen,
		    const char *body, size_t len)
{
	if (!parts)
		return EINVAL;

	parts->c = 0;

	if (!ctype || !body)
		return EINVAL;

	text_trim(&ctype, &tlen);
	if (tlen <= 10 || strncasecmp(ctype, "multipart/", 10))
		return EBADMSG;

	return split(parts, ctype, tlen, body, len, 1);
}
