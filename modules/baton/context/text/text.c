/**
 * @file text.c  Text from the network made fit to show
 *
 * What comes out is valid UTF-8 that cannot reorder, hide or break the text
 * beside it, whatever came in.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "text.h"


/* One character, RFC 3629: no overlong forms, no surrogates. 0 = invalid */
static inline size_t utf8_decode(uint32_t *cp, const uint8_t *p, size_t n)
{
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}

	if (p[0] < 0xc2)
		return 0;

	if (p[0] < 0xe0) {
		if (n < 2 || (p[1] & 0xc0) != 0x80)
			return 0;
		*cp = (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
		return 2;
	}

	if (p[0] < 0xf0) {
		if (n < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		*cp = (uint32_t)(p[0] & 0x0f) << 12 |
			(uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
		if (*cp < 0x800 || (*cp >= 0xd800 && *cp <= 0xdfff))
			return 0;
		return 3;
	}

	if (p[0] > 0xf4 || n < 4 || (p[1] & 0xc0) != 0x80 ||
	    (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
		return 0;

	*cp = (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 |
		(uint32_t)(p[2] & 0x3f) << 6 | (p[3] & 0x3f);
	if (*cp < 0x10000 || *cp > 0x10ffff)
		return 0;

	return 4;
}


/**
 * Find the first byte that no text may hold
 *
 * @param atp Where it is, from 0
 * @param p   Bytes
 * @param len Number of bytes
 *
 * @return TEXT_GOOD if there is none
 */
enum text_fault text_check(size_t *atp, const char *p, size_t len)
{
	const uint8_t *b = (const uint8_t *)p;
	size_t i = 0;

	while (i < len) {
		uint64_t word;
		uint32_t cp;
		size_t n;

		/* Eight at a time while none is 0 or above 0x7f */
		while (len - i >= sizeof(word)) {
			memcpy(&word, b + i, sizeof(word));
			if ((word & 0x8080808080808080u) ||
			    ((word - 0x0101010101010101u) &
			     0x8080808080808080u))
				break;
			i += sizeof(word);
		}
		if (i == len)
			break;

		if (b[i] && b[i] < 0x80) {
			++i;
			continue;
		}

		if (!b[i]) {
			*atp = i;
			return TEXT_NUL;
		}

		n = utf8_decode(&cp, b + i, len - i);
		if (!n) {
			*atp = i;
			return TEXT_UTF8;
		}
		i += n;
	}

	return TEXT_GOOD;
}


/**
 * Length of the run of printable ASCII without quote and backslash at p,
 * counted in eights: what needs no closer look, found fast
 *
 * @return Number of bytes, a multiple of 8
 */
size_t text_run(const char *p, size_t len)
{
	static const uint64_t ones = 0x0101010101010101u;
	static const uint64_t tops = 0x8080808080808080u;
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t w, quote, slash, del;

		memcpy(&w, p + i, sizeof(w));
		quote = w ^ ones * '"';
		slash = w ^ ones * '\\';
		del = w ^ ones * 0x7f;

		/* A byte below n borrows into its top bit when n is taken */
		if ((w | (w - ones * 0x20) | (quote - ones) |
		     (slash - ones) | (del - ones)) & tops)
			break;
	}

	return i;
}


/** Is there any byte below 0x20? */
bool text_control(const char *p, size_t len)
{
	static const uint64_t ones = 0x0101010101010101u;
	static const uint64_t tops = 0x8080808080808080u;
	uint64_t bad = 0;
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t w;

		/* Exact for the lowest such byte, so for "any" */
		memcpy(&w, p + i, sizeof(w));
		bad |= (w - ones * 0x20) & ~w;
	}
	for (; i < len; i++) {
		if ((unsigned char)p[i] < 0x20)
			return true;
	}

	return bad & tops;
}


/* Characters that show nothing but change how the rest is shown */
static bool is_dropped(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp <= 0x9f))
		return true;

	return cp == 0x061c || cp == 0x200e || cp == 0x200f ||
		(cp >= 0x202a && cp <= 0x202e) ||
		(cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff;
}


/* Printable ASCII throughout? */
static bool is_ascii(const char *p, size_t len)
{
	static const uint64_t ones = 0x0101010101010101u;
	static const uint64_t tops = 0x8080808080808080u;
	uint64_t bad = 0;
	size_t i = 0;

	for (; len - i >= 8; i += 8) {
		uint64_t w;

		memcpy(&w, p + i, sizeof(w));
		bad |= w | (w - ones * 0x20) | ((w ^ ones * 0x7f) - ones);
	}
	for (; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c < 0x20 || c >= 0x7f)
			return false;
	}

	return !(bad & tops);
}


static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}


/**
 * Is text such that text_clean() would leave it as it is? Found out faster
 * than by doing it.
 *
 * @param p    Bytes
 * @param len  Number of bytes
 * @param line True for one line
 *
 * @return True if it is, and not empty; false does not say that it is not
 */
bool text_plain(const char *p, size_t len, bool line)
{
	const uint8_t *b = (const uint8_t *)p;
	size_t i = 0;

	if (!len || is_space(*p) || is_space(p[len-1]))
		return false;

	if (is_ascii(p, len))
		return true;

	while (i < len) {
		uint32_t cp;
		size_t n;

		if (b[i] >= 0x20 && b[i] < 0x7f) {
			++i;
			continue;
		}
		if (b[i] < 0x80) {
			if (line || (b[i] != '\n' && b[i] != '\t'))
				return false;
			++i;
			continue;
		}

		/* Latin, Greek and Cyrillic: none of them is dropped */
		if (b[i] >= 0xc3 && b[i] < 0xd8 && len - i > 1 &&
		    (b[i+1] & 0xc0) == 0x80) {
			i += 2;
			continue;
		}

		n = utf8_decode(&cp, b + i, len - i);
		if (!n || is_dropped(cp) || cp == 0x2028 || cp == 0x2029)
			return false;
		i += n;
	}

	return true;
}


/**
 * Clean text: bytes that are not UTF-8 become U+FFFD; control and
 * bidirectional control characters go, except newline and tab; any line end
 * becomes a newline; white space at both ends goes. Text that is too long is
 * cut after a whole character and ends in an ellipsis.
 *
 * @param dst  Where to, with room for max bytes; NULL = only count. With the
 *             count as max the same comes out
 * @param src  Bytes
 * @param len  Number of bytes
 * @param max  Bytes that may come out, at least 3
 * @param line True for one line: newline and tab become a blank
 *
 * @return Number of bytes, without a terminator
 */
size_t text_clean(char *dst, const char *src, size_t len, size_t max,
		  bool line)
{
	const uint8_t *b = (const uint8_t *)src;
	size_t i = 0;
	size_t o = 0;             /* written                                */
	size_t keep = 0;          /* written up to the last visible one     */
	size_t fit = 0;           /* the same, with room for the ellipsis   */

	while (i < len) {
		const char *out = src + i;
		size_t n = 1;
		size_t w = 1;
		uint32_t cp = b[i];

		/* Most of all text by far */
		if ((o || cp != ' ') && o + 3 < max) {
			size_t run = len - i;

			run = text_run(src + i, run < max - 3 - o ? run :
				       max - 3 - o);
			if (run) {
				if (dst)
					memcpy(dst + o, src + i, run);
				i += run;
				o += run;
				for (n = 0; n < run && src[i-n-1] == ' '; n++)
					;
				if (n < run)
					keep = fit = o - n;
				continue;
			}
		}

		if (cp >= 0x80) {
			n = utf8_decode(&cp, b + i, len - i);
			w = n;
			if (!n) {
				n = 1;
				w = 3;
				cp = 0xfffd;
				out = "\xef\xbf\xbd";
			}
		}

		i += n;

		if (cp == '\r' || cp == 0x2028 || cp == 0x2029) {
			if (cp == '\r' && i < len && b[i] == '\n')
				++i;
			cp = '\n';
			out = "\n";
			w = 1;
		}

		if (cp == '\n' || cp == '\t') {
			if (line) {
				cp = ' ';
				out = " ";
			}
		}
		else if (is_dropped(cp)) {
			continue;
		}

		if (!o && (cp == ' ' || cp == '\n' || cp == '\t'))
			continue;

		if (o + w > max) {
			if (cp == ' ' || cp == '\n' || cp == '\t')
				continue;
			if (dst)
				memcpy(dst + fit, "\xe2\x80\xa6", 3);
			return fit + 3;
		}

		if (dst) {
			if (w == 1)
				dst[o] = *out;
			else
				memcpy(dst + o, out, w);
		}
		o += w;

		if (cp != ' ' && cp != '\n' && cp != '\t') {
			keep = o;
			if (o + 3 <= max)
				fit = o;
		}
	}

	return keep;
}


/**
 * Clean a text only if it is not as text_clean() would leave it
 *
 * @param bufp What to free afterwards, NULL if it is used as it was
 * @param pp   Text, then the cleaned text
 * @param lenp Its length
 * @param max  Bytes that may come out, at least 3
 * @param line True for one line
 *
 * @return 0 or ENOMEM
 */
int text_tidy(char **bufp, const char **pp, size_t *lenp, size_t max,
	      bool line)
{
	size_t n;

	*bufp = NULL;
	if (text_plain(*pp, *lenp, line))
		return 0;

	n = text_clean(NULL, *pp, *lenp, max, line);
	*bufp = malloc(n + 1);
	if (!*bufp)
		return ENOMEM;

	text_clean(*bufp, *pp, *lenp, n, line);
	*pp = *bufp;
	*lenp = n;

	return 0;
}


/**
 * Compare a word of the network with one of ours
 *
 * @return True if they are the same but for case
 */
bool text_is(const char *p, size_t len, const char *word)
{
	return strlen(word) == len && !strncasecmp(p, word, len);
}


/** Step over white space at both ends */
void text_trim(const char **pp, size_t *lenp)
{
	const char *p = *pp;
	size_t l = *lenp;

	while (l && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n')) {
		++p;
		--l;
	}
	while (l && (p[l-1] == ' ' || p[l-1] == '\t' || p[l-1] == '\r' ||
		     p[l-1] == '\n'))
		--l;

	*pp = p;
	*lenp = l;
}
