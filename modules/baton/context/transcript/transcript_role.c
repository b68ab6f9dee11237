/**
 * @file transcript_role.c  The words for who speaks in a transcript
 *
 * More than the names of parties' roles: what speech services, models and
 * chats call a speaker. "agent" may be a person or a machine.
 */
#include <ctype.h>
#include <string.h>
#include "../context.h"
#include "../text/names.h"
#include "../text/text.h"
#include "transcript.h"


enum { WORD_MAX = 32 };           /* bytes of a role, longer ones are none  */

/* Found again by where they are: "agent" that may be the AI, and "ai" that
   was called an agent */
static const char agent_unsure[] = "agent";
static const char ai_unsure[] = "ai";


/**
 * Who a word means
 *
 * @param p   Word, any case; dashes and underscores are blanks
 * @param len Its length
 *
 * @return caller, ai, agent, other; NULL if it is no such word. Those that
 *         transcript_unsure() knows may be a machine as well.
 */
const char *transcript_role(const char *p, size_t len)
{
	static const struct {
		const char *word;
		const char *who;
	} v[] = {
		{"agent",              agent_unsure},
		{"agente",             agent_unsure},
		{"internal",           agent_unsure},
		{"human agent",        "agent"},
		{"live agent",         "agent"},
		{"employee",           "agent"},
		{"teammate",           "agent"},
		{"csr",                "agent"},
		{"mitarbeiter",        "agent"},
		{"mitarbeiterin",      "agent"},
		{"berater",            "agent"},
		{"beraterin",          "agent"},
		{"end user",           "caller"},
		{"enduser",            "caller"},
		{"visitor",            "caller"},
		{"contact",            "caller"},
		{"external",           "caller"},
		{"kunde",              "caller"},
		{"kundin",             "caller"},
		{"anrufer",            "caller"},
		{"anruferin",          "caller"},
		{"cliente",            "caller"},
		{"automated agent",    "ai"},
		{"ai assistant",       "ai"},
		{"voice agent",        "ai"},
		{"voice assistant",    "ai"},
		{"virtual assistant",  "ai"},
		{"model",              "ai"},
		{"ivr",                "ai"},
		{"chatbot",            "ai"},
		{"voice bot",          "ai"},
		{"fin",                "ai"},
		{"ki",                 "ai"},
	};
	char word[WORD_MAX];

	text_trim(&p, &len);
	if (!len || len >= sizeof(word))
		return NULL;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)p[i];

		word[i] = (char)(c == '_' || c == '-' ? ' ' :
				 c < 0x80 ? tolower(c) : c);
	}
	word[len] = '\0';

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		if (*v[i].word == *word && !strcmp(v[i].word, word))
			return v[i].who;
	}

	return name_who(p, len);
}


/** May an "agent" be a machine? */
bool transcript_unsure(const char *who)
{
	return who == agent_unsure;
}


/**
 * Settle who the agent of the last turn is, in a transcript that comes by
 * itself: a machine hands over, and where nobody else is called the machine,
 * the agent is. Each turn is looked at again once at most.
 *
 * @param ctx Context that is being built
 */
void transcript_settle(struct context *ctx)
{
	struct context_turn *turn = &ctx->turnv[ctx->turnc - 1];
	const char *was = ai_unsure;
	size_t i;

	if (turn->who == agent_unsure) {
		for (i = ctx->turnc - 1; i && was == ai_unsure; i--) {
			const char *who = ctx->turnv[i - 1].who;

			if (who == ai_unsure)
				break;
			if (who == agent_unsure || !strcmp(who, "ai"))
				was = agent_unsure;
		}
		turn->who = was;
		return;
	}

	if (turn->who == ai_unsure || strcmp(turn->who, "ai"))
		return;

	for (i = ctx->turnc - 1; i; i--) {
		const char **who = &ctx->turnv[i - 1].who;

		if (*who == ai_unsure)
			*who = agent_unsure;
		else if (!strcmp(*who, "ai"))
			break;
	}
}


/**
 * Is this the path of something in a service, not what anybody is called?
 * "projects/x/conversations/y/participants/z"
 */
bool transcript_path(const char *p, size_t len)
{
	static const char begin[] = "projects/";

	return len > sizeof(begin) && !strncmp(p, begin, sizeof(begin) - 1);
}


/**
 * Take "Dana (customer)" or "Agent (Bo)" apart
 *
 * @param whop  The role
 * @param p     What was before the text
 * @param lenp  Its length; becomes that of the name
 *
 * @return The name, NULL if there is no role in it
 */
const char *transcript_named(const char **whop, const char *p, size_t *lenp)
{
	const char *open, *in;
	size_t before, inlen;

	if (*lenp < 4 || p[*lenp - 1] != ')')
		return NULL;
	open = memchr(p, '(', *lenp);
	if (!open || open == p)
		return NULL;

	in = open + 1;
	inlen = (size_t)(p + *lenp - 1 - in);
	before = (size_t)(open - p);
	text_trim(&p, &before);
	text_trim(&in, &inlen);
	if (!before || !inlen)
		return NULL;

	*whop = transcript_role(in, inlen);
	if (*whop) {
		*lenp = before;
		return p;
	}

	*whop = transcript_role(p, before);
	if (!*whop)
		return NULL;
	*lenp = inlen;

	return in;
}
