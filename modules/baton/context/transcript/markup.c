/**
 * @file markup.c  The text of HTML and of subtitles, without its tags
 *
 * To be read by a person as plain text: no more is made of it. Whatever comes
 * out is cleaned like any other text from the network.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "markup.h"


enum { ENTITY_MAX = 10 };         /* bytes between & and ;                  */


/* UTF-8 of a character, never longer than the entity was */
static size_t utf8_put(char *dst, unsigned long c)
{
	if (!c || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	if (c < 0x80) {
		dst[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		dst[0] = (char)(0xc0 | c >> 6);
		dst[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		dst[0] = (char)(0xe0 | c >> 12);
		dst[1] = (char)(0x80 | (c >> 6 & 0x3f));
		dst[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	dst[0] = (char)(0xf0 | c >> 18);
	dst[1] = (char)(0x80 | (c >> 12 & 0x3f));
	dst[2] = (char)(0x80 | (c >> 6 & 0x3f));
	dst[3] = (char)(0x80 | (c & 0x3f));

	return 4;
}


/* "&amp;" at p: how many bytes it is long, 0 = it is none. Shortest ones
   come out as at most as many bytes as they had. */
static size_t entity_read(char *dst, size_t *n, const char *p, size_t len)
{
	static const struct {
		const char *name;
		unsigned code;
	} v[] = {
		{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'},
		{"apos", '\''}, {"nbsp", ' '}, {"auml", 0xe4},
		{"ouml", 0xf6}, {"uuml", 0xfc}, {"Auml", 0xc4},
		{"Ouml", 0xd6}, {"Uuml", 0xdc}, {"szlig", 0xdf},
		{"euro", 0x20ac}, {"hellip", 0x2026}, {"ndash", 0x2013},
		{"mdash", 0x2014}, {"lsquo", 0x2018}, {"rsquo", 0x2019},
		{"ldquo", 0x201c}, {"rdquo", 0x201d},
	};
	const char *semi = memchr(p, ';', len < ENTITY_MAX + 2 ?
				  len : ENTITY_MAX + 2);
	char name[ENTITY_MAX + 1];
	size_t l = semi ? (size_t)(semi - p) - 1 : 0;

	if (!l || l > ENTITY_MAX)
		return 0;
	memcpy(name, p + 1, l);
	name[l] = '\0';

	if (*name == '#') {
		int hex = name[1] == 'x' || name[1] == 'X';
		char *end;
		unsigned long c = strtoul(name + 1 + hex, &end, hex ? 16 : 10);

		if (*end || end == name + 1 + hex)
			return 0;
		*n = utf8_put(dst, c);
		return l + 2;
	}

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (!strcmp(name, v[i].name)) {
			*n = utf8_put(dst, v[i].code);
			return l + 2;
		}
	}

	return 0;
}


static bool tag_is(const char *name, size_t len, const char *const *v)
{
	for (; *v; v++) {
		if (strlen(*v) == len && !strncasecmp(name, *v, len))
			return true;
	}

	return false;
}


/* Where "</script" begins, or the end of the text */
static size_t skip_to(const char *p, size_t len, const char *name, size_t l)
{
	for (size_t i = 0; i + 2 + l <= len; i++) {
		if (p[i] == '<' && p[i+1] == '/' &&
		    !strncasecmp(p + i + 2, name, l))
			return i;
	}

	return len;
}


/**
 * Leave tags out, and put characters for their names
 *
 * @param dst Gets the text: room for len bytes
 * @param p   Markup
 * @param len Its length
 *
 * @return Bytes of text
 */
size_t markup_read(char *dst, const char *p, size_t len)
{
	static const char *const hiddenv[] = {
		"script", "style", "head", "title", NULL
	};
	static const char *const blockv[] = {
		"p", "br", "div", "li", "tr", "ul", "ol", "table", "h1",
		"h2", "h3", "h4", "blockquote", "pre", NULL
	};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	bool open_end = false;
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		size_t l, out = 0, name, namelen = 0;
		const char *end;

		if (p[i] == '&') {
			l = entity_read(dst + n, &out, p + i, len - i);
			if (l) {
				n += out;
				i += l;
				continue;
			}
		}
		if (p[i] != '<' || i + 1 == len ||
		    (!strchr(letters, p[i+1]) && p[i+1] != '/' &&
		     p[i+1] != '!') || !p[i+1]) {
			dst[n++] = p[i++];
			continue;
		}

		end = open_end ? NULL : memchr(p + i, '>', len - i);
		if (!end) {
			/* Not looked for once more: there is none */
			open_end = true;
			dst[n++] = p[i++];
			continue;
		}

		name = i + 1 + (p[i+1] == '/');
		while (name + namelen < len && p[name + namelen] &&
		       (strchr(letters, p[name + namelen]) ||
			(p[name + namelen] >= '1' &&
			 p[name + namelen] <= '6')))
			++namelen;

		if (namelen && tag_is(p + name, namelen, blockv) && n &&
		    dst[n-1] != '\n')
			dst[n++] = '\n';
		l = (size_t)(end + 1 - p);
		if (p[i+1] != '/' && namelen &&
		    tag_is(p + name, namelen, hiddenv))
			l += skip_to(p + l, len - l, p + name, namelen);
		i = l;
	}

	return n;
}
