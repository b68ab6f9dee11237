/**
 * @file test_secret.c  What is a secret, and what only looks like one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "context/text/secret.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))


static void names(const char *const *v, size_t c, bool secret)
{
	for (size_t i = 0; i < c; i++) {
		if (name_secret(v[i], strlen(v[i])) != secret)
			print_error("%s\n", v[i]);
		assert_true(name_secret(v[i], strlen(v[i])) == secret);
	}
}


static void test_names(void **state)
{
	static const char *const secret[] = {
		"password", "Password", "user_password", "passwordHash",
		"pass", "X-Pass", "pass word", "passphrase", "pwd", "db_pwd",
		"token", "Token", "accessToken", "refreshTokenValue",
		"access_tokens", "bearerToken2", "Session token (web)",
		"token_id", "TOKENVALUE", "authtoken", "auth", "auth_header",
		"authHeader", "X-Auth-User", "x-authuser", "oauth", "OAuth",
		"oauth2_state", "authorization", "proxy-authorization",
		"authentication", "apiKey", "api-key", "API key", "APIKey2",
		"apikey", "sessionKey", "x-sessionkey", "session_key_data",
		"X-Encryption-Key-Data", "privateKeyPem", "accessKeyId",
		"key", "license key", "client_secret", "client_secret_id",
		"clientsecretvalue", "secret", "Secrets", "cookie",
		"Set-Cookie", "sessionCookies", "jwt", "myjwt", "JWTValue",
		"hmac", "X-Hmac-Sha256", "sig", "signature", "X-Sig",
		"otp", "otp_code", "OTPCode", "pin", "callerPin", "PIN code",
		"PINs", "cvv", "cvv2", "CVC", "ssn", "SSN last four",
		"Social Security number", "access code", "X-Access-Code",
		"verification code", "credentials", "nonce", "csrf_token",
		"auth token status code", "tan",
	};
	static const char *const harmless[] = {
		"Keywords", "Keyword", "Keyboard", "Author", "author_name",
		"Authority", "Authorised user", "Authenticated", "Monkey",
		"Pinned", "Pinnacle", "Shipping", "Opinion", "Key account",
		"Account key manager", "Assignee", "Design", "Signal",
		"Token of appreciation", "tokens", "total_tokens",
		"tokenized", "Secretary", "Secretariat", "Issue key",
		"ticketKey", "project_key", "Turkey", "Hockey", "Compass",
		"Passenger", "Pass-through", "Tangent", "Auth status",
		"X-Auth-Status", "X-AUTH-IP", "auth_method",
		"OTP verified", "token_type", "Signature date",
		"PIN attempts", "Country code", "Postal code", "ZIP code",
		"Confirmation code", "Access", "Session", "X-Session-Id",
		"Shared with", "Assigned to author", "Encryption", "Code",
		"apikeyboard", "Session keywords", "", "7", "--", "X-",
	};
	(void)state;

	names(secret, COUNT(secret), true);
	names(harmless, COUNT(harmless), false);
}


/* However long the name is */
static void test_long(void **state)
{
	char name[1000];
	(void)state;

	memset(name, 'a', sizeof(name));
	assert_false(name_secret(name, sizeof(name)));
	memcpy(name + 500, "-token-", 7);
	assert_true(name_secret(name, sizeof(name)));
	assert_false(name_secret(NULL, 0));
}


static void test_values(void **state)
{
	static const char *const secret[] = {
		"Basic dXNlcjpodW50ZXIy", "basic aHVudGVyMg==",
		"Bearer abcdefghijklmnopqrstuvwxyz", "Bearer hunter2",
		"Token hunter2hunter2", "ApiKey hunter2hunter2",
		"Authorization: Bearer hunter2hunter2",
		"Digest username=\"a\", response=\"0011\"",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmVk",
		"jwt eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
		"-----BEGIN RSA PRIVATE KEY-----\nMIIB",
	};
	static const char *const harmless[] = {
		"", "Basic", "Basic plan", "Basic DSL", "Basic subscription",
		"Bearer", "Bearer of bad news for the customer",
		"Bearer responsibilities", "Token of appreciation",
		"Token 15", "Digest of news", "eyJhbGciOiJIUzI1NiJ9",
		"eyJ.x.y", "www.example.com", "Gold", "Rosa Lind",
		"-----BEGIN CERTIFICATE-----", "Their token expired",
		"0f8fad5b-d9cb-469f-a165-70867728950e",
	};
	(void)state;

	for (size_t i = 0; i < COUNT(secret); i++) {
		if (!text_secret(secret[i], strlen(secret[i])))
			print_error("%s\n", secret[i]);
		assert_true(text_secret(secret[i], strlen(secret[i])));
	}
	for (size_t i = 0; i < COUNT(harmless); i++) {
		if (text_secret(harmless[i], strlen(harmless[i])))
			print_error("%s\n", harmless[i]);
		assert_false(text_secret(harmless[i], strlen(harmless[i])));
	}
}


static void test_redact(void **state)
{
	static const struct {
		const char *in;
		const char *out;      /* NULL = stays as it is              */
	} v[] = {
		{"https://user:pw@example.com/a", "https://example.com/a"},
		{"https://user@example.com", "https://example.com"},
		{"see https://u:p@example.com/a?b=1 please",
		 "see https://example.com/a?b=1 please"},
		{"https://example.com/?token=h", "https://example.com/"},
		{"https://example.com/?token=h&a=1&sig=x",
		 "https://example.com/?a=1"},
		{"https://example.com/?a=1&access_token=h&b=2#top",
		 "https://example.com/?a=1&b=2#top"},
		{"https://example.com/#access_token=h&a=1",
		 "https://example.com/#a=1"},
		{"https://example.com/?X-Amz-Signature=h", "https://"
		 "example.com/"},
		{"{\"u\":\"https://example.com/?sig=h\",\"n\":\"x\"}",
		 "{\"u\":\"https://example.com/\",\"n\":\"x\"}"},
		{"https://a.example.com/?key=h https://u:p@b.example.com/?c=1",
		 "https://a.example.com/ https://b.example.com/?c=1"},
		{"https://example.com/a@b?c=d&e", NULL},
		{"https://example.com/?keyword=a&author=b", NULL},
		{"https://example.com/?", NULL},
		{"rosa@example.com", NULL},
		{"a=b", NULL},
		{"://", NULL},
		{"://@", "://"},
		{"", NULL},
	};
	(void)state;

	for (size_t i = 0; i < COUNT(v); i++) {
		const char *p = v[i].in;
		size_t len = strlen(p);
		char *buf;

		assert_int_equal(text_redact(&buf, &p, &len), 0);
		if (v[i].out) {
			assert_non_null(buf);
			assert_ptr_equal(p, buf);
			if (len != strlen(v[i].out) ||
			    memcmp(p, v[i].out, len))
				print_error("%.*s\n", (int)len, p);
			assert_int_equal(len, strlen(v[i].out));
			assert_memory_equal(p, v[i].out, len);
		}
		else {
			assert_null(buf);
			assert_ptr_equal(p, v[i].in);
		}
		free(buf);
	}
}


int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_redact),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
