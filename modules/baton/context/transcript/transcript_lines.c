/**
 * @file transcript_lines.c  Turns from plain text: "Name: text" lines
 *
 * With the time before it, or after the name, as chats and dictation write
 * it. Any other line goes on with the one before.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include "../build.h"
#include "../text/date.h"
#include "../text/text.h"
#include "transcript.h"


enum {
	SPEAKER_MAX = 40,         /**< bytes before the colon of a line     */
	TIME_MAX = 36,            /**< bytes of a time, brackets as well    */
};

/** What a line begins with, if it begins a turn */
struct head {
	size_t who;               /**< where the speaker is                 */
	size_t wholen;            /**< 0 = it does not say                  */
	size_t text;              /**< where the text is                    */
	double offset;            /**< of a clock, NAN = none               */
	char date[DATE_SIZE];     /**< empty = none                         */
};


/* "Caller: hello": the length of who speaks, 0 = nobody is named */
static size_t speaker_len(const char *p, size_t len)
{
	size_t n = len < SPEAKER_MAX ? len : SPEAKER_MAX;
	const char *colon = memchr(p, ':', n);
	unsigned blanks = 0;

	if (!colon || colon == p || (size_t)(colon - p) + 1 >= len)
		return 0;

	/* "Agent (00:01): hello" */
	while (colon && colon[1] != ' ' && colon[1] != '\t') {
		n = len < SPEAKER_MAX ? len : SPEAKER_MAX;
		if (!isdigit((unsigned char)colon[1]))
			return 0;
		n -= (size_t)(colon + 1 - p);
		colon = memchr(colon + 1, ':', n);
		if (!colon || (size_t)(colon - p) + 1 >= len)
			return 0;
		if (colon[-1] != ')' && colon[-1] != ']' &&
		    !isdigit((unsigned char)colon[-1]))
			return 0;
	}

	for (const char *c = p; c < colon; c++) {
		if (*c == '\n')
			return 0;
		if (*c == ' ')
			++blanks;
	}

	return blanks <= 3 ? (size_t)(colon - p) : 0;
}


/** The length of who speaks before a colon, 0 = nobody is named */
size_t transcript_before(const char *p, size_t len)
{
	return len ? speaker_len(p, len) : 0;
}


/* A clock or a date with time, all of the text */
static bool time_is(struct head *head, const char *p, size_t len)
{
	double seconds;

	if (!len || len > TIME_MAX || !isdigit((unsigned char)*p))
		return false;

	if (transcript_clock(&head->offset, p, len) == len)
		return true;
	head->offset = (double)NAN;

	if (len >= 16 && !date_read(head->date, p, len) &&
	    !date_seconds(&seconds, head->date))
		return true;
	*head->date = '\0';

	return false;
}


/* A time at the start of a line: its length with what is around it */
static size_t time_len(struct head *head, bool *bare, const char *p,
		       size_t len)
{
	size_t n = len < TIME_MAX ? len : TIME_MAX;
	const char *end;
	size_t l = 0;

	*bare = false;
	if (n > 2 && (*p == '[' || *p == '(')) {
		end = memchr(p, *p == '[' ? ']' : ')', n);
		if (!end || !time_is(head, p + 1, (size_t)(end - p) - 1))
			return 0;
		l = (size_t)(end + 1 - p);
	}
	else if (n && isdigit((unsigned char)*p)) {
		/* "2026-11-22 10:00:00" has a blank */
		for (unsigned i = 0; i < 2 && !l; i++) {
			size_t from = i ? 11 : 0;

			end = n > from ? memchr(p + from, ' ', n - from)
				       : NULL;
			if (end && time_is(head, p, (size_t)(end - p)))
				l = (size_t)(end - p);
		}
		*bare = true;
	}
	if (!l)
		return 0;

	while (l < len && (p[l] == ' ' || p[l] == '\t' || p[l] == '-' ||
			   p[l] == '|'))
		++l;

	return l;
}


/* Does a turn begin with this line? */
static bool head_read(struct head *head, const char *p, size_t len)
{
	size_t skip, who;
	bool bare;

	memset(head, 0, sizeof(*head));
	head->offset = (double)NAN;
	if (!len)
		return false;

	skip = time_len(head, &bare, p, len);
	who = skip < len ? speaker_len(p + skip, len - skip) : 0;
	if (!who && (!skip || bare)) {
		head->offset = (double)NAN;
		*head->date = '\0';
		return false;
	}

	head->who = skip;
	head->wholen = who;
	head->text = who ? skip + who + 1 : skip;

	/* "Agent [00:01]" */
	if (who > 4 && (p[skip + who - 1] == ']' ||
			p[skip + who - 1] == ')')) {
		const char *open = p + skip + who - 1;
		struct head own = *head;

		while (open > p + skip && *open != '[' && *open != '(')
			--open;
		if (open > p + skip && time_is(&own, open + 1, (size_t)
					       (p + skip + who - 1 - open -
						1))) {
			head->offset = own.offset;
			memcpy(head->date, own.date, sizeof(own.date));
			head->wholen = (size_t)(open - p) - skip;
			while (head->wholen && p[skip + head->wholen - 1] ==
			       ' ')
				--head->wholen;
		}
	}

	return true;
}


static int turn_add(struct context *ctx, const struct transcript_frame *frame,
		    const struct head *head, const char *speaker,
		    const char *p, size_t len)
{
	struct context_turn *turn;
	int err;

	err = context_add_turn(ctx, &turn);
	if (err)
		return err;

	if (head->wholen)
		err = transcript_speaker(ctx, frame, turn, speaker,
					 head->wholen);
	if (!turn->who)
		turn->who = "other";
	if (!err)
		err = context_set_text(ctx, &turn->text, p, len);
	if (!err && turn->text && *head->date)
		err = context_set_line(ctx, &turn->at, head->date,
				       strlen(head->date));
	else if (!err && turn->text && !isnan(head->offset))
		err = transcript_offset(ctx, frame, turn, head->offset);

	if (err || !turn->text)
		--ctx->turnc;
	else if (!frame->parties)
		transcript_settle(ctx);

	return err;
}


/**
 * Add one turn whose parts are known
 *
 * @param ctx        Context that is being built
 * @param frame      What it is part of
 * @param offset     Seconds since the recording began, NAN = unknown
 * @param speaker    Word for who speaks
 * @param speakerlen Its length, 0 = unknown
 * @param p          Text
 * @param len        Its length
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_line(struct context *ctx, const struct transcript_frame *frame,
		    double offset, const char *speaker, size_t speakerlen,
		    const char *p, size_t len)
{
	struct head head = {.wholen = speakerlen, .offset = offset};

	return turn_add(ctx, frame, &head, speaker, p, len);
}


/**
 * Add turns from plain text, one or more lines each
 *
 * @param ctx   Context that is being built
 * @param frame What it is part of
 * @param p     Text
 * @param len   Its length
 *
 * @return 0, E2BIG (LIMIT_TURNS) or ENOMEM
 */
int transcript_lines(struct context *ctx, const struct transcript_frame *frame,
		     const char *p, size_t len)
{
	struct head head, next;

	text_trim(&p, &len);
	if (transcript_is_cues(p, len))
		return transcript_cues(ctx, frame, p, len);

	(void)head_read(&head, p, len);

	while (len) {
		size_t l = 0;
		int err;

		/* Up to the line that begins another turn */
		for (;;) {
			const char *nl = memchr(p + l, '\n', len - l);

			l = nl ? (size_t)(nl + 1 - p) : len;
			if (!nl || head_read(&next, p + l, len - l))
				break;
		}

		err = turn_add(ctx, frame, &head, p + head.who,
			       p + head.text, l - head.text);
		if (err)
			return err;

		head = next;
		p += l;
		len -= l;
	}

	return 0;
}
