/**
 * @file header_table.c  The names of headers that platforms use
 *
 * The one place that knows them, vendor by vendor. A name without a vendor
 * (X-Summary, X-Customer-Name ...) is in name_fill(), for lists have the
 * same ones.
 */
#include <ctype.h>
#include <string.h>
#include "../text/names.h"
#include "../text/text.h"
#include "header_rule.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * HEADER_CONTEXT: who sends it hands over. HEADER_FACT: a platform or its
 * carrier puts it on any call, so that alone it makes none a hand-off; ids
 * among them still fill handoff_id, for baton_lookup_url asks with that.
 * A name that is nowhere here is a fact too, if it does not say otherwise.
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

	/* RFC 8224, on any call that a telephone network signs */
	{"Identity", HEADER_FACT, FILL_PASSPORT, "Caller ID (STIR)"},

	/* Ours: which hand-off it is, what was decided, how many parts there
	   are. Nothing of the caller */
	{"X-Baton-Handoff", HEADER_NONE, FILL_NONE, NULL},
	{"X-Baton-Decision", HEADER_NONE, FILL_NONE, NULL},
	{"X-Baton-Part", HEADER_NONE, FILL_NONE, NULL},

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

	/* PolyAI: how its part of the call ended, and which that was. The
	   second is a name that any network may use */
	{"X-contained", HEADER_CONTEXT, FILL_FACT, "Contained"},
	{"X-destination", HEADER_FACT, FILL_FACT, "Destination"},
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

/* What is the network's by how a name begins, where no row above has it; the
   first that fits counts */
static const struct {
	const char *name;
	bool open;                /* what follows is anybody's name         */
} prefixes[] = {
	{"X-MS-Custom-",   true},         /* Azure: what its user sets      */
	{"X-MS-",          false},        /* Azure, Teams                   */
	{"X-Twilio-",      false},
	{"X-Amzn-",        false},
	{"X-LK-",          false},        /* LiveKit                        */
	{"X-PolyAI-",      false},
	{"X-Genesys-",     false},
	{"X-Original-",    false},        /* Bland: the first INVITE's      */
	{"X-Originating-", false},
	{"X-Forwarded-",   false},
	{"X-Asterisk-",    false},
	{"X-FS-",          false},        /* FreeSWITCH                     */
	{"X-FreeSWITCH-",  false},
	{"X-Broadsoft-",   false},
	{"X-BroadWorks-",  false},
	{"X-Cisco-",       false},
	{"X-Grandstream-", false},
	{"X-RTP-",         false},
	{"X-SBC-",         false},
	{"X-Trace-",       false},
	{"X-Request-",     false},
	{"X-Correlation-", false},
	{"X-Baton-",       false},        /* ours, in answers               */
};


/* A dash of ours may be an underscore */
static bool begins(const char *p, size_t len, const char *word)
{
	size_t l = strlen(word);

	if (len <= l)
		return false;

	for (size_t i = 0; i < l; i++) {
		if (tolower((unsigned char)p[i]) !=
		    tolower((unsigned char)word[i]) &&
		    (word[i] != '-' || p[i] != '_'))
			return false;
	}

	return true;
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


/* Does a name speak of a hand-off, or of what only an AI tells? */
static bool speaks(const char *p, size_t len)
{
	static const char *const v[] = {
		"handoff", "handover", "summary", "intent", "sentiment",
		"transcript", "escalation", "escalated",
	};
	bool hand = false;
	const char *w;
	size_t l;

	while (name_word(&p, &len, &w, &l)) {
		for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
			if (text_is(w, l, v[i]))
				return true;
		}

		if (hand && (text_is(w, l, "off") || text_is(w, l, "over")))
			return true;
		hand = text_is(w, l, "hand");
	}

	return false;
}


/*
 * What anybody may have said with a name that has no row. A hand-off is only
 * what is named as one, or what none but an AI tells: who calls, from where
 * and with which id is in the headers of ordinary calls too.
 */
static void generic(struct header_rule *rule, const char *name, size_t len)
{
	const char *p = name;

	less_prefix(&p, &len);
	rule->fill = name_fill(p, len);
	rule->label = NULL;
	rule->open = true;

	switch (rule->fill) {

	case FILL_INTENT:
	case FILL_CONFIDENCE:
	case FILL_SENTIMENT:
	case FILL_REASON:
	case FILL_SUMMARY:
	case FILL_TRANSCRIPT:
	case FILL_SUGGESTION:
	case FILL_ESCALATION_LEVEL:
	case FILL_ESCALATION_REASON:
	case FILL_ESCALATION_BY:
	case FILL_HANDOVER:
		rule->role = HEADER_CONTEXT;
		break;

	case FILL_PRIORITY:
		/* "X-Priority" is any call's, "X-Transfer-Priority" not */
		rule->role = speaks(p, len) || begins(p, len, "transfer")
			? HEADER_CONTEXT : HEADER_FACT;
		break;

	default:
		rule->role = speaks(p, len) ? HEADER_CONTEXT : HEADER_FACT;
		break;
	}
}


/* The row of a name: as it is written there, or else less exactly, since two
   platforms differ by their dashes alone. -1 = none */
static int row_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (text_is(name, len, table[i].name))
			return (int)i;
	}

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		if (name_is(name, len, table[i].name))
			return (int)i;
	}

	return -1;
}


/**
 * What a header is without any line of baton_header
 *
 * @param rule Gets it
 * @param name Name of the header, any case, with dashes or underscores
 * @param len  Its length
 */
void header_builtin(struct header_rule *rule, const char *name, size_t len)
{
	int row = row_of(name, len);

	memset(rule, 0, sizeof(*rule));

	if (row >= 0) {
		rule->role = table[row].role;
		rule->fill = table[row].fill;
		rule->label = table[row].label;
		rule->open = rule->role == HEADER_CONTEXT;
		return;
	}

	if (!begins(name, len, "X-"))
		return;

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		if (!begins(name, len, prefixes[i].name))
			continue;

		if (prefixes[i].open)
			break;
		rule->role = HEADER_FACT;
		rule->fill = FILL_FACT;
		return;
	}

	generic(rule, name, len);
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
