/**
 * @file header_table.c  The names of headers that platforms use
 *
 * The one place that knows them, vendor by vendor. A name without a vendor
 * (X-Summary, X-Customer-Name ...) is in name_fill(), for lists have the
 * same ones.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "../text/names.h"
#include "../text/text.h"
#include "header_rule.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * HEADER_CONTEXT: who sends it hands over. HEADER_FACT: a platform or its
 * carrier puts it on any call, so that alone it makes none a hand-off; ids
 * among them still fill handoff_id, for baton_lookup_url asks with that.
 */
static const struct {
	const char *name;
	enum header_role role;
	enum fill fill;
	const char *label;        /* if it is or becomes a fact             */
} table[] = {

	/* RFC 7433; x-User-To-User: Genesys Cloud, AudioCodes; the last two:
	   Genesys PureConnect, Syllable (pairs with semicolons) */
	{"User-to-User", HEADER_UUI, FILL_UUI, "User-to-User"},
	{"X-User-to-User", HEADER_UUI, FILL_UUI, "User-to-User"},
	{"X-UserToUser", HEADER_UUI, FILL_UUI, "User-to-User"},
	{"X-Syllable-User-to-User", HEADER_UUI, FILL_UUI, "User-to-User"},
	{"X-UUI", HEADER_UUI, FILL_UUI, "User-to-User"},

	/* Vapi, mode blind-transfer-add-summary-to-sip-header */
	{"X-Transfer-Summary", HEADER_CONTEXT, FILL_SUMMARY, "Summary"},

	/* Avaya, also Parloa's: up to ten pairs, 1 kB */
	{"P-Intrinsics", HEADER_CONTEXT, FILL_LIST, "Intrinsics"},

	/* Five9: call variables, on each call that leaves it; RouteReason is
	   what an AI sends back */
	{"X-CallID", HEADER_FACT, FILL_HANDOFF_ID, "Five9 call"},
	{"X-CallSessionID", HEADER_FACT, FILL_FACT, "Five9 session"},
	{"X-CallANI", HEADER_FACT, FILL_CALLER_TEL, "Caller's number"},
	{"X-CallDNIS", HEADER_FACT, FILL_FACT, "Called number"},
	{"X-CallCampaign", HEADER_FACT, FILL_FACT, "Campaign"},
	{"X-CallStartTimestamp", HEADER_FACT, FILL_FACT, "Call began"},
	{"X-CallDomainID", HEADER_FACT, FILL_FACT, "Five9 domain"},
	{"X-RouteReason", HEADER_CONTEXT, FILL_REASON, "Route reason"},

	/* PolyAI: how its part of the call ended, and which that was */
	{"X-contained", HEADER_CONTEXT, FILL_FACT, "Contained"},
	{"X-destination", HEADER_CONTEXT, FILL_FACT, "Destination"},
	{"X-PolyAI-AgenticDial-Parent-Conversation-ID", HEADER_FACT,
	 FILL_HANDOFF_ID, "PolyAI conversation"},

	/* Amazon Connect, on each call that leaves it */
	{"X-Amzn-ConnectContactId", HEADER_FACT, FILL_HANDOFF_ID,
	 "Amazon Connect contact"},
	{"X-Amzn-ConnectInitialContactId", HEADER_FACT, FILL_FACT,
	 "Amazon Connect first contact"},

	/* Genesys Engage, on each call */
	{"X-Genesys-CallUUID", HEADER_FACT, FILL_HANDOFF_ID,
	 "Genesys call"},

	/* Twilio, on each call; more by its prefix below */
	{"X-Twilio-CallSid", HEADER_FACT, FILL_HANDOFF_ID, "Twilio call"},
	{"X-Twilio-AccountSid", HEADER_FACT, FILL_FACT, "Twilio account"},

	/* Telnyx, on each call, as LiveKit reads them */
	{"X-call_session_id", HEADER_FACT, FILL_HANDOFF_ID,
	 "Telnyx session"},
	{"X-call_leg_id", HEADER_FACT, FILL_FACT, "Telnyx leg"},

	/* ElevenLabs, SIP trunking */
	{"X-CALL-ID", HEADER_FACT, FILL_HANDOFF_ID, "Call id"},
	{"X-CALLER-ID", HEADER_FACT, FILL_CALLER_TEL, "Caller's number"},

	/* jambonz, between its own servers and often beyond */
	{"X-Account-Sid", HEADER_FACT, FILL_FACT, "jambonz account"},
	{"X-Call-Sid", HEADER_FACT, FILL_HANDOFF_ID, "jambonz call"},

	/* Synthflow: ids of the legs behind the call */
	{"X-EI", HEADER_FACT, FILL_FACT, "External ids"},

	/* What PBXs, phones and SBCs add to any call */
	{"X-Serialnumber", HEADER_FACT, FILL_FACT, NULL},
	{"X-Real-IP", HEADER_FACT, FILL_FACT, NULL},
	{"X-AUTH-IP", HEADER_FACT, FILL_FACT, NULL},
	{"X-SID", HEADER_FACT, FILL_FACT, NULL},
	{"X-Hash", HEADER_FACT, FILL_FACT, NULL},
	{"X-UUID", HEADER_FACT, FILL_FACT, NULL},
	{"X-CID", HEADER_FACT, FILL_FACT, NULL},
};

/* The same by how a name begins, where no row above has it; the first that
   fits counts */
static const struct {
	const char *name;
	enum header_role role;
} prefixes[] = {
	{"X-MS-Custom-",   HEADER_CONTEXT},  /* Azure: what its user sets   */
	{"X-MS-",          HEADER_FACT},     /* Azure, Teams                */
	{"X-Twilio-",      HEADER_FACT},
	{"X-Amzn-",        HEADER_FACT},
	{"X-LK-",          HEADER_FACT},     /* LiveKit                     */
	{"X-PolyAI-",      HEADER_FACT},
	{"X-Genesys-",     HEADER_FACT},
	{"X-Original-",    HEADER_FACT},     /* Bland: the first INVITE's   */
	{"X-Originating-", HEADER_FACT},
	{"X-Forwarded-",   HEADER_FACT},
	{"X-Asterisk-",    HEADER_FACT},
	{"X-FS-",          HEADER_FACT},     /* FreeSWITCH                  */
	{"X-FreeSWITCH-",  HEADER_FACT},
	{"X-Broadsoft-",   HEADER_FACT},
	{"X-BroadWorks-",  HEADER_FACT},
	{"X-Cisco-",       HEADER_FACT},
	{"X-Grandstream-", HEADER_FACT},
	{"X-RTP-",         HEADER_FACT},
	{"X-SBC-",         HEADER_FACT},
	{"X-Trace-",       HEADER_FACT},
	{"X-Request-",     HEADER_FACT},
	{"X-Correlation-", HEADER_FACT},
	{"X-Baton-",       HEADER_FACT},     /* ours, in answers            */
};


static bool begins(const char *p, size_t len, const char *word)
{
	size_t l = strlen(word);

	return len > l && !strncasecmp(p, word, l);
}


/* Less X-, and less what Azure puts before the name that was meant */
static void less_prefix(const char **pp, size_t *lenp)
{
	static const char *const v[] = {"X-MS-Custom-", "X-"};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		if (begins(*pp, *lenp, v[i])) {
			*pp += strlen(v[i]);
			*lenp -= strlen(v[i]);
			return;
		}
	}
}


/*
 * What anybody may have said with a name that has no row. Ids and numbers of
 * the caller alone do not say that somebody hands over, unless it is an id
 * of a hand-off.
 */
static void generic(struct header_rule *rule, const char *name, size_t len)
{
	const char *p = name;

	less_prefix(&p, &len);
	rule->fill = name_fill(p, len);
	rule->label = NULL;

	if ((rule->fill == FILL_HANDOFF_ID && !begins(p, len + 1, "handoff") &&
	     !begins(p, len + 1, "hand-off")) ||
	    rule->fill == FILL_CALLER_TEL)
		rule->role = HEADER_FACT;
	else
		rule->role = HEADER_CONTEXT;
}


/**
 * What a header is without any line of baton_header
 *
 * @param rule Gets it
 * @param name Name of the header, any case
 * @param len  Its length
 */
void header_builtin(struct header_rule *rule, const char *name, size_t len)
{
	memset(rule, 0, sizeof(*rule));

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (!text_is(name, len, table[i].name))
			continue;

		rule->role = table[i].role;
		rule->fill = table[i].fill;
		rule->label = table[i].label;
		return;
	}

	if (!begins(name, len, "X-"))
		return;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!begins(name, len, prefixes[i].name))
			continue;

		if (prefixes[i].role == HEADER_CONTEXT)
			break;
		rule->role = prefixes[i].role;
		rule->fill = FILL_FACT;
		return;
	}

	generic(rule, name, len);
}


/* Letters and digits between what is neither */
static bool word_next(const char **pp, size_t *lenp, const char **word,
		      size_t *l)
{
	while (*lenp && !isalnum((unsigned char)**pp)) {
		++*pp;
		--*lenp;
	}

	*word = *pp;
	for (*l = 0; *l < *lenp && isalnum((unsigned char)(*pp)[*l]); ++*l)
		;
	*pp += *l;
	*lenp -= *l;

	return *l > 0;
}


/**
 * Does a header carry a secret? More is held back here than among facts of a
 * JSON text: what is in a header was put there by machines, for machines.
 *
 * @param name Name of the header
 * @param len  Its length
 *
 * @return True if its value must not be shown nor written anywhere
 */
bool header_secret(const char *name, size_t len)
{
	static const char *const words[] = {
		"secret", "cookie", "jwt", "bearer", "password",
		"passwd", "passcode", "pin", "otp", "cvv", "cvc", "nonce",
		"signature",
	};
	static const char *const lasts[] = {"key", "auth", "apikey"};
	const char *word = NULL, *w;
	size_t l, last = 0;

	if (name_secret(name, len))
		return true;

	for (size_t i = 0; i + 5 <= len; i++) {
		if (!strncasecmp(name + i, "token", 5))
			return true;
	}

	while (word_next(&name, &len, &w, &l)) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			if (text_is(w, l, words[i]))
				return true;
		}
		word = w;
		last = l;
	}

	for (size_t i = 0; i < ARRAY_SIZE(lasts); i++) {
		if (text_is(word, last, lasts[i]))
			return true;
	}

	return false;
}


/**
 * A header's name for people: "X-Order-Number" is "Order Number"
 *
 * @param dst  Where to
 * @param size Room there, for at least 2 bytes
 * @param name Name of the header
 * @param len  Its length
 *
 * @return Its length, without a terminator
 */
size_t header_label(char *dst, size_t size, const char *name, size_t len)
{
	bool first = true;
	size_t n = 0;

	less_prefix(&name, &len);

	for (size_t i = 0; i < len && n + 2 < size; i++) {
		unsigned char c = (unsigned char)name[i];
		bool after = i && islower((unsigned char)name[i-1]);

		if (c == '-' || c == '_' || c == '.') {
			first = true;
			continue;
		}

		/* "CallStart" is two words, "SIP" is one */
		if (after && isupper(c))
			first = true;
		if (first && n)
			dst[n++] = ' ';
		dst[n++] = first ? (char)toupper(c) : (char)c;
		first = false;
	}

	return n;
}
