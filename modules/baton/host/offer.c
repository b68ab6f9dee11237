/**
 * @file offer.c  Whether an offer of SRTP brings what it takes: the host would
 * answer one without keys, and nothing would be heard
 */
#include <string.h>
#include <re.h>
#include <baresip.h>
#include "offer.h"


static bool starts(const struct pl *line, const char *with)
{
	const size_t len = strlen(with);

	return line->l >= len && 0 == memcmp(line->p, with, len);
}


/* The next line, without its end; false if there is none */
static bool next_line(struct pl *line, struct pl *rest)
{
	const char *end;

	if (!rest->l)
		return false;

	end = memchr(rest->p, '\n', rest->l);
	line->p = rest->p;
	line->l = end ? (size_t)(end - rest->p) : rest->l;
	pl_advance(rest, (ssize_t)(line->l + (end ? 1 : 0)));

	if (line->l && line->p[line->l - 1] == '\r')
		--line->l;

	return true;
}


/**
 * Tell whether the audio of an offer can be keyed (RFC 4568, RFC 5763)
 *
 * @param sdp The offer
 *
 * @return False if all audio that it has is SRTP without any key
 */
bool offer_has_keys(const struct pl *sdp)
{
	struct pl rest = *sdp, line;
	bool session = false, audio = false, media = false;
	bool srtp = false, keyed = false, good = false, any = false;

	for (;;) {
		const bool more = next_line(&line, &rest);
		struct pl port, proto;

		/* A section has ended */
		if ((!more || starts(&line, "m=")) && audio) {
			any = true;
			good |= !srtp || keyed || session;
		}

		if (!more)
			break;

		if (starts(&line, "m=")) {
			media = true;
			keyed = srtp = false;
			audio = starts(&line, "m=audio ")
				&& !re_regex(line.p, line.l,
					     "m=audio [0-9]+[^ ]* [^ ]+",
					     &port, NULL, &proto)
				&& pl_u32(&port);
			srtp = audio && !re_regex(proto.p, proto.l, "SAVP");
		}
		else if (starts(&line, "a=crypto:")
			 || starts(&line, "a=fingerprint:")) {
			if (media)
				keyed = true;
			else
				session = true;
		}
	}

	return good || !any;
}
