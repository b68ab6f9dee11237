/**
 * @file transcript_cues.c  Turns from subtitles, SRT and WebVTT
 *
 * A cue is a time and the lines below it, up to a line that is empty. Numbers,
 * notes and styles are nothing that was said.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "../build.h"
#include "../text/text.h"
#include "markup.h"
#include "transcript.h"


static const char arrow[] = "-->";


/* "00:00:01,000 --> 00:00:02,000": when it begins */
static bool cue_time(double *out, const char *p, size_t len)
{
	size_t n = transcript_clock(out, p, len);

	if (!n)
		return false;

	for (; n < len && (p[n] == ' ' || p[n] == '\t'); n++)
		;

	return len - n >= strlen(arrow) &&
		!memcmp(p + n, arrow, strlen(arrow));
}


static size_t line_len(const char *p, size_t len)
{
	const char *nl = memchr(p, '\n', len);

	return nl ? (size_t)(nl + 1 - p) : len;
}


/**
 * Are these subtitles, by the first of their lines?
 *
 * @param p   Text
 * @param len Its length
 */
bool transcript_is_cues(const char *p, size_t len)
{
	double start;

	if (len >= 6 && !memcmp(p, "WEBVTT", 6))
		return true;

	for (unsigned i = 0; i < 2 && len; i++) {
		size_t l = line_len(p, len);

		if (cue_time(&start, p, l))
			return true;
		p += l;
		len -= l;
	}

	return false;
}


/* Line ends become a blank each */
static size_t one_line(char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (p[i] != '\r')
			p[n++] = p[i] == '\n' ? ' ' : p[i];
	}

	return n;
}


/* "<v Anna>hello</v>" names who speaks; so does "Anna: hello" */
static int cue(struct context *ctx, const struct transcript_frame *frame,
	       double start, const char *p, size_t len)
{
	const char *who = NULL;
	size_t wholen = 0;
	const char *end;
	char *text;
	size_t l, n;
	int err;

	text_trim(&p, &len);
	if (!len)
		return 0;

	if (len > 3 && p[0] == '<' && p[1] == 'v' &&
	    (p[2] == ' ' || p[2] == '.')) {
		end = memchr(p, '>', len);
		who = memchr(p, ' ', len);
		if (end && who && who < end) {
			wholen = (size_t)(end - who);
			text_trim(&who, &wholen);
			len -= (size_t)(end + 1 - p);
			p = end + 1;
		}
	}

	text = malloc(len ? len : 1);
	if (!text)
		return ENOMEM;

	l = markup_read(text, p, len);
	p = text;
	l = one_line(text, l);
	text_trim(&p, &l);

	n = wholen ? 0 : transcript_before(p, l);
	if (n) {
		who = p;
		wholen = n;
	}
	err = transcript_line(ctx, frame, start, who, wholen,
			      n ? p + n + 1 : p, n ? l - n - 1 : l);
	free(text);

	return err;
}


/**
 * Add turns from subtitles
 *
 * @param ctx   Context that is being built
 * @param frame What they are part of
 * @param p     Text
 * @param len   Its length
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_cues(struct context *ctx, const struct transcript_frame *frame,
		    const char *p, size_t len)
{
	while (len) {
		size_t l = line_len(p, len);
		const char *from;
		double start;
		int err;

		if (!cue_time(&start, p, l)) {
			p += l;
			len -= l;
			continue;
		}

		/* All lines up to one that is empty */
		p += l;
		len -= l;
		from = p;
		while (len) {
			l = line_len(p, len);
			if (*p == '\n' || (*p == '\r' && l <= 2))
				break;
			p += l;
			len -= l;
		}

		err = cue(ctx, frame, start, from, (size_t)(p - from));
		if (err)
			return err;
	}

	return 0;
}
