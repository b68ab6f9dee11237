/**
 * @file names.c  The words that platforms use, and what they are with us
 *
 * Pure tables: who speaks, how an action stands, which flat name fills which
 * field; and a name taken apart.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include "names.h"
#include "text.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct word {
	const char *theirs;
	const char *ours;
};


static const char *lookup(const struct word *v, size_t c, const char *word,
			  size_t len)
{
	for (size_t i = 0; i < c; i++) {
		if (text_is(word, len, v[i].theirs))
			return v[i].ours;
	}

	return NULL;
}


/* Letters and digits only, lower case: "X-Api-Key" is "xapikey" */
static size_t squeeze(char *dst, size_t size, const char *name, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		unsigned char c = (unsigned char)name[i];

		if (isalnum(c) && c < 0x80)
			dst[n++] = (char)tolower(c);
	}
	dst[n] = '\0';

	return n;
}


static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}


/**
 * The next word of a name: "X-APIKey2" has X, API and Key
 *
 * @param pp   What is left of the name, moved on
 * @param lenp Its length
 * @param word Gets the word, a view
 * @param l    Its length
 *
 * @return False if there is none any more
 */
bool name_word(const char **pp, size_t *lenp, const char **word, size_t *l)
{
	const char *p = *pp;
	size_t len = *lenp, n;

	while (len && !is_letter(*p)) {
		++p;
		--len;
	}

	for (n = len ? 1 : 0; n < len && is_letter(p[n]); n++) {
		bool upper = isupper((unsigned char)p[n]);
		bool before = isupper((unsigned char)p[n-1]);
		bool lower = n + 1 < len && islower((unsigned char)p[n+1]);

		if (upper && !before)
			break;
		/* "APIKey", but "PINs" is one */
		if (upper && before && lower &&
		    !(p[n+1] == 's' && (n + 2 == len || !is_letter(p[n+2]))))
			break;
	}

	*word = p;
	*l = n;
	*pp = p + n;
	*lenp = len - n;

	return n > 0;
}


/** Is there one more word in a name? */
bool name_more(const char *name, size_t len)
{
	const char *word;
	size_t l;

	return name_word(&name, &len, &word, &l);
}


static bool is_filler(char c)
{
	return c == '-' || c == '_' || c == '.';
}


/**
 * Are two names the same but for case, dashes, underscores and dots?
 *
 * @param name Name, of the network
 * @param len  Its length
 * @param ours Name, of ours
 *
 * @return True if so
 */
bool name_is(const char *name, size_t len, const char *ours)
{
	size_t i = 0;

	for (;;) {
		while (i < len && is_filler(name[i]))
			++i;
		while (*ours && is_filler(*ours))
			++ours;

		if (i == len || !*ours)
			return i == len && !*ours;
		if (tolower((unsigned char)name[i]) !=
		    tolower((unsigned char)*ours))
			return false;
		++i;
		++ours;
	}
}


/** Who a speaker is: caller, ai, agent, other; NULL if the word is unknown */
const char *name_who(const char *word, size_t len)
{
	static const struct word wordv[] = {
		{"caller",          "caller"},
		{"customer",        "caller"},
		{"client",          "caller"},
		{"consumer",        "caller"},
		{"user",            "caller"},
		{"human",           "caller"},
		{"subscriber",      "caller"},
		{"ai",              "ai"},
		{"bot",             "ai"},
		{"assistant",       "ai"},
		{"ai agent",        "ai"},
		{"ai-agent",        "ai"},
		{"ai_agent",        "ai"},
		{"voicebot",        "ai"},
		{"virtual agent",   "ai"},
		{"virtual_agent",   "ai"},
		{"agent",           "agent"},
		{"human agent",     "agent"},
		{"human_agent",     "agent"},
		{"advisor",         "agent"},
		{"operator",        "agent"},
		{"representative",  "agent"},
		{"supervisor",      "agent"},
		{"sme",             "agent"},
		{"other",           "other"},
		{"thirdparty",      "other"},
		{"system",          "other"},
	};

	return lookup(wordv, ARRAY_SIZE(wordv), word, len);
}


/** How an action stands: done, open, failed; NULL if the word is unknown */
const char *name_status(const char *word, size_t len)
{
	static const struct word wordv[] = {
		{"done",        "done"},
		{"complete",    "done"},
		{"completed",   "done"},
		{"success",     "done"},
		{"succeeded",   "done"},
		{"ok",          "done"},
		{"open",        "open"},
		{"pending",     "open"},
		{"todo",        "open"},
		{"in progress", "open"},
		{"in_progress", "open"},
		{"in-progress", "open"},
		{"started",     "open"},
		{"failed",      "failed"},
		{"failure",     "failed"},
		{"error",       "failed"},
	};

	return lookup(wordv, ARRAY_SIZE(wordv), word, len);
}


/** How the hand-over completes, contract section 5; NULL if unknown */
const char *name_handover(const char *word, size_t len)
{
	static const struct word wordv[] = {
		{"replaces",  "replaces"},
		{"bridge",    "bridge"},
		{"fresh",     "fresh"},
		{"refer",     "refer"},
		{"connected", "connected"},
	};

	return lookup(wordv, ARRAY_SIZE(wordv), word, len);
}


/**
 * The place that a flat name fills: of a `k=v` list, or of a header without
 * its X-
 *
 * @param name Name, any case; blanks, dashes and underscores do not count
 * @param len  Its length
 *
 * @return The place, FILL_FACT if it has none of its own
 */
enum fill name_fill(const char *name, size_t len)
{
	static const struct {
		const char *name;
		enum fill fill;
	} v[] = {
		{"handoffid",            FILL_HANDOFF_ID},
		{"handoff",              FILL_HANDOFF_ID},
		{"id",                   FILL_HANDOFF_ID},
		{"conversationid",       FILL_HANDOFF_ID},
		{"interactionid",        FILL_HANDOFF_ID},
		{"contactid",            FILL_HANDOFF_ID},
		{"sharedid",             FILL_HANDOFF_ID},
		{"callid",               FILL_HANDOFF_ID},
		{"ucid",                 FILL_HANDOFF_ID},
		{"name",                 FILL_CALLER_NAME},
		{"caller",               FILL_CALLER_NAME},
		{"callername",           FILL_CALLER_NAME},
		{"customer",             FILL_CALLER_NAME},
		{"customername",         FILL_CALLER_NAME},
		{"fullname",             FILL_CALLER_NAME},
		{"firstname",            FILL_CALLER_FIRST},
		{"givenname",            FILL_CALLER_FIRST},
		{"callerfirstname",      FILL_CALLER_FIRST},
		{"customerfirstname",    FILL_CALLER_FIRST},
		{"lastname",             FILL_CALLER_LAST},
		{"familyname",           FILL_CALLER_LAST},
		{"surname",              FILL_CALLER_LAST},
		{"callerlastname",       FILL_CALLER_LAST},
		{"customerlastname",     FILL_CALLER_LAST},
		{"tel",                  FILL_CALLER_TEL},
		{"phone",                FILL_CALLER_TEL},
		{"phonenumber",          FILL_CALLER_TEL},
		{"ani",                  FILL_CALLER_TEL},
		{"callani",              FILL_CALLER_TEL},
		{"callerid",             FILL_CALLER_TEL},
		{"callerno",             FILL_CALLER_TEL},
		{"callernumber",         FILL_CALLER_TEL},
		{"callerphone",          FILL_CALLER_TEL},
		{"callerphonenumber",    FILL_CALLER_TEL},
		{"callertel",            FILL_CALLER_TEL},
		{"customerphone",        FILL_CALLER_TEL},
		{"customerphonenumber",  FILL_CALLER_TEL},
		{"customertel",          FILL_CALLER_TEL},
		{"sip",                  FILL_CALLER_SIP},
		{"callersip",            FILL_CALLER_SIP},
		{"mailto",               FILL_CALLER_MAILTO},
		{"callermailto",         FILL_CALLER_MAILTO},
		{"email",                FILL_CALLER_MAILTO},
		{"calleremail",          FILL_CALLER_MAILTO},
		{"customeremail",        FILL_CALLER_MAILTO},
		{"account",              FILL_CALLER_ACCOUNT},
		{"accountid",            FILL_CALLER_ACCOUNT},
		{"accountnumber",        FILL_CALLER_ACCOUNT},
		{"acct",                 FILL_CALLER_ACCOUNT},
		{"calleraccount",        FILL_CALLER_ACCOUNT},
		{"customeraccount",      FILL_CALLER_ACCOUNT},
		{"customerid",           FILL_CALLER_ACCOUNT},
		{"language",             FILL_CALLER_LANGUAGE},
		{"lang",                 FILL_CALLER_LANGUAGE},
		{"callerlanguage",       FILL_CALLER_LANGUAGE},
		{"customerlanguage",     FILL_CALLER_LANGUAGE},
		{"intent",               FILL_INTENT},
		{"callintent",           FILL_INTENT},
		{"customerintent",       FILL_INTENT},
		{"confidence",           FILL_CONFIDENCE},
		{"intentconfidence",     FILL_CONFIDENCE},
		{"sentiment",            FILL_SENTIMENT},
		{"sentimentscore",       FILL_SENTIMENT},
		{"callersentiment",      FILL_SENTIMENT},
		{"customersentiment",    FILL_SENTIMENT},
		{"priority",             FILL_PRIORITY},
		{"urgency",              FILL_PRIORITY},
		{"handoffpriority",      FILL_PRIORITY},
		{"transferpriority",     FILL_PRIORITY},
		{"reason",               FILL_REASON},
		{"transferreason",       FILL_REASON},
		{"handoffreason",        FILL_REASON},
		{"handoverreason",       FILL_REASON},
		{"routereason",          FILL_REASON},
		{"callreason",           FILL_REASON},
		{"summary",              FILL_SUMMARY},
		{"callsummary",          FILL_SUMMARY},
		{"conversationsummary",  FILL_SUMMARY},
		{"transfersummary",      FILL_SUMMARY},
		{"handoffsummary",       FILL_SUMMARY},
		{"handoversummary",      FILL_SUMMARY},
		{"aisummary",            FILL_SUMMARY},
		{"transcript",           FILL_TRANSCRIPT},
		{"calltranscript",       FILL_TRANSCRIPT},
		{"suggestion",           FILL_SUGGESTION},
		{"suggestions",          FILL_SUGGESTION},
		{"nextstep",             FILL_SUGGESTION},
		{"nextsteps",            FILL_SUGGESTION},
		{"link",                 FILL_LINK},
		{"url",                  FILL_LINK},
		{"escalation",           FILL_ESCALATION_REASON},
		{"escalationlevel",      FILL_ESCALATION_LEVEL},
		{"escalationreason",     FILL_ESCALATION_REASON},
		{"escalatedby",          FILL_ESCALATION_BY},
		{"handover",             FILL_HANDOVER},
		{"context",              FILL_UUI},
		{"callcontext",          FILL_UUI},
		{"handoffcontext",       FILL_UUI},
		{"handoffdata",          FILL_UUI},
		{"usertouser",           FILL_UUI},
		{"uui",                  FILL_UUI},
	};
	char buf[32];
	size_t n = squeeze(buf, sizeof(buf), name, len);

	if (n + 1 >= sizeof(buf))
		return FILL_FACT;

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (!strcmp(buf, v[i].name))
			return v[i].fill;
	}

	return FILL_FACT;
}
