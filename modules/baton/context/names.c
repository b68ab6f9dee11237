/**
 * @file names.c  The words that platforms use, and what they are with us
 *
 * Pure tables: who speaks, how an action stands, which flat name fills which
 * field, and which names hold what nobody may see.
 */
#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include "context.h"
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


/**
 * Does a name look like that of a secret, such as X-Auth-Token?
 *
 * @param name Name of a header or of a JSON member
 * @param len  Its length
 *
 * @return True if its value must not be shown nor written anywhere
 */
bool name_secret(const char *name, size_t len)
{
	static const char *const within[] = {
		"password", "passwd", "passphrase", "authorization",
		"apikey", "accesskey", "privatekey", "secretkey",
		"credential", "signingkey",
	};
	static const char *const ends[] = {
		"token", "secret", "cookie", "jwt", "bearer",
	};
	static const char *const whole[] = {
		"auth", "xauth", "pwd", "pass", "pin", "cvv", "cvc", "cvv2",
		"otp", "tan", "xpin",
	};
	char buf[160];
	size_t n = squeeze(buf, sizeof(buf), name, len);

	for (size_t i = 0; i < ARRAY_SIZE(within); i++) {
		if (strstr(buf, within[i]))
			return true;
	}

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		size_t l = strlen(ends[i]);

		if (n >= l && !strcmp(buf + n - l, ends[i]))
			return true;
	}

	for (size_t i = 0; i < ARRAY_SIZE(whole); i++) {
		if (!strcmp(buf, whole[i]))
			return true;
	}

	return false;
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
 * The field that a flat name of a `k=v` list fills
 *
 * @param ctx  Context
 * @param name Name, any case; blanks, dashes and underscores do not count
 * @param len  Its length
 *
 * @return The field, NULL if it is none and so a fact
 */
const char **name_field(struct context *ctx, const char *name, size_t len)
{
	static const struct {
		const char *name;
		size_t offset;
	} fieldv[] = {
#define FIELD(n, f) {n, offsetof(struct context, f)}
		FIELD("handoffid",      handoff_id),
		FIELD("handoff",        handoff_id),
		FIELD("id",             handoff_id),
		FIELD("conversationid", handoff_id),
		FIELD("interactionid",  handoff_id),
		FIELD("sharedid",       handoff_id),
		FIELD("name",           caller.name),
		FIELD("caller",         caller.name),
		FIELD("callername",     caller.name),
		FIELD("customer",       caller.name),
		FIELD("customername",   caller.name),
		FIELD("tel",            caller.tel),
		FIELD("phone",          caller.tel),
		FIELD("phonenumber",    caller.tel),
		FIELD("ani",            caller.tel),
		FIELD("callani",        caller.tel),
		FIELD("callerid",       caller.tel),
		FIELD("sip",            caller.sip),
		FIELD("mailto",         caller.mailto),
		FIELD("email",          caller.mailto),
		FIELD("account",        caller.account),
		FIELD("accountid",      caller.account),
		FIELD("accountnumber",  caller.account),
		FIELD("acct",           caller.account),
		FIELD("customerid",     caller.account),
		FIELD("language",       caller.language),
		FIELD("lang",           caller.language),
		FIELD("intent",         intent),
		FIELD("sentiment",      sentiment.label),
		FIELD("priority",       priority),
		FIELD("reason",         reason),
		FIELD("transferreason", reason),
		FIELD("summary",        summary),
		FIELD("callsummary",    summary),
#undef FIELD
	};
	char buf[32];
	size_t n = squeeze(buf, sizeof(buf), name, len);

	if (n + 1 >= sizeof(buf))
		return NULL;

	for (size_t i = 0; i < ARRAY_SIZE(fieldv); i++) {
		if (!strcmp(buf, fieldv[i].name))
			return (const char **)(void *)
				((char *)ctx + fieldv[i].offset);
	}

	return NULL;
}
