/**
 * @file secret.c  What nobody may see: names and values of secrets
 *
 * Names are judged word by word, so that "X-SessionKey" is one and "Keyboard"
 * is none. Values are judged where the name gave nothing away.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "names.h"
#include "secret.h"
#include "text.h"


#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum {
	TOKEN_MIN  = 6,           /* bytes of one with a digit in it        */
	TOKEN_LONG = 20,          /* longer than words that follow "Bearer" */
	JWT_PART   = 8,
};

struct word {
	const char *p;
	size_t l;
};


static bool is_one(const struct word *w, const char *const *v, size_t c)
{
	for (size_t i = 0; i < c; i++) {
		if (text_is(w->p, w->l, v[i]))
			return true;
	}

	return false;
}

#define ONE_OF(w, v) is_one(w, v, ARRAY_SIZE(v))


/* The first place of a lower case word, but for case; NULL = none */
static const char *find(const char *p, size_t len, const char *word)
{
	size_t l = strlen(word);

	for (size_t i = 0; i + l <= len; i++) {
		if (tolower((unsigned char)p[i]) == *word &&
		    !strncasecmp(p + i, word, l))
			return p + i;
	}

	return NULL;
}


/* Words that were written together: "sessionkey", "refreshtokenvalue" */
static bool is_joined(const struct word *w)
{
	static const char *const within[] = {
		"password", "passwd", "passphrase", "passcode", "passwort",
		"kennwort", "credential", "authorization", "oauth",
		"apikey", "apitoken", "authkey", "authhash", "authuser",
		"authheader", "authcode", "accesskey", "accesscode",
		"privatekey", "secretkey", "sessionkey", "sharedkey",
		"signingkey", "encryptionkey", "securitycode",
	};
	static const struct {
		const char *word;
		const char *harmless;     /* if one of these follows        */
	} open[] = {
		{"token",  "i"},          /* tokenized                      */
		{"secret", "ai"},         /* secretary                      */
		{"cookie", ""},
	};
	const char *end = w->p + w->l;

	for (size_t i = 0; i < ARRAY_SIZE(within); i++) {
		const char *at = find(w->p, w->l, within[i]);
		size_t l = strlen(within[i]);

		/* "apikeyboard" */
		if (at && !(end - at > (ptrdiff_t)l + 3 &&
			    (!strncasecmp(at + l, "word", 4) ||
			     !strncasecmp(at + l, "board", 4))))
			return true;
	}

	for (size_t i = 0; i < ARRAY_SIZE(open); i++) {
		const char *at = find(w->p, w->l, open[i].word);
		const char *next = at ? at + strlen(open[i].word) : NULL;

		if (at && (next == end || !strchr(
				   open[i].harmless,
				   tolower((unsigned char)*next))))
			return true;
	}

	return w->l > 3 && text_is(end - 3, 3, "jwt");
}


/* Two words that are one only together: "api key", "access code" */
static bool is_couple(const struct word *before, const struct word *w)
{
	static const char *const keys[] = {
		"auth", "session", "shared", "api", "access", "private",
		"encryption", "decryption", "secret", "signing", "crypto",
		"master", "hmac",
	};
	static const char *const codes[] = {
		"access", "security", "verification", "pass", "login", "mfa",
		"auth",
	};
	static const char *const tokens[] = {
		"auth", "access", "refresh", "session", "bearer", "api",
		"security", "csrf",
	};

	if (text_is(w->p, w->l, "key") || text_is(w->p, w->l, "keys"))
		return ONE_OF(before, keys);
	if (text_is(w->p, w->l, "code") || text_is(w->p, w->l, "codes"))
		return ONE_OF(before, codes);
	if (text_is(w->p, w->l, "tokens"))
		return ONE_OF(before, tokens);
	if (text_is(w->p, w->l, "word") || text_is(w->p, w->l, "phrase"))
		return text_is(before->p, before->l, "pass");
	if (text_is(w->p, w->l, "security"))
		return text_is(before->p, before->l, "social");

	return false;
}


/* "Auth status", "token type", "OTP verified": about one, not the one */
static bool is_about(const struct word *w)
{
	static const char *const v[] = {
		"status", "verified", "method", "level", "result", "type",
		"required", "attempts", "count", "usage", "limit", "expired",
		"expires", "expiry", "date", "enabled", "ip",
	};

	return ONE_OF(w, v);
}


/* A word that alone makes a name a secret's */
static bool is_word(const struct word *w)
{
	static const char *const v[] = {
		"auth", "oauth", "authentication", "bearer", "hmac", "sig",
		"signature", "otp", "totp", "pin", "pins", "pincode", "jwt",
		"nonce", "csrf", "xsrf",
	};

	return ONE_OF(w, v);
}


/* The same, whatever else is said of it */
static bool is_hard_word(const struct word *w)
{
	static const char *const v[] = {
		"pwd", "cvv", "cvc", "ssn", "xpin", "passkey",
	};

	return ONE_OF(w, v);
}


/* What has keys that open nothing: "issue key", "key pressed" */
static bool is_key_harmless(const struct word *before)
{
	static const char *const v[] = {
		"issue", "project", "ticket", "case", "order", "dtmf",
		"menu", "phone", "pressed", "primary", "sort", "hot",
	};

	return ONE_OF(before, v);
}


/**
 * Does a name look like that of a secret, such as X-Auth-Token, sessionKey
 * or "Session token (web)"?
 *
 * @param name Name of a header, of a JSON member or of a fact
 * @param len  Its length
 *
 * @return True if its value must not be shown nor written anywhere
 */
bool name_secret(const char *name, size_t len)
{
	static const char *const whole[] = {"pass", "tan"};
	struct word w = {NULL, 0}, before = {NULL, 0}, only = {NULL, 0};
	bool soft = false;        /* secret if nothing more is said of it   */
	bool fresh = false;       /* that was the last word                 */
	size_t count = 0;

	while (name_word(&name, &len, &w.p, &w.l)) {
		/* "Token of appreciation" */
		if (fresh && count == 1 && text_is(w.p, w.l, "of"))
			soft = false;
		else if (fresh && is_about(&w) && !name_more(name, len))
			return false;

		fresh = is_word(&w) || text_is(w.p, w.l, "token") ||
			text_is(w.p, w.l, "cookie");
		soft |= fresh;

		/* How many an AI has used */
		if (is_hard_word(&w) || is_couple(&before, &w) ||
		    (!fresh && !text_is(w.p, w.l, "tokens") &&
		     is_joined(&w)))
			return true;

		only = before;
		before = w;
		++count;
	}

	if (soft)
		return true;
	if (!count)
		return false;

	if (text_is(before.p, before.l, "key"))
		return count < 2 || !is_key_harmless(&only);

	/* An X of a header does not count */
	if (count == 2 && text_is(only.p, only.l, "x"))
		--count;

	return count == 1 && ONE_OF(&before, whole);
}


/* token68, RFC 9110 section 11.2 */
static bool is_token68(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("-._~+/=", c));
}


static size_t token_len(const char *p, size_t len)
{
	size_t l = 0;

	while (l < len && is_token68(p[l]))
		++l;

	return l;
}


/* Made by a machine: digits, or capitals inside of a word */
static bool is_machine(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (isdigit((unsigned char)p[i]) || p[i] == '=' ||
		    (i && isupper((unsigned char)p[i]) &&
		     islower((unsigned char)p[i-1])))
			return true;
	}

	return false;
}


/* "Bearer eyJh...", RFC 9110 section 11.6.2; and not "Basic plan" */
static bool is_scheme(const char *p, size_t len)
{
	static const struct {
		const char *name;
		bool base64;
	} v[] = {
		{"bearer ", false}, {"token ", false}, {"apikey ", false},
		{"basic ", true},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		size_t l = strlen(v[i].name), n;

		if (len <= l || strncasecmp(p, v[i].name, l))
			continue;

		p += l;
		len -= l;
		while (len && *p == ' ') {
			++p;
			--len;
		}
		n = token_len(p, len);
		if (v[i].base64)
			return n >= TOKEN_MIN && n % 4 == 0 &&
				is_machine(p, n);

		return n >= TOKEN_LONG ||
			(n >= TOKEN_MIN && is_machine(p, n));
	}

	return len > 7 && !strncasecmp(p, "digest ", 7) &&
		find(p, len, "response=");
}


static size_t base64url_len(const char *p, size_t len)
{
	size_t l = 0;

	while (l < len && (isalnum((unsigned char)p[l]) || p[l] == '-' ||
			   p[l] == '_'))
		++l;

	return l;
}


/* RFC 7519: a header, a dot, and what it signs or hides */
static bool is_jwt(const char *p, size_t len)
{
	size_t l = base64url_len(p, len);

	if (l < JWT_PART || memcmp(p, "eyJ", 3) || l == len || p[l] != '.')
		return false;

	p += l + 1;
	len -= l + 1;
	l = base64url_len(p, len);

	return l < len && p[l] == '.';
}


/**
 * Is a secret in a text, whatever its name? Credentials of HTTP, a JWT, a
 * private key
 *
 * @param p   Text
 * @param len Its length
 *
 * @return True if it must not be shown nor written anywhere
 */
bool text_secret(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (i && isalnum((unsigned char)p[i-1]))
			continue;

		switch (p[i]) {

		case 'A': case 'a': case 'B': case 'b':
		case 'D': case 'd': case 'T': case 't':
			if (is_scheme(p + i, len - i))
				return true;
			break;

		case 'e':
			if (is_jwt(p + i, len - i))
				return true;
			break;

		case '-':
			if (len - i > 11 && !memcmp(p + i, "-----BEGIN ", 11)
			    && find(p + i, len - i, "private key-----"))
				return true;
			break;

		default:
			break;
		}
	}

	return false;
}


static bool is_url(char c)
{
	return c > ' ' && c != '"' && c != '<' && c != '>' && c != 0x7f;
}


/* The end of an address without its user and password: where to go on */
static size_t authority(const char *p, size_t i, size_t end)
{
	size_t at = i;

	for (; i < end && p[i] != '/' && p[i] != '?' && p[i] != '#'; i++) {
		if (p[i] == '@')
			at = i + 1;
	}

	return at;
}


/* A copy of an address from behind its ://, without what is secret */
static size_t address_copy(char *out, const char *p, size_t i, size_t end)
{
	size_t n = 0;
	char first = 0;           /* what stood before one that went        */

	i = authority(p, i, end);
	while (i < end) {
		const char *eq;
		size_t l = 0;
		char sep = p[i++];

		if (sep != '?' && sep != '&' && sep != '#') {
			out[n++] = sep;
			continue;
		}

		while (i + l < end && p[i+l] != '&' && p[i+l] != '#')
			++l;
		eq = memchr(p + i, '=', l);
		if (eq && name_secret(p + i, (size_t)(eq - p) - i)) {
			if (sep != '&')
				first = sep;
			i += l;
			continue;
		}

		out[n++] = sep == '&' && first ? first : sep;
		first = 0;
	}

	return n;
}


/**
 * Take out of the addresses in a text what opens doors: a user with a
 * password, and secrets in the query
 *
 * @param bufp What to free afterwards, NULL if nothing had to go
 * @param pp   Text, then the text that may be shown
 * @param lenp Its length
 *
 * @return 0 or ENOMEM
 */
int text_redact(char **bufp, const char **pp, size_t *lenp)
{
	const char *p = *pp;
	const size_t len = *lenp;
	size_t i = 0, n = 0;
	char *buf;

	*bufp = NULL;
	if (!find(p, len, "://") ||
	    (!memchr(p, '@', len) && !memchr(p, '=', len)))
		return 0;

	buf = malloc(len);
	if (!buf)
		return ENOMEM;

	while (i < len) {
		size_t end;

		if (len - i < 3 || memcmp(p + i, "://", 3)) {
			buf[n++] = p[i++];
			continue;
		}

		memcpy(buf + n, "://", 3);
		n += 3;
		i += 3;
		for (end = i; end < len && is_url(p[end]); end++)
			;
		n += address_copy(buf + n, p, i, end);
		i = end;
	}

	if (n == len) {
		free(buf);
		return 0;
	}

	*bufp = buf;
	*pp = buf;
	*lenp = n;

	return 0;
}
