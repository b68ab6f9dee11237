/*
 * Takes the URI and the headers inside of it (RFC 3261, 19.1.1) out of a
 * Refer-To. Nobody slips a line of his own into our INVITE with them.
 */
#include <string.h>
#include "referto.h"

enum {
	HEADERS_MAX = 16384,    /* bytes, unescaped */
};

/* What our INVITE has of its own, whatever anybody asks for */
static const char *const ours[] = {
	"Via", "From", "To", "Call-ID", "CSeq", "Contact", "Max-Forwards",
	"Route", "Record-Route", "Content-Type", "Content-Length", "Supported",
	"Allow", "Referred-By", "body", "v", "f", "t", "i", "m", "c", "l", "k",
	"b",
};


static bool is_ours(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!str_casecmp(ours[i], name))
			return true;

	return false;
}


static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0'
		: c >= 'a' && c <= 'f' ? c - 'a' + 10
		: c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}


/* The caller frees @sp. EBADMSG: a broken escape, or a control character */
static int unescape(char **sp, const struct pl *pl)
{
	char *s = mem_alloc(pl->l + 1, NULL);
	size_t i, n = 0;

	if (!s)
		return ENOMEM;

	for (i = 0; i < pl->l; i++) {
		char c = pl->p[i];

		if (c == '%') {
			int hi = i + 2 < pl->l ? hex(pl->p[i + 1]) : -1;
			int lo = i + 2 < pl->l ? hex(pl->p[i + 2]) : -1;

			if (hi < 0 || lo < 0)
				goto bad;
			c = (char)(hi << 4 | lo);
			i += 2;
		}
		if ((unsigned char)c < ' ' || c == 0x7f)
			goto bad;
		s[n++] = c;
	}
	s[n] = '\0';
	*sp = s;

	return 0;

bad:
	mem_deref(s);
	return EBADMSG;
}


static int header_take(struct referto *rt, struct mbuf *mb,
		       const struct pl *name, const struct pl *val)
{
	char *n = NULL, *v = NULL;
	int err;

	err = unescape(&n, name);
	if (!err)
		err = unescape(&v, val);
	if (err)
		goto out;
	if (strchr(n, ':') || strchr(n, ' ') || !*n) {
		err = EBADMSG;
		goto out;
	}
	if (is_ours(n))
		goto out;
	err = mbuf_printf(mb, "%s: %s\r\n", n, v);
	if (!err && !str_casecmp(n, "Replaces")) {
		mem_deref(rt->replaces);
		rt->replaces = mem_ref(v);
	}
	if (mb->end > HEADERS_MAX)
		err = EBADMSG;
out:
	mem_deref(n);
	mem_deref(v);
	return err;
}


static int headers_take(struct referto *rt, struct pl pl)
{
	struct mbuf *mb = mbuf_alloc(256);
	int err = mb ? 0 : ENOMEM;

	while (!err && pl.l) {
		const char *end = memchr(pl.p, '&', pl.l);
		struct pl one = { pl.p, end ? (size_t)(end - pl.p) : pl.l };
		const char *eq = memchr(one.p, '=', one.l);
		struct pl name = one, val = { one.p + one.l, 0 };

		if (eq) {
			name.l = (size_t)(eq - one.p);
			val.p = eq + 1;
			val.l = one.l - name.l - 1;
		}
		if (one.l)
			err = header_take(rt, mb, &name, &val);
		pl_advance(&pl, (ssize_t)(one.l + (end ? 1 : 0)));
	}
	if (!err)
		err = re_sdprintf(&rt->headers, "%b", mb->buf, mb->end);
	mem_deref(mb);

	return err;
}


/* Reads the header's value. EBADMSG, ENOMEM. referto_finish() in any case */
int referto_decode(struct referto *rt, const struct pl *val)
{
	const char *open = memchr(val->p, '<', val->l), *close, *mark;
	struct pl uri = *val, headers = pl_null;
	struct uri u;
	int err;

	memset(rt, 0, sizeof(*rt));
	if (open) {
		uri.p = open + 1;
		uri.l = val->l - (size_t)(uri.p - val->p);
		close = memchr(uri.p, '>', uri.l);
		if (!close)
			return EBADMSG;
	}
	else {
		/* Parameters are the header's then */
		close = memchr(uri.p, ';', uri.l);
	}
	if (close)
		uri.l = (size_t)(close - uri.p);

	mark = memchr(uri.p, '?', uri.l);
	if (mark) {
		headers.p = mark + 1;
		headers.l = uri.l - (size_t)(headers.p - uri.p);
		uri.l = (size_t)(mark - uri.p);
	}
	if (uri_decode(&u, &uri) || pl_strcasecmp(&u.scheme, "sip") ||
	    memchr(uri.p, ' ', uri.l))
		return EBADMSG;

	err = pl_strdup(&rt->uri, &uri);

	return err ? err : headers_take(rt, headers);
}


void referto_finish(struct referto *rt)
{
	mem_deref(rt->uri);
	mem_deref(rt->headers);
	mem_deref(rt->replaces);
}
