/**
 * @file vcon_subject.c  The subject of a vCon
 *
 * A free line: with some what the call is about, with others only that there
 * was a call. It is an intent where nothing else is one, else a fact.
 */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include "../build.h"
#include "vcon.h"


/* "2026-11-22", "11/22": when, not what */
static bool has_date(const char *p)
{
	for (; *p; p++) {
		if (isdigit((unsigned char)p[0]) && (p[1] == '-' ||
		    p[1] == '/' || p[1] == ':') &&
		    isdigit((unsigned char)p[2]))
			return true;
	}

	return false;
}


/* Does it say no more than that there was a call? */
static bool says_nothing(const char *subject)
{
	static const char *const beginv[] = {
		"call on ", "call from ", "call to ", "call with ",
		"call at ", "call between ", "phone call", "inbound call",
		"incoming call", "outbound call", "conversation ",
		"interaction ", "recording", "transcript", "vcon",
		"untitled", "no subject",
	};
	static const char *const wholev[] = {
		"call", "conversation", "interaction", "test",
	};

	for (size_t i = 0; i < sizeof(beginv) / sizeof(*beginv); i++) {
		if (!strncasecmp(subject, beginv[i], strlen(beginv[i])))
			return true;
	}
	for (size_t i = 0; i < sizeof(wholev) / sizeof(*wholev); i++) {
		if (!strcasecmp(subject, wholev[i]))
			return true;
	}

	return has_date(subject);
}


/**
 * Use the subject, once all else was read
 *
 * @param ctx     Context that is being built
 * @param subject Subject, NULL if there is none
 *
 * @return 0 or ENOMEM
 */
int vcon_subject(struct context *ctx, const char *subject)
{
	if (!subject || (ctx->intent && !strcmp(ctx->intent, subject)))
		return 0;

	if (!ctx->intent && !says_nothing(subject)) {
		ctx->intent = subject;
		return 0;
	}

	return vcon_fact(ctx, "Subject", 7, subject, strlen(subject));
}
